"""The ruler of exports: exact, and small."""

import random

from PIL import ImageFont

from gateway.export import font

LETTERS = "AVTo.,WYapqx Lйїа fi1/=²≥\U0001f469\u200dﷺ\u0301\t"


def test_letters_and_pairs_come_to_what_the_font_measures() -> None:
    """[WEB export] Kerning included: lines break where they did."""
    loaded = ImageFont.truetype(font.PATH, 1_000, layout_engine=ImageFont.Layout.BASIC)
    ruler = font.Ruler()
    chance = random.Random(1)  # noqa: S311 - a seed, not a secret
    for _ in range(500):
        text = "".join(chance.choices(LETTERS, k=chance.randint(0, 40)))
        assert ruler(text, 1_000) == loaded.getlength(text), text
    assert ruler("AVA", 10) < 3 * ruler("A", 10)


def test_what_the_ruler_keeps_has_an_end() -> None:
    """[P15] However many letters a text has, and in whatever order."""
    ruler = font.Ruler(keeps_at_most=64)
    text = "".join(map(chr, range(0x400, 0x500)))
    width = ruler(text, 20)
    assert ruler.kept <= 64
    assert ruler(text, 20) == width
