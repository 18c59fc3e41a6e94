"""Why a take is not taken, or not any further."""


class BreachOfTake(ValueError):  # noqa: N818 - says what happened
    """What was sent is no recording as this server takes it; the message says in what.

    It is for whoever wrote the page, and shows nothing of what was sent.
    """
