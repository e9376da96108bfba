"""Each check against files that it must fail and files that it must let pass, from the file to the finding."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines import audit
from schemas.reference_data import Reference
from tests.checks.cases import CASES, Case
from tests.checks.judging import AUDIT, FILES, Finding, all_cases, as_said, expected, found
from tests.support import dicts

SAID = Path(__file__).with_name("said.json")
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, Reference]]:
    """The warehouse of all cases, judged."""
    with all_cases(tmp_path_factory.mktemp("cases")) as (connection, reference):
        assert dicts(connection, "SELECT file_name, locator, message_en FROM rejections") == []
        audit.judge(connection, AUDIT, TODAY)
        yield connection, reference


@pytest.fixture(scope="module")
def by_file(cases: tuple[duckdb.DuckDBPyConnection, Reference]) -> dict[str, list[Finding]]:
    """What is found in each file."""
    return found(cases[0])


@pytest.mark.parametrize(("n", "case"), list(enumerate(CASES)), ids=[f"{c.check}: {c.name}" for c in CASES])
def test_a_case_is_found_with_file_and_cell_and_nothing_else(
    n: int,
    case: Case,
    cases: tuple[duckdb.DuckDBPyConnection, Reference],
    by_file: dict[str, list[Finding]],
) -> None:
    in_its_files = [finding for name in FILES for finding in by_file.get(name.format(n=n), [])]
    assert sorted(in_its_files, key=str) == expected(n, case, cases[1])


@pytest.mark.parametrize("check", [c.name for c in AUDIT.checks if c.sql])
def test_no_check_lacks_a_case_that_fails_it_or_one_that_passes(check: str) -> None:
    assert {case.fails for case in CASES if case.check == check} == {True, False}


def test_every_case_is_of_a_check_there_is() -> None:
    assert {case.check for case in CASES} == {c.name for c in AUDIT.checks if c.sql}


def test_a_finding_says_the_formula_with_its_numbers(cases: tuple[duckdb.DuckDBPyConnection, Reference]) -> None:
    """Rewritten with UPDATE_SNAPSHOTS=1; what changes shows in review."""
    said = as_said(cases[0])
    if os.environ.get("UPDATE_SNAPSHOTS"):
        lines = ",\n".join(json.dumps(line, ensure_ascii=False) for line in said)
        SAID.write_text(f"[\n{lines}\n]\n", "utf-8")
    assert said == json.loads(SAID.read_text("utf-8")), "UPDATE_SNAPSHOTS=1 pytest rewrites it"
