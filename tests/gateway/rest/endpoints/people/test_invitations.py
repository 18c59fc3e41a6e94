"""What an invitation says to whom."""

from tests.gateway.rest.endpoints.people.getting_in import path_of
from tests.gateway.rest.endpoints.recordings.test_recording import recorded
from tests.gateway.rest.school import API, School


def invitation_of(session: dict[str, object]) -> str:
    return f"{API}/sessions/{session['session_id']}/invitation/"


async def test_an_invitation_says_to_what_and_by_whom(school: School) -> None:
    """To a guest with the code, and without one to the host; nobody gets a seat by it."""
    session = await school.session("Ada", title="Fractions")
    code = session["access_code"]
    for who in (
        {"json": {"access_code": code}},
        {"token": school.user_token("Ada")},
    ):
        told = await school.call("POST", invitation_of(session), **who)
        assert told.status_code == 200
        assert told.json() == {
            "title": "Fractions",
            "host_name": "Ada",
            "status": "scheduled",
            "scheduled_start": None,
            "scheduled_end": None,
            "is_being_recorded": False,
        }


async def test_an_invitation_says_that_the_lesson_is_being_recorded(school: School) -> None:
    """[RC-5] Before anybody enters."""
    session = await recorded(school)
    code = {"access_code": session["access_code"]}
    told = []
    for move in ("start", "stop"):
        await school.call(
            "POST",
            f"{API}/sessions/{session['session_id']}/recording/{move}/",
            token=school.user_token("Ada"),
        )
        answer = await school.call("POST", invitation_of(session), json=code)
        told.append(answer.json()["is_being_recorded"])
    assert told == [True, False]


async def test_an_invitation_needs_the_code_and_a_wrong_one_is_a_guess(school: School) -> None:
    """The answer is that to a session that is not there."""
    session = await school.session("Ada")
    wrong = await school.call("POST", invitation_of(session), json={"access_code": "AAAAAAAA"})
    nowhere = await school.call(
        "POST", invitation_of({"session_id": "nowhere"}), json={"access_code": "AAAAAAAA"}
    )
    for response in (wrong, nowhere):
        assert response.status_code == 403
        assert response.json()["code"] == "wrong_access_code"
    tried = [
        await school.call("POST", invitation_of(session), json={"access_code": "AAAAAAAA"})
        for _ in range(20)
    ]
    assert tried[-1].status_code == 429


async def test_an_invitation_to_a_lesson_that_is_over_says_so(school: School) -> None:
    session = await school.session("Ada")
    host = school.user_token("Ada")
    assert (await school.call("POST", path_of(session), token=host)).status_code == 200
    for move in ("start", "complete"):
        path = f"{API}/sessions/{session['session_id']}/{move}/"
        assert (await school.call("POST", path, token=host)).status_code == 200
    told = await school.call(
        "POST", invitation_of(session), json={"access_code": session["access_code"]}
    )
    assert told.json()["status"] == "completed"
