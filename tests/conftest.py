"""What holds for every test: it leaves no actor, no task and no ERROR line behind."""

import asyncio
import inspect
import logging
import warnings
from collections.abc import AsyncIterator, Iterator
from typing import Final

import hypothesis
import pykka
import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from cli.logs import LEAST_LEVELS
from tests.postgres import Postgres, PostgresMissing
from tests.recording import record_proof

__all__ = ["record_proof"]

_ERROR_METHODS = frozenset({"error", "critical", "exception"})


_CONFIGURED: Final = (*LEAST_LEVELS, "uvicorn.access", "uvicorn.error")
"""The loggers that the program, or uvicorn, sets up for a process of their own."""


# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: the last one to begin is what a run ends with.

    Several workers take files in this order (`--dist loadfile`). pytest-randomly has shuffled them
    before, and the order among each kind stays as it left it.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """What runs a command or a server in this process leaves its logging to nobody else."""
    root = logging.getLogger()
    handlers, level, showwarning = list(root.handlers), root.level, warnings.showwarning
    yield
    logging.captureWarnings(capture=False)
    warnings.showwarning = showwarning
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in _CONFIGURED:
        logger = logging.getLogger(name)
        logger.setLevel(logging.NOTSET)
        logger.handlers.clear()
        logger.propagate = True


class _ErrorRecords(logging.Handler):
    """Keeps the ERROR lines of standard loggers: asyncio's, uvicorn's, pykka's."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for all tests of the run; each makes its own database."""
    try:
        cluster = Postgres.start()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    yield cluster
    cluster.remove()


@pytest.fixture
def log_events() -> Iterator[list[EventDict]]:
    """The events logged through structlog during the test, oldest first."""
    structlog.reset_defaults()
    with capture_logs() as events:
        yield events
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(
    request: pytest.FixtureRequest, log_events: list[EventDict]
) -> Iterator[None]:
    """Fail a test that leaves an actor or, without the mark `logs_errors`, an ERROR line."""
    records = _ErrorRecords()
    logging.getLogger().addHandler(records)
    if inspect.iscoroutinefunction(request.function):
        request.getfixturevalue("_leaves_no_task")
    yield
    logging.getLogger().removeHandler(records)
    actors = pykka.ActorRegistry.get_all()
    for actor in actors:
        # Or the next test would be blamed as well.
        pykka.ActorRegistry.unregister(actor)
    assert not actors, f"actors left running: {actors}"
    if request.node.get_closest_marker("logs_errors") is None:
        errors = [event for event in log_events if event["log_level"] in _ERROR_METHODS]
        assert not errors, f"ERROR events logged: {errors}"
        assert not records.lines, f"ERROR lines logged: {records.lines}"


@pytest.fixture
async def _leaves_no_task() -> AsyncIterator[None]:
    """Fail an asynchronous test that leaves a task behind."""
    before = asyncio.all_tasks()
    yield
    # A task that has been cancelled, or whose work is done, ends in the next turns of the loop.
    for _ in range(3):
        await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()}
    for task in left:
        task.cancel()
    assert not left, f"tasks left running: {left}"
