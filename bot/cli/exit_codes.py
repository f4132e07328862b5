"""Exit codes (table: docs/cli.md), and the error that ends a command with one of them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from prompts.errors import FirstCallError


class ExitCode(IntEnum):
    """What the exit code tells a script."""

    FINE = 0
    FAILED = 1
    WRONG_USE = 2
    """click's own: an unknown option, a missing argument."""
    SETTINGS = 3
    DATABASE = 4


# Names instead of classes, so that `firstcall --help` does not import the settings and the storage.
CODES = {
    "bot.settings.SettingsError": ExitCode.SETTINGS,
    "storage.errors.StorageError": ExitCode.DATABASE,
}


class CommandFailed(click.ClickException):
    """Ends a command with one line on standard error and an exit code."""

    exit_code: int  # type: ignore[misc]  # click reads it from the instance, and only declares it on the class

    def __init__(self, sentence: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(sentence)
        self.exit_code = code

    @classmethod
    def from_error(cls, error: FirstCallError) -> Self:
        """The error's own sentence, with the exit code of its nearest base class in CODES."""
        names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
        return cls(str(error), next((CODES[name] for name in names if name in CODES), ExitCode.FAILED))

    def show(self, file: Any = None) -> None:
        """Print the sentence after the program's name, as other tools do."""
        click.echo(f"firstcall: {self.format_message()}", err=True, file=file)
