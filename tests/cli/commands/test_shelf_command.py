"""The command beside a real server, whose operator shares what a teacher keeps.

Tests also: cli/server/shelf_calls.py.
"""

import json
from pathlib import Path

from tests.cli.calling import call, post, printed, user_token
from tests.serving import RunningServer


def test_what_is_kept_is_listed_shared_and_taken_back(server: RunningServer) -> None:
    """[PG-10] Only the operator's machine can."""

    def shelf(*words: str | Path) -> str:
        return printed(call("shelf", *words, data_dir=server.data_dir))

    token = user_token(server)
    session = post(server, "/", {"title": "Fractions"}, token=token)
    path = f"/{session['session_id']}/shelf/"
    item = post(server, path, {"name": "Дроби"}, token=token)["item_id"]
    assert "Дроби" in shelf("list")
    assert "everyone may use Дроби" in shelf("share", item)
    (line,) = json.loads(shelf("list", "--shared", "--json"))
    assert (line["item_id"], line["owner"], line["is_shared"]) == (item, "Ada", True)
    assert "alone" in shelf("unshare", item)
    assert "nothing" in shelf("list", "--shared")
    refused = call("shelf", "share", "none", data_dir=server.data_dir)
    assert refused.exit_code == 1
    assert "item_id: there is nothing like this" in refused.stderr
