"""A page of another lesson comes to this one (PROTOCOL PG-2).

Tests also: actors/house/directory.py, storage/images/assets.py.
"""

from typing import Any

import msgspec
import pytest

from actors.house.versions import board_at
from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
from lessonroom.board.editing.excerpt import pages_of
from lessonroom.board.model.board import Board
from lessonroom.commands import (
    ChangeRole,
    KickParticipant,
    MoveSession,
    RegisterAsset,
    SeatParticipant,
)
from lessonroom.log.events import AssetAdded, EventType
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.images import assets
from storage.log import bodies
from storage.people import shelf
from storage.people.shelf import ItemKind, NewItem, ShelfItem
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, HOST, School

PICTURE, SHEET, WORDS, PDF, OUTLINE, UNSHOWN = (letter * 64 for letter in "abcdef")
ASSETS = [
    AssetAdded(PICTURE, "image/png", 4, 3, 400),
    AssetAdded(SHEET, "image/webp", 40, 30, 4_000),
    AssetAdded(WORDS, "text/plain", 0, 0, 40),
    AssetAdded(PDF, "application/pdf", 0, 0, 40_000),
    AssetAdded(OUTLINE, OUTLINE_MEDIA_TYPE, 20, 10, 200),
    AssetAdded(UNSHOWN, "image/png", 1, 1, 1),
]
PAGE = {
    "id": "sheet",
    "title": "Exercise",
    "paper": {"kind": "squares", "step": 20},
    "size": [794, 1123],
    "background": {
        "asset": SHEET,
        "w": 794,
        "h": 1123,
        "document": PDF,
        "number": 2,
        "text": WORDS,
    },
}
AT = {"x": 0, "y": 0, "w": 9, "h": 9}
ELEMENTS: list[dict[str, Any]] = [
    {"type": "rect", "id": "r", "layer": "over", "group": "g", "z": "a5", **AT},
    {"type": "image", "id": "i", "layer": "over", "group": "g", "asset": PICTURE, **AT},
    {"type": "formula", "id": "f", "layer": "under", "tex": "x", "outline": OUTLINE, **AT},
    {"type": "stroke", "id": "s", "layer": "under", "points": [0, 0.5, 1, 0] * 3},
]


@pytest.fixture
async def source(school: School) -> School:
    """Another lesson of the host, `geometry`: a page with all that a page can have."""
    await school.lesson("geometry")
    for added in ASSETS:
        await school.rooms.ask("geometry", RegisterAsset(by=HOST, added=added))
    host = await school.join(HOST, "geometry", suffix="-there")
    ops: list[dict[str, Any]] = [
        {"op": "add_page", "page": PAGE, "layer": {"id": "under", "name": "Under"}},
        {"op": "add_layer", "layer": {"id": "over", "name": "Over", "page": "sheet"}},
        *({"op": "put", "element": element} for element in ELEMENTS),
        {"op": "patch_layer", "id": "over", "set": {"locked": True}},
    ]
    host.send("board", "board_event", {"ops": ops}, message_id="page-maker:1")
    await school.until(lambda: "page-maker:1" in host.acked)
    return school


async def answer(school: School, client: Client, request: str) -> dict[str, Any]:
    """Return the reply or the error to a request, once it is there."""

    def answers() -> list[dict[str, Any]]:
        found = client.outbox.of_type("reply", "error")
        return [message for message in found if message.get("id") == request]

    await school.until(lambda: bool(answers()))
    return answers()[0]


async def copied(school: School, client: Client, **args: object) -> dict[str, Any]:
    """Return the answer to a `copy_page` from `geometry`."""
    wanted = {"page": "sheet", "id": "copy", "from_session": "geometry", **args}
    return await answer(school, client, client.call("copy_page", **wanted))


def layout(school: School, session_id: str, page: str) -> dict[str, Any]:
    """Return all of a page but ids and creators."""
    board = school.room(session_id)._lesson.state.board
    layers = {each.id: each for each in board.layers.values() if each.page_id == page}
    elements = [each.fields() for each in board.elements.values() if each.layer in layers]
    without = ("id", "layer", "by", "group")
    return {
        "page": msgspec.structs.replace(board.pages[page], id=""),
        "layers": [(each.name, each.locked) for each in layers.values()],
        "elements": [
            {
                **{key: value for key, value in each.items() if key not in without},
                "on": layers[each["layer"]].name,
                "is_grouped": "group" in each,
            }
            for each in elements
        ],
    }


@pytest.mark.parametrize("move", [None, Move.COMPLETE], ids=["goes on", "is over"])
async def test_a_page_comes_with_all_that_it_shows(source: School, move: Move | None) -> None:
    """[PG-2][PG-8] Paper, sheet, background, layers, elements, assets; also when it is over."""
    expected = layout(source, "geometry", "sheet")
    if move is not None:
        await source.rooms.ask("geometry", MoveSession(by=HOST, move=move))
        await source.restart()
    host = await source.join(HOST)
    before = len(await source.log())
    reply = await copied(source, host)
    assert reply["type"] == "reply", reply
    await source.rest()
    *brought, event = (await source.log())[before:]
    assert reply["data"]["result"] == {"seq": event.seq}
    assert event.type is EventType.BOARD_OP
    assert {each.type for each in brought} == {EventType.ASSET_ADD}
    there = [msgspec.json.decode(each.data, type=AssetAdded) for each in brought]
    assert there == [each for each in ASSETS if each.asset != UNSHOWN]
    assert layout(source, "algebra", "copy") == expected
    board = source.room()._lesson.state.board
    assert {each.by for each in board.elements.values()} == {HOST}
    grouped = [each.fields().get("group") for each in board.elements.values()]
    assert len({each for each in grouped if each is not None}) == 1
    assert "g" not in grouped
    assert list(board.pages) == ["p1", "copy"]
    # What is in the log folds to the same.
    stored = await source.store.board_at("algebra", event.seq)
    assert stored == board.encode()


async def test_the_second_page_brings_nothing_that_is_there(source: School) -> None:
    """[PG-2] Assets are one by their hash, and count once."""
    host = await source.join(HOST)
    await copied(source, host)
    taken = await source.store.reading(lambda reader: assets.bytes_of_user(reader, HOST))
    before = len(await source.log())
    reply = await copied(source, host, id="again", after="p1")
    await source.rest()
    (event,) = (await source.log())[before:]
    assert reply["data"]["result"] == {"seq": event.seq}
    assert list(source.room()._lesson.state.board.pages) == ["p1", "again", "copy"]
    assert taken == sum(each.size_bytes for each in ASSETS)


async def test_it_is_taken_back_as_one_step(source: School) -> None:
    """[PG-2][BD-11] And comes again, as a copy of one's own pages does."""
    there = source.room("geometry")._lesson.state.board
    host = await source.join(HOST)
    await copied(source, host, page="p1", id="empty")
    await answer(source, host, host.call("undo"))
    board = source.room()._lesson.state.board
    assert list(board.pages) == ["p1"]
    await answer(source, host, host.call("redo"))
    assert list(board.pages) == ["p1", "empty"]
    assert list(there.pages) == ["p1", "sheet"]


async def test_what_others_drew_there_is_whoever_brings_it(source: School) -> None:
    """[PG-2] Who was in another lesson is nobody's business here; grants hold for the page."""
    ann = await source.join(ANN, "geometry", suffix="-there")
    put = {"op": "put", "element": {"type": "rect", "id": "hers", "layer": "under", **AT}}
    ann.send("board", "board_event", {"ops": [put]}, message_id="hers-there:1")
    await source.until(lambda: "hers-there:1" in ann.acked)
    host = await source.join(HOST)
    await copied(source, host)
    board = source.room()._lesson.state.board
    assert len(board.elements) == len(ELEMENTS) + 1
    assert {each.by for each in board.elements.values()} == {HOST}
    assert {each.fields()["by"] for each in board.elements.values()} == {HOST}


async def test_the_own_session_is_no_other_one(school: School) -> None:
    """[PG-2] Creators stay, and it comes behind the page."""
    ann, host = await school.join(ANN), await school.join(HOST)
    submission = ann.draw("e1")
    await school.until(lambda: submission in ann.acked)
    reply = await copied(school, host, page="p1", from_session="algebra")
    assert reply["type"] == "reply"
    board = school.room()._lesson.state.board
    assert {each.by for each in board.elements.values()} == {ANN}


async def test_a_lesson_of_somebody_else_is_none(source: School) -> None:
    """[PG-2] Neither for a seat in it nor after a kick; that it exists cannot be told."""
    theirs = Session(session_id="theirs", host_id=BEN, created_at_ms=source.clock.now_ms())
    seats = [
        SeatParticipant(user_id=BEN, name="bennie", role=Role.HOST),
        SeatParticipant(user_id=HOST, name="hoster", role=Role.STUDENT),
    ]
    await source.rooms.create(theirs, [*seats, MoveSession(by=BEN, move=Move.START)])
    led = Session(session_id="led", host_id=BEN, created_at_ms=source.clock.now_ms())
    seats[1] = msgspec.structs.replace(seats[1], role=Role.HOST)
    await source.rooms.create(led, [*seats, MoveSession(by=BEN, move=Move.START)])
    host = await source.join(HOST)
    reply = await copied(source, host, page="p1", id="of-a-second-host", from_session="led")
    assert reply["type"] == "reply"
    await source.rooms.ask("led", ChangeRole(by=BEN, user_id=HOST, role=Role.STUDENT))
    told = [await copied(source, host, page="p1", from_session="led")]
    await source.rooms.ask("led", KickParticipant(by=BEN, user_id=HOST))
    before = len(await source.log())
    told += [
        await copied(source, host, page="p1", from_session=name)
        for name in ("theirs", "led", "nowhere")
    ]
    assert {each["type"] for each in told} == {"error"}
    assert [each["data"] for each in told[1:]] == [told[0]["data"]] * 3
    assert told[0]["data"]["code"] == "not_found"
    assert told[0]["data"]["field"] == "data.args.from_session"
    await source.rest()
    assert len(await source.log()) == before


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ({"page": "gone"}, "not_found", "data.args.page"),
        ({"id": "p1"}, "conflict", "id"),
        ({"from_session": "no/id"}, "invalid", "data.args.from_session"),
        ({"after": 7}, "invalid", "data.args.after"),
    ],
    ids=["a page that is gone", "an id that is taken", "no id of a session", "no id of a page"],
)
async def test_what_may_not_be_says_where(
    source: School, args: dict[str, object], code: str, field: str
) -> None:
    """[PG-2][EN-2] Nothing of it is there, and the next one is answered."""
    host = await source.join(HOST)
    before = len(await source.log())
    error = await copied(source, host, **args)
    assert error["type"] == "error"
    assert (error["data"]["code"], error["data"]["field"]) == (code, field)
    await source.rest()
    assert len(await source.log()) == before
    assert (await copied(source, host))["type"] == "reply"


async def test_whoever_may_add_no_pages_has_nothing_read(source: School) -> None:
    """[PG-2][BD-3] Refused before a board is read, whoever leads the other lesson."""
    own = Session(session_id="hers", host_id=ANN, created_at_ms=source.clock.now_ms())
    await source.rooms.create(own, [SeatParticipant(user_id=ANN, name="annnie", role=Role.HOST)])
    ann = await source.join(ANN)
    error = await copied(source, ann, page="p1", from_session="hers")
    assert error["data"]["code"] == "permission_denied"
    # A page has to be found before it could be refused otherwise.
    error = await copied(source, ann, page="gone", from_session="nowhere")
    assert error["data"]["code"] == "permission_denied"


async def test_one_is_read_at_a_time(source: School) -> None:
    """[PG-2][FC-7] The board of another session is held while it is read."""
    host = await source.join(HOST)
    args = {"page": "sheet", "from_session": "geometry"}
    first = host.call("copy_page", id="first", **args)
    second = host.call("copy_page", id="second", **args)
    assert (await answer(source, host, second))["data"]["code"] == "rate_limited"
    assert (await answer(source, host, first))["type"] == "reply"
    assert (await copied(source, host, id="third"))["type"] == "reply"


@pytest.fixture
async def shelved(source: School) -> ShelfItem:
    """What `geometry` shows, on the host's shelf."""
    head = await source.store.head("geometry")
    encoded = await board_at(source.store, "geometry", head)
    board = pages_of(Board.decode(encoded), (), by=HOST)
    new = NewItem(
        item_id="kept",
        user_id=HOST,
        name="Exercise",
        kind=ItemKind.PAGES,
        pages=2,
        elements=4,
        body=await bodies.write_board(board, source.rooms.write),
        picture=None,
        shown=[each for each in ASSETS if each.asset != UNSHOWN],
        created_at_ms=1,
        items_most=1,
        bytes_most=10**9,
    )
    return await source.rooms.write(lambda store: shelf.add(store, new))


async def from_shelf(school: School, client: Client, **args: object) -> dict[str, Any]:
    """Return the answer to a `copy_page` from the host's shelf."""
    wanted = {"page": "sheet", "id": "copy", "from_shelf": "kept", **args}
    return await answer(school, client, client.call("copy_page", **wanted))


async def test_pages_come_from_a_shelf_as_one_step(source: School, shelved: ShelfItem) -> None:
    """[PG-10][PG-2] With all that they show, also once the lesson that they were of is gone."""
    expected = layout(source, "geometry", "sheet")
    await source.rooms.ask("geometry", MoveSession(by=HOST, move=Move.TERMINATE))
    host = await source.join(HOST)
    before = len(await source.log())
    reply = await from_shelf(source, host, more=["p1"])
    assert reply["type"] == "reply", reply
    await source.rest()
    *brought, _ = (await source.log())[before:]
    there = [msgspec.json.decode(each.data, type=AssetAdded) for each in brought]
    assert there == [each for each in ASSETS if each.asset != UNSHOWN]
    assert layout(source, "algebra", "copy") == expected
    board = source.room()._lesson.state.board
    assert len(board.pages) == 3
    assert {each.by for each in board.elements.values()} == {HOST}
    await answer(source, host, host.call("undo"))
    assert list(source.room()._lesson.state.board.pages) == ["p1"]
    assert shelved.kind is ItemKind.PAGES


async def test_of_others_shelves_comes_only_what_is_shared(
    source: School, shelved: ShelfItem
) -> None:
    """[PG-10] What is not there and what is somebody else's have one answer."""
    await source.rooms.ask("algebra", ChangeRole(by=HOST, user_id=ANN, role=Role.HOST))
    ann = await source.join(ANN)
    refused = await from_shelf(source, ann)
    unknown = await from_shelf(source, ann, from_shelf="none")
    assert refused["data"] == unknown["data"]
    assert refused["data"]["code"] == "not_found"
    assert refused["data"]["field"] == "data.args.from_shelf"
    await source.rooms.write(lambda store: shelf.change(store, shelved.key, is_shared=True))
    assert (await from_shelf(source, ann))["type"] == "reply"
    board = source.room()._lesson.state.board
    assert {each.by for each in board.elements.values()} == {ANN}


@pytest.mark.parametrize(
    ("args", "code", "field"),
    [
        ({"from_session": "geometry"}, "invalid", "data.args.from_shelf"),
        ({"page": "none"}, "not_found", "data.args.page"),
        ({"more": ["none"]}, "not_found", "data.args.more[0]"),
        ({"more": ["sheet"]}, "invalid", "data.args.more"),
    ],
)
@pytest.mark.usefixtures("shelved")
async def test_what_no_shelf_can_give_is_named(
    source: School, args: dict[str, Any], code: str, field: str
) -> None:
    """[PG-10]"""
    host = await source.join(HOST)
    refused = await from_shelf(source, host, **args)
    assert (refused["data"]["code"], refused["data"]["field"]) == (code, field)
    # And nothing waits for it: the next one is read.
    assert (await from_shelf(source, host))["type"] == "reply"
