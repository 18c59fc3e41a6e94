"""Lessons that open from a learning platform's courses (LTI 1.3 and LTI Advantage)."""
