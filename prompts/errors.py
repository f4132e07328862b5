"""The root of the product's errors. It is in `prompts`, the lowest layer, because an error's text is for a person.

FirstCallError                 the product raises it on purpose
├── StorageError               (storage.errors) the database refused an operation, or failed
├── PlaybookError              the playbook or a wording is not usable
├── SettingsError              (bot.settings) a setting is missing or wrong; the start stops
├── DeliveryError              (bot.ports.messenger) the platform did not accept a message
└── Refusal                    (handlers.errors) a person asked for something that is not possible now
"""

from __future__ import annotations


class FirstCallError(Exception):
    """An expected error. Its text says what happened, what was kept and what to do next."""


class PlaybookError(FirstCallError):
    """The playbook or a wording is not usable; the text names the file, and the line or the key."""
