"""The check at the end: every client's board, and the one that the log comes to, are the same."""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from cli.command_errors import CommandRefused
from cli.demo.client import BoardClient
from lessonroom.board.model.board import Board
from lessonroom.state import RoomState
from storage.store import Store

_PAGE: Final = 1_000
_TIMEOUT_S: Final = 15.0


class BoardReport(msgspec.Struct, frozen=True, kw_only=True):
    """One board at `seq`. `events` are other people's, `acks` one's own; the database has none."""

    owner: str
    seq: int
    elements: int
    digest: str
    acks: int | None = None
    events: int | None = None
    resumes: int | None = None


async def settled(clients: Sequence[BoardClient], progress: asyncio.Event) -> int:
    """Return the `seq` that all clients have reached, at a moment when it is the same.

    Each has drawn what it had to draw, so what was acknowledged to any of them is in it.

    Raises:
        CommandRefused: they did not come together within 15 s.

    """
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            while len({client.seq for client in clients}) > 1:
                progress.clear()
                await progress.wait()
    except TimeoutError:
        reached = ", ".join(str(client.seq) for client in clients)
        raise CommandRefused(
            f"the clients did not reach the same event within {_TIMEOUT_S:g} s, but {reached}"
        ) from None
    return clients[0].seq


def client_report(owner: str, client: BoardClient) -> BoardReport:
    """Return a client's board as it is now."""
    return BoardReport(
        owner=owner,
        seq=client.seq,
        elements=len(client.board.elements),
        digest=client.board.digest(),
        acks=client.acks,
        events=client.events,
        resumes=client.resumes,
    )


async def database_report(store: Store, session_id: str, *, seq: int) -> BoardReport:
    """Return the board that the log in the database comes to, read from its first event.

    Raises:
        CommandRefused: the log does not reach `seq`.

    """
    board = await logged_board(store, session_id, seq=seq)
    return BoardReport(
        owner="database", seq=seq, elements=len(board.elements), digest=board.digest()
    )


async def logged_board(store: Store, session_id: str, *, seq: int) -> Board:
    """Fold the log up to `seq`.

    Raises:
        CommandRefused: there is no such session, or its log does not reach `seq`.

    """
    session = await store.session(session_id)
    if session is None:
        raise CommandRefused(f"the database has no session {session_id}")
    state = RoomState(session)
    while events := await store.events(session_id, after=state.head, until=seq, limit=_PAGE):
        for event in events:
            state.apply(event)
    if state.head != seq:
        raise CommandRefused(
            f"event {seq} was acknowledged, but the log in the database ends at {state.head}"
        )
    return state.board
