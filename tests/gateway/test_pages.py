"""The pages: one document for every address of the page, and nothing from outside."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.pages import Pages, page_headers

DOCUMENT = "<!doctype html><title>lesson</title>"


def client_of(directory: Path, *, root: str = "") -> httpx.AsyncClient:
    app = FastAPI()
    app.mount("/", Pages(page_headers(), directory, root=root))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lessons.test")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(DOCUMENT)
    (tmp_path / "assets" / "page-1a2b.js").write_text("export {}")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


@pytest.mark.parametrize("path", ["/", "/join/01a2-b3", "/room/01a2-b3", "/signin", "/history/x"])
async def test_every_address_of_the_page_gets_the_document(built: Path, path: str) -> None:
    """The page reads its own address; a reload of any of them works."""
    async with client_of(built) as client:
        reply = await client.get(path)
    assert (reply.status_code, reply.text) == (200, DOCUMENT)
    assert reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(("root", "written"), [("", "/"), ("/a/lessons", "/a/lessons/")])
@pytest.mark.parametrize("path", ["/", "/index.html", "/join/01a2-b3"])
async def test_the_document_names_its_files_from_where_the_server_lies(
    built: Path, path: str, root: str, written: str
) -> None:
    """However deep its address is: relative names would be looked for beside that."""
    head = '<meta name="root" content="{0}"/><script src="{0}assets/page.js"></script>'
    (built / "index.html").write_text(head.format("./"))
    async with client_of(built, root=root) as client:
        assert (await client.get(path)).text == head.format(written)


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1/nothing", "/ws/x", "/assets/gone.js", "/favicon.ico", "/..%2fsecret.txt"],
)
async def test_what_is_no_page_is_not_found(built: Path, path: str) -> None:
    """A wrong address of the API is an error and not a document; files outside are not there."""
    async with client_of(built) as client:
        assert (await client.get(path)).status_code == 404


async def test_a_built_file_may_be_kept_for_ever_and_no_policy_is_loose(built: Path) -> None:
    """SECURITY: scripts and styles only as files of this origin, nothing inline, no framing."""
    async with client_of(built) as client:
        reply = await client.get("/assets/page-1a2b.js")
    assert "immutable" in reply.headers["cache-control"]
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types lessonroom-worker" in policy


async def test_the_worker_and_what_installs_the_page_are_asked_for_anew(built: Path) -> None:
    """An update of the server reaches devices that keep the page's files."""
    (built / "service_worker.js").write_text("")
    (built / "manifest.webmanifest").write_text("{}")
    async with client_of(built) as client:
        worker = await client.get("/service_worker.js")
        manifest = await client.get("/manifest.webmanifest")
    assert worker.headers["cache-control"] == manifest.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert manifest.headers["content-type"] == "application/manifest+json"


async def test_without_a_build_the_server_says_how_to_get_one(tmp_path: Path) -> None:
    """A clone without Node runs the API; the page says what is missing."""
    async with client_of(tmp_path / "missing") as client:
        reply = await client.get("/")
    assert reply.status_code == 200
    assert "make serve" in reply.text


def test_a_page_that_may_be_embedded_names_who_may() -> None:
    """An LMS embeds the classroom: its origin is listed, everyone else stays out."""
    headers = page_headers(frame_ancestors=("https://lms.school",), is_tls=True)
    assert "frame-ancestors https://lms.school;" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "max-age" in headers["Strict-Transport-Security"]
