"""Running work in processes of its own, so that no room waits and no decoder harms the server."""

import asyncio
import contextlib
import sys
from typing import TypeVar

import msgspec
import structlog

from gateway.confinement.confined import Answer, Declined, ProcessLimits
from lessonroom.codes import ErrorCode, Refused

_Result = TypeVar("_Result")

_RETRY_MS = 2_000
_SHOWN_CHARS = 2_000

_log = structlog.get_logger(__name__)


class ProcessFailed(Exception):  # noqa: N818 - says what happened
    """A process ended without an answer: killed at a limit, or by what it was given."""


class Confinement:
    """Starts processes, a few at once; the others wait, and past that are refused.

    A process serves one request and ends: what one request does to it cannot reach the next.
    """

    def __init__(self, *, at_once: int = 2, waiting: int = 20) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._taken = 0

    async def run(
        self,
        module: str,
        request: msgspec.Struct,
        *,
        result_type: type[_Result],
        limits: ProcessLimits,
    ) -> _Result:
        """Return what `module` makes of a request; it calls `confined.answer_one`.

        Raises:
            Declined: the module says that it is not possible.
            ProcessFailed: it gave no answer within its limits.
            Refused: `unavailable`, too much is waiting already.

        """
        if self._taken >= self._most:
            raise Refused(
                ErrorCode.UNAVAILABLE, "the server is busy with files", retry_after_ms=_RETRY_MS
            )
        self._taken += 1
        try:
            async with self._free:
                output = await _run_process(module, msgspec.msgpack.encode(request), limits)
        finally:
            self._taken -= 1
        answer = msgspec.msgpack.decode(output, type=Answer)
        if answer.declined is not None:
            raise Declined(answer.declined)
        return msgspec.msgpack.decode(answer.result, type=result_type)


async def _run_process(module: str, request: bytes, limits: ProcessLimits) -> bytes:
    """Return what a process wrote.

    It is isolated (`-I`): neither the environment nor the working directory says what is imported.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        module,
        msgspec.json.encode(limits).decode(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={},
    )
    try:
        async with asyncio.timeout(limits.wall_s):
            output, complaint = await process.communicate(request)
    except TimeoutError:
        raise ProcessFailed(f"{module} took longer than {limits.wall_s} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        _log.warning(
            "a confined process failed",
            module=module,
            exit_code=process.returncode,
            complaint=complaint[-_SHOWN_CHARS:].decode(errors="replace"),
        )
        raise ProcessFailed(f"{module} ended with {process.returncode}")
    return output
