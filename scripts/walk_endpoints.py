"""Walk every operation of the OpenAPI document on a real server, as everyone who might call it.

Starts a server in a scratch directory, gives each caller a lesson of their own, and prints who got
which status. Exit code 1: a status was 5xx, or not one that the document names.
"""

import io
import itertools
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import msgspec
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console
from rich.table import Table

from cli.server.server_files import OPERATOR_SOCKET
from gateway.board_files.layout import BOARD, MEDIA_TYPE, BoardFile, json_parts
from gateway.rest.app import CLASSROOM_PREFIX, OPERATOR_PREFIX, api_document
from tests.serving import RunningServer, start_server

CALLERS: Final = (
    *("host", "student", "guest", "outsider", "kicked", "waiting", "operator", "nobody"),
)
METHODS: Final = ("get", "post", "put", "patch", "delete")
ENV: Final = {
    "LESSONROOM_LIMITS__REQUESTS_PER_MIN_ADDRESS": "1000000",
    "LESSONROOM_LIMITS__REQUESTS_PER_MIN_USER": "1000000",
    "LESSONROOM_LIMITS__SESSIONS_PER_MIN": "10000",
    "LESSONROOM_LIMITS__EXPORTS_PER_MIN": "10000",
    "LESSONROOM_STORAGE__DURABILITY": "process",
}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "add_lti_platform": {
        "name": "Moodle",
        "issuer": "https://moodle.example",
        "client_id": "4711",
        "authorization_url": "https://moodle.example/auth",
        "token_url": "https://moodle.example/token",
        "key_set_url": "https://moodle.example/certs",
    },
    "add_lti_deployments": {"deployments": ["1"]},
    "change_session": {"title": "Fractions"},
    "change_series": {"title": "Fractions"},
    "create_series": {
        "rule": "FREQ=WEEKLY;COUNT=2",
        "start": "2030-01-01T16:00",
        "zone": "Europe/Kyiv",
    },
    "create_session": {"title": "Fractions"},
    "invite_participant": {"subject": "newcomer", "name": "Newcomer"},
    "join_session": {"name": "Somebody"},
    "launch_session": {
        "external_id": "lesson-4711",
        "people": [{"subject": "teacher-1", "name": "Ada", "role": "host"}],
    },
    "mint_room_token": {"subject": "newcomer", "name": "Newcomer"},
    "mint_user_token": {"name": "Newcomer"},
    "answer_recording": {"answer": "given"},
    "record_participant": {"is_recorded": False},
    "close_take": {"chunks": 0},
    "open_take": {"kind": "audio", "media_type": "audio/webm"},
    "receive_booking": {"type": "booking.confirmed"},
    "set_formula": {"tex": "x"},
    "set_media": {"video_enabled": False},
    "set_role": {"role": "student"},
    "set_permissions": {"role": "viewer", "permissions": {"can_draw": True}},
    "set_role_permissions": {"permissions": {}},
    "put_on_shelf": {"name": "Fractions"},
    "rename_shelf_item": {"name": "Fractions"},
    "share_shelf_item": {"is_shared": True},
    "create_user": {"name": "Newcomer"},
    "change_user": {"name": "Somebody"},
    "rename_me": {"name": "Somebody"},
    "revoke_token": {"token": "none"},
    "sign_in": {"code": "never-printed"},
}
"""By operation; where there is none an empty body is sent."""
BOARD_FILES: Final = {"import_board"}
"""What is sent a saved board: JSON is taken there, too."""
QUERIES: Final[dict[str, dict[str, str]]] = {"search_lessons": {"q": "fractions"}}
"""By operation; where there is none nothing is asked for."""
COLOURS: Final = {2: "green", 3: "green", 4: "yellow", 5: "bold red"}


class Operation(NamedTuple):
    """One method of one path, and what its document says of it."""

    name: str
    method: str
    path: str
    statuses: frozenset[int]
    takes: frozenset[str]
    """Media types of the body."""

    @property
    def changes(self) -> bool:
        """Whether the next caller needs a lesson of their own."""
        return self.method != "get"


class Lesson(NamedTuple):
    """An active lesson: what its paths are made of, and everyone's token."""

    parts: dict[str, str]
    tokens: dict[str, str | None]


class School:
    """Prepares lessons on a running server, as people and the operator would."""

    def __init__(self, http: httpx.Client, operator: httpx.Client) -> None:
        self.http = http
        self._operator = operator
        self._lessons = itertools.count()
        self._tokens: dict[str, str] = {}

    def lesson(self) -> Lesson:
        """Return a lesson that has begun, one person removed, and one who waits in its lobby.

        Its people are in no other one: who signs out there is signed out nowhere else.
        """
        n = next(self._lessons)
        people = ("host", "student", "outsider", "kicked", "waiting")
        self._tokens = {name: self._token(name, f"{name}-{n}") for name in people}
        self._tokens["operator"] = self._token("operator", f"operator-{n}", scope="operator")
        session = self._call("POST", "sessions/", "host", {"title": "Fractions"})
        base = f"sessions/{session['session_id']}"
        self._call("POST", f"{base}/start/", "host")
        code = {"access_code": session["access_code"]}
        student = self._call("POST", f"{base}/join/", "student", code)
        guest = self._call("POST", f"{base}/join/", None, {**code, "name": "Guest"})
        kicked = self._call("POST", f"{base}/join/", "kicked", code)
        self._call("POST", f"{base}/kick/{kicked['participant']['user_id']}/", "host")
        self._call("PATCH", f"{base}/", "host", {"settings": {"waiting_room": True}})
        self._call("POST", f"{base}/join/", "waiting", code)
        parts = {
            "session_id": session["session_id"],
            "user_id": str(guest["participant"]["user_id"]),
            "version": "1",
            "document_id": "none",
            "item_id": "none",
            "platform_id": "4711",
            "code": "none",
            "take_id": "5f0c1b1e-8d5c-4f0e-9d7e-0f6f0a0c4a11",
            "n": "0",
            "seq": "999",
            "role": "viewer",
            "series_id": session["session_id"],
            "key": "7-1-x",
        }
        tokens = {**self._tokens, "student": student["token"], "guest": guest["token"]}
        return Lesson(parts, {**tokens, "nobody": None})

    def lesson_with_picture(self) -> Lesson:
        """Return a lesson whose host has brought an image for the board."""
        lesson = self.lesson()
        response = self.http.post(
            f"{CLASSROOM_PREFIX}/sessions/{lesson.parts['session_id']}/assets/",
            content=picture(),
            headers={"Content-Type": "image/png", **bearer(self._tokens["host"])},
        )
        lesson.parts["asset"] = response.raise_for_status().json()["asset"]
        return lesson

    def _token(self, name: str, subject: str, *, scope: str = "user") -> str:
        body = {"name": name.title(), "subject": subject, "scope": scope}
        response = self._operator.post(f"{OPERATOR_PREFIX}/tokens/user/", json=body)
        return str(response.raise_for_status().json()["token"])

    def _call(
        self, method: str, path: str, caller: str | None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = bearer(self._tokens[caller] if caller else None)
        url = f"{CLASSROOM_PREFIX}/{path}"
        response = self.http.request(method, url, json=body, headers=headers)
        return dict(response.raise_for_status().json())


def operations_of(document: dict[str, Any]) -> Iterator[Operation]:
    """Iterate over what a document describes."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if (described := methods.get(method)) is not None:
                yield Operation(
                    described["operationId"],
                    method,
                    path,
                    frozenset(int(status) for status in described["responses"]),
                    frozenset(described.get("requestBody", {}).get("content", {})),
                )


def status_of(school: School, operation: Operation, lesson: Lesson, caller: str) -> int:
    """Return what one caller gets."""
    headers = bearer(lesson.tokens[caller])
    body: dict[str, Any] = {}
    if operation.name in BOARD_FILES:
        body["content"] = board_file()
        headers["Content-Type"] = MEDIA_TYPE
    elif "application/json" in operation.takes:
        body["json"] = dict(BODIES.get(operation.name, {}))
        if operation.name == "mint_room_token":
            body["json"]["session_id"] = lesson.parts["session_id"]
    elif "application/pdf" in operation.takes:
        body["content"] = sheet()
        headers["Content-Type"] = "application/pdf"
    elif operation.takes:
        body["content"] = picture()
        headers["Content-Type"] = "image/png"
    path = operation.path.format(**lesson.parts)
    query = QUERIES.get(operation.name)
    answer = school.http.request(operation.method, path, params=query, headers=headers, **body)
    return answer.status_code


def walk(school: School, operations: list[Operation], console: Console) -> list[str]:
    """Print the table; return what is wrong."""
    table = Table("operation", "path", *CALLERS, header_style="bold")
    problems: list[str] = []
    shared = school.lesson_with_picture()
    for operation in operations:
        cells = []
        for caller in CALLERS:
            lesson = school.lesson() if operation.changes else shared
            status = status_of(school, operation, lesson, caller)
            cells.append(f"[{COLOURS[status // 100]}]{status}[/]")
            where = f"{operation.method.upper()} {operation.path} as {caller}: {status}"
            if status >= httpx.codes.INTERNAL_SERVER_ERROR:
                problems.append(f"{where} is a fault of the server")
            elif status not in operation.statuses:
                problems.append(f"{where} is not in the document")
        path = operation.path.removeprefix("/api/v1")
        table.add_row(operation.name, f"{operation.method.upper()} {path}", *cells)
    console.print(table)
    return problems


def picture() -> bytes:
    """Return a small PNG."""
    encoded = io.BytesIO()
    Image.new("RGB", (2, 2), (220, 30, 30)).save(encoded, "PNG")
    return encoded.getvalue()


def board_file() -> bytes:
    """Return a saved board of one empty page."""
    board = b'{"layers":[{"id":"base","name":"Layer 1"}],"elements":{}}'
    file = BoardFile(session_id="", title="", version=1, exported_at="", board=msgspec.Raw(b"{}"))
    encoded = io.BytesIO()
    with zipfile.ZipFile(encoded, "w") as archive:
        archive.writestr(BOARD, b"".join(json_parts(file, board)))
    return encoded.getvalue()


def sheet() -> bytes:
    """Return a document of one page."""
    encoded = io.BytesIO()
    canvas = Canvas(encoded, pagesize=(72, 72))
    canvas.showPage()
    canvas.save()
    return encoded.getvalue()


def bearer(token: str | None) -> dict[str, str]:
    """Return the header that brings a token."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def operator_of(server: RunningServer) -> httpx.Client:
    """Return a client of the operator's socket."""
    socket = str(server.data_dir / OPERATOR_SOCKET)
    return httpx.Client(transport=httpx.HTTPTransport(uds=socket), base_url="http://operator")


def main() -> int:
    """Walk; return the exit code."""
    # Wide enough for the table where the output is not a terminal.
    console = Console(width=None if sys.stdout.isatty() else 160)
    operations = list(operations_of(api_document()))
    with tempfile.TemporaryDirectory(prefix="lessonroom-walk-") as scratch:
        server = start_server(Path(scratch) / "data", env=ENV)
        try:
            with httpx.Client(base_url=server.url) as http, operator_of(server) as operator:
                problems = walk(School(http, operator), operations, console)
        finally:
            server.stop()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(operations)} operations, {len(CALLERS)} callers, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
