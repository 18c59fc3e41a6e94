"""Setting a formula. Run as a module, it does so in a confined process.

What the library draws is SVG; of that only numbers come out, each checked to be one.
"""

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from ziamath.config import config
from ziamath.tex import tex2mml
from ziamath.zmath import Math

from gateway.confinement.confined import answer_one
from gateway.formulas.job import Fault, Setting, Typeset, Typesetting
from gateway.formulas.spacing import spaced
from gateway.formulas.tex import fault_of, said

_EM: Final = 1_000
"""Units to the font size."""
_SIZE: Final = 24.0
"""Points that the library sets in."""
_SCALE: Final = _EM / _SIZE
_MARGIN: Final = 40
"""Units around a formula: what slants reaches over what the font says of its size."""
_MOST_NUMBERS: Final = 16_000
_ALONE: Final = "this formula is too large to be drawn: make two of it"
_TOKEN: Final = re.compile(r"[MLQZ]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
_TAKES: Final = {"M": 2, "L": 2, "Q": 4, "Z": 0}

Contour = list[float]
"""Where it begins, then for each piece its control point and its end: x, y each."""


def typeset(request: Typeset) -> Typesetting:
    """Return the outline of a formula, or what is wrong with it."""
    return Typesetting(_outcome(request.tex))


def _outcome(tex: str) -> Setting | Fault:
    fault = fault_of(tex) or _missing(tex)
    if fault is not None:
        return fault
    config.svg2 = False
    config.precision = 4
    # Whoever writes 3,14 means a number; who means a pair writes a space.
    config.decimal_separator = ","
    try:
        drawn = Math(spaced(tex2mml(_prepared(tex))), size=_SIZE).svgxml()
        return _setting(drawn)
    except _TooMuch:
        return Fault(0, _ALONE)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is no formula
        return Fault(0, "this formula cannot be drawn")


def _missing(tex: str) -> Fault | None:
    """Return the first character that the font does not have."""
    font = Math("<math/>").font
    for char, at in said(tex):
        if font.glyphindex(char) == 0 and not unicodedata.category(char).startswith("Z"):
            return Fault(at, f"the font of formulas has no {char}")
    return None


def _prepared(tex: str) -> str:
    """Return TeX as the library wants it: no line end but the written ones."""
    return " ".join(tex.split()).replace("\u2019", "'")


class _TooMuch(Exception):  # noqa: N818 - says what happened
    """A formula has more corners than anybody needs to look at."""


def _setting(drawn: ET.Element) -> Setting:
    contours: list[Contour] = []
    numbers = 0
    for contour in _contours(drawn):
        numbers += len(contour)
        if numbers > _MOST_NUMBERS:
            raise _TooMuch
        contours.append(contour)
    if not contours:
        return Setting(w=2 * _MARGIN, h=_EM, contours=[])
    xs = [x for contour in contours for x in contour[::2]]
    ys = [y for contour in contours for y in contour[1::2]]
    left, top = min(xs) * _SCALE - _MARGIN, min(ys) * _SCALE - _MARGIN
    return Setting(
        w=round(max(xs) * _SCALE - left) + _MARGIN,
        h=round(max(ys) * _SCALE - top) + _MARGIN,
        contours=[
            [round(value * _SCALE - (top if n % 2 else left)) for n, value in enumerate(contour)]
            for contour in contours
        ],
    )


def _contours(element: ET.Element) -> Iterator[Contour]:
    for child in element:
        match child.tag:
            case "g" | "svg":
                yield from _contours(child)
            case "path" if "stroke" in child.attrib:
                yield from _stroked(child)
            case "path":
                yield from _path(child.attrib["d"])
            case "rect":
                yield from _rect(child)
            case _:
                raise ValueError(child.tag)


def _path(code: str) -> Iterator[Contour]:
    """Yield the closed lines of a path of the library: M, L, Q and Z, all absolute."""
    contour: Contour = []
    tokens = iter(_TOKEN.findall(code))
    for command in tokens:
        numbers = [float(next(tokens)) for _ in range(_TAKES[command])]
        match command:
            case "M":
                contour = numbers
            case "L" if numbers != contour[-2:]:
                contour += [*numbers, *numbers]
            case "Q":
                contour += numbers
            case "Z":
                if len(contour) > 2:  # noqa: PLR2004 - a point alone
                    yield contour
                contour = []
            case _:
                pass


def _rect(rect: ET.Element) -> Iterator[Contour]:
    x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    if "stroke" not in rect.attrib:
        if rect.attrib.get("fill") != "none":
            yield _polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])
        return
    line = float(rect.attrib["stroke-width"]) / 2
    for x0, y0, x1, y1 in (
        (x - line, y - line, x + w + line, y + line),
        (x - line, y + h - line, x + w + line, y + h + line),
        (x - line, y - line, x + line, y + h + line),
        (x + w - line, y - line, x + w + line, y + h + line),
    ):
        yield _polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def _stroked(path: ET.Element) -> Iterator[Contour]:
    """Yield a line from point to point as what it covers."""
    numbers = [float(each) for each in _TOKEN.findall(path.attrib["d"]) if each not in _TAKES]
    points = [complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    for start, end in pairwise(points):
        if start != end:
            side = (end - start) / abs(end - start) * 1j * float(path.attrib["stroke-width"]) / 2
            corners = (start - side, end - side, end + side, start + side)
            yield _polygon([(corner.real, corner.imag) for corner in corners])


def _polygon(corners: Iterable[tuple[float, float]]) -> Contour:
    """Return a closed line through corners, which go round clockwise, as letters do."""
    (x, y), *others = corners
    return [x, y, *(value for other in others for value in (*other, *other))]


if __name__ == "__main__":
    answer_one(Typeset, typeset)
