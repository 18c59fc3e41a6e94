"""Random sequences of commands: seeded, valid and invalid ones mixed, restarts among them.

The ids come from pools so small that commands meet: people press on elements of each other, send
an id twice, talk to peers that are gone. A sequence is made without looking at a room, so that the
same seed is the same list of commands whatever the room makes of them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
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
    ExpectedPerson,
    ExpectPeople,
    FollowBooking,
    InviteParticipant,
    KickParticipant,
    MoveSession,
    MoveTimer,
    OpenRoom,
    PassTime,
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
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission, Role
from lessonroom.protocol.client import IceCandidate
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import TimerMove
from tests.lessonroom import sequences_of_people
from tests.lessonroom.lesson import START_MS
from tests.lessonroom.moments import BOARDS, ROLES, STRANGER, USERS, Moment, Step, actor, connection
from tests.lessonroom.sequences_of_edits import PAGES, operation
from tests.lessonroom.sequences_of_talk import chat, report_quality

_NAMES: Final = ("Ann", "ann", "Аnn", " Ben\u202e ", "\u200d", "x" * 65)


def sequence(seed: int, *, length: int = 96) -> Iterator[Step]:
    """Return the steps of a seed: a lesson that has begun, then whatever comes."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    now_ms = START_MS
    yield CreateSession(by=1), now_ms
    yield OpenRoom(epoch="epoch-0"), now_ms
    if chance.random() < 0.1:
        yield UpdateSession(by=None, settings={"waiting_room": True}), now_ms
    if chance.random() < 0.4:
        yield UpdateSession(by=None, is_recorded=True), now_ms
    for user_id in (1, 2, 3, 4):
        yield (
            SeatParticipant(user_id=user_id, name=f"Person {user_id}", role=ROLES[user_id]),
            now_ms,
        )
        yield _connect(chance, user_id, now_ms), now_ms
    if chance.random() < 0.8:
        yield MoveSession(by=1, move=Move.START), now_ms
    if chance.random() < 0.2:
        yield from sequences_of_people.recorded(now_ms)
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
        connection_id=connection(chance, user_id),
        client_id=chance.choice((f"client-{user_id}", "client-shared")),
        # Mostly ahead of what was accepted, skipping many; sometimes again, sometimes below.
        n=at.n if chance.random() < 0.9 else chance.randint(1, at.n),
        ops=[operation(chance) for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 2, 2, 3, 5)))],
    )


def _seat(chance: random.Random, _: Moment) -> Command:
    user_id = chance.choice(USERS)
    return SeatParticipant(user_id=user_id, name=chance.choice(_NAMES), role=ROLES[user_id])


def _invite(chance: random.Random, _: Moment) -> Command:
    return InviteParticipant(
        by=actor(chance),
        user_id=chance.choice(USERS),
        name=chance.choice(_NAMES),
        role=chance.choice((Role.STUDENT, Role.VIEWER, Role.HOST)),
    )


def _admit(chance: random.Random, _: Moment) -> Command:
    return AdmitParticipant(by=actor(chance), user_id=chance.choice((*USERS, STRANGER)))


def _set_timer(chance: random.Random, _: Moment) -> Command:
    return SetTimer(
        by=actor(chance), seconds=chance.randint(1, 600), title=chance.choice(("", "One"))
    )


def _move_timer(chance: random.Random, _: Moment) -> Command:
    return MoveTimer(by=actor(chance), move=chance.choice(list(TimerMove)), seconds=30)


def _change_role(chance: random.Random, _: Moment) -> Command:
    return ChangeRole(
        by=actor(chance),
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


def _expect(chance: random.Random, _: Moment) -> Command:
    roles = (None, None, Role.STUDENT, Role.VIEWER, Role.HOST)
    return ExpectPeople(
        people=tuple(
            ExpectedPerson(user_id=user_id, name=chance.choice(_NAMES), role=chance.choice(roles))
            for user_id in chance.sample(USERS, chance.choice((1, 2, 3)))
        )
    )


def _bring(chance: random.Random, _: Moment) -> Command:
    return BringPeople(
        by=actor(chance),
        page=chance.choice(PAGES),
        view=chance.choice((None, (0, 0, 100, 50))),
        users=chance.choice((None, [2], [3, STRANGER])),
    )


def _copy(chance: random.Random, _: Moment) -> Command:
    return CopyPage(by=chance.choice(USERS), page=chance.choice(PAGES), id=chance.choice(PAGES))


def _release(chance: random.Random, _: Moment) -> Command:
    return ReleasePeople(by=actor(chance))


def _amend(chance: random.Random, at: Moment) -> Command:
    return UpdateSession(
        by=actor(chance),
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
    connection_id = connection(chance, user_id)
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
        connection_id=connection(chance, chance.choice(USERS)), is_bye=chance.random() < 0.3
    )


def _describe(chance: random.Random, _: Moment) -> Command:
    return RelayDescription(
        connection_id=connection(chance, chance.choice(USERS)),
        type=chance.choice(("offer", "answer")),
        to=f"peer-{connection(chance, chance.choice(USERS))}",
        sdp="v=0\r\n" * chance.choice((1, 2, 20)),
    )


def _candidate(chance: random.Random, _: Moment) -> Command:
    return RelayCandidate(
        connection_id=connection(chance, chance.choice(USERS)),
        to=f"peer-{connection(chance, chance.choice(USERS))}",
        candidate=chance.choice((None, IceCandidate("candidate:1"), IceCandidate("x" * 61))),
    )


def _media(chance: random.Random, _: Moment) -> Command:
    user_id = chance.choice(USERS)
    return SetMedia(
        by=user_id,
        connection_id=chance.choice((None, connection(chance, user_id))),
        video=chance.choice((None, True, False)),
        audio=chance.choice((None, True, False)),
        screen=chance.choice((None, True, False)),
    )


def _move(chance: random.Random, _: Moment) -> Command:
    # Ends are rare, or most lessons would be short.
    often = {Move.COMPLETE: 1, Move.TERMINATE: 1, Move.RESUME: 12}
    (move,) = chance.choices(list(Move), [often.get(move, 4) for move in Move])
    return MoveSession(by=actor(chance), move=move, reason=chance.choice((None, "over")))


def _reopen(chance: random.Random, _: Moment) -> Command:
    return ReopenSession(by=actor(chance), within_ms=chance.choice((None, 60_000, 86_400_000)))


def _kick(chance: random.Random, _: Moment) -> Command:
    return KickParticipant(by=actor(chance), user_id=chance.choice((*USERS, STRANGER)))


def _permit(chance: random.Random, _: Moment) -> Command:
    names: list[str] = chance.sample(list(Permission), chance.randint(0, 3))
    if chance.random() < 0.05:
        names.append("can_fly")
    role = chance.choice((None, None, Role.STUDENT, Role.VIEWER, Role.HOST))
    return SetPermissions(
        by=actor(chance),
        permissions={name: chance.random() < 0.5 for name in names},
        user_id=chance.choice(USERS) if role is None or chance.random() < 0.1 else None,
        role=role,
    )


def _save(chance: random.Random, _: Moment) -> Command:
    return SaveBoard(by=actor(chance))


def _register(chance: random.Random, _: Moment) -> Command:
    asset = chance.choice(("ab", "ab", "cd", "ef")) * 32
    kind = chance.choice(("image/png", "image/png", OUTLINE_MEDIA_TYPE))
    return RegisterAsset(by=actor(chance), added=AssetAdded(asset, kind, 4, 3, 400))


def _restore(chance: random.Random, at: Moment) -> Command:
    return RestoreBoard(
        by=actor(chance),
        version=chance.randint(1, at.n + 10),
        board=chance.choice(BOARDS).encode(),
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


_MAKERS: Final[Mapping[Callable[[random.Random, Moment], Command], int]] = {
    _edit: 50,
    chat: 26,
    report_quality: 1,
    _seat: 4,
    _invite: 3,
    _admit: 6,
    _amend: 4,
    _change_role: 1,
    _set_timer: 1,
    _move_timer: 2,
    sequences_of_people.raise_hand: 2,
    sequences_of_people.gesture: 3,
    sequences_of_people.record: 9,
    sequences_of_people.lower_hands: 1,
    _follow: 1,
    _expect: 1,
    _connect_anyone: 12,
    _disconnect: 3,
    _describe: 3,
    _candidate: 3,
    _media: 8,
    _move: 6,
    _kick: 2,
    _reopen: 26,
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
