"""Documents that become pages of the board, and what everyone hears of them (PROTOCOL PG-7)."""

from lessonroom.board.editing import assets
from lessonroom.board.model.board import Board
from lessonroom.board.model.operations import AddPage
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import AddPages, BeginDocument
from lessonroom.people.permissions import Permission
from lessonroom.protocol.server import DocumentProgress, DocumentStatus, Notification
from lessonroom.turn import Turn


def begin(turn: Turn, command: BeginDocument) -> None:
    """Tell everyone that a document is coming.

    Raises:
        Refused: `permission_denied`, `session_not_active`; `too_large`, the board has not room for
            so many pages: better before the first than after a hundred.

    """
    turn.require_board_open(command.by)
    for permission in (Permission.ADD_LAYERS, Permission.UPLOAD_IMAGES):
        turn.require(command.by, permission)
    board, limits = turn.state.board, turn.limits
    # Each page brings a layer and two assets at most.
    room = min(
        limits.pages - len(board.pages),
        limits.layers - len(board.layers),
        (limits.assets_per_session - len(turn.state.assets) - 1) // 2,
    )
    if command.progress.pages_total > room:
        message = (
            f"the board has room for {max(room, 0)} more pages;"
            f" this would be {command.progress.pages_total}: choose some of them"
        )
        raise Refused(ErrorCode.TOO_LARGE, message, field="query.pages")
    assets.new_of(command.assets, turn)
    tell(turn, command.progress)


def additions(board: Board, command: AddPages) -> list[AddPage]:
    """Return the operations that add pages behind another, or at the end."""
    order = list(board.pages)
    at = order.index(command.after) + 1 if command.after in board.pages else len(order)
    return [AddPage(page, at=at + n) for n, page in enumerate(command.pages)]


def tell(turn: Turn, progress: DocumentProgress) -> None:
    """Have everyone in the room hear how far a document is; it is no event."""
    seat = turn.state.participants.get(progress.user_id)
    message = _words(progress, "somebody" if seat is None else seat.name)
    notice = Notification("info", "document", message, progress_params(progress))
    turn.notify(turn.peers.values(), notice)


def progress_params(progress: DocumentProgress) -> dict[str, object]:
    """Return the `params` of a notification."""
    return {name: getattr(progress, name) for name in progress.__struct_fields__}


def _words(progress: DocumentProgress, name: str) -> str:
    title = progress.title or "a document"
    pages = f"{progress.pages_done} of {progress.pages_total} pages"
    match progress.status:
        case DocumentStatus.IMPORTING if not progress.pages_total:
            return f"{name} imports {title}"
        case DocumentStatus.FAILED if not progress.pages_total:
            return f"{title} could not be read"
        case DocumentStatus.IMPORTING:
            return f"{name} imports {title}: {pages}"
        case DocumentStatus.DONE:
            return f"{name} has imported {title}: {_counted(progress.pages_total, 'page')}"
        case DocumentStatus.CANCELLED:
            return f"the import of {title} was cancelled after {pages}"
        case DocumentStatus.STOPPED:
            return f"the server stopped while {title} was imported: {pages} are there"
        case DocumentStatus.FAILED:
            return f"the import of {title} has ended early: {pages} are there"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
