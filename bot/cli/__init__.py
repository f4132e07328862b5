"""The command line: `firstcall` and its subcommands, each in a file of its own that is loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from bot.cli.exit_codes import CommandFailed
from prompts.errors import FirstCallError

if TYPE_CHECKING:
    from typing import Any

# Name and what the list of commands says. Here and not in the command's file, so that the list loads none of them.
SUBCOMMANDS = {
    "demo": "Try it in the browser: a simulated workspace and the real bot.",
    "run": "Run the bot.",
    "migrate": "Bring the database up to date.",
    "doctor": "Say what is missing, and the exact next step.",
    "manifest": "Write the app manifest that Slack or Teams asks for.",
    "outbox": "See what waits to be sent or was given up; try again, cancel.",
    "export": "Write every deal with its confirmations to a file.",
    "schedule": "Show what will be sent to whom, when and why.",
    "detect": "Show whether a message tells of a closed deal, and why.",
    "playbook": "Check the playbook, the words and the coach after an edit.",
}

MODULES = {name: f"bot.cli.{name}" for name in SUBCOMMANDS} | {"demo": "bot.cli.demo.command"}
"""Where each command is."""


class Subcommands(click.Group):
    """Imports a command when it is called, and turns the product's own errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names, in the order in which a newcomer meets them."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None when there is no such name."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = import_module(MODULES[cmd_name]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that we raised on purpose is said, not traced."""
        try:
            return super().invoke(ctx)
        except FirstCallError as error:
            raise CommandFailed.from_error(error) from error


@click.group(
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings are environment variables or a .env file: docs/settings.md. Exit codes: docs/cli.md.",
)
@click.version_option(None, "-V", "--version", package_name="firstcall", message="firstcall %(version)s")
def main() -> None:
    """The first call after the order: FirstCall hears of a closed deal, gets the call made, and guards the promises.

    New here? Type `firstcall demo`.
    """
