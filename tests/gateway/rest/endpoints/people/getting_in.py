"""The way into a session."""

from tests.gateway.rest.school import API


def path_of(session: dict[str, object]) -> str:
    return f"{API}/sessions/{session['session_id']}/join/"
