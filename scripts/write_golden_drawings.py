"""Write the drawings that tests/lessonroom/board/test_svg.py expects; look at them after."""

from pathlib import Path

from tests.lessonroom.board.painted import BOARDS, painted

GOLDEN = Path(__file__).parent.parent / "tests" / "lessonroom" / "board" / "golden"

for name, board in BOARDS.items():
    (GOLDEN / f"{name}.svg").write_text(painted(board), encoding="utf-8")
    print(GOLDEN / f"{name}.svg")
