"""Fonts of the server's machine, for letters that none of ours has: Chinese, Hindi and others."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import ImageFont

FONTS_MOST: Final = 64
"""Files: each is read for every drawing."""
_ENDINGS: Final = frozenset({".ttf", ".otf", ".ttc"})
_SIZE: Final = 32
_NOBODYS: Final = "\U0010fffe"
"""No letter: what a font draws for it, it draws for all that it lacks."""

SCRIPTS: Final[Mapping[str, str]] = {
    "Chinese": "\u6f22",
    "Japanese": "\u3042",
    "Korean": "\ud55c",
    "Devanagari (Hindi)": "\u0905",
    "Bengali": "\u0985",
    "Tamil": "\u0ba4",
    "Thai": "\u0e17",
    "Ethiopic": "\u12a0",
}
"""Scripts that many write, and none of our own fonts has: a letter of each."""


class NoFont(Exception):  # noqa: N818 - says what is there
    """What is named as a font is none, or there are too many."""


def found(named: Iterable[str]) -> tuple[str, ...]:
    """Return the font files among what is named, and in the folders among it.

    Raises:
        NoFont: one of them is not there or no font, or there are more than `FONTS_MOST`.

    """
    files: dict[str, None] = {}
    for name in named:
        for path in _files(Path(name)):
            files[str(path)] = None
            if len(files) > FONTS_MOST:
                raise NoFont(f"{name}: there are more than {FONTS_MOST} fonts; name files")
    return tuple(files)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in _ENDINGS)
    elif not path.is_file():
        raise NoFont(f"{path}: there is no such file or folder")
    elif _opened(str(path)) is None:
        raise NoFont(f"{path}: this is no font")
    else:
        yield path


def missing(fonts: Iterable[str]) -> list[str]:
    """Return the scripts that cannot be drawn, with our own fonts and those that are given."""
    from gateway.export import font  # noqa: PLC0415 - see _opened

    every = (*fonts, font.OTHERS_PATH)
    return [
        name for name, letter in SCRIPTS.items() if not any(has(path, letter) for path in every)
    ]


def has(path: str, letter: str) -> bool:
    """Whether a font has a letter; what cannot be read has none."""
    opened = _opened(path)
    return opened is not None and _drawn(opened, letter) != _drawn(opened, _NOBODYS)


@cache
def _opened(path: str) -> "ImageFont.FreeTypeFont | None":
    # The server itself draws nothing, and where no fonts are named it need not load what does.
    from PIL import ImageFont  # noqa: PLC0415

    try:
        return ImageFont.truetype(path, _SIZE, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return None


def _drawn(opened: "ImageFont.FreeTypeFont", letter: str) -> tuple[object, bytes]:
    mask = opened.getmask(letter)
    return mask.size, bytes(mask)
