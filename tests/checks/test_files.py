"""The files of the checks: whole headers, true `reads`, one SELECT each that Spark can run too, a current list."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from pipelines import audit_checks
from schemas.registry import BY_NAME
from tests.checks.judging import AUDIT
from tests.support import ROOT

FOLDER = ROOT / "sql" / "checks"
FILES = sorted(FOLDER.rglob("*.sql"))
SHARED = {path.stem for path in FOLDER.glob("shared/*.sql")}
COLUMNS = [
    *("indicator_id", "area_code", "sector_code", "source_id", "series_id", "period", "released_on", "locator"),
    *("snapshot_sha256", "said", "difference", "explained_zh", "explained_en"),
]


def parsed(path: Path) -> tuple[set[str], exp.Query]:
    """What a file says that it reads, and its SELECT."""
    said, sql = audit_checks.header_and_sql(path.read_text("utf-8"))
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return set(said["reads"].split(", ")), tree


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_reads_names_exactly_what_the_select_reads(path: Path) -> None:
    reads, tree = parsed(path)
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    assert own.isdisjoint(BY_NAME)
    assert {t.name for t in tree.find_all(exp.Table)} - own == reads
    assert reads <= {*BY_NAME, *SHARED, "found"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_it_is_one_select_that_spark_can_run_too(path: Path) -> None:
    _, tree = parsed(path)
    made = sqlglot.transpile(tree.sql("duckdb"), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    assert len(made) == 1


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda p: p.stem)
def test_every_check_gives_the_columns_of_a_finding(path: Path) -> None:
    assert parsed(path)[1].named_selects == COLUMNS


def test_a_check_reads_tables_also_through_what_checks_share() -> None:
    unit_slip = next(c for c in AUDIT.checks if c.name == "unit_slip")
    assert unit_slip.reads == ("observations", "indicators")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("-- kind: 核实性 explain\n", ""), "the header lacks kind"),
        (("-- kind: 核实性 explain", "-- kind: 核实性 perhaps"), "'perhaps' is not in the code list CheckKind"),
        (("-- severity: WARN", "-- severity: warn"), "'warn' is not in the code list Severity"),
        (("-- check: 同比异动 | ", "-- check: "), "not enough values"),
    ],
)
def test_a_header_that_says_too_little_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (FOLDER / "jump.sql").read_text("utf-8")
    (tmp_path / "jump.sql").write_text(text.replace(*change), "utf-8")
    with pytest.raises(audit_checks.CheckFault, match=re.escape(said)):
        audit_checks.load_checks(tmp_path)


def test_the_list_in_the_documents_names_every_check() -> None:
    text = (ROOT / "docs" / "checks.md").read_text("utf-8")
    assert [c.name for c in AUDIT.checks] == re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
