"""Words as they are looked for: in whatever case, with or without accents, from their beginning.

Both what is written and what is asked for go through `words_of`, so that neither database has to
know any alphabet. Scripts that leave no space between words are taken sign by sign.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import msgspec

WORD_CHARS: Final = 40
"""What is longer is found by its beginning."""
ASKED_MOST: Final = 8
"""Words that are looked for at once."""
EXCERPT_CHARS: Final = 160

_BEFORE_CHARS: Final = 40
_APOSTROPHES: Final = "'\u2019\u02bc\u2018`\u00b4"
"""What Ukrainian has in a word, by whatever key: it is left out."""
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)


class Excerpt(msgspec.Struct, frozen=True):
    """A part of a text, and where in it the words stand that were looked for: from, to."""

    text: str
    marks: tuple[tuple[int, int], ...]


def words_of(text: str, *, most: int) -> tuple[str, ...]:
    """Return the words of a text, each once, as they are compared; at most so many."""
    found: dict[str, None] = {}
    for match in _pattern().finditer(text):
        word = _folded(match.group())
        if word:
            found[word] = None
            if len(found) == most:
                break
    return tuple(found)


def storable(text: str) -> str:
    """Return a text as every database can keep it, its accents in one form."""
    seen = (
        "".join(" " if sign == "\0" or "\ud800" <= sign <= "\udfff" else sign for sign in text)
        if _unstorable(text)
        else text
    )
    return unicodedata.normalize("NFC", seen)


def excerpt(text: str, asked: Sequence[str]) -> Excerpt:
    """Return the part of a text about the first word that begins like one that was asked for."""
    places = [
        match.span()
        for match in _pattern().finditer(text)
        if _folded(match.group()).startswith(tuple(asked))
    ]
    first = places[0][0] if places else 0
    begin = max(0, first - _BEFORE_CHARS)
    if begin > 0 and (space := text.find(" ", begin, first)) >= 0:
        begin = space + 1
    end = min(len(text), begin + EXCERPT_CHARS)
    shown = text[begin:end]
    marks = [(a - begin, b - begin) for a, b in places if begin <= a and b <= end]
    return Excerpt(shown, tuple(marks))


def _unstorable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\0" in text


def _folded(word: str) -> str:
    if word.isascii():
        return word.replace("'", "").replace("`", "").lower()[:WORD_CHARS]
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = (
        sign for sign in apart if sign not in _APOSTROPHES and unicodedata.category(sign) != "Mn"
    )
    return "".join(plain).casefold()[:WORD_CHARS]


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Return what a word is: letters, digits and the marks on them, apostrophes between."""
    marks = "".join(
        chr(code)
        for code in range(0x300, 0x11000)
        if unicodedata.category(chr(code)).startswith("M")
    )
    sign = rf"(?:[^\W_{_UNSPACED}]|[{marks}])"
    return re.compile(rf"[{_UNSPACED}]|{sign}+(?:[{_APOSTROPHES}]{sign}+)*")
