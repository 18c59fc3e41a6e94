"""People who come from a platform's course, by their browser."""

from typing import Any, Final

from httpx import Response

from gateway.lti.lti import Lti
from gateway.lti.platforms import origins_of
from storage.lti.platforms import NewPlatform, Platform
from tests.gateway.lti.tiny_platform import CLAIM, LEARNER, TEACHER, TinyPlatform
from tests.gateway.rest.school import API, School

LTI: Final = "/api/v1/lti"
ROOT: Final = "http://lessons.example.org"


class Course:
    """A course at a platform that this school knows."""

    def __init__(self, school: School, platform: TinyPlatform) -> None:
        self.school = school
        self.platform = platform

    @property
    def lti(self) -> Lti:
        """What judges platforms."""
        lti = self.school.app.state.services.lti
        assert isinstance(lti, Lti)
        return lti

    async def known(self, **changes: Any) -> Platform:  # noqa: ANN401 - of any field
        """Make the platform known to the server."""
        told = self.platform.described(**changes)
        origins = origins_of(told["issuer"])
        deployments = tuple(told.pop("deployments"))
        added = await self.lti.platforms.add(
            NewPlatform(origins=origins, deployments=deployments, **told)
        )
        assert added is not None
        return added

    async def begin(self, **changes: Any) -> Response:  # noqa: ANN401
        """Go where the platform sends a browser to begin."""
        asked = self.platform.initiation(**changes)
        return await self.school.call("GET", f"{LTI}/login/", params=asked)

    async def form(self, **changes: Any) -> dict[str, str]:  # noqa: ANN401
        """Return what a browser then brings back."""
        begun = await self.begin()
        assert begun.status_code == 303, begun.text
        return self.platform.authorise(begun.headers["location"], **changes)

    async def launch(self, **changes: Any) -> Response:  # noqa: ANN401
        """Go all the way, with changes of what the platform says."""
        return await self.post("launch", await self.form(**changes))

    async def post(self, path: str, form: dict[str, str], **more: Any) -> Response:  # noqa: ANN401
        """Send a form."""
        return await self.school.call("POST", f"{LTI}/{path}/", data=form, **more)

    async def comes(
        self,
        subject: str,
        *,
        role: str = TEACHER,
        link: str = "link-1",
        **changes: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Have somebody come into the lesson of a link; return their seat, session and token."""
        told = {
            "sub": subject,
            "name": subject.title(),
            f"{CLAIM}roles": [role],
            f"{CLAIM}resource_link": {"id": link, "title": "Fractions"},
            **changes,
        }
        return await self.inside(await self.launch(**told))

    async def learner(self, subject: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """Have a learner come."""
        return await self.comes(subject, role=LEARNER, **changes)

    async def inside(self, answer: Response) -> dict[str, Any]:
        """Return the session that an answer leads into, with the token and the seat there."""
        assert answer.status_code == 303, answer.text
        place, _, fragment = answer.headers["location"].partition("#")
        assert place.startswith(f"{ROOT}/room/")
        assert fragment.startswith("token=")
        session_id, token = place.rpartition("/")[2], fragment.removeprefix("token=")
        path = f"{API}/sessions/{session_id}/"
        session = (await self.school.call("GET", path, token=token)).json()
        claims = self.school.tokens.verify_room(token)
        services = self.school.app.state.services
        seat = await services.rooms.store.participant(session_id, claims.user_id)
        return {"session": session, "token": token, "seat": seat, "role": seat.role.value}

    async def end(self, lesson: dict[str, Any]) -> None:
        """Have the lesson begin and be over."""
        path = f"{API}/sessions/{lesson['session']['session_id']}"
        for move in ("start", "complete"):
            answer = await self.school.call("POST", f"{path}/{move}/", token=lesson["token"])
            assert answer.status_code == 200, answer.text
