"""The report of a lesson over HTTP: as JSON, as a table, as a page to print.

Tests also: gateway/reports/gathering.py, gateway/reports/printed.py, gateway/reports/words.py,
gateway/rest/shapes/report.py.
"""

import csv
import io
import random
import re
import string
from pathlib import Path
from typing import Any

import pytest
from httpx import Response

from gateway.config import GatewayConfig
from gateway.reports.printed import POLICY
from gateway.reports.words import WORDS, Language
from gateway.rest.plumbing.bodies import picturing
from gateway.rest.shapes.instants import from_text
from gateway.rest.shapes.report import COLUMNS
from lessonroom.commands import Disconnect, SendChatMessage, SetMedia
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.test_takes import Recorded, recorded_in
from tests.gateway.rest.endpoints.test_past import Lesson, lesson_in, rect
from tests.gateway.rest.school import API, School


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await lesson_in(school)


async def report(lesson: Lesson) -> Any:  # noqa: ANN401 - JSON
    response = await lesson.get("/report/")
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "private, no-store"
    return response.json()


async def printed(lesson: Lesson, **query: object) -> Response:
    response = await lesson.get("/report/", params={"format": "html", **query})
    assert response.status_code == 200, response.text
    return response


async def test_it_agrees_with_the_stats_in_any_lesson(opened: Open) -> None:
    """[SY-13] Times, events and elements, while people come, go, speak and draw, and at the end."""
    for seed in range(12):
        chance = random.Random(seed)  # noqa: S311 - a lesson, no secret
        async with opened(config=GatewayConfig(exports_per_min=1_000)) as school:
            lesson = await lesson_in(school)
            connection = f"connection-{lesson.ben_id}"
            is_there = True
            for n in range(30):
                school.clock.advance(chance.choice([0.001, 0.25, 7, 61.5]))
                match chance.randrange(6):
                    case 0 if is_there:
                        await lesson.ask(Disconnect(connection_id=connection, is_bye=False))
                        is_there = False
                    case 1 if not is_there:
                        await school.connect(lesson.ben)
                        is_there = True
                    case 2 if is_there:
                        on = chance.random() < 0.5
                        await lesson.ask(SetMedia(by=lesson.ben_id, audio=on))
                    case 3 if is_there:
                        await lesson.draw(rect(f"r{n}"))
                    case 4 if is_there:
                        said = SendChatMessage(
                            connection_id=connection, client_id="bens-chat", n=n + 1, text="Hi"
                        )
                        await lesson.ask(said)
            for ends in (False, True):
                if ends:
                    await lesson.post("/complete/")
                    school.clock.advance(500)
                await agrees(lesson)


async def agrees(lesson: Lesson) -> None:
    """Compare the report with the stats, and with the log."""
    stats, told = (await lesson.get("/stats/")).json(), await report(lesson)
    for key in ("active_seconds", "status"):
        assert told[key] == stats[key]
    assert told["version"] == stats["board"]["version"]
    assert sum(page["elements"] for page in told["pages"]) == stats["board"]["elements"]
    assert told["chat"]["messages"] == stats["events_by_type"].get("chat_message", 0)
    assert len(told["participants"]) == len(stats["participants"])
    now = lesson.school.clock.now_ms()
    log = (await lesson.get("/timeline/", params={"limit": 1000})).json()["items"]
    puts = sum(each["data"]["operations"]["put"] for each in log if each["type"] == "board_op")
    assert sum(each["elements"] for page in told["pages"] for each in page["written"]) == puts
    for mine, theirs in zip(told["participants"], stats["participants"], strict=True):
        for key in ("user_id", "name", "role", "status", "time_in_room_seconds", "reconnect_count"):
            assert mine[key] == theirs[key]
        assert mine["chat"]["messages"] == theirs["events_by_type"].get("chat_message", 0)
        seconds = sum(ms(each["to"], now) - ms(each["from"], now) for each in mine["visits"]) / 1000
        assert seconds == pytest.approx(mine["time_in_room_seconds"], abs=1e-9)
        spoke = seconds_on(log, mine["user_id"], now)
        assert mine["microphone_seconds"] == pytest.approx(spoke, abs=1e-9)


def ms(instant: str | None, now_ms: int) -> int:
    """Return a time as it is in the log; None is now."""
    return now_ms if instant is None else from_text(instant)


def seconds_on(log: list[dict[str, Any]], user_id: int, now_ms: int) -> float:
    """Return how long somebody's microphone was on, reckoned from the events alone."""
    total, since = 0, None
    for event in log:
        at, data = ms(event["at"], now_ms), event["data"]
        is_on = since is not None
        if event["type"] == "media_state" and data["user_id"] == user_id:
            is_on = data["audio"]
        elif data.get("participant", {}).get("user_id") == user_id:
            is_on = data["participant"]["audio"]
        elif event["type"] == "session_complete":
            is_on = False
        if is_on and since is None:
            since = at
        elif not is_on and since is not None:
            total, since = total + at - since, None
    return (total + (0 if since is None else now_ms - since)) / 1000


async def test_voices_that_were_recorded_are_how_long_somebody_spoke(school: School) -> None:
    """[SY-13] Of who was not it is the microphone; what is not sealed yet is said."""
    recorded: Recorded = await recorded_in(school)
    await recorded.open()
    for chunk in voice(30):
        await recorded.send(chunk)
    told = (await recorded.call("GET", "report/")).json()
    assert told["takes_pending"] == 1
    await recorded.close(chunk.n + 1)
    await recorded.call("GET", f"{API}/takes/{recorded.take['take_id']}/")
    told = (await recorded.call("GET", "report/")).json()
    people = {each["user_id"]: each for each in told["participants"]}
    ben, ada = people[recorded.ben_id], people[recorded.session["host_id"]]
    assert (ben["spoke_from"], ada["spoke_from"]) == ("takes", "microphone")
    assert ben["spoke_seconds"] == ben["recorded_seconds"] == pytest.approx(30, abs=0.2)
    assert told["takes_pending"] == 0
    await recorded.call("DELETE", f"{API}/takes/{recorded.take['take_id']}/")
    told = (await recorded.call("GET", "report/")).json()
    assert {each["spoke_from"] for each in told["participants"]} == {"microphone"}


async def test_a_table_has_a_row_for_each_person(lesson: Lesson) -> None:
    """[SY-13] And no cell that a spreadsheet takes for a formula."""
    hostile = await lesson_in(lesson.school, ben="=cmd()")
    await hostile.draw(rect())
    response = await hostile.get("/report/", params={"format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(response.text))
    assert tuple(head) == COLUMNS
    (ben,) = [dict(zip(head, row, strict=True)) for row in rows if row[0] == str(hostile.ben_id)]
    assert (ben["name"], ben["elements_written"], ben["visits"]) == ("'=cmd()", "1", "1")
    assert len(rows) == 2


async def test_a_page_to_print_shows_each_page_small(lesson: Lesson) -> None:
    """[SY-13] In one file that runs nothing and fetches nothing, wherever it lies."""
    await lesson.draw(rect())
    ada = lesson.school.user_token("Ada")
    await lesson.school.connect(
        (await lesson.school.call("POST", f"{lesson.base}/join/", token=ada)).json()
    )
    page = await printed(lesson)
    assert page.headers["content-security-policy"] == f"{POLICY}; sandbox"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    text = page.text
    assert text.count('src="data:image/png;base64,') == 1
    assert text.count("Content-Security-Policy") == 1
    assert not re.search(r"https?:|<script|<link|\son[a-z]+=|<iframe", text)
    assert "Ben: 1" in text
    assert 'lang="en"' in text


async def test_names_and_titles_are_words_and_nothing_else(school: School) -> None:
    """[T22] Whatever is in them."""
    lesson = await lesson_in(school, ben="<img src=x onerror=alert(1)>")
    ada = school.user_token("Ada")
    title = {"title": "</title><script>alert(1)</script>"}
    await school.call("PATCH", f"{lesson.base}/", token=ada, json=title)
    await lesson.draw(rect())
    text = (await printed(lesson)).text
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;: 1" in text


async def test_it_is_written_in_the_readers_language_and_time(lesson: Lesson) -> None:
    """[SY-13] A zone that is none is named as the fault."""
    english = (await printed(lesson)).text
    ukrainian = (await printed(lesson, language="uk", zone="Europe/Kyiv")).text
    assert "Звіт про урок" in ukrainian
    assert "Europe/Kyiv" in ukrainian
    assert "Report of a lesson" in english
    wrong = await lesson.get("/report/", params={"format": "html", "zone": "Nowhere/At_all"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "zone")
    for key in ("format", "language"):
        wrong = await lesson.get("/report/", params={key: "xx"})
        assert (wrong.status_code, wrong.json()["field"]) == (422, key)


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.EN])
def test_each_language_has_the_same_words(language: Language) -> None:
    """With the same places for numbers and names in them."""

    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, words = WORDS[Language.EN], WORDS[language]
    assert english.keys() == words.keys()
    for key, text in english.items():
        assert places(text) == places(words[key]), key


def test_the_report_speaks_what_the_page_speaks() -> None:
    """The page asks for its report in its own language."""
    folder = Path(__file__).parents[4] / "frontend/src/language"
    assert set(Language) == {path.stem for path in folder.glob("??.json")}


async def test_where_pages_cannot_be_drawn_the_rest_is_told(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[SY-13] Too large a board has no pictures, and a report all the same."""
    limits = picturing._LIMITS
    monkeypatch.setattr(picturing, "_LIMITS", type(limits)(memory_bytes=1, cpu_s=1, wall_s=1))
    await lesson.draw(rect())
    text = (await printed(lesson)).text
    assert "could not be drawn" in text
    assert "Ben: 1" in text


async def test_a_long_log_is_read_in_pieces(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[SY-13] With the same result."""
    for n in range(9):
        await lesson.draw(rect(f"r{n}"))
    whole = await report(lesson)
    monkeypatch.setattr("gateway.reports.gathering._EVENTS", 2)
    assert await report(lesson) == whole


async def test_it_counts_as_a_drawing(opened: Open) -> None:
    """[P16] [SECURITY Flood] Working it out again and again is had by nobody."""
    async with opened(config=GatewayConfig(exports_per_min=2)) as school:
        lesson = await lesson_in(school)
        statuses = [(await lesson.get("/report/")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


async def test_of_an_unknown_session_there_is_none(lesson: Lesson) -> None:
    """[SY-13] Nor for who was there: only the host is told who came when."""
    path = f"{API}/sessions/none/report/"
    ada = lesson.school.user_token("Ada")
    assert (await lesson.school.call("GET", path, token=ada)).status_code == 404
    await lesson.post("/complete/")
    theirs = await lesson.school.call("GET", f"{lesson.base}/report/", token=lesson.ben["token"])
    assert theirs.status_code == 403
