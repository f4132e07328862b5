"""Look up the locked packages in the database of known vulnerabilities: fail on one with a fix, warn about the others.

A package that cannot be looked up is only a warning, even if none can be for lack of a network: the tests check this
project's code, and must run anywhere.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

LOCK = "script/locks/run.txt"


def findings(report: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """From pip-audit's report: the package with its version, the vulnerability's id, the versions that fix it."""
    return [
        (f"{package['name']} {package['version']}", flaw["id"], flaw["fix_versions"])
        for package in report["dependencies"]
        for flaw in package.get("vulns", [])
    ]


def skipped(report: dict[str, Any]) -> list[tuple[str, str]]:
    """From pip-audit's report: each package that could not be looked up, and why."""
    return [(package["name"], package["skip_reason"]) for package in report["dependencies"] if "skip_reason" in package]


def main() -> int:
    """Run pip-audit on the lock for production; returns 1 if an upgrade would help."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", LOCK, "--require-hashes", "--disable-pip"),
        *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
    ]
    try:
        audit = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        report = json.loads(audit.stdout)
    except subprocess.TimeoutExpired:
        print("warning: nothing could be looked up: no answer within five minutes")
        return 0
    except json.JSONDecodeError:
        reason = audit.stderr.strip().splitlines() or ["it said nothing"]
        print(f"warning: nothing could be looked up: {reason[-1]}")
        return 0
    status = 0
    for package, flaw, fixes in findings(report):
        if fixes:
            print(f"{package} has {flaw}; fixed in {', '.join(fixes)}: change pyproject.toml, then script/lock")
            status = 1
        else:
            print(f"warning: {package} has {flaw}; there is no fix yet")
    missed, locked = skipped(report), len(report["dependencies"])
    if locked == len(missed) > 0:
        print(f"warning: not one of {locked} packages could be looked up; the first: {missed[0][1]}")
    elif missed:
        names = ", ".join(name for name, _ in missed)
        print(
            f"warning: {len(missed)} of {locked} packages could not be looked up ({names}); the first: {missed[0][1]}"
        )
    print(f"{locked - len(missed)} of {locked} packages were looked up.")
    return status


if __name__ == "__main__":
    sys.exit(main())
