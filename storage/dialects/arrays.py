"""Many rows in one statement of PostgreSQL: each column of them is an array.

One row or a thousand are the same prepared statement, planned once, and cost one execution.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

_DIALECT: Final = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


def insert_sql(table: Table, columns: Sequence[str], *, first: int = 1, matching: str = "") -> str:
    """Return an INSERT of any number of rows, whose first array is the parameter `$first`.

    The rows come by name from one source, `r`; `matching` is joined to it, where they have to match
    something else.
    """
    preparer = _DIALECT.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in columns)
    types = (table.c[name].type.compile(_DIALECT) for name in columns)
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, first))
    return (
        f"INSERT INTO {preparer.format_table(table)} ({names})"  # noqa: S608 - of our own tables
        f" SELECT {names} FROM unnest({arrays}) AS r ({names}){matching}"
    )


def arrays(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> tuple[list[Any], ...]:
    """Return rows as the arrays of their columns."""
    return tuple([row[name] for row in rows] for name in columns)
