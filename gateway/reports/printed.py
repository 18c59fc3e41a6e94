"""The report of a lesson as one HTML file: to read, to print and to keep.

It runs nothing and fetches nothing, wherever it is opened: its policy stands in it, too.
"""

import base64
import datetime as dt
import hashlib
import zoneinfo
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from gateway.reports.words import WORDS, Language
from lessonroom.report.report import PageReport, PersonReport, Report, SpokeFrom
from lessonroom.session.lifecycle import SessionStatus

_STYLE: Final = """
:root{color-scheme:light;font:15px/1.45 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
body{max-width:60rem;margin:0 auto;padding:1.5rem 1rem;color:#1c2430;background:#fff}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.25rem 0}.quiet{color:#566070}
.scrolls{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:end;padding:.4rem .6rem;border-bottom:1px solid #d5dae2;vertical-align:top}
th:first-child,td:first-child{text-align:start;overflow-wrap:anywhere;min-width:7rem}
thead th{font-weight:600;font-size:.87rem;color:#566070;vertical-align:bottom}
tbody th{font-weight:600}small{display:block;font-weight:400;color:#566070}
ul.pages{list-style:none;margin:0;padding:0;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(13rem,1fr))}
ul.pages>li{border:1px solid #d5dae2;border-radius:.5rem;padding:.75rem;break-inside:avoid}
ul.pages img{display:block;width:100%;height:9rem;object-fit:contain;background:#fff;
border-bottom:1px solid #e6e9ee;margin-bottom:.5rem}
ul.pages h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
ul.visits{margin:.25rem 0;padding-inline-start:1.2rem}
@media print{body{padding:0;max-width:none;font-size:10pt}.scrolls{overflow:visible}
tr,li{break-inside:avoid}@page{margin:14mm}}
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'"
)

_DATES: Final = {
    Language.DE: "%d.%m.%Y %H:%M",
    Language.EN: "%Y-%m-%d %H:%M",
    Language.ES: "%d/%m/%Y %H:%M",
    Language.FR: "%d/%m/%Y %H:%M",
    Language.PL: "%d.%m.%Y %H:%M",
    Language.UK: "%d.%m.%Y %H:%M",
}
_UNTIL: Final = " \N{EN DASH} "
_VISITS_MOST: Final = 20
"""Of one person; a page to print is no table of visits."""


def printed(
    report: Report,
    pictures: Sequence[bytes],
    *,
    language: Language,
    zone: zoneinfo.ZoneInfo,
) -> str:
    """Return the file.

    Args:
        report: what it tells.
        pictures: PNG of the pages that are there, in their order; none where they cannot be drawn.
        language: of its words.
        zone: of its times.

    """
    return "".join(_Writer(report, language, zone).document(pictures))


class _Writer:
    def __init__(self, report: Report, language: Language, zone: zoneinfo.ZoneInfo) -> None:
        self._report = report
        self._words = WORDS[language]
        self._language = language
        self._zone = zone
        # Who leads, then who was there longest.
        self._in_order = sorted(
            report.people, key=lambda person: (not person.role.leads, -person.time_ms)
        )
        self._names = {person.user_id: person.name for person in report.people}

    def document(self, pictures: Sequence[bytes]) -> Iterator[str]:
        """Yield the parts of the file."""
        report = self._report
        title = escape(report.title or self._words["untitled"])
        yield (
            f'<!doctype html><html lang="{self._language}"><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{self._says('report')}: {title}</title><style>{_STYLE}</style>"
            f'<main><header><p class="quiet">{self._says("report")}</p>'
            f'<h1 dir="auto">{title}</h1>{self._when()}</header>'
        )
        yield from self._people()
        yield from self._visits()
        yield from self._pages(pictures)
        yield "</main></html>\n"

    def _says(self, key: str, **values: object) -> str:
        """Return words, with everything in them escaped."""
        return escape(self._words[key].format(**values))

    def _when(self) -> str:
        report = self._report
        times = [report.started_ms, report.ended_ms]
        moments = _UNTIL.join(self._moment(at_ms) for at_ms in times if at_ms is not None)
        lines = [
            moments,
            self._says("active", time=self._length(report.active_ms)),
            self._says("zone", zone=self._zone.key),
        ]
        if report.status in {SessionStatus.ACTIVE, SessionStatus.PAUSED}:
            lines.append(self._says("going"))
        return "".join(f'<p class="quiet">{line}</p>' for line in lines if line)

    def _people(self) -> Iterator[str]:
        heads = ("name", "there", "spoke", "wrote", "chat", "hands")
        columns = "".join(f'<th scope="col">{self._says(head)}</th>' for head in heads)
        yield f"<h2>{self._says('people')}</h2>"
        yield f'<div class="scrolls"><table><thead><tr>{columns}</tr></thead><tbody>'
        for person in self._in_order:
            yield self._row(person)
        yield f'</tbody></table></div><p class="quiet">{self._says("spoken")}</p>'
        if self._report.takes_pending:
            yield f"<p>{self._says('pending', count=self._report.takes_pending)}</p>"

    def _row(self, person: PersonReport) -> str:
        source = "takes" if person.spoke_from is SpokeFrom.TAKES else "microphone"
        note = f"<small>{self._says(source)}</small>" if person.spoke_ms else ""
        strokes = f"<small>{self._says('strokes', count=person.strokes)}</small>"
        return (
            f'<tr><th scope="row"><bdi>{escape(person.name)}</bdi>'
            f"<small>{self._says(f'role.{person.role}')}</small></th>"
            f"<td>{self._length(person.time_ms)}</td>"
            f"<td>{self._length(person.spoke_ms)}{note}</td>"
            f"<td>{person.elements}{strokes if person.strokes else ''}</td>"
            f"<td>{person.chat.messages}</td><td>{person.hands}</td></tr>"
        )

    def _visits(self) -> Iterator[str]:
        yield f"<h2>{self._says('visits')}</h2>"
        for person in self._in_order:
            if not person.visits:
                continue
            shown = person.visits[:_VISITS_MOST]
            more = len(person.visits) - len(shown) + person.visits_untold
            yield f'<p><bdi>{escape(person.name)}</bdi></p><ul class="visits">'
            for visit in shown:
                to = self._says("still") if visit.to_ms is None else self._clock(visit.to_ms)
                yield f"<li>{self._moment(visit.from_ms, seconds=True)}{_UNTIL}{to}</li>"
            yield f"<li>{self._says('more', count=more)}</li></ul>" if more else "</ul>"

    def _pages(self, pictures: Sequence[bytes]) -> Iterator[str]:
        yield f"<h2>{self._says('pages')}</h2>"
        if not pictures:
            yield f'<p class="quiet">{self._says("undrawn")}</p>'
        yield '<ul class="pages">'
        for at, page in enumerate(self._report.pages):
            has_picture = page.number is not None and at < len(pictures)
            yield self._page(page, pictures[at] if has_picture else None)
        yield "</ul>"

    def _page(self, page: PageReport, picture: bytes | None) -> str:
        name = self._says("gone") if page.number is None else self._says("page", number=page.number)
        title = f"{name}: {escape(page.title)}" if page.title else name
        image = ""
        if picture is not None:
            encoded = base64.b64encode(picture).decode()
            image = f'<img alt="{name}" src="data:image/png;base64,{encoded}">'
        by = "".join(
            f"<li>{self._says('wrote_here', name=self._name(user_id), count=each.elements)}</li>"
            for user_id, each in sorted(page.written.items())
        )
        wrote = f'<ul class="visits">{by}</ul>' if by else f"<p>{self._says('nothing')}</p>"
        standing = "" if page.number is None else self._says("elements", count=page.standing)
        return f'<li>{image}<h3>{title}</h3><p class="quiet">{standing}</p>{wrote}</li>'

    def _name(self, user_id: int) -> str:
        return self._names.get(user_id, self._words["operator"])

    def _moment(self, at_ms: int, *, seconds: bool = False) -> str:
        form = _DATES[self._language] + (":%S" if seconds else "")
        return dt.datetime.fromtimestamp(at_ms / 1000, self._zone).strftime(form)

    def _clock(self, at_ms: int) -> str:
        return dt.datetime.fromtimestamp(at_ms / 1000, self._zone).strftime("%H:%M:%S")

    def _length(self, length_ms: int) -> str:
        minutes, seconds = divmod(length_ms // 1000, 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return self._says("hours", hours=hours, minutes=minutes)
        if minutes:
            return self._says("minutes", minutes=minutes, seconds=seconds)
        return self._says("seconds", seconds=seconds)
