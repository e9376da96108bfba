"""Rules of comparisons alone are known for whole columns, and say what they say row by row."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, model_validator

from schemas.judge import EmptyCell, judge, reads
from schemas.judge.comparisons import comparisons_of
from schemas.judge.rules import Combinations
from schemas.judge.subset import plan_of
from tests.judged import assert_equal, csv_rows


class Row(BaseModel):
    empty_cell: ClassVar[EmptyCell] = EmptyCell.NULL

    i: int | None = None
    j: int | None = None
    f: float | None = None
    g: float | None = None
    d: Annotated[Decimal, Field(max_digits=9, decimal_places=2)] | None = None
    e: Annotated[Decimal, Field(max_digits=9, decimal_places=2)] | None = None
    s: str | None = None
    t: str | None = None
    a: dt.date | None = None
    b: dt.date | None = None
    m: dt.datetime | None = None
    n: dt.datetime | None = None


class Ordered(Row):
    @model_validator(mode="after")
    @reads("a", "b")
    def _days(self) -> Self:
        """A day and one that follows it."""
        if self.a is not None and self.b is not None and self.b < self.a:
            raise ValueError("b before a")
        return self

    @model_validator(mode="after")
    @reads("m", "n")
    def _moments(self) -> Self:
        if self.m is None or self.n is None:
            return self
        if not self.m <= self.n:
            raise ValueError("n before m")
        return self


class Chained(Row):
    @model_validator(mode="after")
    @reads("i", "j")
    def _inside(self) -> Self:
        if self.i is not None:
            if -3 < self.i <= 9 or self.i == 12:
                return self
            if self.j is None:
                raise ValueError("neither")
        return self

    @model_validator(mode="after")
    @reads("f", "g")
    def _floats(self) -> Self:
        if self.f is not None and self.g is not None and (self.f != self.g) == (self.f > 0.5):
            raise ValueError("two truths compared are the rule's own to say")
        return self


class Careless(Row):
    """It compares None, and the model answers with pydantic's own words, or lets the exception out."""

    @model_validator(mode="after")
    @reads("d", "e")
    def _decimals(self) -> Self:
        if self.d == self.e or self.d is None:
            return self
        if self.e is not None and self.d >= self.e:
            raise ValueError("d from e on")
        return self

    @model_validator(mode="after")
    @reads("s", "t")
    def _texts(self) -> Self:
        if self.s is not None and self.t is not None:
            if self.s < self.t and self.t != "zz":
                return self
            raise ValueError("not in order")
        return self

    @model_validator(mode="after")
    @reads("f", "g")
    def _not_a_number(self) -> Self:
        if self.f is not None and self.g is not None and not (self.f < self.g or self.f >= self.g or self.f != self.g):
            raise ValueError("never")
        return self


PAIRS = {
    "ij": ["", "0", "-3", "-2", "9", "10", "12", "x", "9007199254740993", "9223372036854775807"],
    "fg": ["", "0", "-0.0", "0.5", "0.51", "nan", "inf", "-inf", "1e400", "x"],
    "de": ["", "0", "-0", "1.1", "1.10", "9999999.99", "1.111", "NaN"],
    "st": ["", "a", "b", "zz", "é", "𝟙", "\uffff", "広", "a\x00b"],
    "ab": ["", "2024-02-29", "2024-03-01", "0001-01-01", "9999-12-31", "2024-02-30", "1709251200"],
    "mn": ["", "2024-02-29T00:00:00", "2024-02-29T00:00:00.001", "2024-03-01T00:00:00", "2024-02-29"],
}
CELLS = {name: cells for names, cells in PAIRS.items() for name in names}


@pytest.mark.parametrize("model", [Ordered, Chained, Careless])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_rows_are_judged_as_the_model_judges_them(model: type[BaseModel], data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.fixed_dictionaries({n: st.sampled_from(c) for n, c in CELLS.items()}), min_size=1, max_size=60)
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, list(CELLS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode()
    assert assert_equal(content, model, csv_rows(content)).by == "columns"


def _read(model: type[BaseModel]) -> list[bool]:
    plan = plan_of(model)
    return [comparisons_of(model, rule, plan.fields) is not None for rule in plan.rules]


def _calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many rows rules are called, from now on."""
    rows_each: list[int] = []
    as_ever = Combinations._called

    def counted(self: Combinations, columns: Any, rows: Any) -> Any:
        rows_each.append(len(rows))
        return as_ever(self, columns, rows)

    monkeypatch.setattr(Combinations, "_called", counted)
    return rows_each


def test_rules_of_comparisons_are_read_and_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _read(Ordered) == [True, True]
    called = _calls(monkeypatch)
    lines = [f"2024-01-{n % 28 + 1:02d},2024-01-15" for n in range(500)]
    result = judge(("a,b\n" + "\n".join(lines) + "\n").encode(), Ordered)
    assert sum(len(batch.refused) for batch in result) == sum(line[:10] > "2024-01-15" for line in lines)
    assert called == []


def test_a_comparison_of_truths_is_the_rules_own_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    called = _calls(monkeypatch)
    result = judge(b"f,g\n1,2\n3,3\n", Chained)
    assert [row.row for batch in result for row in batch.refused] == [1]
    assert called == [2]


class Spied(Ordered):
    def __getattribute__(self, name: str) -> Any:
        return super().__getattribute__(name)


def _wrapped(rule: Any) -> Any:
    def other(self: Any) -> Any:
        return rule(self)

    other.__wrapped__ = rule  # type: ignore[attr-defined]
    return reads("a", "b")(other)


class Wrapped(Row):
    @model_validator(mode="after")
    @_wrapped
    def _days(self) -> Self:
        if self.a is not None and self.b is not None and self.b < self.a:
            raise ValueError("b before a")
        return self


_MADE: dict[str, Any] = {}
_SAID = """def _days(self):
    if self.a is None or self.b is None or self.a <= self.b:
        return self
    raise ValueError
"""
exec(_SAID, _MADE)  # a rule without a file to read it from


class Sourceless(Row):
    _ordered = model_validator(mode="after")(reads("a", "b")(_MADE["_days"]))


@pytest.mark.parametrize("model", [Spied, Wrapped, Sourceless])
def test_what_is_not_proven_to_be_what_runs_is_called(model: type[BaseModel]) -> None:
    assert not any(_read(model))
    content = b"a,b\n2024-01-02,2024-01-01\n2024-01-01,2024-01-02\n,2024-01-02\n"
    assert assert_equal(content, model, csv_rows(content)).refused == 1
