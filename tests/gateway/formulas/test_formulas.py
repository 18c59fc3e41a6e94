"""Formulas are set in a process of their own, once each, and what is wrong is a refusal."""

import pytest

from gateway.confinement.confinement import Confinement, Outcome, Work
from gateway.confinement.owner_queues import Owner
from gateway.formulas.formulas import Formulas
from lessonroom.board.drawing.formula_outline import decoded
from lessonroom.codes import ErrorCode, Refused

OWNER = Owner("1", "algebra")


@pytest.fixture
def confinement() -> Confinement:
    return Confinement()


async def test_a_formula_is_set_once(confinement: Confinement) -> None:
    """[BD-21] And what it is kept as is read again as what it looks like."""
    formulas = Formulas(confinement)
    first = await formulas.set("\\frac{1}{2}", owner=OWNER)
    again = await formulas.set("\\frac{1}{2}", owner=Owner("2", "other"))
    assert again is first
    assert confinement.ended(Work.FORMULA, Outcome.DONE) == 1
    assert decoded(first.content, "\\frac{1}{2}") == first.outline


async def test_what_is_wrong_is_refused_with_its_place_and_remembered(
    confinement: Confinement,
) -> None:
    """[BD-21] Whoever types on has it asked again and again."""
    formulas = Formulas(confinement)
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            await formulas.set("1+\\foo", owner=OWNER)
        assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID, "tex[2]")
    assert confinement.ended(Work.FORMULA, Outcome.DONE) == 1


async def test_what_is_too_long_starts_no_process(confinement: Confinement) -> None:
    with pytest.raises(Refused) as caught:
        await Formulas(confinement).set("x" * 2_001, owner=OWNER)
    assert (caught.value.code, caught.value.field) == (ErrorCode.TOO_LARGE, "tex")
    assert confinement.ended(Work.FORMULA, Outcome.DONE) == 0


async def test_only_so_much_is_remembered(confinement: Confinement) -> None:
    formulas = Formulas(confinement, kept_bytes=1)
    await formulas.set("x", owner=OWNER)
    await formulas.set("y", owner=OWNER)
    assert formulas.kept == 1
