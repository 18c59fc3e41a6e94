"""The few pages that this server shows in a platform's frame: plain HTML, and no file beside it."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from gateway.lti.words import WORDS
from gateway.reports.words import Language

_STYLE: Final = """\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;padding:2rem 1rem;background:Canvas;color:CanvasText}
main{max-width:34rem;margin:0 auto}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1rem;margin:1.75rem 0 .5rem}
p{margin:0 0 1rem}
.tell{border-inline-start:3px solid GrayText;padding-inline-start:.75rem;font-size:.9rem}
code{overflow-wrap:anywhere}
form{margin:0}
label{display:flex;gap:.6rem;align-items:baseline;padding:.5rem 0}
label.field{flex-direction:column;gap:.25rem}
input[type=text]{font:inherit;width:100%;box-sizing:border-box;padding:.5rem .6rem;
border:1px solid GrayText;border-radius:.4rem;background:Field;color:FieldText}
time{color:GrayText;margin-inline-start:auto;white-space:nowrap}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
button{font:inherit;padding:.55rem 1rem;border-radius:.4rem;border:1px solid #2f5fd0;
background:#2f5fd0;color:#fff;cursor:pointer;min-height:44px}
button.second{background:transparent;color:inherit;border-color:GrayText}
:focus-visible{outline:3px solid #2f5fd0;outline-offset:2px}
"""
_SEND: Final = "document.forms[0].submit()"
"""Sends the one form of a page."""
CLOSE: Final = "(opener||parent).postMessage({subject:'org.imsglobal.lti.close'},'*')"
"""Tells a platform that its window of a registration can go; it holds nothing."""


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page(
    language: Language,
    title: str,
    body: str,
    *,
    status: int = 200,
    ancestors: Sequence[str] = (),
    goes_to: str = "'self'",
    script: str = "",
) -> HTMLResponse:
    """Return a page.

    Args:
        language: of its words.
        title: its heading.
        body: HTML, in which everything of others is escaped.
        status: of HTTP.
        ancestors: origins whose pages may show it in a frame.
        goes_to: where its forms may be sent.
        script: the one that it runs, if any.

    """
    who = " ".join(ancestors) or "'none'"
    policy = (
        f"default-src 'none'; style-src {_hashed(_STYLE)}; base-uri 'none';"
        f" form-action {goes_to}; frame-ancestors {who}"
    )
    run = ""
    if script:
        policy += f"; script-src {_hashed(script)}"
        run = f"<script>{script}</script>"
    html = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<main><h1>{escape(title)}</h1>{body}</main>{run}</html>"
    )
    headers = {"Content-Security-Policy": policy}
    if ancestors:
        # X-Frame-Options cannot name origins, and browsers that know the policy ignore it.
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return HTMLResponse(html, status_code=status, headers=headers)


def refusal(
    language: Language,
    fault: str,
    *,
    detail: str,
    status: int,
    ancestors: Sequence[str],
) -> HTMLResponse:
    """Return the page that says why somebody was not let in, and what to tell whom."""
    words = WORDS[language]
    body = f"<p>{escape(words[f'fault.{fault}'])}</p>"
    hint = words.get(f"tell.{fault}", "")
    told = f"{escape(hint)}<br>" if hint else ""
    body += f"<p>{escape(words['tell'])}</p><p class=tell>{told}<code>{escape(detail)}</code></p>"
    return page(language, words["refused"], body, status=status, ancestors=ancestors)


def over(
    language: Language, *, ticket: str, action: str, can_look: bool, ancestors: Sequence[str]
) -> HTMLResponse:
    """Return the page that asks a teacher whether to look at a lesson or to begin the next one."""
    words = WORDS[language]
    look = (
        f"<button class=second name=what value=look>{escape(words['over.look'])}</button>"
        if can_look
        else ""
    )
    body = (
        f"<p>{escape(words['over.text'])}</p>"
        f'<form method=post action="{escape(action)}">{hidden({"ticket": ticket})}'
        f"<div class=buttons><button name=what value=next>{escape(words['over.next'])}</button>"
        f"{look}</div></form>"
    )
    return page(language, words["over"], body, ancestors=ancestors)


def sending(
    language: Language, url: str, fields: Mapping[str, str], *, ancestors: Sequence[str]
) -> HTMLResponse:
    """Return the page that brings a form to another server by the person's browser."""
    words = WORDS[language]
    parts = urlsplit(url)
    body = (
        f'<form method=post action="{escape(url)}">{hidden(fields)}'
        f"<button>{escape(words['sent.go'])}</button></form>"
    )
    return page(
        language,
        words["sent"],
        body,
        ancestors=ancestors,
        goes_to=f"{parts.scheme}://{parts.netloc}",
        script=_SEND,
    )


def hidden(fields: Mapping[str, str]) -> str:
    """Return what a form carries along."""
    return "".join(
        f'<input type=hidden name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
