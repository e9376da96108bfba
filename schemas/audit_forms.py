"""报表: forms as data, their rows, columns and audit formulas, and what a formula means on its form.

`bind` finds the indicators behind the rows and columns that a formula names, and refuses what cannot be meant:
a row that is not there, a stock added to a flow, 万户 compared with 万元.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas import audit_language as language
from schemas import codes
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
from schemas.reference import Entry, Identifier
from schemas.reference_files import Fault, Loader, close_match

if TYPE_CHECKING:
    from schemas.reference_data import Reference

SAMPLE_ZH = "样表 未经批准不得用于统计调查"
SAMPLE_EN = "Sample form: not to be used in a survey before it is approved"
PROVINCE, DIRECT = "全省", "省直"
_AREAS = (PROVINCE, DIRECT)

Shift = Literal["own", "previous", "year", "year_end"]
"""The period of a column's value: the form's own, the one before it, a year before it, the last of last year."""
Reads = Literal["level", "base_comparable", "net_addition_of_period", "net_addition_of_year", "growth"]
"""What a column's value is: a measure of `observations`, or the quoted yearly rate of `growth`."""


class FormColumn(Entry):
    """A column of forms, or a word for a value beside them that formulas may name."""

    name: Annotated[str, Field(pattern=r"^(1—)?[\u4e00-\u9fff]+$", description="the word that formulas use")]
    number: int | None = Field(None, description="number of the column on the form; null for a word of formulas alone")
    header: str | None = Field(None, description="what stands above the column; null for a word of formulas alone")
    en: str
    basis: codes.Basis | None = Field(None, description="part of time covered; null for a column of words")
    reads: Reads | None = Field(None, description="what its value is; null for a column of words")
    period: Shift = Field("own", description="the period of its value, seen from the form's")
    meaning_zh: str
    meaning_en: str

    def suits(self, nature: codes.Nature) -> bool:
        """Whether an indicator of this nature has such a value: stocks at the end of periods, flows over them."""
        if nature is codes.Nature.RATE:
            return self.reads in ("level", "base_comparable")
        return self.basis is not None and (self.basis is codes.Basis.END) == (nature is not codes.Nature.FLOW)


class FormRow(Entry):
    """A row of a form."""

    code: Annotated[str, Field(pattern=r"^\d{2,3}$", description="代码")]
    indicator_id: str
    unit: str = Field(
        description="计量单位: the unit in which the indicator is kept, so that sheet and formula are one"
    )
    definition_id: str | None = Field(None, description="the definition asked for; null where there is but one")


class FormulaEntry(Entry):
    """An audit formula of a form, what its finding asks, and when it is in force."""

    formula_id: Identifier
    text: str = Field(description="the formula; docs/audit_formulas.md has the language on one page")
    kind: codes.CheckKind
    severity: codes.Severity
    explanation_zh: str = Field(description="what a finding means and what to do, Chinese")
    explanation_en: str = Field(description="what a finding means and what to do, English")
    valid_from: dt.date | None = Field(None, description="first day of the periods it is for; null from the beginning")
    valid_to: dt.date | None = Field(None, description="last day of the periods it is for; null while in force")


class FormEntry(Entry):
    """A form that asks for figures: its head, rows, and audit formulas."""

    form_id: Identifier
    number: int = Field(ge=1, description="表号: formulas name the form 表<number>")
    title_zh: str = Field(description="表名")
    title_en: str
    frequency: Literal[codes.Frequency.A, codes.Frequency.S, codes.Frequency.Q, codes.Frequency.M] = Field(
        description="报告期别"
    )
    approval_number: str | None = Field(
        None, description="文号 of the approval: never invented, null until there is one"
    )
    valid_until: dt.date | None = Field(None, description="有效期至; never invented")
    rows: tuple[FormRow, ...] = Field(min_length=1)
    formulas: tuple[FormulaEntry, ...] = ()

    @property
    def notice(self) -> tuple[str, str] | None:
        """The line that a form without approval bears, Chinese and English."""
        return None if self.approval_number else (SAMPLE_ZH, SAMPLE_EN)

    def row(self, code: str) -> FormRow | None:
        """The row of a code."""
        return next((r for r in self.rows if r.code == code), None)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for what, names in (
            ("codes", [r.code for r in self.rows]),
            ("formula ids", [f.formula_id for f in self.formulas]),
        ):
            repeated = sorted({n for n in names if names.count(n) > 1})
            if repeated:
                raise ValueError(f"{what} repeat: {', '.join(repeated)}")
        if self.approval_number is None and self.valid_until is not None:
            raise ValueError("a form without approval number has no end of validity")
        return self


@dataclass(frozen=True)
class Operand:
    """What a cell of a formula reads, for one row and column of those that the formula leaves open."""

    slot: int
    """Place of the cell among the formula's cells, from 0."""
    row_key: str
    """Row that the formula leaves open; empty where it names its rows."""
    column_key: str
    """Column that the formula leaves open; empty where it names its columns."""
    indicator_id: str
    definition_id: str | None
    column: FormColumn
    area: Literal["own", "province", "direct", "cities"]


@dataclass(frozen=True)
class BoundFormula:
    """A formula of a form with what its cells read."""

    form: FormEntry
    entry: FormulaEntry
    formula: Formula
    cells: tuple[Cell, ...]
    """Its cells, each once, in their order."""
    operands: tuple[Operand, ...]
    sources: tuple[str, ...]
    """Sources that fill in the form: what agencies publish is not for a form's formulas to judge."""
    rows: dict[str, tuple[str, str]]
    """Code of a row, as a cell names it (`表2.01` for another form's) → its indicator's Chinese name and its unit."""

    @property
    def name(self) -> str:
        """The name under which its findings stand."""
        return f"{self.form.form_id}_{self.entry.formula_id}"

    @property
    def zh(self) -> str:
        """The formula as 审核关系 prints it."""
        return language.print_formula(self.formula)

    @property
    def en(self) -> str:
        """The same in English."""
        return _english(self.formula, {o.column.name: o.column.en for o in self.operands})

    def own_period(self, slot: int) -> bool:
        """Whether a cell is a single value of the period judged: one that a finding can accuse."""
        return any(o.slot == slot and o.column.period == "own" and o.area in ("own", "province") for o in self.operands)

    def cell_name(self, cell: Cell) -> str:
        """How a finding names a cell: the row with its indicator, the column, or the areas."""
        row = f"{row_label(cell)}行{self.rows[row_label(cell)][0]}" if cell.row else ""
        return row + (cell.word or (f"Σ{cell.cities}市" if cell.cities else ""))

    def label(self, operand: Operand) -> str:
        """What a finding says before its numbers: the form, the row and column left open, the unit."""
        code = operand.row_key or next((row_label(c) for c in self.cells if c.row), "")
        name, unit = self.rows[code]
        row = f" {code}行{name}" if operand.row_key else ""
        column = f" {operand.column_key}" if operand.column_key else ""
        return f"表{self.form.number}{row}{column}（{unit}）"


@dataclass(frozen=True)
class _Kind:
    """What an expression amounts to. A bare number (`number`) takes the kind of what it stands beside."""

    unit: str | None = None
    """None: a ratio or percentage."""
    nature: str = ""
    number: bool = False

    def __str__(self) -> str:
        words = {"stock": "存量 stock", "flow": "流量 flow"}
        own = "a row's own unit" if self.unit == "*" else self.unit
        return "a ratio" if self.unit is None else f"{words.get(self.nature, 'a value')} in {own}"


def bind(form: FormEntry, entry: FormulaEntry, loaded: "Reference") -> BoundFormula:
    """The formula with what its cells read.

    Raises:
        FormulaFault: the text is no formula, names what does not exist, or compares what cannot be compared.
    """
    formula = language.parse(entry.text)
    found = tuple(dict.fromkeys(language.cells(formula)))
    binder = _Binder(form, formula, loaded)
    for cell in language.cells(formula):
        binder.check_exists(cell)
    binder.check_shape(found)
    for comparison in (formula.condition, formula.comparison):
        if comparison is not None:
            binder.check_kinds(comparison)
    binder.check_rows(found)
    operands = tuple(o for slot, cell in enumerate(found) for o in binder.operands(slot, cell))
    sources = tuple(s.source_id for s in loaded.sources.values() if form.form_id in s.forms)
    bound = BoundFormula(form, entry, formula, found, operands, sources, binder.labels(found))
    if not any(bound.own_period(slot) for slot in range(len(found))):
        raise FormulaFault(1, repr(entry.text), "at least one value of the form's own period")
    return bound


class _Binder:
    """What a formula's cells mean on a form."""

    def __init__(self, form: FormEntry, formula: Formula, loaded: "Reference") -> None:
        self.form, self.formula, self.loaded = form, formula, loaded
        self.forms = {f.number: f for f in loaded.forms.values()} | {form.number: form}
        named = list(language.cells(formula))
        self.rows_open = not any(c.row for c in named)
        self.areas_compared = any(c.cities is not None or c.word in _AREAS for c in named)
        self.columns_open = self.areas_compared or not any(c.word for c in named)

    def check_exists(self, cell: Cell) -> None:
        """Its form, row and column must exist."""
        if cell.form is not None and cell.form not in self.forms:
            known = [f"表{n}" for n in sorted(self.forms)]
            raise FormulaFault(cell.at, f"'表{cell.form}'", f"one of {', '.join(known)}")
        if cell.row is not None and self._row(cell) is None:
            there = [f"{r.code}行" for r in self._form(cell).rows]
            expected = f"a row of 表{self._form(cell).number}: {there[0]}…{there[-1]}"
            raise FormulaFault(cell.at, f"'{cell.row}行'", expected, close_match(f"{cell.row}行", there))
        if cell.word is None or (cell.row is None and cell.word in _AREAS):
            return
        column = self.loaded.form_columns.get(cell.word)
        if column is None:
            known = [*self.loaded.form_columns, *_AREAS]
            raise FormulaFault(cell.at, repr(cell.word), "a column of forms/columns.csv", close_match(cell.word, known))
        if column.reads is None:
            raise FormulaFault(cell.at, repr(cell.word), "a column of numbers")
        nature = self._nature(cell)
        if nature is not None and not column.suits(nature):
            fits = "、".join(c.name for c in self._numeric() if c.suits(nature))
            raise FormulaFault(cell.at, f"'{cell.word}' of a {nature.value} ({nature.zh})", f"one of {fits}")

    def check_shape(self, found: tuple[Cell, ...]) -> None:
        """Rows are named in all cells or in none, and so are columns and areas; spans lie on the form."""
        if not found:
            raise FormulaFault(1, "numbers alone", "at least one row or column")
        for cell in found:
            is_area = cell.cities is not None or cell.word in _AREAS
            if is_area != self.areas_compared:
                raise FormulaFault(cell.at, "areas beside rows or columns", "areas (全省, Σ21市, 省直) alone")
            if (cell.row is None) != self.rows_open:
                raise FormulaFault(cell.at, "a cell without its row", "a row in every cell, or in none")
            if not self.areas_compared and (cell.word is None) != self.columns_open:
                raise FormulaFault(cell.at, "a cell without its column", "a column in every cell, or in none")
        if self.formula.rows and not self.rows_open:
            raise FormulaFault(1, "rows before the colon and in the formula", "rows in one of the two places")
        for code in (c for span in self.formula.rows for c in span):
            if self.form.row(code) is None:
                there = [r.code for r in self.form.rows]
                raise FormulaFault(1, f"'{code}行'", f"a row of 表{self.form.number}", close_match(code, there))

    def check_rows(self, found: tuple[Cell, ...]) -> None:
        """The rows that the formula leaves open have the columns that it names."""
        unsuited = next((r for r in self._rows() if not self._suits(r, named=bool(self.formula.rows))), None)
        if self.rows_open and unsuited is not None:
            indicator = self.loaded.indicators[unsuited.indicator_id]
            found_there = f"'{unsuited.code}行' {indicator.zh} ({indicator.nature.zh}, {indicator.additivity.zh})"
            raise FormulaFault(1, found_there, "rows that have these columns or, for areas, that are additive")
        if self.rows_open and not self._rows():
            raise FormulaFault(found[0].at, "columns that no row has", f"columns of a row of 表{self.form.number}")

    def operands(self, slot: int, cell: Cell) -> Iterator[Operand]:
        """What a cell reads, for every row and column left open."""
        area: Literal["own", "province", "direct", "cities"] = "own"
        if self.areas_compared:
            area = "cities" if cell.cities is not None else "province" if cell.word == PROVINCE else "direct"
        for row in self._rows() if self.rows_open else [self._known_row(cell)]:
            for column in self._columns(row) if self.columns_open else [self.loaded.form_columns[str(cell.word)]]:
                yield Operand(
                    slot,
                    row.code if self.rows_open else "",
                    column.name if self.columns_open else "",
                    row.indicator_id,
                    row.definition_id,
                    column,
                    area,
                )

    def labels(self, found: tuple[Cell, ...]) -> dict[str, tuple[str, str]]:
        """Names and units of the rows that cells or the formula's open rows stand for."""
        named = {row_label(c): self._known_row(c) for c in found if c.row}
        named |= {r.code: r for r in self._rows()} if self.rows_open else {}
        return {label: (self.loaded.indicators[row.indicator_id].zh, row.unit) for label, row in named.items()}

    def check_kinds(self, comparison: Comparison) -> None:
        """Both sides of every sign must be of one kind, and simple enough to be read."""
        for side in comparison.sides:
            if _depth(side) > 2:
                found = "products, quotients or |…| three deep"
                raise FormulaFault(_at(side), found, "at most two inside one another")
        for left, _, right in comparison.links():
            self._same(self._kind(left), self._kind(right), right)

    def _kind(self, expression: Expression) -> _Kind:
        match expression:
            case Number():
                return _Kind(number=True)
            case Cell():
                return self._kind_of_cell(expression)
            case Negative(of) | Absolute(of):
                return self._kind(of)
            case Operation():
                return self._kind_of_operation(expression)

    def _kind_of_operation(self, expression: Operation) -> _Kind:
        left, right = self._kind(expression.left), self._kind(expression.right)
        if expression.operator in "+-":
            return self._same(left, right, expression.right)
        if expression.operator == "*":
            if left.unit is not None and right.unit is not None:
                raise FormulaFault(_at(expression.right), f"{left} times {right}", "a number or a ratio")
            return left if left.unit is not None or right.number else right
        if right.unit is None:
            return left
        if left.unit != right.unit or left.nature != right.nature:
            raise FormulaFault(_at(expression.right), f"{left} divided by {right}", "one unit and one nature")
        return _Kind()

    def _same(self, left: _Kind, right: _Kind, where: Expression) -> _Kind:
        if left.number or right.number:
            return right if left.number else left
        if left != right:
            raise FormulaFault(_at(where), f"{right} beside {left}", "one unit and one nature on both sides")
        return left

    def _kind_of_cell(self, cell: Cell) -> _Kind:
        column = self.loaded.form_columns.get(cell.word or "")
        if column is not None and column.reads == "growth":
            return _Kind()
        if cell.row is None:
            nature = "" if column is None else "stock" if column.basis is codes.Basis.END else "flow"
            return _Kind("*", nature)
        indicator = self.loaded.indicators[self._known_row(cell).indicator_id]
        if indicator.nature is codes.Nature.RATE:
            return _Kind()
        return _Kind(indicator.unit, "flow" if indicator.nature is codes.Nature.FLOW else "stock")

    def _form(self, cell: Cell) -> FormEntry:
        return self.form if cell.form is None else self.forms[cell.form]

    def _row(self, cell: Cell) -> FormRow | None:
        return self._form(cell).row(cell.row or "")

    def _known_row(self, cell: Cell) -> FormRow:
        row = self._row(cell)
        assert row is not None  # check_exists let no other pass
        return row

    def _nature(self, cell: Cell) -> codes.Nature | None:
        row = self._row(cell)
        return None if row is None else self.loaded.indicators[row.indicator_id].nature

    def _numeric(self) -> list[FormColumn]:
        return [c for c in self.loaded.form_columns.values() if c.reads is not None]

    def _columns(self, row: FormRow) -> list[FormColumn]:
        """The columns of a row that a formula without columns is for: what the sender fills in of the period."""
        natures = {self.loaded.indicators[r.indicator_id].nature for r in self._rows_together(row)}
        natures = natures - {codes.Nature.RATE} or natures
        return [
            c
            for c in self._numeric()
            if c.number is not None and c.period == "own" and all(c.suits(nature) for nature in natures)
        ]

    def _rows_together(self, row: FormRow) -> list[FormRow]:
        return [row] if self.rows_open else [self._known_row(c) for c in language.cells(self.formula)]

    def _rows(self) -> list[FormRow]:
        """The rows that a formula without rows is for: those before the colon, or all that it suits."""
        if self.formula.rows:
            return [r for r in self.form.rows if any(a <= r.code <= b for a, b in self.formula.rows)]
        return [r for r in self.form.rows if self._suits(r)]

    def _suits(self, row: FormRow, *, named: bool = False) -> bool:
        """Whether the formula is for a row; ratios (a share of a share adds up to nothing) only where named."""
        indicator = self.loaded.indicators[row.indicator_id]
        if indicator.nature is codes.Nature.RATE and not named:
            return False
        if self.areas_compared:
            return indicator.additivity is not codes.Additivity.NOT_ADDITIVE
        columns = [self.loaded.form_columns[c.word] for c in language.cells(self.formula) if c.word]
        return all(c.suits(indicator.nature) for c in columns)


def row_label(cell: Cell) -> str:
    """The code of a cell's row, with its form where it is another's."""
    return f"{cell.row}" if cell.form is None else f"表{cell.form}.{cell.row}"


def _english(formula: Formula, columns: dict[str, str]) -> str:
    """A formula's gloss: rows by number, columns by their English names."""
    words = columns | {PROVINCE: "the province", DIRECT: "not by city"}

    def name(cell: Cell) -> str:
        row = f"row {cell.row}" + (f" of form {cell.form}" if cell.form is not None else "") if cell.row else ""
        word = f"the sum of {cell.cities} cities" if cell.cities is not None else words[cell.word] if cell.word else ""
        return ", ".join(part for part in (row, word) if part)

    rows = " and ".join(a if a == b else f"{a} to {b}" for a, b in formula.rows)
    notes = [f"±{formula.tolerance:f}"] if formula.tolerance is not None else []
    notes += [f"not in month {a}" if a == b else f"not in months {a} to {b}" for a, b in formula.except_months]
    notes += ["not where January and February are surveyed as one"] if formula.except_jan_feb else []
    notes += ["within one release"] if formula.one_release else []
    scope = f"rows {rows}: " if rows else ""
    condition = f"where {language.print_comparison(formula.condition, name, ' ')}: " if formula.condition else ""
    marks = f" ({'; '.join(notes)})" if notes else ""
    return scope + condition + language.print_comparison(formula.comparison, name, " ") + marks


def _depth(expression: Expression) -> int:
    """How many products, quotients and absolute values of cells stand inside one another."""
    match expression:
        case Number() | Cell():
            return 0
        case Negative(of):
            return _depth(of)
        case Absolute(of):
            return _depth(of) + 1
    inner = max(_depth(expression.left), _depth(expression.right))
    numbers = isinstance(expression.right, Number) or (
        expression.operator == "*" and isinstance(expression.left, Number)
    )
    return inner if expression.operator in "+-" or numbers else inner + 1


def _at(expression: Expression) -> int:
    return next((cell.at for cell in language.cells(expression)), 1)


def form_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """What forms say of one another, of indicators, and in their formulas."""
    numbers: dict[int, str] = {}
    for form in loaded.forms.values():
        first = numbers.setdefault(form.number, form.form_id)
        if first != form.form_id:
            yield Fault(*loader.place(form.form_id, "number"), "number", str(form.number), f"one form; {first} has it")
        yield from _row_faults(form, loaded, loader)
        for i, entry in enumerate(form.formulas):
            try:
                bind(form, entry, loaded)
            except FormulaFault as fault:
                file, line = loader.place(form.form_id, "formulas", i, "text")
                shown = language.place(entry.text, fault.at)
                found = f"{fault.found} at column {fault.at}"
                yield Fault(file, line, f"formulas.{i}.text", found, fault.expected, fault.close, shown)


def _row_faults(form: FormEntry, loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    for i, row in enumerate(form.rows):
        indicator = loaded.indicators[row.indicator_id]
        definitions = [d.definition_id for d in indicator.definitions]
        if row.unit != indicator.unit:
            where = loader.place(form.form_id, "rows", i, "unit")
            yield Fault(*where, f"rows.{i}.unit", repr(row.unit), f"{indicator.unit!r}, the unit of {row.indicator_id}")
        if row.definition_id not in (None, *definitions):
            where = loader.place(form.form_id, "rows", i, "definition_id")
            expected = f"a definition of {row.indicator_id}"
            close = close_match(str(row.definition_id), definitions)
            yield Fault(*where, f"rows.{i}.definition_id", repr(row.definition_id), expected, close)
