"""Takes that chance has changed, by the million: the parser reads or refuses each."""

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.gateway.recordings.webm.mutation import Mutator, check
from tests.proof.support.figures import proof
from tests.recording import RecordProof

pytestmark = pytest.mark.proof

_INPUTS_A_TASK = 10_000


def test_whatever_is_uploaded_is_frames_or_a_breach(record_proof: RecordProof) -> None:
    """[T29] RC-17, RT6: read at once and in pieces, with the same result; no other exception."""
    tasks = range(1_000, 1_000 + max(2, proof(1_000_000) // _INPUTS_A_TASK))
    context = multiprocessing.get_context("spawn")
    found: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        for part in pool.map(_try_some, tasks):
            found += part
    record_proof(
        "T29",
        f"streams that are uploaded as takes: {found['frames']:,} with frames,"
        f" {found['refused']:,} refused",
        found.total(),
        crashed=found["crashed"],
    )
    assert found["crashed"] == 0
    assert min(found["frames"], found["nothing"], found["refused"]) > 100


def _try_some(seed: int) -> Counter[str]:
    mutator = Mutator(seed)
    found: Counter[str] = Counter()
    for stream in mutator.inputs(_INPUTS_A_TASK):
        try:
            found[check(mutator, stream)] += 1
        except Exception as error:  # noqa: BLE001 - any at all is what must not be
            print(f"seed {seed}: {stream!r}: {error!r}")  # noqa: T201 - pytest shows it on failure
            found["crashed"] += 1
    return found
