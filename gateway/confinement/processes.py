"""One process: started with a request on its stdin, ended with everything it started."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

import msgspec
import structlog

from gateway.confinement.confined import BEGUN, LENGTH_BYTES, ProcessLimits

_BEGINS_WITHIN_S: Final = 60.0
"""A third of a second on a machine at rest. Who waits for work waits as long for a turn."""
_SHOWN_CHARS: Final = 2_000
_PART_MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one of many answers: what is longer was not made by our code any more."""

_log: Final = structlog.get_logger(__name__)


class ProcessFailed(Exception):  # noqa: N818 - says what happened
    """A process ended without an answer: killed at a limit, or by what it was given."""


class NotBegun(Exception):  # noqa: N818 - says what happened
    """A process did not come to its request: what is missing, or too slow, is the server's."""


async def output_of(module: str, request: bytes, limits: ProcessLimits) -> bytes:
    """Return all that a process wrote.

    Raises:
        NotBegun: it did not come to the request.
        ProcessFailed: it ended otherwise than by itself and well.

    """
    async with _begun(module, request, limits) as (process, stdout, complaining):
        try:
            async with asyncio.timeout(limits.wall_s):
                output = await stdout.read()
                await process.wait()
        except TimeoutError:
            raise _too_slow(module, limits) from None
        _check(module, process, await complaining)
    return output


async def parts_of(
    module: str, request: bytes, limits: ProcessLimits
) -> AsyncGenerator[bytes, None]:
    """Yield what a process writes, part by part, as it is there; it waits while nobody takes one.

    To be closed (`contextlib.aclosing`): then the process ends.

    Raises:
        NotBegun: it did not come to the request.
        ProcessFailed: it ended otherwise than by itself and well; what came before came whole.

    """
    async with _begun(module, request, limits) as (process, stdout, complaining):
        while True:
            try:
                async with asyncio.timeout(limits.wall_s):
                    part = await _part(module, stdout)
                    if part is None:
                        await process.wait()
            except TimeoutError:
                raise _too_slow(module, limits) from None
            if part is None:
                break
            yield part
        _check(module, process, await complaining)


@contextlib.asynccontextmanager
async def _begun(
    module: str, request: bytes, limits: ProcessLimits
) -> AsyncIterator[tuple[Process, asyncio.StreamReader, asyncio.Future[bytes]]]:
    """Start a process that takes up a request: the process, what it writes, and its complaint."""
    async with _started(module, limits) as process:
        assert process.stdin is not None  # noqa: S101 - all three are pipes
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        # Read along: a process that complains much would wait for ever.
        complaining = asyncio.ensure_future(process.stderr.read())
        try:
            try:
                async with asyncio.timeout(_BEGINS_WITHIN_S):
                    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                        process.stdin.write(request)
                        await process.stdin.drain()
                        process.stdin.close()
                    mark = await process.stdout.read(len(BEGUN))
                    if mark != BEGUN:
                        await process.wait()
            except TimeoutError:
                raise NotBegun(f"{module} had not begun after {_BEGINS_WITHIN_S} s") from None
            if mark != BEGUN:
                _complain(module, process, await complaining)
                raise NotBegun(f"{module} ended with {process.returncode} before it began")
            yield process, process.stdout, complaining
        finally:
            complaining.cancel()


async def _part(module: str, stdout: asyncio.StreamReader) -> bytes | None:
    """Return the next part; None where the output ends, also in the middle of one."""
    try:
        length = int.from_bytes(await stdout.readexactly(LENGTH_BYTES))
        if length > _PART_MOST_BYTES:
            raise ProcessFailed(f"{module} answered with {length} bytes at once")
        return await stdout.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


@contextlib.asynccontextmanager
async def _started(module: str, limits: ProcessLimits) -> AsyncIterator[Process]:
    """Start a process, isolated (`-I`): neither environment nor directory says what is imported."""
    try:
        process = await _created(module, limits)
    except OSError as error:
        # No memory for another one, no descriptor, or no more processes for this user.
        _log.warning("a confined process cannot start", module=module, error=str(error))
        raise NotBegun(f"{module} cannot start: {error}") from error
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _created(module: str, limits: ProcessLimits) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        module,
        msgspec.json.encode(limits).decode(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
        # A group of its own, which ends with it: it may have started others.
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Return nothing or, of a server that is one file, where that has unpacked its libraries."""
    unpacked: str | None = getattr(sys, "_MEIPASS", None)
    if unpacked is None:
        return {}
    told = {name: text for name, text in os.environ.items() if name.startswith("_PYI_")}
    return told | {"LD_LIBRARY_PATH": unpacked}


def _check(module: str, process: Process, complaint: bytes) -> None:
    if process.returncode != 0:
        _complain(module, process, complaint)
        raise ProcessFailed(f"{module} ended with {process.returncode}")


def _complain(module: str, process: Process, complaint: bytes) -> None:
    _log.warning(
        "a confined process failed",
        module=module,
        exit_code=process.returncode,
        complaint=complaint[-_SHOWN_CHARS:].decode(errors="replace"),
    )


def _too_slow(module: str, limits: ProcessLimits) -> ProcessFailed:
    return ProcessFailed(f"{module} took longer than {limits.wall_s} s")
