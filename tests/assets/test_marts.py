"""The SQL files: whole headers, true `reads`, one SELECT each that Spark can run too, and no clock."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from pipelines.generate import generated
from pipelines.marts import KNOWN_ON, MartFault, load_marts
from pipelines.workspace import Workspace
from schemas.registry import BY_NAME, COMPUTED
from tests.support import ROOT

MARTS = load_marts(ROOT / "sql")
CLOCKS = re.compile(
    r"\b(now|today|get_current_\w+|current_(date|time|timestamp|localtime\w*)|localtime\w*|random|uuid|temp|temporary)\b",
    re.IGNORECASE,
)
GENERATED = generated(Workspace(ROOT))


def test_each_computed_table_has_one_sql_file_and_each_file_a_table() -> None:
    made = [p.stem for folder in ("core", "marts") for p in (ROOT / "sql" / folder).glob("*.sql")]
    assert sorted(made) == sorted(MARTS)
    assert list(MARTS) == [t.info.name for t in COMPUTED]


@pytest.mark.parametrize("name", MARTS)
def test_the_header_says_grain_unit_formula_and_reads(name: str) -> None:
    mart = MARTS[name]
    assert all((mart.grain, mart.unit, mart.formula, *mart.reads))
    assert set(mart.reads) <= set(BY_NAME)
    made_before = [*(t for t in BY_NAME if t not in MARTS), *list(MARTS)[: list(MARTS).index(name)]]
    assert set(mart.reads) <= set(made_before), "the registry's order is no order of dependence"


@pytest.mark.parametrize("name", MARTS)
def test_reads_names_exactly_the_tables_that_the_select_reads(name: str) -> None:
    tree = sqlglot.parse_one(MARTS[name].sql, dialect="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    assert own.isdisjoint(BY_NAME), "a CTE of a table's name would shadow it in the as-of macro"
    assert {t.name for t in tree.find_all(exp.Table)} - own == set(MARTS[name].reads)


@pytest.mark.parametrize("name", MARTS)
def test_it_is_one_select_that_spark_can_run_too(name: str) -> None:
    made = sqlglot.transpile(
        MARTS[name].sql,
        read="duckdb",
        write="spark",
        unsupported_level=ErrorLevel.RAISE,
        error_level=ErrorLevel.RAISE,
    )
    assert len(made) == 1
    assert isinstance(sqlglot.parse_one(made[0], dialect="spark"), exp.Query)


@pytest.mark.parametrize("name", MARTS)
def test_it_gives_the_columns_of_its_model(name: str) -> None:
    tree = sqlglot.parse_one(MARTS[name].sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    assert sorted(tree.named_selects) == sorted(c.name for c in BY_NAME[name].columns())


@pytest.mark.parametrize("name", MARTS)
def test_it_knows_no_clock_no_chance_and_no_temporary_table(name: str) -> None:
    assert CLOCKS.findall(MARTS[name].sql) == []


@pytest.mark.parametrize("name", MARTS)
def test_no_column_bears_the_name_of_the_as_of_parameter(name: str) -> None:
    assert re.findall(rf"\b{KNOWN_ON}\b", MARTS[name].sql) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-- grain: a\n-- unit: b\n-- formula: c\nSELECT 1\n", "the header lacks reads"),
        ("SELECT 1\n", "the header lacks formula, grain, reads, unit"),
        (None, "found 0"),
    ],
)
def test_a_file_that_is_missing_or_says_too_little_is_refused(
    workspace: Workspace, text: str | None, said: str
) -> None:
    path = workspace.sql / "marts" / "growth.sql"
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(MartFault, match=re.escape(said)):
        load_marts(workspace.sql)


@pytest.mark.parametrize("path", GENERATED, ids=lambda p: p.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text("utf-8") == GENERATED[path], "run: make generate"
