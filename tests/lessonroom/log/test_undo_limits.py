"""Undo and redo: who may, how much is kept, and for how long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.model.elements import Image, Layer
from lessonroom.board.model.operations import (
    AddLayer,
    Clear,
    Operation,
    Patch,
    PatchLayer,
    Put,
    Remove,
    RemoveLayer,
    ReorderLayers,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Redo, RegisterAsset, RestoreBoard, Undo
from lessonroom.limits import Limits
from lessonroom.log import undo as undo_module
from lessonroom.log.events import AssetAdded
from lessonroom.log.undo import STEPS_MOST
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    Lesson,
    begun,
    fingerprint,
    folded,
    put_rect,
    stroke,
)
from tests.lessonroom.log.undoing import undo
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence


@pytest.mark.parametrize(
    ("op", "permission"),
    [
        (put_rect("n1"), "can_erase"),
        (Patch("r1", {"x": 5}), "can_draw"),
        (Remove(["r1"]), "can_draw"),
        (Remove(["i1"]), "can_upload_images"),
        (AddLayer(Layer(id="new")), "can_delete_layers"),
        (PatchLayer("base", {"name": "x"}), "can_add_layers"),
        (RemoveLayer("top"), "can_add_layers"),
        (ReorderLayers(["top", "base"]), "can_reorder_layers"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_undoing_needs_the_permission_of_what_it_does(
    lesson: Lesson, op: Operation, permission: str
) -> None:
    """[BD-3][BD-11] At that moment; the step waits until it is there again."""
    added = AssetAdded("ab" * 32, "image/png", width=1, height=1, size_bytes=1)
    lesson.do(RegisterAsset(by=HOST, added=added))
    image = Image(id="i1", layer="base", x=0, y=0, w=1, h=1, asset="ab" * 32)
    lesson.edit(HOST, AddLayer(Layer(id="top")), put_rect(), Put(image))
    lesson.permit(ANN, can_add_layers=True, can_delete_layers=True, can_reorder_layers=True)
    before = lesson.state.board.digest()
    lesson.edit(ANN, op)
    lesson.permit(ANN, **{permission: False})
    refused = lesson.refuse(Undo(by=ANN), ErrorCode.PERMISSION_DENIED)
    assert (refused.message, refused.field) == (f"this needs {permission}", None)
    lesson.permit(ANN, **{permission: True})
    undo(lesson, ANN)
    assert lesson.state.board.digest() == before


def test_one_who_was_kicked_undoes_nothing(lesson: Lesson) -> None:
    """[BD-3] Not one more operation."""
    lesson.draw(ANN)
    lesson.kick(ANN)
    lesson.refuse(Undo(by=ANN), ErrorCode.PERMISSION_DENIED)


def test_undoing_needs_the_board_to_be_open(lesson: Lesson) -> None:
    """[BD-8] For all but the host; once the session is over for the host too."""
    lesson.draw(ANN, "a1")
    lesson.draw(HOST, "h1")
    lesson.draw(HOST, "h2")
    lesson.move(Move.PAUSE)
    lesson.refuse(Undo(by=ANN), ErrorCode.SESSION_NOT_ACTIVE)
    undo(lesson, HOST)
    lesson.move(Move.TERMINATE)
    lesson.refuse(Undo(by=HOST), ErrorCode.SESSION_NOT_ACTIVE)


def test_a_locked_layer_refuses_undo_too(lesson: Lesson) -> None:
    """[BD-11] Once it is unlocked the step is still there."""
    lesson.draw(ANN)
    lesson.edit(HOST, PatchLayer("base", {"locked": True}))
    refused = lesson.refuse(Undo(by=ANN), ErrorCode.CONFLICT)
    assert (refused.message, refused.field) == ("the layer base is locked", None)
    lesson.edit(HOST, PatchLayer("base", {"locked": False}))
    assert undo(lesson, ANN) == [Remove(["r1"])]


def test_undo_does_not_pass_the_limits_of_the_board() -> None:
    """[BD-9] Others have taken the place meanwhile."""
    lesson = begun(limits=Limits(elements_per_board=2))
    lesson.edit(ANN, put_rect("r1"), put_rect("r2"))
    lesson.edit(ANN, Remove(["r1", "r2"]))
    lesson.draw(BEN, "r3")
    lesson.refuse(Undo(by=ANN), ErrorCode.TOO_LARGE)


def test_undo_may_be_larger_than_any_message(lesson: Lesson) -> None:
    """[BD-9] The number of operations is limited for clients only."""
    limit = lesson.room.limits.ops_per_event
    for n in range(3):
        lesson.edit(HOST, *(put_rect(f"r{n}-{m}") for m in range(limit)))
    lesson.edit(HOST, Clear())
    assert len(undo(lesson, HOST)) == 3 * limit


def test_a_hundred_steps_are_kept(lesson: Lesson) -> None:
    """[BD-11] The older ones are forgotten."""
    for n in range(STEPS_MOST + 5):
        lesson.draw(ANN, f"r{n}")
    for _ in range(STEPS_MOST):
        undo(lesson, ANN)
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
    assert set(lesson.state.board.elements) == {f"r{n}" for n in range(5)}


def test_what_is_kept_for_undo_takes_eight_mebibytes_at_most(lesson: Lesson) -> None:
    """[P15] The newest step is kept whatever its size."""
    points = [0.123456789, 0.123456789, 0.5, 16] * 7_000
    lesson.edit(ANN, Put(stroke("s0", points)))
    for n in range(60):
        lesson.edit(ANN, Patch("s0", {"x": n + 1, "y": n + 1}))
    undone = 0
    while True:
        try:
            lesson.do(Undo(by=ANN))
        except Refused:
            break
        undone += 1
    size_bytes = len(lesson.state.board.elements["s0"].encoded)
    assert undone == 8 * 1024 * 1024 // (2 * size_bytes)
    lesson.edit(HOST, Clear())
    assert undo(lesson, HOST)


def test_a_room_that_is_opened_anew_begins_with_nothing_to_undo(lesson: Lesson) -> None:
    """[BD-11] What can be undone is in the room's memory, not in the log."""
    lesson.draw(ANN)
    lesson.restart()
    lesson.connect(ANN)
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)


@given(seed=st.integers(0), back=st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_undoing_all_and_redoing_all_comes_to_the_same_board(seed: int, back: int) -> None:
    """[BD-11][P7] After any lesson, while nobody else works: as far as the steps reach."""
    player = Player().play(sequence(seed))
    room, now_ms = player.room, 2_000_000_000_000
    if room.state.session.status.has_ended:
        return
    digests = [room.state.board.digest()]
    for _ in range(back):
        try:
            player.log += room.handle(Undo(by=HOST), now_ms).events
        except Refused as refused:
            if refused.code is ErrorCode.CONFLICT and "nothing" in refused.message:
                continue
            break
        digests.append(room.state.board.digest())
    for digest in reversed(digests[:-1]):
        try:
            player.log += room.handle(Redo(by=HOST), now_ms).events
        except Refused as refused:
            # The board of a random lesson is full or locked, or its host may add no layers.
            possible = {ErrorCode.TOO_LARGE, ErrorCode.CONFLICT, ErrorCode.PERMISSION_DENIED}
            assert refused.code in possible  # noqa: PT017
            return
        assert room.state.board.digest() == digest
    assert fingerprint(folded(player.initial, player.log)) == fingerprint(room.state)


def test_what_all_can_undo_together_is_bounded(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[BD-11][P15] Whoever changed something longest ago loses their steps; the newest never."""
    monkeypatch.setattr(undo_module, "_KEPT_BYTES_OF_ROOM", 1_000)
    lesson.edit(BEN, put_rect("of-ben"))
    for n in range(20):
        lesson.edit(ANN, put_rect(f"r{n}"))
    lesson.edit(HOST, put_rect("of-host"))
    lesson.refuse(Undo(by=BEN), ErrorCode.NOT_FOUND)
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
    assert undo(lesson, HOST) == [Remove(["of-host"])]


def test_a_restore_of_many_elements_is_taken_back_whole(lesson: Lesson) -> None:
    """[BD-11][P17] Field by field it would take seconds; what others changed stays theirs."""
    for n in range(0, 300, 100):
        lesson.edit(ANN, *(put_rect(f"r{n + m}") for m in range(100)))
    version = lesson.state.head
    target = lesson.state.board.encode()
    for n in range(0, 300, 100):
        lesson.edit(ANN, *(Patch(f"r{n + m}", {"x": 50}) for m in range(100)))
    before = lesson.state.board.digest()
    lesson.do(RestoreBoard(by=HOST, version=version, board=target))
    lesson.edit(BEN, Patch("r7", {"y": 9}))
    operations = undo(lesson, HOST)
    assert sum(isinstance(op, Put) for op in operations) == 299
    assert [op for op in operations if isinstance(op, Patch)] == [Patch("r7", {"x": 50})]
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    lesson.edit(BEN, Patch("r7", {"y": 2}))
    assert lesson.state.board.digest() == before
