"""Recognize the link to a deal's record: an opportunity, an order, a placement in a tool that keeps them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_ID = r"[\w-]*\d[\w-]*(?=[/?#]|$)"
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico)$", re.IGNORECASE)


def _where(hosts: str, path: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Links to these hosts and their subdomains, and what the link to a record looks like there."""
    return re.compile(rf"(?:^|\.)(?:{hosts})$"), re.compile(path, re.IGNORECASE)


_BY_PATH = (
    # 006 opens the id of an opportunity, 801 of an order, 800 of a contract, 0Q0 of a quote.
    _where(
        r"(?:lightning\.)?force\.com|salesforce\.com",
        r"/(?:006|801|800|0Q0)\w*(?=[/?#]|$)|/r/(?:Opportunity|Order|Contract|Quote|SBQQ__Quote__c)/\w+",
    ),
    # 0-3 are deals, 0-14 quotes, 0-123 orders; 0-1 and 0-2 are people and companies.
    _where(r"hubspot\.com", rf"/(?:deals?|record/(?:0-3|0-14|0-123))/{_ID}"),
    _where(r"zoho\.(?:com|eu|in|jp|ca|sa|uk|com\.au|com\.cn)", rf"/(?:Potentials|Deals|SalesOrders|Quotes)/{_ID}"),
    _where(r"close\.com", rf"/(?:opportunity|lead)/{_ID}"),
    _where(r"monday\.com", rf"/boards/\d+(?:/views/\d+)?/pulses/{_ID}"),
    _where(r"airtable\.com", r"/rec[A-Za-z0-9]{10,}"),
    _where(r"streak\.com", r"/boxes/[\w-]+"),
    _where(r"kommo\.com|amocrm\.(?:com|ru)|nutshell\.com", rf"/leads?/(?:detail/)?{_ID}"),
    _where(r"trello\.com", r"/c/\w+"),
    _where(r"atlassian\.net", r"/browse/\w+-\d+"),
    _where(r"dotloop\.com", r"/loop/[\w-]+"),
    _where(r"stripe\.com", r"/(?:subscriptions|invoices|payments|quotes)/\w+_\w+"),
    _where(
        r"pipedrive\.com|attio\.com|copper\.com|freshsales\.io|(?:my)?freshworks\.com|futuresimple\.com|insightly\.com"
        r"|sugarondemand\.com|odoo\.com|activehosted\.com|capsulecrm\.com|rdstation\.com|weclapp\.com|teamleader\.eu"
        r"|bitrix24\.[a-z]{2,3}(?:\.[a-z]{2})?|agilecrm\.com|salesflare\.com|keap\.app|shopify\.com|chargebee\.com"
        r"|getjobber\.com|gong\.io|salesloft\.com|paddle\.com",
        rf"[/#](?:deals?|opportunit(?:y|ies)|orders?|draft_orders|sales|crm|quotes|subscriptions(?:-v2)?)/"
        rf"(?:details?/|record/)?{_ID}",
    ),
)
_BY_QUERY = (
    _where(
        r"dynamics\.com", r"(?=.*\betn=(?:opportunity|salesorder|quote|contract)\b)(?=.*\bid=(?:%7B|\{)?[\da-f]{2,})"
    ),
    _where(r"netsuite\.com", r"/(?:salesord|opprtnty)\.nl\?(?:.*&)?id=\d+"),
    _where(
        r"bullhornstaffing\.com|bullhorn\.com",
        r"(?=.*\bentity=(?:placement|opportunity|joborder)\b)(?=.*\bid=\d+)",
    ),
    _where(r"odoo\.com", r"(?=.*\bmodel=(?:crm\.lead|sale\.order)\b)(?=.*\bid=\d+)"),
    _where(r"gong\.io", r"[?&]deal=\w+"),
)


def is_record_link(link: str) -> bool:
    """Whether `link` leads to a deal's record: the host is a known tool's, and the path or query names the record.

    Links to people, companies and lists are none, nor are images and links that only carry a record's link.
    """
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or _IMAGE.search(parts.path):
        return False
    path, query = f"{parts.path}#{parts.fragment}", f"{parts.path}?{parts.query}#{parts.fragment}"
    return any(hosts.search(host) and shape.search(path) for hosts, shape in _BY_PATH) or any(
        hosts.search(host) and shape.search(query) for hosts, shape in _BY_QUERY
    )
