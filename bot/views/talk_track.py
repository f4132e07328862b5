"""What helps on the call: whom to call, what to say, what to do when it gets hard, and the form for one's own words."""

from __future__ import annotations

from bot.ui.components import (
    MOST_CHECKBOXES,
    ActionRow,
    Button,
    Component,
    ContextText,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.attempts import attempt_buttons
from bot.views.contacts import contact_line
from handlers.call.call_words import NO_TRADE, PAGES, field_of
from handlers.screens.call import CallHelp, TalkForm, TalkLine
from handlers.screens.deals import DealFacts
from prompts.playbook import FILLED_IN, MAX_SAY, SituationName
from prompts.wording import Ready

TEAM = "team"
"""The role in the state of the form for everybody's words."""
BUTTONS_A_ROW = 3
"""As many as a phone shows side by side."""
SITUATION_ACTIONS = {
    SituationName.COLD_FEET: ActionId.CALL_COLD_FEET,
    SituationName.DISCOUNT: ActionId.CALL_DISCOUNT,
    SituationName.NEW_PERSON: ActionId.CALL_NEW_PERSON,
}


def who_to_call(shown: CallHelp, texts: Texts) -> list[Component]:
    """The contacts with their number and address. The brief changes them: a form would replace what was typed."""
    if not shown.contacts:
        return []
    lines = "\n".join(contact_line(contact, texts) for contact in shown.contacts)
    return [Paragraph(f"{texts.markup.bold(texts.rich('talk.who'))}\n{lines}")]


def no_luck(deal: DealFacts, shown: CallHelp, texts: Texts) -> list[Component]:
    """What to leave on the voicemail, and a button for each way in which a try can fail."""
    if not shown.attempts:
        return []
    script = texts.rich("talk.voicemail", words=shown.voicemail)
    return [
        Paragraph(f"{texts.markup.bold(texts.rich('talk.no_luck'))}\n{script}"),
        ActionRow("attempts", attempt_buttons(deal, texts)[:BUTTONS_A_ROW]),
        ActionRow("attempts:more", attempt_buttons(deal, texts)[BUTTONS_A_ROW:]),
    ]


def steps_to_say(shown: CallHelp, texts: Texts) -> list[Component]:
    """What to say at each step, and the proposal at hand."""
    if not shown.talk:
        return []
    lines = [texts.markup.bold(texts.rich("talk.say")), *said(shown.talk, texts)]
    if shown.proposal:
        lines.append(texts.markup.link(shown.proposal, texts.plain("talk.proposal")))
    return [Paragraph("\n".join(lines))]


def objectives_to_say(talk: tuple[TalkLine, ...], texts: Texts) -> list[Component]:
    """What to say for each objective, before the rep hangs up."""
    return [Paragraph("\n".join(said(talk, texts)))] if talk else []


def said(talk: tuple[TalkLine, ...], texts: Texts) -> list[str]:
    """The lines to say, as marked-up text."""
    return [texts.rich("talk.line", words=line.words) for line in talk]


def words_button(deal: DealFacts, texts: Texts) -> Button:
    """Opens the form for one's own words."""
    return Button(
        texts.plain("talk.change"), ActionId.CALL_WORDS, str(deal.id), accessible_name=texts.plain("talk.label_change")
    )


def situations(deal: DealFacts, shown: CallHelp, texts: Texts) -> list[Component]:
    """What may go wrong: a button each, and what to do about the one that was clicked."""
    components: list[Component] = []
    if shown.situation is not None:
        advice = texts.rich("talk.advice", advice=shown.situation.advice, words=shown.situation.say)
        name = texts.rich(f"talk.{shown.situation.name}")
        components.append(Paragraph(f"{texts.markup.bold(name)}\n{advice}"))
    else:
        components.append(ContextText((texts.rich("talk.hard"),)))
    buttons = tuple(
        Button(
            texts.plain(f"talk.{name}"),
            action_id,
            str(deal.id),
            accessible_name=texts.plain(f"talk.label_{name}"),
        )
        for name, action_id in SITUATION_ACTIONS.items()
    )
    return [*components, ActionRow("situations", buttons)]


def listening(shown: CallHelp, texts: Texts) -> list[Component]:
    """What keeps the customer talking, right before the read-back (M4.4)."""
    if not shown.listening:
        return []
    prompts = Ready(" ".join(texts.rich("talk.prompt", words=prompt) for prompt in shown.listening))
    return [ContextText((texts.rich("talk.listening", prompts=prompts, silence=shown.silence),))]


def words_form(screen: TalkForm, texts: Texts) -> Modal:
    """A field for each item of the page. Templates are shown as they are: they hold for every deal of this kind."""
    fields = tuple(
        TextField(
            field_of(item.rule),
            item.text,
            value=screen.words.get(item.rule, ""),
            multiline=True,
            optional=True,
            max_length=MAX_SAY,
        )
        for item in screen.items
    )
    names = ", ".join(f"{{{{ {name} }}}}" for name in FILLED_IN)
    intro = texts.rich("talk.intro_team", names=names) if screen.team else texts.rich("talk.intro", names=names)
    last = screen.page == PAGES
    return Modal(
        ViewId.TALK,
        texts.plain("talk.title_team") if screen.team else texts.plain("talk.title"),
        (ContextText((intro,)), *_to_the_teams(screen, texts), *fields, *_trade(screen, texts)),
        state=ModalState(screen.deal.id, version=screen.page, role=TEAM if screen.team else ""),
        submit=texts.plain("talk.submit") if last else texts.plain("talk.next"),
        close=texts.plain("talk.close"),
    )


def _to_the_teams(screen: TalkForm, texts: Texts) -> list[Component]:
    """For an admin: the button to what everybody says."""
    if not screen.may_change_team:
        return []
    label = texts.plain("talk.label_team")
    button = Button(texts.plain("talk.team"), ActionId.CALL_TEAM_WORDS, str(screen.deal.id), accessible_name=label)
    return [ActionRow("team", (button,))]


def _trade(screen: TalkForm, texts: Texts) -> list[Component]:
    """Whose words the playbook has for this team; a trade that a team has added is called as it is written there."""
    if not screen.trades:
        return []
    known = texts.plain.keys()
    named = [(trade, f"talk.trade_{trade}") for trade in screen.trades[: MOST_CHECKBOXES - 1]]
    options = (
        Option(NO_TRADE, texts.plain("talk.no_trade")),
        *(Option(trade, texts.plain(key) if key in known else trade.capitalize()) for trade, key in named),
    )
    return [RadioGroup("trade", texts.plain("talk.trade"), options, chosen=screen.trade or NO_TRADE)]
