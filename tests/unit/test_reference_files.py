"""Reference files: every fault is told with file, line, field, what was found and what was expected."""

import datetime as dt
import shutil
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from schemas.corrections import Correction, Waiver
from schemas.planning import CompositeComponent
from schemas.reference import SourceEntry
from schemas.reference_data import Reference
from schemas.reference_files import Fault, ReferenceFaults, close_match
from schemas.registry import REFERENCE
from tests.support import ROOT

SHIPPED = ROOT / "data" / "reference"
PLAN = "plans/guangdong-2018-2020/plan.yaml"
SHARE = "plans/shaanxi-2018/plan.yaml"
TV = "indicators/tv4k.yaml"
EXPRESS = "indicators/express.yaml"
DENOMINATORS = "indicators/denominators.yaml"
SOURCE = "sources/gdpost_monthly.yaml"
NBS = "sources/nbs_province_annual.yaml"
POSTTEL = "sources/nbs_posttel_monthly.yaml"
TASKS, ITEMS, SHOWN, EVIDENCE = (
    f"plans/guangdong-2018-2020/{name}.csv" for name in ("tasks", "items", "task_indicators", "evidence")
)
TRIAL = "composites/ic_scale_trial.yaml"
ENTRIES = ("- indicator_id: ", "plan_id: ", "composite_id: ")


@cache
def _reference() -> Reference:
    return Reference.load(SHIPPED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "reference")


def _faults(folder: Path) -> list[Fault]:
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(folder)
    assert all(str(fault) in str(refused.value) for fault in refused.value.faults)
    return refused.value.faults


def _line_of(path: Path, text: str, occurrence: int = 1) -> int:
    lines = path.read_text("utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][occurrence - 1]


def _change(path: Path, old: str, new: str) -> int:
    """Puts one text in the place of another; gives the line on which they begin to differ."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return text[: text.index(old) + same].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "before", "right", "wrong", "field", "expected", "close"),
    [
        (TV, "nature: ", "stock", "stok", "nature", "'stock'", "stock"),
        (EXPRESS, "match: ", "same", "sam", "definitions.0.match", "'same'", "same"),
        (SOURCE, "release: ", "partial", "partail", "files.0.release", "'full'", "partial"),
        (SOURCE, "frequency: ", "M", "D", "calendar.frequency", "'S'", None),
        (SOURCE, "owner: ", "team:statistics", "statistics", "owner", "pattern", None),
        (SOURCE, "lag_days: ", "35", "-1", "calendar.lag_days", "greater than or equal to 0", None),
        (SOURCE, "kind: ", "records", "recordz", "files.0.layout", "'records'", None),
        (POSTTEL, "price_basis: ", "constant_2010", "constant_201", "price_basis.1.price_basis", "pattern", None),
        (PLAN, "comparator: ", "at_least", "at_leest", "targets.0.comparator", "'at_most'", "at_least"),
        (PLAN, "value_stated: ", "2000", "2000.00001", "targets.0.value_stated", "4 decimal places", None),
        (PLAN, "issued_on: ", "2018-04-08", "2018年4月8日", "issued_on", "date", None),
        (PLAN, "issued_on: ", "2018-04-08", "'2018-04-31'", "issued_on", "date", None),
        ("areas.csv", "Beijing,", "province", "provins", "level", "'province'", "province"),
        ("areas.csv", "yuexin,", "true", "maybe", "monitored", "boolean", None),
        ("areas.csv", "110000,", "北京市,", ",", "zh", "string", None),
        ("units.csv", "CNY,", "10000\n", "0\n", "factor", "greater than 0", None),
        ("units.csv", "CNY,", "10000\n", "0.00001\n", "factor", "4 decimal places", None),
        ("assessment.yaml", "  value: ", "1", "one", "on_schedule_tolerance.value", "decimal", None),
    ],
)
def test_a_wrong_value_is_told_in_its_place(
    folder: Path, file: str, before: str, right: str, wrong: str, field: str, expected: str, close: str | None
) -> None:
    line = _change(folder / file, before + right, before + wrong)
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.close) == (file, line, close)
    assert fault.field.endswith(field)
    assert wrong.strip() in fault.found or fault.found == "None"
    assert expected in fault.expected
    assert str(fault).startswith(f"{file}:{line}: ")
    assert (f"did you mean {close!r}" in str(fault)) == (close is not None)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "field"),
    [
        (EXPRESS, "display_unit: 亿元", "displayunit: 亿元", "displayunit"),
        (SOURCE, "precedence: 10", "precedense: 10", "precedense"),
        (PLAN, "quote_zh: 全省4K", "quote: 全省4K", "targets.0.quote"),
        (NBS, "end_mark: 数据来源", "endmark: 数据来源", "files.1.layout.crosstab.endmark"),
        (SOURCE, "price_basis:\n", "price_bases:\n", "price_bases"),
    ],
)
def test_an_unknown_field_is_told_at_its_name_with_the_nearest(
    folder: Path, file: str, right: str, wrong: str, field: str
) -> None:
    line = _change(folder / file, right, wrong)
    (fault,) = [f for f in _faults(folder) if f.found != "nothing"]
    assert (fault.file, fault.line) == (file, line)
    assert fault.field.endswith(field)
    assert fault.found == f"the unknown field {wrong.split(':', maxsplit=1)[0]!r}"
    assert fault.expected == "a field of the model"
    assert fault.close == right.split(":", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("file", "dropped", "at", "field"),
    [
        (SOURCE, "publisher: 广东省邮政管理局\n", "source_id", "publisher"),
        (TV, "  nature: stock\n", "indicator_id: TV4K_USERS", "nature"),
        (PLAN, "    comparator: at_least\n", "target_id: T1", "comparator"),
        (NBS, "      corner: 地区\n", "kind: crosstab", "corner"),
        ("assessment.yaml", "  value: 1\n", "source: >-", "value"),
    ],
)
def test_a_missing_field_is_told_at_the_entry_that_lacks_it(
    folder: Path, file: str, dropped: str, at: str, field: str
) -> None:
    _change(folder / file, dropped, "")
    (fault,) = _faults(folder)
    assert (fault.file, fault.line) == (file, _line_of(folder / file, at))
    assert fault.field.split(".")[-1] == field
    assert (fault.found, fault.expected) == ("nothing", f"the field {field!r}")


@pytest.mark.parametrize(
    ("file", "before", "right", "wrong", "field"),
    [
        (PLAN, "indicator_id: ", "TV4K_USERS", "TV4K_USER", "T1.indicator_id"),
        (PLAN, "    area_code: '", "440000", "4400000", "T1.area_code"),
        (PLAN, "\narea_code: '", "440000", "4400000", "area_code"),
        (SOURCE, "indicators: [", "EXP_REV", "EXP_REVENUE", "gdpost_monthly.indicators"),
        (EXPRESS, "  unit: ", "万件", "万件数", "EXP_VOL.unit"),
        (TV, "display_unit: ", "万户", "万户数", "TV4K_USERS.display_unit"),
        (TV, "numerator_id: ", "TV4K_USERS", "TV4K_USER", "TV4K_SHARE.numerator_id"),
        ("areas.csv", "Guangzhou,prefecture,", "44-PRD", "44-PDR", "parent_code"),
    ],
)
def test_a_name_of_what_does_not_exist_is_told_with_the_nearest(
    folder: Path, file: str, before: str, right: str, wrong: str, field: str
) -> None:
    _change(folder / file, before + right, before + wrong)
    (fault,) = _faults(folder)
    assert (fault.file, fault.found, fault.close) == (file, repr(wrong), right)
    assert fault.field.endswith(field)


@pytest.mark.parametrize(
    ("file", "at", "right", "wrong", "field", "found", "expected", "close"),
    [
        ("area_members.csv", "GBA9,440300", "440300", "440310", "member_code", "'440310'",
         "an area of areas.csv", "440300"),
        ("area_members.csv", "GBA9,440100", "GBA9", "GBA99", "area_code", "'GBA99'", "an area of areas.csv", "GBA9"),
        ("area_members.csv", "GBA9,440300", "440300", "440100", "identifier", "'GBA9 440100'",
         "one entry; the first is at line 2", None),
        ("sectors.csv", "2017,385,", "smart_product", "smart_products", "category",
         "'smart_products'", "'smart_product'",
         "smart_product"),
        ("sectors.csv", "2017,385,", "385,", "3a5,", "sector_code", "'3a5'", "pattern", None),
        ("sectors.csv", "2017,385,", "2017", "2027", "edition", "'2027'", "'2011' or '2017'", "2017"),
        ("sectors.csv", "2017,3492,", "3492", "3491", "identifier", "'2017 3491'",
         "one entry; the first is at line 2", None),
        (TASKS, "2.1.2,", "task", "taks", "kind", "'taks'", "'task'", "task"),
        (TASKS, "2.1.2,", "2.1.2", "2.1.1", "identifier", "'2.1.1'", "one entry; the first is at line 3", None),
        (ITEMS, "Q02,", "Q02,1,", "Q02,11,", "task_id", "'11'", "a task of tasks.csv", "1"),
        (ITEMS, "M03,", "440100", "440110", "area_codes", "'440110'", "an area of areas.csv", "440100"),
        (ITEMS, "Q02,", ",Q,", ",N,", "kind", "'N'", "'M'", None),
        (ITEMS, "Q02,", "Q02", "Q01", "identifier", "'Q01'", "one entry; the first is at line 2", None),
        (ITEMS, "Q02,", ",target", ",targets", "shown_by", "'targets'", "'target'", "target"),
        (SHOWN, "1,TV4K_USERS", "TV4K_USERS", "TV4K_USER", "indicator_id", "'TV4K_USER'", "an indicator of indicators/",
         "TV4K_USERS"),
        (SHOWN, "1,TV4K_USERS", "1,", "2.11.1,", "task_id", "'2.11.1'", "a task of tasks.csv", "2.1.1"),
        (SHOWN, "1,TV4K_USERS", "TV4K_USERS", "IC_SCALE", "identifier", "'1 IC_SCALE'",
         "one entry; the first is at line 2", None),
        (EVIDENCE, "M03,", "M03", "M003", "item_id", "'M003'", "an item of items.csv", "M03"),
        (EVIDENCE, "M03,", "440100", "440110", "area_code", "'440110'", "an area of areas.csv", "440100"),
        (EVIDENCE, "M03,", "done", "dome", "status", "'dome'", "'done'", "done"),
        (EVIDENCE, "M03,", ",P,", ",X,", "authority", "'X'", "'A'", None),
        (EVIDENCE, "M03,", ",2019-10-31,首", ",2019-10-32,首", "achieved_on", "'2019-10-32'", "date", None),
        (TRIAL, "indicator_id: COMM_RETAIL", "COMM_RETAIL", "COM_RETAIL", "ic_scale_trial.indicator_id", "'COM_RETAIL'",
         "an indicator of indicators/", "COMM_RETAIL"),
        (TRIAL, "indicator_id: IC_SCALE", "IC_SCALE", "IC_SCALES", "ic_scale_trial.indicator_id", "'IC_SCALES'",
         "an indicator of indicators/", "IC_SCALE"),
        (TRIAL, "enabled: false", "enabled: ", "enable: ", "enable", "the unknown field 'enable'",
         "a field of the model", "enabled"),
        (PLAN, "related_indicator_id: ", "IIOT_FIRMS_DIGITAL", "IIOT_FIRM_DIGITAL", "T4.related_indicator_id",
         "'IIOT_FIRM_DIGITAL'", "an indicator of indicators/", "IIOT_FIRMS_DIGITAL"),
        (PLAN, "task_id: 2.3.1", "2.3.1", "2.33.1", "T4.task_id", "'2.33.1'", "a task of tasks.csv", "2.3.1"),
        (SHARE, "of_area_code: ", "000000", "0000000", "SX18-3.of_area_code", "'0000000'", "an area of areas.csv",
         "000000"),
        (PLAN, "item_id: Q01", "Q01", "Q99", "T1.item_id", "'Q99'", "an item of items.csv", None),
        (TV, "collectable: ", "published", "publish", "collectable", "'publish'", "'published'", "published"),
        (TV, "sectors: ", "'6321'", "'63210'", "TV4K_USERS.sectors", "'63210'", "a sector of sectors.csv", "6321"),
        (TV, "sectors_2011: ", "'6321'", "'63210'", "TV4K_USERS.sectors_2011", "'63210'",
         "a sector of sectors.csv", "6321"),
        (DENOMINATORS, "- valid_from: 2013", "- valid_from", "- source_id: nbs_posttel_month\n      valid_from",
         "IND_VA.jan_feb_combined", "'nbs_posttel_month'", "a source of sources/", "nbs_posttel_monthly"),
    ],
)  # fmt: skip
def test_every_kind_of_reference_file_tells_what_is_wrong_in_it(
    folder: Path, file: str, at: str, right: str, wrong: str, field: str, found: str, expected: str, close: str | None
) -> None:
    lines = (folder / file).read_text("utf-8").splitlines(keepends=True)
    line = next(n for n, text in enumerate(lines) if at in text and right in text)
    lines[line] = lines[line].replace(right, wrong, 1)
    (folder / file).write_text("".join(lines), "utf-8")
    (fault,) = _faults(folder)
    assert (fault.file, fault.found) == (file, found)
    assert fault.field.removeprefix("0.") == field
    assert fault.close == close or field.endswith("item_id")
    assert expected in fault.expected
    named = file.endswith(".yaml") and "of " in expected and "field" not in expected
    starts = [n for n, text in enumerate(lines[: line + 1], 1) if text.startswith(ENTRIES)]
    assert fault.line == (starts[-1] if named else line + 1)


def test_a_component_counts_in_the_category_of_its_industries(folder: Path) -> None:
    _change(folder / TV, "category: internet_service", "category: digital_content")
    faults = _faults(folder)
    assert {(f.file, f.line, f.field, f.found) for f in faults} == {(TV, 3, "TV4K_USERS.category", "'digital_content'")}
    assert [f.expected for f in faults] == [
        f"internet_service, the category of sector {code} in sectors.csv" for code in ("6321", "6319")
    ]


def test_an_enabled_composite_without_shares_is_told(folder: Path) -> None:
    _change(folder / TRIAL, "enabled: false", "enabled: true")
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.field) == (TRIAL, _line_of(folder / TRIAL, "composite_id"), "entry")
    assert "an enabled composite needs final_use_share and source for every part" in fault.expected


def test_an_indicator_that_is_no_longer_described_is_told_wherever_it_is_named(folder: Path) -> None:
    (folder / TV).unlink()
    faults = _faults(folder)
    assert {(PLAN, "T1.indicator_id"), (SHOWN, "indicator_id")} <= {(f.file, f.field) for f in faults}
    assert {f.expected for f in faults} == {"an indicator of indicators/"}


def test_a_name_in_a_break_must_exist_too(folder: Path) -> None:
    text = (folder / NBS).read_text("utf-8")
    head, tail = text.split("breaks:\n")
    (folder / NBS).write_text(head + "breaks:\n" + tail.replace("[GDP]", "[GPD]"), "utf-8")
    (fault,) = _faults(folder)
    assert (fault.file, fault.found, fault.close) == (NBS, "'GPD'", "GDP")


@pytest.mark.parametrize(
    ("file", "once", "twice"),
    [
        (SOURCE, "licence: none stated\n", "licence: none stated\nlicence: x\n"),
        (SOURCE, "frequency: M", "frequency: M, frequency: A"),
        (PLAN, "    item_id: Q01\n", "    item_id: Q01\n    item_id: Q02\n"),
    ],
)
def test_a_key_said_twice_is_told_at_the_second_place(folder: Path, file: str, once: str, twice: str) -> None:
    line = _change(folder / file, once, twice)
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.field) == (file, line, once.split(":", maxsplit=1)[0].strip())
    assert (fault.found, fault.expected) == ("the key a second time", "each key once")


@pytest.mark.parametrize(
    ("file", "old", "repeated", "first"),
    [
        ("areas.csv", "120000,天津", "110000,天津", "line 3"),
        ("units.csv", "万元,", "元,", "line 2"),
        (TV, "indicator_id: TV4K_SHARE", "indicator_id: TV4K_USERS", f"{TV}:3"),
        (SOURCE, "source_id: gdpost_monthly", "source_id: gd_express_press", "sources/gd_express_press.yaml:2"),
    ],
)
def test_an_identifier_said_twice_is_told_with_both_places(
    folder: Path, file: str, old: str, repeated: str, first: str
) -> None:
    line = _change(folder / file, old, repeated)
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.field) == (file, line, "identifier")
    assert fault.found == repr(repeated.rsplit(": ", maxsplit=1)[-1].split(",", maxsplit=1)[0])
    assert fault.expected == f"one entry; the first is at {first}"


def test_a_definition_said_twice_is_told(folder: Path) -> None:
    _change(folder / TV, "definition_id: stb_users", "definition_id: tv_users")
    (fault,) = _faults(folder)
    assert (fault.file, fault.line) == (TV, _line_of(folder / TV, "TV4K_USERS"))
    assert "definition ids repeat" in fault.expected


def test_a_target_said_twice_is_told_in_one_plan_and_over_plans(folder: Path) -> None:
    second = folder / "plans" / "second" / "plan.yaml"
    second.parent.mkdir()
    shutil.copy(folder / PLAN, second)
    _change(second, "plan_id: guangdong-2018-2020", "plan_id: second")
    repeated = _faults(folder)
    assert {f.file for f in repeated} == {"plans/second/plan.yaml"}
    assert "'T1'" in {f.found for f in repeated}
    shutil.rmtree(second.parent)
    _change(folder / PLAN, "target_id: T2", "target_id: T1")
    assert [(f.file, f.found) for f in _faults(folder)] == [(PLAN, "'T1'")]


@pytest.mark.parametrize(
    ("file", "old", "new", "name", "other", "at"),
    [
        ("areas.csv", "true,深圳|", "true,深圳|广州|", "广州", "440100", ("areas.csv", "440300,")),
        ("areas.csv", "false,北京,", "false,北京|Shenzhen,", "Shenzhen", "110000", ("areas.csv", "440300,")),
        (
            DENOMINATORS,
            "names: [国内",
            "names: [快递业务量, 国内",
            "快递业务量",
            "GDP",
            (EXPRESS, "indicator_id: EXP_VOL"),
        ),
    ],
)
def test_one_name_for_two_things_is_told_since_files_could_mean_either(
    folder: Path, file: str, old: str, new: str, name: str, other: str, at: tuple[str, str]
) -> None:
    _change(folder / file, old, new)
    (fault,) = _faults(folder)
    assert (fault.file, fault.line) == (at[0], _line_of(folder / at[0], at[1]))
    assert (fault.found, fault.field.split(".")[-1]) == (repr(name), "names")
    assert fault.expected == f"a name of one alone; {other} bears it, too"


@pytest.mark.parametrize(
    ("file", "broken", "line", "expected"),
    [
        (SOURCE, b"a: 1\nb: [1, 2\n", 3, "valid YAML"),
        (SOURCE, b"a: 1\n\tb: 2\n", 2, "valid YAML"),
        (SOURCE, b"a: 1\nb: *nowhere\n", 2, "valid YAML"),
        (SOURCE, b"a: 1\n---\nb: 2\n", 2, "valid YAML"),
        (SOURCE, b"? [a, b]\n: 1\n", 1, "valid YAML"),
        (SOURCE, b"a: 1\nb: \x07\n", 2, "valid YAML"),
        (SOURCE, "zh: 快递\nen: ".encode() + b"\xff\xfe\n", 2, "UTF-8 text"),
        (SOURCE, "zh: 快递\n".encode("gb18030"), 1, "UTF-8 text"),
        ("areas.csv", "area_code,zh\n110000,北京\n".encode("gb18030"), 2, "UTF-8 text"),
        (SOURCE, b"", 1, "valid dictionary"),
        (SOURCE, b"just words\n", 1, "valid dictionary"),
        (TV, b"- 1\n- 2\n", 1, "valid dictionary"),
    ],
)
def test_a_file_that_does_not_parse_is_told_with_its_line(
    folder: Path, file: str, broken: bytes, line: int, expected: str
) -> None:
    (folder / file).write_bytes(broken)
    fault = _faults(folder)[0]
    assert (fault.file, fault.line) == (file, line)
    assert expected in fault.expected
    assert fault.found


def test_a_day_that_does_not_exist_is_told_at_its_line(folder: Path) -> None:
    _change(folder / PLAN, "due_on: 2020-12-31", "due_on: 2020-11-31")
    fault = _faults(folder)[0]
    assert (fault.file, fault.line) == (PLAN, _line_of(folder / PLAN, "2020-11-31"))


@pytest.mark.parametrize("file", ["areas.csv", "units.csv", "area_members.csv", "sectors.csv", "assessment.yaml"])
def test_a_file_that_is_missing_is_told_by_its_path(folder: Path, file: str) -> None:
    (folder / file).unlink()
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.field, fault.found) == (file, 1, "file", "no such file")
    assert str(folder / file) in fault.expected


@pytest.mark.parametrize(
    ("file", "empty"),
    [
        *[(file, "[]\n") for file in ("assessment.yaml", TV, SOURCE, PLAN, TRIAL)],
        *[(file, "") for file in ("areas.csv", "units.csv", "area_members.csv", "sectors.csv", TASKS, ITEMS)],
    ],
)
def test_a_file_that_says_nothing_is_told(folder: Path, file: str, empty: str) -> None:
    (folder / file).write_text(empty, "utf-8")
    assert file in {fault.file for fault in _faults(folder)}


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        (",北京,,\n", "\n", 7),
        (",北京,,\n", ",北京,,,\n", 11),
        ("110000,北京市,Beijing,province,000000,GB/T 2260,false,北京,,\n", "110000\n", 1),
    ],
)
def test_a_ragged_row_is_told_with_its_line_and_number_of_cells(folder: Path, old: str, new: str, cells: int) -> None:
    _change(folder / "areas.csv", old, new)
    (fault,) = _faults(folder)
    assert (fault.file, fault.line, fault.field, fault.expected) == ("areas.csv", 3, "row", "10 cells")
    assert fault.found == f"{cells} cells"


@pytest.mark.parametrize("row", ['110000,"北京市,Beijing', '110000,"北京"市,Beijing'])
def test_a_quote_that_does_not_close_is_told_with_its_line(folder: Path, row: str) -> None:
    _change(folder / "areas.csv", "110000,北京市,Beijing", row)
    fault = _faults(folder)[0]
    assert (fault.file, fault.line) == ("areas.csv", 3)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("alias,valid_from,valid_to\n", "alias"),
        ("en,valid_from,valid_to\n", "en"),
    ],
)
def test_a_csv_column_that_is_unknown_or_said_twice_is_told(folder: Path, header: str, field: str) -> None:
    _change(folder / "areas.csv", "aliases,valid_from,valid_to\n", header)
    assert any(fault.file == "areas.csv" and field in fault.field + fault.found for fault in _faults(folder))


@pytest.mark.parametrize(
    ("old", "new", "overlap"),
    [
        ("period_to: 2010-12-31", "period_to: 2011-01-01", True),
        ("period_from: 2011-01-01", "period_from: 2010-12-31", True),
        ("    period_to: 2010-12-31\n", "", True),
        ("    period_to: 2010-12-31\n", "    period_to: 2010-12-30\n", False),
    ],
)
def test_two_price_bases_of_one_indicator_at_one_time_are_told(folder: Path, old: str, new: str, overlap: bool) -> None:
    _change(folder / POSTTEL, old, new)
    if not overlap:
        Reference.load(folder)
        return
    (fault,) = _faults(folder)
    assert fault.file == POSTTEL
    assert "two price bases for" in fault.expected
    assert "TEL_VOL" in fault.expected


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("unit_stated: 万户", "unit_stated: 万元", "万元 measures CNY, 万户 measures subscribers"),
        ("unit_stated: 万户", "unit_stated: 万户户", "did you mean '万户'"),
        ("unit_stated: '%'", "unit_stated: 万元", "万元"),
    ],
)
def test_a_target_in_a_unit_of_another_dimension_is_told(folder: Path, old: str, new: str, said: str) -> None:
    _change(folder / PLAN, old, new)
    (fault,) = _faults(folder)
    assert fault.file == PLAN
    assert fault.field.endswith("unit_stated")
    assert said in str(fault)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    due_on: 2020-12-31\n", "", "due_on and due_origin go together"),
        ("    base_period: '2017'\n", "", "base_period and base_origin go together"),
        ("    base_period: '2017'\n", "    base_period: 2017年\n", "not a period of frequency A"),
        ("    due_document: 粤府〔2018〕23号\n", "", "due_document is named exactly where"),
    ],
)
def test_a_target_that_does_not_hang_together_is_told(folder: Path, old: str, new: str, said: str) -> None:
    _change(folder / PLAN, old, new)
    (fault,) = _faults(folder)
    assert fault.file == PLAN
    assert said in fault.expected


def test_a_claim_that_claims_nothing_is_told(folder: Path) -> None:
    _change(folder / SOURCE, "claim: {name: 'express*.csv'}", "claim: {}")
    (fault,) = _faults(folder)
    assert (fault.file, fault.line) == (SOURCE, _line_of(folder / SOURCE, "claim:"))
    assert "a claim needs a name or first_lines" in fault.expected


def test_all_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    _change(folder / TV, "nature: stock", "nature: stok")
    _change(folder / "areas.csv", "yuexin,true", "yuexin,maybe")
    _change(folder / SOURCE, "precedence: 10", "precedence: first")
    (folder / NBS).write_text("a: [\n", "utf-8")
    (folder / "assessment.yaml").unlink()
    faults = _faults(folder)
    assert {f.file for f in faults} == {TV, "areas.csv", SOURCE, NBS, "assessment.yaml"}
    assert len(faults) == 5


def test_the_shipped_folder_loads_and_fills_every_reference_table() -> None:
    reference = _reference()
    assert (len(reference.areas), len(reference.plans["guangdong-2018-2020"].targets)) == (391, 9)
    rows = reference.rows()
    assert set(rows) <= set(REFERENCE)
    for table, entries in rows.items():
        assert bool(entries) == (table not in (CompositeComponent, Correction, Waiver)), table
        keys = [tuple(getattr(e, k) for k in table.info.key) for e in entries]
        assert len(keys) == len(set(keys)), table


def test_no_name_of_the_shipped_areas_and_indicators_means_two_things() -> None:
    reference = _reference()
    areas = [
        (name.strip(), area.area_code)
        for area in reference.areas.values()
        for name in {area.area_code, area.zh, area.en, *(area.aliases or "").split("|")}
        if name.strip()
    ]
    indicators = [(n, i.indicator_id) for i in reference.indicators.values() for n in {i.indicator_id, i.zh, *i.names}]
    for pairs in (areas, indicators):
        assert len(dict(pairs)) == len(pairs)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[(name, "440100") for name in ("广州", "广州市", "Guangzhou", "廣州", "廣州市", "440100")],
        *[(name, "440000") for name in ("广东", "广东省", "全省", "Guangdong", "廣東")],
        *[
            ("全国", "000000"),
            ("珠三角", "44-PRD"),
            ("Tibet", "540000"),
            ("Atlantis", None),
            ("", None),
            ("广州 ", None),
        ],
    ],
)
def test_an_area_is_known_by_each_of_its_names(name: str, code: str | None) -> None:
    assert _reference().area_names.get(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("GDP", "GDP"), ("国内生产总值", "GDP"), ("地区生产总值", "GDP"), ("4K电视用户", "TV4K_USERS"), ("gdp", None)],
)
def test_an_indicator_is_known_by_each_of_its_names(name: str, code: str | None) -> None:
    assert _reference().indicator_names.get(name) == code


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "factor"),
    [("亿元", "万元", "10000"), ("元", "万元", "0.0001"), ("万亿元", "万元", "100000000"), ("件", "件", "1")],
)
def test_units_of_one_dimension_convert_exactly(from_unit: str, to_unit: str, factor: str) -> None:
    assert _reference().conversion(from_unit, to_unit) == Decimal(factor)


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "said"),
    [("亿元", "万件", "CNY"), ("%", "百分点", "percent"), ("亿园", "万元", "did you mean"), ("元", "", "units.csv")],
)
def test_other_units_do_not_convert(from_unit: str, to_unit: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        _reference().conversion(from_unit, to_unit)


def test_targets_are_in_their_indicators_units_and_growth_stays_percent() -> None:
    targets = {t.target_id: (t.target_value, t.unit) for t in _reference().targets}
    assert targets["T1"] == (Decimal(2000), "万户")
    assert targets["T2"] == (Decimal(150000000), "万元")
    assert targets["T3"] == (Decimal(15), "%")
    assert targets["T5"] == (Decimal(200000), "家")
    assert targets["T8"] == (Decimal(1000), "Mbit/s")


@pytest.mark.parametrize(
    ("indicator", "day", "basis"),
    [
        ("TEL_VOL", "2010-12-31", "constant_from_2002"),
        ("TEL_VOL", "2011-01-01", "constant_2010"),
        ("TEL_VOL", "2017-01-31", "constant_2010"),
        ("TEL_VOL", "2017-02-01", "constant_2015"),
        ("POST_VOL", "2017-02-01", "constant_2010"),
        ("TEL_VOL", "2021-01-01", "previous_year"),
        ("GDP", "2017-02-01", "none"),
    ],
)
def test_the_price_basis_changes_on_the_declared_day(indicator: str, day: str, basis: str) -> None:
    source: SourceEntry = _reference().sources["nbs_posttel_monthly"]
    assert source.price_basis_of(indicator, dt.date.fromisoformat(day)) == basis


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "units.csv").write_bytes((folder / "units.csv").read_bytes() + b"\n"),
        lambda folder: (folder / SOURCE).rename(folder / "sources" / "other.yaml"),
    ],
    ids=["a byte", "a name"],
)
def test_the_fingerprint_changes_with_any_byte_or_name(folder: Path, change: Callable[[Path], object]) -> None:
    before = Reference.load(folder).fingerprint
    assert before == _reference().fingerprint
    change(folder)
    assert Reference.load(folder).fingerprint != before


def test_a_byte_order_mark_is_no_fault(folder: Path) -> None:
    for file in ("areas.csv", SOURCE):
        (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())
    assert Reference.load(folder).areas == _reference().areas


def test_a_close_match_is_near_or_none() -> None:
    assert close_match("广洲市", ["广州市", "深圳市"]) == "广州市"
    assert close_match("x", ["广州市"]) is None
    assert close_match("x", []) is None


def test_a_part_is_measured_as_its_whole_is(folder: Path) -> None:
    _change(
        folder / "indicators/express.yaml",
        "  measure_family: parcels\n  part_of: EXP_VOL",
        "  measure_family: letters\n  part_of: EXP_VOL",
    )
    faults = _faults(folder)
    assert [f.field for f in faults] == ["EXP_LOCAL_VOL.part_of", "parcels_by_reach.parts"]
    assert {(f.found, f.expected) for f in faults} == {("letters", "parcels, the measure_family of EXP_VOL")}
