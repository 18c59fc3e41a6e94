"""How much waits for the disk (PROMISES P17)."""

from lessonroom.codes import ErrorCode, Refused, unavailable


class Backlog:
    """What the journal has before it, readable by every room."""

    __slots__ = ("events", "is_writable", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.events = 0
        self.is_writable = True

    def check(self) -> None:
        """Refuse with `unavailable` while the disk cannot take more.

        Raises:
            Refused: `unavailable`, with when to try again.

        """
        if not self.is_writable:
            raise not_writable()
        if self.events >= self.limit:
            raise Refused(ErrorCode.UNAVAILABLE, "too much waits for the disk", retry_after_ms=200)


def not_writable() -> Refused:
    """Return what is answered while the database takes no writes."""
    return unavailable("the server cannot write to its database at the moment")
