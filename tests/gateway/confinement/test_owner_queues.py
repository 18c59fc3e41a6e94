"""Whose work is next: values in, tickets out."""

import random
from collections import Counter

from gateway.confinement.owner_queues import Owner, OwnerQueues, Share


def queues(at_once: int = 2, **bounds: int) -> OwnerQueues:
    share = {"waiting": 99, "waiting_per_session": 99, "waiting_per_person": 99} | bounds
    return OwnerQueues(Share(at_once=at_once, **share))


def owner(person: str, session: str = "lesson") -> Owner:
    return Owner(person, session)


def served(queues: OwnerQueues, running: list[int]) -> list[int]:
    """End what runs, one after the other, and return the order in which all began."""
    order = list(running)
    while running:
        queues.leave(running.pop(0))
        running += (started := queues.start())
        order += started
    return order


def test_work_begins_at_once_where_there_is_a_place() -> None:
    lesson = queues(at_once=3)
    for ticket, person in enumerate("abc"):
        lesson.enter(ticket, owner(person, person))
    assert lesson.start() == [0, 1, 2]
    assert (lesson.running, lesson.waiting) == (3, 0)


def test_sessions_take_turns_however_much_one_of_them_asks() -> None:
    """[P16] Twenty people of one lesson do not stand before the teacher of another."""
    house = queues(at_once=1)
    for ticket in range(20):
        house.enter(ticket, owner(f"guest-{ticket}", "loud"))
    house.enter(20, owner("teacher", "quiet"))
    order = served(house, house.start())
    assert order.index(20) == 1
    assert sorted(order) == list(range(21))


def test_people_of_a_session_take_turns() -> None:
    """[P16] Nor does one pupil before the class."""
    lesson = queues(at_once=1)
    for ticket in range(10):
        lesson.enter(ticket, owner("loud"))
    lesson.enter(10, owner("quiet"))
    lesson.enter(11, owner("quiet"))
    assert served(lesson, lesson.start())[:5] == [0, 10, 1, 11, 2]


def test_one_place_is_left_for_another_session_and_another_person() -> None:
    """[P16] Two guests with a board that takes a minute do not hold both processes."""
    house = queues(at_once=2)
    house.enter(0, owner("a", "hostile"))
    house.enter(1, owner("b", "hostile"))
    house.enter(2, owner("a", "another of theirs"))
    assert house.start() == [0]
    assert house.waiting == 2
    house.enter(3, owner("teacher", "quiet"))
    assert house.start() == [3]
    house.leave(0)
    # The turn is that of the session which has had none.
    assert house.start() == [2]


def test_with_a_single_process_everybody_has_it_in_turn() -> None:
    alone = queues(at_once=1)
    alone.enter(0, owner("a"))
    alone.enter(1, owner("a"))
    assert served(alone, alone.start()) == [0, 1]


def test_waiting_has_a_bound_for_all_for_a_session_and_for_a_person() -> None:
    """[P15] What runs does not count as waiting."""
    house = queues(at_once=2, waiting=5, waiting_per_session=3, waiting_per_person=2)
    house.enter(0, owner("a"))
    assert house.start() == [0]
    house.enter(1, owner("a"))
    house.enter(2, owner("a"))
    assert not house.has_room_for(owner("a"))
    assert not house.has_room_for(owner("a", "another session"))
    assert house.has_room_for(owner("b"))
    house.enter(3, owner("b"))
    assert not house.has_room_for(owner("c"))
    for ticket, person in ((4, "c"), (5, "d"), (6, "e")):
        assert house.has_room_for(owner(person, person))
        house.enter(ticket, owner(person, person))
        house.start()
    assert not house.has_room_for(owner("f", "f"))
    house.leave(1)
    assert house.has_room_for(owner("a"))


def test_who_can_begin_at_once_needs_no_place_to_wait() -> None:
    """[P16] A session that may have no more does not close the door for others."""
    house = queues(at_once=2, waiting=1)
    for ticket, person in enumerate("ab"):
        house.enter(ticket, owner(person))
        house.start()
    assert (house.running, house.waiting) == (1, 1)
    assert not house.has_room_for(owner("c"))
    assert house.has_room_for(owner("c", "quiet"))


def test_who_gives_up_loses_the_place_and_nobody_else_does() -> None:
    lesson = queues(at_once=1)
    for ticket, person in enumerate("abc"):
        lesson.enter(ticket, owner(person))
    assert lesson.start() == [0]
    lesson.leave(1)
    lesson.leave(0)
    assert lesson.start() == [2]
    lesson.leave(2)
    assert (lesson.running, lesson.waiting) == (0, 0)


def test_whatever_happens_places_are_used_and_everybody_is_served() -> None:
    """[P16] Ten thousand steps: no place idle that somebody may take, none lost, none twice."""
    chance = random.Random(5)  # noqa: S311 - a seed, not a secret
    house = queues(at_once=3)
    ticket, running, begun = 0, list[int](), Counter[int]()
    owners: dict[int, Owner] = {}
    for _ in range(10_000):
        if chance.random() < 0.5:
            owners[ticket] = owner(f"p{chance.randrange(6)}", f"s{chance.randrange(4)}")
            house.enter(ticket, owners[ticket])
            ticket += 1
        elif owners:
            gone = chance.choice(list(owners))
            house.leave(gone)
            del owners[gone]
            running = [each for each in running if each != gone]
        started = house.start()
        begun.update(started)
        running += started
        assert house.running == len(running) <= 3
        assert house.waiting == len(owners) - len(running)
        sessions = Counter(owners[each].session for each in running)
        people = Counter(owners[each].person for each in running)
        assert max(sessions.values(), default=0) <= 2
        assert max(people.values(), default=0) <= 2
        if len(running) < 3:
            idle = [owners[each] for each in owners if each not in running]
            assert all(sessions[it.session] == 2 or people[it.person] == 2 for it in idle)
    assert max(begun.values()) == 1
