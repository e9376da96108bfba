"""Intake: files of one value a row, judged row by row; no cell disappears. Which source claims a file."""

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas import codes
from schemas.reference import FileForm
from schemas.reference_data import Reference
from sources.intake import Claimed, Refused, Span, Taken, claim, take
from tests.support import ROOT, ROW, csv_text

SOURCE = "gdpost_monthly"
VALUE_COLUMN = list(ROW).index("value") + 1


@cache
def _reference() -> Reference:
    return Reference.load(ROOT / "data" / "reference")


def _checked(taken: Taken) -> Taken:
    assert taken.balance == 0
    for refusal in taken.refused:
        assert refusal.rule
        assert any("一" <= c <= "鿿" for c in refusal.zh)
        assert refusal.en
    return taken


def _taken_file(content: bytes, **form: Any) -> Taken:
    source = _reference().sources[SOURCE]
    declared = FileForm.model_validate(source.files[0].model_dump(mode="json") | form)
    return _checked(take(content, source, declared, _reference(), None))


def _taken(*rows: Mapping[str, str], **form: Any) -> Taken:
    return _taken_file(csv_text(rows).encode(), **form)


def _rules(taken: Taken) -> list[str]:
    return [r.rule for r in taken.refused]


def _only_refusal(taken: Taken) -> Refused:
    assert (taken.values, taken.cells, len(taken.refused)) == ([], 0, 1)
    (refusal,) = taken.refused
    assert (refusal.locator, refusal.line, refusal.column, refusal.cells) == ("file", None, None, 0)
    return refusal


def test_a_row_is_taken_with_its_place_series_and_defaults() -> None:
    taken = _taken({"value": "60.1", "unit": "亿件", "area_code": "Guangdong"})
    (value,) = taken.values
    assert (value.cell.line, value.cell.column, value.cell.locator) == (
        2,
        VALUE_COLUMN,
        f"line 2, column {VALUE_COLUMN}",
    )
    assert (value.value, value.unit, value.rounding_unit) == (Decimal(601000), "万件", Decimal(1000))
    assert value.series.text == "EXP_VOL.440000._T.A.period.level.none.standard.gdpost_monthly"
    assert 0 < value.series.series_id < 2**49
    assert (value.obs_status, value.stage) == (codes.ObsStatus.A, codes.Stage.UNSTATED)
    assert taken.kind is codes.ReleaseKind.PARTIAL


def test_series_of_one_family_differ_only_in_measure_price_basis_or_definition() -> None:
    taken = _taken(
        {},
        {"measure": "growth_yoy", "unit": "%"},
        {"price_basis": "constant_2015"},
        {"area_code": "440100"},
        {"basis": "cumulative"},
    )
    families = [v.series.family_id for v in taken.values]
    assert len({v.series.series_id for v in taken.values}) == 5
    assert families[0] == families[1] == families[2]
    assert len(set(families)) == 3


@pytest.mark.parametrize(
    ("day", "basis"), [("2010", "constant_from_2002"), ("2011", "constant_2010"), ("2021", "previous_year")]
)
def test_the_price_basis_is_the_declared_one_of_the_period_unless_the_row_says_its_own(day: str, basis: str) -> None:
    source = _reference().sources["nbs_posttel_monthly"]
    row = {"indicator_id": "电信业务总量", "unit": "亿元", "period": day, "released_on": "2024-12-31"}
    rows = csv_text([row, {**row, "price_basis": "current"}]).encode()
    taken = _checked(take(rows, source, source.files[0], _reference(), None))
    assert [v.series.price_basis for v in taken.values] == [basis, "current"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("１２３．４", "123.4"),
        ('"1,234.5"', "1234.5"),
        ('"１，２３４，５６７"', "1234567"),
        ("－５", "-5"),
        ("−5", "-5"),
        ("+5.0", "5.0"),
        ("\t 5 ", "5"),
        ("007", "7"),
        ("0", "0"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("-99999999999999.9999", "-99999999999999.9999"),
        ("1.23450000", "1.2345"),
    ],
)
def test_a_plain_number_is_taken_in_the_ways_people_write_it(text: str, value: str) -> None:
    taken = _taken({"value": text})
    assert taken.refused == []
    assert [v.value for v in taken.values] == [Decimal(value)]


NO_NUMBERS = [
    *(
        "1e5",
        "1E5",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "12%",
        "１２％",
        "约100",
        "100左右",
        "1.2.3",
        '"1,23"',
        '"12,34,567"',
    ),
    *(".5", "5.", "--", "…", "n/a", "TRUE", "0x10", "1_000", "1 000", "½", "Ⅻ", "一百", "= 1+1", "5-6", "+-5"),
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_plain_number_is_refused_as_it_stands(text: str) -> None:
    taken = _taken({}, {"value": text, "period": "2018"})
    (refusal,) = taken.refused
    raw = text.strip('"')
    assert (refusal.rule, refusal.raw, refusal.cells) == ("value.not_a_number", raw, 1)
    assert (refusal.line, refusal.column, refusal.locator) == (3, VALUE_COLUMN, f"line 3, column {VALUE_COLUMN}")
    assert raw in refusal.zh
    assert raw in refusal.en
    assert [v.period for v in taken.values] == ["2019"]


@pytest.mark.parametrize("text", ["123①", "10²", "5₂", "٣", "१२", "𝟏𝟐"])
def test_a_footnote_mark_or_foreign_digit_never_becomes_a_part_of_the_number(text: str) -> None:
    assert _rules(_taken({"value": text})) == ["value.not_a_number"]


@pytest.mark.parametrize(
    ("change", "rule", "said"),
    [
        ({"value": ""}, "row.value_and_status", "value"),
        ({"obs_status": "M"}, "row.value_and_status", "M"),
        ({"value": "100000000000000"}, "value.overflow", "100000000000000"),
        ({"value": "-100000000000000"}, "value.overflow", "100000000000000"),
        ({"value": "10000000000", "unit": "亿件"}, "value.overflow", "100000000000000"),
        ({"value": "9" * 40}, "value.overflow", "9" * 40),
        ({"value": "1.00001"}, "value.overflow", "1.00001"),
        ({"value": "0.00001"}, "value.overflow", "0.00001"),
        ({"value": "123.45", "unit": "件"}, "value.overflow", "0.012345"),
        ({"value": "100.0000000000000000000000000001"}, "value.overflow", "万件"),
        ({"value": "1." + "0" * 40 + "1", "unit": "亿件"}, "value.overflow", "万件"),
        ({"unit": ""}, "unit.missing", "unit"),
        ({"unit": "亿元"}, "unit.conversion", "CNY"),
        ({"unit": "亿建"}, "unit.conversion", "亿建"),
        ({"unit": "%"}, "unit.conversion", "percent"),
        ({"measure": "growth_yoy"}, "unit.conversion", "percent"),
        ({"measure": "growth_yoy", "unit": "百分点"}, "unit.conversion", "percentage points"),
        ({"measure": "pull", "unit": "%"}, "unit.conversion", "percentage points"),
        ({"basis": "end"}, "basis.nature", "cumulative, period"),
        ({"indicator_id": "TV4K_USERS", "unit": "万户", "definition_id": "users"}, "basis.nature", "end"),
        ({"definition_id": "standart"}, "definition.unknown", "standard"),
        ({"definition_id": ""}, "definition_id.missing", "definition_id"),
        ({"sector_code": "C39"}, "sector.unknown", "C39"),
        ({"indicator_id": "EXP_VOLL"}, "indicator.unknown", "EXP_VOL"),
        ({"indicator_id": ""}, "indicator.unknown", ""),
        ({"area_code": "广洲州市"}, "area.unknown", "广州市"),
        ({"area_code": "4400000"}, "area.unknown", "440000"),
        ({"frequency": "Y"}, "frequency.enum", "'A'"),
        ({"basis": "YTD"}, "basis.enum", "YTD"),
        ({"qualifier": "circa"}, "qualifier.enum", "circa"),
        ({"price_basis": "constant"}, "price_basis.string_pattern_mismatch", "constant"),
        ({"frequency": "M"}, "row.period_label", "2018-06"),
        ({"period": "2019年"}, "row.period_label", "2019年"),
        ({"period": "２０１９"}, "row.period_label", "２０１９"),
        ({"frequency": "M", "period": "2019-13"}, "row.period_label", "2019-13"),
        ({"frequency": "D", "period": "2019-02-29"}, "row.period_label", "day"),
        ({"released_on": "2024/01/31"}, "released_on.not_a_date", "2024/01/31"),
        ({"released_on": "2024-02-30"}, "released_on.not_a_date", "2024-02-30"),
        ({"released_on": "20240131"}, "released_on.not_a_date", "20240131"),
        ({"released_on": "2024-1-31"}, "released_on.not_a_date", "2024-1-31"),
        ({"released_on": "2024-01-31T00:00:00"}, "released_on.not_a_date", "2024-01-31T00"),
        ({"released_on": "0"}, "released_on.not_a_date", "0"),
        ({"released_on": ""}, "released_on.missing", "released_on"),
        ({"coverage_from": "infinity"}, "coverage_from.not_a_date", "infinity"),
        ({"released_on": "2019-12-30"}, "row.released_too_early", "2019-12-31"),
        ({"publisher": ""}, "publisher.missing", "publisher"),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_by_its_name(change: dict[str, str], rule: str, said: str) -> None:
    taken = _taken(change, {"period": "2017"})
    assert _rules(taken) == [rule]
    (refusal,) = taken.refused
    assert (refusal.line, refusal.column, refusal.cells) == (2, VALUE_COLUMN, 1)
    assert refusal.raw == change.get("value", ROW["value"])
    assert said in refusal.en
    assert refusal.zh
    assert "不合规则" not in refusal.zh, "the rule has no Chinese words of its own"
    assert [v.period for v in taken.values] == ["2017"]


@pytest.mark.parametrize("status", ["L", "M", "O", "Q"])
def test_a_value_is_missing_where_its_status_says_why(status: str) -> None:
    (value,) = _taken({"value": "", "obs_status": status}).values
    assert (value.obs_status, value.value, value.rounding_unit) == (status, None, None)


@pytest.mark.parametrize(
    "change", [{"value": "x"}, {"released_on": "x"}, {"period": "x"}, {"released_on": "2019-01-01"}]
)
def test_no_message_shows_its_own_template(change: dict[str, str]) -> None:
    (refusal,) = _taken(change).refused
    assert "{" not in refusal.zh + refusal.en


@pytest.mark.parametrize(
    "change",
    [
        {"released_on": "2019-12-31"},
        {"released_on": "2019-01-01", "obs_status": "F"},
        {"released_on": "2019-01-01", "obs_status": "E"},
        {"measure": "growth_yoy", "unit": "%"},
        {"measure": "net_addition", "unit": "亿件"},
        {"frequency": "M", "period": "2019-06", "basis": "cumulative"},
        {"frequency": "D", "period": "2020-06-30"},
        {"value": "-3.5", "measure": "pull", "unit": "百分点"},
        {"price_basis": "constant_from_2002-01"},
        {"measure": "", "qualifier": "", "obs_status": "", "stage": "", "sector_code": "", "note": "x"},
    ],
)
def test_a_row_at_the_edge_of_a_rule_is_taken(change: dict[str, str]) -> None:
    taken = _taken(change)
    assert (len(taken.values), taken.refused) == (1, [])


def test_every_reason_is_told_and_the_cell_is_counted_once() -> None:
    taken = _taken({"basis": "end", "definition_id": "x", "sector_code": "y", "unit": "亿元", "value": "1.00001"})
    assert _rules(taken) == ["definition.unknown", "sector.unknown", "basis.nature", "unit.conversion"]
    assert [r.cells for r in taken.refused] == [1, 0, 0, 0]
    names = _taken({"indicator_id": "x", "area_code": "y", "value": "z"})
    assert [(r.rule, r.cells) for r in names.refused] == [("indicator.unknown", 1), ("area.unknown", 0)]
    fields = _taken({"value": "z", "released_on": "z", "frequency": "z"})
    assert sorted(_rules(fields)) == ["frequency.enum", "released_on.not_a_date", "value.not_a_number"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (",".join([*ROW, "valeu"]), "unknown ['valeu'], repeated [], missing []"),
        (",".join([*ROW, "unit"]), "unknown [], repeated ['unit'], missing []"),
        (",".join([*ROW, ""]), "unknown [''], repeated [], missing []"),
        (",".join(c for c in ROW if c not in ("unit", "basis")), "unknown [], repeated [], missing ['basis', 'unit']"),
        (",".join(ROW).replace("value", "Value"), "unknown ['Value'], repeated [], missing ['value']"),
        (",".join(ROW).replace(",", ";"), "missing ["),
        (",".join(ROW.values()), "missing ["),
    ],
)
def test_a_header_that_does_not_fit_refuses_the_file_and_says_all_that_is_wrong(header: str, found: str) -> None:
    refusal = _only_refusal(_taken_file(f"{header}\n{','.join(ROW.values())}\n".encode()))
    assert refusal.rule == "file.header"
    assert found in refusal.raw
    assert "schemas/rows.py" in refusal.zh
    assert found in refusal.en


@pytest.mark.parametrize("cells", [len(ROW) - 1, len(ROW) + 1, 1])
def test_a_ragged_row_is_refused_and_the_others_are_taken(cells: int) -> None:
    ragged = ",".join([*ROW.values(), "more"][:cells])
    taken = _taken_file((csv_text([{}]) + ragged + "\n" + csv_text([{"period": "2018"}]).split("\n", 1)[1]).encode())
    (refusal,) = taken.refused
    assert (refusal.rule, refusal.line, refusal.column, refusal.raw) == ("row.ragged", 3, 1, ragged)
    assert f"{cells} " in refusal.zh
    assert f"{cells} " in refusal.en
    assert [v.cell.line for v in taken.values] == [2, 4]


def test_lines_are_counted_as_in_the_file() -> None:
    rows = csv_text([{"title": '"two\nlines"'}, {"value": "x"}]).replace("\n测试", "\n\n测试")
    header, rest = rows.split("\n", 1)
    taken = _taken_file(f"{header}\n\n{rest}".encode())
    assert [v.cell.line for v in taken.values] == [3]
    assert [r.line for r in taken.refused] == [5]


def test_a_file_cut_inside_a_line_is_refused_whole() -> None:
    content = csv_text([{}, {"period": "2018", "title": '"a, b"'}]).encode()
    for cut in range(len(content)):
        if content[:cut].endswith(b"\n"):
            continue
        refusal = _only_refusal(_taken_file(content[:cut]))
        assert refusal.rule in {"file.empty", "file.header", "file.cut_off", "file.csv", "file.encoding"}
    assert _only_refusal(_taken_file(content[:-1])).rule == "file.cut_off"


def test_different_values_for_one_place_are_all_refused_with_their_places() -> None:
    taken = _taken({}, {"value": "100.1"}, {"period": "2018"}, {})
    assert [(r.rule, r.line, r.raw, r.cells) for r in taken.refused] == [
        ("value.conflict", 2, "100.0", 1),
        ("value.conflict", 3, "100.1", 1),
        ("value.conflict", 5, "100.0", 1),
    ]
    for refusal in taken.refused:
        for text in (refusal.zh, refusal.en):
            assert f"line 3, column {VALUE_COLUMN}: 100.1" in text
    assert [v.period for v in taken.values] == ["2018"]


@pytest.mark.parametrize(
    "change", [{"qualifier": "about"}, {"obs_status": "P"}, {"value": "100.00"}, {"stage": "flash"}]
)
def test_one_number_said_with_another_status_is_a_conflict(change: dict[str, str]) -> None:
    assert _rules(_taken({}, change)) == ["value.conflict"] * 2


def test_exact_repetitions_are_counted_once_under_their_series() -> None:
    taken = _taken({}, {"note": "again"}, {"area_code": "广东"})
    assert (len(taken.values), taken.refused) == (1, [])
    assert dict(taken.tallies) == {("duplicate", f"{taken.values[0].series.text} 2019"): 2}


@pytest.mark.parametrize("change", [{"released_on": "2021-01-01"}, {"period": "2018"}, {"basis": "cumulative"}])
def test_two_releases_periods_or_bases_are_no_repetition(change: dict[str, str]) -> None:
    taken = _taken({}, {"value": "5", **change})
    assert (len(taken.values), taken.refused) == (2, [])


def test_an_unmonitored_area_and_a_declared_mark_are_counted_by_name() -> None:
    layout = {"kind": "records", "no_data": ["-"]}
    taken = _taken({"area_code": "北京"}, {"area_code": "110000", "value": "x"}, {"value": "-"}, layout=layout)
    assert dict(taken.tallies) == {("out_of_scope", "北京市"): 2, ("no_data", "-"): 1}
    assert (taken.cells, taken.values, taken.refused) == (3, [], [])


def test_a_full_release_of_records_speaks_of_each_day_apart() -> None:
    rows = [
        {"period": p, "released_on": d}
        for p, d in [("2017", "2019-01-01"), ("2015", "2019-01-01"), ("2018", "2020-01-01")]
    ]
    taken = _taken(*rows, release="full")
    said = ("EXP_VOL", codes.Measure.LEVEL, codes.Basis.PERIOD, codes.Frequency.A)
    assert taken.kind is codes.ReleaseKind.FULL
    assert taken.spans == [
        Span(dt.date(2019, 1, 1), *said, dt.date(2015, 1, 1), dt.date(2017, 12, 31)),
        Span(dt.date(2020, 1, 1), *said, dt.date(2018, 1, 1), dt.date(2018, 12, 31)),
    ]
    assert _taken(*rows, {"value": "x"}, release="full").spans == []


@pytest.mark.parametrize("change", [{"period": "x"}, {"frequency": "x"}, {"released_on": "x"}, {"basis": "x"}])
@pytest.mark.parametrize("unjudged", [{"value": "-"}, {"area_code": "北京市"}])
def test_a_full_release_with_a_fault_beside_a_cell_without_value_is_no_exception(
    change: dict[str, str], unjudged: dict[str, str]
) -> None:
    layout = {"kind": "records", "no_data": ["-"]}
    taken = _taken({}, {**unjudged, **change}, release="full", layout=layout)
    assert taken.cells == 2


ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBER_LIKE = st.from_regex(r"[+-]?[0-9]{1,40}([,.][0-9]{1,40})?[%①eE万]?", fullmatch=True)


def _written(column: str, texts: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(ROW)
    for cell in texts:
        writer.writerow((ROW | {column: cell}).values())
    return text.getvalue().encode()


@settings(max_examples=150, deadline=None, database=None)
@given(st.just("value") | st.sampled_from(list(ROW)), st.lists(ANY_TEXT | NUMBER_LIKE, max_size=6))
@example("value", ["1", "1", "1.0", "NaN", "1e999999", "9" * 200, "0." + "0" * 200 + "1", ""])
@example("released_on", ["9999-12-31", "0000-00-00"])
def test_whatever_stands_in_a_cell_nothing_disappears_and_nothing_escapes(column: str, texts: list[str]) -> None:
    taken = _taken_file(_written(column, texts))
    if any("\0" in text for text in texts):
        assert _only_refusal(taken).rule == "file.not_text"
        return
    if not texts:
        assert _only_refusal(taken).rule == "file.no_values"
        return
    assert taken.cells == len(texts)
    kept = {v.cell.line for v in taken.values} | {r.line for r in taken.refused}
    assert len(taken.values) == len({v.cell.line for v in taken.values})
    assert len(kept) + sum(taken.tallies.values()) == len(texts)


def _claim(name: str, content: bytes, reference: Reference | None = None, source_id: str | None = None) -> Claimed:
    return claim(name, content, reference or _reference(), source_id)


def _problem(claimed: Claimed) -> Refused:
    assert (claimed.source, claimed.form) == (None, None)
    assert claimed.problem is not None
    assert (claimed.problem.locator, claimed.problem.cells) == ("file", 0)
    assert any("一" <= c <= "鿿" for c in claimed.problem.zh)
    return claimed.problem


FIGURES = csv_text([{}]).encode()
NBS = "数据库：分省年度数据\r\n指标：人口\r\n".encode("gb18030")


@pytest.mark.parametrize(
    ("name", "content", "source_id"),
    [
        ("express.csv", FIGURES, "gdpost_monthly"),
        ("express_2020.csv", FIGURES, "gdpost_monthly"),
        ("gd_express.csv", FIGURES, "gd_express_press"),
        ("province_express.csv", FIGURES, "spb_province_monthly"),
        ("province_annual.csv", FIGURES, "nbs_province_annual"),
        ("导出.csv", NBS, "nbs_province_annual"),
    ],
)
def test_a_file_is_claimed_by_its_name_or_its_first_lines(name: str, content: bytes, source_id: str) -> None:
    claimed = _claim(name, content)
    assert claimed.problem is None
    assert claimed.source is not None
    assert claimed.source.source_id == source_id
    assert claimed.form in claimed.source.files


def test_every_shipped_figure_is_claimed_and_taken_whole() -> None:
    for path in sorted((ROOT / "data" / "figures").rglob("*.csv")):
        claimed = _claim(path.name, path.read_bytes())
        assert claimed.source is not None, path
        assert claimed.form is not None
        taken = _checked(take(path.read_bytes(), claimed.source, claimed.form, _reference(), None))
        assert taken.refused == [], path
        assert taken.values, path


@pytest.mark.parametrize(
    ("name", "content"), [("Express.CSV", FIGURES), ("x.csv", b"a,b\n"), ("x.csv", b"\n" * 10 + NBS)]
)
def test_a_file_that_no_source_claims_is_told_what_to_do(name: str, content: bytes) -> None:
    problem = _problem(_claim(name, content))
    assert problem.rule == "file.unclaimed"
    for text in (problem.zh, problem.en):
        assert "--source" in text
        assert "nbs_province_annual" in text


def test_a_file_that_cannot_be_read_is_claimed_by_none_and_says_why() -> None:
    assert _problem(_claim("express.csv", b"PK\0")).rule == "file.not_text"
    assert _problem(_claim("express.csv", b"")).rule == "file.empty"


def test_two_claims_are_refused_until_one_source_is_named() -> None:
    source = _reference().sources[SOURCE]
    twin = source.model_copy(update={"source_id": "twin"})
    both = dataclasses.replace(_reference(), sources={**_reference().sources, "twin": twin})
    problem = _problem(_claim("express.csv", FIGURES, both))
    assert problem.rule == "file.claimed_twice"
    assert "gdpost_monthly, twin" in problem.en
    assert "gdpost_monthly, twin" in problem.zh
    assert _claim("express.csv", FIGURES, both, "twin").source is twin


def test_a_source_named_by_the_deliverer_takes_a_file_of_any_name_if_it_has_one_form() -> None:
    assert _claim("upload (3).csv", FIGURES, source_id=SOURCE).source is _reference().sources[SOURCE]
    assert _problem(_claim("upload (3).csv", FIGURES, source_id="nbs_province_annual")).rule == "file.unclaimed"
    assert _problem(_claim("express.csv", FIGURES, source_id="spb_city")).rule == "file.unclaimed"
