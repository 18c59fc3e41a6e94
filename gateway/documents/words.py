"""What is read of a document, as words that can stand on a page."""

import unicodedata
from typing import Final

_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS: Final = {"\u200c", "\u200d"}
"""Needed to write Persian, and Indian scripts."""


def plain(words: str) -> str:
    """Return a line without what cannot be seen: it stands beside words of others."""
    seen = (
        " " if sign == "\t" else sign
        for sign in words
        if sign == "\t" or sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN
    )
    return "".join(seen).strip()
