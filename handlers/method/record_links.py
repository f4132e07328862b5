"""Which record of a CRM a link leads to: the same record is the same deal, another one of its kind another deal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from handlers.method.urls import web_url

_NO_DEALS = frozenset(
    {"account", "accounts", "companies", "company", "contact", "contacts", "dashboard", "dashboards", "lead", "leads"}
    | {"organization", "organizations", "people", "person", "report", "reports", "user", "users"}
    | {"0-1", "0-2"}  # HubSpot's numbers for contacts and companies
)
"""Kinds of records that several deals share: a link to one says nothing about which deal is meant."""
_REPORTS = re.compile("dashboard|report|analytics")
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
_SALESFORCE_ID = re.compile(r"[0-9a-zA-Z]{15}(?=[0-9A-Z]{3}\Z)")
"""An id in its long form: the last three characters only repeat the case of the others."""


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A record: `place` is where records of its kind are (host and path), `id` is its own."""

    place: str
    id: str

    def differs(self, other: RecordLink) -> bool:
        """Whether these are two records. Records of different kinds (a deal, its quote) may belong to one deal."""
        return self.place == other.place and self.id != other.id


def record_link(url: str | None) -> RecordLink | None:
    """The record that a web address leads to; None if it names none, or one that several deals share.

    What follows the record in the address does not count: the tab that was open, where the link was clicked. A few CRMs
    name the record there, after `?` or `#`; then only that counts.
    """
    checked = web_url(url or "")
    if checked is None:
        return None
    parts = urlsplit(checked)
    host = (parts.hostname or "").removeprefix("www.")
    path, fragment = _segments(parts.path), parts.fragment.removeprefix("!")
    if fragment.startswith("/"):  # the route of an app that runs in the browser
        path += _segments(fragment.partition("?")[0])
    at = next((at for at in reversed(range(len(path))) if any(c.isdecimal() for c in path[at])), None)
    for written in (parts.query, fragment):
        named = {name.casefold(): value for name, value in parse_qsl(written)}
        if named.get("id") and (at is None or "." in path[-1]):  # main.aspx, salesord.nl
            kind = (named.get("etn") or named.get("model") or "").casefold()
            return None if kind in _NO_DEALS else RecordLink("/".join([host, *path, kind]), _id(named["id"], host))
    if at is None or _REPORTS.search("/".join(path[:at]).casefold()) or (at and path[at - 1].casefold() in _NO_DEALS):
        return None
    return RecordLink("/".join([host, *path[:at]]).casefold(), _id(path[at], host))


def _segments(path: str) -> list[str]:
    return [unquote(segment) for segment in path.split("/") if segment]


def _id(written: str, host: str) -> str:
    guid = _GUID.fullmatch(written)
    if guid is not None:
        return guid[1].casefold()
    long = _SALESFORCE_ID.match(written) if host.endswith("force.com") else None
    return written if long is None else long[0]
