"""How often the proofs try: the figures of PROMISES, or a part of them."""

import os
from typing import Final

SCALE: Final = "LESSONROOM_PROOF_SCALE"
"""The variable that holds which part of its figure each proof is to try; 1 where it is absent."""


def proof(times: int) -> int:
    """Return how often `make proof` tries what it should try `times` times."""
    return max(1, round(times * float(os.environ.get(SCALE, "1"))))
