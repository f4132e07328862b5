"""The two ways of saying no: Slack's error names to the bot, one sentence to the people side.

SandboxError
├── SlackRefusal   an `{"ok": false, "error": name}` answer of the Web API
└── BadInputError  a status 400 of the people side, with one sentence
"""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """Whatever the sandbox refuses on purpose."""


class SlackRefusal(SandboxError):  # noqa: N818 - Slack refuses; it is no error of ours
    """A Web API call that Slack would answer with `ok: false`.

    `error` is Slack's name, `extra` what Slack adds to the answer, `status` the HTTP status, `retry_after` seconds.
    """

    def __init__(
        self,
        error: str,
        *,
        messages: list[str] | None = None,
        status: int = 200,
        retry_after: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.status = status
        self.retry_after = retry_after
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages is not None:
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
            if self.error == "invalid_blocks":
                body["errors"] = self.messages
        return body


class BadInputError(SandboxError):
    """A call of the people side that makes no sense; the message is one sentence for a person."""
