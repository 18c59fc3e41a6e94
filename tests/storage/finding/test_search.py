"""What was written is kept and found, whatever the database below.

Tests also: storage/finding/texts.py, storage/finding/removing.py, storage/finding/looking.py,
storage/tables/finding.py.
"""

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.finding.written import Kind, Written
from lessonroom.log.events import BOARD_CHANGES
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import HistoryPolicy, Session, SessionSettings
from storage.errors import UnknownSession
from storage.finding import looking, search, texts
from storage.finding.search import Hit, Place, Wanted
from storage.people import erasure
from storage.records import Batch, UserKind
from storage.store import Store
from storage.tables import TEXTS, TEXTS_UNTIL, WORDS
from storage.upkeep import upkeep
from tests.storage.lessons import Lesson

HOST, PUPIL, OTHER = 1, 2, 3


def written(place: str, text: str | None, seq: int = 1, **more: Any) -> Written:  # noqa: ANN401 - of a struct
    what: dict[str, Any] = {"kind": Kind.TEXT, "page": "p1", "user_id": HOST} | more
    return Written(seq=seq, at_ms=1_000 + seq, place=place, text=text, **what)


async def begun(store: Store, session_id: str, *seats: Participant, n: int = 0, **more: Any) -> int:  # noqa: ANN401 - of a struct
    """Make a lesson of the host's that is over, and return its key."""
    fields: dict[str, Any] = {"status": SessionStatus.COMPLETED, "title": session_id}
    fields["created_at_ms"] = 1_000 + n
    session = Session(session_id=session_id, host_id=HOST, **(fields | more))
    lesson = Lesson(session_id)
    await store.create_session(session, [lesson.opened()], seats)
    (found,) = await looking.behind(store, only=[session_id])
    return found.key


def seat(user_id: int = PUPIL, **more: Any) -> Participant:  # noqa: ANN401 - of a struct
    fields: dict[str, Any] = {"name": "Pia Pupil", "role": Role.STUDENT}
    return Participant(user_id=user_id, **(fields | {"status": ParticipantStatus.LEFT} | more))


async def found(store: Store, asked: str, *, user_id: int = HOST, **more: Any) -> list[Hit]:  # noqa: ANN401 - of a struct
    wanted = Wanted(user_id=user_id, words=search.asked_of(asked), **more)
    return (await search.find(store, wanted, limit=50)).hits


async def texts_of(store: Store, asked: str, **more: Any) -> list[str]:  # noqa: ANN401 - of a struct
    return [hit.excerpt.text for hit in await found(store, asked, **more)]


async def rows(store: Store) -> int:
    async def read(connection: AsyncConnection) -> int:
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar() or 0
            for table in (TEXTS, WORDS, TEXTS_UNTIL)
        ]
        return sum(counts)

    return await store.reading(read)


async def test_words_are_found_by_their_beginning_in_any_case(store: Store) -> None:
    """All of those that are asked for have to be there."""
    key = await begun(store, "a")
    await texts.keep(store, key, [written("e1", "Дроби та п'ять яблук"), written("e2", "Дріб")])
    for asked in ("дроб", "ДРОБИ", "пять", "п’ят", "яблук дроби"):
        assert await texts_of(store, asked) == ["Дроби та п'ять яблук"], asked
    assert await texts_of(store, "робі") == []
    assert await texts_of(store, "дроби дріб") == []


async def test_a_hit_says_where_and_since_when(store: Store) -> None:
    """Lesson, page, place, kind, author and the event that wrote it."""
    key = await begun(store, "a", seat())
    cell = written("t1", "needle", 8, part="r1:c1", kind=Kind.TABLE, page="p3", user_id=PUPIL)
    await texts.keep(store, key, [cell])
    (hit,) = await found(store, "need")
    assert (hit.session_id, hit.title, hit.status) == ("a", "a", SessionStatus.COMPLETED)
    assert (hit.kind, hit.page, hit.place, hit.part) == (Kind.TABLE, "p3", "t1", "r1:c1")
    assert (hit.seq, hit.at_ms, hit.user_id, hit.name) == (8, 1_008, PUPIL, "Pia Pupil")
    assert hit.excerpt.marks == ((0, 6),)


async def test_what_goes_on_replaces_what_it_was(store: Store) -> None:
    """Somebody who types is found once, at the last; what was replaced stays found as it was."""
    key = await begun(store, "a")
    for seq, text in enumerate(("one", "one two", "two", "two three"), 1):
        await texts.keep(store, key, [written("e1", text, seq)])
    assert await texts_of(store, "two") == ["two three", "one two"]
    assert [hit.seq for hit in await found(store, "one")] == [2]


async def test_a_patch_is_of_the_kind_and_on_the_page_of_its_element(store: Store) -> None:
    """In another slice, and in the same one; of what is not known nothing is said."""
    key = await begun(store, "a")
    unknown = {"kind": None, "page": None}
    note = written("n1", "", 1, kind=Kind.NOTE, page="p2")
    await texts.keep(store, key, [note, written("n1", "first", 2, **unknown)])
    await texts.keep(store, key, [written("n1", "second", 3, **unknown)])
    await texts.keep(store, key, [written("stray", "third", 4, **unknown)])
    hits = [*await found(store, "first"), *await found(store, "second")]
    assert [(hit.kind, hit.page, hit.seq) for hit in hits] == [
        (Kind.NOTE, "p2", 2),
        (Kind.NOTE, "p2", 3),
    ]
    assert await found(store, "third") == []


async def test_what_is_kept_already_is_kept_once(store: Store) -> None:
    """A slice that was cut short is done again."""
    key = await begun(store, "a")
    some = [written("e1", "one", 1), written("e1", "two", 2)]
    await texts.keep(store, key, some)
    before = await rows(store)
    await texts.keep(store, key, some)
    assert await rows(store) == before
    assert await texts_of(store, "one") == ["one"]


async def test_a_place_keeps_so_many_texts(store: Store) -> None:
    """Whoever writes another word a thousand times takes no more room."""
    key = await begun(store, "a")
    await texts.keep(store, key, [written("e1", f"w{n}", n) for n in range(1, 51)])
    assert len(await found(store, "w")) == 30
    assert await texts_of(store, "w50") == ["w50"]


async def test_what_no_database_keeps_is_no_trouble(store: Store) -> None:
    """A NUL and half a pair, on a board and in what is asked for."""
    key = await begun(store, "a", seat())
    await texts.keep(store, key, [written("e1", "zero\0byte half\ud800pair %_ \\ '")])
    assert await texts_of(store, "byte") == ["zero byte half pair %_ \\ '"]
    for hostile in ("%", "_", "'", "\\", '" OR 1=1', "\0", "*", "\ud800"):
        assert await found(store, f"{hostile} nothing") == []


async def test_titles_and_people_are_found_as_they_are_now(store: Store) -> None:
    """Those who were let in, and by their newest names."""
    waiting = seat(OTHER, name="Walt Waiting", is_admitted=False)
    lesson = Lesson("a")
    key = await begun(store, "a", seat(), waiting, title="Sloths")
    await texts.note_until(store, key, seq=1, pages={"l": "p2"})
    assert [hit.kind for hit in await found(store, "sloth")] == [Kind.TITLE]
    assert [(hit.kind, hit.user_id) for hit in await found(store, "pia")] == [(Kind.PERSON, PUPIL)]
    assert await found(store, "walt") == []
    session = await store.session("a")
    assert session is not None
    renamed = msgspec.structs.replace(session, title="Otters")
    lesson.seq = 1
    batch = Batch(
        session=renamed,
        events=(lesson.said("hi"),),
        session_changed=True,
        participants=(seat(name="Paula"),),
    )
    await store.commit([batch])
    await texts.note_until(store, key, seq=2, pages={})
    assert [await texts_of(store, word) for word in ("sloth", "pia", "otter", "paul")] == [
        [],
        [],
        ["Otters"],
        ["Paula"],
    ]


HOST_ONLY = SessionSettings(history_policy=HistoryPolicy.HOST_ONLY)


@pytest.mark.parametrize(
    ("who", "more", "expected"),
    [
        (seat(), {}, {"chat", "text"}),
        (seat(), {"settings": HOST_ONLY}, {"chat"}),
        (seat(role=Role.HOST), {"settings": HOST_ONLY}, {"chat", "text"}),
        (seat(), {"status": SessionStatus.ACTIVE}, {"chat"}),
        (seat(status=ParticipantStatus.KICKED), {}, set()),
        (seat(role=Role.HOST, status=ParticipantStatus.KICKED), {}, set()),
        (seat(is_admitted=False, status=ParticipantStatus.JOINING), {}, set()),
        (seat(OTHER), {}, set()),
    ],
    ids=[
        "pupil",
        "host only",
        "co-host",
        "live",
        "kicked",
        "kicked co-host",
        "waiting",
        "outsider",
    ],
)
async def test_one_finds_what_one_may_look_at(
    store: Store, who: Participant, more: dict[str, Any], expected: set[str]
) -> None:
    """[SY-12] The board for who may look back, the chat for who has a seat, nobody else."""
    key = await begun(store, "a", who, **more)
    lesson = Lesson("a")
    lesson.seq = 1
    session = await store.session("a")
    assert session is not None
    await store.commit([Batch(session=session, events=(lesson.said("needle"),))])
    said = written("chat:2", "needle", 2, kind=Kind.CHAT, page="")
    await texts.keep(store, key, [written("e1", "needle"), said])
    assert {hit.kind for hit in await found(store, "needle", user_id=PUPIL)} == expected
    assert {hit.kind for hit in await found(store, "needle")} == {"chat", "text"}


async def test_hits_come_by_pages_lesson_by_lesson(store: Store) -> None:
    """The newest first; no page has another's."""
    for n in range(30):
        key = await begun(store, f"s{n:02}", n=n)
        await texts.keep(store, key, [written(f"e{i}", f"needle {i}", i) for i in range(1, 4)])
    wanted = Wanted(user_id=HOST, words=("needle",))
    seen: list[tuple[str, str]] = []
    after: Place | None = None
    while True:
        page = await search.find(store, wanted, limit=7, after=after)
        seen += [(hit.session_id, hit.place) for hit in page.hits]
        after = page.goes_on
        if after is None:
            break
        assert len(page.hits) == 7
    assert seen == [(f"s{n:02}", f"e{i}") for n in reversed(range(30)) for i in (3, 2, 1)]
    one_each = Wanted(user_id=HOST, words=("needle",), per_lesson=1)
    first = await search.find(store, one_each, limit=4)
    second = await search.find(store, one_each, limit=4, after=first.goes_on)
    assert [hit.session_id for hit in (*first.hits, *second.hits)] == [
        f"s{n}" for n in range(29, 21, -1)
    ]


async def test_one_goes_on_in_ones_own_lessons_alone(store: Store) -> None:
    """A page cannot be asked for behind a lesson of somebody else's."""
    await begun(store, "a")
    wanted = Wanted(user_id=OTHER, words=("needle",))
    with pytest.raises(UnknownSession):
        await search.find(store, wanted, limit=5, after=Place("a", 1))


async def test_a_search_within_a_series_and_a_lesson(store: Store) -> None:
    """The first lesson of a series is named like it."""
    for n, name in enumerate(("first", "next", "alone")):
        series = "first" if name == "next" else None
        key = await begun(store, name, n=n, series_id=series)
        await texts.keep(store, key, [written("e1", "needle")])
    hits = await found(store, "needle", series_id="first")
    assert [hit.session_id for hit in hits] == ["next", "first"]
    hits = await found(store, "needle", session_id="alone")
    assert [hit.session_id for hit in hits] == ["alone"]
    assert await found(store, "needle", kinds=frozenset({Kind.CHAT})) == []


async def test_strokes_are_passed_over_by_the_database(store: Store, lesson: Lesson) -> None:
    """And a log is looked through in slices, each of which says how far it went."""
    strokes = [lesson.stroke(b'{"ops":[{"op":"put","points":[1]}]}') for _ in range(300)]
    words_ = [lesson.stroke(b'{"ops":[{"op":"put","text":"x"}]}') for _ in range(250)]
    await store.commit([lesson.batch(*strokes, *words_, lesson.said("hi"), lesson.stroke())])
    (found_,) = await looking.behind(store)
    seqs: list[int] = []
    after, is_last = 0, False
    while not is_last:
        part = await looking.next_slice(store, found_, after=after)
        seqs += [event.seq for event in part.events]
        after, is_last = part.until, part.is_last
    assert seqs == [*(event.seq for event in words_), lesson.seq - 1]
    assert after == lesson.seq
    await texts.note_until(store, found_.key, seq=after, pages={"base": "p1"})
    assert await looking.behind(store) == []
    assert await looking.until(store, found_.key) == (after, {"base": "p1"})
    await store.commit([lesson.batch(lesson.stroke())])
    assert await looking.behind(store, only=["algebra"]) == [found_]
    assert await looking.behind(store, only=["other"]) == []


async def test_a_deleted_lesson_is_not_found(store: Store) -> None:
    """Nothing stays of it, and nothing is kept of it afterwards."""
    key = await begun(store, "a")
    await texts.keep(store, key, [written("e1", "one two three")])
    await texts.note_until(store, key, seq=1, pages={})
    while not await upkeep.purge(store, key):
        pass
    await texts.keep(store, key, [written("e1", "one two three")])
    await texts.note_until(store, key, seq=1, pages={})
    assert await rows(store) == 0


async def test_who_was_erased_is_not_found(store: Store) -> None:
    """Neither by name nor by what they wrote into the chat; what they drew stays."""
    user = await store.ensure_user(
        issuer="school", subject="pia", name="Pia", kind=UserKind.REGISTERED, at_ms=1
    )
    key = await begun(store, "a", seat(user.user_id))
    lesson = Lesson("a")
    lesson.seq = 1
    said = msgspec.structs.replace(lesson.said("secret"), user_id=user.user_id)
    session = await store.session("a")
    assert session is not None
    await store.commit([Batch(session=session, events=(said,))])
    spoken = written("chat:2", "secret", 2, kind=Kind.CHAT, user_id=user.user_id)
    drawn = written("e1", "drawn", user_id=user.user_id)
    await texts.keep(store, key, [spoken, drawn])
    await texts.note_until(store, key, seq=2, pages={})
    assert len(await found(store, "secret")) == len(await found(store, "pia")) == 1
    (place,) = await erasure.places_of(store, user.user_id)
    await erasure.erase_seat(store, place, user.user_id, at_ms=5)
    await erasure.erase_from_log(store, place, user.user_id, after=0)
    # Read before, written after: it is not said any more.
    await texts.keep(store, key, [spoken])
    await texts.note_until(store, key, seq=2, pages={})
    assert [await texts_of(store, word) for word in ("secret", "pia", "erased", "drawn")] == [
        [],
        [],
        [],
        ["drawn"],
    ]


def test_every_change_of_a_board_is_looked_at() -> None:
    """A kind of event that is added changes what this has to know."""
    assert {kind.value for kind in BOARD_CHANGES} == {"board_op", "board_clear", "board_restore"}
