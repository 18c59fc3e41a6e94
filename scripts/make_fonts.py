"""Make the faces that boards are written in, from the packages that their makers publish.

Usage: `python -m scripts.make_fonts FOLDER`, where FOLDER holds the unpacked npm packages
`ibm-plex-sans`, `ibm-plex-serif`, `ibm-plex-mono` and `shantell-sans` of `@fontsource`. It needs
fonttools and brotli, which nothing else here does.

Each face becomes one file of Latin, Cyrillic and (sans) Greek letters: as TrueType for exports,
as WOFF2 for browsers; `letters.json` says which letters each family has, and which of the others
are in `symbols`. Letters neither join nor move together: a line is as wide as its letters, in
each program that sets it. Mathematics, arrows and what else is missing comes from DejaVu Sans.
What is changed must not bear a reserved name (OFL 1.1), so the families have names of their own.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

_FOLDER: Final = Path(__file__).parents[1] / "gateway/export/fonts"
_FAMILIES: Final = {
    "sans": ("ibm-plex-sans", "Lesson Sans"),
    "serif": ("ibm-plex-serif", "Lesson Serif"),
    "mono": ("ibm-plex-mono", "Lesson Mono"),
    "hand": ("shantell-sans", "Lesson Hand"),
}
_STYLES: Final = {
    "regular": (400, "normal", "Regular"),
    "bold": (700, "normal", "Bold"),
    "italic": (400, "italic", "Italic"),
    "bold-italic": (700, "italic", "Bold Italic"),
}
_SCRIPTS: Final = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek")
_LETTERS: Final = (range(0x20, 0x250), range(0x2B0, 0x530), range(0x1E00, 0x2200))
_SYMBOLS: Final = (
    range(0x370, 0x400),
    range(0x2010, 0x2070),
    range(0x2070, 0x20D0),
    range(0x2100, 0x2400),
    range(0x2460, 0x2474),
    range(0x25A0, 0x2670),
    range(0x2713, 0x2719),
    range(0x27C0, 0x2800),
    range(0x2A00, 0x2B00),
)
_MADE: Final = 3_850_000_000
"""Seconds since 1904: any will do."""
_KEPT_FEATURES: Final = ("mark", "mkmk", "ccmp")
_FAMILY_IDS: Final = {
    1: "{family}",
    2: "{style}",
    3: "{full}",
    4: "{full}",
    6: "{plain}",
    16: "",
    17: "",
}


def main(arguments: list[str]) -> int:
    """Write all files; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    source = Path(arguments[0])
    letters: dict[str, set[int]] = {}
    for name, (package, family) in _FAMILIES.items():
        for style, (weight, slope, style_name) in _STYLES.items():
            paths = [
                source / package / "files" / f"{package}-{script}-{weight}-{slope}.woff2"
                for script in _SCRIPTS
            ]
            font = _merged([path for path in paths if path.is_file()])
            _write(font, f"{name}-{style}", family, style_name)
            drawn = set(font.getBestCmap())
            letters[name] = letters.get(name, drawn) & drawn
    symbols = TTFont(_FOLDER / "DejaVuSans.ttf")
    _subset(symbols, _SYMBOLS)
    _named(symbols, "Lesson Symbols", "Regular")
    symbols.flavor = "woff2"
    symbols.save(_FOLDER / "symbols.woff2")
    lacking = {
        code
        for code in symbols.getBestCmap()
        if not all(code in drawn for drawn in letters.values())
    }
    letters["symbols"] = lacking
    ranges = {name: list(_ranges(codes)) for name, codes in letters.items()}
    text = json.dumps(ranges, separators=(",", ":"))
    (_FOLDER / "letters.json").write_text(f"{text}\n", encoding="utf-8")
    return 0


def _ranges(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of codes."""
    ordered = sorted(codes)
    begin = ordered[0]
    for code, following in zip(ordered, [*ordered[1:], -1], strict=True):
        if following != code + 1:
            yield begin, code
            begin = following


def _merged(paths: list[Path]) -> Any:  # noqa: ANN401 - fonttools says nothing of its types
    plain = []
    for path in paths:
        font = TTFont(path)
        _subset(font, _LETTERS)
        # In a file as it was before it was packed: that is what can be merged.
        font.flavor = None
        kept = path.with_suffix(".merging.ttf")
        font.save(kept)
        plain.append(str(kept))
    font = Merger().merge(plain)
    for name in plain:
        Path(name).unlink()
    return font


def _subset(font: Any, ranges: tuple[range, ...]) -> None:  # noqa: ANN401 - likewise
    options = Options()
    options.layout_features = list(_KEPT_FEATURES)
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    options.drop_tables += ["STAT", "gasp", "vhea", "vmtx", "kern", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for codes in ranges for code in codes])
    subsetter.subset(font)


def _named(font: Any, family: str, style: str) -> None:  # noqa: ANN401 - likewise
    words = {"family": family, "style": style, "full": f"{family} {style}"}
    words["plain"] = words["full"].replace(" ", "")
    for name_id, text in _FAMILY_IDS.items():
        font["name"].removeNames(nameID=name_id)
        if text:
            font["name"].setName(text.format_map(words), name_id, 3, 1, 0x409)


def _write(font: Any, name: str, family: str, style: str) -> None:  # noqa: ANN401 - likewise
    _named(font, family, style)
    font["OS/2"].fsSelection &= ~0x61
    font["OS/2"].fsSelection |= (0x20 if "Bold" in style else 0) | (
        0x01 if "Italic" in style else 0
    )
    font["OS/2"].fsSelection |= 0x40 if style == "Regular" else 0
    font["OS/2"].usWeightClass = 700 if "Bold" in style else 400
    font["head"].macStyle = (1 if "Bold" in style else 0) | (2 if "Italic" in style else 0)
    # The same bytes from the same packages, whenever they are made.
    font["head"].created = font["head"].modified = _MADE
    font.recalcTimestamp = False
    font.save(_FOLDER / f"{name}.ttf")
    font.flavor = "woff2"
    font.save(_FOLDER / f"{name}.woff2")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
