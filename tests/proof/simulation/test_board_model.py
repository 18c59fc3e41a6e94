"""The board of the core beside one of plain dictionaries, with every kind of operation there is."""

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import msgspec
import pytest

from lessonroom.board.model.operations import NEEDS, Put
from lessonroom.codes import Refused
from lessonroom.commands import (
    Command,
    CopyPage,
    EditBoard,
    Redo,
    RegisterAsset,
    Undo,
)
from lessonroom.log.events import AssetAdded, BoardChanged
from tests.lessonroom.lesson import START_MS
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence
from tests.lessonroom.sequences_of_edits import operation
from tests.proof.simulation.plain_board import PlainBoard, comparable
from tests.proof.support.figures import proof
from tests.recording import RecordProof

_STEPS: Final = 300
_OPS_A_LESSON: Final = 100
"""So many operations of a lesson are taken, at least; others are refused."""
_KINDS: Final = (
    *("stroke", "rect", "line", "text", "note", "image", "formula", "polygon", "graph", "table"),
    "custom",
)


@pytest.mark.parametrize(
    "operations", [20_000, pytest.param(proof(1_000_000), marks=pytest.mark.proof)]
)
def test_the_board_is_what_plain_dictionaries_come_to(
    operations: int, record_proof: RecordProof
) -> None:
    """[T5] [BD-1] [BD-2] [PG-1] After each event; copies of pages and undo among them."""
    lessons = range(max(2, operations // _OPS_A_LESSON))
    context = multiprocessing.get_context("spawn")
    found: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        for part in pool.map(_play, lessons, chunksize=8):
            found += part
    taken = sum(count for name, count in found.items() if name.startswith("op "))
    record_proof(
        "T5",
        "operations of every kind, on pages, groups, locks, formulas, graphs, tables, polygons and"
        " parts of strokes, beside a board of plain dictionaries",
        taken,
        diverged=0,
    )
    assert taken >= operations
    kinds = [msgspec.inspect.type_info(op) for op in NEEDS]
    tags = {kind.tag for kind in kinds if isinstance(kind, msgspec.inspect.StructType)}
    assert {name.removeprefix("op ") for name in found if name.startswith("op ")} == tags
    assert {name.removeprefix("put ") for name in found if name.startswith("put ")} == set(_KINDS)
    assert min(found["group"], found["lock"], found["part"], found["copied"]) > 0


def test_a_model_that_forgets_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """[T5] The control: the plain board does not drop what lies on a page that goes."""
    monkeypatch.setattr(PlainBoard, "_keep_layers", lambda *_: None)
    with pytest.raises(AssertionError):
        list(map(_play, range(20)))


def _play(seed: int) -> Counter[str]:
    """Play a lesson, and compare both boards after each event."""
    player, model = Player(), PlainBoard()
    for command, now_ms in sequence(seed, length=0):
        player.step(command, now_ms)
    found: Counter[str] = Counter()
    for command, now_ms in _steps(seed):
        try:
            outcome = player.room.handle(command, now_ms)
        except Refused:
            continue
        found["copied"] += isinstance(command, CopyPage)
        if isinstance(command, EditBoard):
            found["part"] += sum(isinstance(op, Put) and op.of is not None for op in command.ops)
        for event in outcome.events:
            body = event.body()
            if not isinstance(body, BoardChanged):
                continue
            ops = msgspec.json.decode(body.ops)
            assert event.user_id is not None
            model.apply(ops, event.user_id)
            found.update(_facts(ops))
        board = msgspec.json.decode(player.room.state.board.encode())
        assert comparable(board) == comparable(model.everything()), f"seed {seed}: {command}"
    return found


def _steps(seed: int) -> Iterator[tuple[Command, int]]:
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    pages = ("p1", "p1", "p2", "p3", "p4")
    for n in range(1, _STEPS):
        now_ms = START_MS + 10 * n
        by = chance.choice((1, 1, 1, 2))
        rare: tuple[Command, ...] = (
            CopyPage(by=by, page=chance.choice(pages), id=chance.choice(pages)),
            Undo(by=by),
            Redo(by=by),
            RegisterAsset(
                by=1, added=AssetAdded(chance.choice(("ab", "cd")) * 32, "image/png", 4, 3, 9)
            ),
        )
        if chance.random() < 0.15:
            yield chance.choice(rare), now_ms
            continue
        ops = [operation(chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        yield EditBoard(connection_id=f"c{by}a", client_id=f"client-{by}", n=n, ops=ops), now_ms


def _facts(ops: list[dict[str, object]]) -> Iterator[str]:
    for op in ops:
        yield f"op {op['op']}"
        if isinstance(element := op.get("element"), dict):
            yield f"put {element['type']}"
        if isinstance(changes := op.get("set"), dict):
            yield from (name for name in ("group",) if changes.get(name))
            if changes.get("locked") is True:
                yield "lock"
