r"""The TeX that formulas are written in: what a school needs, and all symbols of the font.

What is not here is refused by name, however harmless: commands that define others (`\def`), load,
name addresses or colours, and those that come out wrong.
"""

from typing import Final


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"})
ACCENTS: Final = _each(
    """
    acute bar breve check dot ddot dddot grave hat mathring tilde vec widehat widetilde
    overline underline overbrace underbrace overrightarrow overleftarrow overleftrightarrow
    """
)
FONTS: Final = _each(
    """
    mathbb mathbf mathcal mathfrak mathit mathrm mathscr mathsf mathtt boldsymbol
    """
)
BOXES: Final = _each("boxed cancel bcancel xcancel phantom hphantom vphantom")
ARROWS: Final = _each(
    """
    xleftarrow xrightarrow xleftrightarrow xLeftarrow xRightarrow xLeftrightarrow xmapsto
    xrightleftharpoons
    """
)
"""They stretch to what is written above them, and in brackets below."""
STACKED: Final = frozenset({"overset", "underset", "stackrel"})
TEXTS: Final = _each("text textbf textit textrm textsf texttt mbox")
"""Their argument is words."""
MODULI: Final = frozenset({"pmod", "mod", "pod"})
SIZED: Final = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)
"""A delimiter follows them."""
LARGE: Final = _each(
    """
    sum prod coprod int iint iiint oint bigcup bigcap bigvee bigwedge bigoplus bigotimes lim
    limsup liminf max min sup inf det gcd
    """
)
"""Their scripts may stand above and below."""
PLACED: Final = frozenset({"limits", "nolimits"})
"""They say where the scripts of the operator before them stand."""
WORDS: Final = _each(
    """
    arccos arcctg arcsin arctan arctg arg ch cos cosh cosec cot cotg coth csc ctg cth deg
    det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr sec sh sin sinh sup
    tan tanh tg th
    """
)
"""Upright names of functions."""
SPACES: Final = _each(
    """
    quad qquad enspace thinspace medspace thickspace negthinspace space
    """
)
STYLES: Final = _each("displaystyle textstyle scriptstyle scriptscriptstyle")
ALONE: Final = frozenset({"bmod", "prime", "nobreakspace"})
ESCAPED: Final = frozenset("\\{}|,:;!>%_&#$ ")
"""What may stand behind a backslash."""

ENVIRONMENTS: Final = _each(
    """
    matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned align* split
    array
    """
)
DELIMITERS: Final = _each(
    r"""
    ( ) [ ] | / . < > \{ \} \| \langle \rangle \lfloor \rfloor \lceil \rceil \vert \Vert
    \lvert \rvert \lVert \rVert \uparrow \downarrow
    """
)

ONE_ARGUMENT: Final = ACCENTS | FONTS | BOXES | MODULI
TWO_ARGUMENTS: Final = FRACTIONS | STACKED

_UNMEANT: Final = frozenset({"sqrt", "root", "ampersand", "backslash", "percent", "octothorpe"})
"""Names that the list of symbols has, for characters that mean something else."""

INSTEAD: Final = {
    "ce": r"write \mathrm{H_2O}",
    "def": "commands of one's own are not possible",
    "newcommand": "commands of one's own are not possible",
    "renewcommand": "commands of one's own are not possible",
    "let": "commands of one's own are not possible",
    "color": "the style bar chooses the colour",
    "textcolor": "the style bar chooses the colour",
    "over": r"write \frac{1}{2}",
    "choose": r"write \binom{n}{k}",
    "not": r"write \ne, \notin or \nsubseteq",
    "root": r"write \sqrt[3]{x}",
}
"""What to do in place of what people try."""


def is_symbol(name: str) -> bool:
    """Whether a command stands for one character of the font; read from the list of the library."""
    from latex2mathml.symbols_parser import SYMBOLS  # noqa: PLC0415 - a large table

    return name not in _UNMEANT and rf"\{name}" in SYMBOLS
