"""What a confined process declined, as whoever asked over the API is told it."""

from gateway.confinement.confined import Declined
from lessonroom.codes import ErrorCode, Refused


def refusal_of(declined: Declined, *, field: str | None = None) -> Refused:
    """Return it as a refusal.

    Args:
        declined: by the process: for how much of it there is, or for what it is.
        field: what of the request it is about, where the process does not say.

    """
    code = ErrorCode.TOO_LARGE if declined.is_too_much else ErrorCode.INVALID
    return Refused(code, str(declined), field=declined.field or field)
