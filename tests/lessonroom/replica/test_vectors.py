"""The client's rules, by the vectors that the page runs, too.

Tests also: lessonroom/replica/happenings.py, lessonroom/replica/packing.py,
lessonroom/replica/pending.py, lessonroom/replica/queue.py, lessonroom/replica/seeing.py,
lessonroom/replica/squashing.py, lessonroom/replica/strokes.py.
"""

from typing import Final

import pytest

from tests.lessonroom.replica.vectors import Vector, outcome_of, vectors

VECTORS: Final = vectors()


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_a_client_does_what_the_shared_vectors_say(vector: Vector) -> None:
    """[BD-6] [BD-7] [BD-15] The page's replica runs the same files."""
    scenario = vector.scenario
    outcome = outcome_of(scenario)
    for at, (step, told) in enumerate(zip(scenario["steps"], outcome.steps, strict=True)):
        expected = {name: step[name] for name in ("send", "happened") if step.get(name)}
        assert told == expected, f"step {at}: {step['do']}"
    assert outcome.pending == scenario["pending"]
    assert outcome.board == scenario["board"]


def test_there_are_vectors_of_each_rule() -> None:
    """[BD-6] [BD-15] Files that are not found would prove nothing."""
    assert {vector.rule for vector in VECTORS.values()} >= {"BD-6", "BD-15"}
    assert len(VECTORS) > 40
