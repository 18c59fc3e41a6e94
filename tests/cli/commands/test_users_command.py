"""`users`: who is known, what they are, who is out.

Tests also: cli/server/people_calls.py.
"""

import json

import httpx

from tests.cli.calling import call, printed
from tests.serving import RunningServer

API = "/api/v1/classroom"


def users(server: RunningServer, *words: str) -> str:
    return printed(call("users", *words, data_dir=server.data_dir))


def status_by_link(server: RunningServer, name: str) -> tuple[int, bool | None]:
    link = printed(call("signin-link", name, data_dir=server.data_dir))
    code = link.partition("#")[2]
    answer = httpx.post(f"{server.url}{API}/sign-in/", json={"code": code})
    if answer.status_code != 200:
        return answer.status_code, None
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    me = httpx.get(f"{server.url}{API}/me/", headers=headers).json()
    return 200, me["is_operator"]


def test_somebody_is_added_made_an_operator_barred_and_let_in_again(server: RunningServer) -> None:
    said = users(server, "add", "Ada Lovelace")
    user_id = said.split()[-2].rstrip(",")
    assert said == f"Ada Lovelace is user {user_id}, teacher"
    assert status_by_link(server, "Ada Lovelace") == (200, False)
    assert users(server, "role", user_id, "operator") == "Ada Lovelace is operator"
    assert status_by_link(server, "Ada Lovelace") == (200, True)
    (line,) = json.loads(users(server, "list", "LOVELACE", "--role", "operator", "--json"))
    assert (line["user_id"], line["is_barred"]) == (int(user_id), False)
    assert "comes in no more" in users(server, "bar", user_id)
    assert "Ada Lovelace" in users(server, "list", "--barred")
    refused = call("signin-link", "Ada Lovelace", data_dir=server.data_dir)
    assert refused.exit_code == 1
    assert "is barred" in refused.stderr
    assert "may come in again" in users(server, "unbar", user_id)
    assert "nobody" in users(server, "list", "--barred")
    assert status_by_link(server, "Ada Lovelace") == (200, True)


def test_who_is_not_there_is_nobody_s_to_change(server: RunningServer) -> None:
    for words in (("bar", "4711"), ("role", "4711", "teacher")):
        refused = call("users", *words, data_dir=server.data_dir)
        assert refused.exit_code == 1
        assert "there is no such user" in refused.stderr
