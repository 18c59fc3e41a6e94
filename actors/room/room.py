"""The room's actor: the shell around `lessonroom.room.Room`.

It takes messages from its mailbox, asks the core, hands events to the journal, and lets out what is
said only when the events it must not overtake are on disk.
"""

from typing import Any, Final, assert_never

import msgspec
import pykka

from actors.config import RoomConfig
from actors.edge.outbox import refuse_apart
from actors.house.ledger import Ledger
from actors.house.writing.backlog import Backlog
from actors.house.writing.messages import JournalMessage
from actors.messages import (
    CommitLost,
    Committed,
    DirectoryMessage,
    Do,
    Flush,
    FromClient,
    GiveUp,
    Join,
    JournalWritable,
    Leave,
    LoadAgain,
    LoadBoard,
    LoadedAgain,
    LoadedBoard,
    LoadedPage,
    LoadedRoom,
    LoadPage,
    MayRest,
    Released,
    ReleaseSession,
    Rest,
    Rested,
    RoomFailed,
    RoomMessage,
    Shutdown,
    StillBusy,
    Tick,
)
from actors.room.joining.boards import BoardEncoded, EncodedBoards
from actors.room.joining.presence import EventRate, LiveRoom, live_room
from actors.room.lesson import Lesson
from actors.room.outflow import Outflow
from actors.room.requests.callers import Callers
from actors.room.requests.clients import Clients
from actors.room.restoring import Restorations, WorkedOut
from actors.room.standing import (
    Ended,
    Lost,
    Open,
    Reading,
    Stopping,
    after_commit,
    after_loss,
    after_reading,
    after_reconnect,
    after_shutdown,
)
from actors.runtime import chance
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import tell, tell_at_once
from lessonroom import commands
from lessonroom.codes import CloseCode, Refused, unavailable
from lessonroom.commands import CopyPage, OpenRoom, Reconcile
from lessonroom.log.events import Channel
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import Notification

_REFUSED_COMMITS_MOST: Final = 3
"""So many commits in a row that a working database refuses are a fault of the room."""


class _Begin(msgspec.Struct, frozen=True):
    """Told by a room to itself: open the room."""


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
        observer: who counts.
        ledger: what the owner's open sessions take.

    """

    def __init__(  # noqa: PLR0913 - the neighbours of a room
        self,
        loaded: LoadedRoom,
        *,
        journal: Mailbox[JournalMessage],
        directory: Mailbox[DirectoryMessage],
        backlog: Backlog,
        clock: Clock,
        config: RoomConfig,
        durability: str,
        observer: Observer,
        ledger: Ledger,
    ) -> None:
        super().__init__()
        self._directory = directory
        self._clock = clock
        self._config = config
        self._ledger = ledger
        self._lesson = Lesson(
            loaded, clock=clock, config=config, backlog=backlog, durability=durability
        )
        self._restorations = Restorations(lambda message: tell(self.actor_ref, message))
        self._boards = EncodedBoards(lambda message: tell(self.actor_ref, message))
        self._clients = Clients(
            self._lesson,
            clock=clock,
            rates=config.rates,
            observer=observer,
            load_board=self._load_board,
            load_page=self._load_page,
            restorations=self._restorations,
            boards=self._boards,
        )
        self._callers = Callers(self._lesson, self._restorations, fail=self._fail)
        self._session_id = loaded.state.session.session_id
        self._epoch = chance.new_epoch()
        self._opened_at_ms = clock.now_ms()
        self._opened_head = loaded.state.head
        self._refused_commits = 0
        self._outflow = Outflow(
            self._lesson,
            room=lambda: self.actor_ref,
            journal=journal,
            clock=clock,
            interval_s=config.fanout_interval_s,
            ring=lambda: tell_at_once(self.actor_inbox, Flush()),
            observer=observer,
        )
        self._busy_at_s = clock.monotonic_s()
        self._rate = EventRate()

    def on_start(self) -> None:
        """Open the room before anything else; as a message, so that a fault in it is a crash."""
        tell(self.actor_ref, _Begin())

    # -- mailbox

    def on_receive(self, message: RoomMessage | _Begin) -> Any:  # noqa: ANN401 - an answer
        """Hear from connections, from the journal, from the directory, and of time passing."""
        if type(self._lesson.standing) is Ended:
            return self._hear_too_late(message)
        match message:
            # What comes thirty times a second first: each case is a question.
            case FromClient():
                self._clients.hear(message)
            case Committed(seq=seq):
                self._lesson.committed = max(self._lesson.committed, seq)
                self._refused_commits = 0
            case Flush():
                self._outflow.rung()
            case LoadedBoard() | LoadedPage():
                self._clients.go_on(message)
            case WorkedOut():
                self._restorations.go_on(message, self._lesson.room.board_of)
            case BoardEncoded():
                self._clients.board_encoded(message)
            case Join():
                self._join(message)
            case Leave():
                self._busy_at_s = self._clock.monotonic_s()
                self._lesson.leave(message)
            case Do(command=command):
                self._busy_at_s = self._clock.monotonic_s()
                return self._callers.carry_out(command)
            case Tick():
                self._tick()
            case CommitLost():
                self._lose(message)
            case LoadedAgain():
                self._loaded_again(message.loaded)
            case JournalWritable():
                self._load_after_reconnect()
            case Rest():
                self._rest()
            case Shutdown():
                self._shutdown()
            case Released():
                self._part()
            case GiveUp():
                self._give_up()
            case _Begin():
                self._lesson.perform(OpenRoom(epoch=self._epoch))
            case _:
                assert_never(message)
        return None

    def after_batch(self) -> None:
        """Hand over what was decided, then send what is on disk, if it is time."""
        lesson = self._lesson
        fanout = lesson.fanout
        # First: sockets read on while the rest of this is done.
        if fanout.heard:
            fanout.tell_heard()
        # Ahead of handing over, so that their leaving is in the same transaction.
        if fanout.broken:
            self._outflow.let_go_of_broken()
        # Before the flush: the transaction gathers while sockets are written to.
        self._outflow.hand_over()
        if type(lesson.standing) is Ended:
            return
        self._outflow.flush_if_due()
        standing = lesson.standing
        if type(standing) is Stopping and not standing.is_releasing and fanout.is_idle():
            lesson.standing = after_commit(standing)
            tell(self._directory, ReleaseSession(self._session_id, self.actor_ref))

    def on_failure(self, *exc_info: Any) -> None:  # noqa: ANN401 - pykka's signature
        """A fault: everyone comes back to a room that is opened anew from storage."""
        # The directory first: as long as it names this room, whoever looks for one finds a dead
        # one, and whatever goes wrong below must not keep it from hearing.
        tell(self._directory, RoomFailed(self._session_id, self.actor_ref, repr(exc_info[1])))
        self._stop_working_out()
        self._lesson.fanout.close_all(CloseCode.INTERNAL, "internal error; reconnect")

    def on_discarded(self, message: object) -> None:
        """Send away who came too late."""
        if isinstance(message, Join):
            refuse_apart(message.outbox, unavailable("the room has just closed"))

    def _hear_too_late(self, message: object) -> None:
        if isinstance(message, Do):
            raise pykka.ActorDeadError("the room has just closed")
        self.on_discarded(message)

    def live(self) -> LiveRoom:
        """Return what an operator may know. Read-only, on the event loop."""
        return live_room(
            self._lesson.state,
            self._lesson.fanout,
            head=self._lesson.committed,
            written_seq=self._lesson.unsaved.written_seq,
            opened_head=self._opened_head,
            opened_at_ms=self._opened_at_ms,
            events_per_s=self._rate.per_s(),
        )

    # -- connections

    def _join(self, join: Join) -> None:
        try:
            self._lesson.join(join)
        except Refused as refused:
            refuse_apart(join.outbox, refused)
        else:
            self._busy_at_s = self._clock.monotonic_s()

    def _load_board(self, asked: FromClient, version: int) -> None:
        tell(self._directory, LoadBoard(self._session_id, version, self.actor_ref, asked))

    def _load_page(self, asked: FromClient, command: CopyPage) -> None:
        tell(self._directory, LoadPage(command, self.actor_ref, asked))

    # -- time

    def _tick(self) -> None:
        now_s = self._clock.monotonic_s()
        lesson = self._lesson
        self._rate.note(now_s, lesson.committed)
        self._boards.forget()
        lesson.fanout.keep_alive(now_s)
        if not isinstance(lesson.standing, Open):
            return
        elsewhere_bytes = self._ledger.note(self._session_id, lesson.state.usage.total_bytes)
        lesson.perform(commands.PassTime(elsewhere_bytes=elsewhere_bytes))
        lesson.saving.on_tick(lesson.unsaved, lesson.state)
        if lesson.fanout.members or not lesson.fanout.is_idle():
            self._busy_at_s = now_s
        elif now_s - self._busy_at_s >= self._config.rest_after_s:
            self._busy_at_s = now_s
            tell(self._directory, MayRest(self._session_id))

    def _session_has_ended(self) -> bool:
        return self._lesson.state.session.status.has_ended

    # -- the disk

    def _lose(self, lost: CommitLost) -> None:
        """Show nothing of what was not committed, and read the state from storage."""
        if lost.generation != self._outflow.generation:
            # Of a batch behind the one that was lost first; all of that is dropped already.
            return
        # What is on disk and only waited for the interval is not lost.
        self._outflow.flush()
        self._outflow.generation += 1
        if lost.is_fenced:
            # Another process owns the session by now: nothing here may be written or read again.
            self._lesson.fanout.close_all(CloseCode.RESTARTING, "moved")
            self._end()
            return
        self._refused_commits += lost.is_writable
        if self._refused_commits > _REFUSED_COMMITS_MOST:
            raise RuntimeError("the database takes writes, but none of this room")
        if isinstance(self._lesson.standing, Stopping):
            self._give_up()
            return
        self._clients.wait(self._lesson.suspend(after_loss(is_writable=lost.is_writable)))
        self._load()

    def _load(self) -> None:
        tell(self._directory, LoadAgain(self._session_id, self.actor_ref))

    def _load_after_reconnect(self) -> None:
        """Only now is it certain what the disk holds (PROMISES P19)."""
        before = self._lesson.standing
        if isinstance(before, Lost):
            self._lesson.standing = after_reconnect(before)
            if before.reading is Reading.AWAITING_DISK:
                self._load()

    def _loaded_again(self, loaded: LoadedRoom) -> None:
        before = self._lesson.standing
        if not isinstance(before, Lost):
            # It stops: whoever waits for the state is sent away.
            return
        # Ahead of what waits for the state: that is answered by what the room is from now on.
        self._lesson.standing = after_reading(before)
        if before.reading is Reading.TOO_LATE:
            self._load()
            return
        self._lesson.load(loaded)
        self._clients.answer_waiting()
        if isinstance(self._lesson.standing, Open):
            self._resume()

    def _resume(self) -> None:
        """Write again: a new epoch where ours was lost, and the roster as it is by now."""
        if self._lesson.state.epoch != self._epoch:
            self._lesson.perform(OpenRoom(epoch=self._epoch))
        if not self._session_has_ended():
            self._lesson.perform(Reconcile())

    # -- the end

    def _rest(self) -> None:
        lesson = self._lesson
        is_busy = lesson.fanout.members or not lesson.fanout.is_idle() or lesson.is_suspended
        if is_busy or not lesson.unsaved.is_empty() or not self.actor_inbox.empty():
            tell(self._directory, StillBusy(self._session_id))
            return
        lesson.saving.at_end(lesson.unsaved, lesson.state)
        lesson.unsaved.note_usage(lesson.state)
        self._end()

    def _shutdown(self) -> None:
        """Say so, commit what was accepted, then close everyone with 1012 (SY-4)."""
        lesson = self._lesson
        if isinstance(lesson.standing, Stopping | Ended):
            return
        lesson.standing = after_shutdown(lesson.standing)
        notice = Notification("warning", "restarting", "the server restarts; the lesson goes on")
        payload = encode_message(Channel.SYSTEM, "notification", notice)
        if not lesson.is_suspended:
            # Exactly now, or a silent board would say that people were last there long ago.
            lesson.perform(commands.LetGo())
        for connection_id in lesson.fanout.members:
            lesson.say(connection_id, payload)
        if not lesson.is_suspended:
            lesson.saving.at_end(lesson.unsaved, lesson.state)

    def _part(self) -> None:
        """Send everyone away, now that whoever comes back finds the session free."""
        self._lesson.fanout.close_all(CloseCode.RESTARTING, "restarting")
        self._end()

    def _give_up(self) -> None:
        """Leave without the disk: who waits is told that nothing was written."""
        self._part()

    def _end(self) -> None:
        self._lesson.standing = Ended()
        self._stop_working_out()
        tell(self._directory, Rested(self._session_id, self.actor_ref))
        self.stop()

    def _stop_working_out(self) -> None:
        self._restorations.stop()
        self._boards.stop()
