"""What clients send, and what becomes of it: counted, carried out, answered or refused."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from actors.messages import FromClient, LoadedBoard, LoadedPage
from actors.room.fanout.fanout import Member
from actors.room.fanout.fanout_items import Direct, SyncAnswer
from actors.room.joining.boards import BoardEncoded, EncodedBoards
from actors.room.joining.syncing import sync_response
from actors.room.lesson import Lesson
from actors.room.requests.budgets import Budgets
from actors.room.requests.requests import command_of, located, submitted
from actors.room.requests.steps_back import StepsBack
from actors.room.restoring import Restorations
from actors.runtime.clock import Clock
from actors.runtime.observing import Observer
from lessonroom.board.editing.copying import require_pages
from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CopyPage, Redo, RestoreBoard, Undo
from lessonroom.log.events import Channel
from lessonroom.outcome import Outcome
from lessonroom.people.permissions import Permission
from lessonroom.protocol.calls import RestoreArgs
from lessonroom.protocol.client import (
    BoardEvent,
    Call,
    Candidate,
    ChatMessage,
    Description,
    PointerMove,
    SyncRequest,
)
from lessonroom.protocol.decoding import Message
from lessonroom.protocol.encoding import encode_error, encode_message
from lessonroom.protocol.server import Reply
from lessonroom.rates import Rates, answer_cost, message_cost, rate_class_of, too_often, work_cost
from lessonroom.session.pointing import tool_shown, viewers_of
from lessonroom.turn import waiting_for_the_host
from lessonroom.views import result_view

_encode: Final = msgspec.json.Encoder().encode
_WORTH_CHARGING: Final = 0.5
"""Tokens."""
_FOR_PAGES: Final = (Permission.ADD_LAYERS, Permission.DRAW)


class Clients:
    """Carries out what the members of a lesson send.

    Args:
        lesson: whose members they are.
        clock: the time.
        rates: how much each may send, and all together.
        observer: who counts refusals.
        load_board: has the board of a version read for who asked; it comes back to `go_on`.
        load_page: has a page of another session read; it comes back likewise.
        restorations: works out restores and copies beside the room.
        boards: encodes whole boards beside the room; they come back to `board_encoded`.

    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        clock: Clock,
        rates: Rates,
        observer: Observer,
        load_board: Callable[[FromClient, int], None],
        load_page: Callable[[FromClient, CopyPage], None],
        restorations: Restorations,
        boards: EncodedBoards,
    ) -> None:
        self._lesson = lesson
        self._clock = clock
        self._budgets = Budgets(rates)
        self._observer = observer
        self._load_board = load_board
        self._load_page = load_page
        self._restorations = restorations
        self._boards = boards
        self._unanswered: list[FromClient] = []
        """Who has asked for a state that is not known for now."""
        self._reading: dict[str, int] = {}
        """For which connections a version, or a page of another session, is read or worked out, and
        whose they are: each may hold the board thrice, and goes on where the connection is gone."""
        self._steps_back = StepsBack(lesson, restorations, self._answer_step_back)
        self._awaiting_board: list[FromClient] = []
        """Who has asked for a board that is being encoded."""

    def hear(self, message: FromClient) -> None:
        """Carry out what a connection asks for, or say why not, and count it as dealt with.

        One that is no member any more was closed by the room, and needs to hear nothing.
        """
        member = self._lesson.fanout.members.get(message.connection_id)
        if member is None:
            return
        self._lesson.fanout.hear(member, len(message.payload))
        self._carry_out(member, message)

    def _carry_out(self, member: Member, message: FromClient) -> None:
        received = message.message
        try:
            match received.data:
                case PointerMove() as pointer:
                    self._point(member, pointer)
                case BoardEvent() | ChatMessage():
                    self._submit(member, message)
                case SyncRequest() as request:
                    self._sync(member, request, message)
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
        self._lesson.fanout.add(item, behind=self._lesson.spoken_head)

    def _point(self, member: Member, pointer: PointerMove) -> None:
        if member.connection_id in self._lesson.room.peers:
            tool = tool_shown(pointer.tool, self._lesson.state.permissions_of(member.user_id))
            row = _encode((member.user_id, pointer.x, pointer.y, tool, pointer.page))
            pointers = self._lesson.fanout.pointers
            if self._lesson.state.board.has_private:
                viewers = viewers_of(self._lesson.state, pointer.page, member.user_id)
                if viewers is not None:
                    view = pointer.view
                    seen = None if view is None else _encode((member.user_id, *view))
                    pointers.point_for(viewers, member.user_id, row, seen)
                    return
            pointers.point(member.user_id, row)
            if pointer.view is not None:
                pointers.see(member.user_id, _encode((member.user_id, *pointer.view)))

    def _sync(self, member: Member, request: SyncRequest, asked: FromClient) -> None:
        self._count(member, asked)
        if member.is_waiting:
            raise waiting_for_the_host()
        if member.is_awaiting_sync:
            raise too_often(1, "one sync_request at a time: an earlier one will be answered")
        member.is_awaiting_sync = True
        self._answer_sync(member, request, asked)

    def _answer_sync(self, member: Member, request: SyncRequest, asked: FromClient) -> None:
        if not self._lesson.standing.is_state_known:
            self._unanswered.append(asked)
            return
        response = sync_response(
            self._lesson.state,
            self._lesson.recent,
            request,
            boards=self._boards,
            outbox=member.outbox,
            user_id=member.user_id,
            page=self._lesson.room.gestures.page_for(member.user_id),
            message_id=asked.message.id,
            now_ms=self._clock.now_ms(),
        )
        if response is None:
            self._awaiting_board.append(asked)
            return
        head = self._lesson.spoken_head
        member.subscribed_from = head
        answer = SyncAnswer(
            member.connection_id, response.payload, asked, response.board, response.parts
        )
        self._lesson.fanout.add(answer, behind=head)
        self._charge(member, answer.size_bytes)

    def board_encoded(self, message: BoardEncoded) -> None:
        """Answer who has waited for the board; what was drawn meanwhile is encoded in no time."""
        if message.fault is not None:
            raise message.fault
        awaiting, self._awaiting_board = self._awaiting_board, []
        for asked in awaiting:
            member = self._lesson.fanout.members.get(asked.connection_id)
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
            self._lesson.check_writable()
            newest = self._lesson.room.state.submissions.newest(member.user_id, client_id)
            member.gates.check(client_id, n, newest=newest)
            self._charge_work(member, self._lesson.perform(command))
        except Refused as refused:
            member.gates.note(client_id, n, refused)
            self._refuse(member, message, refused, is_submission=True)

    def _request(self, member: Member, asked: FromClient) -> None:
        self._count(member, asked)
        message = asked.message
        if not isinstance(message.data, Description | Candidate):
            self._lesson.check_writable()
        if isinstance(message.data, Call) and isinstance(message.data.args, RestoreArgs):
            self._check_restorable(member, message.data.args.version)
            self._reading[member.connection_id] = member.user_id
            self._load_board(asked, message.data.args.version)
            return
        command = command_of(
            message,
            connection_id=member.connection_id,
            user_id=member.user_id,
            state=self._lesson.state,
        )
        if isinstance(command, CopyPage):
            self._begin_copy(member, asked, command)
            return
        if isinstance(command, Undo | Redo):
            self._steps_back.ask(asked, command)
            return
        outcome = self._lesson.perform(command)
        if outcome.saved is not None:
            # The whole board is encoded and written.
            self._charge(member, outcome.saved.board.size_bytes)
        if isinstance(message.data, Call):
            self._reply(member, message, outcome)

    def _reply(self, member: Member, message: Message, outcome: Outcome) -> None:
        result = result_view(outcome.result, now_ms=self._clock.now_ms())
        reply = encode_message(Channel.SYSTEM, "reply", Reply(result), message_id=message.id)
        self._lesson.say(member.connection_id, reply, message_id=message.id)

    def _check_restorable(self, member: Member, version: int) -> None:
        """Refuse before the log is read for nothing; the core decides once it was."""
        if not self._lesson.state.is_host(member.user_id):
            raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may do this")
        self._check_is_free(member)
        if version > self._lesson.committed:
            raise Refused(
                ErrorCode.NOT_FOUND,
                f"versions are from 1 to {self._lesson.committed}",
                field="data.args.version",
            )

    def _check_is_free(self, member: Member) -> None:
        """Refuse to read another board for somebody, whichever connection they ask over."""
        if member.user_id in self._reading.values():
            raise too_often(1, "one at a time: an earlier restore or copy will be answered")
        if owed_ms := self._cost(member.user_id, 0):
            # A connection of theirs may have gone meanwhile, and what it has cost has not.
            raise too_often(owed_ms / 1000, "too fast: earlier boards have cost as much")

    def go_on(self, loaded: LoadedBoard | LoadedPage) -> None:
        """Go on with what a client has asked for, now that what it takes was read."""
        asked = loaded.asked
        found = loaded.board if isinstance(loaded, LoadedBoard) else loaded.page
        if isinstance(found, Refused):
            self._refuse_restore(asked, found)
            return
        member = self._lesson.fanout.members.get(asked.connection_id)
        # Reading it has cost as much as what it was read from.
        if member is None:
            owing = self._reading.pop(asked.connection_id)
            self._cost(owing, answer_cost(loaded.read_bytes))
            return
        self._charge(member, loaded.read_bytes)
        if isinstance(found, CopyPage):
            self._carry_out_later(asked, found)
        elif isinstance(loaded, LoadedBoard):
            command = RestoreBoard(by=member.user_id, version=loaded.version, board=b"")
            self._begin_restore(asked, command, found)

    def _begin_restore(self, asked: FromClient, command: RestoreBoard, target: Board) -> None:
        self._restorations.begin(
            command,
            self._lesson.state.board,
            target=target,
            carry_out=lambda worked_out: self._carry_out_later(asked, worked_out),
            refuse=lambda refused: self._refuse_restore(asked, refused),
        )

    def _begin_copy(self, member: Member, asked: FromClient, command: CopyPage) -> None:
        if command.is_from_elsewhere:
            # Before a large board is read for nothing; the core decides once it was.
            granted = self._lesson.state.permissions_of(member.user_id)
            for permission in _FOR_PAGES:
                if permission not in granted:
                    raise Refused(ErrorCode.PERMISSION_DENIED, f"this needs {permission}")
            self._check_is_free(member)
            self._reading[member.connection_id] = member.user_id
            self._load_page(asked, command)
            return
        board = self._lesson.room.board_of(command.by)
        require_pages(board, command.page, command.more)
        self._restorations.begin(
            command,
            board,
            carry_out=lambda worked_out: self._carry_out_later(asked, worked_out),
            refuse=lambda refused: self._refuse_restore(asked, refused),
        )

    def _carry_out_later(self, asked: FromClient, command: RestoreBoard | CopyPage) -> None:
        self._reading.pop(asked.connection_id, None)
        member = self._lesson.fanout.members.get(asked.connection_id)
        if member is None:
            return
        try:
            self._lesson.check_writable()
            outcome = self._lesson.perform(command)
            self._charge(member, sum(len(event.data) for event in outcome.events))
            self._reply(member, asked.message, outcome)
        except Refused as refused:
            self._refuse_restore(asked, refused)

    def _answer_step_back(self, asked: FromClient, user_id: int, result: Outcome | Refused) -> None:
        member = self._lesson.fanout.members.get(asked.connection_id)
        if isinstance(result, Refused):
            if member is not None:
                self._refuse(member, asked.message, result)
            return
        # It may be far larger than what asked for it, and is done where they are gone, too.
        tokens = answer_cost(len(result.events[0].data))
        tokens += work_cost(result.decoded_bytes, result.copied_bytes)
        hold_ms = self._cost(user_id, tokens)
        if member is not None:
            if hold_ms:
                self._lesson.fanout.hold(member, hold_ms)
            self._reply(member, asked.message, result)

    def _refuse_restore(self, asked: FromClient, refused: Refused) -> None:
        self._reading.pop(asked.connection_id, None)
        message = asked.message
        error = encode_error(located(refused, message), message_id=message.id)
        self._lesson.say(asked.connection_id, error, message_id=message.id)

    def _count(self, member: Member, asked: FromClient) -> None:
        hold_ms = self._budgets.take(
            member.user_id,
            rate_class_of(asked.message.data),
            cost=message_cost(len(asked.payload)),
            people=len(self._lesson.fanout.members),
            now_s=self._clock.monotonic_s(),
        )
        if hold_ms:
            self._lesson.fanout.hold(member, hold_ms)

    def _charge(self, member: Member, answer_bytes: int) -> None:
        """Have a person pay for what their message came to, by its size (FC-7)."""
        if hold_ms := self._cost(member.user_id, answer_cost(answer_bytes)):
            self._lesson.fanout.hold(member, hold_ms)

    def _charge_work(self, member: Member, outcome: Outcome) -> None:
        """Have a person pay for what their operations are about, where that is much (FC-7)."""
        tokens = work_cost(outcome.decoded_bytes, outcome.copied_bytes)
        if tokens <= _WORTH_CHARGING:
            return
        if hold_ms := self._cost(member.user_id, tokens):
            self._lesson.fanout.hold(member, hold_ms)

    def _cost(self, user_id: int, tokens: float) -> int:
        """Have somebody pay for so much; return for how many milliseconds they owe something."""
        return self._budgets.charge(user_id, tokens, now_s=self._clock.monotonic_s())

    # -- when a commit is lost

    def wait(self, asked: Iterable[FromClient]) -> None:
        """Have those wait whose answers were dropped, until `answer_waiting`."""
        self._unanswered += asked

    def answer_waiting(self) -> None:
        """Answer who asked for the state while it was not known."""
        unanswered, self._unanswered = self._unanswered, []
        for asked in unanswered:
            member = self._lesson.fanout.members.get(asked.connection_id)
            if member is not None:
                member.is_awaiting_sync = False
                self._carry_out(member, asked)
