"""Write the drawings that the tests of SVG expect; look at them after."""

from pathlib import Path

from tests.lessonroom.board.drawing.painted import BOARDS, painted

GOLDEN = Path(__file__).parent.parent / "tests" / "lessonroom" / "board" / "drawing" / "golden"

for name, board in BOARDS.items():
    (GOLDEN / f"{name}.svg").write_text(painted(board), encoding="utf-8")
    print(GOLDEN / f"{name}.svg")
