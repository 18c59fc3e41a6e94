"""The classroom's pages: files that the front end's build left in `gateway/static`.

Addresses of the page itself (`/`, `/join/...`, `/room/...`) all get the same document; the page
reads its own address. The build names files by their place beside the document (`./`); where that
is, is written in here. Nothing here comes from outside, so the policy allows nothing from outside.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"
_INDEX: Final = "index.html"
_HASHED: Final = "assets/"
"""Where the build puts files whose names change with their content."""

_NOT_PAGES: Final = frozenset({"api", "ws", "assets"})

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><title>lessonroom</title>
<p>The server runs; its pages are not built. Run <code>make serve</code> with Node 20 or newer, or
install a released wheel, which brings them.</p></html>
"""


def page_headers(*, frame_ancestors: tuple[str, ...] = (), is_tls: bool = False) -> dict[str, str]:
    """Return the headers of the page (SECURITY: nothing external, scripts and styles as files).

    Args:
        frame_ancestors: origins whose pages may embed this one.
        is_tls: whether browsers come by https, and are to stay there.

    """
    ancestors = " ".join(frame_ancestors) or "'none'"
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            "media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; "
            "manifest-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
            f"frame-ancestors {ancestors}; "
            "require-trusted-types-for 'script'; trusted-types lessonroom-worker"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": (
            "camera=(self), microphone=(self), display-capture=(self), geolocation=(), usb=(), "
            "payment=(), interest-cohort=()"
        ),
        "Cache-Control": "no-cache",
    }
    if frame_ancestors:
        # X-Frame-Options cannot name origins, and browsers that know the policy ignore it.
        headers["X-Frame-Options"] = "SAMEORIGIN"
    if is_tls:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def framed_by(headers: dict[str, str], origins: tuple[str, ...]) -> dict[str, str]:
    """Return the headers of the page where pages of more origins may embed it."""
    if not origins:
        return headers
    policy = headers["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors")
    more = f"frame-ancestors {' '.join(origins)}"
    return {
        **headers,
        "Content-Security-Policy": policy.replace("frame-ancestors", more),
        "X-Frame-Options": "SAMEORIGIN",
    }


class Pages(StaticFiles):
    """Serves the built files, and the one document for every address of the page.

    Args:
        headers: of every answer.
        directory: where the files are.
        root: the path below which the server lives.
        framing: tells origins whose pages may embed the page now, besides those in `headers`.

    """

    def __init__(
        self,
        headers: dict[str, str],
        directory: Path = STATIC,
        *,
        root: str = "",
        framing: Callable[[], Awaitable[tuple[str, ...]]] | None = None,
    ) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._framing = framing
        self._headers = headers
        self._index = directory / _INDEX
        self._root = root

    async def check_config(self) -> None:
        """Do without the check of Starlette: a server without its pages runs all the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, or the document where there is none of that name."""
        response = await self._file(path, scope)
        if response is None or path in {".", _INDEX}:
            response = await run_in_threadpool(self._document)
        framing = await self._framing() if self._framing is not None else ()
        for name, value in framed_by(self._headers, framing).items():
            response.headers[name] = value
        if path.startswith(_HASHED):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def _file(self, path: str, scope: Scope) -> Response | None:
        """Return a file; None where an address of the page has none of its name."""
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND or not _is_page(path):
                raise
            return None

    def _document(self) -> Response:
        """Return the document, whose files and addresses lie below the server's path."""
        try:
            built = self._index.read_text("utf-8")
        except FileNotFoundError:
            return HTMLResponse(_NOT_BUILT)
        return HTMLResponse(built.replace('="./', f'="{self._root}/'))


def _is_page(path: str) -> bool:
    """Whether an address is one of the page itself: no file's name, nothing of the API."""
    first, _, _ = path.partition("/")
    return first not in _NOT_PAGES and (path in {".", _INDEX} or "." not in path.rpartition("/")[2])
