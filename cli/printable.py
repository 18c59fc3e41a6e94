"""Text of other people, made safe for a terminal."""

import unicodedata

_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, invisible marks that reorder text, lone surrogates, separators of lines."""
_JOINERS = frozenset("\u200c\u200d")
"""Part of how some scripts and emoji are written; they move nothing but their neighbours."""


def printable(text: str, *, keeps_lines: bool = False) -> str:
    """Return `text` with all that could drive a terminal or forge a line escaped.

    Args:
        text: what somebody wrote.
        keeps_lines: leave line feeds as they are.

    """
    return "".join(
        _escaped(character)
        if unicodedata.category(character) in _ACTIVE
        and character not in _JOINERS
        and not (keeps_lines and character == "\n")
        else character
        for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
