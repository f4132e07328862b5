"""The words of won and lost deals, one TOML file a language, and the one loader that reads them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_FOLDER = "prompts.detection"


@cache
def languages() -> dict[str, dict[str, Any]]:
    """Return each language's tables by its ISO 639-1 code, English first, the rest in order of code.

    The tables are shared between callers: read them, never change them.
    """
    codes = sorted(
        (
            entry.name.removesuffix(".toml")
            for entry in resources.files(_FOLDER).iterdir()
            if _names_language(entry.name)
        ),
        key=lambda code: (code != "en", code),
    )
    return {code: table(code) for code in codes}


@cache
def table(name: str) -> dict[str, Any]:
    """Return the tables of one file of this folder, `name` without its `.toml`; FileNotFoundError if there is none."""
    return tomllib.loads(resources.files(_FOLDER).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Learned:
    """What `script/learn` made of the labelled posts: see handlers/detection/likeness.py."""

    offset: float
    scale: float
    weights: Mapping[str, float]
    names: Mapping[str, float]


@cache
def learned() -> Learned:
    """Return what was learned; the file is written by `script/learn` and not by hand."""
    told = json.loads(resources.files(_FOLDER).joinpath("model.json").read_text(encoding="utf-8"))
    return Learned(told["offset"], told["scale"], told["weights"], told["names"])


def _names_language(filename: str) -> bool:
    """A language's file is named by its two-letter code; `currencies.toml` and the like are not languages."""
    stem, _, suffix = filename.rpartition(".")
    return suffix == "toml" and len(stem) == 2
