"""The page as it was built, where it was: `make test` builds it first."""

import gzip
import re
from importlib import resources

import pytest

_MOST_BYTES = 60_000
_BUILT = resources.files("gateway") / "static"
_NAMED = re.compile(r'(?:src|href)="/([^"]+\.(?:js|css))"')


@pytest.mark.skipif(not (_BUILT / "index.html").is_file(), reason="the page is not built")
def test_what_a_classroom_loads_is_60_kb_at_most() -> None:
    """[issue 4] Scripts and styles that the document names, gzip, before the first stroke."""
    files = _NAMED.findall((_BUILT / "index.html").read_text())
    assert any(file.endswith(".js") for file in files)
    assert any(file.endswith(".css") for file in files)
    sizes = {file: len(gzip.compress((_BUILT / file).read_bytes())) for file in files}
    assert sum(sizes.values()) <= _MOST_BYTES, sizes
