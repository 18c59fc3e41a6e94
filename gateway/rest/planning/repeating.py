"""Lessons that repeat: the moments that a rule names, by the clock on the wall of its zone.

A rule is a `RRULE` (RFC 5545 section 3.3.10). What may stand in it is less than the RFC allows:
every rule ends, names days and no hours, and costs no more than it names.
"""

import datetime as dt
import re
import zoneinfo
from itertools import islice
from typing import Final

from dateutil.rrule import rrulestr

from lessonroom.codes import ErrorCode, Refused

MOST: Final = 200
"""Lessons of one rule."""
_MOST_DAYS: Final = 3 * 366
"""From the first to the last of them."""
_DAY: Final = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH_DAY: Final = r"-?(?:[1-9]|[12]\d|3[01])"
_PARTS: Final = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY",
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    "BYDAY": rf"{_DAY}(?:,{_DAY}){{0,6}}",
    "BYMONTHDAY": rf"{_MONTH_DAY}(?:,{_MONTH_DAY}){{0,30}}",
    "BYSETPOS": r"-?[1-5]",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}


def zone_of(name: str, *, field: str) -> zoneinfo.ZoneInfo:
    """Return the time zone of that name.

    Raises:
        Refused: `invalid`, there is none.

    """
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            ErrorCode.INVALID, "no such time zone; as in Europe/Kyiv", field=field
        ) from None


def first_of(start: str, *, field: str) -> dt.datetime:
    """Return what the clock on the wall says at the first lesson, as in `2026-12-01T16:00`.

    Raises:
        Refused: `invalid`, there is no such day.

    """
    try:
        return dt.datetime.fromisoformat(start)
    except ValueError:
        raise Refused(ErrorCode.INVALID, "there is no such day", field=field) from None


def moment_of(wall: dt.datetime, zone: zoneinfo.ZoneInfo) -> int:
    """Return when it is that late by the clock on the wall, ms since the Unix epoch.

    An hour that is there twice is the first one; one that is left out comes an hour later.
    """
    return round(wall.replace(tzinfo=zone).timestamp() * 1000)


def wall_of(at_ms: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return what the clock on the wall says at a moment, to the second, without its zone."""
    return dt.datetime.fromtimestamp(at_ms // 1000, zone).replace(tzinfo=None)


def occurrences(rule: str, first: dt.datetime, zone: zoneinfo.ZoneInfo) -> list[int]:
    """Return the moments that a rule names from `first` on, in ms since the Unix epoch.

    Args:
        rule: as in `FREQ=WEEKLY;BYDAY=TU,TH;COUNT=20`.
        first: when the first may be, by the clock on the wall of the zone.
        zone: where that clock hangs: summer time moves no lesson.

    Raises:
        Refused: `invalid`, it is no rule, it does not end, or it names none or more than `MOST`.

    """
    parts = _parts_of(rule)
    count = int(parts.pop("COUNT", MOST + 1))
    last = first + dt.timedelta(days=_MOST_DAYS)
    until = _until(parts.pop("UNTIL"), zone) if "UNTIL" in parts else last
    # By its own end: one that names no day at all would be looked through for ever.
    bounded = {**parts, "UNTIL": min(until, last).strftime("%Y%m%dT%H%M%S")}
    text = ";".join(f"{name}={value}" for name, value in bounded.items())
    try:
        walls = list(islice(rrulestr(text, dtstart=first), min(count, MOST + 1)))
    except (ValueError, OverflowError) as error:
        raise _invalid(f"is no rule: {error}") from None
    if not walls:
        raise _invalid("names no day from the first one on")
    if len(walls) > MOST:
        raise _invalid(f"names more than {MOST} lessons: give it a COUNT or an UNTIL")
    return [moment_of(wall, zone) for wall in walls]


def _parts_of(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts:
            raise _invalid(f"has {name} twice")
        if name not in _PARTS:
            raise _invalid(f"may have {', '.join(_PARTS)}, and no {name[:20]!r}")
        if re.fullmatch(_PARTS[name], value) is None:
            raise _invalid(f"has a {name} that is not allowed")
        parts[name] = value
    if "FREQ" not in parts:
        raise _invalid("says with FREQ how often: DAILY, WEEKLY or MONTHLY")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise _invalid("ends by COUNT or by UNTIL")
    if parts["FREQ"] != "MONTHLY" and re.search(r"\d", parts.get("BYDAY", "")):
        raise _invalid("numbers days of a month only with FREQ=MONTHLY")
    return parts


def _until(value: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the last moment of a rule by the clock on the wall; a day lasts until its end."""
    try:
        if "T" not in value:
            day = dt.datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 - by the wall's clock
            return day.replace(hour=23, minute=59, second=59)
        until = dt.datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - as above
    except ValueError:
        raise _invalid("has an UNTIL that is no day") from None
    if not value.endswith("Z"):
        return until
    return until.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def _invalid(message: str) -> Refused:
    return Refused(ErrorCode.INVALID, f"the rule {message}", field="rule")
