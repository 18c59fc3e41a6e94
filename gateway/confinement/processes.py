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

from gateway.confinement.confined import LENGTH_BYTES, ProcessLimits

_SHOWN_CHARS: Final = 2_000
_PART_MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one of many answers: what is longer was not made by our code any more."""

_log: Final = structlog.get_logger(__name__)


class ProcessFailed(Exception):  # noqa: N818 - says what happened
    """A process ended without an answer: killed at a limit, or by what it was given."""


async def output_of(module: str, request: bytes, limits: ProcessLimits) -> bytes:
    """Return all that a process wrote.

    Raises:
        ProcessFailed: it ended otherwise than by itself and well.

    """
    async with _started(module, limits) as process:
        try:
            async with asyncio.timeout(limits.wall_s):
                output, complaint = await process.communicate(request)
        except TimeoutError:
            raise _too_slow(module, limits) from None
        _check(module, process, complaint)
    return output


async def parts_of(
    module: str, request: bytes, limits: ProcessLimits
) -> AsyncGenerator[bytes, None]:
    """Yield what a process writes, part by part, as it is there; it waits while nobody takes one.

    `limits.wall_s` is for each part. To be closed (`contextlib.aclosing`): then the process ends.

    Raises:
        ProcessFailed: it ended otherwise than by itself and well; what came before came whole.

    """
    async with _started(module, limits) as process:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        assert process.stderr is not None  # noqa: S101
        # Read along: a process that complains much would wait for ever.
        complaining = asyncio.ensure_future(process.stderr.read())
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(request)
                await process.stdin.drain()
                process.stdin.close()
            while True:
                try:
                    async with asyncio.timeout(limits.wall_s):
                        part = await _part(module, process.stdout)
                        if part is None:
                            await process.wait()
                except TimeoutError:
                    raise _too_slow(module, limits) from None
                if part is None:
                    break
                yield part
            _check(module, process, await complaining)
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
    process = await asyncio.create_subprocess_exec(
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
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _environment() -> dict[str, str]:
    """Return nothing or, of a server that is one file, where that has unpacked its libraries."""
    unpacked: str | None = getattr(sys, "_MEIPASS", None)
    if unpacked is None:
        return {}
    told = {name: text for name, text in os.environ.items() if name.startswith("_PYI_")}
    return told | {"LD_LIBRARY_PATH": unpacked}


def _check(module: str, process: Process, complaint: bytes) -> None:
    if process.returncode != 0:
        _log.warning(
            "a confined process failed",
            module=module,
            exit_code=process.returncode,
            complaint=complaint[-_SHOWN_CHARS:].decode(errors="replace"),
        )
        raise ProcessFailed(f"{module} ended with {process.returncode}")


def _too_slow(module: str, limits: ProcessLimits) -> ProcessFailed:
    return ProcessFailed(f"{module} took longer than {limits.wall_s} s")
