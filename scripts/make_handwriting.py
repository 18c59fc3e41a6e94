"""Make the demo lesson's pen strokes: a single-line font, a model of the hand, and a lesson plan.

The hand moves with a minimum-jerk speed between corners (Flash and Hogan 1985), slows with
curvature to the power of one third (Lacquaniti, Terzuolo and Viviani 1983), presses less where it
is fast, trembles at 8 to 11 Hz and drifts off the line. Chance comes from fixed seeds, so that a
run writes the same file again:

    .venv/bin/python scripts/make_handwriting.py
"""

import cmath
import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

import msgspec
from msgspec.structs import replace

from cli.demo.handwriting import Author, Lesson, PenStroke

Point = complex  # x + y*1j, y down as on the board
Control = list[tuple[Point, bool]]  # points, each with whether it is a corner

OUTPUT = Path(__file__).resolve().parent.parent / "cli" / "demo" / "strokes.json"
BOARD_WIDTH, BOARD_HEIGHT = 1280, 800

# Glyphs stand on y = 0, lower-case letters are 5 high, capitals and digits 8 to 9. Strokes are
# divided by ";", glyphs by "/". A point with "!" is a corner: the curve breaks, the hand slows.
FONT = """
a: 4,4.3 2.4,5 0.4,3.6 0.3,1.3 1.7,0 3.4,1.2 4,4.6! 4,1 4.9,0.2 / l: 0.5,9 0.4,4 0.5,0.8 1.4,0.1
b: 0.3,9 0.2,4 0.2,0.3! 0.4,3.4 2,5 3.8,3.8 3.7,1.2 2,-0.1 0.3,0.8
c: 3.8,4.1 2.4,5 0.6,3.9 0.2,2 1,0.4 2.6,0 3.9,0.8 / i: 0.8,5 0.7,2 0.8,0.6 1.6,0.1; 0.8,7 0.9,6.7
d: 4,4.2 2.4,5 0.4,3.6 0.3,1.3 1.7,0 3.4,1.2 4,5 4.1,9! 4,3 4.1,0.8 4.8,0.2
e: 0.4,2.6 2.2,2.7 3.8,3.3 3.4,4.6 2.2,5 0.7,4 0.2,2.1 1,0.4 2.5,0 4,0.9
f: 3.4,8.2 2.5,9 1.5,8 1.4,5 1.3,0; 0.1,4.8 1.5,5 3,5.1 / v: 0.1,5 1,2.4 1.9,0! 2.8,2.6 3.7,5
g: 4,4.3 2.4,5 0.4,3.6 0.3,1.3 1.7,0.1 3.4,1.2 4,4.8! 4,0 3.8,-2.8 2.2,-4 0.4,-3
h: 0.3,9 0.2,4 0.2,0! 0.4,3.2 2,5 3.5,4.2 3.7,2 3.7,0 / r: 0.3,5 0.2,2.5 0.2,0! 0.4,3 1.4,4.7 3,4.7
j: 1.6,5 1.6,0 1.4,-2.8 0.2,-3.8 -0.6,-3; 1.6,7 1.7,6.7 / x: 0.2,5 1.9,2.5 3.8,0; 3.7,5 1.9,2.4 0,0
k: 0.3,9 0.2,4 0.2,0; 3.4,4.8 1.8,3.2 0.3,2.4! 2,1.4 3.7,0
m: 0.2,5 0.2,2.4 0.2,0! 0.4,3.4 1.7,5 2.8,4 2.9,0! 3.1,3.4 4.5,5 5.6,4 5.7,1 6.3,0.1
n: 0.2,5 0.2,2.4 0.2,0! 0.5,3.3 2,5 3.4,4.1 3.5,1 4.1,0.1
o: 2.4,5 0.7,4.2 0.2,2.4 0.9,0.4 2.3,0 3.8,1 4.1,3 3.3,4.7 2.2,5
p: 0.3,5 0.2,1 0.2,-4! 0.3,2 0.6,4 2.2,5 3.8,3.8 3.8,1.4 2.2,0 0.5,0.8
q: 4,4.3 2.4,5 0.4,3.6 0.3,1.3 1.7,0 3.4,1.2 4,4.8! 4,0 4,-4 5,-3
s: 3.4,4.3 2.1,5 0.7,4.2 1.1,3 2.7,2.2 3.4,1.1 2.2,0 0.3,0.6
t: 1.5,7.6 1.4,4 1.4,1 2.1,0.1 3.2,0.4; 0,5 1.5,5.1 3.1,5.2
u: 0.2,5 0.2,2 0.9,0.2 2.3,0.2 3.5,1.6 3.7,5! 3.7,1.4 4.5,0.1
w: 0.1,5 0.8,2 1.4,0! 2.2,2 2.8,4.2! 3.5,2 4.1,0! 5,2.6 5.6,5
y: 0.2,5 0.9,2.6 2,0.4; 3.9,5 2.6,1.8 1.4,-1.8 0.2,-3.9
z: 0.3,5 2,5 3.6,4.9! 1.8,2.4 0.2,0.1! 2,0.1 3.9,0.1
P: 0.4,8.6 0.3,4 0.2,0; 0.2,8 2,8.9 4.4,8 4.6,6 3.2,4.4 0.5,4.1
Т: 0,8.6 3,8.6 6,8.7; 3,8.6 2.9,4 2.9,0 / г: 0.3,5 0.3,2.5 0.2,0; 0.2,4.9 1.8,5 3.4,5! 3.4,4.2
П: 0.3,8.6 0.3,4 0.2,0; 0.2,8.5 2.6,8.5 5.2,8.6! 5.2,4 5.2,0
М: 0.2,0 0.5,4 0.8,8.6! 2,5.5 3.4,2.4! 4.8,5.5 6,8.6! 6.3,4 6.5,0
д: 0.9,0.2 1.6,2.4 2,5! 3,5 4,5! 4,2.5 4.1,0.1; 0.1,-1.6 0.1,0! 2.4,0.05 5,0! 5,-1.6
л: 0,0.2 0.8,0.6 1.3,2.6 1.8,5! 2.8,5 3.8,5! 3.8,2.5 3.9,0
м: 0,0 0.5,2.5 1,5! 1.8,3 2.7,1! 3.7,3 4.5,5! 4.9,2.5 5.3,0
ф: 3.2,4.4 1.6,5 0.3,3.6 0.3,1.4 1.6,0 3,1 3.4,4 4.8,5 6.1,3.7 6.1,1.3 4.8,0 3.3,0.7; 3.2,8 3.1,-4
ц: 0.3,5 0.3,2.5 0.3,0.1! 2,0.1 3.7,0.1! 3.7,2.5 3.7,5; 3.7,0.1 4.7,0! 4.6,-1.7
0: 2.4,8 0.8,6.8 0.2,4 0.9,1 2.4,0 4,1.2 4.5,4 3.8,7 2.2,8 / 1: 0.2,6 1.2,7 2,8! 2,4 1.9,0
2: 0.4,6.4 1.2,7.8 2.8,8 4,6.8 3.4,4.6 1.8,2 0.2,0.1! 2.2,0.2 4.4,0.1
3: 0.4,7.2 1.8,8 3.5,7.4 3.5,5.6 1.7,4.5! 3.6,4 4.2,2.2 3,0.3 1.4,0 0.1,0.9
4: 2.6,8 1.4,5.2 0.2,2.7! 2.4,2.7 4.8,2.8; 3.6,5.2 3.5,2.5 3.5,0
5: 0.9,8 0.7,6.2 0.6,4.5! 2,5 3.7,4.2 4.1,2.2 2.8,0.3 1.3,0 0.1,0.7; 0.9,8 2.4,8 4.2,8.1
6: 3.6,7.8 1.8,6.2 0.5,3.6 0.5,1.2 2,0 3.7,0.9 3.8,2.8 2.4,4 0.7,2.8
7: 0.2,8 2.2,8 4.3,8! 3,4.6 1.8,0; 1.2,4.2 2.6,4.2 3.9,4.3
8: 3.8,6.8 2.4,8 0.8,7 1.2,5.2 2.8,4 4,2.2 3.2,0.3 1.4,0.1 0.4,1.6 1.4,3.4 3.2,5 3.8,6.8
9: 3.8,6.6 2.4,8 0.8,7 0.5,5.2 1.8,4 3.4,5 3.8,7! 3.7,3.5 3,0.2
+: 2.4,6 2.3,3.7 2.3,1.4; 0,3.7 2.3,3.7 4.7,3.8 / -: 0,3.7 2,3.7 4,3.8 / ^: 0.2,6.4 1.6,8.6! 3,6.4
=: 0,4.8 2.3,4.8 4.6,4.9; 0.1,2.7 2.4,2.7 4.7,2.8 / (: 1.8,9 0.6,6.8 0.2,3.8 0.6,0.8 1.8,-1.4
): 0.2,9 1.4,6.8 1.8,3.8 1.4,0.8 0.2,-1.4 / ,: 0.8,0.6 0.8,-0.4 0.2,-1.6 / .: 0.4,0.3 0.7,0.2 0.5,0
?: 0.4,6.8 1.4,8.2 3,8.1 3.8,6.6 3,5 2,3.8 1.9,2.2; 1.9,0.4 2.1,0.1
!: 0.6,8.8 0.6,5 0.5,2.4; 0.5,0.4 0.7,0.1
"""  # noqa: RUF001 -- Cyrillic is meant
GLYPHS = {entry[0]: entry[2:] for entry in FONT.strip().replace("\n", " / ").split(" / ")}
# Letters of both alphabets that the hand writes alike.
GLYPHS |= {cyr: GLYPHS[lat] for cyr, lat in zip("аеіор", "aeiop", strict=True)}  # noqa: RUF001
SUPERSCRIPTS = {"²": "2", "³": "3"}
TICK = "0,3.4 1.4,1.4 2.2,0! 4.4,5 7.4,9.6"

PATH_STEP_PX = 0.5
# The way covered by a minimum-jerk movement, of 1, after each thousandth of its time.
MINIMUM_JERK = [t**3 * (10 - 15 * t + 6 * t**2) for t in (i / 1000 for i in range(1001))]
SAMPLE_MS = 10.0
SHORTEST_STROKE_MS = 45.0


@dataclass(frozen=True)
class Style:
    """How one person writes."""

    color: str
    width: float
    speed_px_s: float  # the peak, on a straight stroke of 60 px
    slant: float  # x gained for each y
    sloppiness: float  # deviation of a control point, in glyph units
    pressure: float
    pause_ms: float  # before each new word


def parse_strokes(text: str) -> list[Control]:
    """Read the control points of each stroke, y up."""
    strokes = [[word.partition(",") for word in stroke.split()] for stroke in text.split(";")]
    return [
        [(complex(float(x), float(y.rstrip("!"))), y.endswith("!")) for x, _, y in stroke]
        for stroke in strokes
    ]


def split_at_corners(control: Control) -> list[list[Point]]:
    """Cut a stroke where it has corners."""
    pieces: list[list[Point]] = [[]]
    for point, is_corner in control:
        pieces[-1].append(point)
        if is_corner:
            pieces.append([point])
    return [piece for piece in pieces if len(piece) > 1]


def spline(points: Sequence[Point]) -> list[Point]:
    """A Catmull-Rom curve through the points, sampled evenly every PATH_STEP_PX or so."""
    padded = [points[0], *points, points[-1]]
    fine = [points[0]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(8, int(abs(c - b) / PATH_STEP_PX * 2))
        linear, square, cubic = c - a, 2 * a - 5 * b + 4 * c - d, 3 * (b - c) + d - a
        steps = [i / count for i in range(1, count + 1)]
        fine += [b + (linear * t + square * t**2 + cubic * t**3) / 2 for t in steps]
    way = list(accumulate((abs(b - a) for a, b in pairwise(fine)), initial=0.0))
    count = max(2, round(way[-1] / PATH_STEP_PX))
    return [interpolate(way, fine, at=way[-1] * i / count) for i in range(count + 1)]


def interpolate(keys: Sequence[float], points: Sequence[Point], *, at: float) -> Point:
    """Look up where a polyline is, given its increasing keys."""
    right = min(max(bisect_left(keys, at), 1), len(keys) - 1)
    span = keys[right] - keys[right - 1]
    share = (at - keys[right - 1]) / span if span > 0 else 0.0
    return points[right - 1] + (points[right] - points[right - 1]) * share


def minimum_jerk_speed(share: float) -> float:
    """The speed, 1 at its peak, where a minimum-jerk movement has gone that share of its way."""
    tau = bisect_left(MINIMUM_JERK, share) / 1000
    return 16 * tau**2 * (1 - tau) ** 2


def curvature(piece: Sequence[Point], *, at: int) -> float:
    """Turning per pixel, over a few steps on either side."""
    reach = min(4, at, len(piece) - 1 - at)
    if reach == 0:
        return 0.0
    before, here, after = piece[at - reach], piece[at], piece[at + reach]
    return abs(cmath.phase((after - here) / (here - before))) / (reach * PATH_STEP_PX)


def travel_times_ms(pieces: Sequence[Sequence[Point]], *, peak_px_s: float) -> list[float]:
    """When the hand passes each point of the pieces, which meet in corners."""
    times = [0.0]
    for number, piece in enumerate(pieces):
        starts_slow = 0.1 if number == 0 else 0.2
        ends_slow = 0.1 if number == len(pieces) - 1 else 0.2
        for i in range(1, len(piece)):
            share = (i - 0.5) / (len(piece) - 1)
            floor = starts_slow if share < 0.5 else ends_slow  # noqa: PLR2004 -- half-way
            bend = (1 + 12 * curvature(piece, at=i)) ** (-1 / 3)
            speed = peak_px_s * bend * max(floor, minimum_jerk_speed(share))
            times.append(times[-1] + 1000 * abs(piece[i] - piece[i - 1]) / speed)
    stretch = max(1.0, SHORTEST_STROKE_MS / times[-1])
    return [time * stretch for time in times]


@dataclass
class Hand:
    """One person with a pen, and the time at which the pen is free again."""

    author: Author
    style: Style
    rng: Random
    clock_ms: float = 0
    position: Point = complex(BOARD_WIDTH / 2, BOARD_HEIGHT / 2)
    strokes: list[PenStroke] = field(default_factory=list)

    def wait_for(self, other: "Hand", *, pause_ms: float) -> None:
        """Begin no earlier than `pause_ms` after what the other has done."""
        self.clock_ms = max(self.clock_ms, other.clock_ms + pause_ms)

    def write(self, text: str, *, x: float, y: float, size: float, after_ms: float = 0) -> float:
        """Write on the baseline y, `size` pixels for a glyph unit; return where the line ends."""
        self.clock_ms += after_ms
        drift, phase = self.rng.gauss(0, 0.008), self.rng.uniform(0, math.tau)
        start = x
        for char in text:
            if char == " ":
                x += 3.6 * size
                self.clock_ms += self.style.pause_ms * self.rng.uniform(0.7, 1.4)
                continue
            wave = 0.25 * size * math.sin(phase + (x - start) / (22 * size))
            lift, scale = (5.2 * size, 0.55 * size) if char in SUPERSCRIPTS else (0.0, size)
            baseline = y + drift * (x - start) + wave - lift
            x += self.glyph(GLYPHS[SUPERSCRIPTS.get(char, char)], x=x, y=baseline, size=scale)
        return x

    def glyph(self, strokes: str, *, x: float, y: float, size: float) -> float:
        """Draw one glyph and return how far the next one is."""
        scale = size * self.rng.gauss(1, 0.03)
        slant = self.style.slant + self.rng.gauss(0, 0.02)
        parsed = parse_strokes(strokes)
        for control in parsed:
            placed = []
            for point, is_corner in control:
                wx = point.real + slant * point.imag + self.rng.gauss(0, self.style.sloppiness)
                wy = point.imag + self.rng.gauss(0, self.style.sloppiness)
                placed.append((complex(x + scale * wx, y - scale * wy), is_corner))
            self.stroke(placed)
        advance = max(point.real for control in parsed for point, _ in control)
        return scale * (advance + 1.7 + self.rng.gauss(0, 0.12))

    def line(self, *points: tuple[float, float]) -> int:
        """Draw straight lines through the points, each of them a corner."""
        return self.stroke([(complex(*point), True) for point in points])

    def curve(self, *points: tuple[float, float]) -> int:
        """Draw a smooth curve through the points."""
        return self.stroke([(complex(*point), False) for point in points])

    def erase(self, target: int) -> None:
        """Rub along the stroke of this hand that has the index `target` in `strokes`."""
        points = self.strokes[target].points
        places = [4 * round(i * (len(points) // 4 - 1) / 8) for i in range(9)]
        path = [
            (points[i] + 9 * (-1) ** n, points[i + 1] + 5 * (-1) ** n) for n, i in enumerate(places)
        ]
        rub = self.curve(*path)
        self.strokes[rub] = replace(self.strokes[rub], color="#ffffff", width=18.0, erases=target)

    def stroke(self, control: Control) -> int:
        """Travel to the first point, pen down, move through all; return the stroke's index."""
        pieces = [spline(piece) for piece in split_at_corners(control)]
        path = [pieces[0][0]] + [point for piece in pieces for point in piece[1:]]
        length = sum(abs(b - a) for a, b in pairwise(path))
        # Long strokes are drawn faster, which keeps the time of a movement nearly constant.
        haste = min(3.0, max(0.5, (length / 60) ** 0.5)) * self.rng.gauss(1, 0.06)
        times = travel_times_ms(pieces, peak_px_s=self.style.speed_px_s * haste)
        reach = abs(path[0] - self.position)
        travel_ms = (90 + 14 * reach**0.5) * self.rng.uniform(0.85, 1.25)
        start_ms = round(self.clock_ms + travel_ms)
        points, style = tuple(self.sample(path, times)), self.style
        self.strokes.append(PenStroke(self.author, start_ms, points, style.color, style.width))
        self.clock_ms = start_ms + sum(points[3::4])
        self.position = path[-1]
        return len(self.strokes) - 1

    def sample(self, path: Sequence[Point], times: Sequence[float]) -> list[float]:
        """What a tablet reports of the movement: about 100 points a second, and tremor."""
        total = times[-1]
        frequency = self.rng.uniform(8, 11)
        phase_x, phase_y = self.rng.uniform(0, math.tau), self.rng.uniform(0, math.tau)
        press = self.style.pressure * self.rng.gauss(1, 0.07)
        points: list[float] = []
        previous, now, before = path[0], 0.0, 0.0
        while True:
            here = interpolate(times, path, at=now)
            angle = math.tau * frequency * now / 1000
            speed = abs(here - previous) / max(now - before, 1) if now else 0.0
            ramp = min(1.0, 0.25 + now / 50, 0.15 + (total - now) / 60)
            force = press * ramp * (1.15 - 0.35 * min(1.0, speed)) + self.rng.gauss(0, 0.012)
            points += [
                round(here.real + 0.22 * math.sin(angle + phase_x), 1),
                round(here.imag + 0.22 * math.sin(angle + phase_y), 1),
                round(min(1.0, max(0.02, force)), 2),
                round(now - before, 1),
            ]
            if now >= total:
                return points
            previous, before = here, now
            now = min(total, now + max(6.0, self.rng.gauss(SAMPLE_MS, 0.8)))
            if total - now < SAMPLE_MS / 2:
                now = total


TEACHER = Style("#1e1e1e", 3.0, 430, 0.14, 0.11, 0.62, 220)
STUDENT1 = Style("#1971c2", 2.5, 330, 0.02, 0.17, 0.55, 420)
STUDENT2 = Style("#c2255c", 2.5, 400, 0.22, 0.20, 0.48, 300)


def lesson_plan() -> Lesson:
    """Play the lesson: Pythagoras at the board, then each student's own exercise."""
    # A seed for each hand: a change of one person's part leaves the strokes of the others alone.
    teacher = Hand("teacher", TEACHER, Random("lessonroom/teacher"), clock_ms=400)  # noqa: S311
    first = Hand("student1", STUDENT1, Random("lessonroom/student1"))  # noqa: S311
    second = Hand("student2", STUDENT2, Random("lessonroom/student2"))  # noqa: S311
    write_title(teacher)
    draw_triangle(teacher)
    second.wait_for(teacher, pause_ms=500)
    draw_axes(second)
    teacher.write("a² + b² = c²", x=430, y=260, size=5.0, after_ms=900)
    teacher.write("a = 3, b = 4", x=70, y=164, size=3.4, after_ms=500)
    teacher.write("3² + 4² = ?", x=430, y=350, size=4.6)
    first.wait_for(teacher, pause_ms=900)
    solve(first)
    draw_parabola(second)
    teacher.wait_for(first, pause_ms=600)
    teacher.glyph(TICK, x=640, y=580, size=5.0)
    teacher.wait_for(second, pause_ms=600)
    teacher.glyph(TICK, x=1130, y=710, size=5.0)
    teacher.write("Молодці!", x=480, y=730, size=5.4)
    return in_order([teacher, first, second])


def write_title(hand: Hand) -> None:
    """Write the title in both languages."""
    end = hand.write("Теорема Піфагора", x=60, y=90, size=5.2)
    hand.curve((58, 112), (200, 109), (360, 113), (end - 8, 108))
    hand.write("Pythagoras", x=760, y=90, size=5.0, after_ms=400)


def draw_triangle(hand: Hand) -> None:
    """Draw a right triangle, 3 by 4 in units of 60, and name its sides."""
    for a, b in pairwise([(90, 249), (92, 430), (330, 428), (89, 248)]):
        hand.line(a, b)
    hand.line((92, 405), (117, 404), (117, 430))
    hand.write("a", x=52, y=352, size=4.4, after_ms=250)
    hand.write("b", x=195, y=478, size=4.4)
    hand.write("c", x=218, y=318, size=4.4)


def solve(hand: Hand) -> None:
    """Find c, then check it."""
    hand.write("9 + 16 = 25", x=430, y=430, size=4.6)
    hand.write("c² = 25", x=430, y=505, size=4.6, after_ms=600)
    end = hand.write("c = 5", x=430, y=580, size=4.6, after_ms=500)
    hand.curve((432, 598), (480, 595), (end, 598))
    hand.write("(25 - 16 = 3^2)", x=70, y=580, size=3.6, after_ms=700)


def draw_axes(hand: Hand) -> None:
    """Draw axes with arrows, ticks and numbers."""
    hand.line((820, 600), (1200, 598))
    hand.line((1184, 589), (1201, 598), (1185, 608))
    hand.line((1000, 690), (1002, 240))
    hand.line((993, 257), (1002, 239), (1011, 256))
    for x in (880, 940, 1061, 1120):
        hand.line((x, 593), (x + 1, 606))
    for y in (540, 480, 420, 360):
        hand.line((995, y), (1008, y - 1))
    for number, x in (("-2", 862), ("-1", 922), ("1", 1055), ("2", 1112)):
        hand.write(number, x=x, y=630, size=2.4)
    hand.write("x", x=1205, y=628, size=3.6)
    hand.write("y", x=1018, y=258, size=3.6)


def draw_parabola(hand: Hand) -> None:
    """The first try misses the origin and leans; its author sees that and draws it again."""
    hand.write("y = x²", x=1080, y=330, size=4.0, after_ms=900)
    hand.clock_ms += 800
    wrong = hand.curve((880, 330), (920, 470), (975, 556), (1035, 520), (1075, 400), (1100, 350))
    hand.clock_ms += 1500
    hand.erase(wrong)
    hand.clock_ms += 700
    xs = [1001 + 60 * step / 2 for step in range(-4, 5)]
    hand.curve(*((x, 599 - 60 * ((x - 1001) / 60) ** 2) for x in xs))
    hand.write("(0, 0)", x=1016, y=686, size=3.2, after_ms=400)


def in_order(hands: Sequence[Hand]) -> Lesson:
    """Sort by the time at which the pen comes down, and let erasers name indices of the whole."""
    numbered = [(stroke, i) for hand in hands for i, stroke in enumerate(hand.strokes)]
    numbered.sort(key=lambda pair: pair[0].at_ms)
    place = {(stroke.author, i): n for n, (stroke, i) in enumerate(numbered)}
    strokes = [
        stroke
        if (own := stroke.erases) is None
        else replace(stroke, erases=place[stroke.author, own])
        for stroke, _ in numbered
    ]
    return Lesson(width=BOARD_WIDTH, height=BOARD_HEIGHT, strokes=tuple(strokes))


def to_json(lesson: Lesson) -> bytes:
    """Encode with a line for each stroke, so that a change shows as what it is."""
    strokes = b",\n".join(msgspec.json.encode(stroke) for stroke in lesson.strokes)
    size = b'"width":%d,"height":%d' % (lesson.width, lesson.height)
    return b'{%s,"strokes":[\n%s\n]}\n' % (size, strokes)


def main() -> None:
    """Write the data file."""
    lesson = lesson_plan()
    size = OUTPUT.write_bytes(to_json(lesson))
    print(f"{len(lesson.strokes)} strokes, {lesson.duration_ms / 1000:.1f} s, {size} bytes")


if __name__ == "__main__":
    main()
