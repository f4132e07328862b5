"""The errors of the sandbox: Slack's error names for the bot, one sentence for the user API.

SandboxError
├── SlackRefusal   an `{"ok": false, "error": name}` response of the Web API
└── BadInputError  a 400 response of the user API, with one sentence
"""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """An error that the sandbox raises on purpose."""


class SlackRefusal(SandboxError):  # noqa: N818 - a response of Slack, not a failure of the sandbox
    """A Web API call that Slack would answer with `ok: false`.

    `error` is Slack's name of it, `extra` is added to the response, `status` is the HTTP status, `retry_after` is in
    seconds.
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
        """The JSON object of the response."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages is not None:
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
            if self.error == "invalid_blocks":
                body["errors"] = self.messages
        return body


class BadInputError(SandboxError):
    """A user API call with invalid arguments; the message is one sentence for a person."""
