"""The command beside a real server, which tells a real receiver."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer, start_server

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    """A platform: verifies what it is sent with the package of Standard Webhooks."""

    def __init__(self) -> None:
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Webhook(SECRET).verify(body, dict(self.headers))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if receiver.status == 204:
                    receiver.heard.put(message)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def telling(tmp_path: Path, receiver: Receiver) -> Iterator[RunningServer]:
    """A server that tells the receiver of its events."""
    env = {
        "LESSONROOM_WEBHOOKS__ENDPOINTS": json.dumps([{"url": receiver.url, "secret": SECRET}]),
        "LESSONROOM_WEBHOOKS__ALLOWED_NETWORKS": "127.0.0.1",
    }
    server = start_server(tmp_path / "data", env=env)
    yield server
    server.stop()


def test_events_arrive_signed_and_the_command_says_what_waits(
    telling: RunningServer, receiver: Receiver
) -> None:
    """[API webhooks] In the order of the log; while the receiver fails, the command says why."""
    tried = printed(call("webhooks", "test", data_dir=telling.data_dir))
    assert tried.strip() == f"{receiver.url}: taken"
    assert receiver.heard.get(timeout=15)["type"] == "webhook_test"
    session = lesson(telling, "Fractions")
    heard = [receiver.heard.get(timeout=15)]
    while heard[-1]["type"] != "session_start":
        heard.append(receiver.heard.get(timeout=15))
    assert {message["data"]["session_id"] for message in heard} == {session["session_id"]}
    seqs = [message["data"]["seq"] for message in heard]
    assert seqs == sorted(set(seqs))

    receiver.status = 503
    failed = call("webhooks", "test", receiver.url, data_dir=telling.data_dir)
    assert failed.exit_code == 1
    assert "answered 503" in failed.stdout
    receiver.status = 204
    assert "again" in printed(call("webhooks", "retry", data_dir=telling.data_dir))
    (listed,) = json.loads(printed(call("webhooks", "list", "--json", data_dir=telling.data_dir)))
    assert (listed["url"], listed["is_configured"]) == (receiver.url, True)
    refused = call("webhooks", "test", "https://other.example/", data_dir=telling.data_dir)
    assert (refused.exit_code, "no such endpoint" in refused.stderr) == (1, True)
    table = printed(call("webhooks", "list", data_dir=telling.data_dir))
    assert receiver.url in table.replace("\n", "")


def test_without_endpoints_the_command_says_where_to_name_them(server: RunningServer) -> None:
    """[API webhooks] And a test of none is no success."""
    assert "webhooks.endpoints" in printed(call("webhooks", "list", data_dir=server.data_dir))
    assert call("webhooks", "test", data_dir=server.data_dir).exit_code == 1
