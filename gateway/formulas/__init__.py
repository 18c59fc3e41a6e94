"""Formulas: TeX in, the outline of what it is set as out."""
