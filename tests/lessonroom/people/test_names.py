"""Names: what is let through, and what is told apart.

Tests also: lessonroom/people/confusables.py.
"""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.names import (
    MAX_BYTES,
    MAX_CHARS,
    cleaned,
    cut,
    distinct,
    fitted,
    skeleton,
)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("  Ann\t\n Lee ", "Ann Lee"),
        ("Ann\u00a0\u3000Lee", "Ann Lee"),
        ("Ann\u2028Lee\u2029Ray", "Ann Lee Ray"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2066Ann\u2069\u200f\u061c", "Ann"),
        ("A\u200bn\u2060n\ufeff", "Ann"),
        ("A\u00adnn", "Ann"),
        ("A\0nn", "Ann"),
        ("A\x1b[31mnn", "A[31mnn"),
        ("Ann\x85Lee", "Ann Lee"),
        ("Ann\ud800", "Ann"),
        ("Ann\ue000", "Ann"),
        ("\u3164Ann\u115f\uffa0", "Ann"),
        ("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m"),
        (FAMILY, FAMILY),
        (
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
            "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
        ),
        ("\u200dAnn\u200c", "Ann"),
        ("Ann\u200d \u200dLee", "Ann Lee"),
        ("Ann \u200d Lee", "Ann Lee"),
        ("李小龙", "李小龙"),
        ("<script>", "<script>"),
        ("42", "42"),
        ("\U0001f642", "\U0001f642"),
    ],
)
def test_a_name_is_shown_as_one_visible_line(name: str, shown: str) -> None:
    assert cleaned(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\0",
        "\u200d",
        "\u200d \u200c",
        "\u200b\u202e\ufeff",
        "\u3164",
        "\u2800",
        "\u0301\u0302",
        "\u0301 \u0301",
        "\ufe0f",
        "\ud800",
    ],
)
def test_a_name_without_anything_visible_is_refused(name: str) -> None:
    """[EN-2] The field at fault is named."""
    with pytest.raises(Refused, match="visible") as caught:
        cleaned(name, field="data.name")
    assert caught.value.code is ErrorCode.INVALID
    assert caught.value.field == "data.name"


@pytest.mark.parametrize(
    ("name", "is_allowed"),
    [
        ("x" * MAX_CHARS, True),
        ("x" * (MAX_CHARS + 1), False),
        ("\U0001f642" * (MAX_BYTES // 4), True),
        ("\U0001f642" * (MAX_BYTES // 4) + "x", False),
        ("  " + "x" * MAX_CHARS + "  ", True),
    ],
)
def test_a_name_has_at_most_64_characters_and_256_bytes(name: str, *, is_allowed: bool) -> None:
    if is_allowed:
        assert cleaned(name) == name.strip()
        return
    with pytest.raises(Refused, match="64 characters and 256 bytes"):
        cleaned(name)


@given(st.text(max_size=80))
@example("\u200d \u200d")
@example("A\u200d \u0301")
def test_cleaning_a_clean_name_changes_nothing(name: str) -> None:
    try:
        once = cleaned(name)
    except Refused:
        return
    assert cleaned(once) == once
    assert once == once.strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl"} for character in once)


@pytest.mark.parametrize(
    ("name", "lookalike"),
    [
        ("Ann", "ann"),
        ("Ann", "Аnn"),
        ("Ann", "Αnn"),
        ("Ann", "Ａｎｎ"),
        ("Ann", "\U0001d400nn"),
        ("Carol", "ℂarol"),
        ("Ann", "A\u200dnn"),
        ("Ann", "Ánn"),
        ("Bob", "B0b"),
        ("Alice", "AIice"),
        ("Alice", "A1ice"),
        ("Olga", "Оlgа"),
        ("Straße", "STRASSE"),
        ("O'Neil", "O’Neil"),
        ("O'Neil", "Oʼneil"),
        ("O'Neil", "O`Neil"),
        ("Anna-Lena", "Anna‐Lena"),
        ("Anna-Lena", "Anna‑Lena"),
        ("Anna-Lena", "Anna–Lena"),
        ("J. Doe", "J․ Doe"),
        ("Bernd", "Bemd"),
        ("Walter", "VValter"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(name: str, lookalike: str) -> None:
    assert skeleton(name) == skeleton(lookalike)
    assert distinct(lookalike, [name]) == f"{lookalike} (2)"


@pytest.mark.parametrize(("name", "other"), [("Ann", "Anne"), ("Ann", "Ben"), ("Ян", "Яна")])
def test_names_that_differ_stay_as_they_are(name: str, other: str) -> None:
    assert distinct(name, [other]) == name


def test_the_third_of_a_name_gets_the_next_number() -> None:
    assert distinct("Ann", ["ANN", "Ann (2)", "Ben"]) == "Ann (3)"


@pytest.mark.parametrize("name", ["x" * MAX_CHARS, "\U0001f642" * (MAX_BYTES // 4)])
def test_a_numbered_name_keeps_the_limits(name: str) -> None:
    numbered = distinct(name, [name])
    assert numbered.endswith(" (2)")
    assert cleaned(numbered) == numbered


@given(st.lists(st.sampled_from(["Ann", "ann", "Аnn", "Ann (2)", "A1", "AI"]), max_size=12))
def test_no_two_names_in_a_room_look_alike(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(distinct(name, taken))
    assert len({skeleton(name) for name in taken}) == len(taken)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada", "Ada"),
        ("x" * 65, "x" * 64),
        ("x" * 100_000, "x" * 64),
        ("Ann " * 40, ("Ann " * 16).strip()),
        ("x" * 63 + " y", "x" * 63),
        ("\U0001f642" * 65, "\U0001f642" * 64),
        (FAMILY * 20, FAMILY * 12),
        ("x" * 62 + FAMILY, "x" * 62),
        ("x" * 63 + "e\u0331", "x" * 63),
        ("x" * 63 + "\U0001f44b\U0001f3fd", "x" * 63),
        ("x" * 63 + "\U0001f1e9\U0001f1ea", "x" * 63),
        ("x" * 62 + "\U0001f1e9\U0001f1ea" + "y", "x" * 62 + "\U0001f1e9\U0001f1ea"),
        ("Ada\ud83d", "Ada"),
        ("A\ufffdda", "Ada"),
        ("a" + "\u0331" * 300, "a" + "\u0331" * 63),
        ("Ada\tLovelace\r\n", "Ada Lovelace"),
        ("", None),
        (None, None),
        (" \u200b\u2060", None),
        ("\u3164", None),
        ("\ufffd", None),
        ("\u0301", None),
    ],
)
def test_a_name_of_another_system_is_made_to_fit(name: str | None, shown: str | None) -> None:
    assert fitted(name) == shown


@given(st.text(st.characters(), max_size=200))
@example("x" * 63 + FAMILY)
@example(" ".join("\U0001f1e9\U0001f1ea" for _ in range(90)))
def test_what_was_made_to_fit_is_a_name(name: str) -> None:
    """Whatever a system sends: the result passes where names that people type are looked at."""
    shown = fitted(name)
    if shown is not None:
        assert cleaned(shown) == shown


@given(st.text(), st.integers(0, 20), st.integers(4, 40))
def test_what_was_cut_is_a_beginning_within_the_limits(text: str, chars: int, size: int) -> None:
    part = cut(text, max_chars=chars, max_bytes=size)
    assert text.startswith(part)
    assert len(part) <= chars
    assert len(part.encode()) <= size


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Anna Sonn", "Anna S\u0585\u0578\u0578"),
        ("ADA", "\u13aaD\u13aa"),
        ("Nick", "\u039dick"),
        ("coc", "\u03f2\u2c9f\u2ca5"),
        ("Coco", "\u2ca4o\u2ca5\u2c9f"),
        ("Bob", "\u0412\u043eb"),
        ("Lisa", "\u216cis\u0430"),
    ],
)
def test_letters_of_other_scripts_make_no_second_one_of_a_name(name: str, other: str) -> None:
    """[SECURITY names] Armenian, Cherokee, Greek, Coptic, Cyrillic: by look (UTS #39)."""
    assert distinct(other, [name]) != other
