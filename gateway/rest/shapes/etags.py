"""Tags of sessions: `ETag`, `If-Match`, `If-None-Match` (RFC 9110, section 13)."""

from lessonroom.session.session import Session


def etag_of(session: Session) -> str:
    """Return the `ETag` of a session as it is."""
    return f'"{session.tag()}"'


def names_tag(header: str, tag: str) -> bool:
    """Whether a list of tags names this one, strong or weak, or any."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in named or "*" in named


def tag_to_match(if_match: str | None, session: Session) -> str | None:
    """Return the tag that the session must have when it is changed; None where any will do.

    The room compares, in the turn that changes. Of several tags the present one is taken, if it is
    among them. A weak tag matches nothing.
    """
    if if_match is None:
        return None
    named = [part.strip() for part in if_match.split(",")]
    if "*" in named:
        return None
    return session.tag() if etag_of(session) in named else named[0]
