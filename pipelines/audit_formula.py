"""Audit formulas as SQL: what the 审核公式 of forms find wrong in `observations` and `growth`, in one SELECT.

All formulas asked for pass through one statement: `cells` are values with a number for their period; `steps` bring a
cell to every period that a formula uses it for; `wide` puts the operands of a formula side by side; `sides` holds an
interval beside an interval for every sign. docs/audit_formulas.md tells what that means.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.audit_checks import Check
from schemas import audit_language as language
from schemas.audit_forms import BoundFormula, bind
from schemas.audit_language import Absolute, Cell, Expression, Negative, Number, Sign
from schemas.codes import Basis, Frequency
from schemas.reference_data import Reference

READS = ("observations", "growth", "areas", "jan_feb_spans")
SLACK = Decimal("0.00001")
"""Less than half of the last place that DECIMAL(18,4) keeps: what DOUBLE may lose is no difference."""

_PERIODS_IN_YEAR = {Frequency.A: 1, Frequency.S: 2, Frequency.Q: 4, Frequency.M: 12}
_DAYS_IN_YEAR = 372
"""Numbers kept free for the days of a year: 12 months of 31."""
_OPPOSITE: dict[Sign, str] = {">=": "<", "<=": ">", ">": "≤", "<": "≥", "=": "≠"}


def audit_formulas(reference: Reference) -> list[BoundFormula]:
    """Every formula of every form, with what its cells read."""
    return [bind(form, entry, reference) for form in reference.forms.values() for entry in form.formulas]


def formula_check(formula: BoundFormula) -> Check:
    """A formula as a check; its SELECT is one with those of the others, by `findings_sql`."""
    form, entry = formula.form, formula.entry
    return Check(
        name=formula.name,
        zh=f"表{form.number} {formula.zh}",
        en=f"Form {form.number}: {formula.en}",
        kind=entry.kind,
        severity=entry.severity,
        explanation_zh=entry.explanation_zh,
        explanation_en=entry.explanation_en,
        reads=READS,
        sql="",
    )


def findings_sql(formulas: Sequence[BoundFormula]) -> str:
    """One SELECT of all that the formulas find wrong: check_name, kind, severity, then the columns of a finding."""
    return f"""{_judged(formulas)}

SELECT
    j.check_name,
    j.kind,
    j.severity,
    o.indicator_id,
    o.area_code,
    o.sector_code,
    o.source_id,
    o.series_id,
    o.period,
    o.released_on,
    o.locator,
    o.snapshot_sha256,
    CONCAT(j.label, '：', {_said(range(_slots(formulas)))}) AS said,
    CAST(ROUND(j.left_number - j.right_number, 4) AS DECIMAL(18, 4)) AS difference,
    CASE
        WHEN j.kind = 'explain' AND g.quoted_from = 'published' THEN '增速为发布机构公布值'
        WHEN j.kind = 'explain' THEN o.note
    END AS explained_zh,
    CASE
        WHEN j.kind = 'explain' AND g.quoted_from = 'published' THEN 'the rate is the publisher''s own'
        WHEN j.kind = 'explain' THEN CONCAT('note: ', o.note)
    END AS explained_en
FROM judged AS j
INNER JOIN observations AS o ON j.series_id = o.series_id AND j.period = o.period
LEFT JOIN growth AS g
    ON j.of_growth AND j.series_id = g.series_id AND j.period = g.period AND g.comparison = 'yoy'
WHERE j.outcome = 'failed'"""


def outcomes_sql(formulas: Sequence[BoundFormula]) -> str:
    """One SELECT of how often each formula held, failed or was not judged, and why not.

    Columns: check_name, outcome (passed, failed, not_judged), reason (a code of `Reason`; null where judged), times.
    """
    return f"""{_judged(formulas)}

SELECT
    check_name,
    outcome,
    reason,
    COUNT(*) AS times
FROM judged
GROUP BY check_name, outcome, reason"""


def _judged(formulas: Sequence[BoundFormula]) -> str:
    """The CTEs up to `judged`: a row each time that a sign of a formula meets values."""
    labelled = dict.fromkeys((f.name, f.label(o)) for f in formulas for o in f.operands)
    judgements = {key: number for number, key in enumerate(labelled)}
    named = [{"judgement": n, "check_name": name, "label": label} for (name, label), n in judgements.items()]
    used = sorted({(o.column.basis or "", o.column.period) for f in formulas for o in f.operands})
    operands = [row for f in formulas for row in _operands(f, judgements)]
    filled_in = [{"form_id": f.form.form_id, "filled_in_by": s} for f in formulas for s in f.sources]
    slots = range(_slots(formulas))
    links = [_Link(f, *link) for f in formulas for link in f.formula.comparison.links()]
    intervals = list(dict.fromkeys(side for link in links for side in (link.left, link.right)))
    conditions = list(dict.fromkeys(link.applies for link in links))
    sides = [
        f"{_choice(f'l.{side}_side', [getattr(i, end) for i in intervals])} AS {side}_{end}"
        for side in ("left", "right")
        for end in ("low", "high", "number")
    ]
    return f"""WITH operands_named AS ({_relation(operands)}),

judgements AS ({_relation(named)}),

sources_of_forms AS (SELECT DISTINCT * FROM ({_relation(filled_in)})),

links_named AS ({_relation([link.row(slots, intervals, conditions) for link in links])}),

steps AS ({_relation([step for basis, relative in used for step in _steps(basis, relative)])}),

{_CELLS}
wide AS MATERIALIZED (
    SELECT
        judgement,
        source_id,
        judged_area,
        sector_code,
        frequency,
        judged_ordinal,
        MAX(CASE WHEN own THEN period END) AS period,
        MAX(CASE WHEN own THEN period_end END) AS period_end,
        BOOL_OR(own AND jan_feb) AS jan_feb,
        BOOL_OR(low IS NULL OR high IS NULL) AS bounded,
        MIN(price_basis) < MAX(price_basis) AS price_bases_differ,
        MIN(release) < MAX(release) AS releases_differ,
        MIN(coverage) < MAX(coverage) AS coverages_differ,
        {_listed(_pivot(i) for i in slots)}
    FROM operands
    GROUP BY judgement, source_id, judged_area, sector_code, frequency, judged_ordinal
),

links AS MATERIALIZED (
    SELECT
        j.judgement,
        j.label,
        l.*
    FROM judgements AS j
    INNER JOIN links_named AS l ON j.check_name = l.check_name
),

sides AS MATERIALIZED (
    SELECT
        w.*,
        l.* EXCLUDE (judgement),
        {_choice("l.accused", [f"w.series_{i}" for i in slots])} AS series_id,
        {_listed(sides)}
    FROM wide AS w
    INNER JOIN links AS l ON w.judgement = l.judgement
),

reasoned AS (
    SELECT
        *,
        CASE sign
            WHEN '<=' THEN left_low > right_high + allowed
            WHEN '>=' THEN left_high < right_low - allowed
            WHEN '=' THEN left_low > right_high + allowed OR left_high < right_low - allowed
            WHEN '<' THEN left_low >= right_high + allowed - 2 * {SLACK}
            WHEN '>' THEN left_high <= right_low - allowed + 2 * {SLACK}
        END AS broken,
        CASE
            WHEN {" OR ".join(f"count_{i} < needed_{i}" for i in slots)} THEN 'NO_DATA'
            WHEN {" OR ".join(f"count_{i} > needed_{i}" for i in slots)} OR coverages_differ THEN 'SCOPE_MISMATCH'
            WHEN price_bases_differ THEN 'PRICE_BASE_CHANGE'
            WHEN one_release AND releases_differ THEN 'VERSION_MISMATCH'
            WHEN left_number IS NULL OR right_number IS NULL THEN 'ZERO_BASE'
        END AS hindrance
    FROM sides
    WHERE
        period_end BETWEEN valid_from AND valid_to
        AND NOT (jan_feb AND except_jan_feb)
        AND {_choice("condition", conditions)}
),

judged AS (
    SELECT
        * EXCLUDE (hindrance),
        COALESCE(hindrance, CASE WHEN broken IS NULL OR (bounded AND NOT broken) THEN 'BOUND_ONLY' END) AS reason,
        CASE
            WHEN hindrance IS NOT NULL OR broken IS NULL OR (bounded AND NOT broken) THEN 'not_judged'
            WHEN broken THEN 'failed'
            ELSE 'passed'
        END AS outcome
    FROM reasoned
)"""


_CELLS = f"""numbered AS (
    SELECT
        o.*,
        CASE
            WHEN a.level = 'province' THEN 'province'
            WHEN a.level = 'prefecture' THEN 'cities'
            WHEN SUBSTRING(o.area_code, 3) = '-DIRECT' THEN 'direct'
        END AS area_part,
        EXTRACT(YEAR FROM period_end) AS year,
        CASE frequency
            WHEN 'M' THEN EXTRACT(MONTH FROM period_end) - 1
            WHEN 'Q' THEN EXTRACT(QUARTER FROM period_end) - 1
            WHEN 'S' THEN CASE WHEN EXTRACT(MONTH FROM period_end) > 6 THEN 1 ELSE 0 END
            ELSE 0
        END AS part,
        CASE frequency
            WHEN 'M' THEN 12
            WHEN 'Q' THEN 4
            WHEN 'S' THEN 2
            WHEN 'A' THEN 1
            ELSE {_DAYS_IN_YEAR}
        END AS parts,
        CASE frequency
            WHEN 'D' THEN EXTRACT(MONTH FROM period_end) * 31 + EXTRACT(DAY FROM period_end) - 32
            ELSE 0
        END AS day
    FROM observations AS o
    INNER JOIN areas AS a ON o.area_code = a.area_code
),

cells AS (
    SELECT
        *,
        CASE
            WHEN measure <> 'net_addition' THEN measure
            WHEN frequency <> 'A' AND coverage_from = period_start THEN 'net_addition_of_period'
            WHEN COALESCE(EXTRACT(DOY FROM coverage_from), 1) = 1 THEN 'net_addition_of_year'
        END AS reads,
        year * parts + part + day AS ordinal,
        CONCAT(CAST(released_on AS VARCHAR), ' ', CAST(release_seq AS VARCHAR)) AS release,
        CASE
            WHEN measure = 'level'
                THEN CONCAT(COALESCE(CAST(coverage_from AS VARCHAR), ''), COALESCE(CAST(coverage_to AS VARCHAR), ''))
        END AS coverage,
        CAST(value AS DOUBLE) AS number,
        CAST(COALESCE(rounding_unit, 0) AS DOUBLE) / 2 AS half_unit
    FROM numbered
    WHERE value IS NOT NULL AND measure IN ('level', 'base_comparable', 'net_addition')
    UNION ALL
    SELECT
        n.* REPLACE ('exact' AS qualifier, 'none' AS price_basis),
        'growth' AS reads,
        n.year * n.parts + n.part AS ordinal,
        NULL AS release,
        NULL AS coverage,
        CAST(g.growth_quoted AS DOUBLE) AS number,
        0 AS half_unit
    FROM growth AS g
    INNER JOIN numbered AS n ON g.series_id = n.series_id AND g.period = n.period
    WHERE g.comparison = 'yoy' AND g.growth_quoted IS NOT NULL
),

combined AS (
    SELECT DISTINCT
        c.series_id,
        c.period
    FROM cells AS c
    INNER JOIN jan_feb_spans AS s
        ON
            c.indicator_id = s.indicator_id
            AND COALESCE(s.source_id, c.source_id) = c.source_id
            AND c.period_end >= s.valid_from
            AND c.period_end <= COALESCE(s.valid_to, c.period_end)
    WHERE c.frequency = 'M' AND c.part <= 1
),

operands AS (
    SELECT
        f.judgement,
        f.slot,
        c.source_id,
        CASE
            WHEN f.area IN ('direct', 'cities') THEN CONCAT(SUBSTRING(c.area_code, 1, 2), '0000')
            ELSE c.area_code
        END AS judged_area,
        c.sector_code,
        c.frequency,
        c.ordinal + s.ahead AS judged_ordinal,
        f.relative = 'own' AND f.area IN ('own', 'province') AS own,
        c.series_id,
        c.period,
        c.period_end,
        NULLIF(c.price_basis, 'none') AS price_basis,
        c.release,
        CASE WHEN f.relative = 'own' THEN c.coverage END AS coverage,
        j.series_id IS NOT NULL AS jan_feb,
        c.number * s.factor AS number,
        CASE
            WHEN s.factor = 0 THEN 0
            WHEN c.qualifier = 'exact' THEN c.number - c.half_unit * f.rounded
            WHEN c.qualifier = 'at_least' THEN c.number
        END AS low,
        CASE
            WHEN s.factor = 0 THEN 0
            WHEN c.qualifier = 'exact' THEN c.number + c.half_unit * f.rounded
            WHEN c.qualifier = 'at_most' THEN c.number
        END AS high
    FROM cells AS c
    INNER JOIN operands_named AS f
        ON
            c.indicator_id = f.indicator_id
            AND c.basis = f.basis
            AND c.reads = f.reads
            AND c.definition_id = COALESCE(f.definition_id, c.definition_id)
    INNER JOIN sources_of_forms AS w ON f.form_id = w.form_id AND c.source_id = w.filled_in_by
    INNER JOIN steps AS s
        ON c.frequency = s.frequency AND c.basis = s.basis AND f.relative = s.relative AND c.part = s.part
    LEFT JOIN combined AS j ON c.series_id = j.series_id AND c.period = j.period
    WHERE f.area = 'own' OR f.area = c.area_part
),
"""


def _relation(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a relation: one JSON text, which DuckDB parses in a fraction of the time of a list of VALUES."""
    types = {bool: "BOOLEAN", int: "BIGINT", Decimal: "DOUBLE", dt.date: "DATE"}
    shape = {name: next((types[type(r[name])] for r in rows if type(r[name]) in types), "VARCHAR") for name in rows[0]}
    text = json.dumps(rows, ensure_ascii=False, default=str)
    return f"SELECT UNNEST(FROM_JSON({_quoted(text)}, {_quoted(json.dumps([shape]))}), recursive := TRUE)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(columns: Iterable[str]) -> str:
    return ",\n        ".join(columns)


def _operands(formula: BoundFormula, judgements: Mapping[tuple[str, str], int]) -> Iterator[dict[str, object]]:
    """What the formula's cells read, a row an operand."""
    for o in formula.operands:
        yield {
            "judgement": judgements[formula.name, formula.label(o)],
            "form_id": formula.form.form_id,
            "slot": o.slot,
            "indicator_id": o.indicator_id,
            "definition_id": o.definition_id,
            "basis": o.column.basis,
            "reads": o.column.reads,
            "relative": o.column.period,
            "area": o.area,
            "rounded": int(formula.formula.tolerance is None),
        }


def _steps(basis: str, relative: str) -> Iterator[dict[str, object]]:
    """How many periods ahead of its own a value is used, by its part of the year; and times what.

    A cumulative value begins anew each year: nothing had come together before the first part, so there it is 0.
    """
    for frequency, parts in _PERIODS_IN_YEAR.items():
        for part in range(parts):
            for ahead in _ahead(basis, relative, part, parts):
                yield _step(frequency, basis, relative, part, ahead, 1)
        if (basis, relative) == (Basis.CUMULATIVE, "previous"):
            yield _step(frequency, basis, relative, 0, 0, 0)
    if relative in ("own", "year"):
        yield _step(Frequency.D, basis, relative, 0, 0 if relative == "own" else _DAYS_IN_YEAR, 1)


def _ahead(basis: str, relative: str, part: int, parts: int) -> Iterable[int]:
    last = part == parts - 1
    match relative:
        case "own":
            return [0]
        case "previous":
            return [] if last and basis == Basis.CUMULATIVE else [1]
        case "year":
            return [parts]
        case _:
            return range(1, parts + 1) if last else []


def _step(frequency: str, basis: str, relative: str, part: int, ahead: int, factor: int) -> dict[str, object]:
    named = {"frequency": frequency, "basis": basis, "relative": relative}
    return {**named, "part": part, "ahead": ahead, "factor": factor}


def _pivot(slot: int) -> str:
    """Columns of `wide`: the sum of a slot's values, its ends (null where one has none), the series to accuse."""
    here = f"slot = {slot}"
    return _listed(
        [
            f"COUNT(*) FILTER ({here}) AS count_{slot}",
            f"SUM(number) FILTER ({here}) AS number_{slot}",
            *(
                f"CASE WHEN NOT BOOL_OR({end} IS NULL) FILTER ({here}) THEN SUM({end}) FILTER ({here}) END"
                f" AS {end}_{slot}"
                for end in ("low", "high")
            ),
            f"MAX(series_id) FILTER ({here} AND own) AS series_{slot}",
        ]
    )


@dataclass(frozen=True)
class _Interval:
    """An expression in SQL: the ends between which its value lies, null where there is none, and its value."""

    low: str
    high: str
    number: str


def _slots(formulas: Sequence[BoundFormula]) -> int:
    return max(len(f.cells) for f in formulas)


def _said(slots: Iterable[int]) -> str:
    """The template of the row's link with the numbers in it."""
    text = "j.template"
    for slot in slots:
        bound = f"CASE WHEN j.high_{slot} IS NULL THEN '≥' WHEN j.low_{slot} IS NULL THEN '≤' ELSE '' END"
        text = f"REPLACE({text}, '{{{slot}}}', CONCAT({bound}, {_number_text(f'j.number_{slot}')}))"
    for side in ("left", "right"):
        text = f"REPLACE({text}, '{{{side}}}', {_number_text(f'j.{side}_number')})"
    return text


def _choice(number: str, expressions: Sequence[str]) -> str:
    """The expression whose place in the list is the number."""
    return f"CASE {number} {' '.join(f'WHEN {n} THEN {sql}' for n, sql in enumerate(expressions))} END"


class _Link:
    """One sign of a formula and the expressions on its two sides, in SQL over the columns of `wide`."""

    def __init__(self, bound: BoundFormula, left: Expression, sign: Sign, right: Expression) -> None:
        self.bound, self.sign = bound, sign
        self.slots = {cell: slot for slot, cell in enumerate(bound.cells)}
        self.cells = [*language.cells(left), *language.cells(right), *bound.cells]
        self.left, self.right = self._interval(left), self._interval(right)
        self.template = f"{self._told(left, 'left')} {_OPPOSITE[sign]} {self._told(right, 'right')}"

    def row(self, slots: Iterable[int], intervals: list["_Interval"], conditions: list[str]) -> dict[str, object]:
        """What the statement needs to know of it, with the places of its expressions in the lists."""
        formula, entry = self.bound.formula, self.bound.entry
        needed = dict(enumerate(c.cities or 1 for c in self.bound.cells))
        return {
            "check_name": self.bound.name,
            "kind": entry.kind,
            "severity": entry.severity,
            "sign": self.sign,
            "template": self.template,
            "left_side": intervals.index(self.left),
            "right_side": intervals.index(self.right),
            "condition": conditions.index(self.applies),
            "allowed": (formula.tolerance or 0) + SLACK,
            "accused": next(self.slots[c] for c in self.cells if self.bound.own_period(self.slots[c])),
            "one_release": formula.one_release,
            "except_jan_feb": formula.except_jan_feb,
            "of_growth": any(o.column.reads == "growth" for o in self.bound.operands),
            "valid_from": entry.valid_from or dt.date.min,
            "valid_to": entry.valid_to or dt.date.max,
            **{f"needed_{slot}": needed.get(slot, 0) for slot in slots},
        }

    @property
    def applies(self) -> str:
        """Whether the formula is for a period, by its exceptions and its condition."""
        formula = self.bound.formula
        tests = [
            f"NOT (frequency = 'M' AND EXTRACT(MONTH FROM period_end) BETWEEN {first} AND {last})"
            for first, last in formula.except_months
        ]
        for left, sign, right in formula.condition.links() if formula.condition else ():
            tests.append(f"COALESCE({self._interval(left).number} {sign} {self._interval(right).number}, TRUE)")
        return " AND ".join(tests) or "TRUE"

    def _told(self, side: Expression, total: str) -> str:
        """A side as a finding tells it, `{0}` for the number of slot 0; what it comes to where it is no lone cell."""
        text = language.print_expression(side, lambda c: f"{self.bound.cell_name(c)} {{{self.slots[c]}}}", " ")
        alone = isinstance(side, Cell) or not any(language.cells(side))
        return text if alone else f"{text} = {{{total}}}"

    def _interval(self, expression: Expression) -> _Interval:
        match expression:
            case Number():
                number = f"{expression.value:f}e0"
                return _Interval(number, number, number)
            case Cell():
                slot = self.slots[expression]
                return _Interval(f"low_{slot}", f"high_{slot}", f"number_{slot}")
            case Negative(of):
                inner = self._interval(of)
                return _Interval(f"(-{inner.high})", f"(-{inner.low})", f"(-{inner.number})")
            case Absolute(of):
                return _absolute(self._interval(of))
        left, right = self._interval(expression.left), self._interval(expression.right)
        match expression.operator:
            case "+":
                ends = f"({left.low} + {right.low})", f"({left.high} + {right.high})"
            case "-":
                ends = f"({left.low} - {right.high})", f"({left.high} - {right.low})"
            case "*" | "/" if isinstance(expression.right, Number):
                operator, number = expression.operator, right.number
                ends = _scaled(left.low, operator, number), _scaled(left.high, operator, number)
            case "*" if isinstance(expression.left, Number):
                ends = _scaled(right.low, "*", left.number), _scaled(right.high, "*", left.number)
            case "*":
                ends = _corners(left, right, "{} * {}", "TRUE")
            case "/":
                ends = _corners(left, right, "{} / NULLIF({}, 0)", f"({right.low} > 0 OR {right.high} < 0)")
        divisor = f"NULLIF({right.number}, 0)" if expression.operator == "/" else right.number
        return _Interval(*ends, f"({left.number} {expression.operator} {divisor})")


def _scaled(end: str, operator: str, number: str) -> str:
    """An end times or over a number, which is never negative."""
    return f"({end} {operator} {number if operator == '*' else f'NULLIF({number}, 0)'})"


def _absolute(of: _Interval) -> _Interval:
    return _Interval(
        f"(CASE WHEN {of.low} >= 0 THEN {of.low} WHEN {of.high} <= 0 THEN -{of.high} ELSE 0 END)",
        f"(CASE WHEN {of.low} IS NOT NULL AND {of.high} IS NOT NULL THEN GREATEST(-{of.low}, {of.high}) END)",
        f"ABS({of.number})",
    )


def _corners(left: _Interval, right: _Interval, operation: str, allowed: str) -> tuple[str, str]:
    """The ends of a product or quotient: among the four that the ends of its operands give."""
    corners = [operation.format(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    known = " AND ".join(f"{end} IS NOT NULL" for end in (left.low, left.high, right.low, right.high))
    least, greatest = (f"{which}({', '.join(corners)})" for which in ("LEAST", "GREATEST"))
    when = f"CASE WHEN {allowed} AND {known} THEN"
    return f"({when} {least} END)", f"({when} {greatest} END)"


def _number_text(number: str) -> str:
    """A number as people write it: no more than four places, no zeros at the end."""
    return f"REGEXP_REPLACE(CAST(CAST(ROUND({number}, 4) AS DECIMAL(18, 4)) AS VARCHAR), '\\.?0+$', '')"
