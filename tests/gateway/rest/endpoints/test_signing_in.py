from tests.gateway.rest.school import API, OPERATOR, School

PATH = f"{API}/sign-in/"


async def test_a_printed_link_signs_the_operator_in_once(school: School) -> None:
    """[SECURITY Sign-in links] The token opens the operator's routes."""
    await school.app.state.services.sign_in_codes.add("a-code-that-was-printed")
    signed_in = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert signed_in.status_code == 200, signed_in.text
    token = signed_in.json()["token"]
    assert (await school.call("GET", f"{OPERATOR}/rooms/", token=token)).status_code == 200
    again = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert (again.status_code, again.json()["field"]) == (401, "code")


async def test_no_guess_keeps_out_the_operator(school: School) -> None:
    """[SECURITY Sign-in links] Neither of codes nor of access codes, from wherever they come."""
    await school.app.state.services.sign_in_codes.add("a-code-that-was-printed")
    guess = {"access_code": "WRONG234", "name": "Eve"}
    for n in range(30):
        wrong = await school.call("POST", PATH, json={"code": f"a-code-that-was-guessed-{n}"})
        assert wrong.status_code == 401
        await school.call("POST", f"{API}/sessions/no-such-{n}/join/", json=guess)
    right = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert right.status_code == 200
