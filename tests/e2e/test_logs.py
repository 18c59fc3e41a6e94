"""What the server writes about a lesson, and what it never writes."""

import json

import pytest

from tests.e2e.conftest import Begin, Shake, StartServer
from tests.e2e.test_calls import CANDIDATE, SDP

SECRET_WORDS = "the answer to question four is seven"


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_no_log_line_holds_a_token_an_address_or_what_was_drawn(
    start: StartServer, begin: Begin, shake: Shake, log_format: str
) -> None:
    """[HS-2, RT-1] At the level `debug`, with tokens in the URL, refusals and broken messages."""
    server = start(auth__allow_query_token="true", log__level="debug", log__format=log_format)
    lesson = await begin(server, title=SECRET_WORDS)
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    raw = await shake(lesson.url(query=f"?token={lesson.host.token}"))
    assert raw.status == 101
    for token in (lesson.host.token[:-2], lesson.host.user_token):
        assert (await shake(lesson.url(query=f"?token={token}"))).status == 401
        assert (await shake(lesson.url(), token)).status == 401
    text = {"type": "text", "id": "t1", "layer": "base", "x": 0, "y": 0, "text": SECRET_WORDS}
    await host.drawn({"op": "put", "element": text})
    await host.answer(await host.draw({"op": "put", "element": {**text, "layer": SECRET_WORDS}}))
    peer = ada.welcome["peer_id"]
    await host.send("webrtc", "offer", {"to": peer, "sdp": SDP})
    await host.send("webrtc", "ice_candidate", {"to": peer, "candidate": CANDIDATE})
    await ada.heard(lambda frame: frame["type"] == "ice_candidate", "the candidate")
    await host.send("webrtc", "offer", {"to": "nobody", "sdp": SDP}, "o1")
    await host.answer("o1")
    await lesson.post(f"kick/{ada.user_id}")
    await ada.until_closed()
    assert server.stop() == 0

    written = server.log.read_text()
    assert "listening" in written
    for secret in (
        "eyJ",
        lesson.host.token.rpartition(".")[2],
        lesson.access_code,
        "v=0",
        "192.0.2.1",
        "candidate:",
        SECRET_WORDS,
        (server.data_dir / "signing-secret").read_text().strip(),
    ):
        assert secret not in written, secret
    if log_format == "json":
        for line in written.splitlines():
            assert {"event", "level", "timestamp"} <= json.loads(line).keys()
