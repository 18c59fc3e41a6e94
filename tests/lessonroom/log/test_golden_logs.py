from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.log.events import Event, EventType, Submission
from lessonroom.log.replay import replay
from lessonroom.session.session import Session
from tests.lessonroom.lesson import folded

GOLDEN: Final = sorted((Path(__file__).parent / "golden").glob("*.jsonl"))


class _Line(msgspec.Struct, frozen=True):
    """A line of a golden file: its head, an event, or a snapshot."""

    session: Session | None = None
    board: msgspec.Raw = msgspec.Raw(b"")
    snapshot: int = 0
    seq: int = 0
    type: EventType = EventType.BOARD_OP
    at_ms: int = 0
    user_id: int | None = None
    submission: tuple[str, int, int] | None = None
    data: msgspec.Raw = msgspec.Raw(b"")

    def event(self) -> Event:
        return Event(
            seq=self.seq,
            type=self.type,
            at_ms=self.at_ms,
            user_id=self.user_id,
            submission=Submission(*self.submission) if self.submission else None,
            data=bytes(self.data),
        )


def lines_of(path: Path) -> Iterator[_Line]:
    return map(msgspec.json.Decoder(_Line).decode, path.read_bytes().splitlines())


each_golden_log = pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])


@each_golden_log
def test_an_old_log_folds_to_the_board_that_it_came_to_then(path: Path) -> None:
    """[BD-15] No `append` of it says where it goes on; appended points are appended as ever."""
    head, *rest = lines_of(path)
    assert head.session is not None
    log = [line.event() for line in rest if not line.snapshot]
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    assert any(b'"op":"append"' in event.data for event in log)
    assert not any(b'"at"' in event.data for event in log if event.type is EventType.BOARD_OP)
    assert folded(head.session, log).board.encode() == bytes(head.board)


@each_golden_log
def test_an_old_snapshot_and_what_came_after_it_are_the_same_board(path: Path) -> None:
    """[P8] From each snapshot, as a server starts, to the end of its log."""
    head, *rest = lines_of(path)
    snapshots = [line for line in rest if line.snapshot]
    assert snapshots
    for snapshot in snapshots:
        board = Board.decode(bytes(snapshot.board))
        assert board.encode() == bytes(snapshot.board)
        for line in rest:
            if line.seq > snapshot.snapshot:
                replay(board, line.event())
        assert board.encode() == bytes(head.board)
