"""The report of a lesson, put together."""

from typing import Final

from lessonroom.board.model.operations import AddPage, RemovePage
from lessonroom.board.model.page import Page
from lessonroom.commands import RemoveMessage, SendChatMessage, SetMedia
from lessonroom.log.events import EventType
from lessonroom.report.report import Report, Reporting, SpokeFrom, length_ms, without_gaps
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, connection_of, put_rect
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence

SEEDS: Final = range(300)


def report_of(
    lesson: Lesson | Player, *, voices: dict[int, list[tuple[int, int]]] | None = None
) -> Report:
    """Return the report of a lesson, as of its last event."""
    state = lesson.room.state
    reporting = Reporting(state.session, state.participants.values())
    for at in range(0, len(lesson.log), 7):
        reporting.take(lesson.log[at : at + 7])
    return reporting.report(
        board=state.board.encode(),
        version=state.head,
        active_ms=state.session.duration_ms(state.head_at_ms),
        now_ms=state.head_at_ms,
        is_live=True,
        voices=voices or {},
    )


def test_its_numbers_are_those_of_the_log() -> None:
    """[SY-13] In any lesson: messages by person, elements by page, everyone's time."""
    for seed in SEEDS:
        player = Player().play(sequence(seed))
        state, found = player.room.state, report_of(player)
        assert found.version == len(player.log)
        said = [event for event in player.log if event.type is EventType.CHAT_MESSAGE]
        for person in found.people:
            seat = state.participants[person.user_id]
            assert person.time_ms == seat.total_time_ms(state.head_at_ms), seed
            mine = [event for event in said if event.user_id == person.user_id]
            assert person.chat.messages == len(mine), seed
        assert found.chat().messages == len(said), seed
        assert sum(page.standing for page in found.pages) == len(state.board.elements), seed
        there = [page.page_id for page in found.pages if page.number is not None]
        assert there == list(state.board.pages), seed
        by_page = sum(each.elements for page in found.pages for each in page.written.values())
        by_person = sum(person.elements for person in found.people)
        of_nobody = sum(page.written[0].elements for page in found.pages if 0 in page.written)
        assert by_page == by_person + of_nobody, seed


def test_a_recorded_voice_goes_before_the_microphone() -> None:
    """[SY-13] It says which: of whom nothing was recorded their microphone counts."""
    lesson = begun()
    lesson.do(SetMedia(by=ANN, audio=True))
    lesson.do(SetMedia(by=BEN, audio=True))
    lesson.wait(60)
    lesson.draw(HOST)
    found = report_of(lesson, voices={ANN: [(0, 10_000), (5_000, 12_500)]})
    people = {person.user_id: person for person in found.people}
    ann, ben = people[ANN], people[BEN]
    assert (ann.spoke_ms, ann.spoke_from, ann.microphone_ms) == (12_500, SpokeFrom.TAKES, 60_000)
    assert (ben.spoke_ms, ben.spoke_from, ben.recorded_ms) == (60_000, SpokeFrom.MICROPHONE, 0)


def test_a_page_that_is_gone_is_told_behind_the_others() -> None:
    """[SY-13] Somebody wrote on it all the same."""
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="second", title="Later")))
    lesson.edit(ANN, put_rect("r1"), put_rect("r2", layer="second"))
    lesson.edit(HOST, RemovePage("second"))
    first, second = report_of(lesson).pages
    assert (first.page_id, first.number, first.standing) == ("p1", 1, 1)
    assert (second.page_id, second.number, second.standing) == ("second", None, 0)
    assert second.written[ANN].elements == 1


def test_what_was_said_to_one_or_removed_counts_as_that() -> None:
    """[SY-13] Of whoever wrote it, also where a host removed it."""
    lesson = begun()
    for n, to in ((1, None), (2, HOST)):
        lesson.do(
            SendChatMessage(
                connection_id=connection_of(ANN), client_id="anns-page", n=n, text="Hi", to=to
            )
        )
    lesson.do(RemoveMessage(by=HOST, message=lesson.state.head))
    (ann,) = [person for person in report_of(lesson).people if person.user_id == ANN]
    assert (ann.chat.messages, ann.chat.private, ann.chat.removed) == (2, 1, 1)


def test_parts_count_once_and_gaps_not_at_all() -> None:
    """[SY-13] Takes of two devices of one person lie over each other."""
    assert length_ms([(5, 9), (0, 6), (20, 21)]) == 10
    assert length_ms([]) == 0
    assert without_gaps(10, 20, [(12, 14), (18, 30)]) == [(10, 12), (14, 18)]
    assert without_gaps(10, 20, [(0, 11), (10, 12)]) == [(12, 20)]
    assert without_gaps(10, 20, []) == [(10, 20)]
