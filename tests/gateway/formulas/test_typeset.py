"""What formulas come out as: numbers, of all that a school writes, and nothing else.

Tests also: gateway/formulas/job.py.
"""

import random
from pathlib import Path

import msgspec
import pytest

from gateway.formulas.job import Fault, Setting, Typeset, Typesetting
from gateway.formulas.typeset import typeset
from lessonroom.board.drawing.formula_outline import FormulaOutline, allowed_bytes

SCHOOL = (Path(__file__).parent / "school.txt").read_text(encoding="utf-8").splitlines()
PARTS = [
    *("\\frac", "\\sqrt", "\\sum", "\\left", "\\right", "\\begin{matrix}", "\\end{matrix}", "{"),
    *("}", "^", "_", "&", "\\\\", "x", "1", "(", ")", "[", "]", "|", "\\text", "{ї}", "\\binom"),
    *("\\overbrace", "\\mathbb", "\\limits", "'", "\\xrightarrow", ",", "\\bigl", "\\boxed", "<"),
    *("\\cancel", "\\pmod", "\\substack", "\\begin{cases}", "\\end{cases}", "-", "=", "\\quad"),
]


def outcome_of(tex: str) -> Setting | Fault:
    return typeset(Typeset(tex)).outcome


def setting_of(tex: str) -> Setting:
    outcome = outcome_of(tex)
    assert isinstance(outcome, Setting), outcome
    return outcome


@pytest.mark.parametrize("tex", SCHOOL)
def test_a_school_s_formulas_are_set(tex: str) -> None:
    """[BD-21] As whole numbers within their box, and no more of them than their TeX allows."""
    setting = setting_of(tex)
    assert setting.contours
    for contour in setting.contours:
        assert all(0 <= x <= setting.w for x in contour[::2])
        assert all(0 <= y <= setting.h for y in contour[1::2])
    outline = FormulaOutline(setting.w, setting.h, setting.contours)
    assert len(msgspec.json.encode(outline)) < allowed_bytes(tex) / 2


def test_a_fraction_is_higher_than_its_numbers_and_a_sum_is_wider_than_its_parts() -> None:
    assert setting_of("\\frac{1}{2}").h > 1.5 * setting_of("1").h
    assert setting_of("1+2").w > setting_of("1").w + setting_of("2").w


def test_letters_of_ukrainian_are_there_and_those_of_china_are_not() -> None:
    """[BD-21] What the font does not have is told with its place."""
    assert setting_of("\\text{Ґанок, їжак, є}").contours
    missing = outcome_of("x+\\text{日}")
    assert isinstance(missing, Fault)
    assert missing.at == 8
    assert "日" in missing.message


def test_a_decimal_comma_has_no_space_behind_it_and_a_pair_does() -> None:
    assert setting_of("3,14").w < setting_of("3, 14").w


def test_what_has_too_many_corners_is_refused() -> None:
    outcome = outcome_of("\\sum\\Omega\\Psi" * 100)
    assert isinstance(outcome, Fault)
    assert "too large" in outcome.message


def test_spaces_alone_between_braces_are_an_empty_outline() -> None:
    assert setting_of("{ }").contours == []


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_is_set_or_refused(seed: int) -> None:
    """[T22] Never an exception, never anything but numbers."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    for _ in range(40):
        tex = "".join(chance.choices(PARTS, k=chance.randint(1, 14)))
        answer = msgspec.msgpack.encode(typeset(Typeset(tex)))
        msgspec.msgpack.decode(answer, type=Typesetting)
