"""Splits what a rep types after a command into a part of a customer's name and a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from handlers.method.customers import customer_key
from handlers.method.time_parsing.lexer import MAX_LENGTH
from handlers.method.time_parsing.resolve import begins_like_time, is_time_phrase


class NameAndTime(NamedTuple):
    """Both as typed; either may be empty. `when` is what stands where a time does, even if it cannot be read."""

    name: str
    when: str


def split_name_and_time(typed: str, customers: Collection[str]) -> NameAndTime:
    """Split "northwind tomorrow 10". `customers` are the keys of the customers that may be meant.

    A customer's full name counts before a time ("Monday Coffee"). What follows a customer's name is meant as a time,
    and so is what begins like one ("in a while"): the caller refuses it if it cannot be read.
    """
    words = typed.split()
    splits = [NameAndTime(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) + 1)]
    return next(_by_preference(splits, customers), splits[-1])


def split_name(typed: str, customers: Collection[str]) -> tuple[str, str]:
    """Split "northwind kickoff on Thursday" into the part of a customer's name and the rest, both as typed.

    `customers` are the keys of the customers that may be meant. Without one of them, all of it is the name.
    """
    words = typed.split()
    splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words), 0, -1)]
    named = [split for split in splits if customer_key(split[0])]
    whole = (split for split in named if customer_key(split[0]) in customers)
    begun = (split for split in named if _begins_any(split[0], customers))
    return next(whole, None) or next(begun, None) or (typed, "")


def _by_preference(splits: Sequence[NameAndTime], customers: Collection[str]) -> Iterator[NameAndTime]:
    """The splits that make sense, the most likely first. `splits` have the longest time first."""
    whole, longest_name_first = splits[-1], splits[:0:-1]
    yield from (split for split in longest_name_first if customer_key(split.name) in customers)
    if not _is_time(whole.name) and any(customer.startswith(customer_key(whole.name)) for customer in customers):
        yield whole
    yield from (
        split
        for split in splits[:-1]
        if _is_time(split.when) and (not split.name or _is_part_of_any(split.name, customers))
    )
    sure = not begins_like_time(whole.name)  # else "in" of "in a while" is no customer, but "last mile" may be
    yield from (s for s in longest_name_first if (sure or " " in s.name) and _begins_any(s.name, customers))
    yield from (split for split in splits[:-1] if begins_like_time(split.when) or _is_time(split.when))


def _is_time(typed: str) -> bool:
    return len(typed) <= MAX_LENGTH and is_time_phrase(typed)


def _is_part_of_any(name: str, customers: Collection[str]) -> bool:
    return any(customer_key(name) in customer for customer in customers)


def _begins_any(name: str, customers: Collection[str]) -> bool:
    """Whether a word of a customer's name begins there: "north", but not "orth"."""
    return any(f" {customer_key(name)}" in f" {customer}" for customer in customers)
