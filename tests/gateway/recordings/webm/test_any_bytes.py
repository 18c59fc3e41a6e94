"""Whatever the bytes, they are frames or a breach; nothing else is raised."""

import contextlib
import io

from hypothesis import given
from hypothesis import strategies as st

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.kept import KeptTime
from gateway.recordings.sealing import seal
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.reading import WebmReader
from gateway.recordings.webm.stream import TakeChecker
from tests.gateway.recordings.takes import T0_MS, VOICE_BEGIN, frames_of
from tests.gateway.recordings.webm.mutation import Mutator, check_many


def test_takes_changed_by_chance() -> None:
    """RC-17, RT6: six thousand, read at once and in pieces; enough are still takes."""
    found = check_many(1, 6_000)
    assert found["frames"] > 500
    assert found["refused"] > 500


def test_whatever_is_taken_is_sealed_to_a_file_that_is_taken() -> None:
    """RC-15: of the upload nothing is in it but frames."""
    made = 0
    for stream in Mutator(2).inputs(3_000):
        checker = TakeChecker("video/webm", 10_000_000, begun_ms=T0_MS)
        at_ms = T0_MS + 60_000
        try:
            checker.feed(stream, at_ms=at_ms, received_at_ms=at_ms)
        except BreachOfTake:
            continue
        file, chunks = io.BytesIO(), [Chunk(0, at_ms, at_ms, stream)]
        index = seal(lambda chunks=chunks: chunks, KeptTime([(0, None)]), file)  # type: ignore[misc]
        came = frames_of(stream)
        first = next((i for i, frame in enumerate(came) if frame.is_key), len(came))
        assert [frame.data for frame in frames_of(file.getvalue())] == [
            frame.data for frame in came[first:]
        ]
        made += index.size_bytes > 0
    assert made > 200


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    """RC-17: alone, and behind a header that is right."""
    for stream in (content, VOICE_BEGIN + content):
        with contextlib.suppress(BreachOfTake):
            WebmReader().feed(stream)
