"""The page as it was built, where it was: `make test` builds it first."""

import gzip
import json
import re
from importlib import resources
from pathlib import Path

import pytest

_MOST_BYTES = 70_000
_BUILT = resources.files("gateway") / "static"
_LANGUAGE = Path(__file__).parents[2] / "frontend/src/language"
_NAMED = re.compile(r'(?:src|href)="\./([^"]+\.(?:js|css))"')


@pytest.mark.skipif(not (_BUILT / "index.html").is_file(), reason="the page is not built")
def test_what_a_classroom_loads_is_70_kb_at_most() -> None:
    """[issue 4] Scripts and styles that the document names, gzip, before the first stroke."""
    files = _NAMED.findall((_BUILT / "index.html").read_text())
    assert any(file.endswith(".js") for file in files)
    assert any(file.endswith(".css") for file in files)
    sizes = {file: len(gzip.compress((_BUILT / file).read_bytes())) for file in files}
    assert sum(sizes.values()) <= _MOST_BYTES, sizes


@pytest.mark.skipif(not (_BUILT / "index.html").is_file(), reason="the page is not built")
def test_the_classroom_says_nothing_whose_words_it_has_not_loaded() -> None:
    """[issue 4] The words of the other pages come with them; until then a key would be shown."""
    words = json.loads((_LANGUAGE / "en_pages.json").read_text(encoding="utf-8"))
    script = "".join(
        (_BUILT / file).read_text(encoding="utf-8")
        for file in _NAMED.findall((_BUILT / "index.html").read_text())
        if file.endswith(".js")
    )
    said = {key for key in words for quote in "\"'`" if f"{quote}{key}{quote}" in script}
    made = {key.partition(".")[0] for key in words if f"`{key.partition('.')[0]}.${{" in script}
    assert (said, made) == (set(), set())
