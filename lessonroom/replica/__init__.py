"""One client's copy of a room: the twin of the page's `frontend/src/client/replica/replica.ts`.

Both run `tests/vectors/replica`. The protocol without sockets, clocks or chance: a shell hands over
what comes, sends what it is told to, and waits where it is asked to.
"""
