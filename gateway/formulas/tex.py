"""Reading the TeX of a formula before it is set, to say where it is wrong.

The library takes nearly anything, and draws what it does not know letter by letter. So whatever
reaches it was read here first: commands that are known, arguments that are there, braces and
environments that close, nothing too deep. A place is a number of characters (code points) from the
beginning.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from gateway.formulas import vocabulary
from gateway.formulas.job import MAX_CHARS, Fault

_MAX_DEPTH: Final = 16
_MAX_CELLS: Final = 400
_TOKEN: Final = re.compile(
    r"(?P<space>\s+)|\\(?P<command>[A-Za-z]+)|\\(?P<escaped>.)|(?P<char>[^\\])", re.DOTALL
)
_NAME: Final = re.compile(r"\s*\{([A-Za-z]{1,20}\*?)\}")
_COLUMNS: Final = re.compile(r"\s*\{[lcr ]{1,40}\}")
_TEXT: Final = re.compile(r"\s*\{([^{}\\$]*)\}")
_TEXT_BEGUN: Final = re.compile(r"\s*\{[^{}\\$]*")
_OPERATOR: Final = re.compile(r"\s*\{[A-Za-z ]{1,40}\}")
_PLAIN: Final = frozenset("+-*/=<>()[]|!,.:;?'\u2019")


class _Token(NamedTuple):
    kind: Literal["command", "escaped", "char"]
    text: str
    at: int


class _Wrong(Exception):  # noqa: N818 - says what happened
    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(at, message)


def fault_of(tex: str) -> Fault | None:
    """Return what is wrong with a formula, and where; None where it can be set."""
    if len(tex) > MAX_CHARS:
        return Fault(MAX_CHARS, f"a formula has at most {MAX_CHARS} characters")
    if not tex.strip():
        return Fault(0, "there is nothing to be set")
    try:
        _Reader(tex).sequence(None, 0)
    except _Wrong as wrong:
        return wrong.fault
    return None


class Said(NamedTuple):
    """A character that is to be drawn, and where it is asked for."""

    char: str
    at: int


def said(tex: str) -> Iterator[Said]:
    """Yield all characters of a formula beyond ASCII: a font may not have them."""
    for at, char in enumerate(tex):
        if not char.isascii():
            yield Said(char, at)


class _Reader:
    """Goes through a formula once, each part by the rules of what it stands in."""

    def __init__(self, tex: str) -> None:
        self._tex = tex
        self._at = 0
        self._cells = 0

    def sequence(self, closing: str | None, opened_at: int, *, depth: int = 0) -> None:
        """Read up to what closes: `}`, `]`, `right`, `end`, or the end of all where it is None."""
        _check_depth(depth, opened_at)
        scripts: set[str] = set()
        before: _Token | None = None
        while (token := self._next()) is not None:
            if self._closes(token, closing):
                return
            if token.kind == "char" and token.text in "^_":
                if token.text in scripts:
                    what = "exponent" if token.text == "^" else "index"
                    raise _Wrong(token.at, f"a second {what}: put the first one into braces")
                scripts.add(token.text)
                self._argument(token, "a script", depth)
                continue
            if self._is(token, vocabulary.PLACED):
                self._place(token, before)
                continue
            if not self._is_prime(token):
                scripts = set()
            self._item(token, closing, depth)
            before = token
        if closing is not None:
            raise _Wrong(opened_at, f"this is never closed: {_shown(closing)} is missing")

    # -- what an item is

    def _item(self, token: _Token, closing: str | None, depth: int) -> None:
        _check_depth(depth, token.at)
        match token:
            case _Token("char", "{"):
                self.sequence("}", token.at, depth=depth + 1)
            case _Token("char", "&"):
                self._cell(token, closing)
            case _Token("escaped", "\\"):
                self._cell(token, closing)
            case _Token("char"):
                self._plain(token)
            case _Token("escaped"):
                if token.text not in vocabulary.ESCAPED:
                    raise _Wrong(token.at, f"there is no command \\{token.text}")
            case _:
                self._command(token, depth)

    def _plain(self, token: _Token) -> None:
        char = token.text
        if char == "}":
            raise _Wrong(token.at, "this } closes nothing")
        if char.isascii():
            if not (char.isalnum() or char in _PLAIN):
                hint = f"; write \\{char}" if char in "%$#" else ""
                raise _Wrong(token.at, f"{char} means nothing here{hint}")
        elif not char.isprintable():
            raise _Wrong(token.at, "this character cannot be drawn")

    def _cell(self, token: _Token, closing: str | None) -> None:
        if closing not in {"end", "substack"}:
            shown = "\\\\" if token.kind == "escaped" else "&"
            raise _Wrong(token.at, f"{shown} stands in a matrix, in cases or in aligned only")
        self._cells += 1
        if self._cells > _MAX_CELLS:
            raise _Wrong(token.at, f"a formula has at most {_MAX_CELLS} cells and lines")

    def _command(self, token: _Token, depth: int) -> None:
        name, words = token.text, vocabulary
        if name == "sqrt":
            self._optional(token, depth)
            self._argument(token, "\\sqrt", depth)
        elif name in words.ARROWS:
            self._optional(token, depth)
            self._argument(token, f"\\{name}", depth)
        elif name in words.ONE_ARGUMENT:
            self._argument(token, f"\\{name}", depth)
        elif name in words.TWO_ARGUMENTS:
            self._argument(token, f"\\{name}", depth)
            self._argument(token, f"\\{name}", depth, which="second ")
        elif name in words.TEXTS:
            self._text(token)
        elif name == "operatorname":
            self._match(_OPERATOR, token, "\\operatorname{name} takes Latin letters; or use \\text")
        elif name == "substack":
            self._substack(token, depth)
        elif name == "begin":
            self._environment(token, depth)
        elif name == "left":
            self._delimiter(token)
            self.sequence("right", token.at, depth=depth + 1)
            self._delimiter(token)
        elif name in words.SIZED:
            self._delimiter(token)
        elif name == "right":
            raise _Wrong(token.at, "there is no \\left to this \\right")
        elif not _stands_alone(name):
            raise _unknown(token)

    def _environment(self, token: _Token, depth: int) -> None:
        name = self._match(_NAME, token, "a name in braces follows: \\begin{matrix}")
        if name not in vocabulary.ENVIRONMENTS:
            known = ", ".join(sorted(vocabulary.ENVIRONMENTS))
            raise _Wrong(token.at, f"there is no environment {name} here; there are: {known}")
        if name == "array":
            self._match(_COLUMNS, token, "its columns follow: \\begin{array}{lcr}")
        self.sequence("end", token.at, depth=depth + 1)
        at = self._at
        ended = self._match(_NAME, token, "a name in braces follows: \\end{matrix}")
        if ended != name:
            begun = f"\\begin{{{name}}}"
            raise _Wrong(at, f"{begun} is closed by \\end{{{name}}}, not by \\end{{{ended}}}")

    def _substack(self, token: _Token, depth: int) -> None:
        opening = self._next()
        if opening is None or opening.text != "{":
            raise _Wrong(token.at, "\\substack needs its lines in braces")
        self.sequence("substack", opening.at, depth=depth + 1)

    def _text(self, token: _Token) -> None:
        if _TEXT.match(self._tex, self._at) is None:
            begun = _TEXT_BEGUN.match(self._tex, self._at)
            if begun is None:
                raise _Wrong(token.at, f"\\{token.text} needs its words in braces")
            at = min(begun.end(), len(self._tex) - 1)
            raise _Wrong(at, "between the braces of a text are words alone")
        self._match(_TEXT, token, "")

    # -- parts of items

    def _argument(self, of: _Token, name: str, depth: int, *, which: str = "") -> None:
        token = self._next()
        missing = _Wrong(of.at, f"{name} needs a {which}part behind it; put it into braces")
        if token is None or (token.kind == "char" and token.text in "}^_&]"):
            raise missing
        if token.kind == "escaped" and token.text == "\\":
            raise missing
        if self._is(token, {"right", "end", "limits", "nolimits"}):
            raise missing
        is_group = token.kind == "char" and token.text == "{"
        self._item(token, None, depth if is_group else depth + 1)

    def _optional(self, of: _Token, depth: int) -> None:
        at = self._at
        token = self._next()
        if token is not None and token.text == "[" and token.kind == "char":
            self.sequence("]", of.at, depth=depth + 1)
        else:
            self._at = at

    def _delimiter(self, of: _Token) -> None:
        token = self._next()
        written = "" if token is None else ("" if token.kind == "char" else "\\") + token.text
        if written not in vocabulary.DELIMITERS:
            at = of.at if token is None else token.at
            raise _Wrong(at, "a bracket stands here: ( ) [ ] \\{ \\} | . or \\langle \\rangle")

    def _place(self, token: _Token, before: _Token | None) -> None:
        if before is None or not self._is(before, vocabulary.LARGE):
            raise _Wrong(token.at, f"\\{token.text} stands behind \\sum, \\int or \\lim")

    # -- tokens

    def _next(self) -> _Token | None:
        while (found := _TOKEN.match(self._tex, self._at)) is not None:
            at, self._at = self._at, found.end()
            for kind in ("command", "escaped", "char"):
                if (text := found[kind]) is not None:
                    return _Token(kind, text, at)
        if self._at < len(self._tex):
            raise _Wrong(self._at, "a command is missing behind this \\")
        return None

    def _match(self, pattern: re.Pattern[str], of: _Token, message: str) -> str:
        found = pattern.match(self._tex, self._at)
        if found is None:
            raise _Wrong(of.at, message)
        self._at = found.end()
        return found[1] if pattern.groups else ""

    @staticmethod
    def _closes(token: _Token, closing: str | None) -> bool:
        if token.kind == "command":
            if token.text == "end" != closing:
                raise _Wrong(token.at, "there is no \\begin to this \\end")
            return token.text == closing and closing in {"right", "end"}
        return token.kind == "char" and token.text == ("}" if closing == "substack" else closing)

    @staticmethod
    def _is(token: _Token, names: frozenset[str] | set[str]) -> bool:
        return token.kind == "command" and token.text in names

    @staticmethod
    def _is_prime(token: _Token) -> bool:
        return token.kind == "char" and token.text in "'\u2019"


def _check_depth(depth: int, at: int) -> None:
    if depth > _MAX_DEPTH:
        raise _Wrong(at, f"this is nested deeper than {_MAX_DEPTH} levels")


def _stands_alone(name: str) -> bool:
    words = vocabulary
    return (
        name in words.WORDS
        or name in words.SPACES
        or name in words.STYLES
        or name in words.ALONE
        or words.is_symbol(name)
    )


def _unknown(token: _Token) -> _Wrong:
    instead = vocabulary.INSTEAD.get(token.text)
    hint = f": {instead}" if instead else ""
    return _Wrong(token.at, f"there is no command \\{token.text} here{hint}")


def _shown(closing: str) -> str:
    return {"right": "\\right", "end": "\\end", "substack": "}"}.get(closing, closing)
