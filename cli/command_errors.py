"""Why a command did not do what it was asked, as a sentence for stderr and an exit code."""

from typing import ClassVar

from cli.printable import printable


class CommandError(Exception):
    """A command ends here; `cli.app` prints the sentence and exits with `exit_code`."""

    exit_code: ClassVar[int] = 1

    def __str__(self) -> str:
        """Return the sentence, safe to print: it may quote what other people wrote."""
        return printable(super().__str__(), keeps_lines=True)


class CommandRefused(CommandError):  # noqa: N818 - says what happened
    """It is not possible, or not allowed."""


class WronglyCalled(CommandError):  # noqa: N818 - says what happened
    """The arguments make no sense together."""

    exit_code = 2


class ServerUnreachable(CommandError):  # noqa: N818 - says what happened
    """It needs a running server, and there is none."""

    exit_code = 3
