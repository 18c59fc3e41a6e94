import os
from pathlib import Path

import pytest

from hatch_build import PageMissing, provide_page

NPM = """\
#!/bin/sh
echo "$@" >> "{log}"
[ "$1" != run ] || {build}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout without a page, on a machine without npm."""
    (tmp_path / "frontend/src").mkdir(parents=True)
    (tmp_path / "frontend/src/main.ts").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def with_npm(root: Path, *, build: str) -> None:
    """Have an npm be found, which runs a line of shell to build."""
    program = root / "bin/npm"
    program.parent.mkdir()
    program.write_text(NPM.format(log=root / "called", build=build))
    program.chmod(0o755)


def with_page(root: Path, *, at: int) -> Path:
    index = root / "gateway/static/index.html"
    index.parent.mkdir(parents=True)
    index.write_text("as it was")
    os.utime(index, (at, at))
    os.utime(root / "frontend/src/main.ts", (1_000, 1_000))
    return index


MAKES_IT = "{ /bin/mkdir -p ../gateway/static && echo new > ../gateway/static/index.html; }"


def test_a_page_that_is_not_there_is_built_from_the_lock(root: Path) -> None:
    """[API Install] `npm ci`, then the build."""
    with_npm(root, build=MAKES_IT)
    provide_page(root, wish="")
    assert (root / "called").read_text() == "ci --no-audit --no-fund\nrun build\n"
    assert (root / "gateway/static/index.html").read_text() == "new\n"


def test_a_page_as_young_as_its_sources_is_taken(root: Path) -> None:
    """[API Install] Packages that npm left there are no sources."""
    index = with_page(root, at=1_000)
    (root / "frontend/node_modules").mkdir()
    (root / "frontend/node_modules/young.js").write_text("")
    provide_page(root, wish="")
    assert index.read_text() == "as it was"


def test_a_page_older_than_its_sources_is_built_anew(root: Path) -> None:
    """[API Install] A server is not served with the page of last month."""
    index = with_page(root, at=999)
    with pytest.raises(PageMissing, match="older than its sources"):
        provide_page(root, wish="")
    with_npm(root, build=MAKES_IT)
    provide_page(root, wish="")
    assert index.read_text() == "new\n"


def test_the_page_of_an_sdist_is_taken_whatever_its_date(root: Path) -> None:
    """[API Install] Who unpacks it has no Node."""
    index = with_page(root, at=999)
    (root / "PKG-INFO").write_text("")
    provide_page(root, wish="")
    assert index.read_text() == "as it was"


def test_without_npm_it_says_what_to_do(root: Path) -> None:
    """[API Install] Nothing is built without a page by accident."""
    with pytest.raises(PageMissing, match=r"not built, .* no npm .* Node 20\.19 .*=skip"):
        provide_page(root, wish="")


def test_a_build_that_fails_says_which_step_did(root: Path) -> None:
    """[API Install] With its exit code."""
    with_npm(root, build="exit 3")
    with pytest.raises(PageMissing, match=r"`npm run build` ended with 3"):
        provide_page(root, wish="")


def test_a_build_that_leaves_no_page_is_told(root: Path) -> None:
    """[API Install] Whatever its exit code says."""
    with_npm(root, build="exit 0")
    with pytest.raises(PageMissing, match=r"built no gateway/static/index\.html"):
        provide_page(root, wish="")


def test_skip_builds_nothing_and_any_other_word_is_refused(root: Path) -> None:
    """[API Install] The variable that is wrong is named, with what it may be."""
    with_npm(root, build=MAKES_IT)
    provide_page(root, wish="skip")
    assert not (root / "called").exists()
    with pytest.raises(ValueError, match="LESSONROOM_FRONTEND is 'no'; it is skip, or not set"):
        provide_page(root, wish="no")
