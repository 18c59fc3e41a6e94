"""A live session: the core, who is connected, and what is said to them in which order.

A plain object in the room's actor. It decides and queues; what goes to the disk and out to the
sockets, and when, is the actor's.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from actors.config import RoomConfig
from actors.house.backlog import Backlog
from actors.messages import FromClient, Join, Leave, LoadedBoard, LoadedRoom
from actors.room.fanout import speaking
from actors.room.fanout.fanout import Fanout, Member
from actors.room.fanout.fanout_items import Direct, OpenConnection, SyncAnswer, lost
from actors.room.fanout.recent import RecentEvents
from actors.room.joining.boards import BoardEncoded, EncodedBoards
from actors.room.joining.presence import admission, welcome
from actors.room.joining.syncing import sync_response
from actors.room.persistence.saving import Saving
from actors.room.persistence.unsaved import UnsavedWork
from actors.room.requests.budgets import Budgets
from actors.room.requests.requests import command_of, located, submitted
from actors.room.restoring import Restorations
from actors.room.standing import Lost, Open, Standing, Stopping
from actors.runtime.clock import Clock
from actors.runtime.observing import Observer
from lessonroom.codes import CloseCode, ErrorCode, Refused, unavailable
from lessonroom.commands import (
    Command,
    CopyPage,
    Disconnect,
    EraseParticipant,
    Redo,
    RestoreBoard,
    Undo,
)
from lessonroom.log.events import Channel
from lessonroom.outcome import Outcome
from lessonroom.protocol.client import (
    BoardEvent,
    Call,
    Candidate,
    ChatMessage,
    Description,
    PointerMove,
    RestoreArgs,
    SyncRequest,
)
from lessonroom.protocol.decoding import Message
from lessonroom.protocol.encoding import encode_error, encode_message
from lessonroom.protocol.server import Reply
from lessonroom.rates import answer_cost, message_cost, rate_class_of, too_often
from lessonroom.room import Room
from lessonroom.state import RoomState
from lessonroom.turn import waiting_for_the_host
from lessonroom.views import result_view

_encode: Final = msgspec.json.Encoder().encode


class Lesson:
    """What the room's actor owns.

    While it `is_suspended`, lost or stopped behind a loss, nothing is decided that would have to
    be written: what was not committed is lost, and the state is read from storage. Signals and
    pointers go on.
    """

    def __init__(  # noqa: PLR0913 - the neighbours of a room
        self,
        loaded: LoadedRoom,
        *,
        clock: Clock,
        config: RoomConfig,
        backlog: Backlog,
        durability: str,
        observer: Observer,
        load_board: Callable[[FromClient, int], None],
        restorations: Restorations,
        boards: EncodedBoards,
    ) -> None:
        self.saving = Saving(clock, config)
        self.room = Room(
            loaded.state,
            limits=config.limits,
            grace_s=config.grace_s,
            ice_policy=config.ice_policy,
            pause_after_ms=round(config.pause_when_empty_s * 1000),
        )
        self.fanout = Fanout(
            outbox_soft_bytes=config.outbox_soft_bytes, outbox_hard_bytes=config.outbox_hard_bytes
        )
        self.standing: Standing = Open()
        self._clock = clock
        self._config = config
        self._backlog = backlog
        self._durability = durability
        self._observer = observer
        self._load_board = load_board
        self.restorations = restorations
        self._recent = RecentEvents(most=config.resume_window, most_bytes=config.resume_bytes)
        self._budgets = Budgets(config.rates)
        self._unanswered: list[FromClient] = []
        self.boards = boards
        self._awaiting_board: list[FromClient] = []
        """Who has asked for a board that is being encoded."""
        self._restoring: set[str] = set()
        """Connections of which a restore is read or worked out; each may hold the board thrice."""
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
            self._recent.clear()
        speaking.queue(outcome, self.fanout, self._recent, head=self.spoken_head)
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
        self._restoring.discard(leave.connection_id)
        if self.is_suspended:
            self.room.peers.pop(leave.connection_id, None)
            self.room.lobby.pop(leave.connection_id, None)
        elif leave.connection_id in self.room.peers or leave.connection_id in self.room.lobby:
            self.perform(Disconnect(connection_id=leave.connection_id, is_bye=leave.is_bye))

    # -- what clients send

    def hear(self, message: FromClient) -> None:
        """Carry out what a connection asks for, or say why not, and count it as dealt with.

        One that is no member any more was closed by the room, and needs to hear nothing.
        """
        member = self.fanout.members.get(message.connection_id)
        if member is None:
            return
        self.fanout.hear(member, len(message.payload))
        self._carry_out(member, message)

    def _carry_out(self, member: Member, message: FromClient) -> None:
        received = message.message
        try:
            match received.data:
                case PointerMove() as pointer:
                    self._point(member, pointer)
                case SyncRequest() as request:
                    self._sync(member, request, message)
                case BoardEvent() | ChatMessage():
                    self._submit(member, message)
                case _:
                    self._request(member, message)
        except Refused as refused:
            self._refuse(member, received, refused)

    def _refuse(
        self, member: Member, message: Message, refused: Refused, *, is_submission: bool = False
    ) -> None:
        self._observer.refused(refused.code)
        error = encode_error(located(refused, message), message_id=message.id)
        item = Direct(member.connection_id, error, message.id, is_submission=is_submission)
        self.fanout.add(item, behind=self.spoken_head)

    def _point(self, member: Member, pointer: PointerMove) -> None:
        if member.connection_id in self.room.peers:
            row = (member.user_id, pointer.x, pointer.y, pointer.tool, pointer.page)
            self.fanout.point(member.user_id, _encode(row))
            if pointer.view is not None:
                self.fanout.see(member.user_id, _encode((member.user_id, *pointer.view)))

    def _sync(self, member: Member, request: SyncRequest, asked: FromClient) -> None:
        self._count(member, asked)
        if member.is_waiting:
            raise waiting_for_the_host()
        if member.is_awaiting_sync:
            raise too_often(1, "one sync_request at a time: an earlier one will be answered")
        member.is_awaiting_sync = True
        self._answer_sync(member, request, asked)

    def _answer_sync(self, member: Member, request: SyncRequest, asked: FromClient) -> None:
        if not self.standing.is_state_known:
            self._unanswered.append(asked)
            return
        response = sync_response(
            self.state,
            self._recent,
            request,
            boards=self.boards,
            outbox=member.outbox,
            user_id=member.user_id,
            message_id=asked.message.id,
            now_ms=self._clock.now_ms(),
        )
        if response is None:
            self._awaiting_board.append(asked)
            return
        head = self.spoken_head
        member.subscribed_from = head
        payload, board = response
        answer = SyncAnswer(member.connection_id, payload, asked, board)
        self.fanout.add(answer, behind=head)
        self._charge(member, answer.size_bytes)

    def board_encoded(self, message: BoardEncoded) -> None:
        """Answer who has waited for the board; what was drawn meanwhile is encoded in no time."""
        if message.fault is not None:
            raise message.fault
        awaiting, self._awaiting_board = self._awaiting_board, []
        for asked in awaiting:
            member = self.fanout.members.get(asked.connection_id)
            if member is None or not isinstance(asked.message.data, SyncRequest):
                continue
            if member.is_waiting:
                member.is_awaiting_sync = False
                self._refuse(member, asked.message, waiting_for_the_host())
            else:
                self._answer_sync(member, asked.message.data, asked)

    def _submit(self, member: Member, asked: FromClient) -> None:
        """Accept a submission, or have it come again before those behind it (BD-6)."""
        self._count(member, asked)
        message = asked.message
        command = submitted(message, connection_id=member.connection_id)
        client_id, n = command.client_id, command.n
        try:
            # First: while the room is suspended its state may hold submissions that were lost.
            self.check_writable()
            newest = self.room.state.submissions.newest(member.user_id, client_id)
            member.gates.check(client_id, n, newest=newest)
            self.perform(command)
        except Refused as refused:
            member.gates.note(client_id, n, refused)
            self._refuse(member, message, refused, is_submission=True)

    def _request(self, member: Member, asked: FromClient) -> None:
        self._count(member, asked)
        message = asked.message
        if not isinstance(message.data, Description | Candidate):
            self.check_writable()
        if isinstance(message.data, Call) and isinstance(message.data.args, RestoreArgs):
            self._check_restorable(member, message.data.args.version)
            self._restoring.add(member.connection_id)
            self._load_board(asked, message.data.args.version)
            return
        command = command_of(
            message,
            connection_id=member.connection_id,
            user_id=member.user_id,
            state=self.state,
        )
        if isinstance(command, CopyPage):
            self._begin_copy(asked, command)
            return
        outcome = self.perform(command)
        if isinstance(command, Undo | Redo):
            # It may be far larger than what asked for it.
            self._charge(member, len(outcome.events[0].data))
        elif outcome.saved is not None:
            # The whole board is encoded and written.
            self._charge(member, outcome.saved.board.size_bytes)
        if isinstance(message.data, Call):
            self._reply(member, message, outcome)

    def _reply(self, member: Member, message: Message, outcome: Outcome) -> None:
        result = result_view(outcome.result, now_ms=self._clock.now_ms())
        reply = encode_message(Channel.SYSTEM, "reply", Reply(result), message_id=message.id)
        self.say(member.connection_id, reply, message_id=message.id)

    def _check_restorable(self, member: Member, version: int) -> None:
        """Refuse before the log is read for nothing; the core decides once it was."""
        if not self.state.is_host(member.user_id):
            raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may do this")
        if member.connection_id in self._restoring:
            raise too_often(1, "one restore at a time: an earlier one will be answered")
        if version > self.committed:
            raise Refused(
                ErrorCode.NOT_FOUND,
                f"versions are from 1 to {self.committed}",
                field="data.args.version",
            )

    def restore(self, loaded: LoadedBoard) -> None:
        """Restore the version that a client has asked for, now that its board was read."""
        member = self.fanout.members.get(loaded.asked.connection_id)
        if member is None:
            return
        if isinstance(loaded.board, Refused):
            self._refuse_restore(loaded.asked, loaded.board)
            return
        self.restorations.begin(
            RestoreBoard(by=member.user_id, version=loaded.version, board=loaded.board),
            self.state.board,
            carry_out=lambda command: self._carry_out_later(loaded.asked, command),
            refuse=lambda refused: self._refuse_restore(loaded.asked, refused),
        )

    def _begin_copy(self, asked: FromClient, command: CopyPage) -> None:
        if command.page not in self.state.board.pages:
            raise Refused(ErrorCode.NOT_FOUND, f"there is no page {command.page}", field="page")
        self.restorations.begin(
            command,
            self.state.board,
            carry_out=lambda worked_out: self._carry_out_later(asked, worked_out),
            refuse=lambda refused: self._refuse_restore(asked, refused),
        )

    def _carry_out_later(self, asked: FromClient, command: RestoreBoard | CopyPage) -> None:
        member = self.fanout.members.get(asked.connection_id)
        if member is None:
            return
        try:
            self.check_writable()
            outcome = self.perform(command)
            self._restoring.discard(asked.connection_id)
            self._charge(member, sum(len(event.data) for event in outcome.events))
            self._reply(member, asked.message, outcome)
        except Refused as refused:
            self._refuse_restore(asked, refused)

    def _refuse_restore(self, asked: FromClient, refused: Refused) -> None:
        self._restoring.discard(asked.connection_id)
        message = asked.message
        error = encode_error(located(refused, message), message_id=message.id)
        self.say(asked.connection_id, error, message_id=message.id)

    def _count(self, member: Member, asked: FromClient) -> None:
        hold_ms = self._budgets.take(
            member.user_id,
            rate_class_of(asked.message.data),
            cost=message_cost(len(asked.payload)),
            people=len(self.fanout.members),
            now_s=self._clock.monotonic_s(),
        )
        if hold_ms:
            self.fanout.hold(member, hold_ms)

    def _charge(self, member: Member, answer_bytes: int) -> None:
        """Have a person pay for what their message came to, by its size (FC-7)."""
        hold_ms = self._budgets.charge(
            member.user_id, answer_cost(answer_bytes), now_s=self._clock.monotonic_s()
        )
        if hold_ms:
            self.fanout.hold(member, hold_ms)

    def stop(self) -> None:
        """Leave off what is worked on beside the room."""
        self.restorations.stop()
        self.boards.stop()

    # -- when a commit is lost

    def suspend(self, standing: Lost) -> None:
        """Drop what was not committed and tell those who wait for it."""
        self.standing = standing
        self._unanswered += self.fanout.lose()

    def load(self, loaded: LoadedRoom) -> None:
        """Take up the state as storage has it, and answer who asked for it meanwhile."""
        if loaded.state.head > self.fanout.released:
            # The commit was reported as failed and is on disk all the same, or somebody else
            # wrote: nobody here was told. Coming back by `seq` everyone gets it, and authors get
            # their ack on sending again.
            self.fanout.close_all(CloseCode.INTERNAL, "reconnect")
        self._take_up(loaded)
        self._find_places()
        unanswered, self._unanswered = self._unanswered, []
        for asked in unanswered:
            member = self.fanout.members.get(asked.connection_id)
            if member is not None:
                member.is_awaiting_sync = False
                self._carry_out(member, asked)

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
        self._recent.clear()
        for event in loaded.recent:
            self._recent.add(event)
        self.unsaved = UnsavedWork(
            board_events=loaded.board_events,
            board_bytes=loaded.board_bytes,
            log_bytes=loaded.state.usage.total_bytes,
        )
