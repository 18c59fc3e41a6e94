"""The words of a printed report, in the languages that it can be had in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """What the page can be written in."""

    EN = "en"
    UK = "uk"


_EN: Final[Mapping[str, str]] = {
    "report": "Report of a lesson",
    "untitled": "Untitled lesson",
    "active": "Lesson time: {time}",
    "going": "The lesson goes on. These are its numbers as of now.",
    "people": "People",
    "name": "Name",
    "there": "In the lesson",
    "spoke": "Spoke",
    "takes": "recorded voice",
    "microphone": "microphone on",
    "wrote": "Put on the board",
    "strokes": "strokes: {count}",
    "chat": "Chat messages",
    "hands": "Hands raised",
    "role.host": "leads",
    "role.student": "student",
    "role.viewer": "viewer",
    "role.solo": "leads",
    "spoken": "“Recorded voice” is how long a person's recorded voice is. Where nothing was"
    " recorded, it is how long their microphone was on: whether they said something is not known.",
    "pending": "Recorded voices that are not ready yet: {count}. They may be missing here.",
    "visits": "Who was there when",
    "still": "still there",
    "more": "and {count} more times",
    "pages": "Pages",
    "page": "Page {number}",
    "gone": "A page that was deleted",
    "elements": "On it: {count}",
    "wrote_here": "{name}: {count}",
    "operator": "Operator",
    "nothing": "Nobody wrote here.",
    "undrawn": "The pages could not be drawn small.",
    "zone": "Times: {zone}",
    "hours": "{hours} h {minutes} min",
    "minutes": "{minutes} min {seconds} s",
    "seconds": "{seconds} s",
}
_UK: Final[Mapping[str, str]] = {
    "report": "Звіт про урок",
    "untitled": "Урок без назви",
    "active": "Час уроку: {time}",
    "going": "Урок триває. Це його числа на цю мить.",
    "people": "Люди",
    "name": "Ім’я",
    "there": "На уроці",
    "spoke": "Говорили",
    "takes": "записаний голос",
    "microphone": "увімкнений мікрофон",
    "wrote": "Додали на дошку",
    "strokes": "штрихів: {count}",
    "chat": "Повідомлення в чаті",
    "hands": "Піднімали руку",
    "role.host": "веде",
    "role.student": "учень",
    "role.viewer": "глядач",
    "role.solo": "веде",
    "spoken": "«Записаний голос» — скільки триває записаний голос людини. Якщо нічого не записано,"
    " це час з увімкненим мікрофоном: чи людина щось казала, невідомо.",
    "pending": "Записані голоси, які ще не готові: {count}. Їх тут може бракувати.",
    "visits": "Хто коли був",
    "still": "досі тут",
    "more": "і ще разів: {count}",
    "pages": "Сторінки",
    "page": "Сторінка {number}",
    "gone": "Видалена сторінка",
    "elements": "На ній: {count}",
    "wrote_here": "{name}: {count}",
    "operator": "Оператор",
    "nothing": "Тут ніхто не писав.",
    "undrawn": "Сторінки не вдалося намалювати.",
    "zone": "Час: {zone}",
    "hours": "{hours} год {minutes} хв",
    "minutes": "{minutes} хв {seconds} с",
    "seconds": "{seconds} с",
}
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {Language.EN: _EN, Language.UK: _UK}
