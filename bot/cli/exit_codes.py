"""Exit codes, and how an error of ours ends a command. The table is in docs/cli.md."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from prompts.errors import FirstCallError


class ExitCode(IntEnum):
    """What a script can tell from the exit code."""

    FINE = 0
    FAILED = 1
    WRONG_USE = 2
    """click's own code: an unknown option, a missing argument."""
    SETTINGS = 3
    DATABASE = 4


# By name and not by class, so that `firstcall --help` need not load the settings and the storage.
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
        """The ending for an error of ours: its own sentence, and the code of the nearest class in CODES."""
        names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
        return cls(str(error), next((CODES[name] for name in names if name in CODES), ExitCode.FAILED))

    def show(self, file: Any = None) -> None:
        """Say it, with the program's name in front as other tools do."""
        click.echo(f"firstcall: {self.format_message()}", err=True, file=file)
