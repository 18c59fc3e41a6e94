"""Whose work is next, where all share a few processes. No effects: `Confinement` has those."""

from collections import Counter, OrderedDict, deque

import msgspec


class Owner(msgspec.Struct, frozen=True):
    """Whom work is for: a person, in a session. Both are counted."""

    person: str
    session: str


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one kind of work there may be."""

    at_once: int
    waiting: int
    """Of everybody."""
    waiting_per_session: int
    waiting_per_person: int


class OwnerQueues:
    """Work that runs and work that waits, with a turn for each session, and in it for each person.

    Sessions take turns, however many people of one ask, and so do the people of a session. Neither
    a session nor a person, in however many sessions, has all places at once: where there are two
    or more, one is left for who comes next, so that nobody waits for the whole of a stranger's
    long work.

    Args:
        share: how much there may be.

    """

    def __init__(self, share: Share) -> None:
        self._share = share
        self._each = max(1, share.at_once - 1)
        self._owners: dict[int, Owner] = {}
        self._running: set[int] = set()
        # By session, then by person; who has had a turn goes to the end.
        self._queues: OrderedDict[str, OrderedDict[str, deque[int]]] = OrderedDict()
        self._running_of: Counter[tuple[str, str]] = Counter()
        self._waiting_of: Counter[tuple[str, str]] = Counter()

    @property
    def running(self) -> int:
        """How much runs."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How much waits."""
        return len(self._owners) - len(self._running)

    def has_room_for(self, owner: Owner) -> bool:
        """Whether work of an owner may begin at once, or wait; ask before `enter`."""
        if self.running < self._share.at_once and self._may_run(owner):
            # Whatever waits beside a free place may not have it, so none of this owner's waits.
            return True
        share = self._share
        person, session = _keys(owner)
        return (
            self.waiting < share.waiting
            and self._waiting_of[session] < share.waiting_per_session
            and self._waiting_of[person] < share.waiting_per_person
        )

    def enter(self, ticket: int, owner: Owner) -> None:
        """Let work wait for its turn, which `start` may give it at once."""
        self._owners[ticket] = owner
        people = self._queues.setdefault(owner.session, OrderedDict())
        people.setdefault(owner.person, deque()).append(ticket)
        self._waiting_of.update(_keys(owner))

    def start(self) -> list[int]:
        """Return the work that is to run now, in order; it counts as running from here on."""
        started: list[int] = []
        while self.running < self._share.at_once and (ticket := self._next()) is not None:
            self._dequeue(ticket)
            self._running.add(ticket)
            self._running_of.update(_keys(self._owners[ticket]))
            started.append(ticket)
        return started

    def leave(self, ticket: int) -> None:
        """Forget work that is done, or that nobody waits for any more, running or not."""
        if ticket in self._running:
            self._running.remove(ticket)
            _take(self._running_of, self._owners[ticket])
        else:
            self._dequeue(ticket)
        del self._owners[ticket]

    def _next(self) -> int | None:
        for session, people in self._queues.items():
            for person, tickets in people.items():
                if self._may_run(Owner(person, session)):
                    # Only now, and not where nothing of theirs could run: a turn is not lost.
                    people.move_to_end(person)
                    self._queues.move_to_end(session)
                    return tickets[0]
        return None

    def _may_run(self, owner: Owner) -> bool:
        return all(self._running_of[key] < self._each for key in _keys(owner))

    def _dequeue(self, ticket: int) -> None:
        owner = self._owners[ticket]
        people = self._queues[owner.session]
        people[owner.person].remove(ticket)
        if not people[owner.person]:
            del people[owner.person]
        if not people:
            del self._queues[owner.session]
        _take(self._waiting_of, owner)


def _keys(owner: Owner) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("person", owner.person), ("session", owner.session)


def _take(counts: Counter[tuple[str, str]], owner: Owner) -> None:
    for key in _keys(owner):
        counts[key] -= 1
        if not counts[key]:
            del counts[key]
