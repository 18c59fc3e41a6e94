"""Messages of a booking come to the same in whatever order they arrive, however often.

Tests also: lessonroom/bookings/deciding.py.
"""

import itertools
import random
from functools import reduce

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.bookings.record import (
    Change,
    Plan,
    Record,
    Records,
    Said,
    fold,
    heir_of,
    is_live,
    people_of,
    plan_of,
)
from tests.lessonroom.bookings.messages import ANN, BEN, CLEO, every, said, stories
from tests.lessonroom.bookings.plain_model import told_in_order

Outcome = dict[str, tuple[int | None, int | None, frozenset[int]]]


def heard(messages: list[Said]) -> Records:
    """Return the records that messages come to in the order in which they are here."""
    return reduce(fold, messages, Records())


def outcome(records: Records) -> Outcome:
    """Return the bookings that take place: when, by whom, for whom."""
    return {
        booking_id: (
            plan_of(records, booking_id).start_ms,
            plan_of(records, booking_id).host,
            people_of(records, booking_id),
        )
        for booking_id in records
        if is_live(records, booking_id)
    }


@pytest.mark.parametrize("has_seats", [False, True])
@pytest.mark.parametrize("count", [1, 2])
def test_every_pair_comes_to_what_it_says_in_either_order(count: int, has_seats: bool) -> None:  # noqa: FBT001 - a parameter
    """[API bookings] And with each message twice: what was sent last counts, not what came last."""
    for messages in every(count, has_seats=has_seats):
        expected = told_in_order(messages)
        for order in itertools.permutations([*messages, *messages], count * 2):
            assert outcome(heard(list(order))) == expected, messages


@settings(max_examples=600)
@given(stories(), st.randoms(use_true_random=False))
def test_any_messages_come_to_what_they_say_in_any_order(
    messages: list[Said], chance: random.Random
) -> None:
    """[API bookings] Bookings that are moved about, with seats and without, repeated at random."""
    arrived = [*messages, *chance.choices(messages, k=3)]
    chance.shuffle(arrived)
    records = heard(arrived)
    assert outcome(records) == told_in_order(messages)
    # What is stored is what was known.
    encoded = msgspec.json.encode(records)
    assert msgspec.json.decode(encoded, type=dict[str, Record]) == records


@settings(max_examples=200)
@given(stories(), st.randoms(use_true_random=False))
def test_every_order_leaves_the_same_records(messages: list[Said], chance: random.Random) -> None:
    """[API bookings] Not just the same lessons: also for messages that are still to come."""
    arrived = list(messages)
    chance.shuffle(arrived)
    assert heard(arrived) == heard(messages)
    assert heard([*arrived, *messages]) == heard(messages)


def test_a_seat_that_is_given_back_leaves_the_others_theirs() -> None:
    """[API bookings] The last one to go ends the lesson."""
    class_of_two = said(Change.CONFIRMED, "a", ANN, BEN, at=1, is_partial=True)
    first = said(Change.CANCELLED, "a", ANN, at=2, is_partial=True)
    last = said(Change.CANCELLED, "a", BEN, at=3, is_partial=True)
    assert people_of(heard([class_of_two, first]), "a") == {BEN}
    assert not is_live(heard([class_of_two, first, last]), "a")


def test_whoever_books_again_has_a_place_again() -> None:
    """[API bookings] Those who had one before the class was called off have none."""
    messages = [
        said(Change.CONFIRMED, "a", ANN, BEN, at=1, is_partial=True),
        said(Change.CANCELLED, "a", at=2, is_partial=True),
        said(Change.CONFIRMED, "a", BEN, at=3, is_partial=True),
    ]
    assert people_of(heard(messages), "a") == {BEN}


def test_of_two_whole_lists_of_one_second_the_one_that_came_later_counts() -> None:
    """[API bookings] They are not added up: who is in the first alone has no place."""
    first = said(Change.CONFIRMED, "a", ANN, BEN)
    second = said(Change.CONFIRMED, "a", BEN, CLEO)
    assert people_of(heard([first, second]), "a") == {BEN, CLEO}
    assert people_of(heard([second, first]), "a") == {ANN, BEN}
    assert people_of(heard([first, second, second]), "a") == {BEN, CLEO}
    # One seat more, or less, in that second is no list of everybody.
    one_more = said(Change.CONFIRMED, "a", CLEO, is_partial=True)
    assert people_of(heard([first, one_more]), "a") == {ANN, BEN, CLEO}
    gone = said(Change.CANCELLED, "a", BEN, is_partial=True)
    assert people_of(heard([gone, second, first]), "a") == {ANN}


def test_of_one_moment_a_cancellation_is_the_last_word() -> None:
    """[API bookings] Signed times are whole seconds."""
    messages = [
        said(Change.CONFIRMED, "a", ANN, at=5),
        said(Change.RESCHEDULED, "a", ANN, at=5, start_ms=9_000),
        said(Change.CANCELLED, "a", at=5),
    ]
    for order in itertools.permutations(messages):
        assert not is_live(heard(list(order)), "a")
        assert plan_of(heard(list(order)), "a").start_ms == 9_000


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_booking_has_from_its_origin_what_was_not_said_of_it(is_turned: bool) -> None:  # noqa: FBT001 - a parameter
    """[API bookings] A system that says of a move no more than the new time is understood."""
    messages = [
        said(Change.CONFIRMED, "a", ANN, CLEO, at=1, title="Fractions"),
        Said(
            change=Change.RESCHEDULED,
            booking_id="b",
            former_id="a",
            at_ms=2,
            plan=Plan(start_ms=7_000),
        ),
    ]
    records = heard(messages[::-1] if is_turned else messages)
    assert plan_of(records, "b") == Plan(title="Fractions", start_ms=7_000, host=1)
    assert people_of(records, "b") == {ANN, CLEO}
    assert outcome(records).keys() == {"b"}


def test_the_heir_of_a_booking_is_the_one_that_takes_place() -> None:
    """[API bookings] However often it was moved; a circle has none."""
    messages = [
        said(Change.CONFIRMED, "a", ANN, at=1),
        said(Change.RESCHEDULED, "b", ANN, at=2, former="a"),
        said(Change.RESCHEDULED, "c", ANN, at=3, former="b"),
    ]
    for order in itertools.permutations(messages):
        assert heir_of(heard(list(order)), "a") == "c"
    back = said(Change.RESCHEDULED, "a", ANN, at=4, former="c")
    assert outcome(heard([*messages, back])).keys() == {"a"}
    gone = said(Change.CANCELLED, "a", at=5)
    assert heir_of(heard([*messages, back, gone]), "b") is None


def test_what_is_remembered_of_people_has_an_end() -> None:
    """[API bookings] A booking that thousands come to and leave takes no more and no more room."""
    messages = [
        said(Change.CONFIRMED, "a", *range(100 * n, 100 * n + 100), at=n, is_partial=True)
        for n in range(1, 30)
    ]
    places = heard(messages)["a"].places
    assert len(places) == 2_000
    assert min(places) == 1_000
