"""Whom a lesson is for, as the platform lists its course.

Tests also: gateway/lti/access.py, gateway/lti/members.py.
"""

from typing import Any

from structlog.testing import capture_logs

from tests.gateway.lti.tiny_platform import LEARNER, NRPS, SCOPES, TEACHER, TinyPlatform
from tests.gateway.oidc.tiny_provider import Changes
from tests.gateway.rest.endpoints.lti.course import Course
from tests.gateway.rest.school import OPERATOR, School
from tests.manual_clock import ManualClock


def offered(platform: TinyPlatform) -> Changes:
    """Return what says in a message where the people of the course are."""
    url = f"{platform.issuer}/members"
    return {NRPS: {"context_memberships_url": url, "service_versions": ["2.0"]}}


def member(subject: str, role: str = LEARNER, **more: Any) -> Changes:  # noqa: ANN401
    return {"user_id": subject, "name": subject.title(), "roles": [role], **more}


async def people(school: School, session_id: str) -> dict[str, str]:
    seats = await school.app.state.services.rooms.store.participants(session_id)
    return {seat.name: f"{seat.role}, {seat.status}" for seat in seats}


async def test_the_class_is_expected_when_a_teacher_comes(
    course: Course, school: School, platform: TinyPlatform
) -> None:
    """NRPS 2.0, page after page; who is there keeps their seat."""
    platform.members = [
        member("ada", TEACHER, status="Active"),
        member("bob"),
        {**member("carla"), "name": "", "given_name": "Carla", "family_name": "Fox"},
        member("dan", "Instructor"),
        member("gone", status="Inactive"),
        member("mentor", "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"),
        {"user_id": 7},
    ]
    lesson = await course.comes("ada", **offered(platform))
    await course.lti.settled()
    found = await people(school, lesson["session"]["session_id"])
    assert found == {
        "Ada": "host, joining",
        "Bob": "student, invited",
        "Carla Fox": "student, invited",
        "Dan": "host, invited",
        "Mentor": "viewer, invited",
    }
    assert platform.grants == [SCOPES["members"]]
    assert [path for _, path in platform.asked if path.startswith("/members")] == [
        "/members",
        "/members?page=1",
        "/members?page=2",
        "/members?page=3",
    ]
    # The one who comes is the one who was expected.
    bob = await course.learner("bob")
    assert (bob["role"], bob["seat"].name) == ("student", "Bob")
    assert len(await people(school, lesson["session"]["session_id"])) == 5


async def test_it_is_asked_again_after_a_while_and_by_teachers_alone(
    course: Course, platform: TinyPlatform, clock: ManualClock
) -> None:
    platform.members = [member("bob")]

    def asked() -> int:
        return sum(path == "/members" for _, path in platform.asked)

    await course.learner("eve", **offered(platform))
    await course.lti.settled()
    assert asked() == 0
    for wait_s, times in ((0, 1), (590, 1), (20, 2)):
        clock.advance(wait_s)
        await course.comes("ada", **offered(platform))
        await course.lti.settled()
        assert asked() == times
    # A token that is good is used again.
    assert len(platform.grants) == 1


async def test_who_is_barred_is_not_expected(
    course: Course, school: School, platform: TinyPlatform, clock: ManualClock
) -> None:
    bob = await course.learner("bob", link="another")
    path = f"{OPERATOR}/users/{bob['seat'].user_id}/"
    assert (await school.operate("PATCH", path, json={"is_barred": True})).status_code == 200
    platform.members = [member("bob"), member("carla")]
    lesson = await course.comes("ada", **offered(platform))
    await course.lti.settled()
    assert set(await people(school, lesson["session"]["session_id"])) == {"Ada", "Carla"}


async def test_a_platform_that_does_not_answer_keeps_nobody_out(
    course: Course, platform: TinyPlatform, clock: ManualClock
) -> None:
    for path, why in (("/token", "an access token"), ("/members", "a service")):
        platform.refuses = {path: 503}
        with capture_logs() as logs:
            await course.comes("ada", **offered(platform))
            await course.lti.settled()
        assert [entry["why"] for entry in logs if "why" in entry] == [
            f"asked for {why}, the platform answered 503"
        ]
        clock.advance(601)


async def test_pages_of_another_server_are_not_followed(
    course: Course, platform: TinyPlatform
) -> None:
    """[SECURITY SSRF]"""
    other = await TinyPlatform(platform.clock).start()
    platform.members = [member("bob"), member("carla"), member("dan")]
    platform.more_pages_at = other.issuer
    await course.comes("ada", **offered(platform))
    await course.lti.settled()
    assert [path for _, path in platform.asked if path.startswith("/members")] == ["/members"]
    assert other.asked == []
    await other.stop()
