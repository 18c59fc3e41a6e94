"""How much of a lesson somebody was there, in the grade book of their course (AGS 2.0).

It is told when a lesson ends, through the deliveries that webhooks have: durable, in order, tried
again for 17 hours, given up in sight of the operator. The same lesson told twice is the same score.
"""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from actors.house.rooms import Rooms
from actors.house.webhooks import Failure
from gateway.federation.faults import Fault, FederationRefused
from gateway.lti.access import objects_in, scores_url
from gateway.lti.lti import Lti
from gateway.lti.messages import is_web_url, origin_of
from gateway.lti.own_keys import KeysUnusable
from gateway.lti.platforms import user_issuer
from lessonroom.codes import Refused
from lessonroom.session.session import Session
from storage.errors import StorageError
from storage.lti import links
from storage.lti.links import Lesson, Part
from storage.lti.platforms import Platform

ENDPOINT: Final = "lti:grades"
"""What these deliveries are called, among those of webhooks."""
MAXIMUM: Final = 100
_ITEM_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
_SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
SCOPES: Final = (_ITEM_SCOPE, _SCORE_SCOPE)
_ITEM: Final = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCORE: Final = "application/vnd.ims.lis.v1.score+json"
TAG: Final = "presence"
_TAKEN: Final = frozenset({200, 201, 202, 204, 409})
"""409: it has this score, or a newer one."""
_GONE: Final = frozenset({404, 410})


class _Data(msgspec.Struct, frozen=True):
    session_id: str


class _Notice(msgspec.Struct, frozen=True):
    data: _Data


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform is told of one learner."""

    subject: str
    percent: int
    minutes: int


class Grades:
    """Tells grade books. `send` is what the deliveries call."""

    def __init__(self, lti: Lti, rooms: Rooms) -> None:
        self._lti = lti
        self._access = lti.access
        self._rooms = rooms

    async def send(self, _url: str, *, webhook_id: str, body: bytes) -> Failure | None:  # noqa: ARG002 - see Send
        """Tell of a lesson that has ended; see `Send`."""
        try:
            session_id = msgspec.json.decode(body, type=_Notice).data.session_id
            for lesson in await links.of_lesson(self._rooms.store, session_id):
                failure = await self._told(lesson, session_id)
                if failure is not None:
                    return failure
        except (FederationRefused, KeysUnusable, Refused, StorageError) as error:
            return Failure(str(error))
        return None

    async def _told(self, lesson: Lesson, session_id: str) -> Failure | None:
        platforms = await self._lti.platforms.every()
        number = lesson.link.place.platform_id
        platform = next((each for each in platforms if each.platform_id == number), None)
        session = await self._rooms.store.session(session_id)
        if platform is None or session is None or not session.status.has_ended:
            return None
        if _SCORE_SCOPE not in lesson.link.endpoints.scopes:
            return None
        scores = await self._scores(platform, lesson, session)
        column = await self._column(platform, lesson, session) if scores else None
        if column is None:
            return None
        for score in scores:
            told = await self._access.post(
                platform,
                scores_url(column),
                _score_document(score, session),
                scope=_SCORE_SCOPE,
                kind=_SCORE,
            )
            if told.status not in _TAKEN:
                is_gone = told.status in _GONE
                return Failure(f"a score was answered {told.status}", is_final=is_gone)
        return None

    async def _scores(self, platform: Platform, lesson: Lesson, session: Session) -> list[Score]:
        """Return what there is to tell: of learners of the course who were there."""
        store = self._rooms.store
        parts = await links.parts(store, lesson.link.link_id)
        whole_ms = session.duration_ms(session.actual_end_ms or 0)
        scores: list[Score] = []
        for seat in await store.participants(session.session_id):
            if whole_ms <= 0 or seat.total_ms <= 0 or parts.get(seat.user_id) is not Part.LEARNER:
                continue
            user = await store.user(seat.user_id)
            if user is not None and user.issuer == user_issuer(platform):
                percent = max(1, min(MAXIMUM, round(MAXIMUM * seat.total_ms / whole_ms)))
                minutes = round(seat.total_ms / 60_000)
                scores.append(Score(subject=user.subject, percent=percent, minutes=minutes))
        return scores

    async def _column(self, platform: Platform, lesson: Lesson, session: Session) -> str | None:
        """Return the column of a lesson: the link's own for its first, later ones their own."""
        offers = lesson.link.endpoints
        if lesson.line_item_url:
            return lesson.line_item_url
        may_make = _ITEM_SCOPE in offers.scopes and bool(offers.line_items_url)
        if offers.line_item_url and (lesson.is_first or not may_make):
            return offers.line_item_url
        if not may_make:
            return None
        url = await self._made(platform, lesson, session)
        await self._rooms.write(
            lambda store: links.note_line_item(store, lesson.link.link_id, session.session_id, url)
        )
        return url

    async def _made(self, platform: Platform, lesson: Lesson, session: Session) -> str:
        """Return the column of a lesson, found where an attempt of before has made it."""
        offers, link_id = lesson.link.endpoints, lesson.link.place.resource_link_id
        query = {"resource_link_id": link_id, "resource_id": session.session_id, "tag": TAG}
        found = await self._access.get(
            platform, _with(offers.line_items_url, query), scope=_ITEM_SCOPE, accept=_ITEMS
        )
        for item in objects_in(found.content):
            if item.get("resourceId") == session.session_id:
                return _checked(item.get("id"), offers.line_items_url)
        document = {
            "scoreMaximum": MAXIMUM,
            "label": _label(session),
            "resourceId": session.session_id,
            "resourceLinkId": link_id,
            "tag": TAG,
        }
        made = await self._access.post(
            platform, offers.line_items_url, document, scope=_ITEM_SCOPE, kind=_ITEM
        )
        return _checked((made.object or {}).get("id"), offers.line_items_url)


def _score_document(score: Score, session: Session) -> dict[str, Any]:
    ended_ms = session.actual_end_ms or 0
    return {
        # Of the lesson's end: told once more it is the same score, after a reopening a newer one.
        "timestamp": datetime.fromtimestamp(ended_ms / 1000, UTC).isoformat(
            timespec="milliseconds"
        ),
        "scoreGiven": score.percent,
        "scoreMaximum": MAXIMUM,
        "comment": f"{score.minutes} min",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "userId": score.subject,
    }


def _label(session: Session) -> str:
    began_ms = session.actual_start_ms or session.created_at_ms
    day = datetime.fromtimestamp(began_ms / 1000, UTC).date().isoformat()
    return f"{session.title} · {day}" if session.title else day


def _with(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    both = [*parse_qsl(parts.query, keep_blank_values=True), *query.items()]
    return parts._replace(query=urlencode(both)).geturl()


def _checked(url: object, beside: str) -> str:
    if (
        isinstance(url, str)
        and is_web_url(url, beside=beside)
        and origin_of(url) == origin_of(beside)
    ):
        return url
    raise FederationRefused(Fault.MISCONFIGURED, "the platform named no address of a column")
