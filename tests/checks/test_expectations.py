"""Expectations: each type with rows that offend it and rows that do not, the process that judges, what is kept."""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from pydantic import TypeAdapter

from pipelines import audit, expectations
from pipelines.expectations import Expecting, NotJudged, tasks
from pipelines.workspace import Workspace
from schemas.expectations import SuiteEntry
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from schemas.tables import Observation
from tests.checks.judging import AUDIT
from tests.support import ROOT, built, copy_of_clone, csv_text, make_workspace, needs_program, put, take, yuexin

TODAY = dt.date(2026, 11, 22)
INPUTS = {"assessed_on": "2026-11-22", "data": "1"}
YEARS = range(2000, 2012)
LEVELS = [100, 104, 109, 115, 118, 125, 130, 138, 143, 150, 157, 9000]
"""A series of years whose last value is out of all proportion to those before."""

CASES: dict[str, tuple[str, list[str]]] = {
    "complete": (
        """
        type: complete
        indicators: [EXP_VOL]
        areas: ['440000']
        frequency: A
        period_from: '1999'
        """,
        ["440000 1999: EXP_VOL 440000 1999 = ∅"],
    ),
    "complete_where_held": (
        "{type: complete, indicators: [EXP_VOL], areas: ['440000'], frequency: A, where: period = '2003'}",
        [],
    ),
    "complete_elsewhere": (
        "{type: complete, indicators: [EXP_VOL], areas: ['440100'], frequency: A, where: period = '2003'}",
        ["440100 2003: EXP_VOL 440100 2003 = ∅"],
    ),
    "in_set": ("{type: in_set, column: unit_published, values: [万件]}", []),
    "not_in_set": (
        "{type: in_set, column: unit_published, values: [亿件], where: period = '2001'}",
        ["440000 2001: unit_published = 万件 ∉ {亿件}"],
    ),
    "history": (
        "{type: history, column: value, deviations: 5, earlier: 6, logarithm: true}",
        ["440000 2011: 9000 ∉ [58.81, 265.58], n = 11"],
    ),
    "history_of_the_others": (
        "{type: history, column: value, deviations: 5, earlier: 6, where: period < '2011'}",
        [],
    ),
    "distribution": (
        "{type: distribution, column: value, quantiles: [{quantile: 0.5, at_least: 100, at_most: 140}]}",
        [],
    ),
    "distribution_shifted": (
        "{type: distribution, column: value, quantiles: [{quantile: 0.5, at_most: 120}]}",
        [
            "None None: ExpectColumnQuantileValuesToBeBetween(column = judged, quantile_ranges = "
            "{'quantiles': [0.5], 'value_ranges': [[None, 120]]}): {'quantiles': [0.5], 'values': [130]}"
        ],
    ),
    "by_name": (
        """
        type: gx
        gx: ExpectColumnValuesToBeBetween
        kwargs: {column: value, max_value: 5000}
        """,
        ["440000 2011: ExpectColumnValuesToBeBetween(column = value, max_value = 5000): value = 9000"],
    ),
    "by_name_of_a_select": (
        """
        type: gx
        sql: SELECT period, count(*) AS n FROM judged GROUP BY period
        gx: ExpectColumnValuesToBeInSet
        kwargs: {column: n, value_set: [1]}
        """,
        [],
    ),
    "rows_per_release": ("{type: rows_per_release, at_least: 12, at_most: 12}", []),
    "too_few_rows": (
        "{type: rows_per_release, at_least: 13}",
        ["None None: 2020-06-30: n = 12 ∉ [13, 1000000000]"],
    ),
}
RAISED = {
    "no_such_column": (
        "{type: gx, gx: ExpectColumnValuesToBeBetween, sql: SELECT period FROM judged, kwargs: {column: x}}"
    ),
    "no_such_class": "{type: gx, gx: ExpectMiracles}",
    "no_such_argument": "{type: gx, gx: ExpectColumnValuesToNotBeNull, kwargs: {column: value, colour: red}}",
    "texts_as_numbers": "{type: gx, gx: ExpectColumnValuesToBeBetween, kwargs: {column: unit_published, max_value: 1}}",
    "broken_sql": "{type: gx, gx: ExpectColumnValuesToNotBeNull, sql: SELECT x FROM nowhere, kwargs: {column: x}}",
    "broken_where": "{type: in_set, column: unit_published, values: [万件], where: colour = 'red'}",
}


def suite(expected: dict[str, str], **changes: Any) -> SuiteEntry:
    """A suite over the rows of one source, of expectations written in YAML."""
    said = {"zh": "期望", "en": "expected"}
    return SuiteEntry.model_validate(
        {
            "suite_id": "test",
            "zh": "测试",
            "en": "test",
            "do_zh": "核对",
            "do_en": "check",
            "over": "observations",
            "source_id": "gdpost_monthly",
            "expectations": [{"expectation_id": n, **said, **yaml.safe_load(t)} for n, t in expected.items()],
            **changes,
        }
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of one series of twelve years, with every case judged by one process and put into `check_results`."""

    workspace = make_workspace(tmp_path_factory.mktemp("expectations"))
    rows = [{"period": str(year), "value": str(value)} for year, value in zip(YEARS, LEVELS, strict=True)]
    put(workspace, "express.csv", csv_text(rows))
    take(workspace)
    asked = tasks([suite({n: text for n, (text, _) in CASES.items()} | RAISED)], workspace.sql)
    with built(workspace) as connection, Expecting(asked, workspace.warehouse.parent / "kept.json") as expecting:
        audit.judge(connection, AUDIT, TODAY, expecting.findings(connection, INPUTS))
        yield connection


@pytest.mark.parametrize("name", CASES)
def test_an_expectation_names_what_offends_it_and_nothing_else(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    found = judged.execute(
        "SELECT area_code, period, said FROM check_results WHERE check_name = ? ORDER BY ALL", [f"test_{name}"]
    ).fetchall()
    assert [f"{area} {period}: {said}" for area, period, said in found] == CASES[name][1]


def test_every_type_has_a_case_that_fails_and_one_that_passes() -> None:
    types = {name: yaml.safe_load(text)["type"] for name, (text, _) in CASES.items()}
    schema = json.dumps(TypeAdapter(SuiteEntry).json_schema())
    for one in set(types.values()):
        assert {bool(CASES[n][1]) for n, t in types.items() if t == one} == {True, False}, one
    assert {f'"const": "{one}"' in schema for one in types.values()} == {True}
    assert len(set(types.values())) == schema.count('"const"')


@pytest.mark.parametrize("name", RAISED)
def test_what_could_not_be_judged_is_an_error_and_never_a_pass(judged: duckdb.DuckDBPyConnection, name: str) -> None:
    found = judged.execute(
        "SELECT kind, severity, status, locator FROM check_results WHERE check_name = ?", [f"test_{name}"]
    ).fetchall()
    assert found == [("must", "ERROR", "open", f"data/reference/expectations, test.{name}")]
    assert any(line.startswith(f"test_{name}: ") for line in audit.errors(judged))


def test_a_finding_has_file_and_cell_of_the_value_it_accuses(judged: duckdb.DuckDBPyConnection) -> None:
    found = judged.execute(
        "SELECT file_name, locator, indicator_id, source_id, released_on, difference, severity FROM check_results "
        "WHERE check_name = 'test_history'"
    ).fetchall()
    assert [row[:5] for row in found] == [
        ("express.csv", "line 13, column 7", "EXP_VOL", "gdpost_monthly", dt.date(2020, 6, 30))
    ]
    assert float(found[0][5]) == pytest.approx(9000 - 265.58, abs=0.01)
    assert found[0][6] == "WARN"


def test_an_explanation_fits_a_finding_without_a_series(judged: duckdb.DuckDBPyConnection) -> None:
    judged.execute(
        "INSERT INTO explanations VALUES ('gap', 'test_complete', 'gdpost_monthly', 'EXP_VOL', NULL, '1999', NULL, "
        "'未编制', 'not compiled then', '测试', 'test')"
    )
    missing = {
        "check_name": "test_complete",
        "kind": "explain",
        "severity": "WARN",
        "source_id": "gdpost_monthly",
        "indicator_id": "EXP_VOL",
        "period": "1999",
        "said": "∅",
    }
    audit.judge(judged, AUDIT, TODAY, [missing])
    found = judged.execute(
        "SELECT status, explained_en FROM check_results WHERE check_name = 'test_complete'"
    ).fetchall()
    assert found == [("explained", "not compiled then")]
    unused = "SELECT locator FROM check_results WHERE check_name = 'explanation_unused' AND locator = 'gap'"
    assert judged.execute(unused).fetchall() == []


def test_the_same_rows_are_judged_once_and_changed_ones_again(workspace: Workspace) -> None:
    put(workspace, "express.csv", csv_text([{"period": "2001"}]))
    take(workspace)
    kept = workspace.warehouse.parent / expectations.KEPT
    asked = tasks([suite({"units": CASES["in_set"][0]})], workspace.sql)
    with built(workspace) as connection:
        for change, starts in (
            ("SELECT 1", True),
            ("SELECT 1", False),
            ("UPDATE observations SET unit_published = '件'", True),
        ):
            connection.execute(change)
            with Expecting(asked, kept) as expecting:
                found = expecting.findings(connection, INPUTS)
                assert expecting.started is starts
        assert [f["said"] for f in found] == ["unit_published = 件 ∉ {万件}"]
        with Expecting(asked, kept) as expecting:
            assert expecting.findings(connection, INPUTS) == found, "what is kept says the same"
            assert not expecting.started
        kept.write_text("{torn", "utf-8")
        with Expecting(asked, kept) as expecting:
            assert expecting.findings(connection, INPUTS) == found
            assert expecting.started


def test_a_process_starts_early_only_where_something_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectations, "MODULE", "this")
    kept = tmp_path / expectations.KEPT
    asked = tasks([suite({"units": CASES["in_set"][0]})], ROOT / "sql")
    kept.write_text(json.dumps({"inputs": {"data": "1"}, "said": {}}), "utf-8")
    for inputs, starts in ((INPUTS, False), ({**INPUTS, "assessed_on": "2027-01-01"}, False), ({"data": "2"}, True)):
        with Expecting(asked, kept) as expecting:
            expecting.foresee(inputs)
            assert expecting.started is starts
    with Expecting([], kept) as expecting:
        expecting.foresee({"data": "2"})
        assert not expecting.started, "without a suite nothing is to be judged"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "ended with 3"),
        ("print('no JSON')", "wrote what is not an answer"),
        ("import time; time.sleep(60)", "not judged within 1 s"),
    ],
)
def test_a_process_that_dies_or_hangs_fails_the_run_with_its_name(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    (tmp_path / "broken_judge.py").write_text(code, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(expectations, "MODULE", "broken_judge")
    monkeypatch.setattr(expectations, "TIMEOUT_SECONDS", 1 if "sleep" in code else 60)
    put(workspace, "express.csv", csv_text([{"period": "2001"}]))
    take(workspace)
    asked = tasks([suite({"units": CASES["in_set"][0]})], workspace.sql)
    with built(workspace) as connection, Expecting(asked, tmp_path / "kept.json") as expecting:
        with pytest.raises(NotJudged, match=words):
            expecting.findings(connection, INPUTS)
        assert not (tmp_path / "kept.json").exists()


NO_NETWORK = """
import socket, sys
def refuse(*arguments, **_):
    raise AssertionError(f"the network was asked for: {arguments}")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
import runpy
sys.argv = ["suites"]
runpy.run_module("pipelines.suites", run_name="__main__")
"""


def test_the_process_asks_for_no_network(tmp_path: Path) -> None:
    frame = tmp_path / "0.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS row_number, 5 AS value) TO '{frame}'")
    asks = [["ExpectColumnValuesToBeBetween", {"column": "value", "max_value": 3}]]
    ran = subprocess.run(
        [sys.executable, "-c", NO_NETWORK],
        input=json.dumps([{"key": "k", "frame": str(frame), "asks": asks}]),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"k": {"success": False, "rows": [1], "observed": None}}
    assert "network" not in ran.stderr


def test_great_expectations_is_imported_by_nothing_else() -> None:
    importing = [
        path.relative_to(ROOT).as_posix()
        for folder in ("schemas", "sources", "pipelines")
        for path in (ROOT / folder).rglob("*.py")
        if any(
            line.lstrip().startswith(("import great_exp", "from great_exp", "import pipelines.suites"))
            or "pipelines import suites" in line
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert importing == ["pipelines/suites.py"]
    for code in ("import pipelines.definitions", "import pipelines.cli, pipelines.execution, pipelines.verification"):
        told = f"import sys; {code}; print([m for m in ('great_expectations', 'pandas') if m in sys.modules])"
        ran = subprocess.run(
            [sys.executable, "-c", told],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        )
        assert ran.stdout == "[]\n"


def test_a_run_judges_once_and_a_run_with_nothing_new_starts_no_process(tmp_path: Path) -> None:
    """The second and third run find a module that breaks whoever imports Great Expectations, and do not meet it."""
    clone = copy_of_clone(tmp_path, suites=True)
    first = yuexin(clone, "run", "--assessed-on", "2026-11-22")
    assert first.returncode == 0, first.stderr
    kept = json.loads((clone / "data/warehouse/expectations.json").read_text("utf-8"))
    asked = sum(len(s.expectations) for s in Reference.load(clone / "data/reference").suites.values())
    assert len(kept["said"]) == asked
    assert [said for said in kept["said"].values() if said["raised"]] == []
    page = (clone / "data/published/current/checks.html").read_text("utf-8")
    assert "无发现 <small>Nothing found" in page
    assert "http" not in page and "<script" not in page
    with duckdb.connect(clone / "data/published/current/indicators.duckdb", read_only=True) as published:
        still_open = published.execute("SELECT check_name, said FROM check_results WHERE status = 'open'").fetchall()
    assert still_open == []
    (clone / "great_expectations.py").write_text("raise ImportError('imported')\n", "utf-8")
    for command in (("run", "--assessed-on", "2026-11-22"), ("status",), ("publish", "--assessed-on", "2026-11-22")):
        again = yuexin(clone, *command)
        assert again.returncode == 0, again.stderr


NO_CLASS = {"no_such_class": RAISED["no_such_class"]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data Docs of an expectation that does not hold, one that does, and one that cannot be judged."""
    folder = tmp_path_factory.mktemp("docs")
    asked = tasks(
        [suite({n: CASES[n][0] for n in ("by_name", "distribution")} | NO_CLASS, source_id=None)], ROOT / "sql"
    )
    with duckdb.connect() as connection, Expecting(asked, folder / "kept.json") as expecting:
        connection.execute(Observation.ddl().replace(" NOT NULL", ""))
        connection.execute(
            "INSERT INTO observations (period, value) VALUES ('2011', 9000), ('2010', 110), ('2009', 105)"
        )
        assert expecting.data_docs(connection, folder) == []
    return folder


def test_data_docs_load_nothing_but_files_beside_them(pages: Path) -> None:
    assert re.findall(r"<li>(.) 期望", (pages / "index.html").read_text("utf-8")) == ["✗", "✓", "✗"]
    for page in (pages / "test.html", pages / "index.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(r'<(?:link|script|img)[^>]*?(?:src|href)="([^"]+)"', text)
        loaded += re.findall(r"url\('([^']+)'\)", text)
        assert loaded
        assert [address for address in loaded if not (pages / address).is_file()] == []
    fonts = re.findall(r"url\((webfonts/[^)?]+)", (pages / "static" / "all.min.css").read_text("utf-8"))
    assert fonts
    assert [font for font in fonts if not (pages / "static" / font).is_file()] == []


@needs_program("chromium")
def test_data_docs_are_drawn_without_a_network(pages: Path) -> None:
    cut = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    ran = subprocess.run(
        ["chromium", *cut, "--dump-dom", f"file://{pages / 'test.html'}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "must be less than or equal to" in ran.stdout
    assert "9000" in ran.stdout


def test_a_suite_is_refused_with_file_line_and_field(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, suites=True)
    path = workspace.reference / "expectations" / "growth.yaml"
    text = path.read_text("utf-8")
    for old, new, words in (
        ("type: history", "type: histroy", "expected"),
        ("column: growth_quoted", "column: growth_quotd", "did you mean 'growth_quoted'"),
        ("over: growth", "over: grwth", "did you mean 'growth'"),
        ("expectation_id: yearly_band", "expectation_id: monthly_band", "monthly_band stands more than once"),
        ("deviations: 6", "deviations: 0", "greater than 0"),
    ):
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(ReferenceFaults) as refused:
            Reference.load(workspace.reference)
        assert "expectations/growth.yaml:" in str(refused.value)
        assert words in str(refused.value)


def test_shipped_suites_do_not_take_the_names_of_other_checks() -> None:
    names = [c.name for c in AUDIT.checks]
    assert sorted(set(names)) == sorted(names)
