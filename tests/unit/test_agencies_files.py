"""The agencies' real files: what we know is taken to the last figure, all others are refused and raise nothing."""

import datetime as dt
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from schemas import codes
from schemas.reference_data import Reference
from sources.intake import Taken, claim, take
from tests.support import ROOT, SHARED, needs_shared

EXPORTS = {"fsnd_gdp_1993-2017_cap2018.csv": 2018, "fsnd_gdp_2006-2024_cap2026.csv": 2026}
FILES = sorted(p for p in SHARED.rglob("*") if p.is_file()) if SHARED.is_dir() else []


@cache
def _reference() -> Reference:
    return Reference.load(ROOT / "data" / "reference")


def _released(year: int | None) -> tuple[dt.date, codes.ReleasedOnOrigin] | None:
    return (dt.date(year, 12, 31), codes.ReleasedOnOrigin.KNOWN_BY) if year else None


def _taken(path: Path, year: int | None) -> Taken:
    claimed = claim(path.name, path.read_bytes(), _reference(), None)
    assert claimed.problem is None
    assert claimed.source is not None
    assert claimed.form is not None
    assert claimed.source.source_id == "nbs_province_annual"
    return take(path.read_bytes(), claimed.source, claimed.form, _reference(), _released(year))


@needs_shared
@pytest.mark.parametrize(("name", "count"), [*zip(EXPORTS, (25, 19), strict=True)])
def test_an_export_of_gdp_by_province_gives_every_year_of_guangdong(name: str, count: int) -> None:
    taken = _taken(SHARED / "nbs-csv-gb18030" / name, EXPORTS[name])
    assert (taken.balance, taken.refused, taken.kind) == (0, [], codes.ReleaseKind.FULL)
    assert taken.cells == 31 * count
    assert Counter(v.series.area_code for v in taken.values) == {"440000": count}
    assert sum(taken.tallies.values()) == 30 * count
    assert {fate for fate, _ in taken.tallies} == {"out_of_scope"}
    assert {(v.unit_published, v.unit, v.series.indicator_id) for v in taken.values} == {("亿元", "万元", "GDP")}


@needs_shared
def test_the_shipped_figures_are_those_of_the_exports() -> None:
    figures = _taken(ROOT / "data" / "figures" / "nbs" / "province_annual.csv", None)
    shipped = {(v.released_on.year, v.series.series_id, v.period): (v.value, v.cell.raw) for v in figures.values}
    exported = {
        (year, v.series.series_id, v.period): (v.value, v.cell.raw)
        for name, year in EXPORTS.items()
        for v in _taken(SHARED / "nbs-csv-gb18030" / name, year).values
    }
    assert len(exported) == 44
    assert shipped == exported


@needs_shared
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_file_is_taken_or_refused_without_an_exception(path: Path) -> None:
    content = path.read_bytes()
    claimed = claim(path.name, content, _reference(), None)
    assert (claimed.problem is None) == (claimed.source is not None) == (claimed.form is not None)
    if path.suffix in {".xls", ".xlsx"}:
        assert claimed.problem is not None
        assert claimed.problem.rule == "file.not_text"
    for source in _reference().sources.values():
        for form in source.files:
            taken = take(content, source, form, _reference(), _released(2026))
            assert taken.balance == 0
            assert taken.values or taken.refused or taken.tallies
            assert all(r.rule and r.zh and r.en for r in taken.refused)
