"""Undo and redo that somebody asks for: at once where little is taken back, otherwise beside."""

from collections import deque
from collections.abc import Callable

from actors.messages import FromClient
from actors.room.lesson import Lesson
from actors.room.restoring import Restorations
from lessonroom.board.editing.taking_back import TakingBack
from lessonroom.codes import Refused
from lessonroom.commands import Redo, Undo
from lessonroom.log.undo import STEPS_MOST
from lessonroom.outcome import Outcome
from lessonroom.rates import too_often

_Asked = tuple[FromClient, Undo | Redo]


class StepsBack:
    """What is undone and redone in a lesson: of each person one step after another.

    Args:
        lesson: whose steps they are.
        restorations: works out large ones beside the room.
        answer: called with what one came to, or why it was refused.

    """

    def __init__(
        self,
        lesson: Lesson,
        restorations: Restorations,
        answer: Callable[[FromClient, int, Outcome | Refused], None],
    ) -> None:
        self._lesson = lesson
        self._restorations = restorations
        self._answer = answer
        self._behind: dict[int, deque[_Asked]] = {}
        """Whose step is being worked out, and what was asked for behind it."""

    def ask(self, asked: FromClient, command: Undo | Redo) -> None:
        """Take a step back, behind those of the same person that were asked for before.

        Raises:
            Refused: it is not possible, where that is known at once.

        """
        whose = command.whose
        behind = self._behind.get(whose)
        if behind is None:
            self._begin(asked, command)
        elif len(behind) >= STEPS_MOST:
            raise too_often(1, "earlier steps are being taken back")
        else:
            behind.append((asked, command))

    def _begin(self, asked: FromClient, command: Undo | Redo) -> None:
        taking = self._taking(command)
        self._behind[command.whose] = deque()
        self._restorations.begin(
            command,
            self._lesson.room.board_of(command.by),
            taking=taking,
            carry_out=lambda worked_out: self._carry_out(asked, worked_out),
            refuse=lambda refused: self._refuse_all(asked, command, refused),
        )

    def _taking(self, command: Undo | Redo) -> TakingBack | None:
        """Return what is to be worked out; None where the core refuses it without."""
        room, by, whose = self._lesson.room, command.by, command.whose
        if whose != by and not room.state.is_host(by):
            return None
        history = room.undo_history
        is_undo = isinstance(command, Undo)
        step = history.to_undo(whose) if is_undo else history.to_redo(whose)
        if step is None:
            return None
        return TakingBack(step, by, room.state.permissions_of(by), room.limits)

    def _carry_out(self, asked: FromClient, command: Undo | Redo) -> None:
        result: Outcome | Refused
        try:
            self._lesson.check_writable()
            result = self._lesson.perform(command)
        except Refused as refused:
            result = refused
        self._end(asked, command, result)

    def _refuse_all(self, asked: FromClient, command: Undo | Redo, refused: Refused) -> None:
        """Take nothing back any more: the room has ended."""
        behind = self._behind.pop(command.whose, ())
        for each, its_command in [(asked, command), *behind]:
            self._answer(each, its_command.by, refused)

    def _end(self, asked: FromClient, command: Undo | Redo, result: Outcome | Refused) -> None:
        self._answer(asked, command.by, result)
        for each in self._behind.pop(command.whose, ()):
            self.ask(*each)
