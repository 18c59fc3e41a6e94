"""What crosses a mailbox is data, and a mailbox takes only what its actor knows.

Tests also: actors/runtime/mailbox.py.
"""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from actors.edge.connection import ConnectionMessage
from actors.edge.outbox import Outbox
from actors.messages import DirectoryMessage, Do, RoomMessage, Tick
from actors.runtime.mailbox import Mailbox
from actors.runtime.telling import tell
from lessonroom import commands
from lessonroom.commands import Command, CommandOf, KickParticipant, SaveBoard
from tests.actors.support.school import ANN, HOST, School

LIVE = ("Callable", "Future", "Task", "Awaitable", "Coroutine", "ActorRef")


def test_no_message_carries_a_closure_or_a_future() -> None:
    """[P20] Only data, mailboxes, and the outbox: a message may cross to another process."""
    for message in get_args(RoomMessage | DirectoryMessage | ConnectionMessage):
        struct: Any = getattr(message, "__origin__", message)
        for name, annotation in struct.__annotations__.items():
            assert not any(live in str(annotation) for live in LIVE), (struct, name)


def test_the_outbox_is_the_one_live_thing() -> None:
    """[P20] It is named where a connection joins, nowhere else."""
    carriers = [
        struct.__name__
        for struct in get_args(RoomMessage | DirectoryMessage)
        if Outbox in getattr(struct, "__annotations__", {}).values()
    ]
    assert carriers == ["Join"]


def test_every_command_is_told_from_the_others_by_its_tag() -> None:
    """[EN-2] One union, decoded to what was encoded; none is missing in it."""
    assert set(get_args(Command)) == set(_kinds_of(CommandOf))
    samples: list[Command] = [
        KickParticipant(by=HOST, user_id=ANN, reason="enough"),
        SaveBoard(by=None),
        commands.Undo(by=ANN),
        commands.Redo(by=ANN),
        commands.OpenRoom(epoch="e"),
        commands.RestoreBoard(by=HOST, version=3, board=b"{}"),
        commands.SetPermissions(by=HOST, permissions={"draw": True}, user_id=ANN),
    ]
    for command in samples:
        encoded = msgspec.msgpack.encode(command)
        decoded = msgspec.msgpack.decode(encoded, type=type(command))
        assert decoded == command
        assert msgspec.msgpack.decode(encoded)["command"] == type(command).__name__


def _kinds_of(command: type[Any]) -> Iterator[type[Any]]:
    """Yield what there is of it: not what two kinds have in common."""
    for kind in command.__subclasses__():
        yield from _kinds_of(kind) if kind.__subclasses__() else (kind,)


async def test_a_caller_by_name_gets_the_type_of_its_command(school: School) -> None:
    """[P20] And the type checker knows it; a wrong message is an error of the type checker."""
    seat = await school.rooms.ask("algebra", KickParticipant(by=HOST, user_id=ANN))
    assert seat.user_id == ANN
    saved = await school.rooms.ask("algebra", SaveBoard(by=HOST))
    assert saved["version"] > 0
    room: Mailbox[RoomMessage] = school.room().actor_ref
    tell(room, Tick())

    def never() -> None:
        # Of no use to mypy's strictness, were they not errors.
        tell(room, "nobody sends this")  # type: ignore[misc]
        tell(school.rooms.directory, Do(SaveBoard(by=None)))  # type: ignore[misc]

    assert callable(never)
