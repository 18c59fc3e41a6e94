"""The number of the form that boards and the operations on them have (PROTOCOL BD-16).

It rises by one with each change that a program of before would read wrongly or not at all. Stored
with events and snapshots; 1 is everything from before it was: an `append` without `at`. 2 is from
before pages had ids, titles and paper, 3 from before elements were grouped and locked, and before
there were formulas, graphs and tables, 5 from before pages and layers were open, 6
from before groups lay in groups and axes of graphs had names.
"""

from typing import Final

BOARD_SCHEMA: Final = 7
"""What this program writes, and the newest that it reads."""
OLDEST_CLIENT_SCHEMA: Final = 1
"""Clients that know less are told so (close code 4505)."""
