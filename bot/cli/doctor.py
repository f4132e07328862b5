"""`firstcall doctor`: report what is missing, and the exact next step."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.cli import doctor_checks
from bot.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from bot.cli.doctor_checks import Finding, State

MARKS: dict[State, tuple[str, str]] = {"ok": ("✓", "green"), "note": ("!", "yellow"), "problem": ("✗", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object with `ok` and `findings`.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check everything that the bot needs, and report the exact next step for what is missing.

    Nothing is changed, and no secret is shown. The exit code is 0 if the bot can run, and 1 if it cannot.
    """
    findings = []
    for finding in doctor_checks.run_checks():
        findings.append(finding)
        if not as_json:
            _print(finding)
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": not problems, "findings": [asdict(finding) for finding in findings]}, indent=2))
    elif problems:
        click.echo(f"\n{problems} {'thing keeps' if problems == 1 else 'things keep'} the bot from running.")
    else:
        click.echo("\nThe bot can run.")
    ctx.exit(ExitCode.FAILED if problems else ExitCode.FINE)


def _print(finding: Finding) -> None:
    mark, colour = MARKS[finding.state]
    click.echo(f"{click.style(mark, fg=colour)} {finding.check}: {finding.found}")
    if finding.next_step:
        click.echo(f"    {finding.next_step}")
