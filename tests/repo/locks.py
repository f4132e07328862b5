"""Parse the lock files: pinned versions, and the machines they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.repo.tracked import ROOT

LOCKS = ("run", "dev")
LINES = re.compile(
    r"(?P<name>[\w.-]+)(\[[\w,-]+\])?==(?P<version>\S+)( ; (?P<marker>.+))? \\"
    r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    r"|    # .*"
)
"""The lines that script/lock writes: an entry, its hashes, and the packages that require it."""
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>\S+)(?: ; (?P<marker>[^\\\n]+?))? \\\n(?:    --hash=\S+.*\n)+",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Entry:
    """One version of one package, for the machines that its marker matches."""

    name: NormalizedName
    version: Version
    marker: Marker | None

    def is_for(self, machine: dict[str, str]) -> bool:
        """Whether it is installed on this machine."""
        return self.marker is None or self.marker.evaluate({**machine})


def lock(which: str) -> str:
    """The text of script/locks/run.txt or dev.txt."""
    return (ROOT / "script" / "locks" / f"{which}.txt").read_text("utf-8")


def entries(text: str) -> list[Entry]:
    """The entries of a lock."""
    return [
        Entry(
            canonicalize_name(found["name"]),
            Version(found["version"]),
            Marker(found["marker"]) if found["marker"] else None,
        )
        for found in ENTRY.finditer(text)
    ]
