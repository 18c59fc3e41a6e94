"""Whatever takes a file says which ones, bounds them, and refuses an empty one, all in one way."""

from typing import Any, Final

import pytest

from gateway.rest.endpoints.board.assets import IMAGE_TYPES, PDF
from gateway.rest.plumbing.bodies.file_route import file_route
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import School

FILES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "assets": ("image/png", {}),
    "documents": (PDF, {}),
    "documents/preview": (PDF, {}),
    "import": ("application/json", {}),
    "files": ("text/plain", {"name": "a.txt", "client_id": "one"}),
}
"""Below a session: a type that is taken, and what has to be said beside the file."""


async def sent(
    school: School, lesson: Lesson, what: str, *, content: bytes, kind: str | None = None
) -> tuple[int, dict[str, Any]]:
    taken, query = FILES[what]
    response = await school.call(
        "POST",
        f"{lesson.path}/{what}/",
        token=lesson.host,
        headers={"Content-Type": kind or taken},
        params=query,
        content=content,
    )
    return response.status_code, response.json()


@pytest.mark.parametrize("what", FILES)
async def test_an_empty_file_is_refused_and_named(school: School, what: str) -> None:
    """It is no document, no picture, and no message."""
    status, said = await sent(school, await begun(school), what, content=b"")
    assert (status, said["code"], said["field"]) == (422, "invalid", "body")
    assert said["detail"] == "the body is empty"


@pytest.mark.parametrize("what", FILES)
async def test_what_does_not_even_claim_to_be_such_a_file_is_told_what_is(
    school: School, what: str
) -> None:
    """Before a byte of it is read, whatever it is."""
    status, said = await sent(
        school, await begun(school), what, kind="video/mp4; codecs=avc1", content=b"x"
    )
    assert status == 415
    assert said["detail"].startswith(("a body must be ", "a file is "))


async def test_one_type_is_named_as_such_and_several_in_their_order(school: School) -> None:
    """Who reads it knows what to send."""
    lesson = await begun(school)
    _, said = await sent(school, lesson, "documents/preview", kind="text/plain", content=b"x")
    assert said["detail"] == f"a body must be {PDF}"
    _, said = await sent(school, lesson, "assets", kind=PDF, content=b"x")
    assert said["detail"] == f"a body must be one of {', '.join(IMAGE_TYPES)}"


@pytest.mark.parametrize("what", FILES)
async def test_the_type_may_have_parameters_and_any_case(school: School, what: str) -> None:
    """RFC 9110, section 8.3.1."""
    taken, _ = FILES[what]
    kind = f" {taken.upper()} ; charset=utf-8"
    status, _ = await sent(school, await begun(school), what, kind=kind, content=b"")
    assert status == 422


def test_a_small_file_is_read_and_another_is_written_as_it_comes() -> None:
    """The one is in memory, of the other none is."""
    small = file_route(lambda _: 1, lambda _: (PDF,), is_small=True)
    large = file_route(lambda _: 1, lambda _: (PDF,))
    assert issubclass(small, StrictRoute)
    assert (small.is_raw, small.is_spooled) == (True, False)
    assert (large.is_raw, large.is_spooled) == (False, True)
