"""Find the other deals of a post, and give each deal its own sum: `Closed Acme ($10k) and Brook & Sons ($20k)`.

Which of the other names in the post are customers of closed deals, too, is learned from labelled posts (decision 0021);
which sum belongs to which name follows from their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from handlers.detection.amounts import Amount, best_amount
from handlers.detection.customer_model import Candidate
from handlers.detection.lexicon import EVENT_TAGS, Lexicon, Tag
from handlers.detection.reading import Reading
from handlers.detection.tokens import TokenKind

BIAS = "bias"
"""The name of the weight that every name has."""
MOST_DEALS = 20
"""Deals that one post may announce."""
_JOINTS = frozenset(
    {",", "and", "&", "+", "(", ")", "/", "-", "–", ":", "und", "et", "y", "e", "en", "och", "og", "i", "と"}
)
_TOTALS = frozenset(
    {"total", "totalling", "combined", "together", "sum", "altogether", "=", "in all", "overall", "gesamt"}
)
_CONTRARY = (
    ("negated", Tag.NEG),
    ("future", Tag.FUTURE),
    ("conditional", Tag.COND),
    ("lost", Tag.LOST),
    ("soft", Tag.SOFT),
    ("history", Tag.HISTORY),
    ("created", Tag.CREATED),
    ("hearsay", Tag.HEARSAY),
    ("rival", Tag.RIVAL),
    ("asked", Tag.ASK),
)


def other_customers(
    reading: Reading,
    first: Candidate,
    others: Sequence[tuple[float, Candidate]],
    weights: Mapping[str, float],
    lexicon: Lexicon,
) -> list[Candidate]:
    """Return the candidates that are customers of further deals, in order of mention.

    `others`: the post's other names, which do not overlap, each with how much lighter than `first` it is.
    """
    if not weights:
        return []
    bias = weights.get(BIAS, 0.0)
    found = [
        other
        for margin, other in others
        if bias + sum(weights.get(one, 0.0) for one in other_features(reading, first, margin, other, lexicon)) > 0
        and other.text.casefold() != first.text.casefold()
    ]
    return sorted(found, key=lambda one: one.start)[: MOST_DEALS - 1]


def other_features(reading: Reading, first: Candidate, margin: float, other: Candidate, lexicon: Lexicon) -> list[str]:
    """Describe another name in the post: its place beside the customer's, its sum, and what its clause says of it."""
    division, tokens = reading.division, reading.tokens
    here, there = division.segment[other.start], division.segment[first.start]
    sentence = division.sentence[other.start]
    left, right = (first, other) if first.end <= other.start else (other, first)
    between = [tokens[at].low for at in range(left.end, right.start) if not reading.in_amount[at]]
    found = [
        f"margin {min(int(max(margin, 0.0) // 2), 6)}",
        "behind" if other is right else "before the customer",
        f"sentences {min(abs(sentence - division.sentence[first.start]), 3)}",
        "joined" if all(word in _JOINTS for word in between) else "apart",
        "own sum" if _own_sum(reading, other) else "no sum",
        "customer has a sum" if _own_sum(reading, first) else "customer has no sum",
        f"opens {_opening(reading, other.start)}",
    ]
    found.append(f"{found[3]} {found[4]} {found[5]}")
    if _opening(reading, other.start) == _opening(reading, first.start) != "inside":
        found.append(f"alike {_opening(reading, first.start)} {found[4]}")
    told = elsewhere = 0
    for run in reading.runs:
        if division.segment[run.start] == here:
            told |= run.tag
        elif division.sentence[run.start] == sentence:
            elsewhere |= run.tag
    found += [f"clause {name}" for name, tag in _CONTRARY if told & tag]
    found += [f"sentence {name}" for name, tag in _CONTRARY if elsewhere & tag]
    found.append(
        "news in the clause"
        if told & EVENT_TAGS
        else "news in the sentence"
        if elsewhere & EVENT_TAGS
        else "no news here"
    )
    if here != there:
        moods = {
            lexicon.mood(tokens[at].low) for at in _line(reading, other.start) if tokens[at].kind is TokenKind.EMOJI
        }
        found += [f"emoji {mood}" for mood in sorted(mood or "other" for mood in moods)]
    return [*found, *(feature for feature in other.features if feature.startswith(_NEIGHBOURS))]


_NEIGHBOURS = ("before ", "after ", "first ", "in the news", "news ", "words ", "written ", "capitals ", "pointed")


def _line(reading: Reading, at: int) -> range:
    """The tokens of the line that token `at` is on."""
    start = end = at
    while start > 0 and reading.tokens[start - 1].kind is not TokenKind.BREAK:
        start -= 1
    while end < len(reading.tokens) and reading.tokens[end].kind is not TokenKind.BREAK:
        end += 1
    return range(start, end)


def _opening(reading: Reading, at: int) -> str:
    """How the line begins if it begins with the name: `item` for a bullet, a number or an emoji; else `inside`."""
    start = _line(reading, at).start
    before = reading.tokens[start:at]
    if not before:
        return "line"
    short = len(before) <= 3 and all(token.kind is not TokenKind.WORD for token in before)
    return "item" if short else "inside"


def _own_sum(reading: Reading, name: Candidate) -> bool:
    """Whether a sum stands beside the name, with no other name between."""
    division = reading.division
    for amount in reading.amounts:
        if division.sentence[min(amount.start, len(division.sentence) - 1)] != division.sentence[name.start]:
            continue
        start, end = (name.end, amount.start) if amount.start >= name.end else (amount.end, name.start)
        if 0 <= end - start <= 6 and not any(reading.is_capitalized(at) for at in range(start, end)):
            return True
    return False


def pair_amounts(reading: Reading, names: Sequence[Candidate], others: Sequence[Candidate]) -> list[Amount | None]:
    """Give each name its sum, None without one. `others` are names that are no customers, whose sums are their own."""
    amounts = [amount for amount in reading.amounts if not _is_total(reading, amount)]
    behind_all = [amount for amount in amounts if amount.start >= names[-1].end]
    if len(names) > 1 and len(behind_all) == len(amounts) == len(names) and _same_sentence(reading, names):
        return list(behind_all)  # "Acme and Brook both signed, 5k and 7k respectively"
    after = [_sum_after(reading, name, [*names, *others], amounts) for name in names]
    before = [_sum_before(reading, name, [*names, *others], amounts) for name in names]
    return before if _count(before) > _count(after) else after


def _count(found: Sequence[Amount | None]) -> int:
    return sum(one is not None for one in found)


def _same_sentence(reading: Reading, names: Sequence[Candidate]) -> bool:
    sentence = reading.division.sentence
    return all(sentence[one.start] == sentence[other.start] for one, other in pairwise(names))


def _sum_after(
    reading: Reading, name: Candidate, names: Sequence[Candidate], amounts: Sequence[Amount]
) -> Amount | None:
    limit = min((one.start for one in names if one.start >= name.end), default=len(reading.tokens))
    return best_amount([amount for amount in amounts if name.end <= amount.start < limit])


def _sum_before(
    reading: Reading, name: Candidate, names: Sequence[Candidate], amounts: Sequence[Amount]
) -> Amount | None:
    limit = max((one.end for one in names if one.end <= name.start), default=0)
    line = _line(reading, name.start)
    return best_amount([amount for amount in amounts if max(limit, line.start) <= amount.start < name.start])


def _is_total(reading: Reading, amount: Amount) -> bool:
    beside = reading.tokens[max(amount.start - 3, 0) : amount.start] + reading.tokens[amount.end : amount.end + 2]
    return any(token.low in _TOTALS for token in beside)
