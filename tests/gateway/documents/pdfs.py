"""Documents for tests, made here."""

import io
import zlib
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


def written_by_hand(*pages: bytes, box: bytes = b"0 0 595 842", more: bytes = b"") -> bytes:
    """Return a document with pages of these contents; `more` are further keys of each page."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids: list[bytes] = []
    for page in pages:
        content = zlib.compress(page)
        head = b"<</Filter/FlateDecode/Length %d>>stream" % len(content)
        objects.append(head + b"\n" + content + b"\nendstream")
        keys = b"/MediaBox[%b]/Contents %d 0 R%b" % (box, len(objects), more)
        objects.append(b"<</Type/Page/Parent 2 0 R%b>>" % keys)
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
    written = bytearray(b"%PDF-1.7\n")
    places = [b"0000000000 65535 f \n"]
    for number, each in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    trailer = b"trailer<</Root 1 0 R/Size %d>>startxref %d\n%%%%EOF" % (len(places), len(written))
    return bytes(written) + b"xref\n0 %d\n" % len(places) + b"".join(places) + trailer


RED_BOX = b"1 0 0 rg 0 0 100 100 re f"


def crowd(objects: int) -> bytes:
    """Return the content of a page with so many lines on it: 0.1 ms each."""
    lines = ((n % 595, n * 7 % 842, n * 13 % 595, n * 3 % 842) for n in range(objects))
    return b"".join(b"%d %d m %d %d l S\n" % line for line in lines)
