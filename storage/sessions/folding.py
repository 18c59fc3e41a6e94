"""Text without the difference of upper and lower case, in every alphabet.

`lower` of SQLite knows Latin letters alone, that of PostgreSQL those of the database's locale.
"""

from typing import Any, Final

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

SQLITE_FUNCTION: Final = "lessonroom_lower"
"""What `storage.dialects.sqlite` gives to each connection."""


class folded(GenericFunction[str]):  # noqa: N801 - called like the other functions of SQL
    """The text in lower case."""

    type = String()
    inherit_cache = True
    package = "lessonroom"


@compiles(folded, "sqlite")
def _in_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"{SQLITE_FUNCTION}({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _in_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    # The collation of ICU that belongs to no language; Debian's and the official builds have it.
    return f'lower(({compiler.process(element.clauses, **options)}) COLLATE "und-x-icu")'
