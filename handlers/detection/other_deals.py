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
    {",", "and", "plus", "&", "+", "(", ")", "/", "-", "–", ":", "und", "et", "y", "e", "en", "och", "og", "i", "と"}
)
_TOTALS = frozenset(
    {"total", "totalling", "combined", "together", "sum", "altogether", "overall", "gesamt", "zusammen"}
)
_SEVERAL = frozenset(
    {
        *("two", "three", "four", "five", "six", "2", "3", "4", "5", "both", "each", "double", "twice", "doubleheader"),
        *("zwei", "drei", "vier", "beide", "deux", "trois", "quatre", "dos", "tres", "ambos", "due", "tre", "entrambi"),
        *("dois", "duas", "twee", "drie", "två", "tre", "båda", "to", "begge", "dwa", "trzy", "oba", "2件", "3件"),
    }
)
_AND = frozenset({"and", "und", "et", "y", "e", "en", "och", "og", "i"})
_PAIRED = frozenset({"both", "respectively", "each", "beide", "ambos", "entrambi", "båda", "begge"})
SUM_BEHIND, SUM_BEFORE = 14, 4
"""How many words from a name its sum may be."""
_CLOSED = Tag.STATE | Tag.ACT | Tag.SIGN
_PRODUCT = 4
"""Tokens from a unit price to what the units cost together: `$50/mo = $14,400`."""
MIN_PARTS = 2
"""So many sums, at least, have a total."""
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
        and not _is_open(reading, first, other)
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
    listed = all(
        reading.in_amount[at] or reading.tokens[at].low in _JOINTS or reading.is_capitalized(at)
        for at in range(left.end, right.start)
    )
    found.append(f"{'listed' if listed else 'told'}, {found[4]}")
    sums_between = sum(left.end <= amount.start < right.start for amount in reading.amounts)
    found.append(f"sums between {min(sums_between, 3)}, {found[4]}")
    if _announces_several(reading):
        found += ["several are announced", f"several are announced, {found[4]}", f"several are announced, {found[3]}"]
    if _opening(reading, other.start) == _opening(reading, first.start) != "inside":
        found.append(f"alike {_opening(reading, first.start)} {found[4]}")
    told = told_first = elsewhere = 0
    for run in reading.runs:
        if division.segment[run.start] == there:
            told_first |= run.tag
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
    if here != there and told & told_first & EVENT_TAGS:
        found += ["the same news of both", f"the same news of both, {found[4]}"]
    if here != there:
        moods = {
            lexicon.mood(tokens[at].low) for at in _line(reading, other.start) if tokens[at].kind is TokenKind.EMOJI
        }
        found += [f"emoji {mood}" for mood in sorted(mood or "other" for mood in moods)]
    return [*found, *(feature for feature in other.features if feature.startswith(_NEIGHBOURS))]


def _is_open(reading: Reading, first: Candidate, other: Candidate) -> bool:
    """Whether the clause of a name, or its sentence, says only that it was lost, or that it is still open.

    `won Acme, lost Globex`, `Signed: Acme. Verbal only: Globex`.
    """
    division = reading.division
    segment, sentence = division.segment[other.start], division.sentence[other.start]
    apart = sentence != division.sentence[first.start]
    clause = whole = 0
    for run in reading.runs:
        if division.segment[run.start] == segment:
            clause |= run.tag
        if division.sentence[run.start] == sentence:
            whole |= run.tag
    lost = clause & Tag.LOST and not clause & _CLOSED
    return bool(lost or (apart and whole & (Tag.LOST | Tag.SOFT) and not whole & _CLOSED))


def _announces_several(reading: Reading) -> bool:
    """Whether the post says how many: `two for two`, `both signed`, `all five`."""
    return any(token.low in _SEVERAL for token in reading.tokens)


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
    """Whether a sum stands beside the name on its line, with no other name between: `Acme signed at 2, $118k`."""
    line = _line(reading, name.start)
    for amount in reading.amounts:
        start, end = (name.end, amount.start) if amount.start >= name.end else (amount.end, name.start)
        reach = SUM_BEHIND if amount.start >= name.end else SUM_BEFORE
        if amount.start in line and 0 <= end - start <= reach and not _names_between(reading, start, end):
            return True
    return False


def _names_between(reading: Reading, start: int, end: int) -> bool:
    """Whether a word is written like a name; the first word of a sentence is not counted."""
    sentence = reading.division.sentence
    return any(
        reading.is_capitalized(at) and (at == 0 or sentence[at] == sentence[at - 1] or end - at < SUM_BEFORE)
        for at in range(start, end)
        if not reading.in_amount[at]
    )


def split_pair(reading: Reading, name: Candidate) -> tuple[Candidate, Candidate] | None:
    """Two customers that were read as one name: `Harlow Pumps and Dennet Valves have both renewed, $22k and $35k`.

    None unless each has two words or more, and the post says "both" or "respectively", with two sums behind them.
    """
    joins = [at for at in range(name.start + 2, name.end - 2) if reading.tokens[at].low in _AND]
    if len(joins) != 1 or _PAIRED.isdisjoint(token.low for token in reading.tokens):
        return None
    sums = _single_sums(reading)
    if len(sums) != MIN_PARTS or any(amount.start < name.end for amount in sums):
        return None
    return _part_of(reading, name, name.start, joins[0]), _part_of(reading, name, joins[0] + 1, name.end)


def _part_of(reading: Reading, name: Candidate, start: int, end: int) -> Candidate:
    return Candidate(start, end, reading.text_of(start, end), name.features)


def pair_amounts(reading: Reading, names: Sequence[Candidate], others: Sequence[Candidate]) -> list[Amount | None]:
    """Give each name its sum, None without one. `others` are names that are no customers, whose sums are their own."""
    amounts = _single_sums(reading)
    if len(names) == len(amounts) and (in_order := _in_order(names, amounts)):
        return in_order
    after = [_sum_after(reading, name, [*names, *others], amounts) for name in names]
    before = [_sum_before(reading, name, [*names, *others], amounts) for name in names]
    return before if _count(before) > _count(after) else after


def _in_order(names: Sequence[Candidate], amounts: list[Amount]) -> list[Amount | None] | None:
    """The sums as they stand, if each name has one: name and sum in turns, or all names and then all sums."""
    names_first = all(name.end <= amount.start for name, amount in zip(names, amounts, strict=True))
    sums_first = all(amount.end <= name.start for name, amount in zip(names, amounts, strict=True))
    in_turns = all(
        amount.start < after.start if names_first else name.end <= next_amount.start
        for (name, amount), (after, next_amount) in pairwise(zip(names, amounts, strict=True))
    )
    apart = names[-1].end <= amounts[0].start
    return list(amounts) if (names_first or sums_first) and (in_turns or apart) else None


def _single_sums(reading: Reading) -> list[Amount]:
    """The sums of the post without those that add others up: by their words, or by their value."""
    products = {_unit_price_of(reading, amount) for amount in reading.amounts}
    amounts = [amount for amount in reading.amounts if amount not in products and not _is_total(reading, amount)]
    every = sum(amount.value for amount in amounts)
    if len(amounts) > MIN_PARTS:
        return [amount for amount in amounts if amount.value * 2 != every]
    return amounts


def _count(found: Sequence[Amount | None]) -> int:
    return sum(one is not None for one in found)


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
    before = [token.low for token in reading.tokens[max(amount.start - 3, 0) : amount.start]]
    after = [token.low for token in reading.tokens[amount.end : amount.end + 2]]
    adds_up = before[-1:] == ["="] and _unit_price_of(reading, amount) is None
    return adds_up or after == ["all", "told"] or any(word in _TOTALS for word in (*before, *after))


def _unit_price_of(reading: Reading, amount: Amount) -> Amount | None:
    """The unit price that an amount is the product of: $50 in `24 seats @ $50/mo = $14,400`."""
    if not amount.start or reading.tokens[amount.start - 1].low != "=":
        return None
    near = range(amount.start - _PRODUCT, amount.start)
    return next((one for one in reading.amounts if one.per_unit and one.end in near), None)
