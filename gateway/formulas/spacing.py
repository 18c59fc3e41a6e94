"""The spaces between the signs of a formula, where the library leaves them out or puts too much.

TeX's own: a relation stands apart from both sides, so does an operation between two things, but a
minus that begins something clings to it, and a function's name keeps away from what it is of.
"""

import xml.etree.ElementTree as ET
from typing import Final

_RELATION: Final = "thickmathspace"
_OPERATION: Final = "mediummathspace"
_FUNCTION: Final = "0.167em"
_RELATIONS: Final = frozenset("=<>≤≥≠≈≡∼~∈∉∋⊂⊃⊆⊇⊄⊥⟂∥∣→←↔⇒⇐⇔⟹⟸⟺⟶⟵↦∝≅≃⩽⩾")
_SPACED_RELATIONS: Final = _RELATIONS - frozenset("=<>≤≥≠≈≡∈∉∣→←")
"""Those that the library sets too close."""
_SPACED_OPERATIONS: Final = frozenset("∩∪×÷∧∨∖∘⊕⊗")
_SIGNS: Final = frozenset("+-−±∓")
_BEFORE_SIGNS: Final = _RELATIONS | _SPACED_OPERATIONS | frozenset("([{⟨⌊⌈,;:·⋅∗*/") | _SIGNS
"""What a sign follows that belongs to what comes: it is no operation between two things."""
_CLINGING: Final = frozenset("∂!")
_INTEGRALS: Final = frozenset("∫∬∭∮")
_BETWEEN_ROWS: Final = "0.4em"
_BETWEEN_COLUMNS: Final = "0.8em"
_OPENING: Final = frozenset("([{|⌊⌈⟨")
_ROWS: Final = frozenset({"math", "mrow", "mtd", "msqrt", "mstyle", "mpadded", "menclose"})
_SCRIPTED: Final = frozenset({"msub", "msup", "msubsup"})


def spaced(mathml: str) -> str:
    """Return the MathML of a formula with the spaces that TeX has."""
    root = ET.fromstring(mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))  # noqa: S314 - the library's own
    rows = [element for element in root.iter() if element.tag in _ROWS]
    for row in rows:
        _space(row)
    for table in root.iter("mtable"):
        _set_apart(table)
    return ET.tostring(root, encoding="unicode")


def _space(row: ET.Element) -> None:
    children = list(row)
    added = 0
    for n, child in enumerate(children):
        before = children[n - 1] if n else None
        following = children[n + 1] if n + 1 < len(children) else None
        text = _text_of(child)
        if text in _SPACED_RELATIONS:
            _keep_away(child, _RELATION)
        elif text in _SPACED_OPERATIONS:
            _keep_away(child, _OPERATION)
        elif (
            text in _SIGNS and (before is None or _text_of(before)[-1:] in _BEFORE_SIGNS)
        ) or text in _CLINGING:
            _keep_away(child, "0em")
        elif _is_cramped(child) and following is not None and _needs_room(following):
            row.insert(n + 1 + added, ET.Element("mspace", {"width": _FUNCTION}))
            added += 1


def _set_apart(table: ET.Element) -> None:
    """Lines are set apart, and columns where they are not parts of one equation."""
    table.set("rowspacing", _BETWEEN_ROWS)
    if "columnspacing" not in table.attrib:
        table.set("columnspacing", _BETWEEN_COLUMNS)


def _text_of(element: ET.Element) -> str:
    """Return the sign that an element is; empty where it is more than that."""
    return (element.text or "").strip() if element.tag in {"mo", "mi"} else ""


def _keep_away(element: ET.Element, space: str) -> None:
    element.tag = "mo"
    element.set("lspace", space)
    element.set("rspace", space)


def _is_cramped(element: ET.Element) -> bool:
    """Return whether nothing keeps away what follows: of a function's name, of an integral."""
    if element.tag in _SCRIPTED and len(element):
        return _is_name(element[0]) or _text_of(element[0]) in _INTEGRALS
    return element.tag == "mo" and _is_name(element)


def _is_name(element: ET.Element) -> bool:
    text = _text_of(element)
    return len(text) > 1 and text.isalpha()


def _needs_room(following: ET.Element) -> bool:
    if following.tag in {"mspace", "mtext"}:
        return False
    text = _text_of(following)
    is_letter = following.tag != "mo" or text.isalpha()
    return is_letter and text not in _OPENING
