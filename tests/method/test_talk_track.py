"""What is said has no gap in it, never evaluates what people typed, and differs by trade and kind of order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.talk_track import KnownOfDeal, fill, opening_line, voicemail, words_to_say
from prompts.errors import PlaybookError
from prompts.playbook import FILLED_IN, KINDS, MAX_SAY, Playbook, SituationName, playbook, playbook_with, read_changes

BOOK = playbook()
ALL = KnownOfDeal(
    name="Hannah",
    rep="Ada",
    customer="Harbor View",
    user="Ivan",
    needs=("Check-in in under 2 minutes.", "40 seats"),
    promises=("90 seconds",),
    elephant="the price",
)
BOOKS = [playbook_with("", trade, kind) for trade in (None, *BOOK.trades) for kind in (None, *KINDS)]
known = st.builds(
    KnownOfDeal,
    name=st.sampled_from(["", "Hannah"]),
    rep=st.sampled_from(["", "Ada"]),
    user=st.sampled_from(["", "Ivan"]),
    needs=st.lists(st.sampled_from(["speed", "{{ rep }}", "a {% b %}", " "]), max_size=6),
    promises=st.lists(st.sampled_from(["90 seconds", "no fee"]), max_size=6),
)


@given(st.sampled_from(BOOKS), known)
def test_there_is_always_something_to_say_without_a_gap(book: Playbook, of: KnownOfDeal) -> None:
    bare = replace(of, needs=[need for need in of.needs if "{" not in need])
    for words in (
        *(words_to_say(item, "", bare) for item in book.items.values()),
        opening_line(book, bare),
        voicemail(book, bare),
    ):
        assert words.strip()
        assert "{" not in words
        assert "  " not in words
        assert not any(gap in words for gap in (" ,", ": .", "Hi ,"))


def test_each_trade_and_kind_says_something_of_its_own() -> None:
    said = {name: playbook_with("", name).items for name in BOOK.trades}
    assert set(said) == {"software", "equipment", "services", "insurance"}
    assert len({items["M2.4"].say for items in said.values()}) == len(said)
    assert {kind for kind in KINDS if playbook_with("", None, kind).steps != BOOK.steps} == set(KINDS) - {"new"}
    assert playbook_with("", "a trade of tomorrow", "a kind of tomorrow").steps == BOOK.steps


def test_needs_and_promises_are_told_in_one_sentence() -> None:
    assert words_to_say(BOOK.items["M2.2"], "", ALL) == BOOK.items["M2.2"].say.replace(
        "{{ needs }}", "Check-in in under 2 minutes and 40 seats"
    )
    many = replace(ALL, needs=[f"need {number}" for number in range(12)])
    assert "need 3" in (fill("{{ needs }}", many) or "")
    assert "need 4" not in (fill("{{ needs }}", many) or "")


@pytest.mark.reported("pallets/jinja#549")
@pytest.mark.parametrize(
    "typed",
    [
        "{{ ''.__class__.__mro__ }}",
        "{% for x in ().__class__.__bases__ %}x{% endfor %}",
        "{{ cycler.__init__ }}",
        "{{ name|upper }}",
    ],
)
def test_what_people_typed_is_never_evaluated(typed: str) -> None:
    assert fill(typed, ALL) == typed
    assert fill("{{ needs }}", replace(ALL, needs=[typed])) == typed
    with pytest.raises(PlaybookError):
        read_changes("own.toml", f'[[steps]]\nrule = "M2.2"\nsay = "{typed}"\n')


@pytest.mark.reported("mautic/mautic#370")
@given(st.sets(st.sampled_from(FILLED_IN), min_size=1))
def test_own_words_with_a_gap_give_way_to_the_playbooks(names: set[str]) -> None:
    """An email that greets "Hi ," is what others sent."""
    own = " ".join(f"{{{{ {name} }}}}" for name in sorted(names))
    item = BOOK.items["M2.4"]
    assert words_to_say(item, own, KnownOfDeal()) == item.say
    assert words_to_say(item, own, ALL) == fill(own, ALL) != own


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[steps]]\nrule = "M2.9"\nsay = "x"\n', "own.toml:2: there is no rule M2.9"),
        ('[[steps]]\nrule = "M2.2"\nsays = "x"\n', "own.toml:3: unknown entry 'says'"),
        ('[[steps]]\nrule = "M2.2"\nsay = "{{ price }}"\n', "own.toml:3: say: unknown placeholder {{ price }}"),
        (f'[[steps]]\nrule = "M2.2"\nsay = "{"x" * (MAX_SAY + 1)}"\n', "own.toml:3: say has 301 characters"),
        ('[[kinds.rental]]\nrule = "M2.2"\n', "own.toml:1: unknown entry 'rental'"),
        ('[[situations]]\nname = "tired"\nadvice = "x"\nsay = "x"\n', "own.toml:2: name is not one of"),
        ('[listening]\nprompts = ["{{ name }}, more?"]\n', "own.toml:2: '{{ name }}, more?' has not 1 to 75"),
        ("[opening]\nlines = 3\n", "own.toml:2: unknown entry 'lines'"),
        ("[steps\n", "own.toml:1: this is not TOML"),
        ("steps = 3\n", "own.toml:1: [steps] is not a list"),
        ("[trades]\nsoftware = 3\n", "own.toml:2: [trades] software is not a list"),
    ],
)
def test_a_mistake_in_a_teams_changes_is_an_error_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(PlaybookError) as wrong:
        read_changes("own.toml", text)
    assert str(wrong.value).startswith(problem)


def test_a_team_changes_single_entries_and_adds_a_trade() -> None:
    own = read_changes(
        "own.toml",
        '[[steps]]\nrule = "M2.3"\nsay = "We promised {{ promises }}."\n'
        '[[situations]]\nname = "discount"\nadvice = "Ask me."\n'
        '[[trades.boats]]\nrule = "M2.4"\nsay = "Let us walk along the hull."\n[listening]\nsilence = "Wait."\n',
    )
    book = playbook_with(own, "boats")

    assert book.items["M2.3"].say == "We promised {{ promises }}."
    assert book.items["M2.3"].say_unprepared == BOOK.items["M2.3"].say_unprepared
    assert book.items["M2.4"].say == "Let us walk along the hull."
    assert (book.silence, book.listening) == ("Wait.", BOOK.listening)
    advice = {each.name: each.advice for each in book.situations}
    assert advice[SituationName.DISCOUNT] == "Ask me."
    assert advice[SituationName.COLD_FEET] == next(
        e.advice for e in BOOK.situations if e.name is SituationName.COLD_FEET
    )
    assert [item.rule for item in book.steps] == ["M2.1", "M2.2", "M2.3", "M2.4"]
