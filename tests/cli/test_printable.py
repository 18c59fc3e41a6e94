import pytest

from cli.command_errors import CommandRefused
from cli.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31mred", "\\x9b31mred"),
        ("two\r\nlines\u2028three", "two\\r\\nlines\\u2028three"),
        ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_what_could_drive_a_terminal_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["Ада Лавлейс", "क्‍ष", "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"])
def test_what_people_write_stays(text: str) -> None:
    assert printable(text) == text


def test_an_error_keeps_its_lines_and_nothing_else() -> None:
    assert str(CommandRefused("one\ntwo \x1b[0m")) == "one\ntwo \\x1b[0m"
