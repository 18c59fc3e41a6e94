"""What the server is told of LTI, and what refusals are called that OpenID Connect has none of."""

from enum import StrEnum
from pathlib import Path

import msgspec


class LtiConfig(msgspec.Struct, frozen=True, kw_only=True):
    """That learning platforms may open lessons, and how."""

    keys: Path
    """The file of this server's own keys; made at the first need, mode 0600."""
    allowed_networks: tuple[str, ...] = ()
    sends_grades: bool = True
    """Whether platforms are told how much of a lesson somebody was there for."""
    leeway_s: int = 30


class LtiFault(StrEnum):
    """Why somebody who came from a platform is not let in, besides those of `Fault`."""

    UNKNOWN_PLATFORM = "unknown_platform"
    """No platform of that issuer and client is known here."""
    WRONG_DEPLOYMENT = "wrong_deployment"
    """The platform is known, the deployment that they come from is not."""
    WRONG_MESSAGE = "wrong_message"
    """It was signed as it should be, and is not what LTI 1.3 asks for."""
    ANONYMOUS = "anonymous"
    """The platform does not say who they are."""
    NO_RIGHT = "no_right"
    """Only who teaches puts lessons into a course."""
    WRONG_LESSON = "wrong_lesson"
    """The link names a lesson that it was not made for."""
    OVER = "over"
    """The lesson is over, and they were not in it."""
    KICKED = "kicked"
    FULL = "full"
    UNAVAILABLE = "unavailable"
    """The room does not answer at the moment."""
