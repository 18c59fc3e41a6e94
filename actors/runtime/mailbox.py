"""Typed mailboxes: what may be told to an actor, and what an ask of it is answered with.

A mailbox is a pykka ref, seen as the messages that its actor understands; nothing is wrapped, so it
costs nothing, and telling an actor what it does not know is an error of the type checker. Whoever
holds one cannot see where the actor runs.
"""

from collections.abc import Awaitable
from typing import Any, Generic, Literal, Protocol, Self, TypeVar, cast

import msgspec

_M_contra = TypeVar("_M_contra", contravariant=True)
_R_co = TypeVar("_R_co", covariant=True)


class Mailbox(Protocol[_M_contra]):
    """The way to an actor that understands the messages `_M_contra`, a union."""

    def tell(self, message: _M_contra) -> None:
        """Put a message into the mailbox.

        Raises:
            pykka.ActorDeadError: the actor has stopped.

        """

    def ask(self, message: _M_contra, *, block: Literal[False]) -> Awaitable[Any]:
        """Put a message into the mailbox and return its answer; see `Request.asked_of`."""

    def is_alive(self) -> bool:
        """Whether the actor has not stopped, as far as is known here."""


class AtOnce(Protocol[_M_contra]):
    """The way to an actor for what comes from outside of all actors: bytes, a commit, the time.

    An actor's inbox is one.
    """

    def tell(self, message: _M_contra) -> None:
        """Put a message into the mailbox; raises as that of `Mailbox`."""

    def tell_at_once(self, message: _M_contra) -> None:
        """Have a message handled now, where nothing waits before it; else as `tell`.

        On the event loop's thread.

        Raises:
            pykka.ActorDeadError: the actor has stopped.

        """


class Request(msgspec.Struct, Generic[_R_co], frozen=True):
    """A message that is answered with an `_R_co`, or with an exception.

    The handler returns the answer, or a future of it where that comes later. The future is the
    actor's own: nothing that waits crosses the mailbox.
    """

    async def asked_of(self, mailbox: Mailbox[Self]) -> _R_co:
        """Ask an actor and return its answer.

        Raises:
            pykka.ActorDeadError: the actor has stopped, or stopped before it came to the message.

        """
        return cast("_R_co", await mailbox.ask(self, block=False))
