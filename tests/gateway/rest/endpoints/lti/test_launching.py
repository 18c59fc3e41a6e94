"""Coming into a lesson from a course.

Tests also: gateway/lti/lti.py, gateway/lti/platforms.py, gateway/lti/messages.py,
gateway/rest/endpoints/lti/lessons.py, gateway/rest/endpoints/lti/forms.py.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.people import erasure
from tests.gateway.lti.tiny_platform import CLAIM, CLIENT, LEARNER, TEACHER, TinyPlatform
from tests.gateway.oidc.tiny_provider import OTHER_KEY, public_jwk, without
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.lti.course import LTI, Course
from tests.gateway.rest.matrix import LTI_FORMS
from tests.gateway.rest.school import API, OPERATOR, School
from tests.manual_clock import ManualClock

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"


async def test_a_server_without_lti_has_none_of_it(opened: Open) -> None:
    async with opened() as plain:
        for method, path in (("GET", "login"), ("GET", "keys")):
            assert (await plain.call(method, f"{LTI}/{path}/")).status_code == 404
        for path in LTI_FORMS:
            answer = await plain.call("POST", f"{LTI}/{path}/", data={"a": "b"})
            assert answer.status_code == 404


async def test_a_teacher_and_a_learner_are_in_one_lesson_with_their_rights(course: Course) -> None:
    """[SECURITY LTI] The title is the link's, the name the platform's, nobody is asked anything."""
    teacher = await course.comes("ada")
    learner = await course.learner("bob")
    session = teacher["session"]
    assert learner["session"]["session_id"] == session["session_id"]
    assert (session["title"], session["settings"]["allow_guests"]) == ("Fractions", False)
    assert (teacher["role"], learner["role"]) == ("host", "student")
    assert (teacher["seat"].name, learner["seat"].name) == ("Ada", "Bob")
    path = f"{API}/sessions/{session['session_id']}"
    for token, status in ((learner["token"], 403), (teacher["token"], 200)):
        answer = await course.school.call("POST", f"{path}/start/", token=token)
        assert answer.status_code == status


async def test_a_learner_may_come_first(course: Course) -> None:
    learner = await course.learner("bob")
    teacher = await course.comes("ada")
    assert learner["session"]["session_id"] == teacher["session"]["session_id"]
    assert (teacher["role"], learner["role"]) == ("host", "student")


async def test_the_same_person_has_the_same_seat_and_another_link_another_lesson(
    course: Course,
) -> None:
    first, again = await course.comes("ada"), await course.comes("ada", name="Ada King")
    assert again["session"]["session_id"] == first["session"]["session_id"]
    assert again["seat"].user_id == first["seat"].user_id
    other = await course.comes("ada", link="link-2")
    assert other["session"]["session_id"] != first["session"]["session_id"]
    # A link of the same name at another deployment is another link.
    await course.lti.platforms.add_deployments((await course.lti.platforms.every())[0], ["d-2"])
    elsewhere = await course.comes("ada", **{f"{CLAIM}deployment_id": "d-2"})
    assert elsewhere["session"]["session_id"] != first["session"]["session_id"]


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([TEACHER], "host"),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant"], "host"),
        ([f"{MEMBERSHIP}#ContentDeveloper", LEARNER], "host"),
        (["Instructor"], "host"),
        ([LEARNER], "student"),
        ([f"{MEMBERSHIP}/Learner#GuestLearner"], "student"),
        ([f"{MEMBERSHIP}#Mentor"], "viewer"),
        # Who runs the school, or teaches elsewhere in it, has no part in the course by that.
        ([f"{INSTITUTION}#Instructor", f"{INSTITUTION}#Administrator", LEARNER], "student"),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], "viewer"),
        ([f"{MEMBERSHIP}#InstructorX", "http://evil.example/membership#Instructor"], "viewer"),
        ([7, None], "viewer"),
        ([], "viewer"),
    ],
)
async def test_roles_of_the_course_decide(course: Course, roles: list[Any], role: str) -> None:
    """[SECURITY LTI] Not those of the system, nor of the institution, nor what looks like one."""
    come = await course.inside(await course.launch(**{f"{CLAIM}roles": roles}))
    assert come["role"] == role


async def test_who_teaches_no_more_leads_no_more_and_who_was_made_a_host_stays_one(
    course: Course,
) -> None:
    """[SECURITY LTI]"""
    assert (await course.comes("ada"))["role"] == "host"
    assert (await course.learner("ada"))["role"] == "student"
    assert (await course.comes("ada"))["role"] == "host"
    bob = await course.learner("bob")
    path = f"{API}/sessions/{bob['session']['session_id']}/role/{bob['seat'].user_id}/"
    made = await course.school.call(
        "POST", path, token=(await course.comes("ada"))["token"], json={"role": "host"}
    )
    assert made.status_code == 200
    assert (await course.learner("bob"))["role"] == "host"


async def test_a_form_begins_a_launch_as_an_address_does(course: Course) -> None:
    begun = await course.post("login", course.platform.initiation())
    assert begun.status_code == 303
    form = course.platform.authorise(begun.headers["location"])
    assert (await course.post("launch", form)).status_code == 303
    assert "set-cookie" not in begun.headers


async def test_a_platform_that_has_one_client_need_not_name_it(
    course: Course, platform: TinyPlatform
) -> None:
    begun = await course.begin(**without("client_id", "lti_deployment_id"))
    assert begun.status_code == 303
    await course.known(client_id="another", key_set_url=f"{platform.issuer}/others")
    begun = await course.begin(**without("client_id"))
    assert (begun.status_code, "several platforms" in begun.text) == (403, False)


async def test_names_and_forms_of_moodle_and_canvas(course: Course) -> None:
    """What PHP makes of an empty object, numbers for ids, a name in parts."""
    moodle = await course.launch(
        sub="7",
        name="",
        **{
            f"{CLAIM}custom": [],
            f"{CLAIM}resource_link": {"id": "12", "title": "", "description": ""},
            f"{CLAIM}context": {
                "id": 5,
                "label": "M7",
                "title": "Maths",
                "type": ["CourseSection"],
            },
            f"{CLAIM}lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
            f"{CLAIM}ext": {"user_username": "ada", "lms": "moodle-2"},
            f"{CLAIM}launch_presentation": {"locale": "uk", "document_target": "iframe"},
        },
    )
    inside = await course.inside(moodle)
    assert (inside["seat"].name, inside["session"]["title"]) == ("Ada Lovelace", "Maths")
    canvas = await course.launch(
        aud=[CLIENT],
        azp=CLIENT,
        **{
            "https://www.instructure.com/placement": "course_navigation",
            "errors": {"errors": {}},
            f"{CLAIM}resource_link": {"id": "ba5e", "title": None, "validation_context": None},
            f"{CLAIM}tool_platform": {"product_family_code": "canvas", "guid": "x"},
            f"{CLAIM}lti1p1": {"user_id": "535fa085f22b4655f48cd5a36a9215f64c062838"},
        },
    )
    assert (await course.inside(canvas))["session"]["title"] == "Maths 7b"


async def test_keys_are_looked_for_anew_when_the_platform_has_others(
    course: Course, platform: TinyPlatform, clock: ManualClock
) -> None:
    await course.comes("ada")
    platform.keys = [public_jwk(OTHER_KEY, "second")]
    platform.sign = lambda claims: platform.signed(claims, key=OTHER_KEY, kid="second")
    clock.advance(31)
    await course.comes("ada")
    assert [path for _, path in platform.asked] == ["/keys", "/keys"]


async def test_a_lesson_that_is_over_goes_on_by_the_same_link(
    course: Course, school: School
) -> None:
    """Who teaches is asked; the class is then in the next one, with the board and the people."""
    first = await course.comes("ada")
    await course.learner("bob")
    await course.end(first)
    looked = await course.learner("bob")
    assert looked["session"]["session_id"] == first["session"]["session_id"]
    asked = await course.launch(sub="ada")
    assert (asked.status_code, "Begin the next lesson" in asked.text) == (200, True)
    ticket = asked.text.partition('name="ticket" value="')[2].partition('"')[0]
    looking = await course.inside(await course.post("continue", {"ticket": ticket, "what": "look"}))
    assert looking["session"]["session_id"] == first["session"]["session_id"]
    used = await course.post("continue", {"ticket": ticket, "what": "next"})
    assert (used.status_code, "replayed" in used.text) == (403, True)
    tickets = []
    for _ in range(2):
        asked = await course.launch(sub="ada")
        tickets.append(asked.text.partition('name="ticket" value="')[2].partition('"')[0])
    begun = await course.inside(
        await course.post("continue", {"ticket": tickets[0], "what": "next"})
    )
    # Another teacher pressed it, too: there is one next lesson.
    same = await course.inside(
        await course.post("continue", {"ticket": tickets[1], "what": "next"})
    )
    session = begun["session"]
    assert same["session"]["session_id"] == session["session_id"]
    assert session["session_id"] != first["session"]["session_id"]
    assert session["series_id"] == first["session"]["series_id"]
    bob = await course.learner("bob")
    assert bob["session"]["session_id"] == session["session_id"]


async def test_who_was_not_in_a_lesson_that_is_over_is_told_so(course: Course) -> None:
    lesson = await course.comes("ada")
    await course.end(lesson)
    refused = await course.launch(sub="late", **{f"{CLAIM}roles": [LEARNER]})
    assert (refused.status_code, "over ·" in refused.text) == (403, True)


async def test_a_lesson_that_was_deleted_is_made_anew(course: Course, school: School) -> None:
    lesson = await course.comes("ada")
    await course.end(lesson)
    path = f"{API}/sessions/{lesson['session']['session_id']}/"
    assert (await school.operate("DELETE", path)).status_code == 200
    again = await course.comes("ada")
    assert again["session"]["session_id"] != lesson["session"]["session_id"]


async def test_who_was_removed_or_is_barred_does_not_come_in(
    course: Course, school: School
) -> None:
    """[SECURITY LTI] By no link of the course."""
    teacher, bob = await course.comes("ada"), await course.learner("bob")
    path = f"{API}/sessions/{bob['session']['session_id']}/kick/{bob['seat'].user_id}/"
    assert (await school.call("POST", path, token=teacher["token"])).status_code == 200
    kicked = await course.launch(sub="bob", **{f"{CLAIM}roles": [LEARNER]})
    assert (kicked.status_code, "kicked ·" in kicked.text) == (403, True)
    path = f"{OPERATOR}/users/{bob['seat'].user_id}/"
    assert (await school.operate("PATCH", path, json={"is_barred": True})).status_code == 200
    link = {f"{CLAIM}resource_link": {"id": "link-2"}}
    barred = await course.launch(sub="bob", **link)
    assert (barred.status_code, "barred ·" in barred.text) == (403, True)


async def test_what_a_platform_said_of_somebody_goes_when_they_are_erased(
    course: Course, school: School
) -> None:
    bob = await course.learner("bob")
    erased = await school.operate("POST", f"{OPERATOR}/users/{bob['seat'].user_id}/erase/")
    assert erased.status_code == 200
    store = school.app.state.services.rooms.store
    assert await erasure.erased_at_ms(store, f"lti:{course.platform.issuer}", "bob") is not None
    again = await course.learner("bob")
    assert again["seat"].user_id != bob["seat"].user_id


async def test_the_room_may_be_shown_by_the_platform_alone(
    course: Course, school: School, opened: Open
) -> None:
    """[SECURITY LTI] And by nobody where no platform is known."""
    lesson = await course.comes("ada")
    page = await school.call("GET", f"/room/{lesson['session']['session_id']}")
    ancestors = page.headers["content-security-policy"].partition("frame-ancestors ")[2]
    assert ancestors.partition(";")[0] == course.platform.issuer
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    refused = await course.begin(iss="https://elsewhere.example")
    assert f"frame-ancestors {course.platform.issuer}" in refused.headers["content-security-policy"]
    async with opened(lti=True, place="other") as other:
        page = await other.call("GET", "/room/x")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"


async def test_a_platform_that_is_forgotten_opens_nothing(course: Course) -> None:
    form = await course.form()
    platform = (await course.lti.platforms.every())[0]
    assert await course.lti.platforms.remove(platform.platform_id)
    refused = await course.post("launch", form)
    assert (refused.status_code, "unknown_platform ·" in refused.text) == (403, True)
    assert not await course.lti.platforms.remove(platform.platform_id)


async def test_a_restart_keeps_what_links_open(
    opened: Open, platform: TinyPlatform, clock: ManualClock
) -> None:
    async with opened(lti=True) as school:
        course = Course(school, platform)
        await course.known()
        first = await course.comes("ada")
        keys = await course.lti.keys.public()
        begun = await course.begin()
    clock.advance(1)
    async with opened(lti=True) as school:
        course = Course(school, platform)
        again = await course.comes("ada")
        assert again["session"]["session_id"] == first["session"]["session_id"]
        assert await course.lti.keys.public() == keys
        # A state of before could have been used: what was begun is begun again.
        late = await course.post("launch", platform.authorise(begun.headers["location"]))
        assert (late.status_code, "expired ·" in late.text) == (403, True)


async def test_the_language_is_the_platforms_or_the_browsers(course: Course) -> None:
    def heading(text: str) -> str:
        return text.partition("<h1>")[2].partition("</h1>")[0]

    told = {"sub": "", f"{CLAIM}launch_presentation": {"locale": "de_AT"}}
    assert heading((await course.launch(**told)).text) == "The lesson does not open"
    answer = await course.school.call(
        "GET", f"{LTI}/login/", headers={"accept-language": "xx, uk;q=0.8, en;q=0.5"}
    )
    assert 'lang="uk"' in answer.text


async def test_the_state_goes_back_as_it_came(course: Course) -> None:
    query = parse_qs(urlsplit((await course.begin()).headers["location"]).query)
    assert len(query["nonce"][0]) >= 43
    assert query["nonce"] != query["state"]
