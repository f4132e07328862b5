"""The root of the product's errors. It is in `prompts`, the lowest layer, because an error's text is for a person.

FirstCallError                    an error that the product raises on purpose
├── PlaybookError                 the playbook or a wording cannot be used
├── StorageError                  (storage.errors) the database refused an operation, or failed
│   ├── DatabaseUrlError          DATABASE_URL cannot be used
│   ├── DatabaseFileError         the SQLite file cannot be created or opened
│   ├── DatabaseClosedError       the database is closed
│   ├── TransactionError          work called commit or rollback itself
│   ├── AbortedWorkError          work continued after a failed statement
│   ├── DatabaseReplacedError     the SQLite file was deleted or replaced
│   ├── CommitFailedError         the shared commit failed
│   ├── CommitUnknownError        the connection broke during COMMIT
│   ├── SchemaError               the database's tables do not fit this code
│   ├── UnscopedQueryError        a query on tenants' rows named no tenant
│   ├── ForeignTenantError        a session touched a row of another tenant
│   ├── MessagesInFlightError     a bot is just sending messages of what was to be moved
│   └── NaiveDatetimeError        a datetime without a time zone
├── Refusal                       (handlers.errors) a person asked for something that is not possible now
│   ├── NoSuchDealError           the workspace has no such deal
│   ├── NotYoursError             the deal belongs to another rep
│   ├── NotNowError               the current state does not allow it
│   └── InvalidEntryError         a form field is invalid
│       ├── AmountTooLargeError   (handlers.detection.typed_amount) the amount is larger than any order
│       └── AmountUnclearError    (handlers.detection.typed_amount) only a range or a unit price is named
├── ImportFileError               (handlers.imports.errors) a file cannot be read as deals of the past
├── RowRefusedError               (handlers.imports.errors) a row of such a file cannot be read
├── DeliveryError                 (bot.ports.messenger) a message could not be delivered
│   ├── ThrottledError            the platform rate-limited the app (429)
│   ├── ExternalReadersError      people of another company would read the message
│   ├── RefusedError              the platform refuses the message for good
│   └── UnreachableError          no answer, or a server error: worth a retry
├── UnknownTradeError             (handlers.workspace.team_playbook) the playbook has no such trade
├── UnknownChannelError           (handlers.workspace.team_playbook) the workspace has no channel with this id
├── UnreadableBodyError           (bot.http.request_body) the body of a request cannot be read; nothing was stored
├── RejectedRequestError          (bot.teams.errors) a request to the Teams endpoint is rejected; nothing was stored
│   ├── UntrustedRequestError     it is not proven to be Microsoft's (401)
│   ├── MalformedActivityError    the activity cannot be read (400)
│   ├── UnknownTenantError        its tenant is not allowed (403)
│   └── NoSigningKeysError        Microsoft's keys could not be fetched, so no token can be checked (503)
├── SettingsError                 (bot.settings) a setting is missing or wrong; nothing was started
└── CrashLoopError                (bot.cli.demo.processes) a process of the demo ended right after each start
"""

from __future__ import annotations


class FirstCallError(Exception):
    """An expected error. Its text says what happened, what was kept and what to do next."""


class PlaybookError(FirstCallError):
    """The playbook or a wording is not usable; the text names the file, and the line or the key."""
