"""Who may call what: a row for each route, a column for each kind of caller."""

from typing import Any, Final, NamedTuple

from tests.gateway.rest.everyone import LAUNCH
from tests.gateway.rest.school import API, OPERATOR

CALLERS: Final = (
    "host",
    "student",
    "viewer",
    "guest",
    "outsider",
    "kicked",
    "kicked_token",
    "elsewhere",
    "nobody",
    "operator",
    "waiting",
    "waiting_token",
)
"""Columns. `student`, `viewer`, `guest`, `kicked_token`, `elsewhere` (the host of another session)
and `waiting_token` call with room tokens; `host`, `outsider`, `kicked`, `operator` and `waiting`,
who is in the lobby, with user tokens."""


class Row(NamedTuple):
    """One route: what each caller gets, in the order of CALLERS."""

    method: str
    path: str
    statuses: tuple[int, ...]
    body: dict[str, Any] | None = None


#                             host stud view gues outs kick k_to else nobo oper wait w_to
READ: Final = (200, 200, 200, 200, 404, 403, 403, 404, 401, 200, 403, 403)
GONE: Final = tuple(404 if s == 200 else s for s in READ)
EXPORT: Final = (200, 200, 403, 200, 404, 403, 403, 404, 401, 200, 403, 403)
HOST: Final = (200, 403, 403, 403, 404, 403, 403, 404, 401, 200, 403, 403)
PERSON: Final = (201, 403, 403, 403, 201, 201, 403, 403, 401, 201, 201, 403)
OPERATORS: Final = (403, 403, 403, 403, 403, 403, 403, 403, 401, 200, 403, 403)
MADE: Final = tuple(201 if s == 200 else s for s in OPERATORS)
ANYONE: Final = (200,) * 12
WITH_USER_TOKEN: Final = (200, 403, 403, 403, 200, 200, 403, 403, 401, 200, 200, 403)
#                             host stud view gues outs kick k_to else nobo oper wait w_to
OWN_SERIES: Final = (200, 403, 403, 403, 404, 404, 403, 403, 401, 404, 404, 403)
BY_LINK: Final = tuple(403 if s == 200 else s for s in WITH_USER_TOKEN)

SESSION: Final = "/sessions/{session_id}"
LTI: Final = "/api/v1/lti"
LTI_FORMS: Final = ("login", "launch", "continue", "deep-linking")
PLATFORM: Final = {
    "name": "School",
    "issuer": "https://moodle.example",
    "client_id": "1",
    "authorization_url": "https://moodle.example/auth",
    "token_url": "https://moodle.example/token",
    "key_set_url": "https://moodle.example/keys",
}

MATRIX: Final = (
    Row("POST", f"{API}/sessions/", PERSON, {}),
    Row("POST", f"{API}/sessions/solo/", PERSON, {}),
    Row("POST", f"{API}/sessions/import/", tuple(415 if s == 201 else s for s in PERSON), {}),
    Row("GET", f"{API}/sessions/my/", tuple(200 if s == 201 else s for s in PERSON)),
    Row("GET", f"{API}{SESSION}/", READ),
    Row("PATCH", f"{API}{SESSION}/", HOST, {"title": "Fractions"}),
    # It goes on; see test_home.py for one that is over.
    Row("DELETE", f"{API}{SESSION}/", (409, 403, 403, 403, 404, 403, 403, 404, 401, 409, 403, 403)),
    Row("GET", f"{API}{SESSION}/participants/", READ),
    Row(
        "POST",
        f"{API}/series/",
        PERSON,
        {"rule": "FREQ=DAILY;COUNT=2", "start": "2027-03-16T16:00", "zone": "Europe/Kyiv"},
    ),
    Row("PATCH", f"{API}/series/{{series_id}}/", OWN_SERIES, {"title": "Fractions"}),
    Row("POST", f"{API}/series/{{series_id}}/cancel/", OWN_SERIES, {}),
    Row("GET", f"{API}/people/", WITH_USER_TOKEN),
    # Nothing is asked for; who may search at all is told so.
    Row("GET", f"{API}/search/", tuple(422 if s == 200 else s for s in WITH_USER_TOKEN)),
    Row("GET", f"{API}/me/calendar/", WITH_USER_TOKEN),
    Row("POST", f"{API}/me/calendar/", WITH_USER_TOKEN),
    Row("DELETE", f"{API}/me/calendar/", WITH_USER_TOKEN),
    # Whoever knows an address; nobody here does. See test_calendars.py for those that do.
    Row("GET", f"{API}/calendars/{{key}}.ics", (404,) * 12),
    # Its own host, by a token of theirs: a room token opens no other session.
    Row(
        "POST",
        f"{API}{SESSION}/continue/",
        (201, 403, 403, 403, 404, 403, 403, 404, 401, 201, 403, 403),
        {},
    ),
    # A copy for oneself: whoever may export, by a token of theirs.
    Row(
        "POST",
        f"{API}{SESSION}/shelf/",
        (201, 403, 403, 403, 404, 403, 403, 404, 401, 201, 403, 403),
        {"name": "Fractions"},
    ),
    Row(
        "POST",
        f"{API}{SESSION}/shelf/{{item_id}}/images/",
        (404, 403, 403, 403, 404, 403, 403, 404, 401, 404, 403, 403),
    ),
    Row("GET", f"{API}/me/lessons.zip", WITH_USER_TOKEN),
    Row("GET", f"{API}/shelf/", WITH_USER_TOKEN),
    # Of no item; see test_shelf.py for those that are somebody's, or everyone's.
    *(
        Row(
            method,
            f"{API}/shelf/{{item_id}}/{path}",
            tuple(404 if s == 200 else s for s in WITH_USER_TOKEN),
            {"name": "Fractions"} if method == "PATCH" else None,
        )
        for method, path in (("GET", ""), ("GET", "board/"), ("PATCH", ""), ("DELETE", ""))
    ),
    Row("GET", f"{OPERATOR}/shelf/", OPERATORS),
    Row(
        "PUT",
        f"{OPERATOR}/shelf/{{item_id}}/",
        tuple(404 if s == 200 else s for s in OPERATORS),
        {"is_shared": True},
    ),
    # Nobody waits here; who may admit at all is told so.
    Row(
        "POST",
        f"{API}{SESSION}/admit/{{user_id}}/",
        (409, 403, 403, 403, 404, 403, 403, 404, 401, 409, 403, 403),
    ),
    # Whoever can sign; none of these has a token that counts here.
    Row("POST", f"{API}/bookings/", (401,) * 12, {"type": "booking.confirmed"}),
    Row("GET", f"{API}/events/", OPERATORS),
    # Platforms, too: see planning/test_launching.py.
    Row("POST", f"{API}/launch/", MADE, LAUNCH),
    # Without the code: those who are expected get in, the others learn nothing.
    Row(
        "POST",
        f"{API}{SESSION}/join/",
        (200, 200, 200, 200, 403, 403, 403, 404, 403, 200, 200, 200),
        {"name": "Nobody"},
    ),
    Row(
        "POST",
        f"{API}{SESSION}/invitation/",
        (200, 200, 200, 200, 403, 403, 403, 404, 403, 200, 200, 200),
    ),
    # By a token, or by a key of which nobody here has one.
    Row(
        "POST",
        f"{API}{SESSION}/token/",
        (200, 200, 200, 200, 404, 403, 403, 404, 403, 404, 200, 200),
    ),
    Row(
        "POST",
        f"{API}{SESSION}/leave/",
        (403, 403, 403, 200, 404, 403, 403, 404, 403, 404, 403, 403),
    ),
    Row(
        "POST",
        f"{API}{SESSION}/start/",
        (409, 403, 403, 403, 404, 403, 403, 404, 401, 409, 403, 403),
    ),
    Row("POST", f"{API}{SESSION}/pause/", HOST),
    Row(
        "POST",
        f"{API}{SESSION}/resume/",
        (409, 403, 403, 403, 404, 403, 403, 404, 401, 409, 403, 403),
    ),
    Row("POST", f"{API}{SESSION}/complete/", HOST),
    # It is not over; see test_reopening.py for one that is.
    Row(
        "POST",
        f"{API}{SESSION}/reopen/",
        (409, 403, 403, 403, 404, 403, 403, 404, 401, 409, 403, 403),
    ),
    Row("POST", f"{API}{SESSION}/terminate/", HOST),
    Row("GET", f"{API}{SESSION}/snapshots/", EXPORT),
    Row("GET", f"{API}{SESSION}/snapshots/{{version}}/", EXPORT),
    Row("POST", f"{API}{SESSION}/snapshots/{{version}}/restore/", HOST),
    Row("GET", f"{API}{SESSION}/timeline/", HOST),
    Row("GET", f"{API}{SESSION}/replay/", HOST),
    Row("GET", f"{API}{SESSION}/chat/", READ),
    # There is no such message. See test_private_chat.py for those that are.
    Row("DELETE", f"{API}{SESSION}/chat/{{seq}}/", GONE),
    # The body is no file, and no message has one: see test_chat_files.py. An operator is nobody.
    Row(
        "POST",
        f"{API}{SESSION}/files/",
        (415, 415, 415, 415, 404, 403, 403, 404, 401, 403, 403, 403),
        {},
    ),
    Row("GET", f"{API}{SESSION}/chat/{{seq}}/file/", GONE),
    *(Row("GET", f"{API}{SESSION}/{each}/", HOST) for each in ("stats", "report")),
    Row("GET", f"{API}{SESSION}/export/", EXPORT),
    # The body is no image: who may upload one is told so. See test_assets.py for those who do.
    Row(
        "POST",
        f"{API}{SESSION}/assets/",
        (415, 415, 403, 415, 404, 403, 403, 404, 401, 415, 403, 403),
        {},
    ),
    # The body is no document. See test_documents.py for those that are.
    Row(
        "POST",
        f"{API}{SESSION}/documents/",
        (415, 403, 403, 403, 404, 403, 403, 404, 401, 415, 403, 403),
        {},
    ),
    # Likewise. See test_previews.py for those that are.
    Row(
        "POST",
        f"{API}{SESSION}/documents/preview/",
        (415, 403, 403, 403, 404, 403, 403, 404, 401, 415, 403, 403),
        {},
    ),
    # The body is no board file. See test_board_files.py for those that are.
    Row(
        "POST",
        f"{API}{SESSION}/import/",
        (422, 403, 403, 403, 404, 403, 403, 404, 401, 422, 403, 403),
        {},
    ),
    # The body names no formula: who may have one set is told so.
    Row(
        "POST",
        f"{API}{SESSION}/formulas/",
        (422, 422, 403, 422, 404, 403, 403, 404, 401, 422, 403, 403),
        {},
    ),
    # Nobody imports anything; who may ask is told so.
    Row("GET", f"{API}{SESSION}/documents/{{document_id}}/", GONE),
    Row("DELETE", f"{API}{SESSION}/documents/{{document_id}}/", GONE),
    # Of no session: nobody learns more. See test_assets.py for one that is there.
    Row(
        "GET",
        f"{API}/assets/{{asset}}",
        (404, 404, 404, 404, 404, 404, 404, 404, 401, 404, 404, 404),
    ),
    Row(
        "POST",
        f"{API}{SESSION}/save/",
        (200, 200, 403, 200, 404, 403, 403, 404, 401, 200, 403, 403),
    ),
    Row(
        "POST",
        f"{API}{SESSION}/participants/",
        tuple(201 if s == 200 else s for s in HOST),
        {"subject": "Newcomer", "name": "Newcomer"},
    ),
    Row("POST", f"{API}{SESSION}/kick/{{user_id}}/", HOST),
    Row("POST", f"{API}{SESSION}/access_code/", HOST),
    # It is not to be recorded; who may begin at all is told so.
    Row("POST", f"{API}{SESSION}/recording/start/", tuple(409 if s == 200 else s for s in HOST)),
    Row("POST", f"{API}{SESSION}/recording/stop/", HOST),
    # Each for themself; an operator has no seat.
    Row(
        "POST",
        f"{API}{SESSION}/recording/consent/",
        tuple(409 if caller == "operator" else s for s, caller in zip(READ, CALLERS, strict=True)),
        {"answer": "given"},
    ),
    Row(
        "POST",
        f"{API}{SESSION}/participants/{{user_id}}/recording/",
        HOST,
        {"is_recorded": False},
    ),
    Row("GET", f"{API}{SESSION}/recordings/", READ),
    Row("GET", f"{API}{SESSION}/pack/", HOST),
    # No recording is on; who is in the room is told so, who has no seat that they have none.
    Row(
        "POST",
        f"{API}{SESSION}/takes/",
        tuple(409 if s == 200 else s for s in READ),
        {"kind": "audio", "media_type": "audio/webm"},
    ),
    # By a key, which no token is. See test_takes.py for who has one.
    Row("PUT", f"{API}/takes/{{take_id}}/chunks/{{n}}", (403,) * 12),
    Row("POST", f"{API}/takes/{{take_id}}/close/", (403,) * 12, {"chunks": 0}),
    # Of no take: nobody learns more.
    *(
        Row(method, f"{API}/takes/{{take_id}}/{path}", (*(404,) * 8, 401, *(404,) * 3))
        for method, path in (("GET", ""), ("DELETE", ""), ("GET", "media"))
    ),
    Row("POST", f"{API}{SESSION}/role/{{user_id}}/", HOST, {"role": "viewer"}),
    Row(
        "POST",
        f"{API}{SESSION}/permissions/",
        HOST,
        {"role": "viewer", "permissions": {"can_draw": True}},
    ),
    # Nobody is connected; who may call at all is told so. The operator of a token is somebody.
    Row(
        "POST",
        f"{API}{SESSION}/media/",
        (409, 409, 409, 409, 404, 403, 403, 404, 401, 409, 403, 403),
        {"video_enabled": False},
    ),
    # Whoever has the printed link; nobody here does.
    Row("POST", f"{API}/sign-in/", (401,) * 12, {"code": "a-code-that-was-never-printed"}),
    # There is no provider: see by_provider/test_coming_in.py for a server that has one.
    Row("GET", f"{API}/sign-in/ways/", ANYONE),
    Row("GET", f"{API}/sign-in/oidc/", (404,) * 12),
    Row("GET", f"{API}/sign-in/oidc/callback/", (404,) * 12),
    # No form, which it has to be; nobody's token matters.
    Row("POST", f"{API}/sign-in/oidc/logout/", (415,) * 12, {}),
    # Whoever has a user token is somebody; only a sign-in by link is renewed and renamed here.
    Row("GET", f"{API}/me/", WITH_USER_TOKEN),
    Row("POST", f"{API}/sign-out/", WITH_USER_TOKEN),
    Row("POST", f"{API}/sign-in/renew/", BY_LINK),
    Row("PATCH", f"{API}/me/", BY_LINK, {"name": "Newcomer"}),
    # No platform opens lessons here, and nobody's token matters: see lti/test_launching.py.
    *(Row("GET", f"{LTI}/{path}/", (404,) * 12) for path in ("keys", "login", "register/{code}")),
    *(Row("POST", f"{LTI}/{path}/", (404,) * 12, {}) for path in LTI_FORMS),
    # Likewise; who may ask at all is told so.
    *(
        Row(
            method, f"{OPERATOR}/lti/{path}", tuple(404 if s == 200 else s for s in OPERATORS), body
        )
        for method, path, body in (
            ("GET", "platforms/", None),
            ("POST", "platforms/", PLATFORM),
            ("POST", "platforms/{platform_id}/deployments/", {"deployments": ["1"]}),
            ("DELETE", "platforms/{platform_id}/", None),
            ("POST", "keys/rotate/", None),
            ("POST", "registration-links/", None),
        )
    ),
    Row("POST", f"{OPERATOR}/sign-in-links/", MADE, {"name": "Newcomer"}),
    # The token is none; who may revoke at all is told so.
    Row(
        "POST",
        f"{OPERATOR}/tokens/revoke/",
        tuple(422 if s == 200 else s for s in OPERATORS),
        {"token": "none"},
    ),
    Row("POST", f"{OPERATOR}/users/{{user_id}}/sign-out/", OPERATORS),
    Row("GET", f"{OPERATOR}/users/", OPERATORS),
    Row("POST", f"{OPERATOR}/users/", MADE, {"name": "Newcomer"}),
    # Of a guest, who has no account; see test_users.py for those who have one.
    Row(
        "PATCH",
        f"{OPERATOR}/users/{{user_id}}/",
        tuple(409 if s == 200 else s for s in OPERATORS),
        {"is_barred": True},
    ),
    Row("GET", f"{OPERATOR}/rooms/", OPERATORS),
    *(
        Row("GET", f"{OPERATOR}/{table}/", OPERATORS)
        for table in ("sessions", "participants", "snapshots", "events", "permissions")
    ),
    Row("GET", f"{OPERATOR}/rooms/{{session_id}}/", OPERATORS),
    Row("POST", f"{OPERATOR}/rooms/{{session_id}}/terminate/", OPERATORS),
    Row(
        "POST",
        f"{OPERATOR}/rooms/{{session_id}}/reopen/",
        tuple(409 if s == 200 else s for s in OPERATORS),
    ),
    Row("POST", f"{OPERATOR}/rooms/{{session_id}}/kick/{{user_id}}/", OPERATORS),
    Row("POST", f"{OPERATOR}/rooms/{{session_id}}/save/", OPERATORS),
    Row("GET", f"{OPERATOR}/webhooks/", OPERATORS),
    Row("POST", f"{OPERATOR}/webhooks/retry/", OPERATORS, {}),
    Row("POST", f"{OPERATOR}/webhooks/test/", OPERATORS, {}),
    Row("GET", f"{OPERATOR}/permissions/{{role}}/", OPERATORS),
    Row("PUT", f"{OPERATOR}/permissions/{{role}}/", OPERATORS, {"permissions": {}}),
    Row("POST", f"{OPERATOR}/tokens/user/", MADE, {"name": "Newcomer"}),
    Row("POST", f"{OPERATOR}/tokens/room/", MADE, {"subject": "Newcomer", "name": "Newcomer"}),
    Row("POST", f"{OPERATOR}/users/{{user_id}}/erase/", OPERATORS),
    Row("GET", "/healthz", ANYONE),
    Row("GET", "/readyz", ANYONE),
    # For the socket and for allowed addresses: see test_scraping.py.
    Row("GET", "/metrics", (404,) * 12),
    Row("ANY", "", ANYONE),  # the pages
)
