"""The link contains the whole mail, or its beginning and a mark (RFC 6068)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.method.mail_link import MAX_LINK_LENGTH, MailLink, mail_link

MARK = "[… paste the rest here]"
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))


def opened(link: MailLink) -> tuple[str, str]:
    """Subject and body as a mail program decodes them."""
    parts = urlsplit(link.url)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("mailto", "", "", "")
    fields = parse_qs(parts.query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=True)
    assert list(fields) == ["subject", "body"]
    return fields["subject"][0], fields["body"][0]


def crlf(text: str) -> str:
    return "\r\n".join(text.splitlines())


@given(texts, texts)
def test_a_short_mail_is_unchanged(subject: str, body: str) -> None:
    link = mail_link(subject, body, MARK, most=10**6)

    assert not link.cut
    assert opened(link) == (crlf(subject), crlf(body))


@given(st.lists(texts, max_size=30).map("\n".join), st.integers(150, MAX_LINK_LENGTH))
def test_a_long_mail_is_cut_and_marked(body: str, most: int) -> None:
    link = mail_link("Our call", body, MARK, most)

    _, shown = opened(link)
    assert len(link.url) <= most
    assert re.fullmatch(r"mailto:\?subject=[\w.~%-]*&body=[\w.~%-]*", link.url, re.ASCII)
    if link.cut:
        assert shown.endswith(MARK)
        assert crlf(body).startswith(shown.removesuffix(MARK).rstrip())
    else:
        assert shown == crlf(body)


def test_it_is_cut_after_the_last_sentence_that_fits() -> None:
    begins = "Hi Olga,\n\nOne is “one.” Two is “long.”"
    most = len(mail_link("Our call", f"{begins}\n\n{MARK}", MARK).url)

    for room in range(40):
        link = mail_link("Our call", f"{begins} Three is {'very ' * 40}long. Four.", MARK, most + room)
        assert opened(link)[1] == crlf(f"{begins}\n\n{MARK}")


def test_a_long_sentence_is_cut_after_a_word() -> None:
    _, shown = opened(mail_link("Our call", "word " * 1000, MARK))

    assert re.fullmatch(rf"word( word){{200,}}\r\n\r\n{re.escape(MARK)}", shown)


def test_a_long_word_leaves_only_the_mark() -> None:
    link = mail_link("Our call", "x" * 3000, MARK)

    assert (opened(link)[1], link.cut) == (MARK, True)


@pytest.mark.parametrize("text", ["a & b", "50% + x=y?", "#1", "Zoë 🙂", "שלום", "a|b<c>"])
def test_url_syntax_in_the_text_is_encoded(text: str) -> None:
    link = mail_link(text, text, MARK)

    assert opened(link) == (text, text)
    assert not set(link.url) & set('|<> #+"')


def test_the_line_breaks_are_those_of_mail() -> None:
    assert mail_link("s", "a\n\nb", MARK).url == "mailto:?subject=s&body=a%0D%0A%0D%0Ab"
