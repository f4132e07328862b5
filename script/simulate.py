"""Plays six weeks of two reps with the bot's own handlers and outbox, and writes down every message that they get.

One rep has seven deals of mixed fates, the other one deal that nobody touches. The clock jumps from one thing that
happens to the next, so the result is the same in every run.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.slack.manifest import COMMAND
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.components import ActionRow, Button, Component, ContextText, File, Heading, Message, Paragraph
from bot.ui.texts import Texts
from bot.views import render
from handlers.detection import Decision
from handlers.method.offered_times import Snooze
from handlers.method.reminder_profiles import ReminderProfile
from handlers.reminders import compose, my_reminders
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.my_reminders import ProfileChosen
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from storage import outbox
from storage.database import Database
from storage.migrate import upgrade
from storage.models import OutboxRow, Tenant
from tests.handlers.world import ANNA, BEN, World

PAGE = Path(__file__).parents[1] / "docs" / "six-weeks.md"
LOCAL = ZoneInfo("Europe/London")
FIRST_DAY = datetime(2026, 3, 2, tzinfo=LOCAL)
"""A Monday."""
WEEKS = 6
TEXTS = Texts(SlackMarkup(), COMMAND)
MOMENT = re.compile(r"<!date\^(\d+)\^[^|]*\|[^>]*>")
LIGHT, STANDARD, ACTIVE = ReminderProfile


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a rep got. `updates`: it changed an earlier one in place, and notified nobody."""

    at: datetime
    person: str
    kind: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...]
    updates: bool
    replaces: tuple[str, str] | None


@dataclass
class SixWeeks:
    """A workspace whose clock stands at the next thing that happens."""

    world: World
    sent: list[Sent] = field(default_factory=list)

    def until(self, moment: datetime) -> None:
        """Send everything that is due up to `moment`, each message when it is due."""
        while True:
            due = self.world.database.read_sync(outbox.next_due, self.world.now)
            if due is None or due > moment:
                break
            self.world.now = max(self.world.now, due)
            self.world.database.write_sync(self._send_next, self.world.now)
        self.world.now = max(self.world.now, moment)

    def _send_next(self, session: Session, now: datetime) -> None:
        tenant_ids = outbox.tenants_due(session, now)
        claim = outbox.claim(session, tenant_ids[0], owner="simulation", lease=timedelta(minutes=2), now=now)
        if claim is None:
            return
        row = claim.row
        match compose.compose(session, row, session.get_one(Tenant, row.tenant_id), tries=None, now=now):
            case OutboundMessage() as message:
                self.sent.append(_sent(row, message, now))
                place = message.replaces or (f"D{message.person}", f"{row.id}.1")
                compose.record_delivery(session, row, channel=place[0], ts=place[1], now=now)
            case Pointless(reason):
                outbox.settle_cancelled(row, reason=reason, now=now)
            case Postponed(until, reason):
                outbox.requeue(row, until=until, reason=reason)
            case Folded(into, reason):
                compose.record_folding(session, row, into, reason=reason, now=now)


def _sent(row: OutboxRow, message: OutboundMessage, now: datetime) -> Sent:
    shown = render.message(message.screen, TEXTS)
    return Sent(
        now.astimezone(LOCAL),
        message.person or "",
        row.kind,
        tuple(_lines(shown)),
        tuple(_buttons(shown)),
        updates=message.replaces is not None and not isinstance(shown, File),
        replaces=message.replaces,
    )


def _lines(shown: Message | File) -> Iterator[str]:
    if isinstance(shown, File):
        yield _readable(f"{shown.comment} ({shown.name})")
        return
    for component in shown.components:
        yield from (_readable(line) for text in _texts(component) for line in text.split("\n") if line)


def _texts(component: Component) -> tuple[str, ...]:
    match component:
        case Heading() | Paragraph():
            return (component.text,)
        case ContextText():
            return component.lines
        case _:
            return ()


def _buttons(shown: Message | File) -> Iterator[str]:
    rows = () if isinstance(shown, File) else shown.components
    for row in rows:
        if isinstance(row, ActionRow):
            yield from (
                element.text if isinstance(element, Button) else f"{element.text} ▾" for element in row.elements
            )
            yield from (f"… {button.text}" for button in row.more)


def _readable(text: str) -> str:
    """Slack's markup as people see it."""
    shown = MOMENT.sub(lambda match: f"{datetime.fromtimestamp(int(match[1]), LOCAL):%a %d %b %H:%M}", text)
    shown = re.sub(r"<#(\w+)(\|[^>]*)?>", r"#\1", re.sub(r"<@(\w+)>", r"@\1", shown))
    return shown.replace("*", "").replace("&amp;", "&").strip()


# --- the story ---


def at(day: int, clock: str) -> datetime:
    """A moment of the story: days after the first, and the local time."""
    hour, minute = map(int, clock.split(":"))
    return (FIRST_DAY + timedelta(days=day)).replace(hour=hour, minute=minute).astimezone(UTC)


Step = tuple[datetime, Callable[[World], object]]


def _call(world: World, deal: int, expectations: str) -> None:
    world.capture(deal, expectations=expectations)
    world.agree_to_all(deal)
    world.wrap_up(deal)


def story() -> list[Step]:
    """What the two reps do in six weeks, in order. Deals are numbered by when they were closed."""
    northwind, _quarry, harbor, lumen, stellar, orion, _pine, vega = range(1, 9)

    def won(customer: str, person: str = ANNA, decision: Decision = Decision.SURE) -> Callable[[World], object]:
        return lambda world: world.a_deal(
            customer, person=person, decision=decision, owner_zone=LOCAL.key, text=f"Just closed {customer}!"
        )

    steps: list[Step] = [
        # Called within the hour, recap at once. A call every Friday is promised.
        (at(0, "10:05"), won("Northwind Dental")),
        (at(0, "10:40"), lambda w: _call(w, northwind, "A call every Friday until go-live\nGo-live by 1 May")),
        (at(0, "11:05"), lambda w: w.send_recap(northwind)),
        # The other rep's only deal, which they never touch.
        (at(0, "14:00"), won("Quarry Stone", BEN)),
        # Scheduled, called, and the recap is forgotten until the reminder.
        (at(1, "15:30"), won("Harbor Logistics")),
        (at(1, "15:40"), lambda w: w.schedule(harbor, "tomorrow 10:00")),
        (at(2, "10:30"), lambda w: _call(w, harbor, "An email at least monthly\nDelivery on 20 March")),
        (at(2, "17:20"), lambda w: w.send_recap(harbor)),
        # Stays open: scheduled, and then nothing.
        (at(2, "11:00"), won("Lumen Labs")),
        (at(2, "11:10"), lambda w: w.schedule(lumen, "today 15:00")),
        # Put off, scheduled, moved three times, then made.
        (at(7, "09:30"), won("Stellar Foods")),
        (at(7, "13:35"), lambda w: w.snooze(stellar, Snooze.TOMORROW)),
        (at(8, "09:10"), lambda w: w.schedule(stellar, "today 16:00")),
        (at(8, "11:00"), lambda w: w.schedule(stellar, "tomorrow 11:00")),
        (at(9, "09:00"), lambda w: w.schedule(stellar, "tomorrow 14:00")),
        (at(9, "16:00"), lambda w: w.schedule(stellar, "tomorrow 15:00")),
        (at(10, "15:20"), lambda w: _call(w, stellar, "Told of any delay within 4 hours\nTraining by 27 March")),
        (at(10, "15:50"), lambda w: w.send_recap(stellar)),
        # Stopped at its first reminder.
        (at(8, "10:00"), won("Orion Freight")),
        (at(8, "14:30"), lambda w: w.click(my_reminders.stop_from_reminder, orion)),
        # A question that is never answered.
        (at(10, "10:00"), won("Pine & Co", decision=Decision.MAYBE)),
        # Called after the second reminder. A call every Friday is promised here, too.
        (at(14, "09:00"), won("Vega Clinics")),
        (at(15, "10:00"), lambda w: _call(w, vega, "A call every Friday\n40 seats ready by 3 April")),
        (at(15, "10:20"), lambda w: w.send_recap(vega)),
    ]
    return sorted(steps, key=lambda step: step[0])


def play(profile: ReminderProfile) -> list[Sent]:
    """Six weeks with that profile; returns every message to the two reps, in order."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/simulation.db"
        upgrade(url)
        database = Database(url)
        try:
            weeks = SixWeeks(World(database, now=at(0, "09:00")))
            for person in (ANNA, BEN):
                chosen = ProfileChosen(weeks.world.caller(person), profile)
                weeks.world.do(my_reminders.choose_profile, chosen)
            for moment, happens in story():
                weeks.until(moment)
                happens(weeks.world)
            weeks.until(at(7 * WEEKS, "00:00"))
            return weeks.sent
        finally:
            database.close_sync()


# --- the page ---

INTRODUCTION = """# Six weeks

Every message that two reps get in six weeks, played by `script/simulate` with the bot's own handlers and outbox. Anna
has seven deals: four end with a recap, one stays open, one she stops at its first reminder, one is a question that she
never answers. Ben has one deal, and never touches it. A test compares this page with what the script plays.

"Updated" are messages that changed in place and notified nobody: the cards, and reminders that were answered or that a
newer one follows. A calendar file that takes the place of an older one counts as a message. Buttons after "…" are
behind that menu.
"""
NAMES = {ANNA: "Anna, seven deals", BEN: "Ben, one deal that nobody touches"}


def play_all() -> dict[ReminderProfile, list[Sent]]:
    """Six weeks with each profile, in the order of the page."""
    return {profile: play(profile) for profile in (STANDARD, LIGHT, ACTIVE)}


def page(played: Mapping[ReminderProfile, list[Sent]]) -> str:
    """The page of the docs."""
    parts = [INTRODUCTION, _overview(played)]
    for profile, sent in played.items():
        for person, name in NAMES.items():
            mine = [each for each in sent if each.person == person]
            parts += [f"## {profile.value.capitalize()}: {name}\n", _by_day(mine), _transcript(mine)]
    return "\n".join(parts)


def _overview(played: Mapping[ReminderProfile, list[Sent]]) -> str:
    """The messages by kind: a column for each rep and profile."""
    columns = [(profile, person) for person in NAMES for profile in played]
    counted = {
        column: Counter(each.kind for each in played[column[0]] if each.person == column[1] and not each.updates)
        for column in columns
    }
    kinds = sorted({kind for counts in counted.values() for kind in counts})
    rows = [(f"`{kind}`", *(str(counted[column][kind] or "") for column in columns)) for kind in kinds]
    rows.append(("**messages**", *(f"**{counted[column].total()}**" for column in columns)))
    updated = (sum(each.updates for each in played[profile] if each.person == person) for profile, person in columns)
    rows.append(("updated", *map(str, updated)))
    head = ("kind", *(f"{NAMES[person].split(',')[0]}, {profile}" for profile, person in columns))
    return _table(head, rows)


def _by_day(sent: list[Sent]) -> str:
    """The number of messages on each day of each week."""
    days = Counter(each.at.date() for each in sent if not each.updates)
    rows = []
    for week in range(WEEKS):
        monday = FIRST_DAY.date() + timedelta(weeks=week)
        counts = [days[monday + timedelta(days=day)] for day in range(7)]
        rows.append((f"{monday:%d %b}", *(str(count or "") for count in counts), str(sum(counts))))
    return _table(("week of", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "all"), rows)


def _transcript(sent: list[Sent]) -> str:
    """Each message with its time, its kind, its text and its buttons."""
    found = []
    for each in sent:
        if each.updates:
            continue
        found.append(f"**{each.at:%a %d %b %H:%M}** `{each.kind}`\n")
        found += [f"> {line}  " for line in each.lines]
        if each.buttons:
            found.append(f"> [{'] ['.join(each.buttons)}]")
        found.append("")
    return "\n".join(found)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="to the terminal")
    if parser.parse_args().print:
        print(page(play_all()))
    else:
        PAGE.write_text(page(play_all()), "utf-8")


if __name__ == "__main__":
    main()
