"""Who may call a route: asked of the head of a request, before a byte of its body is read.

FastAPI reads a body first and asks a route's dependencies then: whoever has no token would have
20 MB read and decoded. A `Gate` is a dependency that needs the head alone. `StrictRoute` asks the
gates of a route in their order, reads the body, and FastAPI then finds the answers as they were.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, Generic, TypeVar

from fastapi import Request
from fastapi.dependencies.models import Dependant

_ANSWERS: Final = "lessonroom.gates"
_T = TypeVar("_T")


class Gate(Generic[_T]):
    """A dependency that is asked once a request.

    Args:
        ask: takes the request and, by name, parts of its path as text; raises `Refused`.
        admits_strangers: whether it lets anyone through, so that it protects nothing.

    """

    def __init__(
        self, ask: Callable[..., Awaitable[_T]], *, admits_strangers: bool = False
    ) -> None:
        self.admits_strangers = admits_strangers
        self._ask = ask
        # FastAPI reads here what to pass, and documents it.
        self.__signature__ = inspect.signature(ask)
        self._parts = [name for name in self.__signature__.parameters if name != "request"]

    async def __call__(self, request: Request, **parts: str) -> _T:
        """Return the answer."""
        answers: dict[Gate[Any], Any] = request.scope.setdefault(_ANSWERS, {})
        if self not in answers:
            answers[self] = await self._ask(request, **parts)
        answer: _T = answers[self]
        return answer

    async def ask(self, request: Request) -> _T:
        """Return the answer, with the parts of the path taken from the request."""
        return await self(request, **{name: request.path_params[name] for name in self._parts})

    def answered(self, request: Request) -> _T | None:
        """Return the answer, where it has been asked for."""
        answer: _T | None = request.scope.get(_ANSWERS, {}).get(self)
        return answer


def gates_of(dependant: Dependant) -> Iterator[Gate[Any]]:
    """Iterate over the gates among a route's dependencies, in the order in which they stand."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Gate):
            yield dependency.call
        yield from gates_of(dependency)
