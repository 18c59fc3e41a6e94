"""The letters of a line in the order in which they stand, from the left (UAX #9).

Without embeddings. For the text that lies unseen over a line that is set as a picture: who reads a
PDF for its words sees where letters stand, and puts them into the order in which one reads them.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

_FROM_RIGHT: Final = frozenset({"R", "AL"})
_NUMBERS: Final = frozenset({"EN", "AN"})
_MARKS: Final = frozenset({"NSM", "BN"})
_WITH_NUMBERS: Final = frozenset({"ES", "CS", "ET"})
"""Between two digits, or at one: part of the number."""


def visual_order(text: str, *, is_rtl: bool) -> str:
    """Return the characters of a line from left to right.

    Args:
        text: the line as it is read.
        is_rtl: whether its paragraph is read from the right.

    """
    levels = _levels(text, base=int(is_rtl))
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        order = _turned(order, [levels[at] >= level for at in order])
    return "".join(text[at] for at in order)


def _turned(order: list[int], is_part: Sequence[bool]) -> list[int]:
    """Turn each run of what is part of something around."""
    turned: list[int] = []
    run: list[int] = []
    for at, belongs in zip(order, is_part, strict=True):
        if belongs:
            run.append(at)
            continue
        turned += [*reversed(run), at]
        run = []
    return [*turned, *reversed(run)]


def _levels(text: str, *, base: int) -> list[int]:
    """Return how deep each character stands: even from the left, odd from the right."""
    kinds = _resolved([unicodedata.bidirectional(char) for char in text], base="RL"[1 - base])
    return [_level(kind, base) for kind in kinds]


def _level(kind: str, base: int) -> int:
    if kind == "R":
        return 1
    if kind == "EN":
        return 2
    return 2 if base else 0


def _resolved(kinds: list[str], *, base: str) -> list[str]:
    """Return L, R or EN (a number among letters from the right) for each kind of character."""
    strong: list[str | None] = []
    last = base
    for at, kind in enumerate(kinds):
        found: str | None = None
        if kind in _FROM_RIGHT:
            found = last = "R"
        elif kind == "L":
            found = last = "L"
        elif kind in _NUMBERS:
            found = "EN" if last == "R" or kind == "AN" else "L"
        elif kind in _MARKS and strong:
            found = strong[-1]
        elif kind in _WITH_NUMBERS and _is_in_number(kinds, at):
            found = "EN" if last == "R" else "L"
        strong.append(found)
    return _with_neutrals(strong, base)


def _is_in_number(kinds: Sequence[str], at: int) -> bool:
    before = kinds[at - 1] if at else ""
    after = kinds[at + 1] if at + 1 < len(kinds) else ""
    if kinds[at] == "ET":
        return before in _NUMBERS or after in _NUMBERS
    return before in _NUMBERS and after in _NUMBERS


def _with_neutrals(strong: Sequence[str | None], base: str) -> list[str]:
    """Have spaces and signs go with both their neighbours, or else with the line."""
    resolved: list[str] = []
    at = 0
    while at < len(strong):
        found = strong[at]
        if found is not None:
            resolved.append(found)
            at += 1
            continue
        end = at
        while end < len(strong) and strong[end] is None:
            end += 1
        before = _side(resolved[-1]) if resolved else base
        behind = strong[end] if end < len(strong) else None
        after = _side(behind) if behind is not None else base
        resolved += [before if before == after else base] * (end - at)
        at = end
    return resolved


def _side(kind: str) -> str:
    # Beside what has no direction a number counts as read from the right.
    return "R" if kind == "EN" else kind
