"""The spaces of a formula: as wide as TeX has them, by what stands beside what."""

import pytest
from ziamath.tex import tex2mml

from gateway.formulas.job import Setting, Typeset
from gateway.formulas.spacing import spaced
from gateway.formulas.typeset import typeset


def width(tex: str) -> int:
    outcome = typeset(Typeset(tex)).outcome
    assert isinstance(outcome, Setting), outcome
    return outcome.w


@pytest.mark.parametrize(
    "sign", [r"\cap", r"\cup", r"\subset", r"\sim", r"\perp", r"\times", r"\div", r"\iff"]
)
def test_what_stands_between_two_things_stands_apart(sign: str) -> None:
    """[BD-21] A relation, an operation: not as close as letters are."""
    mathml = spaced(tex2mml(f"A {sign} B"))
    assert 'lspace="mediummathspace"' in mathml or 'lspace="thickmathspace"' in mathml
    assert width(f"A {sign} B") > width("A B") + 700


@pytest.mark.parametrize("before", ["(", "[", "=", ",", r"\leq", r"\cdot", r"\in", ";"])
@pytest.mark.parametrize("sign", ["-", "+", r"\pm"])
def test_a_sign_clings_to_what_it_is_of(before: str, sign: str) -> None:
    """[BD-21] And stands apart between two things."""
    mathml = spaced(tex2mml(f"x {before} {sign} a"))
    assert mathml.count('lspace="0em" rspace="0em"') == 1
    assert 'lspace="0em"' not in spaced(tex2mml(f"x {sign} a"))


@pytest.mark.parametrize(
    ("close", "apart"),
    [
        (r"\operatorname{tg}(x)", r"\operatorname{tg}\alpha"),
        (r"\log_2(x)", r"\log_2 x"),
        (r"\det(A)", r"\det A"),
    ],
)
def test_a_function_keeps_away_from_what_it_is_of(close: str, apart: str) -> None:
    """[BD-21] But for a bracket."""
    assert "mspace" not in spaced(tex2mml(close))
    assert "mspace" in spaced(tex2mml(apart))


def test_columns_of_a_matrix_stand_apart_and_those_of_one_equation_do_not() -> None:
    """[BD-21] Lines do in both."""
    matrix = spaced(tex2mml(r"\begin{pmatrix}1&2\\3&4\end{pmatrix}"))
    aligned = spaced(tex2mml(r"\begin{aligned}a&=b\\c&=d\end{aligned}"))
    assert "columnspacing" in matrix
    assert 'columnspacing="0.8em"' not in aligned
    assert "rowspacing" in matrix
    assert "rowspacing" in aligned
