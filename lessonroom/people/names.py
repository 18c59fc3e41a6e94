"""Names of people as a room shows them: one line, visible, and not two alike."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.confusables import CONFUSABLES

MAX_CHARS: Final = 64
MAX_BYTES: Final = 256

NAMELESS: Final = "Participant"
"""What stands for a name that has nothing to be seen."""

_READ_CHARS: Final = 10_000
"""Of a name of another system, the beginning that is looked at."""
_REPLACEMENT: Final = "\ufffd"
_ZERO_WIDTH_JOINER: Final = "\u200d"
_SKIN_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_REGIONAL: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))
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
    folded = _folded(name)
    if not _is_visible(folded):
        raise Refused(ErrorCode.INVALID, "a name needs a visible character", field=field)
    if len(folded) > MAX_CHARS or len(folded.encode()) > MAX_BYTES:
        raise Refused(
            ErrorCode.INVALID,
            f"a name has at most {MAX_CHARS} characters and {MAX_BYTES} bytes",
            field=field,
        )
    return folded


def fitted(name: str | None) -> str | None:
    """Return `name`, as another system has it, as one that is allowed here; it is never refused.

    What is too long is cut between two characters as people see them. None where nothing of it is
    visible.
    """
    folded = _folded((name or "")[:_READ_CHARS].replace(_REPLACEMENT, ""))
    if not _is_visible(folded):
        return None
    shown = cut(folded, max_chars=MAX_CHARS, max_bytes=MAX_BYTES).rstrip(" \u200c\u200d")
    return shown if _is_visible(shown) else None


def cut(text: str, *, max_chars: int, max_bytes: int) -> str:
    """Return the longest beginning of a text within these limits that splits no visible character.

    But one that is longer than the limits by itself is split.
    """
    end = min(len(text), max_chars)
    while len(text[:end].encode(errors="replace")) > max_bytes:
        end -= 1
    whole = end
    while 0 < whole < len(text) and _belongs_together(text, whole):
        whole -= 1
    return text[: whole or end]


def _folded(name: str) -> str:
    visible = "".join(
        " " if unicodedata.category(character) in {"Zs", "Cc", "Zl", "Zp"} else character
        for character in unicodedata.normalize("NFC", name)
        if character in _JOINERS
        or character.isspace()
        or (unicodedata.category(character) not in _INVISIBLE and character not in _FILLERS)
    )
    words = (word.strip("".join(_JOINERS)) for word in visible.split())
    return " ".join(word for word in words if word)


def _is_visible(name: str) -> bool:
    return any(unicodedata.category(character)[0] in _VISIBLE for character in name)


def _belongs_together(text: str, at: int) -> bool:
    """Whether what stands before `at` and what stands there are seen as one character."""
    before, after = text[at - 1], text[at]
    if after in _JOINERS or before == _ZERO_WIDTH_JOINER or after in _SKIN_TONES:
        return True
    if unicodedata.category(after)[0] == "M":
        return True
    if after in _REGIONAL and before in _REGIONAL:
        # Flags are pairs: counted from where the row of letters begins.
        row = len(text[:at]) - len(text[:at].rstrip(_REGIONAL))
        return row % 2 == 1
    return False


def skeleton(name: str) -> str:
    """Return what two names that look alike have in common (after UTS #39, by look of letters)."""
    # A mathematical bold capital becomes a plain capital only by NFKD. Looks come before that, and
    # before case: a lunate sigma looks like a c and is a sigma; a Greek capital Nu looks like an N,
    # and its small letter like a v.
    compatible = unicodedata.normalize("NFKD", _looks(name))
    folded = unicodedata.normalize("NFKD", _looks(compatible).casefold())
    single = "".join(
        _LOOKALIKES.get(character, character)
        for character in _looks(folded)
        if unicodedata.category(character)[0] != "M" and character not in _JOINERS
    )
    return single.replace("rn", "m").replace("vv", "w")


def _looks(text: str) -> str:
    return "".join(CONFUSABLES.get(character, character) for character in text)


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
    **dict.fromkeys("‘’‛ʹʻʼʽʾʿˈ′`´ʹ՚׳＇ꞌ", "'"), **dict.fromkeys("‐‑‒–—―⁃−˗➖", "-"),
    **dict.fromkeys("‚¸؍٫", ","), **dict.fromkeys("․۔܁", "."), **dict.fromkeys("‧∙⋅•・", "·"),
}  # fmt: skip
"""Letters of other scripts, digits and marks between words, by what they look like.

A capital I looks like a small L, and letters are compared without case: so every i counts as l.
"""
