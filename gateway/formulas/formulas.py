"""Having formulas set, and remembering those that were: a class looks at the same ones."""

import hashlib
from collections import OrderedDict
from typing import Final

import msgspec

from gateway.confinement.confined import Declined, ProcessLimits
from gateway.confinement.confinement import Confinement, Work
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.formulas.job import MAX_CHARS, Fault, Setting, Typeset, Typesetting
from lessonroom.board.drawing.formula_outline import FormulaOutline, allowed_bytes
from lessonroom.codes import ErrorCode, Refused

_MIB: Final = 1024 * 1024
_LIMITS: Final = ProcessLimits(memory_bytes=512 * _MIB, cpu_s=5, wall_s=15)
_MODULE: Final = "gateway.formulas.typeset"
_KEPT_BYTES: Final = 16 * _MIB
_encode = msgspec.json.Encoder().encode


class SetFormula(msgspec.Struct, frozen=True):
    """A formula that was set; `content` is its outline as it is kept."""

    outline: FormulaOutline
    content: bytes


class Formulas:
    """Has TeX set in a confined process, each once as long as it is remembered."""

    def __init__(self, confinement: Confinement, *, kept_bytes: int = _KEPT_BYTES) -> None:
        self._confinement = confinement
        self._kept_bytes = kept_bytes
        self._size_bytes = 0
        self._known: OrderedDict[bytes, SetFormula | Fault] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many formulas are remembered, those that cannot be set among them."""
        return len(self._known)

    async def set(self, tex: str, *, owner: Owner) -> SetFormula:
        """Return what a formula looks like.

        Raises:
            Refused: `invalid`, with the place in `field`: `tex[12]` is its character 12, counted
                from 0; `too_large`, there is too much of it; `unavailable`, too much is waiting.

        """
        if len(tex) > MAX_CHARS:
            raise Refused(
                ErrorCode.TOO_LARGE, f"a formula has at most {MAX_CHARS} characters", field="tex"
            )
        name = hashlib.blake2b(tex.encode(), digest_size=16).digest()
        found = self._known.get(name)
        if found is None:
            found = await self._set(tex, owner)
            self._remember(name, found)
        else:
            self._known.move_to_end(name)
        if isinstance(found, Fault):
            raise Refused(ErrorCode.INVALID, found.message, field=f"tex[{found.at}]")
        return found

    async def _set(self, tex: str, owner: Owner) -> SetFormula | Fault:
        try:
            result = await self._confinement.run(
                Work.FORMULA,
                _MODULE,
                Typeset(tex),
                owner=owner,
                result_type=Typesetting,
                limits=_LIMITS,
            )
        except (Declined, ProcessFailed):
            return Fault(0, "this formula takes too long to be drawn: make two of it")
        match result.outcome:
            case Fault():
                return result.outcome
            case Setting(w=w, h=h, contours=contours):
                outline = FormulaOutline(max(1, w), max(1, h), contours)
                content = _encode(outline)
                if len(content) > allowed_bytes(tex):
                    return Fault(0, "this formula is too large to be drawn: make two of it")
                return SetFormula(outline, content)

    def _remember(self, name: bytes, formula: SetFormula | Fault) -> None:
        before = self._known.pop(name, None)
        self._known[name] = formula
        self._size_bytes += _size(formula) - (0 if before is None else _size(before))
        while self._size_bytes > self._kept_bytes and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            self._size_bytes -= _size(oldest)


def _size(formula: SetFormula | Fault) -> int:
    """Return about what is kept of it: numbers take four times their digits."""
    return 400 if isinstance(formula, Fault) else 400 + 10 * len(formula.content)
