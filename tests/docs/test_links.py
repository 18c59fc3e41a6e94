"""Links of the documents lead somewhere: to a file, and to a heading in it. Nothing is fetched."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "frontend").glob("*.md"),
        *(ROOT / "frontend" / "src").rglob("*.md"),
    ]
)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def links_of(text: str) -> list[str]:
    """Return the targets of the links of a page; what is in code is none."""
    return LINK.findall(CODE.sub("", FENCE.sub("", text)))


def anchors_of(text: str) -> set[str]:
    """Return what a forge makes of the headings of a page."""
    seen: Counter[str] = Counter()
    anchors = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return anchors


def broken(page: Path, text: str) -> Iterator[str]:
    """Iterate over the links of a page that lead nowhere."""
    for link in links_of(text):
        if ELSEWHERE.match(link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_relative_to(ROOT) or not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and anchor not in anchors_of(target.read_text(encoding="utf-8")):
            yield f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """[docs] Files and headings that were renamed are renamed in links too."""
    assert list(broken(page, page.read_text(encoding="utf-8"))) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    """Or the test above could not fail."""
    text = (
        "[a](operations.md#turn) [b](no-such.md) [c](operations.md#no-such) [d](../../outside.md)\n"
        "[e](https://example.org/x) `[f](code.md)`\n```\n[g](fence.md)\n```\n[h](#no-such)\n"
    )
    found = list(broken(ROOT / "docs" / "glossary.md", text))
    assert [link.partition(":")[0] for link in found] == [
        "no-such.md",
        "operations.md#no-such",
        "../../outside.md",
        "#no-such",
    ]


def test_headings_have_the_anchors_of_a_forge() -> None:
    """Small letters, hyphens for spaces, no signs; a second one of a name is numbered."""
    text = "# 1. An API key\n## `[server]`\n## Same\n## Same\n```\n# no heading\n```\n"
    assert anchors_of(text) == {"1-an-api-key", "server", "same", "same-1"}


def test_every_document_can_be_reached_from_the_index() -> None:
    """[docs] A reader who begins at docs/README.md misses none."""
    docs = ROOT / "docs"
    reached: set[Path] = set()
    waiting = [docs / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        waiting += [
            (page.parent / link.partition("#")[0]).resolve()
            for link in links_of(page.read_text(encoding="utf-8"))
            if not ELSEWHERE.match(link)
        ]
    assert set(docs.rglob("*.md")) - reached == set()


def test_the_index_stays_among_the_documents() -> None:
    """[docs] A site generator has docs/ alone."""
    links = links_of((ROOT / "docs" / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 15
    assert [link for link in links if link.startswith(("..", "/"))] == []
