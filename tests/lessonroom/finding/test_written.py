"""What events write that can be read."""

from collections.abc import Generator
from typing import Any, TypeVar

import msgspec

from lessonroom.board.model.pieces import LARGE_BYTES
from lessonroom.finding.written import Kind, Written, may_write, written
from lessonroom.log.events import Event, EventType

_T = TypeVar("_T")


def finished(work: Generator[None, None, _T]) -> tuple[_T, int]:
    """Return what a work in pieces comes to, and how often it stopped."""
    pauses = 0
    while True:
        try:
            next(work)
            pauses += 1
        except StopIteration as done:
            return done.value, pauses


def drawn(*ops: dict[str, Any], seq: int = 5, kind: EventType = EventType.BOARD_OP) -> Event:
    data = msgspec.json.encode({"ops": ops})
    return Event(seq=seq, type=kind, at_ms=7, user_id=3, data=data)


def put(
    element_type: str, element_id: str = "e1", layer: str = "base", **more: object
) -> dict[str, Any]:
    element = {"type": element_type, "id": element_id, "layer": layer, "by": 3, **more}
    return {"op": "put", "element": element}


def read(*events: Event, pages: dict[str, str] | None = None) -> list[Written]:
    return finished(written(events, {} if pages is None else pages))[0]


def told(*events: Event) -> list[tuple[Any, ...]]:
    return [(one.kind, one.page, one.place, one.part, one.text) for one in read(*events)]


def test_texts_of_all_kinds_of_elements() -> None:
    """Each with the place where it stands."""
    event = drawn(
        put("text", text="Дроби"),
        put("note", "e2", text="later"),
        put("formula", "e3", tex=r"\frac12", outline="0" * 64),
        put("table", "e4", cells={"r1:c1": "one", "r1:c2": "two"}),
        put("graph", "e5", curves=[{"expr": "sin(x)"}, {"expr": "x^2", "points": [[1, 2]]}]),
        put("image", "e6", alt="a cat"),
        put("graph", "e8", curves=[], x_name="t in s", y_name=""),
        put("stroke", "e7", points=[0, 0, 1, 0]),
    )
    assert told(event) == [
        (Kind.TEXT, "p1", "e1", "", "Дроби"),
        (Kind.NOTE, "p1", "e2", "", "later"),
        (Kind.FORMULA, "p1", "e3", "", r"\frac12"),
        (Kind.TABLE, "p1", "e4", "", ""),
        (Kind.TABLE, "p1", "e4", "r1:c1", "one"),
        (Kind.TABLE, "p1", "e4", "r1:c2", "two"),
        (Kind.GRAPH, "p1", "e5", "", "sin(x) ; x^2"),
        (Kind.IMAGE, "p1", "e6", "", "a cat"),
        (Kind.GRAPH, "p1", "e8", "", ""),
        (Kind.GRAPH, "p1", "e8", "x_name", "t in s"),
    ]
    assert (read(event)[0].seq, read(event)[0].at_ms, read(event)[0].user_id) == (5, 7, 3)


def test_elements_stand_on_the_page_of_their_layer() -> None:
    """Layers come with pages, alone, or named by a number; and they move."""
    pages: dict[str, str] = {}
    events = [
        drawn({"op": "add_page", "page": {"id": "p2", "title": "Two"}}),
        drawn({"op": "add_layer", "layer": {"id": "l3", "page": 3}}),
        drawn(put("text", layer="p2", text="a"), put("text", "e2", layer="l3", text="b")),
        drawn({"op": "patch_layer", "id": "l3", "set": {"page": "p2"}}),
        drawn(put("text", "e3", layer="l3", text="c")),
    ]
    assert [(one.text, one.page) for one in read(*events, pages=pages)] == [
        ("Two", "p2"),
        ("a", "p2"),
        ("b", "p3"),
        ("c", "p2"),
    ]
    assert pages == {"p2": "p2", "l3": "p2"}


def test_patches_say_what_changes_alone() -> None:
    """The rest is as it was."""
    event = drawn(
        {"op": "patch", "id": "e1", "set": {"text": "new"}},
        {"op": "patch", "id": "e4", "set": {"cells": {"r1:c1": "x"}}},
        {"op": "patch", "id": "e2", "unset": ["text"]},
        {"op": "patch", "id": "e1", "set": {"layer": "base", "tex": "y"}},
        {"op": "patch", "id": "e9", "set": {"style": {"color": "#text00"}}},
        {"op": "patch", "id": "e5", "set": {"curves": [{"expr": "x"}]}},
        {"op": "patch", "id": "e5", "set": {"x_name": "", "y_name": "Weg"}, "unset": ["x_name"]},
    )
    assert told(event) == [
        (None, None, "e1", "", "new"),
        (None, None, "e4", "r1:c1", "x"),
        (None, None, "e2", "", ""),
        (None, "p1", "e1", "", "y"),
        (None, None, "e5", "", "x"),
        (None, None, "e5", "y_name", "Weg"),
    ]


def test_documents_name_the_file_that_has_their_text() -> None:
    """A page of one, new or put under what is there."""
    under = {"asset": "a" * 64, "w": 1, "h": 1, "text": "b" * 64}
    events = read(
        drawn({"op": "add_page", "page": {"id": "p2", "title": "Doc · 1", "background": under}}),
        drawn({"op": "patch_page", "id": "p1", "set": {"title": "One", "background": under}}),
    )
    assert [(one.kind, one.page, one.text, one.asset) for one in events] == [
        (Kind.PAGE, "p2", "Doc · 1", None),
        (Kind.DOCUMENT, "p2", None, "b" * 64),
        (Kind.PAGE, "p1", "One", None),
        (Kind.DOCUMENT, "p1", None, "b" * 64),
    ]


def test_what_was_said_to_everyone() -> None:
    """And nothing that has a field which is not known: it may be for one person alone."""
    said = Event(seq=9, type=EventType.CHAT_MESSAGE, at_ms=1, user_id=3, data=b'{"text":"Hi"}')
    whispered = msgspec.structs.replace(said, data=b'{"text":"psst","to":7}')
    assert may_write(said)
    (only,) = read(said, whispered)
    assert (only.kind, only.place, only.text) == (Kind.CHAT, "chat:9", "Hi")


def test_an_answer_is_found_and_what_was_removed_or_is_private_is_not() -> None:
    """[CH-4] [CH-5] [CH-6] As the log has them."""

    def said(data: bytes) -> Event:
        return Event(seq=9, type=EventType.CHAT_MESSAGE, at_ms=1, user_id=7, data=data)

    events = [
        said(b'{"text":"answer","reply_to":3}'),
        said(b'{"text":"secret","to":1}'),
        said(b'{"text":"secret","to":1,"reply_to":3}'),
        said(b'{"text":"","removed":{"by":1,"at":2}}'),
    ]
    assert [each.text for each in read(*events)] == ["answer"]


def test_a_file_of_the_chat_is_found_by_its_name_and_by_what_was_said_with_it() -> None:
    """[CH-7] One to a single person is not, nor one whose message was removed."""

    def sent(**more: object) -> Event:
        file = {"asset": "a" * 64, "name": "Дроби.pdf", "media_type": "x", "size_bytes": 1}
        data = msgspec.json.encode({"text": "", "file": file} | more)
        return Event(seq=9, type=EventType.CHAT_MESSAGE, at_ms=1, user_id=7, data=data)

    removed = {"file": None, "removed": {"by": 1, "at": 2}}
    events = [sent(), sent(text="for Tuesday", reply_to=3), sent(to=1), sent(**removed)]
    assert [each.text for each in read(*events)] == ["Дроби.pdf", "for Tuesday\nДроби.pdf"]


def test_strokes_are_told_by_their_bytes() -> None:
    """They are what a log is full of."""
    assert not may_write(drawn(put("stroke", points=[0, 0, 1, 0])))
    assert may_write(drawn(put("note")))
    assert not may_write(Event(seq=1, type=EventType.ROOM_OPEN, at_ms=1, data=b'{"text":1}'))


def test_a_whole_board_is_read_in_pieces() -> None:
    """As a restore brings one; what comes of it is the same."""
    many = [put("text", f"e{n}", text="x" * 200) for n in range(LARGE_BYTES // 200)]
    event = drawn(*many, kind=EventType.BOARD_RESTORE)
    found, pauses = finished(written([event], {}))
    assert len(event.data) > LARGE_BYTES
    assert len(found) == len(many)
    assert pauses > 5
