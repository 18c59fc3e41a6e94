"""The one font of exports: DejaVu Sans, which has Latin, Cyrillic, Greek and mathematics."""

from importlib.resources import files
from typing import Final

from PIL import ImageFont

FAMILY: Final = "DejaVu Sans"
PATH: Final = str(files("gateway.export") / "fonts" / "DejaVuSans.ttf")

_MEASURED_AT: Final = 1_000


class Ruler:
    """Measures text as `lessonroom.board.text_layout` wants it."""

    def __init__(self) -> None:
        self._font = ImageFont.truetype(PATH, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
        self._widths: dict[str, float] = {}

    def __call__(self, text: str, size: float) -> float:
        """Return the width of a line of text at a font size."""
        width = self._widths.get(text)
        if width is None:
            width = self._widths[text] = self._font.getlength(text)
        return width * size / _MEASURED_AT
