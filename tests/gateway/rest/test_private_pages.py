"""Nobody is told anything of a page that is not theirs, on any path (AT1).

Tests also: gateway/rest/plumbing/seeing.py.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pytest
from sqlalchemy import literal

from lessonroom.session import gathering
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.private_lesson import LeakError
from tests.gateway.rest.private_readings import played
from tests.proof.support.figures import proof
from tests.recording import RecordProof

_SEEDS_OF_CONTROL: Final = 12


@pytest.mark.slow
@pytest.mark.usefixtures("refusals_at_once")
@pytest.mark.parametrize("lessons", [2, pytest.param(proof(2_000), marks=pytest.mark.proof)])
async def test_nobody_is_told_of_pages_of_others(
    opened: Open, lessons: int, record_proof: RecordProof
) -> None:
    """[AU-1] [AU-2] [AU-4] [AU-5] [AU-6] [AT1] [AT2] [P25] All that each person gets is searched.

    People by chance draw, show, hide, copy, undo, restore, are kicked, come back and lead for a
    while; what each has made of it is the board of the log as it is for them.
    """
    reads = looked_bytes = hidden = 0
    for seed in range(lessons):
        async with opened(place=f"lesson-{seed}") as school:
            lesson = await played(school, seed)
        reads += lesson.reads
        looked_bytes += lesson.bytes_read
        hidden += lesson.hidden
    assert hidden
    record_proof(
        "AT1",
        f"lessons with private pages; {reads:,} answers, {looked_bytes // 1024:,} KiB searched",
        lessons,
        leaked=0,
        diverged=0,
    )


def _same(board: Any, _: object) -> Any:  # noqa: ANN401 - a board
    return board


def _all_of(_: object, events: Iterable[Any], __: object) -> Iterable[Any]:
    return events


def _bring_all(turn: Any, brought: Any, peers: Iterable[Any]) -> None:  # noqa: ANN401
    meant = (peer for peer in peers if gathering._is_meant(brought, peer))
    gathering._tell(turn, meant, gathering._notice(brought))


async def _shown(*_: object) -> bool:
    return True


CONTROLS: Final[dict[str, tuple[str, Callable[..., Any] | frozenset[Any], str]]] = {
    "live events": ("lessonroom.log.audience.BoardShares.whole_for", lambda *_: True, "nothing"),
    "a whole sync": ("actors.room.joining.syncing.hides_from", lambda *_: False, "nothing"),
    "a delta": (
        *("actors.room.joining.syncing.EncodedEvent.message_for", lambda self, _: self.message()),
        "nothing",
    ),
    "pointers": ("actors.room.requests.clients.viewers_of", lambda *_: None, "nothing"),
    "notifications": ("lessonroom.session.gathering._bring", _bring_all, "nothing"),
    "refusals": ("lessonroom.turn.Turn.board_of", lambda self, _: self.state.board, "nothing"),
    "pictures that come": ("lessonroom.turn._FOR_FEW", frozenset(), "assets"),
    "pictures": ("gateway.rest.endpoints.board.assets._is_shown", _shown, "assets"),
    "versions and exports": ("gateway.rest.plumbing.seeing.seen", _same, "boards"),
    "replay": ("gateway.rest.endpoints.recordings.replay.retold", _all_of, "history"),
    "timeline": (
        "gateway.rest.plumbing.permitting.is_kept_from",
        lambda *_, **__: False,
        "history",
    ),
    "search": ("storage.finding.search._kept_from", lambda _: literal(None), "search"),
    "shelf": ("gateway.rest.planning.keeping.seen", _same, "shelf"),
    "continued": ("gateway.rest.plumbing.bodies.importing.seen", _same, "other lessons"),
    "board files": (
        "gateway.board_files.reading._for_everyone",
        lambda board: board,
        "board files",
    ),
    "copied": ("actors.house.reading.seen", _same, "pages elsewhere"),
}
"""For each path its filter, what stands there without one, and what is read to find that out."""


@pytest.mark.slow
@pytest.mark.usefixtures("refusals_at_once")
@pytest.mark.parametrize("path", CONTROLS)
async def test_a_path_without_its_filter_is_found(
    opened: Open, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """[AT1] The control: or the search would prove nothing."""
    target, without, only = CONTROLS[path]
    monkeypatch.setattr(target, without)
    for seed in range(_SEEDS_OF_CONTROL):
        try:
            async with opened(place=f"control-{seed}") as school:
                await played(school, seed, steps=40, only=only)
        except LeakError:
            return
    pytest.fail(f"{path}: nobody found what was told")
