"""Images of a session: which ones its board may show, and how much they may take."""

from collections.abc import Container, Iterable, Mapping
from typing import Final

from lessonroom.board.drawing.formula_outline import OUTLINE_MEDIA_TYPE
from lessonroom.board.model.elements import Formula, Image
from lessonroom.board.model.operations import AddPage, LoggedOperation, Patch, PatchPage, Put
from lessonroom.board.model.page import Background, Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import RegisterAsset
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, EventType
from lessonroom.people.permissions import Permission
from lessonroom.turn import Turn

_NO_IMAGE: Final = "this session has no such image; upload it first"
_NO_OUTLINE: Final = "this session has no such formula; have its TeX drawn first"
_NAMING: Final = {"asset", "document", "text"}
"""The fields of a background that name assets."""
_SHOWING: Final = frozenset({Image, Formula})
"""The elements that name one."""


def register(turn: Turn, command: RegisterAsset) -> None:
    """Let the board show an image; one that it may show already is no event.

    The image is stored before and taken from the session never again while it is open: whatever an
    earlier version of the board shows can be restored.
    """
    turn.require_open()
    is_outline = command.added.media_type == OUTLINE_MEDIA_TYPE
    turn.require(command.by, Permission.DRAW if is_outline else Permission.UPLOAD_IMAGES)
    if command.by is not None:
        turn.require_board_open(command.by)
    added = command.added
    if added.asset not in turn.state.assets:
        check_quota({**turn.state.assets, added.asset: added.size_bytes}, turn.limits)
        turn.require_space(command.by, from_reserve=True)
        turn.emit(EventType.ASSET_ADD, added, by=command.by)
    turn.outcome.result = added


def new_of(bringing: Iterable[AssetAdded], turn: Turn) -> list[AssetAdded]:
    """Return those assets that the session does not have yet, each once, if it has room for them.

    Raises:
        Refused: `too_large`.

    """
    there = turn.state.assets
    new = {added.asset: added for added in bringing if added.asset not in there}
    if new:
        sizes = {asset: added.size_bytes for asset, added in new.items()}
        check_quota({**there, **sizes}, turn.limits)
    return list(new.values())


def check_quota(assets: Mapping[str, int], limits: Limits) -> None:
    """Refuse with `too_large` what is more than a session may have.

    Args:
        assets: the images that it would have, with the bytes of each.
        limits: what it may have.

    """
    if len(assets) > limits.assets_per_session:
        raise Refused(
            ErrorCode.TOO_LARGE, f"a session has at most {limits.assets_per_session} images"
        )
    if sum(assets.values()) > limits.asset_bytes_per_session:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"the images of a session take at most {limits.asset_bytes_per_session} bytes",
        )


def check_references(ops: Iterable[LoggedOperation], assets: Container[str]) -> None:
    """Refuse operations that would show an image which the session does not have (BD-13).

    Raises:
        Refused: `not_found`, with the path of the field.

    """
    for n, op in enumerate(ops):
        if isinstance(op, Put) and type(op.element) not in _SHOWING:
            # Nearly all.
            continue
        match op:
            case Put(element=Image(asset=asset)):
                _check(asset, assets, f"ops[{n}].element.asset")
            case Put(element=Formula(outline=outline)):
                _check(outline, assets, f"ops[{n}].element.outline", _NO_OUTLINE)
            case Patch(set={"outline": outline}):
                _check(outline, assets, f"ops[{n}].set.outline", _NO_OUTLINE)
            case Patch(set={"asset": asset}):
                _check(asset, assets, f"ops[{n}].set.asset")
            case AddPage(page=Page(background=Background() as under)):
                for field, asset in under.assets().items():
                    _check(asset, assets, f"ops[{n}].page.background.{field}")
            case PatchPage(set={"background": dict() as fields}):
                for field in _NAMING & fields.keys():
                    if fields[field] is not None:
                        _check(fields[field], assets, f"ops[{n}].set.background.{field}")
            case _:
                pass


def _check(asset: object, assets: Container[str], field: str, message: str = _NO_IMAGE) -> None:
    if asset not in assets:
        raise Refused(ErrorCode.NOT_FOUND, message, field=field)
