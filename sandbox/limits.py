"""Tables of the lengths and counts that Slack enforces but the schema does not."""

from __future__ import annotations

from dataclasses import dataclass

BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
MESSAGE_TEXT = 40_000
ATTACHMENTS = 100
METADATA_BYTES = 8_000
VIEW_BYTES = 250_000
VIEW_TITLE = 24
VIEW_BUTTON = 24
PRIVATE_METADATA = 3_000
CALLBACK_ID = 255
EXTERNAL_ID = 255
BLOCK_ID = 255
ACTION_ID = 255
OPEN_VIEWS = 3
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTION_DESCRIPTION = 75
OPTION_URL = 3_000
GROUP_LABEL = 75
PLACEHOLDER = 150


@dataclass(frozen=True, slots=True)
class Length:
    """The allowed length of the text at a path, in characters."""

    path: tuple[str, ...]
    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """The allowed number of items in the list at a path."""

    path: str
    most: int
    least: int = 1


LABEL = Length(("accessibility_label",), 75)

LENGTHS: dict[str, tuple[Length, ...]] = {
    "section": (Length(("text", "text"), 3_000, 1),),
    "header": (Length(("text", "text"), 150, 1),),
    "image": (
        Length(("image_url",), 3_000, 1),
        Length(("alt_text",), 2_000, 1),
        Length(("title", "text"), 2_000),
    ),
    "input": (Length(("label", "text"), 2_000, 1), Length(("hint", "text"), 2_000)),
    "markdown": (Length(("text",), 12_000, 1),),
    "video": (Length(("title", "text"), 200, 1), Length(("video_url",), 3_000, 1)),
    "button": (
        Length(("text", "text"), 75, 1),
        Length(("value",), 2_000),
        Length(("url",), 3_000),
        LABEL,
    ),
    "workflow_button": (Length(("text", "text"), 75, 1), LABEL),
    "icon_button": (Length(("text", "text"), 75, 1), Length(("value",), 2_000), LABEL),
    "plain_text_input": (Length(("initial_value",), 3_000),),
    "mrkdwn": (Length(("text",), 3_000, 1),),
    "plain_text": (Length(("text",), 3_000, 1),),
}
"""By the `type` of a block, element or text object. The last two apply to texts in a context block."""

FIELD_TEXT = 2_000

COUNTS: dict[str, tuple[Count, ...]] = {
    "section": (Count("fields", 10),),
    "context": (Count("elements", 10),),
    "actions": (Count("elements", 25),),
    "context_actions": (Count("elements", 5),),
    "radio_buttons": (Count("options", 10),),
    "checkboxes": (Count("options", 10),),
    "overflow": (Count("options", 5),),
    "static_select": (Count("options", 100), Count("option_groups", 100)),
    "multi_static_select": (Count("options", 100), Count("option_groups", 100)),
    "table": (Count("rows", 100),),
}

VIEW_BLOCKS = frozenset(
    {"actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
)
"""Blocks that a modal or home view may contain; a message may contain every block of the schema."""

ONLY_IN_MESSAGES = frozenset({"workflow_button"})
ONLY_IN_MODALS = frozenset({"file_input"})
