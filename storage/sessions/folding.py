"""Text without the difference of upper and lower case, in every alphabet.

`lower` of SQLite knows Latin letters alone, that of PostgreSQL those of the database's locale. What
SQLite has in place of it is a pattern with both letters: it is looked for ten times as fast as a
function of ours would be called for each row.
"""

import functools
import re
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

_LETTERS_UNTIL: Final = 0x1F000
"""Behind it there are none that have a case."""


class has_either(GenericFunction[bool]):  # noqa: N801 - called like the other functions of SQL
    """Whether a text is like a pattern: of `GLOB` in SQLite, of `LIKE` and lower case elsewhere."""

    type = Boolean()
    inherit_cache = True
    package = "lessonroom"


@compiles(has_either, "sqlite")
def _glob_in_sqlite(element: has_either, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text, glob, _ = element.clauses
    return f"({compiler.process(text, **options)} GLOB {compiler.process(glob, **options)})"


@compiles(has_either, "postgresql")
def _like_in_postgresql(element: has_either, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text, _, like = element.clauses
    # The collation of ICU that belongs to no language; Debian's and the official builds have it.
    small = f'lower(({compiler.process(text, **options)}) COLLATE "und-x-icu")'
    return f"({small} LIKE {compiler.process(like, **options)} ESCAPE '!')"


def has_part(text: ColumnElement[Any], part: str) -> ColumnElement[bool]:
    """Whether a text has a part, in whatever case."""
    like = re.sub(r"([!%_])", r"!\1", part.lower())
    return has_either(text, literal(_glob_of(part)), literal(f"%{like}%"))


def _glob_of(part: str) -> str:
    return f"*{''.join(map(_class_of, part.lower()))}*"


def _class_of(sign: str) -> str:
    """Return what stands in a pattern for a sign in either case."""
    same = {sign, *_of_lower_case().get(sign, ())}
    if len(same) == 1:
        # The one way to have a sign of patterns mean itself.
        return f"[{sign}]" if sign in "*?[" else sign
    return f"[{''.join(sorted(same))}]"


@functools.cache
def _of_lower_case() -> dict[str, list[str]]:
    """Return the letters that become each small one."""
    found: dict[str, list[str]] = {}
    for code in range(_LETTERS_UNTIL):
        letter = chr(code)
        small = letter.lower()
        if small != letter and len(small) == 1:
            found.setdefault(small, []).append(letter)
    return found
