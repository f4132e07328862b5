"""`firstcall detect`: a sentence, lines of JSON, a Slack export."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.detect import command


def run(*arguments: str, lines: bytes | str | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=lines)


def test_a_sentence_is_explained() -> None:
    result = run("Just closed Northwind Dental! $45k ARR, thanks <@U7>")
    assert result.exit_code == 0
    for said in ("sure", "Northwind Dental", "$45,000 a year", "U7", "spoke for it", "a rep closed it"):
        assert said in result.output


def test_cues_against_it_are_shown() -> None:
    result = run("has Northwind Dental signed?")
    assert "no closed deal" in result.output
    assert "spoke against it" in result.output
    assert "a question" in result.output


def test_lines_are_answered_in_order_and_a_bad_one_does_not_stop_the_run() -> None:
    lines = b"\n".join(
        [
            b'{"id": 1, "text": "Just closed Northwind Dental! $45.5k"}',
            b"no json",
            b'{"id": "b", "text": "lunch?"}',
            b"",
            b'{"id": 2}',
            b'{"id": 3, "text": 7}',
            b"[1]",
            b'"\xff"',
            b"[" * 100_000,
            b'{"id": "c", "attachments": [{"fallback": "Deal won: Kite Travel, EUR 500"}], "source": "pipedrive"}',
            b'{"id": "\\ud800", "text": "\\ud800 signed \\u0000"}',
        ]
    )
    result = run("--jsonl", lines=lines)
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, "b", None, None, None, None, None, "c", "\ud800"]
    first = answers[0]
    facts = ["customer", "amount", "currency", "kind", "deals"]
    assert list(first) == ["id", "deal_closed", "decision", "confidence", *facts, "cues"]
    assert first["deals"] == [{"customer": "Northwind Dental", "amount": 45500, "currency": "USD"}]
    assert (first["deal_closed"], first["decision"]) == (True, "sure")
    assert (first["customer"], first["amount"], first["currency"]) == ("Northwind Dental", 45500, "USD")
    assert 0 <= first["confidence"] <= 1
    assert answers[2]["deal_closed"] is False
    assert answers[2]["customer"] is None
    assert all("error" in answers[at] for at in (1, 3, 4, 5, 6, 7))
    assert (answers[8]["customer"], answers[8]["amount"], answers[8]["currency"]) == ("Kite Travel", 500, "EUR")


def test_valid_lines_exit_with_success() -> None:
    assert run("--jsonl", lines='{"id": 1, "text": "hello"}\n').exit_code == 0


def test_exactly_one_input_is_required() -> None:
    assert run().exit_code == 2
    assert run("text", "--jsonl").exit_code == 2


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_an_export_is_read(tmp_path: Path) -> None:
    write(tmp_path / "users.json", [{"id": "U1", "real_name": "Priya Shah"}])
    write(
        tmp_path / "wins" / "2025-11-20.json",
        [
            {"user": "U1", "ts": "1763650000.1", "text": "Just closed Northwind Dental! $45k ARR"},
            {"user": "U2", "ts": "x", "text": "congrats!"},
            {"subtype": "channel_join", "user": "U3", "ts": "1763650001.1", "text": "joined, closed won"},
            "rubbish",
        ],
    )
    write(tmp_path / "general" / "2025-11-21.json", [{"user": "U2", "ts": "1763750000.1", "text": "lunch?"}])
    result = run("--slack-export", str(tmp_path), "--wins-channel", "#wins")
    assert result.exit_code == 0
    assert "3 messages" in result.output
    assert "1 would have prompted the rep" in result.output


def test_a_deal_posted_three_times_prompts_once(tmp_path: Path) -> None:
    write(tmp_path / "users.json", [{"id": "U1", "profile": {"real_name": "Priya Shah"}}, {"id": "U2", "name": "tom"}])
    card = {
        "pretext": "Opportunity *Closed Won*",
        "title": "Northwind Dental",
        "title_link": "https://acme.lightning.force.com/1",
        "fields": [{"title": "Amount", "value": "$45,000"}],
    }
    write(
        tmp_path / "wins" / "2025-11-20.json",
        [
            {"user": "U2", "ts": "1763650000.1", "text": "<@U1> just closed Northwind Dental &amp; Co! $45k a year"},
            {"bot_id": "B1", "subtype": "bot_message", "ts": "1763651000.1", "text": "", "attachments": [card]},
        ],
    )
    write(
        tmp_path / "sales" / "2025-12-20.json",
        [
            {"user": "U2", "ts": "1766242000.1", "text": "Northwind Dental signed again! $9k"},
            {"bot_id": "B1", "subtype": "bot_message", "ts": "1766243000.1", "text": "Deal won: Kite Travel, $5k"},
        ],
    )
    result = run("--slack-export", str(tmp_path))
    assert "4 messages: 2 would have prompted the rep" in result.output
    assert "1 told of a known deal again, 0 left alone" in result.output
    assert "1 by an app that names no owner" in result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "2025-11-20 #wins prompt Priya Shah Northwind Dental & Co $45,000 a year" in " ".join(lines)
    assert "@Priya Shah just closed Northwind Dental & Co!" in result.output
    assert "Opportunity *Closed Won* Northwind Dental Amount: $45,000" in result.output
    assert "#sales 2 1 0 0" in lines
    assert "#wins 2 1 0 1" in lines
    assert "2025-11-17 1 0 1" in lines


def test_an_export_with_an_unreadable_day_says_so(tmp_path: Path) -> None:
    (tmp_path / "wins").mkdir()
    (tmp_path / "wins" / "2025-11-20.json").write_text("{", encoding="utf-8")
    result = run("--slack-export", str(tmp_path))
    assert result.exit_code == 1
    assert "Not readable" in result.output


def test_a_folder_that_is_no_export_says_so(tmp_path: Path) -> None:
    result = run("--slack-export", str(tmp_path))
    assert result.exit_code == 1
    assert "No messages found" in result.output
