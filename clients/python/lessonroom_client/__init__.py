"""A client of lessonroom, the server for live lessons: sync and async, typed.

`Client` and `AsyncClient` have a method for each operation of the HTTP API, `ApiKey` signs tokens
as a platform, `webhooks` verifies what the server tells.
"""

from importlib.metadata import PackageNotFoundError, version

from lessonroom_client import models, webhooks
from lessonroom_client._calls import Retries
from lessonroom_client.client import AsyncClient, Client
from lessonroom_client.errors import (
    ApiError,
    Conflict,
    Ended,
    Invalid,
    LessonroomError,
    NotFound,
    PermissionDenied,
    RateLimited,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from lessonroom_client.keys import ApiKey

try:
    __version__ = version("lessonroom-client")
except PackageNotFoundError:  # run from its sources
    __version__ = "0"

__all__ = [
    "ApiError",
    "ApiKey",
    "AsyncClient",
    "Client",
    "Conflict",
    "Ended",
    "Invalid",
    "LessonroomError",
    "NotFound",
    "PermissionDenied",
    "RateLimited",
    "Retries",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
    "Unreachable",
    "models",
    "webhooks",
]
