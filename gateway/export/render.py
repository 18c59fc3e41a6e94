"""Drawing a board to a file. Run as a module, it does so in a confined process."""

from collections.abc import Sequence
from typing import Final, assert_never

import msgspec

from gateway.confinement.confined import Declined, answer_one
from gateway.export import font
from gateway.export.embedding import face_rules
from gateway.export.job import Commission, Drawn, DrawnFormat
from gateway.export.pictures import data_url, outlines_of, pictures_of
from gateway.export.zipped import zipped
from lessonroom.board.drawing.face import PLAIN
from lessonroom.board.drawing.geometry import Bounds
from lessonroom.board.drawing.parts import Part, arranged, parts_of
from lessonroom.board.drawing.scene import Scene, scenes_of
from lessonroom.board.drawing.svg import page_svg, parts_svg
from lessonroom.board.model.board import Board

_FINEST: Final = 2.0
"""Pixels to a board unit, where there is room: as on a screen of double density."""
_LONGEST_TO_SHORTEST: Final = 64
"""Of the sides of a PNG."""

_OF_ONE_PAGE: Final = (DrawnFormat.SVG, DrawnFormat.PNG)
_OF_A_ZIP: Final = {
    DrawnFormat.SVG_ZIP: DrawnFormat.SVG,
    DrawnFormat.PNG_ZIP: DrawnFormat.PNG,
}


def drawn(commission: Commission) -> Drawn:
    """Return a board as a file.

    Raises:
        Declined: the board has no such page, or its images are too large.

    """
    board = Board.decode(commission.board)
    ruler = font.Ruler()
    page_ids = list(board.pages)
    if commission.page is not None:
        page_ids = [_named(commission.page, page_ids)]
    elif commission.format in _OF_ONE_PAGE:
        page_ids = page_ids[:1]
    scenes = scenes_of(board, page_ids, ruler)
    outlines = outlines_of(scenes, commission.assets)
    scenes = [msgspec.structs.replace(scene, outlines=outlines) for scene in scenes]
    match commission.format:
        case DrawnFormat.PDF:
            parts = [part for scene in scenes for part in parts_of(scene, ruler)]
            content = _pdf(commission, parts, ruler)
        case DrawnFormat.SVG | DrawnFormat.PNG:
            content = _picture(commission, scenes[0], ruler, commission.format)
        case DrawnFormat.SVG_ZIP | DrawnFormat.PNG_ZIP:
            kind = _OF_A_ZIP[commission.format]
            content = zipped(
                ((each.page.title, _picture(commission, each, ruler, kind)) for each in scenes),
                extension=kind,
            )
        case _:
            assert_never(commission.format)
    return Drawn(content)


def _picture(commission: Commission, scene: Scene, ruler: font.Ruler, kind: DrawnFormat) -> bytes:
    """Return one page, as SVG or PNG."""
    parts = parts_of(scene, ruler)
    is_png = kind is DrawnFormat.PNG
    shown = [part.scene for part in parts]
    pictures = pictures_of(shown, commission.assets, are_decoded=is_png)
    svg, bounds = _svg(commission, parts, ruler, pictures, is_picture=is_png)
    return _png(svg, bounds, commission) if is_png else svg.encode()


def _named(wanted: str, page_ids: list[str]) -> str:
    """Return the page of an id, or of a number from 1."""
    if wanted in page_ids:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(page_ids):
        return page_ids[int(wanted) - 1]
    raise Declined(f"the board has {len(page_ids)} pages: {', '.join(page_ids)}")


def _pdf(commission: Commission, parts: Sequence[Part], ruler: font.Ruler) -> bytes:
    # Slow, and not always needed.
    from gateway.export.originals import Originals  # noqa: PLC0415
    from gateway.export.pdf import pages_pdf  # noqa: PLC0415

    originals = Originals(parts, commission.assets)
    pictures = pictures_of(
        [part.scene for part in parts],
        commission.assets,
        are_decoded=True,
        has_original=lambda under: originals.place_of(under) is not None,
    )
    return pages_pdf(
        parts,
        title=commission.title,
        measure=ruler,
        images=pictures,
        originals=originals,
        fonts=commission.fonts,
    )


def _svg(
    commission: Commission,
    parts: Sequence[Part],
    ruler: font.Ruler,
    pictures: dict[str, bytes],
    *,
    is_picture: bool = False,
) -> tuple[str, Bounds]:
    """Return a document, and the box around all of it."""
    title, description = commission.title, commission.description
    images = {asset: data_url(content) for asset, content in pictures.items()}
    # A picture is drawn with the fonts' files.
    faces = (
        "" if is_picture else face_rules([part.scene for part in parts], captioned=len(parts) > 1)
    )
    if len(parts) == 1:
        scene = _not_too_narrow(parts[0].scene) if is_picture else parts[0].scene
        svg = page_svg(
            scene, title=title, description=description, measure=ruler, images=images, faces=faces
        )
        return svg, scene.bounds
    bounds = arranged(parts).bounds
    svg = parts_svg(
        parts,
        bounds,
        title=title,
        description=description,
        measure=ruler,
        images=images,
        faces=faces,
    )
    return svg, bounds


def _not_too_narrow(scene: Scene) -> Scene:
    """Return a page with white around what is much longer than wide.

    A picture is scaled by its width: one of a single pixel, rounded, made 120 million high.
    """
    x, y, w, h = scene.bounds
    least = max(w, h) / _LONGEST_TO_SHORTEST
    more_w, more_h = max(0.0, least - w), max(0.0, least - h)
    bounds = Bounds(x - more_w / 2, y - more_h / 2, w + more_w, h + more_h)
    return msgspec.structs.replace(scene, bounds=bounds)


def _png(svg: str, bounds: Bounds, commission: Commission) -> bytes:
    """Return a picture of an SVG document; it refers to nothing outside of itself."""
    import resvg_py  # noqa: PLC0415 - slow, and not always needed

    zoom = min(_FINEST, commission.pixels_most / max(bounds.w, bounds.h))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=max(1, round(bounds.w * zoom)),
            height=max(1, round(bounds.h * zoom)),
            skip_system_fonts=True,
            font_files=[*font.PATHS, *commission.fonts],
            font_family=font.family_of(PLAIN),
            sans_serif_family=font.OTHERS_FAMILY,
        )
    )


if __name__ == "__main__":
    answer_one(Commission, drawn)
