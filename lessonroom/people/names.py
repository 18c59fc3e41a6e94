"""Names of people as a room shows them: one line, visible, and not two alike."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from lessonroom.codes import ErrorCode, Refused

MAX_CHARS: Final = 64
MAX_BYTES: Final = 256

_JOINERS: Final = frozenset("\u200c\u200d")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_VISIBLE: Final = frozenset("LNPS")
"""The first letters of the categories of letters, numbers, punctuation and symbols."""
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def cleaned(name: str, *, field: str = "name") -> str:
    """Return `name` normalised (NFC), without control and invisible characters, spaces folded.

    Joiners are kept only within a word, as emoji and some scripts need them.

    Raises:
        Refused: `invalid` where nothing visible remains, or it is longer than 64 characters or
            256 bytes.

    """
    visible = "".join(
        " " if unicodedata.category(character) in {"Zs", "Cc", "Zl", "Zp"} else character
        for character in unicodedata.normalize("NFC", name)
        if character in _JOINERS
        or character.isspace()
        or (unicodedata.category(character) not in _INVISIBLE and character not in _FILLERS)
    )
    words = (word.strip("".join(_JOINERS)) for word in visible.split())
    folded = " ".join(word for word in words if word)
    if not any(unicodedata.category(character)[0] in _VISIBLE for character in folded):
        raise Refused(ErrorCode.INVALID, "a name needs a visible character", field=field)
    if len(folded) > MAX_CHARS or len(folded.encode()) > MAX_BYTES:
        raise Refused(
            ErrorCode.INVALID,
            f"a name has at most {MAX_CHARS} characters and {MAX_BYTES} bytes",
            field=field,
        )
    return folded


def skeleton(name: str) -> str:
    """Return what two names that look alike have in common (after UTS #39, by look of letters)."""
    # Folded twice over: a mathematical bold capital becomes a plain capital only by NFKD.
    compatible = unicodedata.normalize("NFKD", name)
    decomposed = unicodedata.normalize("NFKD", compatible.casefold())
    return "".join(
        _LOOKALIKES.get(character, character)
        for character in decomposed
        if unicodedata.category(character)[0] != "M" and character not in _JOINERS
    )


def distinct(name: str, taken: Iterable[str]) -> str:
    """Return `name`, numbered where one that looks like it is in the room already."""
    skeletons = {skeleton(other) for other in taken}
    if skeleton(name) not in skeletons:
        return name
    number = 2
    while skeleton(candidate := _numbered(name, number)) in skeletons:
        number += 1
    return candidate


def _numbered(name: str, number: int) -> str:
    suffix = f" ({number})"
    stem = name[: MAX_CHARS - len(suffix)]
    while len(f"{stem}{suffix}".encode()) > MAX_BYTES:
        stem = stem[:-1]
    return f"{stem}{suffix}"


_LOOKALIKES: Final = {
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "l",
    "ј": "j", "ѕ": "s", "ԁ": "d", "һ": "h", "к": "k", "м": "m", "т": "t", "в": "b", "н": "h",
    "α": "a", "ο": "o", "ν": "v", "ρ": "p", "ι": "l", "κ": "k", "τ": "t", "υ": "u", "χ": "x",
    "ı": "l", "ӏ": "l", "0": "o", "1": "l", "|": "l", "i": "l",
}  # fmt: skip
"""Letters of other scripts, and digits, by the Latin letter that they look like.

A capital I looks like a small L, and letters are compared without case: so every i counts as l.
"""
