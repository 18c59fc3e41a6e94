"""The statements of leases: each is a transaction, decided by rows as they are once it has them.

`ON CONFLICT DO UPDATE … WHERE` looks at the row that it has locked: of two who enter or claim at
once the second one sees what the first has made of it.
"""

from typing import Final

from sqlalchemy import TextClause, text

_CLASS: Final = int.from_bytes(b"node", "big")
"""Of the locks of nodes that live; the number within it is the incarnation."""
_NOW: Final = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"


def _has_died(incarnation: str) -> str:
    """Return whether nobody holds the lock of a life; shared, so that two who look both see it."""
    return f"pg_try_advisory_xact_lock_shared({_CLASS}, CAST({incarnation} AS integer))"


LIVE: Final[TextClause] = text(
    f"SELECT pg_try_advisory_lock({_CLASS}, CAST(:incarnation AS integer))"
)
"""Hold the lock of a life for as long as the connection lasts; whether that was possible."""

STILL_LIVES: Final[TextClause] = text("SELECT true")
"""Nothing, on the connection that holds the lock."""

ENTER: Final[TextClause] = text(
    f"""
    WITH life AS (
        INSERT INTO server_state (key, value) VALUES ('node_lives', 1)
        ON CONFLICT (key) DO UPDATE SET value = server_state.value + 1
        RETURNING value
    )
    INSERT INTO cluster_node (
        id, incarnation, version, revision, state, hears_bus, rooms, url, expires_at, secret_print
    )
    SELECT :node, life.value, :version, :revision, 'up', false, 0, :url,
        {_NOW} + CAST(:lease_ms AS bigint), CAST(:secret_print AS bytea)
    FROM life
    ON CONFLICT (id) DO UPDATE SET
        incarnation = excluded.incarnation, version = excluded.version,
        revision = excluded.revision, state = excluded.state, hears_bus = excluded.hears_bus,
        rooms = excluded.rooms, url = excluded.url, expires_at = excluded.expires_at,
        secret_print = excluded.secret_print
    WHERE cluster_node.expires_at <= {_NOW} OR {_has_died("cluster_node.incarnation")}
    RETURNING incarnation
    """  # noqa: S608 - of numbers of ours
)
"""Begin a life of a node: the number of it, or no row where a node of that id lives."""

RENEW: Final[TextClause] = text(
    f"""
    WITH mine AS (
        UPDATE cluster_node SET
            expires_at = {_NOW} + CAST(:lease_ms AS bigint),
            state = :state, hears_bus = CAST(:hears_bus AS boolean),
            rooms = CAST(:rooms AS integer)
        WHERE id = :node AND incarnation = :incarnation
        RETURNING id
    )
    SELECT n.*, n.expires_at > {_NOW} AS is_alive
    FROM cluster_node n WHERE EXISTS (SELECT FROM mine)
    ORDER BY n.id
    """  # noqa: S608 - as above
)
"""Renew a lease: all nodes, or no row where that life is over."""

LEAVE: Final[TextClause] = text(
    "DELETE FROM cluster_node WHERE id = :node AND incarnation = :incarnation"
)

OWNERSHIP: Final[TextClause] = text(
    f"""
    SELECT coalesce(l.term, 0) AS term, l.node, l.incarnation,
        coalesce(n.state <> 'isolated' AND n.expires_at > {_NOW}, false) AS is_alive
    FROM classroom_session s
    LEFT JOIN room_lease l ON l.session_id = s.id
    LEFT JOIN cluster_node n ON n.id = l.node AND n.incarnation = l.incarnation
    WHERE s.uuid = :session_id
    """  # noqa: S608 - as above
)

CLAIM: Final[TextClause] = text(
    f"""
    INSERT INTO room_lease (session_id, term, node, incarnation)
    SELECT s.id, 1, me.id, me.incarnation
    FROM classroom_session s
    JOIN cluster_node me ON me.id = :node AND me.incarnation = :incarnation
        AND me.state = 'up' AND me.expires_at > {_NOW}
    WHERE s.uuid = :session_id
    ON CONFLICT (session_id) DO UPDATE SET
        term = room_lease.term + 1, node = excluded.node, incarnation = excluded.incarnation
    WHERE room_lease.term = :term AND (
        room_lease.node IS NULL
        OR NOT EXISTS (
            SELECT FROM cluster_node n
            WHERE n.id = room_lease.node AND n.incarnation = room_lease.incarnation
                AND n.state <> 'isolated' AND n.expires_at > {_NOW}
        )
        OR (CAST(:is_forced AS boolean) AND {_has_died("room_lease.incarnation")})
    )
    RETURNING term
    """  # noqa: S608 - as above
)
"""Begin the next term, behind a commit of the owner's that is under way; no row: not possible."""

RELEASE: Final[TextClause] = text(
    """
    UPDATE room_lease l SET node = NULL, incarnation = NULL
    FROM classroom_session s
    WHERE s.uuid = :session_id AND l.session_id = s.id AND l.term = :term
        AND l.node = :node AND l.incarnation = :incarnation
    RETURNING l.term
    """
)

OWNED: Final[TextClause] = text(
    """
    SELECT s.uuid, l.term FROM room_lease l JOIN classroom_session s ON s.id = l.session_id
    WHERE l.node = :node AND l.incarnation = :incarnation
    """
)
