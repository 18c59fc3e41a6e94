"""Documents for tests, made here."""

import io
from collections.abc import Callable

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas, int], None]


def exercise(canvas: Canvas, number: int) -> None:
    """A line of text, and a box of a colour that tells the page."""
    canvas.drawString(72, 700, f"Exercise {number}: solve for x")
    canvas.setFillColorRGB(1, number / 16, 0)
    canvas.rect(0, 0, 100, 100, stroke=0, fill=1)


def pdf(
    pages: int = 3,
    *,
    title: str = "Fractions",
    size: tuple[float, float] = A4,
    draw: Draw = exercise,
    password: str | None = None,
) -> bytes:
    """Return a document."""
    written = io.BytesIO()
    locked = StandardEncryption(password) if password else None
    canvas = Canvas(written, pagesize=size, encrypt=locked, invariant=True)
    canvas.setTitle(title)
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return written.getvalue()
