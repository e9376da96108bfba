"""The judge: which models go by columns, rules over several fields, files that are no tables, places of the refused."""

import datetime as dt
import random
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PastDate,
    PrivateAttr,
    RootModel,
    ValidationInfo,
    computed_field,
    field_validator,
    model_validator,
)

from schemas import codes
from schemas.judge import EmptyCell, Untabular, judge, judging, pure, reads, rules
from schemas.rows import ValueRow
from tests.judged import assert_equal, csv_rows, small_pieces
from tests.support import ROOT, csv_text


class Span(BaseModel):
    """Two days in their order, and rules that say in different ways what they read."""

    first: dt.date
    last: dt.date
    note: str = "none"
    limit: ClassVar[int] = 30

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    @model_validator(mode="after")
    @reads("first", "last")
    def _in_order(self) -> Self:
        if self.days < 0:
            raise ValueError(f"{self.last} lies before {self.first}")
        return self

    @model_validator(mode="after")
    @reads("first", "last")
    def _short(self) -> Self:
        assert self.days <= self.limit, "too long"
        return self


def _reads_more(read: Callable[[Any], bool]) -> type[BaseModel]:
    class Lying(Span):
        @model_validator(mode="after")
        @reads("first")
        def _lies(self) -> Self:
            if read(self):
                raise ValueError("refused by what it did not declare")
            return self

    return Lying


class Cached(Span):
    @cached_property
    def month(self) -> int:
        return self.first.month

    @model_validator(mode="after")
    @reads("first")
    def _even_month(self) -> Self:
        assert self.month % 2 == 0
        return self


class Changing(Span):
    @model_validator(mode="after")
    @reads("last")
    def _moves(self) -> Self:
        self.last = self.last + dt.timedelta(1)
        return self


class Stealthy(Span):
    @model_validator(mode="after")
    @reads("last")
    def _moves(self) -> Self:
        object.__setattr__(self, "last", self.last + dt.timedelta(1))
        return self


class Replacing(Span):
    @model_validator(mode="after")
    @reads("first")
    def _replaces(self) -> Self:
        return self.model_copy(update={"note": "another"})


UNDECLARED: list[Callable[[Any], bool]] = [
    lambda row: row.note == "b",
    lambda row: getattr(row, "note", "none") == "b",
    lambda row: row.model_dump()["note"] == "b",
    lambda row: vars(row).get("note") == "b",
    lambda row: "'b'" in repr(row),
    lambda row: dict(row).get("note") == "b",
    lambda row: "note" in row.model_fields_set,
    lambda row: "b" in row.model_dump_json(),
    lambda row: row == Span(first=dt.date(2024, 1, 1), last=dt.date(2024, 1, 2), note="b"),
]


def _spans(seed: int = 1, rows: int = 400) -> bytes:
    chance = random.Random(seed)
    days = [(dt.date(2024, 1, 1) + dt.timedelta(chance.randrange(60))).isoformat() for _ in range(40)] + ["x", ""]
    lines = [f"{chance.choice(days)},{chance.choice(days)},{chance.choice('abc')}" for _ in range(rows)]
    return ("first,last,note\n" + "\n".join(lines) + "\n").encode()


@pytest.mark.parametrize("few", [0, 4096])
@pytest.mark.parametrize("model", [Span, Cached, Changing, Stealthy, Replacing, *map(_reads_more, UNDECLARED)])
def test_a_rule_over_several_fields_is_kept_and_broken_as_in_the_model(model: type[BaseModel], few: int) -> None:
    content = _spans()
    with small_pieces(1000, few):
        result = assert_equal(content, model, csv_rows(content))
    assert (result.by, result.why) == ("columns", "")
    assert result.refused > 0


@pytest.mark.parametrize(("most", "once"), [(0, False), (60, False), (1 << 20, True)])
def test_equal_combinations_are_asked_about_once_as_long_as_they_are_remembered(
    monkeypatch: pytest.MonkeyPatch, most: int, once: bool
) -> None:
    asked: Counter[tuple[str, str]] = Counter()

    class Told(BaseModel):
        a: str
        b: str

        @model_validator(mode="after")
        @reads("a", "b")
        def _differ(self) -> Self:
            asked[self.a, self.b] += 1
            if self.a[-1:] == self.b[-1:]:
                raise ValueError("they end alike")
            return self

    chance = random.Random(3)
    rows = [[f"甲{chance.randrange(30)}", f"{chance.randrange(30)}"] for _ in range(3000)]
    content = ("a,b\n" + "\n".join(map(",".join, rows)) + "\n").encode()
    monkeypatch.setattr(rules, "_MOST_KEPT", most)
    monkeypatch.setattr(judging, "cpu_count", lambda: 1)
    with small_pieces(2000, 4096):
        batches = list(judge(content, Told))
    kept = {(a, b) for a, b in rows if a[-1] != b[-1]}
    assert len(batches) > 5 and kept < set(asked)
    assert (max(asked[pair] for pair in kept) == 2) is once, "each time two objects are asked"
    with small_pieces(2000, 4096):
        assert_equal(content, Told, csv_rows(content))


@pytest.mark.parametrize("looks", ["type(self) is P", "self.__class__ == P", "type(self).__name__ == P.__name__"])
def test_a_rule_that_looks_at_the_class_sees_the_model_s_own(looks: str) -> None:
    said: dict[str, Any] = {"BaseModel": BaseModel, "model_validator": model_validator, "reads": reads}
    lines = [
        "class P(BaseModel):",
        "    a: int",
        "    @model_validator(mode='after')",
        "    @reads('a')",
        "    def _one(self):",
        f"        if {looks} and self.a == 1:",
        "            raise ValueError('one')",
        "        return self",
    ]
    exec("\n".join(lines), said)
    content = b"a\n1\n2\n1\n"
    result = assert_equal(content, said["P"], csv_rows(content))
    assert (result.by, result.accepted, result.refused) == ("columns", 1, 2)


def test_a_rule_may_not_declare_what_is_no_field() -> None:
    class Wrong(BaseModel):
        a: int

        @model_validator(mode="after")
        @reads("a", "b")
        def _rule(self) -> Self:
            return self

    with pytest.raises(TypeError, match="'b'"):
        judge(b"a\n1\n", Wrong)


def test_a_rule_sees_the_value_that_pydantic_gives_not_the_column_s() -> None:
    class Exact(BaseModel):
        value: Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
        places: int

        @model_validator(mode="after")
        @reads("value", "places")
        def _as_written(self) -> Self:
            if -int(self.value.as_tuple().exponent) != self.places:
                raise ValueError("other places")
            return self

    content = b"value,places\n1.50,2\n1.50,4\n1.5,1\n2,0\n2.0000,4\n0.10,2\n"
    for few in (0, 4096):
        with small_pieces(1000, few):
            assert assert_equal(content, Exact, csv_rows(content)).refused == 1


calls: list[str] = []


def _third(value: str) -> str:
    calls.append(value)
    if len(calls) % 3 == 0:
        raise ValueError("every third")
    return value


class Other(BaseModel):
    a: int


class Stateful(BaseModel):
    a: Annotated[str, AfterValidator(_third)]


class Undeclared(BaseModel):
    a: int

    @model_validator(mode="after")
    def _rule(self) -> Self:
        return self


class Informed(BaseModel):
    a: str
    b: str

    @field_validator("b")
    @pure
    @classmethod
    def _as_a(cls, value: str, info: ValidationInfo) -> str:
        assert value == info.data.get("a")
        return value


class Before(BaseModel):
    a: int

    @model_validator(mode="before")
    @classmethod
    def _rule(cls, data: Any) -> Any:
        return data


class Private(BaseModel):
    a: int
    _seen: int = PrivateAttr(0)


class Post(BaseModel):
    a: int

    def model_post_init(self, _: Any) -> None:
        self.a += 1


class Own(BaseModel):
    a: int

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)


class Validating(BaseModel):
    a: int

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Self:
        return super().model_validate(obj)


class Made(BaseModel):
    a: int
    b: str = Field(default_factory=lambda: uuid.uuid4().hex[:0])


class Choices(BaseModel):
    a: Annotated[int, Field(validation_alias=AliasChoices("a", "b"))]


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_name=True)
    a: Annotated[int, Field(alias="b")]


class Allowing(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Past(BaseModel):
    a: PastDate


class Mixed(BaseModel):
    a: int | str


class Nested(BaseModel):
    a: list[int] | None = None
    b: Other | None = None


class Root(RootModel[dict[str, int]]):
    pass


OUTSIDE = [
    (Stateful, "does not declare itself pure"),
    (Undeclared, "does not declare which fields it reads"),
    (Informed, "does not declare itself pure"),
    (Before, "before its fields"),
    (Private, "private attributes"),
    (Post, "model_post_init"),
    (Own, "__init__"),
    (Validating, "model_validate of its own"),
    (Made, "made by a function"),
    (Choices, "more than one column"),
    (ByName, "more than one column"),
    (Allowing, "allows columns"),
    (Past, "clock"),
    (Mixed, "no scalar"),
    (Nested, "no scalar"),
    (Root, "root"),
]


@pytest.mark.parametrize(("model", "why"), OUTSIDE, ids=[m.__name__ for m, _ in OUTSIDE])
def test_a_model_outside_the_subset_is_judged_row_by_row_and_says_why(model: type[BaseModel], why: str) -> None:
    cells = [f"{i % 5 or 'x'},{i % 3}" for i in range(50)]
    content = ("a,b\n" + "\n".join(cells) + "\n2024-01-01,2024-01-01\n").encode()
    result = judge(content, model)
    assert result.by == "rows"
    assert why in result.why
    calls.clear()
    accepted = [(n, r) for b in result for n, r in zip(b.rows.tolist(), b.accepted.to_pylist(), strict=True)]
    refused = set(range(1, 52)) - {n for n, _ in accepted}
    calls.clear()
    expected = set()
    for number, (_, row) in enumerate(csv_rows(content), 1):
        try:
            model.model_validate(row)
        except ValueError:
            expected.add(number)
    assert refused == expected
    assert result.refused == len(expected)


def test_declared_validators_of_fields_stay_by_columns() -> None:
    class Declared(BaseModel):
        model_config = ConfigDict(frozen=True)
        a: int
        b: Literal["x", "y"] = "x"

        @field_validator("a", mode="before")
        @classmethod
        @pure
        def _without_unit(cls, value: str) -> str:
            return value.removesuffix("件")

        @field_validator("a")
        @pure
        @classmethod
        def _even(cls, value: int) -> int:
            assert value % 2 == 0
            return value

        @computed_field  # type: ignore[prop-decorator]
        @property
        def double(self) -> int:
            return 2 * self.a

    content = "a,b\n2件,x\n3件,x\n4,z\n5,\n".encode()
    result = assert_equal(content, Declared, csv_rows(content))
    assert result.by == "columns"
    assert result.schema.names == ["a", "b"]
    assert result.rules == {"a.assertion_error": 2, "b.literal_error": 2}


@pytest.mark.parametrize(
    ("meaning", "accepted"),
    [(EmptyCell.TEXT, [1]), (EmptyCell.NULL, [1, 3]), (EmptyCell.ABSENT, [1, 2, 3])],
)
def test_the_model_states_what_an_empty_cell_means(meaning: EmptyCell, accepted: list[int]) -> None:
    class Stated(BaseModel):
        empty_cell: ClassVar[EmptyCell] = meaning
        a: int = 7
        b: int | None = 3

    content = b'a,b\n1,2\n,2\n1,""\n'
    assert_equal(content, Stated, csv_rows(content))
    assert [n for b in judge(content, Stated) for n in b.rows.tolist()] == accepted


@pytest.mark.parametrize("meaning", list(EmptyCell))
def test_an_empty_cell_under_an_unknown_heading_is_there_unless_the_model_says_absent(meaning: EmptyCell) -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        empty_cell: ClassVar[EmptyCell] = meaning
        a: int

    content = b"a,added\n1,\n2,x\n"
    result = assert_equal(content, Closed, csv_rows(content))
    assert (result.by, result.refused) == ("columns", 1 if meaning is EmptyCell.ABSENT else 2)


def test_an_unknown_meaning_of_empty_cells_is_an_error() -> None:
    class Wrong(BaseModel):
        empty_cell: ClassVar[str] = "nothing"
        a: int

    with pytest.raises(TypeError, match="EmptyCell"):
        judge(b"a\n1\n", Wrong)


class Pair(BaseModel):
    a: str
    b: str


TABLES = {
    "plain": b"a,b\n1,2\n",
    "no line end": b"a,b\n1,2",
    "mark": b"\xef\xbb\xbfa,b\n1,2\n",
    "quoted header": b'"a","b"\r\n"1","2"\r\n',
    "blank lines": b"\n\na,b\n\n1,2\n\r\n\n3,4\n\n",
    "line breaks in cells": b'a,b\n"1\n\n",2\nx\n"3\r\n4","5"\n1,2,3\n',
    "line break in the header": b'"b",a\n"\n",2\nx\n',
    "escaped quotes": b'a,b\n"""1""","a""b"\n"""",""\nx\n',
    "a quote inside a cell": b'a,b\n5" pipe,2\nx\n3,"4\n"\ny\n',
    "a lone carriage return": b"a,b\r1,2\r3\r4,5\r\n",
    "carriage returns in cells": b'a,b\n"1\r2",3\nx\n',
    "nul": b"a,b\n\x00,2\nx\n",
    "header alone": b"a,b\n",
    "header without line end": b"a,b",
    "separators that are no line ends": "a,b\n1\u2028,2\x85\x0b\nx\n".encode(),
    "a mark inside": "a,b\n\ufeff1,2\n\ufeff,2\nx\n".encode(),
    "ragged": b'a,b\n1\n1,2,3\n,\n1,2\n"1,2"\n',
}


@pytest.mark.parametrize("size", [4, 7, 1 << 20])
@pytest.mark.parametrize("name", TABLES)
def test_csv_means_what_pythons_reader_means_by_it(name: str, size: int) -> None:
    with small_pieces(size, 4096):
        assert_equal(TABLES[name], Pair, csv_rows(TABLES[name]))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no header"),
        (b"\n\r\n", "no header"),
        (b"a,b,a\n1,2,3\n", r"twice in the header: \['a'\]"),
        (b'a,b\n"1,2\n', "from line 2 on it is no whole CSV"),
        (b'a,b\n"1\n2",3\n"x,y\n', "from line 4 on it is no whole CSV"),
        (b'a,b\n"1"x,2\n', "no whole CSV"),
        ("a,b\n广,东\n".encode("gb18030"), "UTF-8"),
        ("a,b,c\n1,2,广\n".encode("gb18030"), "UTF-8"),
        ("广,b\n1,2\n".encode("gb18030"), "UTF-8"),
        ('a,b\n"1"" x",广\n5" ,2\n'.encode("gb18030"), "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(content: bytes, why: str) -> None:
    with pytest.raises(Untabular, match=why):
        list(judge(content, Pair))


def test_an_input_of_no_known_kind_is_an_error() -> None:
    with pytest.raises(TypeError, match="no Arrow stream"):
        judge(5, Pair)
    with pytest.raises(Untabular, match="twice"):
        judge(pa.table([pa.array(["1"]), pa.array(["2"])], ["a", "a"]), Pair)


def test_one_table_in_every_form_gets_one_verdict(tmp_path: Path) -> None:
    class Typed(BaseModel):
        a: Annotated[int, Field(ge=0)]
        b: dt.date

    table = pa.table({"a": [1, -1, None, 3], "b": [dt.date(2024, 1, i) for i in range(1, 5)]})
    pq.write_table(table, tmp_path / "table.any")
    (tmp_path / "table.csv").write_text("a,b\n1,2024-01-01\n-1,2024-01-02\n,2024-01-03\n3,2024-01-04\n")
    forms = {
        "arrow": table,
        "reader": table.to_reader(),
        "batch": table.to_batches()[0],
        "parquet": tmp_path / "table.any",
        "parquet bytes": (tmp_path / "table.any").read_bytes(),
        "csv": str(tmp_path / "table.csv"),
        "duckdb": duckdb.connect().from_arrow(table),
    }
    for name, form in forms.items():
        result = judge(form, Typed)
        (batch,) = result
        assert (name, batch.accepted.to_pylist()) == (name, [table.to_pylist()[i] for i in (0, 3)])
        assert (
            batch.accepted.schema
            == result.schema
            == pa.schema([pa.field("a", pa.int64(), False), pa.field("b", pa.date32(), False)])
        )
        assert [r.row for r in batch.refused] == [2, 3]
        assert [r.line for r in batch.refused] == ([3, 4] if name == "csv" else [None, None])
        assert batch.refused[0].reasons[0].message == "Input should be greater than or equal to 0"


def test_a_model_without_fields_takes_every_row() -> None:
    class Nothing(BaseModel):
        pass

    content = b"a,b\n1,2\n3\n"
    assert assert_equal(content, Nothing, csv_rows(content)).refused == 1


def test_a_validator_that_forgets_to_return_the_row_is_believed_as_pydantic_believes_it() -> None:
    class Forgetful(BaseModel):
        a: int

        @model_validator(mode="after")
        @reads("a")
        def _forgets(self) -> Any:
            return None

    (batch,) = judge(b"a\n1\nx\n", Forgetful)
    assert batch.objects == ((1, Forgetful.model_validate({"a": 1})),)
    assert [r.row for r in batch.refused] == [2]


def test_zero_and_minus_zero_are_two_cells() -> None:
    @pure
    def signed(value: Decimal) -> Decimal:
        if value.is_signed():
            raise ValueError("signed")
        return value

    class Unsigned(BaseModel):
        a: Annotated[Decimal, AfterValidator(signed)]

    table = pa.table({"a": [0.0, -0.0, 0.0, 1.5, -1.5, -0.0]})
    assert assert_equal(table, Unsigned, [(None, row) for row in table.to_pylist()]).refused == 3


def test_a_column_that_arrow_cannot_compare_is_put_to_pydantic() -> None:
    table = pa.table({"a": pa.array([Decimal("1.00"), Decimal("1.50"), None], pa.decimal64(10, 2))})
    assert_equal(table, Other, [(None, row) for row in table.to_pylist()])


def test_rows_come_back_as_objects_with_their_numbers() -> None:
    result = judge([{"a": "1", "b": "2"}, {"a": "1"}], Pair)
    (batch,) = result
    assert batch.objects == ((1, Pair(a="1", b="2")),)
    assert [(r.row, r.reasons[0].rule, r.reasons[0].field) for r in batch.refused] == [(2, "b.missing", "b")]
    assert (result.by, result.rows, result.accepted, result.refused) == ("rows", 2, 1, 1)


def test_of_an_iterator_no_more_rows_are_taken_than_make_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_ROWS_AT_ONCE", 2)
    taken = 0

    def given() -> Iterator[dict[str, str]]:
        nonlocal taken
        for b in ["2", "", "3", "x", "5"]:
            taken += 1
            yield {"a": "1", "b": b} if b else {"a": "1"}

    result = judge(given(), Pair)
    numbers = []
    for n, batch in enumerate(result, 1):
        assert taken == min(2 * n, 5)
        numbers.append(([number for number, _ in batch.objects], [r.row for r in batch.refused]))
    assert numbers == [([1], [2]), ([3, 4], []), ([5], [])]
    assert (result.rows, result.accepted, result.refused) == (5, 4, 1)
    assert list(judge(iter([]), Pair)) == []


def test_a_value_without_a_place_in_its_column_is_accepted_as_an_object() -> None:
    class Loose(BaseModel):
        number: int
        at: dt.datetime

    beyond = "9" * 30
    content = f"number,at\n1,2024-01-31T10:00:00\n{beyond},2024-01-31\n2,2024-01-31T23:00:00-05:00\n".encode()
    (batch,) = judge(content, Loose)
    assert batch.accepted.num_rows == 1
    assert [n for n, _ in batch.objects] == [2, 3]
    assert batch.objects[0][1].number == int(beyond)
    assert batch.objects[1][1].at.isoformat() == "2024-01-31T23:00:00-05:00"


def test_a_refusal_holds_the_whole_text_and_shows_its_beginning() -> None:
    content = ("a\n" + "x" * 1000 + "\n").encode()
    (batch,) = judge(content, Other)
    (reason,) = batch.refused[0].reasons
    assert reason.found == "x" * 1000
    assert len(reason.zh) < 400
    assert len(reason.en) < 400


def test_validators_see_the_callers_decimal_context() -> None:
    @pure
    def third(value: Decimal) -> Decimal:
        return value / 3

    class Third(BaseModel):
        a: Annotated[Decimal, AfterValidator(third)]

    content = b"a\n" + b"\n".join(str(i).encode() for i in range(200)) + b"\n"
    with localcontext() as context, small_pieces(100, 0):
        context.prec = 3
        assert_equal(content, Third, csv_rows(content))


def test_shipped_figures_are_judged_by_columns_as_row_by_row() -> None:
    assert judge(b"value\n1\n", ValueRow).by == "columns"
    for file in sorted((ROOT / "data" / "figures").rglob("*.csv")):
        content = file.read_bytes()
        if content.startswith(b"indicator_id,"):
            assert_equal(content, ValueRow, csv_rows(content))


def test_values_missing_with_their_status_are_judged_by_columns_as_row_by_row() -> None:
    said = [(value, status.value) for value in ("", "1", "1.0", "x") for status in codes.ObsStatus]
    content = csv_text([{"value": value, "obs_status": status} for value, status in said]).encode()
    result = assert_equal(content, ValueRow, csv_rows(content))
    assert result.by == "columns"
    missing = sum(status.is_missing for status in codes.ObsStatus)
    assert result.rules["row.value_and_status"] == len(codes.ObsStatus) - missing + 2 * missing


def test_rows_are_judged_without_arrow_and_columns_without_pandas() -> None:
    code = (
        "import sys; from pydantic import BaseModel\n"
        "from schemas.judge import judge\n"
        "M = type('M', (BaseModel,), {'__annotations__': {'a': int}})\n"
        "list(judge([{'a': '1'}], M)); assert 'pyarrow' not in sys.modules\n"
        "list(judge(b'a\\n1\\n', M)); assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
