"""Tables from models: DDL, nullability, comments, codes; and what every table of the registry must have."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

import duckdb
import pytest

from schemas import registry
from schemas.checks import CheckResult, Explanation
from schemas.codes import CODE_LISTS, Basis, Frequency
from schemas.columns import Column, Count, Quantity, Ratio, Table, TableInfo
from schemas.corrections import Waiver
from schemas.reference import Break, DeclaredPriceBasis, JanFebSpan
from schemas.tables import CodeEntry, DictionaryEntry, Version

TABLES = [*registry.REFERENCE, *registry.TAKEN, *registry.COMPUTED]


class _Sample(Table):
    info: ClassVar[TableInfo] = TableInfo("sample", "样表：一行一例", "it's a sample", ("word",))
    word: Annotated[str, Column("词：任意", "any word; it's 'free'")]
    number: Annotated[int | None, Column("数", "number")]
    count: Annotated[Count, Column("计数", "count")]
    share: Annotated[float, Column("份额", "share")]
    yes: Annotated[bool, Column("是否", "whether")]
    day: Annotated[dt.date | None, Column("日", "day")] = None
    moment: Annotated[dt.datetime, Column("时刻", "moment")]
    value: Annotated[Quantity | None, Column("值", "value")]
    ratio: Annotated[Ratio, Column("比", "ratio")]
    code: Annotated[Basis | None, Column("口径", "basis")]
    either: Annotated[Literal["a", "b"], Column("甲乙", "a or b")]
    part: Annotated[Literal[Frequency.A, Frequency.M] | None, Column("频率", "frequency")]


def test_the_ddl_gives_each_field_its_sql_type_and_nullability() -> None:
    assert _Sample.ddl() == (
        "CREATE OR REPLACE TABLE sample (word VARCHAR NOT NULL, number BIGINT, count BIGINT NOT NULL, "
        "share DOUBLE NOT NULL, yes BOOLEAN NOT NULL, day DATE, moment TIMESTAMP NOT NULL, value DECIMAL(18,4), "
        "ratio DECIMAL(18,6) NOT NULL, code VARCHAR, either VARCHAR NOT NULL, part VARCHAR)"
    )
    assert _Sample.ddl("main.other").startswith("CREATE OR REPLACE TABLE main.other (word")


def test_the_allowed_codes_are_those_of_the_list_or_the_literal() -> None:
    allowed = {c.name: c.allowed for c in _Sample.columns() if c.allowed}
    assert allowed == {"code": ("period", "cumulative", "end"), "either": ("a", "b"), "part": ("A", "M")}


def test_comments_and_the_chinese_view_hold_in_duckdb() -> None:
    with duckdb.connect() as connection:
        connection.execute(_Sample.ddl())
        for statement in _Sample.comments():
            connection.execute(statement)
        connection.execute("CREATE SCHEMA zh")
        connection.execute(_Sample.zh_view())
        said = connection.execute("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'sample'")
        comments = dict(said.fetchall())
        assert connection.execute("SELECT comment FROM duckdb_tables()").fetchall() == [
            ("样表：一行一例 | it's a sample",)
        ]
        view = [row[0] for row in connection.execute('DESCRIBE zh."样表"').fetchall()]
    assert comments["word"] == "词：任意 | any word; it's 'free'"
    assert all(comments.values())
    assert view[:3] == ["词", "数", "计数"]


def _bare() -> type[Table]:
    class Bare(Table):
        info: ClassVar[TableInfo] = TableInfo("bare", "裸", "bare", ())
        word: str

    return Bare


def _no_digits() -> type[Table]:
    class NoDigits(Table):
        info: ClassVar[TableInfo] = TableInfo("no_digits", "无", "none", ())
        value: Annotated[Decimal, Column("值", "value")]

    return NoDigits


def _no_digits_or_none() -> type[Table]:
    class NoDigitsOrNone(Table):
        info: ClassVar[TableInfo] = TableInfo("no_digits", "无", "none", ())
        value: Annotated[Decimal | None, Column("值", "value")]

    return NoDigitsOrNone


def _no_sql_type() -> type[Table]:
    class NoSqlType(Table):
        info: ClassVar[TableInfo] = TableInfo("no_type", "无", "none", ())
        values: Annotated[list[str], Column("值", "values")]

    return NoSqlType


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_bare, r"Bare\.word carries no Column"),
        (_no_digits, r"NoDigits\.value: a Decimal needs max_digits"),
        (_no_digits_or_none, r"NoDigitsOrNone\.value: a Decimal needs max_digits"),
        (_no_sql_type, r"NoSqlType\.values: no SQL type is declared for list\[str\]"),
    ],
)
def test_a_field_that_no_column_can_be_made_of_is_a_type_error(make: Callable[[], type[Table]], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        make().ddl()


@pytest.mark.parametrize("change", [{"either": "c"}, {"count": -1}, {"value": "1.00001"}, {"word": None}, {"more": 1}])
def test_a_row_that_its_table_could_not_hold_is_refused(change: dict[str, Any]) -> None:
    row: dict[str, Any] = {"word": "x", "number": None, "count": 0, "share": 0.5, "yes": True, "value": None}
    row |= {"moment": dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "ratio": 1, "code": "end", "either": "a", "part": None}
    _Sample.model_validate(row)
    with pytest.raises(ValueError, match="1 validation error"):
        _Sample.model_validate(row | change)


@pytest.mark.parametrize("table", [*TABLES, CodeEntry, DictionaryEntry], ids=lambda t: t.__name__)
def test_every_table_can_be_made_and_named_in_both_languages(table: type[Table]) -> None:
    names = [c.name for c in table.columns()]
    chinese = [c.column.zh_name for c in table.columns()]
    assert len(set(chinese)) == len(chinese), "two columns of its Chinese view would bear one name"
    assert table.info.key
    assert set(table.info.key) <= set(names)
    assert len(set(table.info.key)) == len(table.info.key)
    may_be_null = {
        DeclaredPriceBasis: {"period_from"},
        Break: {"area_code"},
        JanFebSpan: {"source_id"},
        Explanation: {"indicator_id", "area_code"},
        CheckResult: {"series_id", "period"},
        Version: {"correction_id"},
        Waiver: {"indicator_id", "area_code"},
    }.get(table, set())
    assert {c.name for c in table.columns() if c.nullable and c.name in table.info.key} == may_be_null
    for text in (table.info.zh, table.info.en, *(t for c in table.columns() for t in (c.column.zh, c.column.en))):
        assert text.strip() == text != ""
    assert table.info.en.isascii() or "×" in table.info.en
    with duckdb.connect() as connection:
        for statement in (table.ddl(), *table.comments(), "CREATE SCHEMA zh", table.zh_view()):
            connection.execute(statement)


def test_every_table_of_the_registry_has_its_own_name_in_both_languages() -> None:
    tables = [*TABLES, *(t for t in registry.PUBLISHED if t not in TABLES)]
    assert len(set(tables)) == len(tables)
    assert len({t.info.name for t in tables}) == len(tables)
    assert len({t.info.zh_name for t in tables}) == len(tables)
    assert {t.info.name: t for t in tables} == registry.BY_NAME


def test_the_code_table_holds_every_code_once_with_both_meanings() -> None:
    rows = [row for row in registry.code_rows() if isinstance(row, CodeEntry)]
    assert len({(r.list_name, r.code) for r in rows}) == len(rows) == sum(len(codes) for codes in CODE_LISTS)
    assert all(r.zh and r.en for r in rows)
    assert ("Basis", "end", "期末") in {(r.list_name, r.code, r.zh) for r in rows}


def test_every_code_list_in_a_column_is_in_the_code_table() -> None:
    known = {tuple(member.value for member in codes) for codes in CODE_LISTS}
    shorter = {c.allowed for t in TABLES for c in t.columns() if c.allowed} - known
    every_code = {member.value for codes in CODE_LISTS for member in codes}
    assert {a for a in shorter if not set(a) <= every_code} == {
        ("nation", "region", "province", "prefecture", "sar"),
        ("2011", "2017"),
        ("target", "indicator", "evidence"),
    }


def test_the_dictionary_tells_every_published_table_and_column() -> None:
    rows = [row for row in registry.dictionary_rows() if isinstance(row, DictionaryEntry)]
    told = [(r.table_name, r.column_name) for r in rows]
    meant = [(t.info.name, name) for t in registry.PUBLISHED for name in ("", *(c.name for c in t.columns()))]
    assert told == meant
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("code", ["", "a", "AA", "年"])
def test_a_code_that_is_not_in_its_list_is_a_value_error(code: str) -> None:
    assert Frequency.of("A") is Frequency.A
    with pytest.raises(ValueError, match="not in the code list Frequency"):
        Frequency.of(code)
