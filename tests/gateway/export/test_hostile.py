"""Boards made to stop whoever draws them are drawn, in seconds, to files that can be read.

Tests also: gateway/export/pdf.py, gateway/export/pictures.py, gateway/export/render.py.
"""

import struct
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from gateway.export.job import Commission, DrawnFormat
from gateway.export.render import drawn
from lessonroom.board.drawing.scene import scene_of
from lessonroom.board.drawing.weight import weight_of
from lessonroom.board.model.elements import Element, Image
from tests.gateway.export import hostile
from tests.lessonroom.board.drawing.painted import measure

MIB: Final = 1024 * 1024
ELEMENTS: Final = hostile.elements()


def export(kind: DrawnFormat, *chosen: Element) -> bytes:
    commission = Commission(
        format=kind,
        board=hostile.board(*chosen).encode(),
        title="Algebra",
        description="",
        page=None,
        assets={},
    )
    return drawn(commission).content


def sides(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: element.id)
def test_one_hostile_element_is_drawn_in_every_format(element: Element) -> None:
    """[P16] Its size is bounded whatever its fields are; so is what is computed for it."""
    assert weight_of(element) < 60_000_000
    svg = export(DrawnFormat.SVG, element)
    ET.fromstring(svg)  # noqa: S314 - our own
    assert b"nan" not in svg
    assert b"inf" not in svg
    assert len(svg) < 8 * MIB
    width, height = sides(export(DrawnFormat.PNG, element))
    assert max(width, height) <= 4_200
    pdf = export(DrawnFormat.PDF, element)
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert len(pdf) < 4 * MIB


@pytest.mark.parametrize("kind", DrawnFormat)
def test_all_of_them_on_one_board_are_drawn(kind: DrawnFormat) -> None:
    """[P16] What is too heavy together is a frame; nothing is left out."""
    assert 0 < len(export(kind)) < 16 * MIB
    page = scene_of(hostile.board(), "p1", measure)
    assert page.framed < {element.id for element in ELEMENTS}
    assert sum(len(sheet.elements) for sheet in page.sheets) == len(ELEMENTS)


def test_every_kind_of_element_is_tried() -> None:
    assert {type(element) for element in ELEMENTS} == set(Element.__args__)
    assert any(isinstance(element, Image) for element in ELEMENTS)
