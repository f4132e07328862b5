"""Drafts: what somebody types into a form is kept while they type, and offered when the form is opened again.

One place for all forms (`Modal.keeps_typing`). What each platform tells of an open form: docs/decisions/0024.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.interactions.interaction import FormValues, Interaction, digest_of, numbered_values
from bot.ports.context import Context
from bot.ui.components import (
    Checkboxes,
    Field,
    Modal,
    RadioGroup,
    Select,
    TextField,
    UserField,
)
from bot.ui.ids import COMMITMENT_PREFIX, ModalState, ViewId
from bot.ui.texts import Texts
from bot.views import draft_notes
from bot.views.render import ModalScreen, modal
from handlers.call import brief, card_actions, drafts, read_back, statement_editing
from handlers.call.brief import CommitmentsAsked
from handlers.call.drafts import DraftFound, FormRequest, FormTyped
from handlers.call.read_back import CorrectionRequest
from handlers.call.statement_editing import StatementRequest
from handlers.referrals import asking
from handlers.requests import Caller, DealRequest
from handlers.review import deal_review

BASE_LENGTH = 16

Entry = str | list[str]


async def keep(context: Context, interaction: Interaction, typed_at: datetime, *, only_missing: bool = False) -> bool:
    """Keep what the form contains. `only_missing`: the entries may be older than those that are kept already.

    Returns whether it was kept. Raises `NotNowError` for somebody of another company.
    """
    if not interaction.state.base:
        return False
    await context.require_member(interaction.viewer)
    entries = _entries(interaction.values, interaction.state)
    if only_missing and not any(entries.values()):
        return False
    typed = FormTyped(
        _form(interaction.viewer, interaction.view, interaction.state),
        interaction.state.to_text(),
        entries,
        typed_at,
        submission_key=interaction.actor.event_key,
        only_missing=only_missing,
    )
    return await context.database.write(drafts.keep, typed, context.clock.now())


async def keep_unsaved(context: Context, interaction: Interaction) -> None:
    """Keep the entries of a submission that stored nothing."""
    await keep(context, replace(interaction, actor=interaction.viewer), context.clock.now())


async def drop(context: Context, interaction: Interaction) -> None:
    """Delete what is kept of the form: it was submitted, or the person starts over."""
    if interaction.state.base:
        form = _form(interaction.viewer, interaction.view, interaction.state)
        await context.database.write(drafts.drop, form, context.clock.now())


def kept(opened: Modal) -> Modal:
    """The modal; if what is typed into it is kept, it carries what it held at first."""
    if opened.state is None or not opened.keeps_typing:
        return opened
    fresh = json.dumps(_held(opened, opened.state), sort_keys=True)
    return replace(opened, state=replace(opened.state, base=digest_of(fresh)[:BASE_LENGTH]))


async def offered(context: Context, viewer: Caller, opened: Modal) -> Modal:
    """The form with what `viewer` had typed into it, and a way to start over. Any other modal as it is.

    If the form holds something else by now, what was typed is shown above it instead: nobody can tell what of both
    they want.
    """
    opened = kept(opened)
    if opened.state is None or not opened.state.base:
        return opened
    fresh = _held(opened, opened.state)
    found = await context.database.read(drafts.find, _form(viewer, opened.view, opened.state))
    if found is None or found.entries.keys() != fresh.keys() or _same(found.entries, fresh):
        return opened
    earlier = ModalState.from_text(found.state)
    if _can_go_on(opened.state, earlier):
        return _continued(opened, found, earlier, context.texts)
    return _shown_beside(opened, found, fresh, context.texts)


async def start_over(context: Context, interaction: Interaction) -> Modal | None:
    """Delete what is kept of the form, and show it as it is without. None for a form that cannot be opened again."""
    await drop(context, interaction)
    reopen = _REOPENED.get(interaction.view)
    if reopen is None:
        return None
    return replace(kept(modal(await reopen(context, interaction), context.texts)), redrawn=True)


def is_same_form(interaction: Interaction, following: Modal | None) -> bool:
    """Whether a submission is answered by the same form: then what was entered is not stored yet."""
    if following is None or following.state is None:
        return False
    return _form(interaction.viewer, interaction.view, interaction.state) == _form(
        interaction.viewer, following.view, following.state
    )


def _form(person: Caller, view: str, state: ModalState) -> FormRequest:
    viewer = replace(person, event_key="", content="")
    return FormRequest(viewer, state.deal_id, view, state.statement_id)


def _entries(values: FormValues, state: ModalState) -> dict[str, Entry]:
    return {
        name.removesuffix(state.suffix): value if isinstance(value, str) else sorted(value)
        for name, value in values.values.items()
    }


def _held(opened: Modal, state: ModalState) -> dict[str, Entry]:
    return {_base_name(field, state): _entry(field) for field in opened.fields}


def _base_name(field: Field, state: ModalState) -> str:
    return field.name.removesuffix(state.suffix)


def _entry(field: Field) -> Entry:
    match field:
        case TextField():
            return field.value
        case Checkboxes():
            return sorted(box.value for box in field.options if box.ticked)
        case RadioGroup() | Select():
            return field.chosen or ""
        case UserField():
            return field.chosen


def _same(entries: Mapping[str, Entry], fresh: Mapping[str, Entry]) -> bool:
    """Whether the person changed nothing. White space at the ends is no change."""
    return all(_trimmed(entries[name]) == _trimmed(value) for name, value in fresh.items())


def _trimmed(entry: Entry) -> Entry:
    return "\n".join(entry.split("\r\n")).strip() if isinstance(entry, str) else entry


def _can_go_on(state: ModalState, earlier: ModalState) -> bool:
    """Whether a form can be filled with what was typed under `earlier`.

    It can if it holds the same by now, or if its submission notices what has changed: statements have versions.
    """
    if state.statement_id:
        return True
    return state.version == earlier.version and (state.base == earlier.base or bool(earlier.seen))


def _continued(opened: Modal, found: DraftFound, earlier: ModalState, texts: Texts) -> Modal:
    """The form filled with what was typed. It carries the versions that the person saw then, so that what has changed
    since is noticed when they submit it."""
    state = opened.state or ModalState()
    state = replace(state, version=earlier.version) if state.statement_id else replace(state, seen=earlier.seen)
    components = tuple(
        _filled(each, found.entries[_base_name(each, state)]) if isinstance(each, Field) else each
        for each in opened.components
    )
    return replace(opened, components=components, state=state, notes=draft_notes.continued(found.typed_at, texts))


def _filled(field: Field, entry: Entry) -> Field:
    text = entry if isinstance(entry, str) else ""
    match field:
        case TextField():
            return replace(field, value=text)
        case Checkboxes():
            return replace(field, options=tuple(replace(box, ticked=box.value in entry) for box in field.options))
        case RadioGroup() | Select():
            return replace(field, chosen=text or None)
        case UserField():
            return replace(field, chosen=text)


def _shown_beside(opened: Modal, found: DraftFound, fresh: Mapping[str, Entry], texts: Texts) -> Modal:
    """The form as it is, below what was typed."""
    state, typed = opened.state or ModalState(), []
    for field in opened.fields:
        name = _base_name(field, state)
        entry = found.entries[name]
        if isinstance(field, TextField) and isinstance(entry, str) and _trimmed(entry) != _trimmed(fresh[name]):
            typed.append((field.label, entry))
    return replace(opened, notes=draft_notes.outdated(found.typed_at, typed, texts))


async def _of_deal(handler: Callable[..., ModalScreen], context: Context, interaction: Interaction) -> ModalScreen:
    return await context.apply(handler, DealRequest(interaction.viewer, interaction.state.deal_id))


async def _commitments(context: Context, interaction: Interaction) -> ModalScreen:
    first = min(numbered_values(interaction.values, COMMITMENT_PREFIX), default=1)
    request = CommitmentsAsked(interaction.viewer, interaction.state.deal_id, first)
    return await context.apply(brief.edit_commitments, request)


async def _edit(context: Context, interaction: Interaction) -> ModalScreen:
    state = interaction.state
    request = StatementRequest(interaction.viewer, state.deal_id, state.statement_id, state.version)
    return await context.apply(statement_editing.ask_edit, request)


async def _correction(context: Context, interaction: Interaction) -> ModalScreen:
    state = interaction.state
    request = CorrectionRequest(interaction.viewer, state.deal_id, state.statement_id, state.seen)
    return await context.apply(read_back.ask_correction, request)


_REOPENED: dict[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    ViewId.CHECKLIST: partial(_of_deal, card_actions.show_checklist),
    ViewId.EDIT: _edit,
    ViewId.ADD: partial(_of_deal, statement_editing.ask_new),
    ViewId.CORRECTION: _correction,
    ViewId.BRIEF_WHO: partial(_of_deal, brief.edit),
    ViewId.BRIEF_COMMITMENTS: _commitments,
    ViewId.BRIEF_WORDS: partial(_of_deal, brief.edit_notes),
    ViewId.REFERRAL_ASKED: partial(_of_deal, asking.show_asked),
    ViewId.REVIEW: partial(_of_deal, deal_review.show),
}
"""How a form is opened again, if it is not the next step of its deal."""
