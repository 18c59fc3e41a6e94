"""Formulas: TeX becomes an outline, which the board draws without any library."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from gateway.formulas.formulas import SetFormula
from gateway.formulas.job import MAX_CHARS
from gateway.identity.identity import Access
from gateway.rest.endpoints.board.assets import require_space_for
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.hanging_up import while_connected
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.permitting import may
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, owner_of, services_of
from gateway.rest.shapes.problems import documented
from lessonroom.board.drawing.formula_outline import EM, OUTLINE_MEDIA_TYPE
from lessonroom.commands import RegisterAsset
from lessonroom.log.events import AssetAdded
from lessonroom.people.permissions import Permission
from lessonroom.rates import too_often

_FONT_SIZE: Final = 24
"""Board units to the height of a line, for the size that is told."""

_may_draw: Final = may(Permission.DRAW)


async def _writer(request: Request, session_id: str) -> Access:
    """Return the access of one who may draw, and has not had formulas set too often."""
    access = await _may_draw(request, session_id=session_id)
    services = services_of(request)
    key = str(access.caller.user_id or "operator")
    wait_s = services.formula_rate.take(key, services.clock.monotonic_s())
    if wait_s:
        raise too_often(wait_s, "too many formulas")
    return access


_writer_gate: Final = Gate(_writer)

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["formulas"],
    dependencies=BEARER,
)


class FormulaIn(BaseModel):
    """A formula to be drawn."""

    model_config = ConfigDict(extra="forbid")

    tex: str = Field(
        max_length=MAX_CHARS,
        description="TeX as in mathematics, without dollar signs.",
        examples=["\\frac{1}{2}"],
    )
    preview: StrictBool = Field(
        default=False, description="Only to look at: nothing is kept, and `outline` is null."
    )


class OutlineOut(BaseModel):
    """Closed lines that are filled where they wind round, in thousandths of the font size."""

    w: int
    h: int
    contours: list[list[int]] = Field(
        description="Each flat: x, y where it begins, then for each piece the x, y of its control"
        " point and of its end. A piece whose control point is its end is straight."
    )


class FormulaOut(BaseModel):
    """What a formula looks like."""

    outline: str | None = Field(
        description="For the `outline` of a `formula` element; null of a preview.",
        examples=["ab" * 32],
    )
    w: float = Field(description="Board units, at a font size of 24.")
    h: float = Field(description="Board units, at a font size of 24.")
    drawing: OutlineOut = Field(description="What `outline` holds.")


@router.post(
    "/formulas/",
    operation_id="set_formula",
    status_code=201,
    responses={
        200: {"model": FormulaOut, "description": "A preview: nothing was kept"},
        **documented(401, 403, 404, 409, 410, 429),
    },
)
async def set_formula(
    request: Request,
    response: Response,
    access: Annotated[Access, Depends(_writer_gate)],
    services: ServicesDep,
    body: FormulaIn,
) -> Any:  # noqa: ANN401 - FormulaOut, whose thousands of numbers are checked once
    """Have TeX drawn, for a `formula` element or to look at. Needs `can_draw`.

    What is not understood is `invalid`, with the place in `field`: `tex[12]` is its character 12,
    counted from 0. There are no macros and no colours. The same formula again is the same asset.
    """
    formula = await while_connected(
        request, services.formulas.set(body.tex, owner=owner_of(access))
    )
    if body.preview:
        response.status_code = 200
        return _told(formula, None)
    return _told(formula, await _kept(services, access, formula))


async def _kept(services: Services, access: Access, formula: SetFormula) -> str:
    content, outline = formula.content, formula.outline
    await require_space_for(services, access, len(content))
    asset = await asyncio.to_thread(services.assets.write, content)
    added = AssetAdded(asset, OUTLINE_MEDIA_TYPE, outline.w, outline.h, len(content))
    await act(services, access, RegisterAsset(by=access.caller.by, added=added))
    if await asyncio.to_thread(services.assets.file_of, asset) is None:
        # Swept away between writing and registering it.
        await asyncio.to_thread(services.assets.write, content)
    return asset


def _told(formula: SetFormula, asset: str | None) -> FormulaOut:
    outline = formula.outline
    return FormulaOut(
        outline=asset,
        w=outline.w * _FONT_SIZE / EM,
        h=outline.h * _FONT_SIZE / EM,
        drawing=OutlineOut(w=outline.w, h=outline.h, contours=outline.contours),
    )
