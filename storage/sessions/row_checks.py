"""Checksums of the rows of sessions and seats, which are changed in place."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from storage.log import checksums


class RowChecks(msgspec.Struct, frozen=True, kw_only=True):
    """What the checksum of a table's rows covers.

    `if_set` are columns that came later: the checksums of rows without them stay what they are.
    `documents` are those of JSON, of which databases keep neither the spaces nor the order.
    """

    always: tuple[str, ...]
    if_set: tuple[str, ...]
    documents: frozenset[str]

    def checksum(self, row: Mapping[str, Any]) -> int:
        """Return the checksum of a row's values."""
        later = (name for name in self.if_set if row.get(name) is not None)
        return checksums.of_fields(
            *(
                checksums.of_document(row[name]) if name in self.documents else row[name]
                for name in (*self.always, *later)
            )
        )

    def is_intact(self, row: Row[Any]) -> bool:
        """Whether a row is as it was written."""
        # Public for all its name: rows keep what could be a column's name free.
        mapping = dict(row._mapping)  # noqa: SLF001
        return bool(row.crc32 == self.checksum(mapping))


def seconds(ms: int) -> float:
    """Return a duration as rows have it."""
    return ms / 1000


def milliseconds(duration_s: float) -> int:
    """Return a duration as the core has it."""
    return round(duration_s * 1000)
