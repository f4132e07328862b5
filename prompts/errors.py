"""The root of the product's own errors. It lives with the words, because an error is something said to a person.

FirstCallError                 what the product raises on purpose
├── StorageError               (storage.errors) the database refuses, or could not do, something
├── PlaybookError              the playbook or a wording is not usable
├── SettingsError              (bot.settings) a setting is missing or wrong; the start stops
├── DeliveryError              (bot.ports.messenger) a message could not be handed to the platform
├── RejectedRequestError       (bot.teams.errors) a request to the Teams endpoint is rejected; nothing was stored
└── Refusal                    (handlers.errors) a person asked for something that cannot be done now
"""

from __future__ import annotations


class FirstCallError(Exception):
    """Something went wrong that we know how to name. Its text says what happened, what was kept and what to do next."""


class PlaybookError(FirstCallError):
    """The playbook or a wording cannot be used; the text names the file and the key."""
