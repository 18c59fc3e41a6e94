from gateway.rest.plumbing.guessing import GuessLimits

EVE = ("192.0.2.1",)


def test_what_a_path_names_takes_no_more_memory_than_a_name() -> None:
    """[P15] Any text may stand there, sixteen thousand characters of it."""
    limits = GuessLimits(10)
    for n in range(12):
        limits.failed(EVE, "x" * 16_000 + str(n % 2), 0)
    assert max(len(key) for key in limits._pairs[0]._records) < 64
    assert max(len(key) for key in limits._sessions._records) < 64
    assert limits.wait_s(EVE, "y" * 16_000, 0) == 0


def test_a_limit_of_one_leaves_one() -> None:
    """The least that can be set: also slowed, the first code of an origin is looked at."""
    limits = GuessLimits(1)
    for n in range(200):
        limits.failed((f"203.0.113.{n}",), "s", 0)
    assert limits.wait_s(EVE, "s", 0) == 0
    limits.failed(EVE, "s", 0)
    assert limits.wait_s(EVE, "s", 0) > 0


def test_what_was_slowed_is_free_again() -> None:
    """[SECURITY Guessed codes] Once nobody guesses any more."""
    limits = GuessLimits(10)
    for n in range(100):
        limits.failed((f"203.0.113.{n}",), "s", 0)
    for _ in range(3):
        limits.failed(EVE, "s", 0)
    assert limits.wait_s(EVE, "s", 0) > 0
    assert limits.wait_s(EVE, "s", 5) == 0
