"""Answering a request that came before as it was answered then."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from fastapi import Response

from gateway.rest.plumbing.idempotency import Attempt, attempt
from gateway.rest.plumbing.services import Services
from gateway.rest.shapes.problems import problem_response
from lessonroom.codes import ErrorCode, Refused
from storage.errors import CommitFailed

REPLAYED: Final = "Idempotency-Replayed"


async def answered_once(
    services: Services,
    scope: str,
    key: str | None,
    encoded: bytes,
    make: Callable[[Attempt | None], Awaitable[Response]],
) -> Response:
    """Return what a request is answered; under a key what the first of it was.

    Args:
        services: where replies are kept.
        scope: whose key it is.
        key: the `Idempotency-Key`, if there is one.
        encoded: the body, which is to be the same.
        make: carries the request out; the reply of the attempt it writes along with what it makes.

    """
    if key is None:
        return await make(None)
    async with attempt(
        services.once, scope, key, encoded, rooms=services.rooms, clock=services.clock
    ) as this:
        kept = replayed(this)
        if kept is not None:
            return kept
        try:
            return await make(this)
        except CommitFailed as failed:
            # Another server has carried it out meanwhile: its reply is there now.
            again = replayed(await this.looked_up(services.rooms)) if failed.is_conflict else None
            if again is None:
                raise
            return again


def replayed(again: Attempt) -> Response | None:
    """Return the reply of the time before; None where the request comes for the first time.

    The same key with another body is a mistake of the sender's: 422 with the code `conflict`.
    """
    kept = again.kept
    if kept is None:
        return None
    if kept.digest != again.digest:
        refused = Refused(
            ErrorCode.CONFLICT,
            "this key was used for another body; use a new key for each request",
            field="Idempotency-Key",
        )
        return problem_response(refused, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return Response(
        kept.body,
        status_code=kept.status,
        media_type="application/json",
        headers={REPLAYED: "true"},
    )
