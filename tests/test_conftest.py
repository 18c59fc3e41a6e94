from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


def run(pytester: pytest.Pytester, body: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nmarkers = logs_errors: errors are expected\n"
        "asyncio_default_fixture_loop_scope = function\n"
    )
    pytester.makepyfile(body)
    return pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider")


def test_a_test_that_leaves_an_actor_a_task_or_an_error_line_fails(
    pytester: pytest.Pytester,
) -> None:
    """Each of the four leftovers is an error at teardown; what cleans up passes."""
    result = run(
        pytester,
        """
        import asyncio, logging
        import pykka, pytest, structlog

        class Actor(pykka.ThreadingActor):
            use_daemon_thread = True

        async def forever():
            await asyncio.Event().wait()

        def test_actor():
            Actor.start()

        async def test_task(request):
            request.config.kept = asyncio.get_running_loop().create_task(forever())

        def test_structlog_error():
            structlog.get_logger().error("broken")

        async def test_stdlib_error():
            logging.getLogger("uvicorn.error").error("broken")

        @pytest.mark.logs_errors
        def test_expected_error():
            structlog.get_logger().error("broken")
            logging.getLogger("x").error("broken")

        async def test_clean(log_events):
            structlog.get_logger().warning("well")
            assert [event["event"] for event in log_events] == ["well"]
            task = asyncio.get_running_loop().create_task(forever())
            task.cancel()
            ref = Actor.start()
            ref.stop()
        """,
    )
    result.assert_outcomes(passed=6, errors=4)
    result.stdout.fnmatch_lines_random(
        [
            "*actors left running*",
            "*tasks left running*",
            "*ERROR events logged*",
            "*ERROR lines logged*",
        ]
    )
