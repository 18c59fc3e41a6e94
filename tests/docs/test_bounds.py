"""Everything that a request makes longer has a bound, and the bound is written down."""

import re
from pathlib import Path

import pytest

from cli.settings.limits import LimitSettings
from cli.settings.section import Section
from cli.settings.sections import RecordingSectionSettings
from storage.tables import METADATA

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
_, _, _AFTER = OPERATIONS.partition("\n## What grows, and what holds it\n")
BOUNDS, _, _ = _AFTER.partition("\n## ")
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\|.*\|$", BOUNDS, re.MULTILINE)
]


@pytest.mark.parametrize("table", [table.name for table in METADATA.sorted_tables])
def test_every_table_has_a_bound(table: str) -> None:
    """[SECURITY Disk] One that is added later has to say what holds it before it is landed."""
    rows = [row for row in ROWS if f"`{table}`" in row[0]]
    assert len(rows) == 1, f"{table} is not in docs/operations.md"
    assert all(rows[0]), rows[0]


def test_no_table_is_bounded_that_is_gone() -> None:
    """[SECURITY Disk] A row for a table that was dropped is dropped with it."""
    named = {name for row in ROWS for name in re.findall(r"`([a-z_]+)`", row[0])}
    tables = {table.name for table in METADATA.sorted_tables}
    assert named - tables == {"alembic_version", "assets", "recordings"}


def test_the_settings_that_are_named_exist() -> None:
    """[SECURITY Disk] Under `limits`, or, where all of a row are, under another section."""
    sections: dict[str, type[Section]] = {
        "limits": LimitSettings,
        "recording": RecordingSectionSettings,
    }
    count = 0
    for row in ROWS:
        section = "recording" if "`recording." in row[-1] else "limits"
        named = set(re.findall(r"`(?:[a-z]+\.)?((?:[a-z]+_)+(?:most|bytes|per_[a-z]+))`", row[-1]))
        named |= set(re.findall(rf"`{section}\.([a-z_]+)`", row[-1]))
        assert named - set(sections[section].model_fields) == set(), row[0]
        count += len(named)
    assert count > 10
