"""What every command is: something asked of a room, with the type of what it comes to."""

from typing import Generic, TypeVar

import msgspec

_R_co = TypeVar("_R_co", covariant=True)


class CommandOf(
    msgspec.Struct, Generic[_R_co], frozen=True, kw_only=True, tag_field="command", tag=True
):
    """A command whose result, for a caller by name, is an `_R_co`: `Outcome.result`.

    Tagged with its name, so that it says on any wire which one it is.
    """
