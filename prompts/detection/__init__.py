"""Phrases about won and lost deals, one TOML file per language, and their loader."""

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
    """Return each language's tables by ISO 639-1 code, English first, the rest in order of code.

    Callers share the tables and must not change them.
    """
    codes = sorted(
        (
            entry.name.removesuffix(".toml")
            for entry in resources.files(_FOLDER).iterdir()
            if _is_language_file(entry.name)
        ),
        key=lambda code: (code != "en", code),
    )
    return {code: table(code) for code in codes}


@cache
def table(name: str) -> dict[str, Any]:
    """Return the tables of the file `name`.toml. Raises FileNotFoundError when there is none."""
    return tomllib.loads(resources.files(_FOLDER).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class LearnedWeights:
    """What `script/learn` derived from the labelled posts: see handlers/detection/win_model.py."""

    offset: float
    phrases: float
    weights: Mapping[str, float]
    around: Mapping[str, float]
    letters: Mapping[str, float]
    names: Mapping[str, float]
    others: Mapping[str, float]


@cache
def learned_weights() -> LearnedWeights:
    """Return the weights of `model.json`, a file that `script/learn` writes."""
    data = json.loads(resources.files(_FOLDER).joinpath("model.json").read_text(encoding="utf-8"))
    return LearnedWeights(**data)


def _is_language_file(filename: str) -> bool:
    """The name of a language's file is a two-letter code; `currencies.toml` is not a language."""
    stem, _, suffix = filename.rpartition(".")
    return suffix == "toml" and len(stem) == 2
