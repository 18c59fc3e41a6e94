"""Whose turn it is, by chance, and nobody's twice before everyone's (PROTOCOL PE-2)."""

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import PickSomebody
from lessonroom.protocol.server import Notification
from lessonroom.turn import Turn


class Picking:
    """Whose turn came in this round. Not in the log: it is a gesture, as bringing people is."""

    def __init__(self) -> None:
        self._had: list[int] = []

    def pick(self, turn: Turn, command: PickSomebody) -> None:
        """Pick one of those who are present and do not lead, and tell everyone.

        A round is over when everyone who is there had a turn; the next begins with somebody else
        than the last one ended with, where there is somebody else.

        Raises:
            Refused: `conflict`, nobody is there who could be picked.

        """
        turn.require_open()
        turn.require_host(command.by)
        there = sorted({peer.user_id for peer in turn.peers.values()})
        there = [user_id for user_id in there if not turn.is_host(user_id)]
        if not there:
            raise Refused(ErrorCode.CONFLICT, "nobody is here to be picked")
        left = [user_id for user_id in there if user_id not in self._had]
        if not left:
            last = self._had[-1:]
            self._had = []
            left = [user_id for user_id in there if user_id not in last] or there
        picked = left[int(command.draw * len(left))]
        self._had.append(picked)
        still = sum(user_id not in self._had for user_id in there)
        params = {"user_id": picked, "left": still, "of": len(there)}
        if command.by is not None:
            params["by"] = command.by
        notice = Notification("info", "picked", "somebody was picked", params)
        turn.notify(turn.peers.values(), notice)
        turn.outcome.result = {"user_id": picked, "left": still, "of": len(there)}
