"""What can go wrong with the database, in words for the one who has to act."""

from lessonroom.board.model.schema import BOARD_SCHEMA


class StorageError(Exception):
    """The root of all errors of this package."""


class StorageUrlInvalid(StorageError):  # noqa: N818 - says what happened
    """The setting `storage.url` names nothing that this program can store into."""


class NotForNodes(StorageUrlInvalid):
    """The setting `storage.url` names a database that one process alone can write."""

    def __init__(self) -> None:
        super().__init__(
            "storage.url names SQLite, which one process writes; nodes share a PostgreSQL:"
            " postgresql+asyncpg://user:password@host/database"
        )


class DatabaseNewerError(StorageError):
    """The database was written by a newer version of the program, and was left untouched."""

    def __init__(self, *, found: str, known: str) -> None:
        super().__init__(
            f"the database is at revision {found}, which this program does not know; its own is"
            f" {known}. Start the newer lessonroom that wrote it, or restore a backup made before"
            " the upgrade. Nothing was changed."
        )
        self.found = found
        self.known = known


class StorageUnavailable(StorageError):  # noqa: N818 - says what happened
    """The database cannot be written, or not be opened, at the moment; nothing was applied."""


class DatabaseUnsuitable(StorageUnavailable):
    """The database would not keep what it acknowledges, or cannot be written by design."""


class DatabaseInUse(StorageUnavailable):
    """Another server writes this database."""

    def __init__(self) -> None:
        super().__init__(
            "another lessonroom server uses this database; stop it first, or give each server a"
            " database of its own in storage.url"
        )


class DatabaseNotShared(StorageUnavailable):
    """A server that is no node, or a command that must be alone, writes this database."""

    def __init__(self) -> None:
        super().__init__(
            "a lessonroom server that is no node of a cluster uses this database, or a command that"
            " needs it alone; stop that first",
        )


class NodeMigrating(StorageUnavailable):
    """Another node brings the database to its own schema."""

    def __init__(self) -> None:
        super().__init__("another node is migrating the database; start this one once it is done")


class NodeTaken(StorageError):  # noqa: N818 - says what happened
    """A node of that id lives already."""

    def __init__(self, node: str) -> None:
        super().__init__(
            f"a node {node!r} is running already; stop it first, or give this one another id"
        )


class NodeReplaced(StorageError):  # noqa: N818 - says what happened
    """This node's row is another one's by now, or gone: it owns nothing any more."""

    def __init__(self, node: str) -> None:
        super().__init__(f"this node is not {node!r} any more: its place was taken or given up")


class CommitFailed(StorageError):  # noqa: N818 - says what happened
    """A transaction failed.

    `is_conflict`: a row with the same key exists already, for instance another writer's `seq`.
    `is_storage_fault`: the database cannot be written (disk full, I/O error, locked), as opposed to
    something in this transaction that it refused.
    `is_fenced`: another node owns the session by now; of this one nothing is written any more.

    Without `is_storage_fault` nothing was applied. With it, all or nothing was, and which of the
    two only reading tells: an fsync that failed may have reached the disk. So before anything is
    acknowledged again, reopen with `Store.reconnect_writer` and load the rooms anew (PROMISES P19).
    """

    def __init__(
        self, reason: str, *, is_conflict: bool, is_storage_fault: bool, is_fenced: bool = False
    ) -> None:
        super().__init__(reason)
        self.is_conflict = is_conflict
        self.is_storage_fault = is_storage_fault
        self.is_fenced = is_fenced


def fenced_off() -> CommitFailed:
    """Return why a batch was left out that belongs to a term which is over."""
    return CommitFailed(
        "another node owns the session", is_conflict=False, is_storage_fault=False, is_fenced=True
    )


class UnknownSession(StorageError):  # noqa: N818 - says what happened
    """A batch or a cursor names a session that is not in the database."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"there is no session {session_id}")
        self.session_id = session_id


class RowDamaged(StorageError):  # noqa: N818 - says what happened
    """A session or a seat is not what was written (PROMISES T16)."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is damaged: its row does not match its checksum. Restore a backup, or look at"
            " it with `lessonroom doctor`."
        )


class SchemaNewer(StorageError):  # noqa: N818 - says what happened
    """A newer version of the program wrote this (PROTOCOL BD-16); it was left untouched."""

    def __init__(self, what: str, board_schema: int) -> None:
        super().__init__(
            f"{what} has the board schema {board_schema}; this program knows those up to"
            f" {BOARD_SCHEMA}. Start the newer lessonroom that wrote it. Nothing was changed."
        )
        self.board_schema = board_schema


class BoardDamaged(StorageError):  # noqa: N818 - says what happened
    """A board that is kept apart from any log is not what was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} does not match its checksum. Restore a backup, or delete it.")


class LogDamaged(StorageError):  # noqa: N818 - says what happened
    """An entry of a log is missing, or is not what was written (PROMISES T16)."""

    def __init__(self, session_id: str, seq: int) -> None:
        super().__init__(
            f"the log of session {session_id} is damaged at seq {seq}: the row is missing or does"
            " not match its checksum. Restore a backup, or look at it with `lessonroom doctor`."
        )
        self.session_id = session_id
        self.seq = seq
