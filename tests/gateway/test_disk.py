"""What is said where there is no room on the disk."""

import errno
import os

import pytest

from gateway.disk import refusing_when_full
from lessonroom.codes import ErrorCode, Refused


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_a_refusal(number: int) -> None:
    """Of whatever kind: it is no fault of the program."""
    with pytest.raises(Refused) as refused, refusing_when_full():
        raise OSError(number, os.strerror(number))
    assert refused.value.code is ErrorCode.TOO_LARGE


def test_another_fault_of_a_file_stays_one() -> None:
    """Or a bug would be told as a disk that is full."""
    with pytest.raises(PermissionError), refusing_when_full():
        raise PermissionError(errno.EACCES, "no")
