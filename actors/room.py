"""The room's actor: the shell around `lessonroom.room.Room`.

It takes messages from its mailbox, asks the core, hands events to the journal, and lets out what is
said only when the events it must not overtake are on disk.
"""

import asyncio
from typing import Any, Final

import msgspec
import pykka
import structlog

from actors import chance, speaking
from actors.asyncio_actor import AsyncioActor
from actors.budgets import Budgets
from actors.clock import Clock
from actors.config import RoomConfig
from actors.fanout import (
    LOST,
    Close,
    Direct,
    Fanout,
    Member,
    Open,
    Resolve,
    SyncAnswer,
)
from actors.journal import Append, Backlog, Committed, CommitLost, JournalWritable
from actors.messages import (
    Do,
    Flush,
    FromClient,
    Join,
    Leave,
    LoadAgain,
    LoadedAgain,
    LoadedRoom,
    MayRest,
    Rest,
    Rested,
    RoomFailed,
    Shutdown,
    StillBusy,
    Tick,
)
from actors.presence import EventRate, LiveRoom, welcome
from actors.recent import RecentEvents
from actors.requests import command_of, located
from actors.syncing import sync_response
from actors.telling import tell
from actors.unsaved import UnsavedWork
from lessonroom import commands
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import Command, OpenRoom, Reconcile
from lessonroom.events import Channel, EventType
from lessonroom.outcome import Outcome
from lessonroom.protocol.client import Call, Candidate, Description, PointerMove, SyncRequest
from lessonroom.protocol.decoding import Message
from lessonroom.protocol.encoding import encode_error, encode_message
from lessonroom.protocol.server import Notification, Reply
from lessonroom.room import Room
from lessonroom.views import result_view

_log: Final = structlog.get_logger(__name__)
_encode: Final = msgspec.json.Encoder().encode
_OF_BOARD: Final = frozenset({EventType.BOARD_OP, EventType.BOARD_CLEAR})


class RoomActor(AsyncioActor):
    """Owns one live session: its board, roster, permissions and the queue towards its members.

    Args:
        loaded: the session as storage has it.
        journal: who writes.
        directory: who opened this room, and is told of its end.
        backlog: whether the journal can take more.
        clock: the time.
        config: limits and intervals.
        durability: what a commit survives, for the welcome.

    """

    def __init__(
        self,
        loaded: LoadedRoom,
        *,
        journal: pykka.ActorRef[Any],
        directory: pykka.ActorRef[Any],
        backlog: Backlog,
        clock: Clock,
        config: RoomConfig,
        durability: str,
    ) -> None:
        super().__init__()
        self._journal = journal
        self._directory = directory
        self._backlog = backlog
        self._clock = clock
        self._config = config
        self._durability = durability
        self._room = Room(loaded.state, limits=config.limits, grace_s=config.grace_s)
        self._session_id = loaded.state.session.session_id
        self._epoch = chance.new_epoch()
        self._fanout = Fanout(
            outbox_soft_bytes=config.outbox_soft_bytes, outbox_hard_bytes=config.outbox_hard_bytes
        )
        self._recent = RecentEvents(most=config.resume_window, most_bytes=config.resume_bytes)
        self._budgets = Budgets(config.rates)
        self._opened_at_ms = clock.now_ms()
        self._opened_head = loaded.state.head
        self._generation = 0
        self._is_suspended = False
        self._is_loading = False
        self._is_stopping = False
        self._sync_again: list[str] = []
        self._flush_is_armed = False
        self._flushed_at_s = -config.fanout_interval_s
        self._busy_at_s = clock.monotonic_s()
        self._saved_at_s = clock.monotonic_s()
        self._save_cost_s = 0.0
        self._rate = EventRate()
        self._take_up(loaded)

    def _take_up(self, loaded: LoadedRoom) -> None:
        self._room.state = loaded.state
        self._committed = loaded.state.head
        self._recent.clear()
        for event in loaded.recent:
            self._recent.add(event)
        self._unsaved = UnsavedWork(
            snapshot_version=loaded.snapshot_version, head=loaded.state.head
        )

    def on_start(self) -> None:
        """Begin a new epoch (PROTOCOL BD-7)."""
        self._fanout.released = self._committed
        self._perform(OpenRoom(epoch=self._epoch))
        self._hand_over()

    # -- mailbox

    def on_receive(self, message: object) -> Any:  # noqa: ANN401, C901 - one line a message
        """Hear from connections, from the journal, from the directory, and of time passing."""
        match message:
            case FromClient():
                self._from_client(message)
            case Committed(seq=seq):
                self._committed = max(self._committed, seq)
            case Flush():
                self._flush_is_armed = False
            case Join():
                self._join(message)
            case Leave():
                self._leave(message)
            case Do():
                return self._do(message.command)
            case Tick():
                self._tick()
            case CommitLost():
                self._lose(message)
            case LoadedAgain():
                self._loaded_again(message.loaded)
            case JournalWritable():
                self._resume()
            case Rest():
                self._rest()
            case Shutdown():
                self._shutdown()
            case _:
                raise TypeError(f"a room does not know {message!r}")
        return None

    def after_batch(self) -> None:
        """Hand over what was decided, then send what is on disk, if it is time."""
        self._hand_over()
        if self._fanout.has_work(self._committed) and not self._flush_is_armed:
            self._flush_when_due()
        if self._is_stopping and (self._is_suspended or self._fanout.is_idle()):
            self._fanout.close_all(CloseCode.RESTARTING, "restarting")
            self._end()

    def _flush_when_due(self) -> None:
        now_s = self._clock.monotonic_s()
        wait_s = self._flushed_at_s + self._config.fanout_interval_s - now_s
        if wait_s <= 0:
            self._flush(now_s)
        else:
            self._flush_is_armed = True
            self._clock.call_later(wait_s, lambda: tell(self.actor_ref, Flush()))

    def on_failure(self, *exc_info: Any) -> None:  # noqa: ANN401 - pykka's signature
        """A fault: everyone comes back to a room that is opened anew from storage."""
        self._fanout.close_all(CloseCode.INTERNAL, "internal error; reconnect")
        tell(self._directory, RoomFailed(self._session_id, repr(exc_info[1])))

    def live(self) -> LiveRoom:
        """Return what an operator may know. Read-only, on the event loop."""
        state = self._room.state
        return LiveRoom(
            session_id=self._session_id,
            title=state.session.title,
            status=state.session.status,
            participants=sum(person.status.is_present for person in state.participants.values()),
            connections=len(self._fanout.members),
            head=self._committed,
            events=self._committed - self._opened_head,
            events_per_s=self._rate.per_s(),
            elements=len(state.board.elements),
            board_bytes=state.board.size_bytes,
            opened_at_ms=self._opened_at_ms,
        )

    # -- deciding

    def _perform(self, command: Command) -> Outcome:
        """Have the core decide, and queue what it comes to behind its events."""
        outcome = self._room.handle(command, self._clock.now_ms())
        speaking.queue(outcome, self._fanout, self._recent, head=self._room.state.head)
        self._unsaved.add(
            outcome, board_events=sum(event.type in _OF_BOARD for event in outcome.events)
        )
        return outcome

    def _say(self, connection_id: str, payload: bytes, *, message_id: str | None) -> None:
        item = Direct(connection_id, payload, message_id)
        self._fanout.add(item, behind=self._room.state.head)

    def _check_writable(self) -> None:
        if self._is_suspended:
            raise LOST
        self._backlog.check()

    # -- clients

    def _from_client(self, message: FromClient) -> None:
        member = self._fanout.members.get(message.connection_id)
        if member is None:
            return
        received = message.message
        try:
            match received.data:
                case PointerMove() as pointer:
                    self._point(member, pointer)
                case SyncRequest() as request:
                    self._sync(member, request, received.id)
                case _:
                    self._request(member, received)
        except Refused as refused:
            error = encode_error(located(refused, received), message_id=received.id)
            self._say(member.connection_id, error, message_id=received.id)

    def _point(self, member: Member, pointer: PointerMove) -> None:
        if member.connection_id in self._room.peers:
            row = (member.user_id, pointer.x, pointer.y, pointer.tool, pointer.page)
            self._fanout.point(member.user_id, _encode(row))

    def _sync(self, member: Member, request: SyncRequest, message_id: str | None) -> None:
        state = self._room.state
        payload = sync_response(
            state,
            self._recent,
            request,
            outbox=member.outbox,
            user_id=member.user_id,
            message_id=message_id,
            now_ms=self._clock.now_ms(),
        )
        member.subscribed_from = state.head
        self._fanout.add(SyncAnswer(member.connection_id, payload), behind=state.head)

    def _request(self, member: Member, message: Message) -> None:
        now_s = self._clock.monotonic_s()
        self._budgets.take(member.user_id, message.ch, now_s=now_s)
        if not isinstance(message.data, Description | Candidate):
            self._check_writable()
        command = command_of(
            message,
            connection_id=member.connection_id,
            user_id=member.user_id,
            state=self._room.state,
        )
        outcome = self._perform(command)
        if isinstance(message.data, Call):
            result = result_view(outcome.result, now_ms=self._clock.now_ms())
            reply = encode_message(Channel.SYSTEM, "reply", Reply(result), message_id=message.id)
            self._say(member.connection_id, reply, message_id=message.id)

    # -- connections

    def _join(self, join: Join) -> None:
        try:
            self._check_open()
            self._check_writable()
            self._perform(join.connect)
        except Refused as refused:
            join.outbox.refuse(refused)
            return
        connection_id = join.connect.connection_id
        self._fanout.members[connection_id] = Member(
            connection_id, join.connect.user_id, join.outbox
        )
        payload = welcome(
            self._room.state,
            join.connect,
            join.ice_servers,
            config=self._config,
            durability=self._durability,
            now_ms=self._clock.now_ms(),
        )
        self._busy_at_s = self._clock.monotonic_s()
        self._fanout.add(Open(connection_id, payload), behind=self._room.state.head)

    def _check_open(self) -> None:
        if self._is_stopping:
            raise Refused(ErrorCode.UNAVAILABLE, "the server is restarting", retry_after_ms=1000)

    def _leave(self, leave: Leave) -> None:
        self._fanout.members.pop(leave.connection_id, None)
        self._busy_at_s = self._clock.monotonic_s()
        if self._is_suspended:
            self._room.peers.pop(leave.connection_id, None)
        elif leave.connection_id in self._room.peers:
            self._perform(
                commands.Disconnect(connection_id=leave.connection_id, is_bye=leave.is_bye)
            )

    # -- callers by name

    def _do(self, command: Command) -> "asyncio.Future[Any]":
        """Carry out a command; the future has its result once everything is on disk."""
        done: asyncio.Future[Any] = self._loop.create_future()
        try:
            self._check_open()
            self._check_writable()
            outcome = self._perform(command)
        except Refused as refused:
            done.set_exception(refused)
            # Nobody may be left to ask: the caller's connection can be gone.
            done.exception()
        else:
            self._busy_at_s = self._clock.monotonic_s()
            self._fanout.add(Resolve(done, outcome.result), behind=self._room.state.head)
        return done

    # -- time

    def _tick(self) -> None:
        now_s = self._clock.monotonic_s()
        self._rate.note(now_s, self._committed)
        for member in list(self._fanout.members.values()):
            member.outbox.keep_alive(now_s)
        if self._is_suspended or self._is_stopping:
            return
        self._perform(commands.Tick())
        self._autosave(now_s)
        if self._fanout.members or not self._fanout.is_idle():
            self._busy_at_s = now_s
        elif now_s - self._busy_at_s >= self._config.rest_after_s:
            self._busy_at_s = now_s
            tell(self._directory, MayRest(self._session_id))

    def _autosave(self, now_s: float) -> None:
        """Take a snapshot where the board changed, at most 2 % of the time."""
        if not self._unsaved.board_events or self._session_has_ended():
            return
        if now_s - self._saved_at_s >= max(self._config.autosave_s, 50 * self._save_cost_s):
            self._unsaved.save(self._room.state.board, version=self._room.state.head)
            self._saved_at_s = self._clock.monotonic_s()
            self._save_cost_s = self._saved_at_s - now_s

    def _session_has_ended(self) -> bool:
        return self._room.state.session.status.has_ended

    # -- the disk

    def _hand_over(self) -> None:
        if self._is_suspended or self._unsaved.is_empty():
            return
        batch = self._unsaved.take(self._room.state, now_ms=self._clock.now_ms())
        tell(self._journal, Append(self.actor_ref, self._generation, batch))

    def _flush(self, now_s: float) -> None:
        self._flushed_at_s = now_s
        for connection_id in self._fanout.flush(self._committed):
            self._fanout.close(connection_id, CloseCode.TOO_SLOW, "read faster; resume by seq")
            self._leave(Leave(connection_id, is_bye=False))
            self._hand_over()

    def _lose(self, lost: CommitLost) -> None:
        """Drop what was not committed and read the state from storage (ARCHITECTURE)."""
        if lost.generation != self._generation:
            return
        self._generation += 1
        self._is_suspended = self._is_loading = True
        self._sync_again = self._fanout.lose()
        tell(self._directory, LoadAgain(self._session_id, self.actor_ref))

    def _loaded_again(self, loaded: LoadedRoom) -> None:
        if loaded.state.head > self._fanout.released:
            # The commit was reported as failed and is on disk all the same: nobody was told.
            # Coming back by `seq`, everyone gets it, and authors get their ack on sending again.
            self._fanout.close_all(CloseCode.INTERNAL, "reconnect")
        self._take_up(loaded)
        self._fanout.released = self._committed
        self._room.peers = {
            connection_id: peer
            for connection_id, peer in self._room.peers.items()
            if connection_id in self._fanout.members
        }
        self._is_loading = False
        for connection_id in self._sync_again:
            member = self._fanout.members.get(connection_id)
            if member is not None:
                self._sync(member, SyncRequest(), None)
        self._sync_again = []
        self._resume()

    def _resume(self) -> None:
        """Write again: a new epoch where ours was lost, and the roster as it is by now."""
        if not self._is_suspended or self._is_loading or not self._backlog.is_writable:
            return
        self._is_suspended = False
        if self._room.state.epoch != self._epoch:
            self._perform(OpenRoom(epoch=self._epoch))
        if not self._session_has_ended():
            self._perform(Reconcile())

    # -- the end

    def _rest(self) -> None:
        if self._fanout.members or not self._fanout.is_idle() or not self._unsaved.is_empty():
            tell(self._directory, StillBusy(self._session_id))
            return
        if self._unsaved.board_events and not self._is_suspended:
            self._unsaved.save(self._room.state.board, version=self._room.state.head)
            self._hand_over()
        self._end()

    def _shutdown(self) -> None:
        """Say so, commit what was accepted, then close everyone with 1012 (SY-4)."""
        self._is_stopping = True
        notice = Notification("warning", "restarting", "the server restarts; the lesson goes on")
        payload = encode_message(Channel.SYSTEM, "notification", notice)
        for connection_id in self._fanout.members:
            self._say(connection_id, payload, message_id=None)
            self._fanout.add(
                Close(connection_id, CloseCode.RESTARTING, "restarting"),
                behind=self._room.state.head,
            )
        if self._unsaved.board_events and not self._is_suspended:
            self._unsaved.save(self._room.state.board, version=self._room.state.head)

    def _end(self) -> None:
        tell(self._directory, Rested(self._session_id))
        self.stop()
