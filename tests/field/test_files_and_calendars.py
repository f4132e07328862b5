"""Files that other software read wrongly, and feeds and links that went on working."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cli.csv_rows import open_csv
from handlers.imports.columns import columns_of
from handlers.imports.dates import read_moment
from handlers.imports.errors import ImportFileError, RowRefusedError
from handlers.imports.rows import Reading, read_row
from handlers.imports.sums import read_sum

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = Reading(ZoneInfo("Europe/Berlin"), NOW)


def customers(path: Path) -> list[str]:
    file = open_csv(path)
    columns = columns_of(file.header)
    return [read_row(row.line, row.cells or [], columns, BERLIN).customer for row in file.rows()]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            "\ufeff\ufeffcustomer,closed_at\nAcme,2025-03-01\n".encode(),
            id="two byte order marks, after two tools",
            marks=pytest.mark.reported("chatwoot/chatwoot#14124"),
        ),
        pytest.param(
            b"sep=;\r\ncustomer;closed_at\r\nAcme;2025-03-01\r\n",
            id="the line that Excel puts in front",
            marks=pytest.mark.reported("asafdav/ng-csv#28"),
        ),
        pytest.param(
            b"Customer; closed at ;notes\r\nAcme;2025-03-01;a, b, c, d, e, f, g\r\n",
            id="more commas than semicolons",
            marks=pytest.mark.reported("TablePress/TablePress#198"),
        ),
        pytest.param(
            b"customer,closed_at,notes\rAcme,2025-03-01,x\r",
            id="lines that end in a carriage return",
            marks=pytest.mark.reported("akvo/akvo-lumen#359"),
        ),
        pytest.param(
            "customer\tclosed_at\nAcme\t2025-03-01\n".encode("utf-16-be"),
            id="UTF-16 without a mark",
            marks=pytest.mark.reported("pimcore/pimcore#3921"),
        ),
    ],
)
def test_a_file_as_spreadsheets_save_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "won.csv").write_bytes(content)
    assert customers(tmp_path / "won.csv") == ["Acme"]


@pytest.mark.reported("buckets/application#460")
def test_two_columns_for_one_thing_are_refused_and_not_merged() -> None:
    with pytest.raises(ImportFileError, match="both look like customer"):
        columns_of(["Account Name", "Company", "Close Date"])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        pytest.param("2020/03/01", "2020-03-01", marks=pytest.mark.reported("magda-io/magda#2831")),
        pytest.param("15/06/2018", "2018-06-15", marks=pytest.mark.reported("collec-science/collec-science#225")),
        pytest.param("12/31/2025", "2025-12-31", marks=pytest.mark.reported("dannymcc/may#250")),
        pytest.param("20190516", "2019-05-16", marks=pytest.mark.reported("twg/qa-entaxy#565")),
        pytest.param("2025-03-30 02:30", "2025-03-30", marks=pytest.mark.reported("own trial: an hour that DST skips")),
        pytest.param("3/14/2025 11:30 PM", "2025-03-14", marks=pytest.mark.reported("lisacrosbie/MDA#1")),
    ],
)
def test_a_date_is_the_day_that_it_names(cell: str, day: str) -> None:
    assert read_moment(cell, BERLIN.zone, None).astimezone(BERLIN.zone).date().isoformat() == day


@pytest.mark.reported("submersion-app/submersion#1828")
@pytest.mark.parametrize("cell", ["03/04/1991", "3-4-2025", "04/03/2025 10:00"])
def test_a_date_that_could_be_two_is_refused_and_never_guessed(cell: str) -> None:
    with pytest.raises(RowRefusedError, match="could be two days"):
        read_moment(cell, BERLIN.zone, None)


@pytest.mark.reported("own trial: digits of other scripts and sums that are none")
@pytest.mark.parametrize("cell", ["1.2.3,4,5", "١٢٣x", "NaN", "Infinity", "12.34.56", "1,23,45", "=1+1", "", "9" * 30])
def test_what_is_no_sum_is_refused(cell: str) -> None:
    with pytest.raises(RowRefusedError):
        read_sum(cell, None)


@pytest.mark.reported("kafbat/kafka-ui#1992")
@pytest.mark.parametrize("cell", ["'=1+1", "=1+1"])
def test_the_apostrophe_of_an_export_is_no_part_of_a_name(cell: str) -> None:
    deal = read_row(2, [cell, "2025-03-01"], {"customer": 0, "closed_at": 1}, BERLIN)
    assert deal.customer == "=1+1"
