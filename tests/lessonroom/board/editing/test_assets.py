"""Images of a session: registered, limited, and the only ones that the board may show.

Tests also: lessonroom/board/editing/importing.py.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
from lessonroom.board.editing.assets import check_references
from lessonroom.board.model.board import named_pages
from lessonroom.board.model.elements import Formula, Image, Layer, Note, Rect
from lessonroom.board.model.operations import (
    AddPage,
    Operation,
    Patch,
    PatchPage,
    Put,
    Remove,
)
from lessonroom.board.model.page import Background, Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    Connect,
    CreateSession,
    EditBoard,
    ImportBoard,
    MoveSession,
    OpenRoom,
    RegisterAsset,
    SeatParticipant,
    SetPermissions,
)
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, Event, EventType
from lessonroom.outcome import Outcome
from lessonroom.people.permissions import Role
from lessonroom.room import Room
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from lessonroom.state import RoomState

HOST, STUDENT, VIEWER = 1, 2, 3
NOW_MS = 1_760_000_000_000
KNOWN, OTHER = "ab" * 32, "cd" * 32
SESSION = Session(session_id="algebra", host_id=HOST)
ROLES = {HOST: Role.HOST, STUDENT: Role.STUDENT, VIEWER: Role.VIEWER}


def picture(asset: str = KNOWN) -> Put:
    return Put(Image(id="i", layer="base", x=0, y=0, w=9, h=9, asset=asset))


def added(asset: str = KNOWN, size_bytes: int = 100) -> AssetAdded:
    return AssetAdded(asset, "image/png", 4, 3, size_bytes)


class Lesson:
    """A room that is open, with a host, a student and a viewer."""

    def __init__(self, *, limits: Limits | None = None, is_active: bool = True) -> None:
        self.room = Room(RoomState(SESSION), limits=limits)
        self.log: list[Event] = []
        self.n = 0
        self.do(CreateSession(by=HOST))
        self.do(OpenRoom(epoch="epoch"))
        for user_id, role in ROLES.items():
            self.do(SeatParticipant(user_id=user_id, name=f"Person {user_id}", role=role))
            self.do(
                Connect(
                    connection_id=f"c{user_id}",
                    peer_id=f"p{user_id}",
                    user_id=user_id,
                    token_issued_at_ms=NOW_MS,
                    is_peer=True,
                )
            )
        if is_active:
            self.do(MoveSession(by=HOST, move=Move.START))

    def do(self, command: Command) -> Outcome:
        outcome = self.room.handle(command, NOW_MS)
        self.log += outcome.events
        return outcome

    def draw(self, *ops: Operation, by: int = STUDENT) -> Outcome:
        self.n += 1
        return self.do(
            EditBoard(connection_id=f"c{by}", client_id="client-1", n=self.n, ops=list(ops))
        )

    def register(self, asset: AssetAdded, by: int | None = STUDENT) -> Outcome:
        return self.do(RegisterAsset(by=by, added=asset))

    def refused(self, act: Callable[[], Outcome]) -> Refused:
        head, board = self.room.state.head, self.room.state.board.encode()
        with pytest.raises(Refused) as caught:
            act()
        assert (self.room.state.head, self.room.state.board.encode()) == (head, board)
        return caught.value


def test_an_image_needs_its_asset_first() -> None:
    """[BD-13] What was not uploaded to this session is refused, and then shown."""
    lesson = Lesson()
    refused = lesson.refused(lambda: lesson.draw(picture()))
    assert (refused.code, refused.field) == (ErrorCode.NOT_FOUND, "ops[0].element.asset")
    outcome = lesson.register(added())
    assert [event.type for event in outcome.events] == [EventType.ASSET_ADD]
    assert outcome.events[0].body() == added()
    lesson.draw(picture())
    assert "i" in lesson.room.state.board.elements


def test_a_patch_brings_no_foreign_image_in() -> None:
    """[BD-13] Nor does an event whose first operations were fine."""
    lesson = Lesson()
    lesson.register(added())
    lesson.draw(picture())
    changes: tuple[tuple[Operation, ...], ...] = (
        (Patch("i", {"asset": OTHER}),),
        (Remove(["i"]), picture(OTHER)),
    )
    for ops in changes:
        refused = lesson.refused(partial(lesson.draw, *ops))
        assert refused.code is ErrorCode.NOT_FOUND
        assert refused.field in {"ops[0].set.asset", "ops[1].element.asset"}


def test_a_formula_needs_its_outline_first() -> None:
    """[BD-21] Whoever may draw brings it, and a patch brings no foreign one in."""
    lesson = Lesson()
    lesson.do(SetPermissions(by=HOST, permissions={"can_upload_images": False}, user_id=STUDENT))
    formula = Formula(id="f", layer="base", x=0, y=0, w=9, h=9, tex="x", outline=KNOWN)
    refused = lesson.refused(lambda: lesson.draw(Put(formula)))
    assert (refused.code, refused.field) == (ErrorCode.NOT_FOUND, "ops[0].element.outline")
    lesson.register(AssetAdded(KNOWN, OUTLINE_MEDIA_TYPE, 4, 3, 100))
    lesson.draw(Put(formula))
    refused = lesson.refused(lambda: lesson.draw(Patch("f", {"outline": OTHER})))
    assert (refused.code, refused.field) == (ErrorCode.NOT_FOUND, "ops[0].set.outline")
    refused = lesson.refused(
        lambda: lesson.register(AssetAdded(OTHER, OUTLINE_MEDIA_TYPE, 4, 3, 100), VIEWER)
    )
    assert refused.code is ErrorCode.PERMISSION_DENIED


def test_other_elements_refer_to_no_image() -> None:
    note = Note(id="n", layer="base", x=0, y=0, w=1, h=1)
    ops: list[Operation] = [Put(note), Patch("n", {"text": "a"})]
    check_references(ops, frozenset())


def test_the_same_image_again_is_no_event() -> None:
    lesson = Lesson()
    lesson.register(added())
    outcome = lesson.register(added(), by=HOST)
    assert (outcome.events, outcome.result) == ([], added())


def test_who_may_not_upload_registers_nothing() -> None:
    """[BD-3] The permission of the moment; the operator needs none."""
    lesson = Lesson()
    assert lesson.refused(lambda: lesson.register(added(), VIEWER)).code is (
        ErrorCode.PERMISSION_DENIED
    )
    lesson.do(SetPermissions(by=HOST, permissions={"can_upload_images": False}, user_id=STUDENT))
    assert lesson.refused(lambda: lesson.register(added())).code is ErrorCode.PERMISSION_DENIED
    lesson.register(added(), by=None)


def test_images_come_while_the_board_is_open() -> None:
    """[BD-8] The host prepares, the others wait; after the end nobody brings any."""
    lesson = Lesson(is_active=False)
    assert lesson.refused(lambda: lesson.register(added())).code is ErrorCode.SESSION_NOT_ACTIVE
    lesson.register(added(), by=HOST)
    lesson.do(MoveSession(by=HOST, move=Move.TERMINATE))
    for by in (HOST, None):
        refused = lesson.refused(partial(lesson.register, added(OTHER), by))
        assert refused.code is ErrorCode.SESSION_ENDED


@pytest.mark.parametrize(
    "limits", [Limits(assets_per_session=1), Limits(asset_bytes_per_session=199)]
)
def test_a_session_has_so_many_images_and_bytes(limits: Limits) -> None:
    """[BD-9] The one that is there already still counts once."""
    lesson = Lesson(limits=limits)
    lesson.register(added())
    lesson.register(added())
    assert lesson.refused(lambda: lesson.register(added(OTHER))).code is ErrorCode.TOO_LARGE


def test_the_log_knows_the_images() -> None:
    """[P7] state = fold(log)."""
    lesson = Lesson()
    lesson.register(added())
    state = RoomState(SESSION)
    for event in lesson.log:
        state.apply(event)
    assert state.assets == {KNOWN: 100} == lesson.room.state.assets


# -- beginning with a board

LAYERS = [Layer(id="under", name="Under", locked=True), Layer(id="base", name="Main", page=2)]
BOX: dict[str, Any] = {"x": 0, "y": 0, "w": 1, "h": 1}
RECT = Rect(id="r", layer="base", **BOX)


def begun(**fields: Any) -> Room:  # noqa: ANN401 - of the command
    room = Room(RoomState(SESSION), limits=fields.pop("limits", None))
    room.handle(CreateSession(by=HOST), NOW_MS)
    layers = fields.pop("layers", LAYERS)
    command = {"by": HOST, "layers": layers, "elements": [], "assets": [], **fields}
    command.setdefault("pages", list(named_pages(layers).values()))
    room.handle(ImportBoard(**command), NOW_MS)
    return room


def test_a_session_begins_with_layers_and_elements_as_they_were() -> None:
    """[API export] Order, locks, pages and names; the creator is whoever imports."""
    elements = [
        Rect(id="r", layer="under", by=99, **BOX),
        Image(id="i", layer="base", asset=KNOWN, by=99, **BOX),
    ]
    state = begun(elements=elements, assets=[added()]).state
    assert list(state.board.layers.values()) == LAYERS
    assert {stored.by for stored in state.board.elements.values()} == {HOST}
    assert set(state.board.elements) == {"r", "i"}
    assert state.assets == {KNOWN: 100}
    assert state.head == 3


def test_the_first_layer_need_not_be_among_them() -> None:
    state = begun(layers=[Layer(id="only")]).state
    assert list(state.board.layers) == ["only"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        (
            {"elements": [Rect(id="r", layer="gone", **BOX)]},
            ErrorCode.NOT_FOUND,
            "board.elements.r.layer",
        ),
        (
            {"elements": [Image(id="i", layer="base", asset=OTHER, **BOX)]},
            ErrorCode.NOT_FOUND,
            "board.elements.i.asset",
        ),
        (
            {"elements": [Note(id="n", layer="base", text="a\0", **BOX)]},
            ErrorCode.INVALID,
            "board.elements.n.text",
        ),
        ({"layers": [Layer(id="l"), Layer(id="l")]}, ErrorCode.CONFLICT, "board.layers[1].id"),
        (
            {
                "limits": Limits(elements_per_board=0),
                "elements": [Rect(id="r", layer="base", **BOX)],
            },
            ErrorCode.TOO_LARGE,
            "board",
        ),
        (
            {"limits": Limits(assets_per_session=0), "assets": [added()]},
            ErrorCode.TOO_LARGE,
            "board",
        ),
    ],
)
def test_a_board_that_could_not_have_been_drawn_is_refused(
    fields: dict[str, Any], code: ErrorCode, field: str
) -> None:
    """[BD-9] The path is one of the imported board."""
    with pytest.raises(Refused) as caught:
        begun(**fields)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("field", ["asset", "document", "text"])
def test_whatever_a_background_names_has_to_be_there(field: str) -> None:
    """[PG-8][BD-13] Its picture, its document and its words; of a patch, too."""
    names = {"asset": "a" * 64, "document": "b" * 64, "text": "c" * 64}
    under = msgspec.convert({**names, "w": 100, "h": 100}, Background)
    for op, path in (
        (AddPage(Page(id="p2", background=under)), "page"),
        (PatchPage("p1", {"background": {**names, "w": 100, "h": 100}}), "set"),
    ):
        check_references([op], set(names.values()))
        with pytest.raises(Refused) as refused:
            check_references([op], set(names.values()) - {names[field]})
        assert refused.value.code is ErrorCode.NOT_FOUND
        assert refused.value.field == f"ops[0].{path}.background.{field}"
