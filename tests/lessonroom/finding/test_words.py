"""Words as they are compared, and what is shown around them."""

import pytest

from lessonroom.finding.words import (
    EXCERPT_CHARS,
    WORD_CHARS,
    excerpt,
    storable,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Дроби та ДРОБИ", ("дроби", "та")),
        ("їжак Йод Ґанок", ("іжак", "иод", "ґанок")),
        ("п'ять м’ята обʼєкт", ("пять", "мята", "обєкт")),
        ("за\u0301мок", ("замок",)),
        ("Ünïted Straße naïve_snake", ("united", "strasse", "naive", "snake")),
        (r"\frac{a}{x²}", ("frac", "a", "x2")),
        ("分数 add", ("分", "数", "add")),
        ("... — !", ()),
        ("don't 'quoted'", ("dont", "quoted")),
    ],
)
def test_words_are_compared_without_case_accents_and_apostrophes(
    text: str, expected: tuple[str, ...]
) -> None:
    """What is written, and what is asked for."""
    assert words_of(text, most=99) == expected


def test_words_are_bounded_in_number_and_length() -> None:
    """A text of anybody's."""
    assert words_of("a b c d", most=2) == ("a", "b")
    (word,) = words_of("x" * 1_000, most=5)
    assert len(word) == WORD_CHARS


def test_what_no_database_keeps_is_left_out() -> None:
    """A NUL, a half of a pair; accents come in one form."""
    assert storable("a\0b\ud800c") == "a b c"
    assert storable("e\u0301") == "\u00e9"


def test_an_excerpt_shows_where_the_words_stand() -> None:
    """They are marked as they are written."""
    found = excerpt("Сьогодні: Дро\u0301би й дробові числа", ("дроб",))
    assert [found.text[a:b] for a, b in found.marks] == ["Дро\u0301би", "дробові"]


def test_an_excerpt_of_a_long_text_is_about_the_first_word() -> None:
    """And begins with a whole one."""
    found = excerpt("lorem " * 100 + "needle " + "ipsum " * 100, ("need",))
    assert len(found.text) <= EXCERPT_CHARS
    ((begin, end),) = found.marks
    assert found.text[begin:end] == "needle"
    assert found.text.startswith("lorem")


def test_an_excerpt_of_other_words_is_the_beginning() -> None:
    """As where the words stand behind what is kept."""
    assert excerpt("one two", ("three",)).text == "one two"
