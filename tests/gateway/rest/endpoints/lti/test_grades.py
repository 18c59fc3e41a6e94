"""How much of a lesson each was there, in the grade book of the course.

Tests also: gateway/lti/grades.py.
"""

from typing import Any

import pytest

from actors.house.webhooks import Failure
from gateway.lti.access import scores_url
from gateway.lti.grades import Grades
from tests.gateway.lti.tiny_platform import AGS, SCOPES, TinyPlatform
from tests.gateway.oidc.tiny_provider import Changes
from tests.gateway.rest.endpoints.lti.course import Course
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock


def offered(platform: TinyPlatform, *, own: bool = True, makes: bool = True) -> Changes:
    """Return what says in a message where the grade book is."""
    told: Changes = {"scope": [SCOPES["score"]]}
    if own:
        told["lineitem"] = f"{platform.issuer}/items/own?type=1"
    if makes:
        told["lineitems"] = f"{platform.issuer}/items"
        told["scope"].append(SCOPES["lineitem"])
    return {AGS: told}


async def lesson_with(
    course: Course, clock: ManualClock, offers: Changes, *, again: bool = False
) -> dict[str, Any]:
    """Have a lesson of ten minutes in which Bob was for six, and Carla not at all."""
    if again:
        asked = await course.launch(sub="ada", **offers)
        ticket = asked.text.partition('name="ticket" value="')[2].partition('"')[0]
        teacher = await course.inside(
            await course.post("continue", {"ticket": ticket, "what": "next"})
        )
    else:
        teacher = await course.comes("ada", **offers)
    bob = await course.learner("bob", **offers)
    await course.learner("carla", **offers)
    joined = {
        "participant": {"user_id": bob["seat"].user_id},
        "session": {"session_id": bob["session"]["session_id"]},
    }
    path = f"{API}/sessions/{teacher['session']['session_id']}"
    school = course.school
    assert (await school.call("POST", f"{path}/start/", token=teacher["token"])).status_code == 200
    clock.advance(240)
    await school.connect(joined)
    clock.advance(360)
    done = await school.call("POST", f"{path}/complete/", token=teacher["token"])
    assert done.status_code == 200
    return teacher


async def told_of(school: School, course: Course, lesson: dict[str, Any]) -> Failure | None:
    """Tell the grade book of the end of a lesson, as the deliveries do."""
    grades = Grades(course.lti, school.app.state.services.rooms)
    body = b'{"data":{"session_id":"%s"}}' % lesson["session"]["session_id"].encode()
    return await grades.send("lti:grades", webhook_id="evt_1", body=body)


async def test_who_was_there_is_told_and_nobody_else(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    """AGS 2.0, section 3.4; not of teachers, not of who was away."""
    lesson = await lesson_with(course, clock, offered(platform))
    assert await told_of(school, course, lesson) is None
    ((column, score),) = platform.scores
    assert column == "/items/own"
    assert score.pop("timestamp").startswith("2027-")
    assert score == {
        "scoreGiven": 60,
        "scoreMaximum": 100,
        "comment": "6 min",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "userId": "bob",
    }
    assert platform.grants == [SCOPES["score"]]
    assert platform.line_items == []


async def test_told_twice_it_is_the_same(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    """A delivery that was made and not written down is made again; 409 says that it was."""
    lesson = await lesson_with(course, clock, offered(platform))
    await told_of(school, course, lesson)
    clock.advance(600)
    await told_of(school, course, lesson)
    assert platform.scores[0] == platform.scores[1]
    platform.refuses = {"/items/own/scores": 409}
    assert await told_of(school, course, lesson) is None


async def test_the_next_lesson_of_a_link_has_a_column_of_its_own(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    """Found again where an attempt of before has made it."""
    offers = offered(platform)
    await told_of(school, course, await lesson_with(course, clock, offers))
    lesson = await lesson_with(course, clock, offers, again=True)
    platform.refuses = {"/items/0/scores": 503}
    failure = await told_of(school, course, lesson)
    assert failure == Failure("a score was answered 503")
    platform.refuses = {}
    assert await told_of(school, course, lesson) is None
    assert await told_of(school, course, lesson) is None
    (item,) = platform.line_items
    assert (item["resourceId"], item["tag"]) == (lesson["session"]["session_id"], "presence")
    assert item["label"].startswith("Fractions · 20")
    assert [column for column, _ in platform.scores] == ["/items/own", "/items/0", "/items/0"]


@pytest.mark.parametrize("makes", [True, False])
async def test_without_a_column_one_is_made_where_that_is_allowed(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock, *, makes: bool
) -> None:
    lesson = await lesson_with(course, clock, offered(platform, own=False, makes=makes))
    assert await told_of(school, course, lesson) is None
    assert len(platform.scores) == len(platform.line_items) == makes


async def test_what_the_platform_does_not_want_is_not_told(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    lesson = await lesson_with(course, clock, {AGS: {"scope": [], "lineitem": "x"}})
    assert await told_of(school, course, lesson) is None
    other = await school.session("Ada")
    assert await told_of(school, course, {"session": other}) is None
    assert [path for _, path in platform.asked if path != "/keys"] == []


@pytest.mark.parametrize(
    ("refuses", "failure"),
    [
        ({"/token": 503}, Failure("asked for an access token, the platform answered 503")),
        ({"/items/own/scores": 500}, Failure("a score was answered 500")),
        ({"/items/own/scores": 404}, Failure("a score was answered 404", is_final=True)),
    ],
)
async def test_what_was_not_taken_is_tried_again_unless_it_never_will_be(
    course: Course,
    school: School,
    platform: TinyPlatform,
    clock: ManualClock,
    refuses: dict[str, int],
    failure: Failure,
) -> None:
    lesson = await lesson_with(course, clock, offered(platform))
    platform.refuses = refuses
    assert await told_of(school, course, lesson) == failure


async def test_a_token_that_is_not_good_any_more_is_asked_for_anew(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    lesson = await lesson_with(course, clock, offered(platform))
    platform.refuses = {"/items/own/scores": 401}
    assert await told_of(school, course, lesson) == Failure("a score was answered 401")
    platform.refuses = {}
    assert await told_of(school, course, lesson) is None
    assert len(platform.grants) == 2


def test_scores_go_behind_the_path_of_a_column() -> None:
    assert scores_url("https://m/items/1?x=1") == "https://m/items/1/scores?x=1"
    assert scores_url("https://m/items/1/") == "https://m/items/1/scores"
