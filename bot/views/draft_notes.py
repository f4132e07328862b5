"""What stands above a form about a draft of it: what was typed and not submitted (`bot.interactions.drafts`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.ui.components import ActionRow, Button, Component, ContextText, Paragraph
from bot.ui.ids import ActionId
from bot.ui.texts import Texts

Notes = tuple[Component, ...]


def continued(typed_at: datetime, texts: Texts) -> Notes:
    """The form below is filled with what was typed; a button empties it."""
    return Paragraph(texts.rich("draft.continued", at=texts.markup.moment(typed_at))), _drop("start_over", texts)


def outdated(typed_at: datetime, typed: Iterable[tuple[str, str]], texts: Texts) -> Notes:
    """The form below holds something else by now, so what was typed stands here, by the labels of the fields."""
    quoted = [
        Paragraph(f"{texts.markup.bold(texts.markup.escape(label))}\n{texts.markup.escape(text)}")
        for label, text in typed
    ]
    intro = Paragraph(texts.rich("draft.outdated", at=texts.markup.moment(typed_at)))
    return intro, *quoted, _drop("discard", texts)


def saved(at: datetime, texts: Texts) -> Notes:
    """What is in the form was saved, on a platform that keeps nothing by itself."""
    return (ContextText((texts.rich("draft.saved", at=texts.markup.moment(at)),)),)


def _drop(name: str, texts: Texts) -> ActionRow:
    label = texts.plain(f"draft.{name}")
    return ActionRow("draft", (Button(label, ActionId.DRAFT_START_OVER, "draft", accessible_name=label),))
