"""The decoder of frames, with millions of messages that chance has changed."""

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from lessonroom.protocol.decoding import decode_binary, decode_text
from tests.lessonroom.protocol.mutation import Mutator
from tests.lessonroom.protocol.test_decoding_is_total import check
from tests.proof.support.figures import proof
from tests.recording import RecordProof

_INPUTS_A_TASK = 20_000


@pytest.mark.parametrize(
    "inputs", [40_000, pytest.param(proof(20_000_000), marks=pytest.mark.proof)]
)
def test_whatever_comes_is_a_message_a_refusal_or_a_breach(
    inputs: int, record_proof: RecordProof
) -> None:
    """[EN-2][BD-10] [T6] [P10] [P18] Half in JSON, half in MessagePack; no other exception."""
    tasks = range(1_000, 1_000 + max(2, inputs // _INPUTS_A_TASK))
    context = multiprocessing.get_context("spawn")
    found: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        for part in pool.map(_try_some, tasks):
            found += part
    record_proof(
        "T6",
        f"inputs of the decoder: {found['message']:,} messages, {found['invalid']:,} refused,"
        f" {found['breach']:,} breaches",
        found.total(),
        crashed=found["crashed"],
    )
    assert found["crashed"] == 0
    assert min(found["message"], found["invalid"], found["breach"]) > 100


def _try_some(seed: int) -> Counter[str]:
    is_packed = seed % 2 == 1
    decode = decode_binary if is_packed else decode_text
    found: Counter[str] = Counter()
    for frame in Mutator(seed, is_packed=is_packed).inputs(_INPUTS_A_TASK):
        try:
            found[check(decode, frame)] += 1
        except Exception as error:  # noqa: BLE001 - any at all is what must not be
            print(f"seed {seed}: {frame!r}: {error!r}")  # noqa: T201 - pytest shows it on failure
            found["crashed"] += 1
    return found
