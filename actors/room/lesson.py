"""A live session: the core, who is connected, and what is said to them in which order.

A plain object in the room's actor. It decides and queues; what goes to the disk and out to the
sockets, and when, is the actor's.
"""

from typing import Final

import msgspec

from actors.config import RoomConfig
from actors.house.writing.backlog import Backlog
from actors.messages import FromClient, Join, Leave, LoadedRoom
from actors.room.fanout import speaking
from actors.room.fanout.fanout import Fanout, Member
from actors.room.fanout.fanout_items import Direct, OpenConnection, lost
from actors.room.fanout.recent import RecentEvents
from actors.room.joining.presence import admission, welcome
from actors.room.persistence.saving import Saving
from actors.room.persistence.unsaved import UnsavedWork
from actors.room.standing import Lost, Open, Standing, Stopping
from actors.runtime.clock import Clock
from lessonroom.codes import CloseCode, unavailable
from lessonroom.commands import (
    Command,
    Disconnect,
    EraseParticipant,
)
from lessonroom.outcome import Outcome
from lessonroom.room import Room
from lessonroom.state import RoomState

_encode: Final = msgspec.json.Encoder().encode


class Lesson:
    """What the room's actor owns.

    While it `is_suspended`, lost or stopped behind a loss, nothing is decided that would have to
    be written: what was not committed is lost, and the state is read from storage. Signals and
    pointers go on.
    """

    def __init__(
        self,
        loaded: LoadedRoom,
        *,
        clock: Clock,
        config: RoomConfig,
        backlog: Backlog,
        durability: str,
    ) -> None:
        self.saving = Saving(clock, config)
        self.room = Room(
            loaded.state,
            limits=config.limits,
            grace_s=config.grace_s,
            ice_policy=config.ice_policy,
            pause_after_ms=round(config.pause_when_empty_s * 1000),
            can_record=config.can_record,
        )
        self.fanout = Fanout(
            outbox_soft_bytes=config.outbox_soft_bytes, outbox_hard_bytes=config.outbox_hard_bytes
        )
        self.standing: Standing = Open()
        self._clock = clock
        self._config = config
        self._backlog = backlog
        self._durability = durability
        self._term = loaded.term
        self.recent = RecentEvents(most=config.resume_window, most_bytes=config.resume_bytes)
        self._take_up(loaded)

    @property
    def state(self) -> RoomState:
        """The session as decided, which is ahead of the disk by what is not committed yet."""
        return self.room.state

    @property
    def spoken_head(self) -> int:
        """The event that nothing said now may overtake.

        While suspended that is the last one on disk: what the state holds beyond it never was.
        """
        return self.room.state.head if self.standing.is_writing else self.committed

    @property
    def is_suspended(self) -> bool:
        """Whether nothing is decided that would have to be written."""
        return not self.standing.is_writing

    # -- deciding

    def perform(self, command: Command) -> Outcome:
        """Have the core decide, and queue what it comes to behind its events.

        Raises:
            Refused: the command is not possible; the lesson is as it was.

        """
        outcome = self.room.handle(command, self._clock.now_ms())
        if isinstance(command, EraseParticipant):
            # Earlier events tell the name: who comes back gets the whole state instead of them.
            self.recent.clear()
        speaking.queue(
            outcome,
            self.fanout,
            self.recent,
            head=self.spoken_head,
            leaders=self.room.state.leaders,
        )
        self.unsaved.add(outcome)
        self.saving.after(outcome.events, self.unsaved, self.room.state)
        for connection_id in outcome.admitted:
            self._welcome_in(connection_id)
        return outcome

    def _welcome_in(self, connection_id: str) -> None:
        member = self.fanout.members.get(connection_id)
        if member is None:
            return
        member.is_waiting = False
        payload = admission(self.state, member.user_id, member.ice_servers)
        self.say(member.connection_id, payload)

    def say(self, connection_id: str, payload: bytes, *, message_id: str | None = None) -> None:
        """Queue a message for one connection; `message_id` is that of the request it answers."""
        self.fanout.add(Direct(connection_id, payload, message_id), behind=self.spoken_head)

    def check_writable(self) -> None:
        """Refuse with `unavailable` while nothing can be written.

        Raises:
            Refused: `unavailable`, with when to try again.

        """
        if isinstance(self.standing, Stopping):
            # What was accepted comes to an end only where nothing is added to it.
            raise unavailable("the server is restarting")
        if not self.standing.is_writing:
            raise lost()
        self._backlog.check()

    # -- connections

    def join(self, join: Join) -> None:
        """Take up a connection; its handshake is answered once that is on disk.

        Raises:
            Refused: it is not admitted.

        """
        self.check_writable()
        connect = join.connect
        self.perform(connect)
        self.fanout.members[connect.connection_id] = Member(
            connect.connection_id,
            connect.user_id,
            join.outbox,
            is_waiting=connect.connection_id in self.room.lobby,
            ice_servers=join.ice_servers,
        )
        payload = welcome(
            self.state,
            connect,
            join.ice_servers,
            ice_policy=self.room.ice_policy,
            config=self._config,
            durability=self._durability,
            now_ms=self._clock.now_ms(),
        )
        self.fanout.add(OpenConnection(connect.connection_id, payload), behind=self.spoken_head)

    def leave(self, leave: Leave) -> None:
        """Let go of a connection. While suspended the roster is brought up to date afterwards."""
        self.fanout.members.pop(leave.connection_id, None)
        if self.is_suspended:
            self.room.peers.pop(leave.connection_id, None)
            self.room.lobby.pop(leave.connection_id, None)
        elif leave.connection_id in self.room.peers or leave.connection_id in self.room.lobby:
            self.perform(Disconnect(connection_id=leave.connection_id, is_bye=leave.is_bye))

    # -- when a commit is lost

    def suspend(self, standing: Lost) -> list[FromClient]:
        """Drop what was not committed and tell those who wait for it.

        Return who asked for a state that was dropped, and has to be answered anew.
        """
        self.standing = standing
        return self.fanout.lose()

    def load(self, loaded: LoadedRoom) -> None:
        """Take up the state as storage has it."""
        if loaded.state.head > self.fanout.released:
            # The commit was reported as failed and is on disk all the same, or somebody else
            # wrote: nobody here was told. Coming back by `seq` everyone gets it, and authors get
            # their ack on sending again.
            self.fanout.close_all(CloseCode.INTERNAL, "reconnect")
        self._take_up(loaded)
        self._find_places()

    def _find_places(self) -> None:
        """Have each connection that is left where the state wants its person: inside, or not."""
        peers = [*self.room.peers.values(), *self.room.lobby.values()]
        self.room.peers, self.room.lobby = {}, {}
        for peer in peers:
            member = self.fanout.members.get(peer.connection_id)
            if member is None:
                continue
            seat = self.state.participants.get(peer.user_id)
            member.is_waiting = seat is not None and not seat.is_admitted
            place = self.room.lobby if member.is_waiting else self.room.peers
            place[peer.connection_id] = peer
            if member.is_waiting:
                member.subscribed_from = None

    def _take_up(self, loaded: LoadedRoom) -> None:
        self.room.state = loaded.state
        self.room.quota.elsewhere_bytes = loaded.elsewhere.n_bytes
        self.room.undo_history.clear()
        self.committed = self.fanout.released = loaded.state.head
        self.recent.clear()
        for event in loaded.recent:
            self.recent.add(event)
        self.unsaved = UnsavedWork(
            board_events=loaded.board_events,
            board_bytes=loaded.board_bytes,
            log_bytes=loaded.state.usage.total_bytes,
            head=loaded.state.head,
            term=self._term,
        )
