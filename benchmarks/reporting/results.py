"""One figure of a benchmark."""

import msgspec


class Result(msgspec.Struct, frozen=True):
    """One figure, beside what was asked for: `target` is what it may be at most."""

    name: str
    value: str
    target: str = ""
