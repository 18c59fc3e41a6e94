"""Writes LICENCES-PYTHON.txt: the notice of each Python package that lessonroom runs with.

Whoever passes lessonroom on with its packages, as an image or an archive, passes their notices on.
A package without one, or under a licence that is not ours to pass on, stops the script, and `make
check`.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.generated_file import ROOT

FILE: Final = ROOT / "LICENCES-PYTHON.txt"
_RULE: Final = "-" * 72
_HEAD: Final = (
    "lessonroom runs with these Python packages. Their notices, as they bring them:\n"
    "(written by scripts/write_licences.py)\n"
)

ALLOWED: Final = frozenset(
    {
        *("MIT", "MIT-0", "MIT-CMU", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause"),
        *("Apache-2.0", "PSF-2.0"),
    }
)
"""What may be passed on as long as its notice is."""
EXCEPTIONS: Final = {
    # A list of certificates that httpx reads, as Mozilla publishes it: changed by nobody.
    "certifi": "MPL-2.0",
}
"""Packages under another licence, each with the reason why it does no harm."""
_IN_OTHER_WORDS: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT": "MIT",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How packages name their licences that do not yet use SPDX's names."""
_TOLD_HERE: Final = {
    "resvg-py": "MIT",
}
"""Of packages that name it in their licence's text alone."""
_WITHOUT_FILE: Final = {
    "latex2mathml": "Copyright (c) Ronie Martinez",
}
"""Packages that bring no notice: whose work it is. The licence's words follow from its name."""
_MIT: Final = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""
_NOTICE: Final = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(r"/(android|cibw_musl|pbin_musl|v8_xfa)/")
"""Of builds for other systems."""


class NotOursToPassOn(Exception):  # noqa: N818 - says what is wrong
    """A package has no notice, or a licence that asks for more."""


def packages() -> dict[str, Distribution]:
    """Return what lessonroom runs with here, by name: its extras for databases and nodes, too."""
    found: dict[str, Distribution] = {}
    asked = [("lessonroom", extra) for extra in ("", "cluster", "postgres")]
    seen = set(asked)
    for name, extra in asked:
        try:
            package = found.setdefault(canonicalize_name(name), distribution(name))
        except PackageNotFoundError:
            # On another system, or for another Python.
            continue
        for text in package.requires or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker is not None and not marker.evaluate({"extra": extra}):
                continue
            for wanted in ("", *requirement.extras):
                if (requirement.name, wanted) not in seen:
                    seen.add((requirement.name, wanted))
                    asked.append((requirement.name, wanted))
    del found["lessonroom"]
    return dict(sorted(found.items()))


def licence_of(name: str, package: Distribution) -> str:
    """Return what a package says it is under, in SPDX's words.

    Raises:
        NotOursToPassOn: it says nothing that is known here, or names a licence that asks for more.

    """
    said = _said(package, "License-Expression")
    if not said:
        classes = [
            text.rpartition(" :: ")[2]
            for text in package.metadata.get_all("Classifier") or ()
            if text.startswith("License :: ") and text.count(" :: ") > 1
        ]
        words = classes or [_said(package, "License")]
        said = " OR ".join(_IN_OTHER_WORDS.get(word, word) for word in words)
    said = said or _TOLD_HERE.get(name, "")
    if not _is_allowed(said) and EXCEPTIONS.get(name) != said:
        raise NotOursToPassOn(f"{name} is under {said or 'no licence that it names'}")
    return said


def _said(package: Distribution, field: str) -> str:
    return next(iter(package.metadata.get_all(field) or ()), "")


def _is_allowed(expression: str) -> bool:
    return any(
        all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def notices_of(name: str, package: Distribution, licence: str) -> Iterator[str]:
    """Iterate over the texts that a package brings.

    Raises:
        NotOursToPassOn: there is none.

    """
    files = sorted(
        str(file)
        for file in package.files or ()
        if ".dist-info/" in str(file)
        and not _ELSEWHERE.search(str(file))
        and _NOTICE.search(str(file).partition(".dist-info/")[2])
    )
    for file in files:
        text = _decoded(Path(str(package.locate_file(file))).read_bytes())
        yield "\n".join(line.rstrip() for line in text.strip().splitlines())
    if files:
        return
    if name not in _WITHOUT_FILE or licence != "MIT":
        raise NotOursToPassOn(f"{name} brings no notice")
    yield f"{_WITHOUT_FILE[name]}\n\n{_MIT}"


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def entries() -> dict[str, str]:
    """Return the notices of each package that is installed here, by name.

    Raises:
        NotOursToPassOn: one of them may not be passed on so.

    """
    made: dict[str, str] = {}
    told: dict[str, str] = {}
    for name, package in packages().items():
        licence = licence_of(name, package)
        title = f"{name} {package.version} ({licence})"
        parts = []
        for text in notices_of(name, package, licence):
            # The Apache licence alone is 11 kB, and many bring it.
            first = told.setdefault(text, name)
            parts.append(text if first == name else f"(The text is that of {first}.)")
        made[name] = "\n\n".join([title, *dict.fromkeys(parts)]) + "\n"
    return made


def main(arguments: list[str]) -> int:
    """Write the file, or check that it has each package that is installed; return the exit code."""
    try:
        wanted = entries()
    except NotOursToPassOn as wrong:
        print(wrong, file=sys.stderr)
        return 1
    text = f"\n{_RULE}\n\n".join([_HEAD, *wanted.values()])
    kept = FILE.read_text(encoding="utf-8") if FILE.is_file() else ""
    if kept == text:
        return 0
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
        print(f"wrote {FILE}")
        return 0
    # On another Python, or system, some packages are others: they are no fault of the file's.
    titles = {entry.partition("\n")[0] for entry in wanted.values()}
    missing = sorted(title for title in titles if f"\n{title}\n" not in kept)
    for title in missing:
        print(f"{FILE} does not have {title}: run `make docs`", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
