"""The oracle: published rates beside computed ones, of the figures that ship and of agencies' original files."""

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines import oracle
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from tests.spec.methodology import FILES, write
from tests.support import ROOT, SHARED, copy_of_clone, csv_text, needs_shared, yuexin

TELECOM = "indicator_id = 'TEL_VOL' AND source_id = 'nbs_posttel_monthly' AND comparison = 'yoy'"
NO_NAIVE_RATE = [
    "period BETWEEN '2011-01' AND '2011-12'",
    "period BETWEEN '2014-01' AND '2014-12'",
    "period BETWEEN '2017-02' AND '2018-01'",
    "period BETWEEN '2021-01' AND '2023-12'",
]
"""Where practice.md 1.1 says that a ratio of levels means nothing."""


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(database, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def telecom(connection: duckdb.DuckDBPyConnection) -> dict[str, oracle.Compared]:
    """The cumulative rates of the national post and telecom series, by indicator."""
    rows = oracle.compared(connection)
    return {r.indicator_id: r for r in rows if (r.source_id, r.basis) == ("nbs_posttel_monthly", "cumulative")}


def test_all_653_cumulative_pairs_agree_carry_a_reason_or_are_counted(telecom: dict[str, oracle.Compared]) -> None:
    pairs = {name: row.pairs for name, row in telecom.items()}
    assert pairs == {"TEL_VOL": 246, "POST_VOL": 238, "POSTTEL_VOL": 169}
    assert sum(pairs.values()) == 653


def test_the_telecom_pairs_come_out_as_was_found_by_hand(telecom: dict[str, oracle.Compared]) -> None:
    """practice.md 1.1: of 246 cumulative rates 114 match, 56 are price base, 12 are 2014, 64 small revisions."""
    expected = {"AGREES": 114, "PRICE_BASE_CHANGE": 56, "BASE_REVISED": 12, "UNEXPLAINED": 64, "NO_BASE": 12}
    assert telecom["TEL_VOL"].outcomes == Counter(expected)


@pytest.mark.parametrize("months", NO_NAIVE_RATE)
def test_no_naive_rate_is_computed_or_quoted(connection: duckdb.DuckDBPyConnection, months: str) -> None:
    rows = connection.execute(
        f"SELECT growth_computed, quoted_from, reason FROM growth WHERE {TELECOM} AND {months}"
    ).fetchall()
    assert len(rows) >= 24
    assert {(computed, quoted) for computed, quoted, _ in rows} == {(None, "published")}
    assert {reason for *_, reason in rows} <= {"PRICE_BASE_CHANGE", "BASE_REVISED", "NO_LEVEL"}


def test_nothing_of_the_series_is_quoted_but_what_was_published(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        f"SELECT quoted_from, count(*) FROM growth WHERE {TELECOM} AND growth_published IS NOT NULL GROUP BY ALL"
    ).fetchall()
    assert found == [("published", 516)]


def test_every_published_rate_is_counted_once(connection: duckdb.DuckDBPyConnection) -> None:
    rows = oracle.compared(connection)
    (held,) = connection.execute("SELECT count(*) FROM growth WHERE growth_published IS NOT NULL").fetchall()
    assert oracle.total(rows).published == held[0] > 1400
    *of_lines, (_, _, total) = oracle.lines(rows)
    assert sum(row.published for *_, row in of_lines) == total.published
    for row in rows:
        agreeing_or_not = row.outcomes["AGREES"] + row.outcomes["UNEXPLAINED"]
        assert row.pairs == agreeing_or_not + row.with_reason


@pytest.mark.parametrize("name", FILES.values())
def test_the_methodology_is_current(connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    """`make generate` renews it."""
    write(connection, tmp_path)
    assert (ROOT / "docs" / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8")


def test_the_command_reads_files_aside(tmp_path: Path) -> None:
    clone = copy_of_clone(tmp_path / "clone")
    rate = {"measure": "growth_yoy", "value": "10.0", "unit": "%"}
    (tmp_path / "express.csv").write_text(csv_text([{"period": "2018"}, {"value": "110.0"}, rate]), "utf-8")
    (tmp_path / "letter.txt").write_text("1, 2\n", "utf-8")
    outcome = yuexin(clone, "oracle", str(tmp_path / "express.csv"), str(tmp_path / "letter.txt"))
    assert outcome.returncode == 0, outcome.stderr
    assert "gdpost_monthly" in outcome.stdout
    assert "letter.txt" in outcome.stdout
    assert {path.name for path in (clone / "data").iterdir()} == {"figures", "reference"}, (
        "nothing of its own is touched"
    )


def test_without_a_publish_the_command_says_so(tmp_path: Path) -> None:
    outcome = yuexin(copy_of_clone(tmp_path), "oracle")
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert "make run" in outcome.stderr


@needs_shared
def test_of_the_agencies_originals_a_source_claims_those_without_published_rates() -> None:
    reference = Reference.load(ROOT / "data" / "reference")
    read, unread = oracle.claimed([SHARED], reference)
    assert {path.name for path in read} == {
        "fsnd_gdp_1993-2017_cap2018.csv",
        "fsnd_gdp_2006-2024_cap2026.csv",
        "fsnd_pop_2015-2024_cap2025.csv",
        "fsnd_popsample_2006-2025_cap2026.csv",
    }
    assert len(read) + len(unread) == sum(1 for p in SHARED.rglob("*") if p.is_file())
    with oracle.aside(Workspace(ROOT), reference, read) as connection:
        assert oracle.total(oracle.compared(connection)).published == 0


@needs_shared
@pytest.mark.parametrize(
    ("original", "shipped"),
    [("nbs_hgyd_a0a01.csv", "posttel_monthly.csv"), ("nbs_hgnd_a0g12.csv", "nbs_ecommerce_annual.csv")],
)
def test_every_value_of_an_original_that_no_layout_reads_ships(original: str, shipped: str) -> None:
    lines = (SHARED / "nbs-long-csv" / original).read_text("utf-8-sig").splitlines()
    theirs = {(period, code, Decimal(value)) for period, _, code, value in csv.reader(lines)}
    text = (ROOT / "data" / "figures" / "nbs" / shipped).read_text("utf-8-sig")
    ours = {
        (row["period"].replace("-", ""), row["place"].split()[-1], Decimal(row["value"]))
        for row in csv.DictReader(text.splitlines())
    }
    assert ours == theirs
