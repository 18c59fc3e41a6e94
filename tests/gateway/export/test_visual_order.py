import pytest

from gateway.export.visual_order import visual_order

# Letters from the right: alef, bet, gimel; and one of Arabic's.
A, B, G, ARABIC = "\u05d0", "\u05d1", "\u05d2", "\u0645"
POINT = "\u05b8"


@pytest.mark.parametrize(
    ("text", "is_rtl", "seen"),
    [
        ("abc 12", False, "abc 12"),
        ("", True, ""),
        (f"{A}{B}{G}", True, f"{G}{B}{A}"),
        # Words from the right stand so also in a line from the left; its stop does not.
        (f"x {A}{B} {G}!", False, f"x {G} {B}{A}!"),
        (f"{A}{B}.", True, f".{B}{A}"),
        # A number is read from the left wherever it stands, with its decimal point.
        (f"{A} 3.14 {B}", True, f"{B} 3.14 {A}"),
        (f"{ARABIC} 12", True, f"12 {ARABIC}"),
        (f"{A} 50% {B}", True, f"{B} 50% {A}"),
        # Others' words among them keep their order, and the spaces between.
        (f"{A} ab cd {B}", True, f"{B} ab cd {A}"),
        # Signs at the ends go with the line, those within with the words around them.
        (f"({A})", True, f"){A}("),
        (f"a ({A}-{B}) b", False, f"a ({B}-{A}) b"),
        (f"{A}{POINT}{B}", True, f"{B}{POINT}{A}"),
    ],
)
def test_letters_stand_as_a_browser_has_them(text: str, seen: str, *, is_rtl: bool) -> None:
    assert visual_order(text, is_rtl=is_rtl) == seen


@pytest.mark.parametrize("is_rtl", [False, True])
def test_no_letter_is_lost(is_rtl: bool) -> None:  # noqa: FBT001 - a case
    text = f"{POINT}1,2 {A}-b{G}  {ARABIC}\u0663/4 \u202e!\U0001f469"
    assert sorted(visual_order(text, is_rtl=is_rtl)) == sorted(text)
