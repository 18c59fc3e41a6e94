"""A disk on which there is no more room: the errors that say so, and what people are told."""

import contextlib
import errno
from collections.abc import Iterator
from typing import Final

from lessonroom.codes import ErrorCode, Refused

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk has no room, the user has no more of it, or a file may not be so long."""


def nearly_full() -> Refused:
    """Return the refusal of what there is no room for on the disk."""
    return Refused(ErrorCode.TOO_LARGE, "the disk of this server is nearly full")


@contextlib.contextmanager
def refusing_when_full() -> Iterator[None]:
    """Have what could not be written, because the disk is full, be refused.

    Raises:
        Refused: `too_large`.

    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise nearly_full() from error
