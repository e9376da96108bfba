"""Every worked case gives what it says."""

import csv
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from schemas import codes
from tests.spec.cases import Asked, Case, Row, all_cases, is_as_expected
from tests.spec.methodology import shown_codes
from tests.spec.worlds import results, world_of, worlds
from tests.support import ROOT

EXAMPLES = {
    *(f"3.{n}" for n in range(1, 18)),
    *("4.1", "4.2", "4.3", "4.8", "4.9"),
    *(f"practice 1.{n}" for n in range(1, 10)),
    "practice 2",
}
"""The numbered examples of growth (3) and of progress (4: OECD, ESCAP, SDSN are left out), and of practice 1 and 2."""
CASES = [case for world in worlds() for case in world.cases]


def _unmatched(asked: Asked, found: list[dict[str, Any]]) -> tuple[list[Row], list[dict[str, Any]]]:
    """Expected rows that did not come, and rows that came unexpected."""
    missing, left = [], list(found)
    for row in asked.expected:
        match = next((f for f in left if all(is_as_expected(row[c], f[c]) for c in asked.columns)), None)
        if match is None:
            missing.append(row)
        else:
            left.remove(match)
    return missing, [{c: row[c] for c in asked.columns} for row in left]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_case(case: Case) -> None:
    found = results(worlds().index(world_of(case)))[case.id]
    if not any("rejections" in asked.query for asked in case.asked):
        assert found.refused == []
    for asked, answer in zip(case.asked, found.answers, strict=True):
        assert not isinstance(answer, str), answer
        missing, unexpected = _unmatched(asked, answer)
        assert not missing and not unexpected, f"{asked.query}\nmissing: {missing}\ncame: {unexpected}"


def test_every_vector_and_worked_example_has_its_case() -> None:
    assert {v for case in all_cases() for v in case.vectors} == set(range(1, 25))
    assert {e for case in all_cases() for e in case.examples} >= EXAMPLES


def test_every_reason_has_an_example() -> None:
    shown = {code for case in all_cases() for code in shown_codes(case)}
    assert {r for r in codes.Reason if r not in shown} == set()


def test_each_case_has_a_name_of_its_own() -> None:
    names = [case.id for case in all_cases()]
    assert len(names) == len(set(names)) > 0


@cache
def _shipped() -> frozenset[tuple[str, str, str, str, Decimal]]:
    texts = [path.read_text("utf-8-sig") for path in (ROOT / "data" / "figures").glob("*/*.csv")]
    return frozenset(_figure(row) for text in texts for row in csv.DictReader(text.splitlines()))


def _figure(row: Row) -> tuple[str, str, str, str, Decimal]:
    measure = row.get("measure") or "level"
    return row["indicator_id"], row["area_code"], row["period"], measure, Decimal(row["value"])


@pytest.mark.parametrize("case", [c for c in CASES if not (c.made_up or c.cited)], ids=lambda c: c.id)
def test_figures_that_are_not_made_up_are_those_that_ship(case: Case) -> None:
    rows = [row for given in case.given for row in given.full_rows("")]
    assert [row for row in rows if _figure(row) not in _shipped()] == []
