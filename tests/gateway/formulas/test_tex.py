"""What is understood of TeX, and where it is wrong.

Tests also: gateway/formulas/vocabulary.py.
"""

import json
from pathlib import Path

import pytest

from gateway.formulas.job import MAX_CHARS, Fault, Typeset
from gateway.formulas.tex import fault_of
from gateway.formulas.typeset import typeset

SCHOOL = (Path(__file__).parent / "school.txt").read_text(encoding="utf-8").splitlines()

FAULTS = [
    # What is not known, with what to write instead.
    ("x+\\foo{x}", 2, "no command \\foo"),
    ("\\ce{H2O}", 0, "\\mathrm{H_2O}"),
    ("a\\over b", 1, "\\frac{1}{2}"),
    ("\\begin{tabular}x\\end{tabular}", 0, "no environment tabular"),
    ("\\begin x", 0, "a name in braces"),
    ("x\\?", 1, "no command \\?"),
    ("x\\", 1, "a command is missing"),
    # What would define, load, name or colour.
    ("\\def\\x{1}\\x", 0, "one's own"),
    ("\\newcommand{\\x}{1}", 0, "one's own"),
    ("\\let\\x=1", 0, "one's own"),
    ("\\input{/etc/passwd}", 0, "no command \\input"),
    ("\\href{javascript:alert(1)}{x}", 0, "no command \\href"),
    ("\\color{red}x", 0, "style bar"),
    ("\\style{x}{y}", 0, "no command \\style"),
    ("\\class{x}{y}", 0, "no command \\class"),
    ("\\unicode{60}", 0, "no command \\unicode"),
    ("\\verb|x|", 0, "no command \\verb"),
    ("\\DeclareMathOperator{\\x}{x}", 0, "no command"),
    # What is not whole.
    ("\\frac{1}", 0, "second part"),
    ("\\frac", 0, "needs a part"),
    ("\\sqrt[3", 0, "] is missing"),
    ("\\sqrt[3]", 0, "needs a part"),
    ("1+{2", 2, "} is missing"),
    ("1}", 1, "closes nothing"),
    ("x^", 1, "needs a part"),
    ("x_}", 1, "needs a part"),
    ("x^2^3", 3, "second exponent"),
    ("x_1_2", 3, "second index"),
    ("\\left(x", 0, "\\right is missing"),
    ("x\\right)", 1, "no \\left"),
    ("\\left x\\right)", 6, "a bracket stands here"),
    ("\\left(x\\right", 0, "a bracket stands here"),
    ("\\big x", 5, "a bracket stands here"),
    ("\\begin{matrix}1&2", 0, "\\end is missing"),
    ("\\begin{matrix}1\\end{pmatrix}", 19, "not by \\end{pmatrix}"),
    ("\\end{matrix}", 0, "no \\begin"),
    ("\\begin{array}1\\end{array}", 0, "its columns"),
    ("\\begin{matrix}{1\\end{matrix}}", 16, "no \\begin"),
    ("x&y", 1, "in a matrix"),
    ("x\\\\y", 1, "in a matrix"),
    ("\\frac\\\\x", 0, "needs a part"),
    ("\\substack a", 0, "in braces"),
    ("\\text", 0, "words in braces"),
    ("\\text{a{b}}", 7, "words alone"),
    ("\\text{a$b$}", 7, "words alone"),
    ("\\operatorname{НСД}", 0, "Latin letters"),
    ("\\operatorname{a\\b}", 0, "Latin letters"),
    ("x\\limits_a", 1, "behind \\sum"),
    ("\\limits", 0, "behind \\sum"),
    # What means something else.
    ("#1", 0, "write \\#"),
    ("100%", 3, "write \\%"),
    ("$x$", 0, "write \\$"),
    ("a~b", 1, "means nothing here"),
    ('a"b', 1, "means nothing here"),
    ("a\x00b", 1, "means nothing here"),
    ("a\u202eb", 1, "cannot be drawn"),
    ("a\ue000", 1, "cannot be drawn"),
    # Nothing, and too much.
    ("", 0, "nothing"),
    (" \n ", 0, "nothing"),
    ("x" * (MAX_CHARS + 1), MAX_CHARS, "at most 2000"),
    ("{" * 17 + "x" + "}" * 17, 16, "deeper than 16"),
    ("\\sqrt" * 18 + " x", 17 * 5, "deeper than 16"),
    ("x^{" * 17 + "x" + "}" * 17, 16 * 3 + 2, "deeper than 16"),
    ("\\left(" * 17 + "x", 16 * 6, "deeper than 16"),
    ("\\begin{matrix}" + "&" * 401 + "\\end{matrix}", 14 + 400, "at most 400"),
]


@pytest.mark.parametrize(("tex", "at", "message"), FAULTS, ids=lambda value: ascii(value)[:40])
def test_what_is_wrong_is_told_with_its_place(tex: str, at: int, message: str) -> None:
    """[BD-21] A place counts characters from 0."""
    fault = fault_of(tex)
    assert fault is not None
    assert message in fault.message
    assert fault.at == at


@pytest.mark.parametrize("tex", SCHOOL)
def test_a_school_s_formulas_are_understood(tex: str) -> None:
    assert fault_of(tex) is None


@pytest.mark.parametrize(
    "tex",
    [
        "\\sum_{\\substack{i<n\\\\j<m}}a_{ij}",
        "\\sum\\limits_{i=1}^n i",
        "x'^2+x_1'",
        "\\left.\\frac{x^2}{2}\\right|_0^1",
        "\\bigl\\{x\\bigr\\}",
        "\\xrightarrow[T]{a}",
        "\\begin{array}{lcr}1&2&3\\end{array}",
        "^2",
        "\\stackrel{?}{=}",
        "\\operatorname{sgn} x",
        "[0;1)",
    ],
)
def test_what_else_is_written_is_understood(tex: str) -> None:
    assert fault_of(tex) is None


SAID = json.loads((Path(__file__).parent / "faults.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("tex", "message"), SAID.items(), ids=lambda text: ascii(text)[:60])
def test_what_is_wrong_is_said_in_words_that_the_page_knows(tex: str, message: str) -> None:
    """[BD-21] The page says them in the person's language: its tests look at the same file."""
    fault = fault_of(tex) or typeset(Typeset(tex)).outcome
    assert isinstance(fault, Fault)
    assert fault.message == message
