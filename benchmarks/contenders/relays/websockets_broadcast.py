"""A relay around `websockets.broadcast()`, on uvloop, nothing on disk.

Run by the benchmarks: `python websockets_broadcast.py PORT`.
"""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

_rooms: dict[str, set[ServerConnection]] = {}


async def relay(connection: ServerConnection) -> None:
    """Pass every message of a room on to all others in it."""
    assert connection.request is not None
    members = _rooms.setdefault(connection.request.path, set())
    members.add(connection)
    try:
        async for message in connection:
            broadcast(members - {connection}, message)
    finally:
        members.discard(connection)


async def main() -> None:
    """Serve until the process is ended."""
    async with serve(relay, "127.0.0.1", int(sys.argv[1]), compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
