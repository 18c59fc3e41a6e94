"""Office documents, by LibreOffice itself, and those that are not what they seem.

Tests also: gateway/documents/office.py, gateway/documents/convert.py,
gateway/documents/office_kinds.py, gateway/documents/looking.py.
"""

import asyncio
import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from gateway.config import GatewayConfig
from gateway.confinement import connections, landlock
from gateway.documents.office import fault_of
from gateway.documents.office_kinds import OFFICE_KINDS
from tests.gateway.documents.pdfs import pdf
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.board.importing import (
    files_under_way,
    imported,
    pages,
    send,
    state_of,
)
from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import API, School

FOUND: Final = shutil.which("soffice")
PROGRAM: Final = Path(FOUND or "/usr/bin/soffice")
CAN_CONFINE: Final = bool(landlock.version()) and connections.can_refuse()

needs_office = pytest.mark.skipif(
    FOUND is None or not CAN_CONFINE,
    reason="LibreOffice is not installed, or this kernel cannot confine it",
)
needs_confinement = pytest.mark.skipif(
    not CAN_CONFINE, reason="this kernel cannot confine a program"
)
pytestmark = pytest.mark.slow

ODT: Final = "application/vnd.oasis.opendocument.text"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RTF: Final = b"{\\rtf1 hello}"
_SPACES: Final = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    ' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_OF_LISTENERS: Final = (
    '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script"'
    ' script:event-name="dom:load" xlink:type="simple"'
    ' xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>'
    "</office:event-listeners></office:scripts>"
)
_LIBRARY: Final = "http://openoffice.org/2000/library"
_MACRO: Final = {
    "Basic/script-lc.xml": f'<?xml version="1.0"?><library:libraries xmlns:library="{_LIBRARY}">'
    '<library:library library:name="Standard" library:link="false"/></library:libraries>',
    "Basic/Standard/script-lb.xml": f'<?xml version="1.0"?><library:library xmlns:library='
    f'"{_LIBRARY}" library:name="Standard" library:readonly="false"'
    ' library:passwordprotected="false"><library:element library:name="Module1"/>'
    "</library:library>",
    "Basic/Standard/Module1.xml": '<?xml version="1.0"?><script:module xmlns:script='
    '"http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">'
    'Sub Main\nThisComponent.Text.String = "THE MACRO RAN"\nEnd Sub</script:module>',
}


def odt(body: str, *, scripts: str = "", parts: dict[str, str] | None = None) -> bytes:
    """Return a document of this text."""
    written = io.BytesIO()
    names = ["content.xml", *(parts or {})]
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in names
    )
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        file.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
            f"{entries}</manifest:manifest>",
        )
        file.writestr(
            "content.xml",
            f'<office:document-content {_SPACES} office:version="1.2">{scripts}'
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        for name, content in (parts or {}).items():
            file.writestr(name, content)
    return written.getvalue()


def paragraph(words: str) -> str:
    return f"<text:p>{words}</text:p>"


@pytest.fixture
async def office(opened: Open) -> AsyncIterator[School]:
    """A server that has LibreOffice."""
    async with opened(config=GatewayConfig(office=PROGRAM)) as school:
        yield school


@pytest.fixture
async def lesson(office: School) -> Lesson:
    return await begun(office)


async def words_of(school: School, lesson: Lesson, content: bytes, kind: str) -> list[str]:
    """Return what is written on each page that came of a document."""
    done = await imported(school, lesson, content, kind=kind)
    assert done["status"] == "done", done
    path = f"{lesson.path}/export/?format=json"
    board = (await school.call("GET", path, token=lesson.host)).json()["board"]
    words = []
    for page in board["pages"]:
        if page["id"] in done["page_ids"]:
            under = page["background"]
            asset = under.get("text")
            text = await school.call("GET", f"{API}/assets/{asset}", token=lesson.host)
            words.append(text.text if asset else "")
    return words


def of_kind(ending: str, tmp_path: Path) -> bytes:
    """Return a document of that kind, as LibreOffice itself writes one."""
    source = tmp_path / ("source.csv" if ending in {"xlsx", "ods", "xls"} else "source.odt")
    if source.suffix == ".csv":
        source.write_text("Fractions,1/2\n")
    elif ending in {"odp", "pptx", "ppt"}:
        source = tmp_path / "source.fodp"
        source.write_text(
            f'<?xml version="1.0"?><office:document {_SPACES} office:version="1.2"'
            ' office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body>'
            '<office:presentation><draw:page draw:name="one"><draw:frame svg:width="12cm"'
            ' svg:height="3cm" svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>Fractions</text:p>'
            "</draw:text-box></draw:frame></draw:page></office:presentation></office:body>"
            "</office:document>"
        )
    else:
        source.write_bytes(odt(paragraph("Fractions")))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            *(PROGRAM, f"-env:UserInstallation={profile}", "--headless"),
            *("--convert-to", ending, "--outdir", str(tmp_path / "made"), str(source)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (tmp_path / "made" / f"source.{ending}").read_bytes()


def listening() -> set[Path]:
    """Return where office programs listen, or have done so."""
    return set(Path("/tmp").glob("OSL_PIPE_*"))  # noqa: S108


@needs_office
@pytest.mark.parametrize("kind", sorted(OFFICE_KINDS), ids=lambda kind: OFFICE_KINDS[kind].ending)
async def test_each_kind_becomes_pages(
    office: School, lesson: Lesson, kind: str, tmp_path: Path
) -> None:
    """[PG-7] With its words; what is left behind is the board's alone."""
    content = of_kind(OFFICE_KINDS[kind].ending, tmp_path)
    before = listening()
    (page,) = await words_of(office, lesson, content, kind)
    assert "Fractions" in page
    spool = tmp_path / "data" / "documents"
    assert not spool.is_dir() or not list(spool.iterdir())
    assert listening() == before


@needs_office
async def test_macros_do_not_run(office: School, lesson: Lesson) -> None:
    """[T21] Not even one that is bound to the opening of the document."""
    content = odt(paragraph("untouched"), scripts=_OF_LISTENERS, parts=_MACRO)
    assert await words_of(office, lesson, content, ODT) == ["untouched"]


@needs_office
async def test_what_a_document_links_to_is_not_fetched(
    office: School, lesson: Lesson, tmp_path: Path
) -> None:
    """[T21] Neither a file of the server's nor a host of its network."""
    secret = tmp_path / "secret.txt"
    secret.write_text("THE SECRET")
    asked = 0

    def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    links = [secret.as_uri(), "file:///etc/passwd", f"http://127.0.0.1:{port}/a.odt"]
    sections = "".join(
        f'<text:section text:name="s{n}"><text:section-source xlink:type="simple"'
        f' xlink:href="{link}"/>{paragraph("before")}</text:section>'
        for n, link in enumerate(links)
    )
    picture = (
        '<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:type="simple"'
        f' xlink:href="http://127.0.0.1:{port}/a.png"/></draw:frame></text:p>'
    )
    async with server:
        (words,) = await words_of(office, lesson, odt(sections + picture), ODT)
    assert "SECRET" not in words
    assert "root:" not in words
    assert asked == 0


def unpacked(size_bytes: int) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("content.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(size_bytes >> 20):
            part.write(bytes(1 << 20))
    return written.getvalue()


def crowded(parts: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for n in range(parts):
            file.writestr(str(n), b"")
    return written.getvalue()


@needs_office
@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        (b"<html>hello</html>", DOCX, 422, "not a docx document"),
        (b"%PDF-1.7 hello", "application/rtf", 422, "not a rtf document"),
        (b"PK\x03\x04 cut off", ODT, 202, "not a odt document"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), DOCX, 422, "password"),
        (odt("<text:p>never closed"), ODT, 202, "cannot be read"),
        (unpacked(600 << 20), ODT, 202, "too large"),
        (crowded(20_001), ODT, 202, "too large"),
    ],
    ids=["HTML", "a PDF", "cut off", "encrypted", "broken", "a bomb", "many parts"],
)
async def test_what_is_none_is_refused_and_nothing_is_left(
    office: School,
    lesson: Lesson,
    content: bytes,
    kind: str,
    status: int,
    said: str,
    tmp_path: Path,
) -> None:
    """[PG-7][T21] With a word that says why; the next one is taken."""
    if status == 202:
        ended = await imported(office, lesson, content, kind=kind)
        assert (ended["status"], ended["pages_total"]) == ("failed", 0)
        assert said in ended["error"]
    else:
        response = await send(office, lesson, content, kind=kind)
        assert response.status_code == status, response.text
        assert said in response.json()["detail"]
    spool = tmp_path / "data" / "documents"
    assert not spool.is_dir() or not list(spool.iterdir())
    assert (await words_of(office, lesson, odt(paragraph("next")), ODT)) == ["next"]


STANDIN: Final = """\
#!{python}
import pathlib, sys, time
here, out = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
if b"broken" in pathlib.Path(sys.argv[-1]).read_bytes():
    sys.exit(1)
while (here / "slow").exists():
    time.sleep(0.01)
out.mkdir(exist_ok=True)
(out / "document.pdf").write_bytes((here / "made.pdf").read_bytes())
"""
"""A program that takes the place of LibreOffice: whatever it gets, the same PDF comes of it."""


@pytest.fixture
def standin(tmp_path: Path) -> Path:
    """Return where it is; beside it lies the PDF, and `slow` for as long as it takes its time."""
    folder = tmp_path / "office" / "program"
    folder.mkdir(parents=True)
    (folder / "made.pdf").write_bytes(pdf(2))
    program = folder / "soffice"
    # What it runs on has to be where a program may be run from.
    python = shutil.copy(Path(sys.executable).resolve(), folder / "python")
    program.write_text(STANDIN.format(python=python))
    program.chmod(0o700)
    return program


@needs_confinement
async def test_a_document_is_taken_at_once_and_converted_then(opened: Open, standin: Path) -> None:
    """[PG-7] Who sent it is told how far it is, and may stop it while it is converted."""
    slow = standin.with_name("slow")
    slow.touch()
    async with opened(config=GatewayConfig(office=standin)) as school:
        lesson = await begun(school)
        first = await send(school, lesson, RTF, kind="application/rtf", title="Essay")
        assert first.status_code == 202, first.text
        told = first.json()
        assert (told["status"], told["pages_total"], told["title"]) == ("importing", 0, "Essay")
        again = await send(school, lesson, RTF, kind="application/rtf")
        assert again.status_code == 429
        path = f"{lesson.path}/documents/{told['document_id']}/"
        assert (await school.call("DELETE", path, token=lesson.host)).status_code == 200
        assert (await state_of(school, lesson, told["document_id"]))["status"] == "cancelled"
        assert files_under_way(school) == []
        slow.unlink()
        done = await imported(school, lesson, RTF, kind="application/rtf", pages="2")
        assert (done["status"], done["pages_total"], done["pages_done"]) == ("done", 1, 1)
        assert len(await pages(school, lesson)) == 2
        assert files_under_way(school) == []


@needs_confinement
@pytest.mark.parametrize(
    ("content", "query", "said"),
    [(b"{\\rtf broken", {}, "cannot be read"), (b"{\\rtf1 a}", {"pages": "3"}, "has 2 pages")],
    ids=["broken", "no such page"],
)
async def test_what_comes_of_no_conversion_is_told_of_the_import(
    opened: Open, standin: Path, content: bytes, query: dict[str, str], said: str
) -> None:
    """[PG-7] It has failed before its first page; nothing is left, the next one is taken."""
    async with opened(config=GatewayConfig(office=standin)) as school:
        lesson = await begun(school)
        ended = await imported(school, lesson, content, kind="application/rtf", **query)
        assert (ended["status"], ended["pages_done"]) == ("failed", 0)
        assert said in ended["error"]
        assert files_under_way(school) == []
        done = await imported(school, lesson, RTF, kind="application/rtf")
        assert (done["status"], done["pages_total"]) == ("done", 2)


@needs_confinement
async def test_what_does_not_begin_as_its_kind_is_refused_at_once(
    opened: Open, standin: Path
) -> None:
    """[PG-7][T21] No program is started for it."""
    async with opened(config=GatewayConfig(office=standin)) as school:
        lesson = await begun(school)
        encrypted = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
        for content, kind, said in (
            (b"<html>hello</html>", DOCX, "not a docx document"),
            (encrypted, DOCX, "password"),
            (b"PK", ODT, "not a odt document"),
        ):
            response = await send(school, lesson, content, kind=kind)
            assert response.status_code == 422
            assert response.json()["field"] == "body"
            assert said in response.json()["detail"]
        assert files_under_way(school) == []


async def test_without_a_program_what_is_taken_is_said(opened: Open) -> None:
    """[PG-7] PDF alone."""
    async with opened() as school:
        lesson = await begun(school)
        response = await send(school, lesson, odt(paragraph("hello")), kind=ODT)
        assert response.status_code == 415
        assert response.json()["detail"] == "a body must be application/pdf"


def test_a_program_that_cannot_be_used_has_a_fault(tmp_path: Path) -> None:
    """Whoever starts the server is told."""
    assert fault_of(tmp_path / "soffice") == f"there is no program at {tmp_path / 'soffice'}"
    assert fault_of(tmp_path) == f"there is no program at {tmp_path}"


@pytest.mark.skipif(not CAN_CONFINE, reason="this kernel cannot confine it")
def test_a_program_that_is_there_has_none(tmp_path: Path) -> None:
    """Where it can be kept from files and the network."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    assert fault_of(program) is None
