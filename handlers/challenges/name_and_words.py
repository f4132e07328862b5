"""Splits what a rep types after a command into a part of a customer's name and the words that follow it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from handlers.method.customers import customer_key


class NameAndWords(NamedTuple):
    """Both as typed; either may be empty."""

    name: str
    words: str


def split_name_and_words(typed: str, customers: Collection[str]) -> NameAndWords:
    """Split "northwind the pump leaks". `customers` are the keys of the customers that may be meant.

    A whole name counts first, then the longest beginning that is part of one, from the start of a word. Without any,
    all of it is words: nobody's name is guessed.
    """
    parts = typed.split()
    splits = [NameAndWords(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(len(parts), 0, -1)]
    keys = [(split, customer_key(split.name)) for split in splits]
    for split, key in keys:
        if key in customers:
            return _cleaned(split)
    for split, key in keys:
        if key and any(f" {key}" in f" {customer}" for customer in customers):
            return _cleaned(split)
    return NameAndWords("", " ".join(parts))


def _cleaned(split: NameAndWords) -> NameAndWords:
    """Without the colon or the dash that people type between the two."""
    return NameAndWords(split.name.rstrip(":,"), split.words.lstrip(":-\u2013\u2014 "))
