"""Takes on room time: what clocks that are wrong and sound that was lost come to (RC-16, RT2).

Each packet says when in the room it was recorded; what is measured is where the file has it.
"""

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.recordings.chunk_file import Chunk
from gateway.recordings.clock import VoiceClock, offsets_of, pictures_placed
from gateway.recordings.webm.reading import Frame
from tests.gateway.recordings.takes import T0_MS, errors_ms, pictures, sealed, voice

PACKET_US: Final = 60_000

Take = Callable[[], Iterable[Chunk]]


def lateness(seed: int) -> Callable[[int], float]:
    """Return by how much chunks come late: some ms, and one of forty by seconds."""
    chance = random.Random(seed)  # noqa: S311 - the same ones each time
    late_ms = [
        4_000 * chance.random() if chance.random() < 1 / 40 else chance.expovariate(1 / 8)
        for _ in range(2_000)
    ]
    return late_ms.__getitem__


def as_it_began(anchors: Sequence[int | None]) -> list[int]:
    """Place all chunks by the first: what one does who does not know better."""
    first = next(anchor for anchor in anchors if anchor is not None)
    return [first] * len(anchors)


def worst_ms(chunks: Iterable[Chunk], *, as_it_began_alone: bool = False) -> float:
    index, content = sealed(chunks, clock=as_it_began if as_it_began_alone else offsets_of)
    return max(map(abs, errors_ms(index, content)))


TAKES: Final[dict[str, tuple[Take, float, float]]] = {
    # Each with what it may be off by at the most, and what it is off by at least without RC-16;
    # an hour goes wrong no otherwise than five minutes, and is not made to twice.
    "untouched": (lambda: voice(335, late_ms=lateness(1)), 5, 0),
    "a_clock_too_fast": (lambda: voice(335, ppm=1_000, late_ms=lateness(2)), 60, 300),
    "a_clock_too_slow": (lambda: voice(335, ppm=-1_000, late_ms=lateness(3)), 60, 300),
    "an_hour_too_fast": (lambda: voice(3600, ppm=100, late_ms=lateness(4)), 60, 0),
    "an_hour_too_slow": (lambda: voice(3600, ppm=-100, late_ms=lateness(5)), 60, 0),
    "3_s_lost_at_once": (
        lambda: voice(335, lost_ms=lambda i: 3_000 if i == 2_000 else 0, late_ms=lateness(6)),
        20,
        2_900,
    ),
    "20_ms_lost_every_2_s": (
        lambda: voice(335, lost_ms=lambda i: 20 if i % 33 == 32 else 0, late_ms=lateness(7)),
        100,
        3_000,
    ),
    "pictures": (lambda: pictures(335, ppm=1_000), 60, 300),
}


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(TAKES))
def test_a_take_lies_where_it_was_recorded(name: str) -> None:
    """RC-16, RT2: to within a packet; within 100 ms where sound is lost all the time."""
    take, most_ms, _ = TAKES[name]
    assert worst_ms(take()) <= most_ms


@pytest.mark.counted
@pytest.mark.parametrize("name", sorted(name for name, (_, _, least) in TAKES.items() if least))
def test_control_without_the_rule_it_does_not(name: str) -> None:
    """RC-16, RT2: or the test above would prove nothing."""
    take, most_ms, least_ms = TAKES[name]
    assert worst_ms(take(), as_it_began_alone=True) > max(most_ms, least_ms)


def test_lost_sound_becomes_silence_of_its_length_where_it_was_lost() -> None:
    """RC-16: to a packet; and it is named as a gap."""
    index, _ = sealed(voice(60, lost_ms=lambda i: 3_000 if i == 500 else 0))
    assert index.inserted_ms == 3_000
    assert index.gaps == [(T0_MS + 30_000, T0_MS + 33_000)]
    assert index.start_at == T0_MS
    assert abs(index.duration_ms - 60_000) <= 60


def test_a_clock_that_is_too_fast_loses_the_quietest() -> None:
    """RC-16: the shortest packets nearby."""
    clock = VoiceClock()
    loud = Frame(0, 0, b"\xfb\x03" + bytes(200), PACKET_US, is_key=True)
    quiet = Frame(0, 0, b"\xfb\x03" + bytes(20), PACKET_US, is_key=True)
    speech = [quiet if i % 10 == 3 else loud for i in range(200)]
    came = [(i * (PACKET_US - 600), frame) for i, frame in enumerate(speech)]
    placed = list(clock.placed(came))
    assert clock.dropped_us > PACKET_US
    assert sum(each.frame is loud for each in placed) == speech.count(loud)


def test_jitter_changes_nothing() -> None:
    """A recorder whose times waver by 25 ms to each side lost nothing."""
    chance = random.Random(8)  # noqa: S311 - the same ones each time
    frame = Frame(0, 0, b"\xfb\x03" + bytes(200), PACKET_US, is_key=True)
    came = [(i * PACKET_US + chance.randrange(-25_000, 25_000), frame) for i in range(2_000)]
    clock = VoiceClock()
    assert len(list(clock.placed(came))) == 2_000
    assert clock.inserted_us <= 20_000
    assert clock.dropped_us == 0


@given(
    st.lists(
        st.tuples(
            st.integers(-3_000_000, 3_000_000),
            st.sampled_from([2_500, 5_000, 10_000, 20_000, 60_000, 120_000]),
            st.integers(3, 40),
        ),
        max_size=200,
    )
)
def test_packets_never_overlap_whatever_their_times_say(
    steps: list[tuple[int, int, int]],
) -> None:
    """Holes are whole packets of silence, and what is counted is what happened."""
    time_us, came = 0, []
    for step_us, lasts_us, size in steps:
        time_us = max(0, time_us + step_us)
        came.append((time_us, Frame(time_us, 0, bytes(size), lasts_us, is_key=True)))
    clock = VoiceClock()
    placed = list(clock.placed(came))
    holes_us = 0
    for before, after in itertools.pairwise(placed):
        hole_us = after.at_us - before.at_us - before.frame.lasts_us
        assert hole_us >= 0
        assert hole_us % 20_000 == 0
        holes_us += hole_us
    assert sum(frame.lasts_us for _, frame in came) == clock.dropped_us + sum(
        each.frame.lasts_us for each in placed
    )
    assert not placed or clock.inserted_us >= holes_us


def test_the_least_late_of_the_next_chunks_says_where_one_lies() -> None:
    """RC-16: of this one and fifteen more, of the last five at the end; loss is seen at once."""
    late = [0, 9, 9, *[5] * 20, 3, 7, 7, 7, 7]
    assert offsets_of(late) == [0, *[5] * 7, *[3] * 16, *[3] * 4]
    risen = [0, 0, 100, 100, 100, 100, 100, 100]
    assert offsets_of(risen) == [0, 0, *[100] * 6]


def test_chunks_without_a_block_lie_where_the_next_does() -> None:
    assert offsets_of([None, 7, None, 7, None]) == [7, 7, 7, 7, 7]
    assert offsets_of([None, None]) == [0, 0]
    assert offsets_of([]) == []


def test_pictures_come_one_after_the_other() -> None:
    frame = Frame(0, 0, b"", 0, is_key=True)
    placed = pictures_placed([(5_000, frame), (4_000, frame), (90_000, frame)])
    assert [each.at_us for each in placed] == [5_000, 6_000, 90_000]
