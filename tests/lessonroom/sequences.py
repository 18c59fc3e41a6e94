"""Random sequences of commands: seeded, valid and invalid ones mixed, restarts among them.

The ids come from pools so small that commands meet: people press on elements of each other, send
an id twice, talk to peers that are gone. A sequence is made without looking at a room, so that the
same seed is the same list of commands whatever the room makes of them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import (
    Curve,
    Custom,
    Element,
    Formula,
    Graph,
    Image,
    Layer,
    Line,
    Note,
    Polygon,
    Rect,
    Stroke,
    Table,
    TableLine,
    TextElement,
)
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Append,
    Clear,
    Operation,
    Patch,
    PatchLayer,
    PatchPage,
    Put,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.commands import (
    AdmitParticipant,
    BringPeople,
    ChangeRole,
    Command,
    Connect,
    CopyPage,
    CreateSession,
    Disconnect,
    EditBoard,
    FollowBooking,
    InviteParticipant,
    KickParticipant,
    LowerHands,
    MoveSession,
    MoveTimer,
    OpenRoom,
    PassTime,
    RaiseHand,
    Redo,
    RegisterAsset,
    RelayCandidate,
    RelayDescription,
    ReleasePeople,
    ReopenSession,
    RestoreBoard,
    SaveBoard,
    SeatParticipant,
    SendChatMessage,
    SetMedia,
    SetPermissions,
    SetTimer,
    SettleEmpty,
    Undo,
    UpdateSession,
)
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission, Role
from lessonroom.protocol.client import IceCandidate
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings, TimerMove
from tests.lessonroom.lesson import START_MS

LIMITS: Final = Limits(
    elements_per_board=6,
    element_bytes=400,
    points_per_stroke=8,
    board_bytes=1500,
    pages=3,
    layers=5,
    text_chars=20,
    ops_per_event=4,
    connections_per_participant=2,
    sdp_bytes=60,
    candidate_bytes=60,
    asset_bytes_per_session=1000,
)
"""Limits that a random lesson runs into."""

SESSION: Final = Session(
    session_id="random", host_id=1, max_participants=3, settings=SessionSettings(grace_s=5)
)

USERS: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6)
"""The host is busy; the last two have no seat to begin with."""
STRANGER: Final = 7
ROLES: Final[Mapping[int, Role]] = {
    1: Role.HOST, 2: Role.STUDENT, 3: Role.STUDENT, 4: Role.VIEWER, 5: Role.STUDENT, 6: Role.SOLO,
}  # fmt: skip
_ELEMENTS: Final = ("e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8")
_LAYERS: Final = (
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "l2",
    "l3",
    "l4",
    "l5",
)
_PAGES: Final = ("p1", "p1", "p1", "p2", "p3", "p4")
_NAMES: Final = ("Ann", "ann", "Аnn", " Ben\u202e ", "\u200d", "x" * 65)

_BOARDS: Final = (
    Board(),
    Board([Layer(id="base", name="Layer 1"), Layer(id="l2", locked=True)]),
    Board(
        [Layer(id="l3"), Layer(id="base")],
        [
            StoredElement.of(Rect(id="e1", layer="base", by=1, x=0, y=0, w=5, h=5)),
            StoredElement.of(Stroke(id="e2", layer="l3", by=2, points=[0, 0, 0.5, 0])),
        ],
    ),
    Board(
        [Layer(id="base", page="p2"), Layer(id="l2"), Layer(id="p3", page="p3")],
        [StoredElement.of(Rect(id="e3", layer="l2", by=1, x=0, y=0, w=5, h=5))],
        [Page(id="p3", title="Third"), Page(id="p1"), Page(id="p2", size=(794, 1123))],
    ),
)
"""What a restore may bring back; which version it is does not matter to a room."""

Step = tuple[Command, int]
"""A command and the time it comes at, in milliseconds."""

_decode_operation: Final = msgspec.msgpack.Decoder(Operation).decode


class Moment(NamedTuple):
    """Where in a sequence a command stands."""

    n: int
    now_ms: int


def sequence(seed: int, *, length: int = 80) -> Iterator[Step]:
    """Return the steps of a seed: a lesson that has begun, then whatever comes."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    now_ms = START_MS
    yield CreateSession(by=1), now_ms
    yield OpenRoom(epoch="epoch-0"), now_ms
    if chance.random() < 0.1:
        yield UpdateSession(by=None, settings={"waiting_room": True}), now_ms
    for user_id in (1, 2, 3, 4):
        yield (
            SeatParticipant(user_id=user_id, name=f"Person {user_id}", role=ROLES[user_id]),
            now_ms,
        )
        yield _connect(chance, user_id, now_ms), now_ms
    if chance.random() < 0.8:
        yield MoveSession(by=1, move=Move.START), now_ms
    sent: list[EditBoard | SendChatMessage] = []
    makers = list(_MAKERS)
    weights = list(_MAKERS.values())
    for n in range(length):
        # Now and then the clock of the server is set back.
        now_ms += chance.choice((0, 1, 40, 40, 900, 6000, -3000))
        kind = chance.random()
        if kind < 0.01:
            yield OpenRoom(epoch=f"epoch-{n + 1}"), now_ms
            for user_id in (1, 2, 3, 4):
                yield _connect(chance, user_id, now_ms), now_ms
        elif kind < 0.02:
            yield from _away(chance, now_ms)
            now_ms += 30_000
        elif kind < 0.05 and sent:
            yield chance.choice(sent), now_ms
        else:
            (make,) = chance.choices(makers, weights)
            command = make(chance, Moment(n + 1, now_ms))
            if isinstance(command, EditBoard | SendChatMessage):
                sent.append(command)
            yield command, now_ms


def _away(chance: random.Random, now_ms: int) -> Iterator[Step]:
    """Everyone leaves, somebody keeps house, and mostly they come back."""
    for user_id in USERS:
        for tab in "ab":
            yield Disconnect(connection_id=f"c{user_id}{tab}", is_bye=True), now_ms
    for _ in range(2):
        now_ms += 15_000
        yield PassTime(), now_ms
        yield _settle(chance, Moment(0, now_ms)), now_ms
    for user_id in (1, 2, 3, 4):
        yield _connect(chance, user_id, now_ms), now_ms


# -- one maker for each command


def _edit(chance: random.Random, at: Moment) -> Command:
    user_id = chance.choice(USERS)
    return EditBoard(
        connection_id=_connection(chance, user_id),
        client_id=chance.choice((f"client-{user_id}", "client-shared")),
        # Mostly ahead of what was accepted, skipping many; sometimes again, sometimes below.
        n=at.n if chance.random() < 0.9 else chance.randint(1, at.n),
        ops=[operation(chance) for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 3, 5)))],
    )


def _chat(chance: random.Random, at: Moment) -> Command:
    user_id = chance.choice(USERS)
    return SendChatMessage(
        connection_id=_connection(chance, user_id),
        client_id=chance.choice((f"client-{user_id}", f"chat-of-{user_id}")),
        n=at.n if chance.random() < 0.9 else chance.randint(1, at.n),
        text=chance.choice(("Hello", "Which page?", " ", "½ + ¼ = ¾")),
    )


def operation(chance: random.Random) -> Operation:
    """Return one operation as the decoder would, more often a possible one than not."""
    op: Operation = _decode_operation(msgspec.msgpack.encode(_operation(chance)))
    return op


def _operation(chance: random.Random) -> Operation:
    element_id = chance.choice(_ELEMENTS)
    match chance.choices(range(10), (10, 8, 6, 3, 1, 2, 2, 1, 1, 5))[0]:
        case 0:
            part_of = chance.choice((None, None, None, *_ELEMENTS[:2]))
            return Put(_element(chance, element_id), part_of)
        case 1:
            return Patch(
                element_id, _patch(chance), chance.choice(([], [], ["style.color"], ["by"], ["id"]))
            )
        case 2:
            points = _points(chance)
            return Append(element_id, points, int(points[0]) % 4 + 1)
        case 3:
            return Remove(chance.sample(_ELEMENTS, chance.randint(1, 3)))
        case 4:
            layer, page = chance.choice(
                ((None, None), ("base", None), ("gone", None), (None, "p1"))
            )
            return Clear(layer, page)
        case 5:
            name = "A" + "\0" * (chance.random() < 0.1)
            page = chance.choice(("p1", "p1", *_PAGES))
            return AddLayer(Layer(id=chance.choice(_LAYERS[-5:]), name=name, page=page))
        case 6:
            changes: tuple[dict[str, Any], ...] = (
                {"locked": True},
                {"locked": False},
                {"name": "B"},
                {"page": 0},
                {"page": chance.choice(_PAGES)},
                {"id": "l9"},
            )
            return PatchLayer(chance.choice(_LAYERS), chance.choice(changes))
        case 7:
            return RemoveLayer(chance.choice(_LAYERS))
        case 8:
            order = ["base", *chance.sample(_LAYERS[-4:], chance.randint(0, 2))]
            chance.shuffle(order)
            return ReorderLayers(order)
        case _:
            return _page_operation(chance)


def _page_operation(chance: random.Random) -> Operation:
    page_id = chance.choice(_PAGES)
    match chance.choices(range(4), (4, 3, 2, 3))[0]:
        case 0:
            layer = chance.choice((None, None, Layer(id=chance.choice(_LAYERS[-5:]))))
            title = "T" + "\0" * (chance.random() < 0.1)
            return AddPage(Page(id=page_id, title=title), layer, chance.choice((None, 0, 1, 99)))
        case 1:
            changes: tuple[dict[str, Any], ...] = (
                {"title": "Homework"},
                {"paper": {"kind": "squares", "step": 16}},
                {"size": [794, 1123]},
                {"background": {"asset": "ab" * 32, "w": 10, "h": 10}},
                {"id": "p9"},
                {"paper": {"kind": "papyrus"}},
                {},
            )
            unset = chance.choice(([], [], ["title", "paper"], ["size"], ["id"]))
            return PatchPage(page_id, chance.choice(changes), unset)
        case 2:
            return RemovePage(page_id)
        case _:
            order = list(dict.fromkeys(("p1", *chance.sample(_PAGES[-3:], chance.randint(0, 2)))))
            chance.shuffle(order)
            return ReorderPages(order)


def _element(chance: random.Random, element_id: str) -> Element:
    x = chance.choice((0, 1.5, -2e6, 7))
    named: dict[str, Any] = {
        "id": element_id, "layer": chance.choice(_LAYERS), "by": chance.randint(0, 9),
    }  # fmt: skip
    box: dict[str, Any] = {"x": x, "y": x, "w": 5, "h": 5.25}
    match chance.choices(range(11), (6, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1))[0]:
        case 0:
            return Stroke(**named, points=_points(chance))
        case 1:
            return Rect(**named, **box)
        case 2:
            return Line(**named, x1=x, y1=0, x2=1, y2=1)
        case 3:
            return TextElement(**named, x=x, y=x, text="t" * chance.choice((1, 20, 21)))
        case 4:
            return Note(**named, **box, text=chance.choice(("note", "\0")))
        case 5:
            return Image(**named, **box, asset="ab" * 32)
        case 6:
            tex = chance.choice(("x", "\\frac{1}{2}", "\0"))
            return Formula(**named, **box, tex=tex, outline=chance.choice(("ab", "cd")) * 32)
        case 7:
            corners = [0, 0, x, 1, 5, 5.5, *chance.choice(([], [7], [9, 9]))]
            return Polygon(**named, x=x, closed=chance.random() < 0.7, points=corners)
        case 8:
            view = chance.choice(((-1, 1, -1, 1), (1, 1, 0, 5)))
            runs: list[list[int | float]] = [[0, 0, 1, chance.random()]]
            runs.append([2] * chance.choice((1, 2)))
            return Graph(**named, **box, view=view, curves=[Curve(expr="x", points=runs)])
        case 9:
            lines = [TableLine(id=name, size=9) for name in chance.choice(("a", "ab", "aa"))]
            cells = chance.choice(({}, {"a:a": "x"}, {"a:b": "t" * 21}, {"c:c": "\0"}))
            return Table(**named, x=x, y=x, rows=lines, cols=lines, cells=cells)
        case _:
            data = chance.choice(({"a": [1, None]}, {"__proto__": 1}, {"long": "x" * 400}))
            return Custom(**named, **box, kind="chart", data=data)


def _patch(chance: random.Random) -> dict[str, Any]:
    patches: tuple[dict[str, Any], ...] = (
        {"x": chance.randint(-9, 9)},
        {"y": chance.random()},
        {"x": 1, "rotation": 30, "by": 9},
        {"style": {"color": "#ff0000"}},
        {"style": {"width": 4}},
        {"style": {"width": -1}},
        {"layer": chance.choice(_LAYERS)},
        {"points": _points(chance)},
        {"z": "b1"},
        {"locked": chance.random() < 0.3},
        {"locked": True, "x": 2},
        {"group": chance.choice(("g1", None, "a b"))},
        {"mirrored": True},
        {"tex": "y", "outline": chance.choice(("ab", "ef")) * 32},
        {"tex": ""},
        {"cells": chance.choice(({"a:a": "y"}, {"b:a": ""}, {"b:a": "z", "a:a": "w"}, {"a": "b"}))},
        {"cells": {"a:b": "v"}, "style": {"color": "#00ff00"}},
        {"view": chance.choice(([-2, 2, -2, 2], [2, -2, 0, 1], [1]))},
        {"curves": [{"expr": "x", "points": chance.choice(([[1, 2]], [[1]], [1]))}]},
        {"type": "rect"},
        {"prototype": 1},
        {"x": float("nan")},
    )
    return chance.choice(patches)


def _points(chance: random.Random) -> list[int | float]:
    points: list[int | float] = []
    for _ in range(chance.choice((1, 1, 2, 3, 9))):
        points += [chance.randint(0, 99), chance.random(), chance.choice((0, 0.5, 1)), 16]
    if chance.random() < 0.05:
        points.append(1)
    return points


def _seat(chance: random.Random, _: Moment) -> Command:
    user_id = chance.choice(USERS)
    return SeatParticipant(user_id=user_id, name=chance.choice(_NAMES), role=ROLES[user_id])


def _invite(chance: random.Random, _: Moment) -> Command:
    return InviteParticipant(
        by=_actor(chance),
        user_id=chance.choice(USERS),
        name=chance.choice(_NAMES),
        role=chance.choice((Role.STUDENT, Role.VIEWER, Role.HOST)),
    )


def _admit(chance: random.Random, _: Moment) -> Command:
    return AdmitParticipant(by=_actor(chance), user_id=chance.choice((*USERS, STRANGER)))


def _set_timer(chance: random.Random, _: Moment) -> Command:
    return SetTimer(
        by=_actor(chance), seconds=chance.randint(1, 600), title=chance.choice(("", "One"))
    )


def _move_timer(chance: random.Random, _: Moment) -> Command:
    return MoveTimer(by=_actor(chance), move=chance.choice(list(TimerMove)), seconds=30)


def _raise_hand(chance: random.Random, _: Moment) -> Command:
    return RaiseHand(by=chance.choice((*USERS, STRANGER)))


def _lower_hands(chance: random.Random, _: Moment) -> Command:
    return LowerHands(by=_actor(chance), user_id=chance.choice((None, *USERS, STRANGER)))


def _change_role(chance: random.Random, _: Moment) -> Command:
    return ChangeRole(
        by=_actor(chance),
        user_id=chance.choice((*USERS, STRANGER)),
        role=chance.choice((Role.HOST, Role.STUDENT, Role.VIEWER)),
    )


def _follow(chance: random.Random, at: Moment) -> Command:
    return FollowBooking(
        plan=UpdateSession(
            by=None,
            title=f"booking {at.n}",
            host_id=chance.choice((msgspec.UNSET, msgspec.UNSET, *USERS)),
        ),
        invited=tuple(
            InviteParticipant(by=None, user_id=user_id, name="Booked", role=Role.STUDENT)
            for user_id in chance.sample(USERS, chance.choice((0, 1, 2)))
        ),
        removed=tuple(chance.sample(USERS, chance.choice((0, 0, 1)))),
    )


def _bring(chance: random.Random, _: Moment) -> Command:
    return BringPeople(
        by=_actor(chance),
        page=chance.choice(_PAGES),
        view=chance.choice((None, (0, 0, 100, 50))),
        users=chance.choice((None, [2], [3, STRANGER])),
    )


def _copy(chance: random.Random, _: Moment) -> Command:
    return CopyPage(by=chance.choice(USERS), page=chance.choice(_PAGES), id=chance.choice(_PAGES))


def _release(chance: random.Random, _: Moment) -> Command:
    return ReleasePeople(by=_actor(chance))


def _amend(chance: random.Random, at: Moment) -> Command:
    return UpdateSession(
        by=_actor(chance),
        title=chance.choice((msgspec.UNSET, f"lesson {at.n}")),
        max_participants=chance.choice((msgspec.UNSET, 2, 3)),
        settings=chance.choice(
            (
                {"waiting_room": True},
                {"waiting_room": True},
                {"waiting_room": True},
                {"waiting_room": True},
                {"waiting_room": False},
                {"grace_s": 4000},
                {"chat_policy": "off"},
                {"chat_policy": "all"},
            )
        ),
        if_tag=chance.choice((None, None, None, "another")),
    )


def _connect(chance: random.Random, user_id: int, now_ms: int) -> Connect:
    connection_id = _connection(chance, user_id)
    return Connect(
        connection_id=connection_id,
        peer_id=f"peer-{connection_id}",
        user_id=user_id,
        token_issued_at_ms=now_ms - chance.choice((0, 0, 0, 5000)),
        is_peer=chance.random() < 0.8,
    )


def _connect_anyone(chance: random.Random, at: Moment) -> Command:
    return _connect(chance, chance.choice((*USERS, STRANGER)), at.now_ms)


def _disconnect(chance: random.Random, _: Moment) -> Command:
    return Disconnect(
        connection_id=_connection(chance, chance.choice(USERS)), is_bye=chance.random() < 0.3
    )


def _describe(chance: random.Random, _: Moment) -> Command:
    return RelayDescription(
        connection_id=_connection(chance, chance.choice(USERS)),
        type=chance.choice(("offer", "answer")),
        to=f"peer-{_connection(chance, chance.choice(USERS))}",
        sdp="v=0\r\n" * chance.choice((1, 2, 20)),
    )


def _candidate(chance: random.Random, _: Moment) -> Command:
    return RelayCandidate(
        connection_id=_connection(chance, chance.choice(USERS)),
        to=f"peer-{_connection(chance, chance.choice(USERS))}",
        candidate=chance.choice((None, IceCandidate("candidate:1"), IceCandidate("x" * 61))),
    )


def _media(chance: random.Random, _: Moment) -> Command:
    user_id = chance.choice(USERS)
    return SetMedia(
        by=user_id,
        connection_id=chance.choice((None, _connection(chance, user_id))),
        video=chance.choice((None, True, False)),
        audio=chance.choice((None, True, False)),
        screen=chance.choice((None, True, False)),
    )


def _move(chance: random.Random, _: Moment) -> Command:
    # Ends are rare, or most lessons would be short.
    often = {Move.COMPLETE: 1, Move.TERMINATE: 1, Move.RESUME: 12}
    (move,) = chance.choices(list(Move), [often.get(move, 4) for move in Move])
    return MoveSession(by=_actor(chance), move=move, reason=chance.choice((None, "over")))


def _reopen(chance: random.Random, _: Moment) -> Command:
    return ReopenSession(by=_actor(chance), within_ms=chance.choice((None, 60_000, 86_400_000)))


def _kick(chance: random.Random, _: Moment) -> Command:
    return KickParticipant(by=_actor(chance), user_id=chance.choice((*USERS, STRANGER)))


def _permit(chance: random.Random, _: Moment) -> Command:
    names: list[str] = chance.sample(list(Permission), chance.randint(0, 3))
    if chance.random() < 0.05:
        names.append("can_fly")
    role = chance.choice((None, None, Role.STUDENT, Role.VIEWER, Role.HOST))
    return SetPermissions(
        by=_actor(chance),
        permissions={name: chance.random() < 0.5 for name in names},
        user_id=chance.choice(USERS) if role is None or chance.random() < 0.1 else None,
        role=role,
    )


def _save(chance: random.Random, _: Moment) -> Command:
    return SaveBoard(by=_actor(chance))


def _register(chance: random.Random, _: Moment) -> Command:
    asset = chance.choice(("ab", "ab", "cd", "ef")) * 32
    kind = chance.choice(("image/png", "image/png", OUTLINE_MEDIA_TYPE))
    return RegisterAsset(by=_actor(chance), added=AssetAdded(asset, kind, 4, 3, 400))


def _restore(chance: random.Random, at: Moment) -> Command:
    return RestoreBoard(
        by=_actor(chance),
        version=chance.randint(1, at.n + 10),
        board=chance.choice(_BOARDS).encode(),
    )


def _undo(chance: random.Random, _: Moment) -> Command:
    return Undo(by=chance.choice(USERS))


def _redo(chance: random.Random, _: Moment) -> Command:
    return Redo(by=chance.choice(USERS))


def _tick(_: random.Random, __: Moment) -> Command:
    return PassTime()


def _settle(chance: random.Random, _: Moment) -> Command:
    after_ms = chance.choice((1, 1, 10_000))
    return SettleEmpty(
        pause_after_ms=after_ms, end_after_ms=after_ms, end_unplanned_after_ms=600_000
    )


def _actor(chance: random.Random) -> int | None:
    return chance.choice((None, 1, 1, 1, 2, 4, STRANGER))


def _connection(chance: random.Random, user_id: int) -> str:
    return f"c{user_id}{chance.choice('aaaaaaaaab')}"


_MAKERS: Final[Mapping[Callable[[random.Random, Moment], Command], int]] = {
    _edit: 50,
    _chat: 6,
    _seat: 4,
    _invite: 3,
    _admit: 6,
    _amend: 4,
    _change_role: 1,
    _set_timer: 1,
    _move_timer: 2,
    _raise_hand: 2,
    _lower_hands: 1,
    _follow: 1,
    _connect_anyone: 12,
    _disconnect: 3,
    _describe: 3,
    _candidate: 3,
    _media: 8,
    _move: 6,
    _kick: 2,
    _reopen: 6,
    _bring: 3,
    _release: 2,
    _copy: 3,
    _permit: 8,
    _save: 1,
    _restore: 2,
    _undo: 6,
    _redo: 4,
    _register: 3,
    _tick: 4,
    _settle: 3,
}
"""Each maker and how often it has its turn."""
