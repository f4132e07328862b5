"""The recap mail (M6): a short personal note in whole sentences, never a document."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.method.statements import Kind, Said, Statement, in_reading_order
from prompts.wording import Wording


def draft(words: Wording, *, customer: str, contact: str | None, statements: Sequence[Statement]) -> str:
    """The mail for the statements that the customer agreed to, in the words that were read back.

    No headings, no list, no numbering, no legal tone (M6.2); expectations before priorities, priorities in their order
    (M6.1). It is plain text; the rep puts their own name under it.
    """
    agreed = [s for s in in_reading_order(statements) if s.said is Said.AGREED]
    expectations = [s.wording for s in agreed if s.kind is Kind.EXPECTATION]
    priorities = [s.wording for s in agreed if s.kind is Kind.PRIORITY]
    first_name = (contact or "").split(" ", 1)[0]
    paragraphs = [
        words("recap.greeting", name=first_name) if first_name else words("recap.greeting_nobody"),
        words("recap.thanks", customer=customer),
        " ".join(
            [
                *([words("recap.expectations", told=_spoken(words, expectations))] if expectations else []),
                *([words("recap.priorities", told=_spoken(words, priorities))] if priorities else []),
            ]
        ),
        words("recap.invitation"),
    ]
    return "\n\n".join(p for p in paragraphs if p)


def _spoken(words: Wording, wordings: Sequence[str]) -> str:
    """The statements as one breath, each in the very words that were read back (M4.3)."""
    quoted = [words("recap.quoted", wording=wording) for wording in wordings]
    if len(quoted) == 1:
        return quoted[0]
    return words("recap.several", head=", ".join(quoted[:-1]), last=quoted[-1])
