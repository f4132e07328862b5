"""Turns what the customer said into the rep's words: "keep us posted" becomes "keep you posted" (M6.1).

There is no parser: a wording is turned only where its first words and its verbs leave no doubt. Any other wording stays
as it is and gets a sentence that fits anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from prompts.recap_rules import Grammar


class Form(StrEnum):
    """How a turned wording fits into a sentence."""

    THING = "thing"
    """After "You'd like": "a call every Friday"."""
    YOUR_DOING = "your_doing"
    """After "You'd like to": "hear of any delay"."""
    OUR_DOING = "our_doing"
    """After "You asked me to" or "You asked us to": "keep you posted"."""
    FACT = "fact"
    """After "that": "your guests can check in from their phone"."""
    WORDS = "words"
    """The customer's own words, which fit only after a colon."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A wording in the rep's words. The text has no full stop, and does not begin with a capital unless it is a name.

    Of a doing: `adverb` ("not", "never", "always" or empty), and `personal`: the rep does it, not the company.
    """

    form: Form
    text: str
    personal: bool = False
    adverb: str = ""


_UNSAFE = re.compile(
    r"""
      [;!?…\n\t*#|<>`_•▪=~^\\{}]  # several sentences, a question, markup
    | :(?=\s|$)
    | \.(?=\s+\S) (?<! \b\w\. ) (?<! No\. | no\. | vs\. | Dr\. | Mr\. | St\. ) (?<! Mrs\. | Inc\. )
    | ^[-–—(\[]  |  ^\(?\w{1,2}[.)]\s  |  \s\(?\d{1,2}\)\s | \s[-–—]\s
    """,
    re.VERBOSE,
)
_BARE = re.compile(r"^\W+|\W+$")
_QUOTED = re.compile(r"[“\"„«]([^”\"“»]*)[”\"“»]")
_ME = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for "me", the rep, where "me" would become "you"."""
_NEEDED = re.compile(r"((?:no|zero)\s.*)\s(needed|required|lost|necessary)", re.IGNORECASE)


def turned(wording: str, grammar: Grammar, *, personal: bool = False, names: Collection[str] = ()) -> Turned:
    """Turn the wording. `personal`: a call or an email is the rep's own. `names` keep their capital letter."""
    text = " ".join(wording.split())
    said = text.rstrip(".!").rstrip(" ,")
    quotes_a_speaker = any(grammar.swap.get(_bare(word)) for part in _QUOTED.findall(said) for word in part.split())
    if not said or _UNSAFE.search(said) or not _is_latin(said) or quotes_a_speaker:
        return Turned(Form.WORDS, text.rstrip(".").rstrip() or text)
    reader = _Reader(grammar, frozenset(part for name in names for part in name.split()))
    found = reader.read(said.split(), personal=personal)
    if found is None:
        return Turned(Form.WORDS, said)
    return replace(found, text=_numbers_in_words(found.text, grammar))


class _Reader:
    """Reads one wording by the grammar of its locale. Each method returns None where there is a doubt."""

    def __init__(self, grammar: Grammar, names: frozenset[str]) -> None:
        self._grammar = grammar
        self._names = names

    def read(self, tokens: list[str], *, personal: bool) -> Turned | None:
        """Read the words by what they begin with."""
        grammar = self._grammar
        while tokens and _bare(tokens[0]) in grammar.polite:
            tokens = tokens[1:]
        while tokens and _bare(tokens[-1]) in grammar.polite:
            tokens = tokens[:-1]
        if not tokens or self._is_foreign(tokens):
            return None
        first = _bare(tokens[0])
        if first in grammar.conditions and any(token.endswith(",") for token in tokens):
            return self._with_condition(tokens)
        if first in grammar.wants and len(tokens) > 1:
            return self._wished(tokens[1:], personal=personal)
        if first in ("you", "they", "he", "she") and len(tokens) > 1:
            return self._made(Form.FACT, tokens)
        if first in grammar.speaker:
            return self._of_speaker(tokens, personal=personal)
        return (
            self._doing(tokens)
            or self._left_out(tokens, personal=personal)
            or self._thing_or_fact(tokens, personal=personal)
        )

    def _left_out(self, tokens: list[str], *, personal: bool) -> Turned | None:
        """ "told before anyone comes", "honest with us": who it is about is left out."""
        grammar, first = self._grammar, _bare(tokens[0])
        following = _bare(tokens[1]) if len(tokens) > 1 else ""
        if first in grammar.passives:
            return self._made(Form.YOUR_DOING, tokens, before="be ")
        if personal and first in grammar.manners and (following in grammar.after_quality or not following):
            return self._made(Form.FACT, tokens, before="we're ")
        return None

    def _made(
        self, form: Form, tokens: Sequence[str], *, before: str = "", after: str = "", adverb: str = ""
    ) -> Turned | None:
        """The words with speaker and listener swapped, and what is added to them."""
        text = self._swapped(tokens)
        if not text:
            return None
        return Turned(form, f"{before}{self._lowered(text)}{after}", adverb=adverb)

    def _is_foreign(self, tokens: Sequence[str]) -> bool:
        """Whether it is in another language: it has a word of one, or several words and none that is known."""
        words = [_bare(token) for token in tokens]
        if any(word in self._grammar.foreign for word in words):
            return True
        known = any(self._is_common(word) or any(map(str.isdigit, word)) for word in words)
        return len(words) > 2 and not known

    def _with_condition(self, tokens: list[str]) -> Turned | None:
        """ "If anything slips, tell us": the condition first, and then what follows from it."""
        comma = next(place for place, token in enumerate(tokens) if token.endswith(","))
        condition, main = self._swapped(tokens[: comma + 1]), self.read(tokens[comma + 1 :], personal=False)
        if condition is None or main is None:
            return None
        condition = _lower_first(condition)
        match main.form:
            case Form.FACT:
                return Turned(Form.FACT, f"{condition} {main.text}")
            case Form.OUR_DOING:
                who = "I" if main.personal else "we"
                return Turned(Form.FACT, f"{condition} {_of(who, main)}")
            case Form.YOUR_DOING:
                return Turned(Form.FACT, f"{condition} you {main.text}")
            case _:
                return None

    def _of_speaker(self, tokens: list[str], *, personal: bool) -> Turned | None:
        """ "We want ...", "I need you to ...", "We can ...", "We hear of ..."."""
        grammar = self._grammar
        rest = tokens[1:]
        negated = [_bare(each) for each in rest[:2]] == ["do", "not"] or (rest and _bare(rest[0]) in grammar.negations)
        after = rest[2:] if rest and _bare(rest[0]) == "do" else rest[1:]
        if negated and after and _bare(after[0]) in grammar.wishes:
            return self._unwanted(after[1:])
        wishes = _bare(tokens[0]) in grammar.wishing  # "we'd like"
        while rest and _bare(rest[0]) in grammar.wishes:
            rest, wishes = rest[1:], True
        if not rest:
            return None
        if wishes:
            return self._wished(rest, personal=personal)
        must = [_bare(each) for each in rest[:2]] == ["have", "to"]
        if _bare(rest[0]) in grammar.verbs and _bare(tokens[0]) in ("we", "i") and not must:
            return self._made(Form.YOUR_DOING, rest)
        return self._made(Form.FACT, tokens)

    def _unwanted(self, rest: list[str]) -> Turned | None:
        """What follows "we don't want"."""
        grammar, words = self._grammar, [_bare(token) for token in rest]
        if words[:1] == ["to"]:
            return self._made(Form.YOUR_DOING, rest[1:], adverb="not")
        if words[:2] == ["you", "to"] and rest[2:]:
            return self._doing(["don't", *rest[2:]], certain=True)
        unclear = not words or words[0] in grammar.pronouns or words[0] in grammar.swap or words[0] == "the"
        if unclear or self._has_verb(rest) is not False:
            return None
        return self._made(Form.THING, rest[1:] if words[0] in ("a", "an", "any") else rest, before="no ")

    def _wished(self, rest: list[str], *, personal: bool) -> Turned | None:
        """What follows "we want"."""
        words = [_bare(token) for token in rest]
        if words[0] == "to":
            return self._made(Form.YOUR_DOING, rest[1:])
        if words[:2] == ["you", "to"] and rest[2:]:
            return self._doing(rest[2:], certain=True)
        if words[:3] == ["you", "not", "to"] and rest[3:]:
            return self._doing(["don't", *rest[3:]], certain=True)
        if words[0] == "that":
            return self._made(Form.FACT, rest[1:])
        if words[0] in self._grammar.pronouns or words[0] == "you":
            return None
        return self._thing_or_fact(rest, personal=personal)

    def _doing(self, tokens: list[str], *, certain: bool = False) -> Turned | None:
        """An imperative: "keep us posted", "don't call before 9". `certain`: what stands there is a verb."""
        grammar = self._grammar
        adverb = ""
        first = _bare(tokens[0])
        if first in grammar.negations or (first == "do" and len(tokens) > 1 and _bare(tokens[1]) == "not"):
            adverb, tokens = "never" if first == "never" else "not", tokens[2:] if first == "do" else tokens[1:]
        elif first in grammar.always:
            adverb, tokens = first, tokens[1:]
        if not tokens:
            return None
        verb = _bare(tokens[0])
        following = _bare(tokens[1]) if len(tokens) > 1 else ""
        object_follows = following in grammar.objects or (
            following not in grammar.regular and len(tokens) > 1 and tokens[1].istitle()
        )
        known = verb in grammar.verbs or (verb in grammar.nouns_and_verbs and (object_follows or adverb))
        if not (known or certain or adverb == "not"):
            return None
        if verb in grammar.theirs and not certain and not adverb and following not in ("us", "me"):
            return self._made(Form.YOUR_DOING, tokens)
        text = self._swapped(tokens)
        if text is None:
            return None
        return Turned(Form.OUR_DOING, _lower_first(text), personal=verb in grammar.personal, adverb=adverb)

    def _thing_or_fact(self, tokens: list[str], *, personal: bool) -> Turned | None:
        grammar, first = self._grammar, _bare(tokens[0])
        needed = _NEEDED.fullmatch(" ".join(tokens))
        is_sentence = self._has_verb(tokens)
        if needed is not None:
            found = self._made(Form.FACT, needed[1].split(), after=f" is {needed[2].lower()}")
        elif is_sentence and (first not in grammar.no_beginning or first in grammar.conditions):
            found = self._made(Form.FACT, tokens)
        elif is_sentence or is_sentence is None:
            found = None
        elif (first in grammar.it_does and len(tokens) > 1) or (first.endswith("s") and first[:-1] in grammar.verbs):
            found = self._made(Form.FACT, tokens, before="it ")
        elif self._is_quality(tokens):
            found = self._made(Form.FACT, tokens, before="it's ")
        elif self._is_thing(tokens):
            found = self._made(Form.THING, self._with_article(tokens, personal=personal))
        else:
            found = None
        return found

    def _is_thing(self, tokens: Sequence[str]) -> bool:
        grammar, first = self._grammar, _bare(tokens[0])
        following = _bare(tokens[1]) if len(tokens) > 1 else ""
        if first in grammar.before_amount:
            return any(char.isdigit() for char in " ".join(tokens[1:3]))
        if first in ("only", "not"):
            return following in grammar.determiners
        adverb = first.endswith("ly") and first not in grammar.regular
        return not (first in grammar.no_beginning or adverb or (not following and first in grammar.regular))

    def _has_verb(self, tokens: Sequence[str]) -> bool | None:
        """Whether it is a sentence: a verb stands before anything that begins a subordinate clause. None: unclear."""
        grammar, first = self._grammar, _bare(tokens[0])
        if first in grammar.with_verb or self._begins_with_a_clause(tokens):
            return True if first in grammar.with_verb else None
        for place in range(1, len(tokens)):
            word = _bare(tokens[place])
            if word in grammar.subordinate:
                return False
            is_verb = self._is_verb(tokens, place)
            if tokens[place - 1].endswith(",") and (is_verb or word in grammar.somebody | grammar.speaker):
                return None  # a second sentence
            if word in grammar.speaker or word == "you":  # "an invoice we understand"; "the price you quoted stays"
                verbs = sum(self._is_verb(tokens, after) for after in range(place + 1, len(tokens)))
                verbs += self._is_past(_bare(tokens[min(place + 1, len(tokens) - 1)]))
                return False if verbs <= 1 else None
            if is_verb:
                return True
        return False

    def _begins_with_a_clause(self, tokens: Sequence[str]) -> bool:
        """ "before it gets cold", "if there is an issue they want to know", without a comma."""
        grammar = self._grammar
        subjects = grammar.determiners | grammar.somebody | grammar.speaker | {"you", "there"}
        return len(tokens) > 1 and _bare(tokens[0]) in grammar.conditions and _bare(tokens[1]) in subjects

    def _is_verb(self, tokens: Sequence[str], place: int) -> bool:
        grammar = self._grammar
        word, before, first = _bare(tokens[place]), _bare(tokens[place - 1]), _bare(tokens[0])
        if word in grammar.finite:
            return tokens[place] != "May"
        if word.endswith("s"):
            after = _bare(tokens[place + 1]) if place + 1 < len(tokens) else ""
            if after in grammar.objects and first in grammar.determiners and before not in grammar.determiners:
                return True
            base = next((word[:-cut] for cut in (1, 2) if word[:-cut] in grammar.verbs), "")
            if word in grammar.plural_nouns and after not in grammar.objects and before not in grammar.somebody:
                return False
            if base and (before not in grammar.determiners or before in grammar.somebody):
                return True
            alone = first in grammar.somebody or (place == 1 and tokens[0].istitle() and not self._is_common(first))
            return alone and word[:-1] in grammar.nouns_and_verbs
        many = before in grammar.many or (before.endswith("s") and not before.endswith("ss"))
        return word in grammar.verbs and many

    def _is_past(self, word: str) -> bool:
        return word.endswith("ed") or word in self._grammar.past

    def _is_quality(self, tokens: Sequence[str]) -> bool:
        """ "fast", "blue, not green", "easy to use", "cheaper than today": what "it's" can stand before."""
        grammar, first = self._grammar, _bare(tokens[0])
        if first in ("very", "really", "always") and len(tokens) > 1:
            return self._is_quality(tokens[1:])
        following = _bare(tokens[1]) if len(tokens) > 1 else ""
        if first.endswith("er") and following == "than" and first not in grammar.determiners:
            return True
        if first not in grammar.qualities and not (len(tokens) > 1 and self._is_past(first)):
            return False
        return not following or tokens[0].endswith(",") or following in grammar.after_quality

    def _with_article(self, tokens: list[str], *, personal: bool) -> list[str]:
        """Add "a" to a bare countable thing, and "from me" to a call or an email that the customer wants regularly."""
        grammar = self._grammar
        end = 1
        while end < len(tokens) and not tokens[end - 1].endswith(",") and _bare(tokens[end]) not in grammar.after_thing:
            end += 1
        group, rest = tokens[:end], tokens[end:]
        head, first = _bare(group[-1]), _bare(group[0])
        contact = head in grammar.contacts or head.removesuffix("s") in grammar.contacts
        plain = all(_bare(token) in grammar.determiners | grammar.regular | grammar.short for token in group[:-1])
        by_another = any(_bare(by) == "by" and _bare(other) not in grammar.channels for by, other in pairwise(rest))
        taken = {_bare(token) for token in rest} & {"from", "between", "with"}
        if personal and contact and plain and not (taken or by_another or first in ("no", "any")):
            comma = "," if group[-1].endswith(",") else ""
            group = [*group[:-1], group[-1].removesuffix(","), "from", f"{_ME}{comma}"]
        determined = first in grammar.determiners | {"only", "not"} or first[:1].isdigit() or group[0] in self._names
        plural = len(group) > 1 and first.endswith("s") and not first.endswith("ss") and first not in grammar.short
        bare = not determined and not plural
        if bare and (head in grammar.countable or head in grammar.contacts):
            sound = first in grammar.an or (first[:1] in "aeiou" and first not in grammar.a)
            group = ["an" if sound else "a", self._lowered(group[0]), *group[1:]]
        return [*group, *rest]

    def _swapped(self, tokens: Sequence[str]) -> str | None:
        """Swap the speaker and the listener. None if it is unclear whether "you" is subject or object."""
        grammar = self._grammar
        made: list[str] = []
        for place, token in enumerate(tokens):
            word = _bare(token)
            before = _bare(tokens[place - 1]) if place else ""
            after = _bare(tokens[place + 1]) if place + 1 < len(tokens) else ""
            if token.isupper() and len(word) > 1:  # US, IT
                made.append(token)
                continue
            if word in ("you", "mine", "let's") or word in grammar.unclear:
                new = self._you(before, after) if word == "you" else None
                if new is None:
                    return None
            elif word in ("am", "was") and before == "i":
                new = {"am": "are", "was": "were"}[word]
            else:
                new = grammar.swap.get(word)
            made.append(token if new is None else _in_place(token, new))
        return " ".join(made).replace(_ME, "me")

    def _you(self, before: str, after: str) -> str | None:
        grammar = self._grammar
        if self._is_past(after) and before not in grammar.before_object:
            return "we"
        acts = after in grammar.verbs or after in grammar.nouns_and_verbs or after in grammar.finite
        if before in grammar.before_object or before in grammar.verbs or before in grammar.nouns_and_verbs:
            return "us"
        if acts or before in grammar.subordinate or before in grammar.conditions:
            return "we"
        return None

    def _lowered(self, text: str) -> str:
        """Without a capital at the beginning, unless the first word may be a name."""
        first = text.split(" ", 1)[0]
        if first[1:] != first[1:].lower() or not first[:1].isupper() or first in self._names:
            return text
        return _lower_first(text) if self._is_common(_bare(first)) else text

    def _is_common(self, word: str) -> bool:
        """Whether the word is certainly no name."""
        grammar = self._grammar
        stem = word.split("-", maxsplit=1)[0].split("'", maxsplit=1)[0]
        if word in grammar.keeps_capital:
            return False
        plural = len(word) > 4 and word.endswith("s") and not word.endswith("ss")
        return plural or word in grammar.lowered or stem in grammar.lowered or word.endswith(grammar.common_endings)


def _of(who: str, doing: Turned) -> str:
    """A sentence of what "we" or "I" do: "we don't bill you early"."""
    if doing.adverb == "not":
        return f"{who} don't {doing.text}"
    return f"{who} {doing.adverb} {doing.text}" if doing.adverb else f"{who} {doing.text}"


def as_fact(one: Turned) -> str:
    """What a doing is after "that": "we keep you posted", "you hear of any delay"."""
    if one.form is Form.YOUR_DOING and one.text.startswith("be "):
        return f"you {'are not' if one.adverb else 'are'} {one.text.removeprefix('be ')}"
    if one.form is Form.YOUR_DOING:
        return _of("you", one)
    return _of("I" if one.personal else "we", one)


def _numbers_in_words(text: str, grammar: Grammar) -> str:
    """ "within 4 hours" as one says it: "within four hours"."""

    def said(found: re.Match[str]) -> str:
        return grammar.numbers[int(found[1]) - 1]

    units = "|".join(map(re.escape, grammar.units))
    return re.sub(rf"(?<![\w.,:/$€£#%-])([1-9]|1[0-2])(?= (?:(?:working|business) )?(?:{units})\b)", said, text)


def _bare(token: str) -> str:
    return _BARE.sub("", token.replace("’", "'")).casefold()


def _in_place(token: str, new: str) -> str:
    """The new word with the old one's punctuation."""
    found = re.fullmatch(r"(\W*)(.*?)(\W*)", token, re.DOTALL)
    return f"{found[1]}{new}{found[3]}" if found else new


def _lower_first(text: str) -> str:
    word = text.split(" ", 1)[0]
    return text if word[1:] != word[1:].lower() else text[:1].lower() + text[1:]


def _is_latin(text: str) -> bool:
    return all(not char.isalpha() or unicodedata.name(char, "").startswith("LATIN") for char in text)
