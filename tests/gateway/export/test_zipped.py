"""Drawings of many pages in one file."""

import io
import zipfile

import pytest

from gateway.confinement.confined import Declined
from gateway.export import zipped as module
from gateway.export.zipped import zipped


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Fractions", "001 Fractions.svg"),
        ("", "001.svg"),
        ("../../etc/passwd", "001 etc passwd.svg"),
        ("a\\b:c*?", "001 a b c.svg"),
        ("...", "001.svg"),
        ("ї" * 100, f"001 {'ї' * 60}.svg"),
    ],
)
def test_a_title_becomes_a_name_and_never_a_path(title: str, name: str) -> None:
    """[PG-6] Whatever is in it."""
    content = zipped([(title, b"<svg/>")], extension="svg")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [name]


def test_more_than_one_file_may_hold_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """[PG-6] Before the rest is drawn."""
    monkeypatch.setattr(module, "MAX_BYTES", 1_000)
    drawn = (("", bytes(600)) for _ in range(10))
    with pytest.raises(Declined, match="one at a time"):
        zipped(drawn, extension="png")
    assert len(list(drawn)) == 8
