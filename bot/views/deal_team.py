"""The team on a deal: the form, what a new member and the rep are told, and who keeps a promise."""

from __future__ import annotations

from bot.ui.components import (
    ActionRow,
    Button,
    Component,
    ContextText,
    Divider,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    TextField,
    UserField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views.deal_name import deal_name
from bot.views.promises import open_button
from bot.views.team_line import member_line
from handlers.deal_team.members import LONGEST_SPLIT
from handlers.method.team_roles import LEAST, TeamRole
from handlers.screens.deal_team import DealTeamScreen, KeeperForm, MemberLeft, TeamForm, TeamMessage, TeamWelcome
from handlers.screens.deals import DealFacts, TeamMember
from prompts.wording import Wording

THE_REP = "rep"
"""The value of the option that names nobody: the rep keeps the promise."""


def modal(screen: TeamForm, texts: Texts) -> Modal:
    """A screen of the team as a modal."""
    match screen:
        case DealTeamScreen():
            return form(screen, texts)
        case KeeperForm():
            return keeper_form(screen, texts)


def message(screen: TeamMessage, texts: Texts) -> Message:
    """What the outbox sends about the team."""
    match screen:
        case TeamWelcome():
            return welcome(screen, texts)
        case MemberLeft():
            return left(screen, texts)


def form(screen: DealTeamScreen, texts: Texts, *, role: TeamRole | None = None) -> Modal:
    """Who is on the team, each with a button that takes them off; below it, whom to add in which role."""
    customer = deal_name(screen.deal, texts.plain)
    rep = texts.markup.mention(screen.deal.owner)
    components: list[Component] = [Paragraph(texts.rich("dealteam.rep", customer=customer, rep=rep))]
    for each in screen.members:
        components += [
            Paragraph(member_line(each, texts)),
            ActionRow(f"member:{each.person}", (_remove(each, texts),)),
        ]
    known = screen.helpers[0] if len(screen.helpers) == 1 and _is_id(screen.helpers[0], texts) else ""
    components += [
        Divider(),
        UserField(
            "member",
            texts.plain("dealteam.member"),
            chosen=known,
            hint=texts.plain("dealteam.member_hint"),
            optional=True,
        ),
        RadioGroup(
            "role",
            texts.plain("dealteam.role"),
            tuple(Option(each, texts.plain(f"dealteam.choice_{each}")) for each in TeamRole),
            chosen=role or LEAST,
        ),
        ContextText((texts.rich("dealteam.roles"),)),
        TextField(
            "split",
            texts.plain("dealteam.split"),
            value=screen.split,
            hint=texts.plain("dealteam.split_hint"),
            optional=True,
            max_length=LONGEST_SPLIT,
        ),
    ]
    return Modal(
        ViewId.DEAL_TEAM,
        texts.plain("dealteam.title"),
        tuple(components),
        state=ModalState(screen.deal.id),
        submit=texts.plain("dealteam.save"),
        close=texts.plain("dealteam.close"),
    )


def added(screen: DealTeamScreen, person: str, texts: Texts) -> Message:
    """Answers the command: who is on the team now."""
    member = next((each for each in screen.members if each.person == person), None)
    customer = deal_name(screen.deal, texts.plain)
    role = "" if member is None else texts.plain(f"dealteam.role_{member.role}")
    text = texts.rich("dealteam.added", customer=customer, person=texts.markup.mention(person), role=role)
    return Message(text, (Paragraph(text), ActionRow("team", (team_button(screen.deal, texts.plain),))))


def welcome(screen: TeamWelcome, texts: Texts) -> Message:
    """What the new member is told: what, by whom, and what they can do."""
    customer = deal_name(screen.deal, texts.plain)
    title = texts.rich(
        "dealteam.welcome",
        customer=customer,
        by=texts.markup.mention(screen.by),
        role=texts.plain(f"dealteam.role_{screen.role}"),
    )
    can = "co_owner" if screen.role is TeamRole.CO_OWNER else "member"
    text = texts.plain("card.record")
    label = texts.plain("card.label_record", customer=customer)
    record = Button(text, ActionId.CARD_RECORD, str(screen.deal.id), accessible_name=label)
    button = open_button(screen.deal, texts) if screen.has_promises else record
    return Message(
        title,
        (
            Paragraph(texts.markup.bold(title)),
            Paragraph(texts.rich(f"dealteam.can_{can}")),
            ActionRow("team", (button,)),
        ),
    )


def left(screen: MemberLeft, texts: Texts) -> Message:
    """The rep is told that somebody is off the team, and what is theirs again."""
    text = texts.rich(
        "dealteam.left",
        customer=deal_name(screen.deal, texts.plain),
        person=texts.markup.mention(screen.person),
        role=texts.plain(f"dealteam.role_{screen.role}"),
        count=screen.promises,
    )
    return Message(text, (Paragraph(text), ActionRow("team", (team_button(screen.deal, texts.plain),))))


def keeper_form(screen: KeeperForm, texts: Texts) -> Modal:
    """The rep, or one of the team."""
    statement = screen.statement
    people = tuple(Option(each.person, _option(each, texts)) for each in screen.members)
    return Modal(
        ViewId.PROMISE_KEEPER,
        texts.plain("dealteam.keeper_title"),
        (
            Paragraph(texts.rich("details.statement", wording=statement.wording)),
            RadioGroup(
                "keeper",
                texts.plain("dealteam.keeper"),
                (Option(THE_REP, texts.plain("dealteam.keeper_rep")), *people),
                chosen=screen.keeper or THE_REP,
            ),
            ContextText((texts.rich("dealteam.keeper_hint"),)),
        ),
        state=ModalState(screen.deal.id, statement.id, statement.version),
        submit=texts.plain("dealteam.save"),
        close=texts.plain("dealteam.close"),
    )


def team_button(deal: DealFacts, plain: Wording) -> Button:
    """The button that opens the team."""
    label = plain("card.label_team", customer=deal_name(deal, plain))
    return Button(plain("card.team"), ActionId.TEAM_SHOW, str(deal.id), accessible_name=label)


def _option(member: TeamMember, texts: Texts) -> str:
    """One of the team in a list of options, which shows no mentions."""
    role = texts.plain(f"dealteam.role_{member.role}")
    return texts.plain("dealteam.option", name=member.name, role=role)


def _remove(member: TeamMember, texts: Texts) -> Button:
    return Button(
        texts.plain("dealteam.remove"),
        ActionId.TEAM_REMOVE,
        member.person,
        accessible_name=texts.plain("dealteam.label_remove", person=_option(member, texts)),
    )


def _is_id(named: str, texts: Texts) -> bool:
    """Whether a message named the person by the platform's id, not by name."""
    return texts.markup.person(named) == texts.markup.mention(named)
