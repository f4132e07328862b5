"""Before the read-back: asked once, the worst statements first, and the rep decides (M1.2, M3.4, M3.5)."""

from __future__ import annotations

import pytest

from handlers.call import coaching, read_all, statement_list
from handlers.call.coaching import MOST_ASKED
from handlers.call.read_all import ReadAllRequest
from handlers.errors import InvalidEntryError
from handlers.method.details import PromisedBy, Source
from handlers.method.statements import Kind, Said
from handlers.screens.call import CoachingScreen, ReadAllScreen, ReadBackScreen
from storage.models import CoachedVersion
from tests.handlers.world import World

CLEAR = ("a call every Friday", "20 mpg")


def ask(world: World, deal: int, expectations: str, priorities: str = "") -> CoachingScreen:
    screen = world.capture(deal, expectations, priorities, coached=False)
    assert isinstance(screen, CoachingScreen)
    return screen


def test_clear_statements_go_straight_to_the_read_back(world: World) -> None:
    assert isinstance(world.capture(world.a_deal(), *CLEAR, coached=False), ReadBackScreen)


def test_every_vague_statement_is_asked_about_in_rounds(world: World) -> None:
    """M3.5."""
    deal = world.a_deal()
    vague = [
        "keep me posted",
        "regular visits",
        "tell us about problems",
        "give us notice",
        "a fair price",
        "easy to use",
    ]
    screen = ask(world, deal, "\n".join(vague[:5]), "\n".join([*vague[5:], "fast", "save money", "call me weekly"]))
    asked = []
    for more in (5, 1, 0):
        assert isinstance(screen, CoachingScreen)
        assert screen.more == more
        asked += [each.statement.wording for each in screen.unanswered]
        screen = world.answer_coaching(deal, screen, {screen.unanswered[0].statement.id: f"each {more} May"})
    assert sorted(asked) == sorted([*vague, "fast", "save money", "call me weekly"])
    assert asked[-1] == "call me weekly", "measurable, and only on the wrong list"
    assert isinstance(screen, ReadBackScreen)
    assert screen.kept == 0


def test_later_leaves_the_others_as_they_are_and_says_so(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted\nregular visits\ngive us notice\na fair price", "easy to use\nfast")
    read = world.answer_coaching(deal, screen, later=True)

    assert isinstance(read, ReadBackScreen)
    assert read.kept == 2
    assert len(world.all(CoachedVersion)) == MOST_ASKED
    again = world.click(statement_list.continue_to_read_back, deal)
    assert isinstance(again, CoachingScreen), "the list leads back to them"
    assert len(again.unanswered) == 2


def test_a_named_competitor_is_known_from_the_post_and_the_customers_people_are_not(world: World) -> None:
    deal = world.a_deal(text="Northwind signed! Beat Globex and Initech")
    screen = ask(
        world, deal, "globex said same day\nNorthwind said it will pay by 3 May\nOlga Petrova told us it'd be free"
    )
    (item,) = screen.unanswered
    assert (item.reason, item.statement.wording) == ("competitor", "globex said same day")
    assert item.question is not None
    assert "globex" in item.question
    assert item.script is not None
    assert "same day isn't in what we agreed" in item.script


def test_our_own_promise_is_asked_about_like_any_other(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "Globex promised regular visits")
    promise = screen.unanswered[0].statement
    after = world.accept_suggestion(coaching.keep_as_said, deal, screen, promise)
    assert isinstance(after, CoachingScreen)
    assert [each.reason for each in after.unanswered] == ["vague"]
    assert world.details(deal, promise).promised_by is PromisedBy.US


def test_todays_value_is_asked_for_beside_a_target_and_kept(world: World) -> None:
    """M10.7."""
    deal = world.a_deal()
    target = "Cut check-in to under 2 minutes"
    screen = ask(world, deal, "a call every Friday", f"{target}\nfrom 30 to 20 errors a day")
    (item,) = screen.unanswered
    assert item.baseline is not None
    with pytest.raises(InvalidEntryError, match="text_too_long"):
        world.answer_coaching(deal, screen, baselines={item.statement.id: "9" * 151})

    read = world.answer_coaching(deal, screen, baselines={item.statement.id: " 9 minutes "})

    assert isinstance(read, ReadBackScreen)
    statement = world.statements(deal)[1]
    assert (statement.wording, statement.baseline, statement.version) == (target, "9 minutes", 2)
    assert isinstance(world.click(statement_list.continue_to_read_back, deal), ReadBackScreen)
    world.edit(deal, statement, rank="2")
    assert [s.baseline for s in world.statements(deal)] == [None, None, "9 minutes"]


def test_a_sharpened_target_is_asked_for_todays_value_only(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "a call every Friday", "faster checkout")
    after = world.answer_coaching(deal, screen, {screen.unanswered[0].statement.id: "cut checkout to 4 minutes"})
    assert isinstance(after, CoachingScreen)
    assert [(each.question, bool(each.baseline)) for each in after.unanswered] == [(None, True)]
    assert isinstance(world.answer_coaching(deal, after), ReadBackScreen)


def test_a_one_sided_list_gets_one_suggestion_per_deal(world: World) -> None:
    """M3.1."""
    deal = world.a_deal()
    calls = "a call every Friday\nan email every Monday\na text each evening"
    read = world.capture(deal, calls, "20 mpg", coached=False)
    assert isinstance(read, ReadBackScreen)
    assert "timing" in read.suggestion
    again = world.capture(deal, f"{calls}\na report each month", "", coached=False)
    assert isinstance(again, ReadBackScreen)
    assert again.suggestion == ""


def test_the_four_worst_statements_are_asked_about_worst_first(world: World) -> None:
    screen = ask(
        world, world.a_deal(), "keep me posted\nregular visits\nfriendly service\na call every Friday",
        "the other vendor promised free delivery\nfast\nsave money",
    )  # fmt: skip
    assert len(screen.unanswered) == MOST_ASKED
    assert [each.reason for each in screen.unanswered] == ["competitor", "generic", "vague", "vague"]
    assert screen.unanswered[0].script is not None
    assert "Northwind Dental" in screen.unanswered[0].script


def test_unchanged_statements_go_on_and_are_never_asked_about_again(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted")

    assert isinstance(world.answer_coaching(deal, screen), ReadBackScreen)

    assert world.statements(deal)[0].version == 1
    assert [(row.version, row.answer) for row in world.all(CoachedVersion)] == [(1, "kept")]
    assert isinstance(world.capture(deal, "keep me posted\na call every Friday", "", coached=False), ReadBackScreen)
    assert isinstance(world.click(statement_list.continue_to_read_back, deal), ReadBackScreen)


def test_closing_the_screen_loses_nothing_and_the_list_leads_back_to_it(world: World) -> None:
    deal = world.a_deal()
    ask(world, deal, "keep me posted")
    assert isinstance(world.next_screen(deal), ReadBackScreen)
    assert isinstance(world.click(statement_list.continue_to_read_back, deal), CoachingScreen)


def test_a_sharpened_wording_is_read_back(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted", "20 mpg")
    after = world.answer_coaching(deal, screen, {screen.unanswered[0].statement.id: "- a call every Friday"})

    assert isinstance(after, ReadBackScreen)
    assert (after.statement.wording, after.statement.version) == ("a call every Friday", 2)
    assert [row.answer for row in world.all(CoachedVersion)] == ["sharpened"]
    assert world.actions(deal)[-1] == "sharpened"


def test_agreed_statements_are_not_asked_about(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted")
    world.answer(deal, screen.unanswered[0].statement)
    assert not isinstance(world.click(statement_list.continue_to_read_back, deal), CoachingScreen)


def test_a_generic_statement_can_be_kept_as_the_customers_words(world: World) -> None:
    """M3.4."""
    deal = world.a_deal()
    screen = ask(world, deal, "friendly service\nkeep me posted")
    generic = screen.unanswered[0].statement

    after = world.accept_suggestion(
        coaching.keep_as_said, deal, screen, generic, {screen.unanswered[1].statement.id: "weekly by ph"}
    )

    assert isinstance(after, CoachingScreen)
    assert [s.wording for s in after.answered] == ["friendly service"]
    assert [each.typed for each in after.unanswered] == ["weekly by ph"]
    assert world.details(deal, generic).source is Source.CUSTOMER
    assert world.statements(deal)[0].version == 1
    assert isinstance(world.answer_coaching(deal, after), ReadBackScreen)


def test_a_competitors_promise_can_be_marked(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "the other vendor promised free delivery")
    promise = screen.unanswered[0].statement
    world.accept_suggestion(coaching.mark_competitor, deal, screen, promise)

    assert world.details(deal, promise).promised_by is PromisedBy.COMPETITOR
    assert [row.answer for row in world.all(CoachedVersion)] == ["competitor"]


def test_the_script_for_a_competitors_promise_is_shown_at_the_read_back(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "the other vendor promised free delivery\na call every Friday")
    world.accept_suggestion(coaching.mark_competitor, deal, screen, screen.unanswered[0].statement)
    promise, own = world.statements(deal)

    read = world.answer_coaching(deal, screen)
    assert isinstance(read, ReadBackScreen)
    assert read.statement == promise
    assert "free delivery isn't in what we agreed" in read.competitor_script

    together = world.do(read_all.show, ReadAllRequest(world.caller(event=""), deal))
    assert isinstance(together, ReadAllScreen)
    assert together.competitor_scripts == {promise.id: read.competitor_script}

    after = world.answer(deal, promise, Said.WITHDRAWN)
    assert isinstance(after, ReadBackScreen)
    assert (after.statement, after.competitor_script) == (own, "")


def test_a_statement_in_the_wrong_list_moves_only_when_the_rep_says_so(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "a call every Friday", "keep me posted by phone")
    (item,) = screen.unanswered
    assert item.other_list is Kind.EXPECTATION
    assert world.wordings(deal, Kind.PRIORITY) == ["keep me posted by phone"]

    after = world.accept_suggestion(coaching.move_to_other_list, deal, screen, item.statement)

    assert world.wordings(deal, Kind.EXPECTATION) == ["a call every Friday", "keep me posted by phone"]
    assert isinstance(after, CoachingScreen)
    assert world.actions(deal)[-1] == "moved"
    world.accept_suggestion(
        coaching.move_to_other_list, deal, screen, item.statement
    )  # the same button on an outdated screen
    assert world.wordings(deal, Kind.PRIORITY) == []


def test_concurrent_changes_are_not_overwritten(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted")
    statement = screen.unanswered[0].statement
    world.edit(deal, statement, "tell me about problems")

    again = world.answer_coaching(deal, screen, {statement.id: "daily"})

    assert isinstance(again, CoachingScreen)
    assert again.changed
    assert [(each.statement.wording, each.typed) for each in again.unanswered] == [("tell me about problems", "daily")]
    world.answer_coaching(deal, again, {statement.id: "daily"})
    assert world.wordings(deal, Kind.EXPECTATION) == ["daily"]


def test_invalid_wordings_are_refused_at_their_field(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted\na call every Friday")
    (item,) = screen.unanswered
    before = world.all_rows()
    for typed, key in [("", "empty"), ("x" * 1001, "too_long"), ("A call every Friday", "twice")]:
        with pytest.raises(InvalidEntryError, match=key) as refused:
            world.answer_coaching(deal, screen, {item.statement.id: typed})
        assert refused.value.field == coaching.field_name(item.statement.id)
    assert world.all_rows() == before


def test_the_same_submission_twice_counts_once(world: World) -> None:
    deal = world.a_deal()
    screen = ask(world, deal, "keep me posted")
    for _ in range(2):
        world.answer_coaching(deal, screen, {screen.unanswered[0].statement.id: "weekly"}, event="form:1")
    assert world.statements(deal)[0].version == 2
