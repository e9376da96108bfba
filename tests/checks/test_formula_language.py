"""The language of audit formulas: what is refused and how that is told, its print, and SQL against plain Python."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import audit_language as language
from schemas.audit_language import (
    Absolute,
    Cell,
    Comparison,
    Expression,
    Formula,
    FormulaFault,
    Negative,
    Number,
    Operation,
)
from schemas.reference_data import Reference
from schemas.reference_files import Fault, ReferenceFaults
from tests.checks.formula_tables import Row, bound, outcomes, row, shipped_reference, tables
from tests.support import ROOT

FORM = "forms/infrastructure.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "data" / "reference", tmp_path / "reference")


def _fault(folder: Path, old: str, new: str, file: str = FORM) -> tuple[Fault, int]:
    """The one fault after a change in a form, and the line of the change."""
    path = folder / file
    text = path.read_text("utf-8")
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(folder)
    (fault,) = refused.value.faults
    return fault, line


def test_a_wrong_formula_is_told_with_file_line_column_and_caret(folder: Path) -> None:
    fault, line = _fault(folder, "text: 06行<=05行", "text: 06行<=50行")
    assert str(fault) == (
        f"{FORM}:{line}: formulas.1.text: found '50行' at column 6; expected a row of 表1: 01行…14行; "
        "did you mean '10行'?\n      06行<=50行\n        　  ^"
    )


WRONG: dict[str, tuple[str, int, str, str, str | None]] = {
    "nothing on the right": ("05行>=", 6, "the end", "a row like 01行", None),
    "two rows side by side": ("05行 06行", 5, "'06行'", "≥ ≤ = > <", None),
    "a sign too many": ("05行＞＝＝06行", 6, "'='", "a row like 01行", None),
    "a sign of no formula": ("05行>=06行&", 9, "'&'", "±0.05", None),
    "a parenthesis that closes nothing": ("05行>=06行)", 9, "')'", "the end", None),
    "a condition without its end": ("当05行>0 05行>=06行", 8, "'05行'", "≥ ≤ = > <", None),
    "no such month": ("期末>=0（13月除外）", 7, "'13月除外'", "months from 1 to 12", None),
    "no such column": ("期未>=0", 1, "'期未'", "a column", "期末"),
    "a column of words": ("情况说明>=0", 1, "'情况说明'", "a column of numbers", None),
    "a column that stocks have not": ("05行.本月>=06行.本月", 1, "'本月' of a stock (存量)", "期末", None),
    "no such form": ("05行>=表7.01行", 6, "'表7'", "表1, 表2, 表3, 表4", None),
    "no such row of another form": ("05行>=表3.91行", 6, "'91行'", "a row of 表3", "18行"),
    "no such row before the colon": ("15行：期末>=0", 1, "'15行'", "a row of 表1", "14"),
    "a stock beside a flow": ("05行>=表2.03行", 6, "流量 flow in 万元", "one unit and one nature", None),
    "other units": ("05行>=13行", 6, "存量 stock in 座 beside 存量 stock in 万户", "one unit and one nature", None),
    "other units, added": ("05行>=06行+13行", 10, "存量 stock in 座", "one unit and one nature", None),
    "stock and flow, added": ("期末=上期末+累计", 8, "流量 flow", "one unit and one nature", None),
    "a share beside what it is a share of": ("05行>=10行", 6, "a ratio beside 存量 stock in 万户", "one unit", None),
    "users times users": ("05行*06行>=0", 5, "存量 stock in 万户 times", "a number or a ratio", None),
    "other units, divided": ("05行/13行<=1", 5, "divided by", "one unit and one nature", None),
    "rows in one cell alone": ("05行.期末>=期末", 9, "a cell without its row", "a row in every cell, or in none", None),
    "columns in one cell alone": ("05行.期末>=06行", 9, "a cell without its column", "a column in every cell", None),
    "rows twice": ("05行：05行>=06行", 1, "rows before the colon", "one of the two places", None),
    "areas beside columns": ("全省>=期末", 5, "areas beside rows or columns", "areas", None),
    "cities of what is not additive": (
        "10行：全省=Σ21市",
        1,
        "'10行' 光纤接入用户占固定宽带用户比重",
        "additive",
        None,
    ),
    "columns that the rows have not": (
        "05行：累计>=0",
        1,
        "'05行' 固定互联网宽带接入用户 (存量",
        "rows that have",
        None,
    ),
    "no value of the period itself": ("上期末>=0", 1, "'上期末>=0'", "the form's own period", None),
    "too deep": ("|01行*|02行/03行||>=0", 2, "three deep", "at most two inside one another", None),
    "numbers alone": ("1>=0", 1, "numbers alone", "at least one row or column", None),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_refused(case: str) -> None:
    text, at, found, expected, close = WRONG[case]
    with pytest.raises(FormulaFault) as refused:
        bound(text, form=shipped_reference().forms["form_1"])
    fault = refused.value
    assert fault.at == at
    assert found in fault.found
    assert expected in fault.expected
    assert fault.close == close


@pytest.mark.parametrize(
    ("old", "new", "found", "expected"),
    [
        ("indicator_id: MOB_BS,", "indicator_id: MOB_SB,", "'MOB_SB'", "an indicator"),
        ("MOB_BS, unit: 座", "MOB_BS, unit: 万座", "'万座'", "'座', the unit of MOB_BS"),
        ("MOB_BS, unit: 座", "MOB_BS, unit: 座, definition_id: mine", "'mine'", "a definition of MOB_BS"),
        ("code: '13'", "code: '12'", "{", "codes repeat: 12"),
        ("formula_id: fibre\n", "formula_id: growth\n", "{", "formula ids repeat: growth"),
        ("number: 1\n", "number: 2\n", "2", "one form"),
        ("kind: must", "kind: 强制性", "'强制性'", "must"),
        ("valid_until: null", "valid_until: 2030-12-31", "{", "a form without approval number"),
    ],
)
def test_a_wrong_form_is_refused(folder: Path, old: str, new: str, found: str, expected: str) -> None:
    path = folder / FORM
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(folder)
    assert any(found in f.found and expected in f.expected for f in refused.value.faults), str(refused.value)


def test_no_form_is_said_to_be_approved() -> None:
    for form in shipped_reference().forms.values():
        assert form.approval_number is None
        assert form.valid_until is None
        assert form.notice is not None
        assert form.notice[0] == "样表 未经批准不得用于统计调查"


def test_the_gloss_names_rows_columns_and_notes() -> None:
    formula = bound(
        "01行—02行：当累计>0时，本月=累计-上月累计（1—2月合并除外，12月除外，同一版本，±0.5）",
        "EXP_VOL",
        "EXP_LOCAL_VOL",
    )
    assert formula.zh == "01行—02行：当累计>0时，本月=累计−上月累计（±0.5，12月除外，1—2月合并除外，同一版本）"
    assert formula.en == (
        "rows 01 to 02: where January to the month > 0: the month = January to the month − January to the month before "
        "(±0.5; not in month 12; not where January and February are surveyed as one; within one release)"
    )


NUMBERS = st.decimals(0, 10**6, places=2, allow_nan=False).map(abs)
CELLS = st.one_of(
    st.builds(Cell, st.none() | st.integers(1, 20), st.sampled_from(["01", "02", "103"]), st.none() | st.just("累计")),
    st.builds(Cell, word=st.sampled_from(["累计", "1—本月", "上年同期累计", "全省"])),
    st.builds(Cell, cities=st.integers(1, 99)),
)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    st.builds(Number, NUMBERS, st.booleans()) | CELLS,
    lambda inner: (
        st.builds(Negative, inner)
        | st.builds(Absolute, inner)
        | st.builds(Operation, st.sampled_from(["+", "-", "*", "/"]), inner, inner)
    ),
    max_leaves=8,
)
SIGNS: st.SearchStrategy[language.Sign] = st.sampled_from([">=", "<=", ">", "<", "="])


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    signs = draw(st.lists(SIGNS, min_size=1, max_size=3))
    sides = draw(st.lists(EXPRESSIONS, min_size=len(signs) + 1, max_size=len(signs) + 1))
    return Comparison(tuple(sides), tuple(signs))


MONTHS = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(lambda span: (min(span), max(span)))
FORMULAS = st.builds(
    Formula,
    comparisons(),
    st.lists(st.tuples(st.sampled_from(["01", "02"]), st.sampled_from(["02", "03"])), max_size=2).map(tuple),
    st.none() | comparisons(),
    st.none() | NUMBERS,
    st.lists(MONTHS, max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
)


@given(FORMULAS)
def test_what_is_printed_is_parsed_again(formula: Formula) -> None:
    printed = language.print_formula(formula)
    assert language.parse(printed) == formula
    half_width = printed.translate(str.maketrans("−×÷（），：≥≤", "-*/(),:≥≤")).replace("≥", ">=").replace("≤", "<=")
    assert language.parse(half_width) == formula


@dataclass(frozen=True)
class Value:
    """A value as plain Python holds it: its published number, its ends (None: open)."""

    number: Fraction
    low: Fraction | None
    high: Fraction | None


def plain(expression: Expression, value_of: Callable[[Cell], Value]) -> Value | None:
    """An expression's value by the definition of its ends; None where it divides by nothing."""
    match expression:
        case Number():
            number = Fraction(expression.value)
            return Value(number, number, number)
        case Cell():
            return value_of(expression)
        case Negative(of) | Absolute(of):
            inner = plain(of, value_of)
            return inner and (_negative(inner) if isinstance(expression, Negative) else _absolute(inner))
        case Operation():
            return _plain_operation(expression, value_of)


def _plain_operation(expression: Operation, value_of: Callable[[Cell], Value]) -> Value | None:
    left, right = plain(expression.left, value_of), plain(expression.right, value_of)
    if left is None or right is None or (expression.operator == "/" and right.number == 0):
        return None
    if expression.operator in "+-":
        return _sum(left, right if expression.operator == "+" else _negative(right))
    factor = right if expression.operator == "*" else _inverse(right)
    if isinstance(expression.right, Number):
        return _scaled(left, factor.number)
    return _scaled(factor, left.number) if isinstance(expression.left, Number) else _product(left, factor)


def _negative(of: Value) -> Value:
    return Value(-of.number, None if of.high is None else -of.high, None if of.low is None else -of.low)


def _absolute(of: Value) -> Value:
    if of.low is not None and of.low >= 0:
        return of
    if of.high is not None and of.high <= 0:
        return _negative(of)
    bounded = of.low is not None and of.high is not None
    return Value(abs(of.number), Fraction(0), max(-of.low, of.high) if bounded else None)  # type: ignore[operator, type-var]


def _sum(a: Value, b: Value) -> Value:
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Value(a.number + b.number, low, high)


def _scaled(of: Value, times: Fraction) -> Value:
    return Value(of.number * times, *(None if end is None else end * times for end in (of.low, of.high)))


def _product(a: Value, b: Value) -> Value:
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return Value(a.number * b.number, None, None)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Value(a.number * b.number, min(corners), max(corners))


def _inverse(of: Value) -> Value:
    if of.low is None or of.high is None or of.low <= 0 <= of.high:
        return Value(1 / of.number, None, None)
    return Value(1 / of.number, 1 / of.high, 1 / of.low)


def verdict(formula: Formula, value_of: Callable[[Cell], Value | None]) -> list[str]:
    """What comes of each sign of a formula, told in plain Python."""
    allowed = Fraction(formula.tolerance or 0)
    named = list(language.cells(formula))
    values = {cell: value_of(cell) for cell in named}
    if any(v is None for v in values.values()):
        return ["NO_DATA" for _ in formula.comparison.signs]
    known = {cell: v for cell, v in values.items() if v is not None}
    open_end = any(None in (v.low, v.high) for v in known.values())
    return [
        _verdict(plain(a, known.__getitem__), sign, plain(b, known.__getitem__), allowed, open_end)
        for a, sign, b in formula.comparison.links()
    ]


def _verdict(left: Value | None, sign: str, right: Value | None, allowed: Fraction, open_end: bool) -> str:
    if left is None or right is None:
        return "ZERO_BASE"
    least = None if left.low is None or right.high is None else left.low - right.high
    most = None if left.high is None or right.low is None else left.high - right.low
    too_great, too_small = (
        None if least is None else least > allowed,
        None if most is None else most < -allowed,
    )
    if sign == "<":
        too_great = None if least is None else least >= allowed
    if sign == ">":
        too_small = None if most is None else most <= -allowed
    tests = {"<=": [too_great], "<": [too_great], ">=": [too_small], ">": [too_small], "=": [too_great, too_small]}[
        sign
    ]
    if any(tests):
        return "failed"
    return "BOUND_ONLY" if open_end or None in tests else "passed"


def counted(verdicts: list[str]) -> dict[str, int]:
    return {v: verdicts.count(v) for v in set(verdicts)}


def held(published: tuple[str, str] | None, *, rounded: bool) -> Value | None:
    """What plain Python makes of a value as published and its qualifier."""
    if published is None:
        return None
    text, qualifier = published
    number = Fraction(text)
    half = Fraction(Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))) / 2 if rounded else Fraction(0)
    ends: Mapping[str, tuple[Fraction | None, Fraction | None]] = {
        "exact": (number - half, number + half),
        "at_least": (number, None),
        "at_most": (None, number),
        "about": (None, None),
    }
    return Value(number, *ends[qualifier])


CODES = ("EXP_VOL", "EXP_LOCAL_VOL", "EXP_INTERCITY_VOL", "EXP_INTL_VOL")
ROWS = [Cell(row=f"{n:02d}") for n in range(1, 5)]
PUBLISHED = st.none() | st.tuples(
    st.sampled_from(["0", "1", "1.0", "1.5", "2", "2.00", "3.1", "10", "-4.2", "120.55"]),
    st.sampled_from(["exact", "exact", "exact", "at_least", "at_most", "about"]),
)
SCALED = st.builds(Operation, st.sampled_from(["*", "/"]), st.sampled_from(ROWS), st.builds(Number, NUMBERS))
LINEAR: st.SearchStrategy[Expression] = st.recursive(
    st.sampled_from(ROWS) | SCALED,
    lambda inner: st.builds(Negative, inner) | st.builds(Operation, st.sampled_from(["+", "-"]), inner, inner),
    max_leaves=3,
)
RATIO = st.builds(Operation, st.just("/"), LINEAR, LINEAR)
SUMS = (
    LINEAR
    | st.builds(Absolute, LINEAR)
    | st.builds(Operation, st.just("*"), LINEAR, RATIO)
    | st.builds(Operation, st.just("-"), st.builds(Absolute, st.builds(Absolute, LINEAR)), LINEAR)
)


@st.composite
def formulas_of_rows(draw: st.DrawFn) -> Formula:
    tolerance = draw(st.none() | st.sampled_from([Decimal("0"), Decimal("0.5")]))
    return Formula(Comparison((draw(SUMS), draw(SUMS)), (draw(SIGNS),)), tolerance=tolerance)


@settings(max_examples=40, deadline=None)
@given(st.lists(formulas_of_rows(), min_size=1, max_size=8), st.lists(st.tuples(*[PUBLISHED] * 4), max_size=8))
def test_rows_are_judged_as_plain_python_judges_them(
    formulas: list[Formula], senders: list[tuple[tuple[str, str] | None, ...]]
) -> None:
    expected: dict[str, list[str]] = {}
    for n, formula in enumerate(formulas):
        rounded = formula.tolerance is None
        for published in senders:
            values = {cell: held(p, rounded=rounded) for cell, p in zip(ROWS, published, strict=True)}
            if any(values[cell] for cell in language.cells(formula)):
                expected.setdefault(f"case_{n}", []).extend(verdict(formula, values.__getitem__))
    rows = [
        row(indicator, p[0], qualifier=p[1], source_id=f"sender {n}")
        for n, published in enumerate(senders)
        for indicator, p in zip(CODES, published, strict=True)
        if p is not None
    ]
    made = [bound(language.print_formula(f), *CODES, formula_id=str(n)) for n, f in enumerate(formulas)]
    with tables(rows) as connection:
        assert outcomes(connection, made) == {name: counted(verdicts) for name, verdicts in expected.items()}


STOCK, FLOW = "MOB_USERS", "EXP_VOL"
OVER_TIME = {
    "本月=累计-上月累计": FLOW,
    "累计>=本月+上月累计": FLOW,
    "本月<=上年报本月*3": FLOW,
    "|累计-上年报累计|<=上年报累计*50%": FLOW,
    "期末>=上期末": STOCK,
    "上年末<=期末<=上年报期末*2": STOCK,
}
PERIODS = [f"{year}-{m:02d}" for year in (2020, 2021) for m in (1, 2, 6, 11, 12)] + ["2022-01", "2022-02"]


def _before(period: str, relative: str) -> str:
    year, m = int(period[:4]), int(period[5:])
    if relative == "year":
        return f"{year - 1}-{m:02d}"
    if relative == "year_end":
        return f"{year - 1}-12"
    return period if relative == "own" else f"{year}-{m - 1:02d}" if m > 1 else f"{year - 1}-12"


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["period", "cumulative", "end"]), st.sampled_from(PERIODS)), PUBLISHED, max_size=30
    )
)
def test_columns_are_judged_as_plain_python_judges_them(drawn: dict[tuple[str, str], tuple[str, str] | None]) -> None:
    columns = shipped_reference().form_columns

    def value_at(period: str) -> Callable[[Cell], Value | None]:
        def value_of(cell: Cell) -> Value | None:
            column = columns[str(cell.word)]
            if cell.word == "上月累计" and period.endswith("-01"):
                nothing = Value(Fraction(0), Fraction(0), Fraction(0))
                return nothing if drawn.get(("cumulative", period)) else None
            return held(drawn.get((str(column.basis), _before(period, column.period))), rounded=True)

        return value_of

    expected: dict[str, list[str]] = {}
    for n, text in enumerate(OVER_TIME):
        formula = language.parse(text)
        own = [c for c in language.cells(formula) if columns[str(c.word)].period == "own"]
        for period in PERIODS:
            if any(value_at(period)(c) is not None for c in own):
                expected.setdefault(f"case_{n}", []).extend(verdict(formula, value_at(period)))
    rows: list[Row] = [
        row(STOCK if basis == "end" else FLOW, p[0], at, basis=basis, qualifier=p[1])
        for (basis, at), p in drawn.items()
        if p is not None
    ]
    made = [bound(text, indicator, formula_id=str(n)) for n, (text, indicator) in enumerate(OVER_TIME.items())]
    with tables(rows) as connection:
        assert outcomes(connection, made) == {name: counted(verdicts) for name, verdicts in expected.items()}
