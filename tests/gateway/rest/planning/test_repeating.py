"""What rules of repetition come to: by the clock on the wall, bounded, and refused by name."""

import datetime as dt
import zoneinfo

import pytest
from icalendar import vRecur

from gateway.rest.planning.repeating import MOST, moment_of, occurrences, wall_of, zone_of
from lessonroom.codes import Refused

KYIV = zoneinfo.ZoneInfo("Europe/Kyiv")
FIRST = dt.datetime(2026, 10, 13, 16, 0)  # noqa: DTZ001 - by the clock on the wall


def walls(rule: str, zone: zoneinfo.ZoneInfo = KYIV, first: dt.datetime = FIRST) -> list[str]:
    return [
        wall_of(at_ms, zone).strftime("%a %d.%m. %H:%M") for at_ms in occurrences(rule, first, zone)
    ]


def test_a_lesson_keeps_its_time_when_summer_time_ends() -> None:
    """At 16:00 on every Tuesday; by UTC an hour later from the end of October on."""
    found = occurrences("FREQ=WEEKLY;COUNT=4", FIRST, KYIV)
    assert [wall_of(at, KYIV).hour for at in found] == [16] * 4
    hours = [dt.datetime.fromtimestamp(at / 1000, dt.UTC).hour for at in found]
    assert hours == [13, 13, 14, 14]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3",
            ["Tue 13.10. 16:00", "Thu 15.10. 16:00", "Tue 20.10. 16:00"],
        ),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["Tue 13.10. 16:00", "Tue 27.10. 16:00"]),
        ("FREQ=WEEKLY;UNTIL=20261020", ["Tue 13.10. 16:00", "Tue 20.10. 16:00"]),
        ("FREQ=WEEKLY;UNTIL=20261020T120000Z", ["Tue 13.10. 16:00"]),
        ("FREQ=WEEKLY;UNTIL=20261020T130000Z", ["Tue 13.10. 16:00", "Tue 20.10. 16:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["Fri 30.10. 16:00", "Fri 27.11. 16:00"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", ["Sat 31.10. 16:00", "Thu 31.12. 16:00"]),
        ("FREQ=DAILY;COUNT=2", ["Tue 13.10. 16:00", "Wed 14.10. 16:00"]),
    ],
)
def test_rules_name_what_the_rfc_says(rule: str, expected: list[str]) -> None:
    """[RFC 5545 3.3.10] Days of the week and of the month, counted from either end."""
    assert walls(rule) == expected
    # What another library takes for a rule, too.
    assert vRecur.from_ical(rule.removeprefix("RRULE:"))["FREQ"]


def test_an_hour_that_is_left_out_comes_an_hour_later_and_one_that_is_twice_is_the_first() -> None:
    spring = dt.datetime(2027, 3, 28, 3, 30)  # noqa: DTZ001
    autumn = dt.datetime(2026, 10, 25, 3, 30)  # noqa: DTZ001
    assert wall_of(moment_of(spring, KYIV), KYIV) == spring.replace(hour=4)
    assert dt.datetime.fromtimestamp(moment_of(autumn, KYIV) / 1000, dt.UTC).hour == 0


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("", "no ''"),
        ("weekly", "no 'weekly'"),
        ("FREQ=WEEKLY", "ends by COUNT or by UNTIL"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "ends by COUNT or by UNTIL"),
        ("COUNT=3", "FREQ"),
        ("FREQ=HOURLY;COUNT=3", "FREQ"),
        ("FREQ=WEEKLY;COUNT=0", "COUNT"),
        ("FREQ=WEEKLY;COUNT=3;COUNT=3", "COUNT twice"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", "INTERVAL"),
        ("FREQ=WEEKLY;BYHOUR=1,2,3;COUNT=3", "BYHOUR"),
        ("FREQ=WEEKLY;BYDAY=1TU;COUNT=3", "FREQ=MONTHLY"),
        ("FREQ=WEEKLY;UNTIL=20261399", "no day"),
        ("FREQ=WEEKLY;UNTIL=20200101", "names no day"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "rule"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=3", "names no day"),
        ("FREQ=DAILY;UNTIL=20990101", str(MOST)),
        (f"FREQ=DAILY;COUNT={MOST + 1}", str(MOST)),
        ("FREQ=DAILY;COUNT=3;" + "X" * 200, "no 'XXXX"),
    ],
)
def test_a_rule_that_is_none_or_does_not_end_is_refused(rule: str, says: str) -> None:
    """One that names no day costs no more than others: it is looked through for three years."""
    with pytest.raises(Refused, match=says) as refused:
        occurrences(rule, FIRST, KYIV)
    assert refused.value.field == "rule"


def test_as_many_as_may_be_are_found() -> None:
    assert len(occurrences(f"FREQ=DAILY;COUNT={MOST}", FIRST, KYIV)) == MOST


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "", "Europe", "\0"])
def test_what_is_no_zone_is_none(name: str) -> None:
    with pytest.raises(Refused) as refused:
        zone_of(name, field="zone")
    assert refused.value.field == "zone"
