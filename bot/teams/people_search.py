"""The search for a person in a card: Teams asks with what was typed so far, and shows the answer below the field.

A card has no room for a company's people: 300 of them are more than Teams accepts in one message.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bot.teams.activity import IncomingActivity
from bot.teams.connector.adapter import InvokeResult
from bot.teams.json_fields import Json, object_field, text_field
from bot.ui.components import Option

INVOKE = "application/search"
DATASET = "people"
"""The name of the people in the cards' fields, which comes back with a search."""
MOST_RESULTS = 15
"""Teams shows no more, whatever it asks for."""
LONGEST_QUERY = 100


def search_people(activity: IncomingActivity, people: Iterable[Option]) -> InvokeResult:
    """Answer a search: the people whose name has every typed word, those that begin with it first."""
    value = object_field(activity.json, "value")
    query = text_field(value, "queryText")[:LONGEST_QUERY]
    skipped = _number(object_field(value, "queryOptions"), "skip")
    found = matching(people, query) if text_field(value, "dataset") == DATASET else []
    results = [{"title": each.text, "value": each.value} for each in found[skipped : skipped + MOST_RESULTS]]
    return InvokeResult(
        {
            "statusCode": 200,
            "type": "application/vnd.microsoft.search.searchResponse",
            "value": {"results": results},
        }
    )


def matching(people: Iterable[Option], query: str) -> list[Option]:
    """The people that fit what was typed, the best first; all of them if nothing was typed."""
    words = _plain(query).split()
    ranked = [(rank, each) for each in people if (rank := _rank(_plain(each.text), words)) is not None]
    return [each for _, each in sorted(ranked, key=lambda pair: (pair[0], _plain(pair[1].text)))]


def _rank(name: str, words: list[str]) -> int | None:
    """0 if the name begins with the first word, 1 if each word begins a part of it, 2 if it has them; None if not."""
    if not all(word in name for word in words):
        return None
    if all(any(part.startswith(word) for part in name.split()) for word in words):
        return 0 if not words or name.startswith(words[0]) else 1
    return 2


def _plain(text: str) -> str:
    """In small letters and without accents, as people type a name that has some."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _number(holder: Json, name: str) -> int:
    """A whole number from 0 to a million, 0 for anything else: it is the client's."""
    value = holder.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000 else 0
