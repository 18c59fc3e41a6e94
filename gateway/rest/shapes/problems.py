"""Problem documents: every refusal of the HTTP API has one shape (RFC 9457)."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from gateway.rest.plumbing.services import services_of
from lessonroom.codes import HTTP_STATUS, ErrorCode, Refused
from storage.errors import CommitFailed, StorageUnavailable

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_STORAGE_MS: Final = 1_000

_log = structlog.get_logger(__name__)

_CODE_OF_STATUS: Final[Mapping[int, ErrorCode]] = {
    HTTPStatus.NOT_FOUND: ErrorCode.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorCode.UNKNOWN_MESSAGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorCode.INVALID,
}
"""For what is refused before any code of ours runs."""
_ANYWHERE: Final = (400, 413, 415, 422, 429, 500, 503)
"""What may come before a route is asked, or of any of them: another host, a body that is not taken
or not understood, too many requests, faults."""


class Problem(BaseModel):
    """Why a request was refused; nothing of it was applied."""

    type: str = Field("about:blank", description="`code` says which problem it is.")
    title: str = Field(description="The phrase of the status.", examples=["Conflict"])
    status: int = Field(description="The HTTP status.", examples=[409])
    detail: str = Field(
        description="What was wrong and what is allowed, for a person.",
        examples=["cannot pause a session that is waiting; possible from: active"],
    )
    code: ErrorCode = Field(description="Stable: switch on it.", examples=["conflict"])
    field: str | None = Field(None, description="The path of the field at fault.")
    retry_after_ms: int | None = Field(None, description="When to try again.")


class UnsupportedMediaType(Exception):  # noqa: N818 - says what happened
    """A body came as something else than JSON, or than what the message names."""


def problem_response(
    refused: Refused, *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the response that says why.

    Args:
        refused: what happened.
        status: instead of the one that belongs to the code.
        headers: more headers.

    """
    status = HTTP_STATUS[refused.code] if status is None else status
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=refused.message,
        code=refused.code,
        field=refused.field,
        retry_after_ms=refused.retry_after_ms,
    )
    extra = dict(headers or {})
    if refused.retry_after_ms is not None:
        extra["Retry-After"] = str(math.ceil(refused.retry_after_ms / 1000))
    if status == HTTPStatus.UNAUTHORIZED:
        extra["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=status,
        headers=extra,
        media_type=MEDIA_TYPE,
    )


def internal_problem() -> JSONResponse:
    """Return the answer to our own faults: that it was one, and no more."""
    return problem_response(Refused(ErrorCode.INTERNAL, "something went wrong on the server"))


def answer_with_problems(app: FastAPI) -> None:
    """Have `app` turn what is raised into problem documents."""
    app.exception_handler(Refused)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(UnsupportedMediaType)(_media_type)
    app.exception_handler(StorageUnavailable)(_unavailable)
    app.exception_handler(CommitFailed)(_unavailable)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of the problems that a route may answer with."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *_ANYWHERE})
    }


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    services_of(request).rooms.observer.refused(error.code)
    return problem_response(error)


async def _media_type(_request: Request, error: Exception) -> JSONResponse:
    return problem_response(
        Refused(
            ErrorCode.INVALID,
            str(error) or "a body must be application/json",
            field="Content-Type",
        ),
        status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


async def _unavailable(_request: Request, error: Exception) -> JSONResponse:
    _log.warning("storage_refused", reason=str(error))
    return problem_response(
        Refused(
            ErrorCode.UNAVAILABLE,
            "the database cannot be used at the moment",
            retry_after_ms=_RETRY_STORAGE_MS,
        )
    )


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Name the first field at fault, and how many more there are."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults = error.errors()
    first = faults[0]
    # The first part of a location is where it was: path, query or body.
    field = ".".join(str(part) for part in first["loc"][1:] if part != "[key]")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    message = str(first["msg"]).removeprefix("Value error, ")
    return problem_response(Refused(ErrorCode.INVALID, message + more, field=field or None))


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    code = _CODE_OF_STATUS.get(error.status_code, ErrorCode.INVALID)
    return problem_response(
        Refused(code, error.detail), status=error.status_code, headers=error.headers
    )
