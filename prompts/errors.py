"""The root of the product's errors. It is in `prompts`, the lowest layer, because an error's text is for a person.

FirstCallError                 the product raises it on purpose
├── PlaybookError                 the playbook or a wording cannot be used
├── StorageError                  (storage.errors) the database refused an operation, or failed
│   ├── DatabaseUrlError          DATABASE_URL cannot be used
│   ├── DatabaseClosedError       the database is closed
│   ├── TransactionError          work called commit or rollback itself
│   ├── AbortedWorkError          work continued after a failed statement
│   ├── CommitFailedError         the shared commit failed
│   ├── CommitUnknownError        the connection broke during COMMIT
│   ├── SchemaError               the database's tables do not fit this code
│   ├── UnscopedQueryError        a query on tenants' rows named no tenant
│   ├── ForeignTenantError        a session touched a row of another tenant
│   └── NaiveDatetimeError        a datetime without a time zone
├── Refusal                       (handlers.errors) a person asked for something that is not possible now
│   ├── NoSuchDealError           the workspace has no such deal
│   ├── NotYoursError             the deal belongs to another rep
│   ├── NotNowError               the current state does not allow it
│   └── InvalidEntryError         a form field is invalid
├── DeliveryError                 (bot.ports.messenger) the platform did not accept a message
│   └── UnreachableError          no answer, or a server error: worth a retry
├── SettingsError                 (bot.settings) a setting is missing or wrong; is not possible KeepsDyingError               (bot.cli.demo.processes) a process of the demo ended right after each start
"""

from __future__ import annotations


class FirstCallError(Exception):
    """An expected error. Its text says what happened, what was kept and what to do next."""


class PlaybookError(FirstCallError):
    """The playbook or a wording is not usable; the text names the file, and the line or the key."""
