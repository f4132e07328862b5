"""The command line: `firstcall` and its subcommands, each in its own file, which is imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from bot.cli.failures import explain
from bot.cli.output import show_every_character

if TYPE_CHECKING:
    from typing import Any

# Each command's short help. It is here and not in the command's file, so that listing the commands imports none.
SUBCOMMANDS = {
    "demo": "Try it in the browser: a simulated workspace and the real bot.",
    "run": "Run the bot.",
    "migrate": "Bring the database up to date.",
    "doctor": "Report what is missing, and the exact next step.",
    "manifest": "Write the app manifest for Slack, or the app package for Teams.",
    "outbox": "List pending and undelivered messages; retry or cancel them.",
    "workspace": "Move deals that were stored under another company's workspace.",
    "export": "Export every deal with its confirmations.",
    "import": "Take deals of the past in from a CSV file.",
    "schedule": "Show which messages will be sent to whom, when and why.",
    "detect": "Show whether a message announces a closed deal, and why.",
    "playbook": "Check the playbook and the other texts after an edit.",
}

MODULES = {name: f"bot.cli.{name}" for name in SUBCOMMANDS} | {
    "demo": "bot.cli.demo.command",
    "import": "bot.cli.import_deals",
}
"""The module of each command."""


class Subcommands(click.Group):
    """Imports a command when it is called, and turns its failure into one line and an exit code."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Prepare the output, then run the command line. `invoke` explains failures; this, when even the help fails."""
        show_every_character()
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            failed = explain(error)
            if failed is None:
                raise
            failed.show()
            sys.exit(failed.exit_code)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names, in the order in which a newcomer needs them."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None if there is no such command."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = import_module(MODULES[cmd_name]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. An expected failure has no traceback."""
        try:
            return super().invoke(ctx)
        except (Exception, KeyboardInterrupt) as error:
            failed = explain(error)
            if failed is None:
                raise
            raise failed from error


@click.group(
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings are environment variables or a .env file: docs/settings.md. Exit codes: docs/cli.md.",
)
@click.version_option(None, "-V", "--version", package_name="firstcall", message="firstcall %(version)s")
def main() -> None:
    """FirstCall detects closed deals, prompts the rep to make the alignment call, and tracks what was promised.

    New here? Run `firstcall demo`.
    """
