"""What a server has loaded when nothing is open: each module is memory, and a part of the start."""

from pathlib import Path
from typing import Final

from tests.serving import start_server

_INSIDE: Final = Path(__file__).parent / "inside"

NOT_AT_REST: Final = {
    "PIL": "images are decoded in processes of their own",
    "alembic": "the database is as new as the program",
    "asyncpg": "the database is SQLite",
    "bus": "there is one server, and nothing between it and others",
    "cryptography": "there is no TLS, and tokens need none of it",
    "httpx": "no platform is told of anything",
    "hypothesis": "of tests",
    "icalendar": "nobody reads a calendar",
    "jsonschema": "of tests",
    "nats": "there is one server, and nothing between it and others",
    "_pytest": "of tests",
    "reportlab": "exports are drawn in processes of their own",
    "resvg_py": "exports are drawn in processes of their own",
    "rich": "logs are plain text",
    "schemathesis": "of tests",
    "yaml": "of scripts",
}
"""Packages, and why a server without lessons has no use for them."""


def test_a_server_at_rest_has_loaded_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    """The first start makes the database, which takes Alembic; this is the second."""
    home = tmp_path / "data"
    assert start_server(home).stop() == 0
    said = tmp_path / "loaded"
    env = {"PYTHONPATH": str(_INSIDE), "TEST_LOADED_MODULES": str(said)}
    assert start_server(home, env=env).stop() == 0
    loaded = said.read_text(encoding="utf-8").split()
    assert "gateway.rest.app" in loaded
    packages = {name.partition(".")[0] for name in loaded}
    assert {name: why for name, why in NOT_AT_REST.items() if name in packages} == {}
