"""Answering a request that came before as it was answered then."""

from http import HTTPStatus
from typing import Final

from fastapi import Response

from gateway.rest.plumbing.idempotency import Attempt
from gateway.rest.shapes.problems import problem_response
from lessonroom.codes import ErrorCode, Refused

REPLAYED: Final = "Idempotency-Replayed"


def replayed(attempt: Attempt) -> Response | None:
    """Return the reply of the time before; None where the request comes for the first time.

    The same key with another body is a mistake of the sender's: 422 with the code `conflict`.
    """
    kept = attempt.kept
    if kept is None:
        return None
    if kept.digest != attempt.digest:
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
