"""What is nearly all of an element's encoding is found in it, and stands where a stand-in did."""

import msgspec
import pytest

from lessonroom.board.model.bulk import BULKS
from lessonroom.board.model.elements import Curve, Custom, Graph, Note, Stroke
from lessonroom.board.model.stored import StoredElement
from tests.lessonroom.board.bulky import BULKY


@pytest.mark.parametrize("name", BULKY)
def test_an_element_is_its_head_and_its_bulk(name: str) -> None:
    """[P16] No field is lost, and none is in both."""
    stored = StoredElement.of(BULKY[name])
    head, bulk = stored.parted()
    assert len(bulk) > len(head)
    assert len(head) + len(bulk) == len(stored.encoded)
    fields = msgspec.json.decode(head)
    of_bulk = msgspec.json.decode(b"{" + bulk[1:] + b"}")
    assert fields.keys().isdisjoint(of_bulk)
    assert of_bulk.keys() <= BULKS[stored.type].stand_in.keys()
    assert fields | of_bulk == stored.fields()


@pytest.mark.parametrize("name", BULKY)
def test_a_stand_in_makes_way_for_the_bulk(name: str) -> None:
    """[P16] What counts in the bulk counts again."""
    stored = StoredElement.of(BULKY[name])
    head, bulk = stored.parted()
    fields = {**msgspec.json.decode(head), **BULKS[stored.type].stand_in}
    stand_in = StoredElement.of(msgspec.convert(fields, type(BULKY[name])))
    assert len(stand_in.encoded) < 400
    assert stand_in.with_bulk(bulk, stored) == stored


def test_what_has_no_bulk_is_taken_whole() -> None:
    """[P16] A note without a text, a graph without curves."""
    note = Note(id="n", layer="base", x=0, y=0, w=1, h=1)
    graph = Graph(id="g", layer="base", x=0, y=0, w=1, h=1, grid=False)
    for element in (note, graph):
        stored = StoredElement.of(element)
        assert stored.parted() == (stored.encoded, b"")


def test_what_looks_like_a_bulk_in_a_text_is_none() -> None:
    """[P16] A quote in a text is encoded as two characters."""
    curve = Curve(expr='","curves":[', points=[[1, 2]])
    graph = Graph(id="g", layer="base", x=0, y=0, w=1, h=1, curves=[curve], axes=False)
    custom = Custom(
        id="c", layer="base", x=0, y=0, w=1, h=1, kind="k", data={",": {"data": {"a": 0}}}
    )
    stroke = Stroke(id="s", layer="base", group="points", points=[1, 2, 0.5, 4])
    found = [StoredElement.of(element).parted()[1] for element in (graph, custom, stroke)]
    assert found == [
        b',"curves":[{"expr":"\\",\\"curves\\":[","points":[[1,2]]}]',
        b',"data":{",":{"data":{"a":0}}}',
        b',"points":[1,2,0.5,4]',
    ]
