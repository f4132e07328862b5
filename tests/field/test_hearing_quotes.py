"""A win that is quoted, or told as a joke, is nobody's news."""

from __future__ import annotations

import pytest

from handlers.detection import Decision, Post, detect

WIN = "Just closed Northwind Dental! $45k ARR"


@pytest.mark.reported("own trial: a reply on Teams quotes a win")
@pytest.mark.parametrize(
    "quoted",
    [
        WIN,
        f"<p>{WIN}</p>",
        f"<strong>Ada Kemp</strong><span>10:14</span><p><em>{WIN}</em></p>",
        f'<div itemprop="preview"><p>{WIN}</p><ul><li>2 years</li></ul></div>',
    ],
)
@pytest.mark.parametrize("remark", ["<p>how long did that take?</p>", "<p>Great, see you at the kick-off</p>", ""])
def test_a_quoted_win_is_no_news(quoted: str, remark: str) -> None:
    text = f'<blockquote itemscope itemtype="http://schema.skype.com/Reply">{quoted}</blockquote>{remark}'
    assert detect(Post(text, source="human_teams")).decision is Decision.NO


@pytest.mark.reported("own trial: a reply on Teams quotes a win, and tells another")
def test_news_below_a_quotation_is_heard() -> None:
    text = f"<blockquote><p>{WIN}</p></blockquote><p>And we just closed Harper Logistics, $30k!</p>"
    answer = detect(Post(text, source="human_teams"))
    assert [(deal.customer, deal.amount) for deal in answer.deals] == [("Harper Logistics", 30000)]


@pytest.mark.reported("own trial: a quotation that never ends")
def test_a_quotation_without_an_end_is_a_quotation() -> None:
    assert detect(Post(f"Nice! <blockquote><p>{WIN}</p>", source="human_teams")).decision is Decision.NO


@pytest.mark.reported("own trial: a joke in the words of a CRM")
def test_a_joke_is_no_card() -> None:
    assert detect(Post("Closed won: us against the coffee machine")).decision is not Decision.SURE
