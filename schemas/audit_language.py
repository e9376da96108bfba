"""审核公式: the language in which a form says what its figures owe one another. Its grammar, its parts, its print.

A formula is parsed into dataclasses and printed from them; what rows and words mean is no matter of this module.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

GRAMMAR = r"""
start: [scope] [condition] comparison mark*
scope: span ("、" span)* ":"
span: ROW ["—" ROW]
condition: "当" comparison "时" [","]
comparison: sum (SIGN sum)+
?sum: product
    | sum PLUS product -> operation
    | sum MINUS product -> operation
?product: factor
    | product TIMES factor -> operation
    | product OVER factor -> operation
?factor: NUMBER -> number
    | cell
    | MINUS factor -> negative
    | "(" sum ")"
    | "|" sum "|" -> absolute
cell: [FORM "."] ROW ["." WORD] -> cell
    | WORD -> word
    | CITIES -> cities
mark: "(" note ("," note)* ")" | TOLERANCE -> tolerance
?note: TOLERANCE -> tolerance
    | MONTHS -> months
    | JAN_FEB -> jan_feb
    | ONE_RELEASE -> one_release

SIGN: ">=" | "<=" | ">" | "<" | "=" | "≥" | "≤"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
NUMBER: /\d+(\.\d+)?%?/
ROW.2: /\d+行/
FORM.2: /表\d+/
CITIES: /Σ\d+市/
WORD.1: /(1—)?((?![当时除行表])[\u4e00-\u9fff])+/
TOLERANCE: /±\d+(\.\d+)?/
MONTHS.3: /\d{1,2}([—-]\d{1,2})?月除外/
JAN_FEB.3: /1[—-]2月合并除外/
ONE_RELEASE.3: "同一版本"
%ignore /\s+/
"""

_HALF_WIDTH = str.maketrans(
    "＋－−×＊÷／＝＞＜（）：，．％｜～–∑０１２３４５６７８９⩾⩽",
    "+--**//=><():,.%|——Σ0123456789≥≤",
)
"""One sign for one sign, so that columns stay where they were."""

_PRINTED_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}
PRINTED_OPERATORS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}

_EXPECTED = {
    "SIGN": "≥ ≤ = > <",
    "PLUS": "+",
    "MINUS": "−",
    "TIMES": "×",
    "OVER": "÷",
    "NUMBER": "a number",
    "ROW": "a row like 01行",
    "FORM": "a form like 表1",
    "CITIES": "a sum like Σ21市",
    "WORD": "a column",
    "TOLERANCE": "±0.05",
    "MONTHS": "1—2月除外",
    "JAN_FEB": "1—2月合并除外",
    "ONE_RELEASE": "同一版本",
    "LPAR": "（",
    "RPAR": "）",
    "VBAR": "|",
    "COLON": "：",
    "COMMA": "，",
    "DOT": ".",
    "$END": "the end",
}
"""What a reader sees of the names of terminals; those not listed stand for themselves."""

Sign = Literal[">=", "<=", ">", "<", "="]
Operator = Literal["+", "-", "*", "/"]


@dataclass(frozen=True)
class Number:
    """A number as written; 5% is 0.05."""

    digits: Decimal
    percent: bool = False

    @property
    def value(self) -> Decimal:
        """The number it stands for."""
        return self.digits / 100 if self.percent else self.digits


@dataclass(frozen=True)
class Cell:
    """A value named by its row, its column, or both; or, for `cities`, the sum over so many cities."""

    form: int | None = None
    row: str | None = None
    word: str | None = None
    cities: int | None = None
    at: int = field(default=1, compare=False)
    """Where it stands in the text, from 1."""


@dataclass(frozen=True)
class Negative:
    """Less what follows."""

    of: "Expression"


@dataclass(frozen=True)
class Absolute:
    """Its size, whatever its sign."""

    of: "Expression"


@dataclass(frozen=True)
class Operation:
    """Two expressions and what is done with them."""

    operator: Operator
    left: "Expression"
    right: "Expression"


Expression = Number | Cell | Negative | Absolute | Operation


@dataclass(frozen=True)
class Comparison:
    """Expressions with signs between them: a ≤ b ≤ c holds where each pair does."""

    sides: tuple[Expression, ...]
    signs: tuple[Sign, ...]

    def links(self) -> Iterator[tuple[Expression, Sign, Expression]]:
        """The pairs of neighbours."""
        yield from zip(self.sides, self.signs, self.sides[1:], strict=False)


@dataclass(frozen=True)
class Formula:
    """One audit formula."""

    comparison: Comparison
    rows: tuple[tuple[str, str], ...] = ()
    """First and last row of each span that it is restricted to; none: all rows."""
    condition: Comparison | None = None
    tolerance: Decimal | None = None
    """The difference allowed; None: what rounding to the published decimals explains."""
    except_months: tuple[tuple[int, int], ...] = ()
    """First and last month of each exception."""
    except_jan_feb: bool = False
    """Not where January and February are surveyed as one."""
    one_release: bool = False
    """Only among values of one release."""


class FormulaFault(Exception):
    """What is wrong in a formula's text: where, what was found, what was expected, the nearest known word."""

    def __init__(self, at: int, found: str, expected: str, close: str | None = None) -> None:
        self.at, self.found, self.expected, self.close = at, found, expected, close
        super().__init__(f"column {at}: found {found}; expected {expected}")


@cache
def parse(text: str) -> Formula:
    """The formula that a text says; full-width and half-width signs are one.

    Raises:
        FormulaFault: the text is no formula.
    """
    try:
        tree = _parser().parse(text.translate(_HALF_WIDTH))
        return _Build().transform(tree)  # type: ignore[no-any-return]  # lark's trees carry no types
    except UnexpectedInput as error:
        raise _fault(text, error) from error
    except VisitError as error:
        if isinstance(error.orig_exc, FormulaFault):
            raise error.orig_exc from error
        raise


def print_formula(formula: Formula) -> str:
    """The formula as 审核关系 prints it; parsed again it is the same formula."""
    spans = "、".join(f"{first}行" if first == last else f"{first}行—{last}行" for first, last in formula.rows)
    scope = f"{spans}：" if spans else ""
    condition = f"当{print_comparison(formula.condition)}时，" if formula.condition else ""
    notes = [f"±{formula.tolerance:f}"] if formula.tolerance is not None else []
    notes += [f"{a}月除外" if a == b else f"{a}—{b}月除外" for a, b in formula.except_months]
    notes += ["1—2月合并除外"] if formula.except_jan_feb else []
    notes += ["同一版本"] if formula.one_release else []
    marks = f"（{'，'.join(notes)}）" if notes else ""
    return scope + condition + print_comparison(formula.comparison) + marks


def print_cell(cell: Cell) -> str:
    """A cell as formulas name it."""
    if cell.cities is not None:
        return f"Σ{cell.cities}市"
    parts = [f"表{cell.form}" if cell.form is not None else None, f"{cell.row}行" if cell.row else None, cell.word]
    return ".".join(p for p in parts if p is not None)


def print_comparison(comparison: Comparison, name: Callable[[Cell], str] = print_cell, gap: str = "") -> str:
    """Its sides with the signs between them; `name` names cells, `gap` stands around signs."""
    signs = ["", *(f"{gap}{_PRINTED_SIGNS[s]}{gap}" for s in comparison.signs)]
    sides = [print_expression(side, name, gap) for side in comparison.sides]
    return "".join(sign + side for sign, side in zip(signs, sides, strict=True))


def print_expression(expression: Expression, name: Callable[[Cell], str] = print_cell, gap: str = "") -> str:
    """The text of an expression, with the parentheses it needs."""

    def inside(operand: Expression, strength: int) -> str:
        weak = isinstance(operand, Operation) and STRENGTH[operand.operator] < strength
        text = print_expression(operand, name, gap)
        return f"({text})" if weak else text

    match expression:
        case Number(digits, percent):
            return f"{digits:f}{'%' if percent else ''}"
        case Cell():
            return name(expression)
        case Negative(of):
            return f"−{inside(of, 3)}"
        case Absolute(of):
            return f"|{print_expression(of, name, gap)}|"
        case Operation(operator, left, right):
            strength = STRENGTH[operator]
            return f"{inside(left, strength)}{gap}{PRINTED_OPERATORS[operator]}{gap}{inside(right, strength + 1)}"


def cells(part: Expression | Comparison | Formula | None) -> Iterator[Cell]:
    """The cells that a part of a formula names, in their order; a condition's come first."""
    match part:
        case Cell():
            yield part
        case Negative(of) | Absolute(of):
            yield from cells(of)
        case Operation(_, left, right):
            yield from cells(left)
            yield from cells(right)
        case Comparison(sides):
            for side in sides:
                yield from cells(side)
        case Formula():
            yield from cells(part.condition)
            yield from cells(part.comparison)


def place(text: str, at: int) -> str:
    """The text with a caret under the column `at`; signs as wide as two letters count as two."""
    before = "".join("　" if ord(c) > 0x2E7F else " " for c in text[: at - 1])
    return f"{text}\n{before}^"


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=False, maybe_placeholders=True)


def _fault(text: str, error: UnexpectedInput) -> FormulaFault:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        at, found = error.token.column, repr(str(error.token))
    elif isinstance(error, UnexpectedCharacters):
        at, found = error.column, repr(text[error.pos_in_stream or 0])
    else:
        at, found = len(text) + 1, "the end"
    wanted = error.accepts if isinstance(error, UnexpectedToken) else getattr(error, "allowed", None)
    terminals = {str(t) for t in wanted or ()}
    expected = [_EXPECTED[name] for name in _EXPECTED if name in terminals]
    return FormulaFault(at or 1, found, ", ".join(expected) or "an audit formula")


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """From lark's tree to the dataclasses."""

    def start(self, scope: Any, condition: Any, comparison: Comparison, *marks: Any) -> Formula:
        notes: dict[str, Any] = {}
        for mark in marks:
            for name, value in mark:
                if name == "except_months":
                    notes[name] = (*notes.get(name, ()), value)
                else:
                    notes[name] = value
        return Formula(comparison, scope or (), condition, **notes)

    def scope(self, *spans: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        return spans

    def span(self, first: Token, last: Token | None) -> tuple[str, str]:
        return first[:-1], (last or first)[:-1]

    def condition(self, comparison: Comparison, *_comma: Any) -> Comparison:
        return comparison

    def comparison(self, first: Expression, *rest: Any) -> Comparison:
        signs = tuple(str(s).replace("≥", ">=").replace("≤", "<=") for s in rest[::2])
        return Comparison((first, *rest[1::2]), signs)  # type: ignore[arg-type]  # the grammar lets no other sign pass

    def operation(self, left: Expression, operator: Any, right: Expression) -> Operation:
        return Operation(str(operator), left, right)  # type: ignore[arg-type]

    def number(self, token: Token) -> Number:
        return Number(Decimal(token.rstrip("%")), token.endswith("%"))

    def cell(self, form: Token | None, row: Token, word: Token | None) -> Cell:
        start = form or row
        return Cell(int(form[1:]) if form else None, row[:-1], str(word) if word else None, at=start.column or 1)

    def word(self, token: Token) -> Cell:
        return Cell(word=str(token), at=token.column or 1)

    def cities(self, token: Token) -> Cell:
        return Cell(cities=int(token[1:-1]), at=token.column or 1)

    def negative(self, _minus: Token, of: Expression) -> Negative:
        return Negative(of)

    def absolute(self, of: Expression) -> Absolute:
        return Absolute(of)

    def mark(self, *notes: Any) -> tuple[Any, ...]:
        return tuple(note for group in notes for note in group)

    def tolerance(self, token: Token) -> tuple[tuple[str, Any], ...]:
        return (("tolerance", Decimal(token[1:])),)

    def months(self, token: Token) -> tuple[tuple[str, Any], ...]:
        first, _, last = token.removesuffix("月除外").replace("-", "—").partition("—")
        span = int(first), int(last or first)
        if not 1 <= span[0] <= span[1] <= 12:
            raise FormulaFault(token.column or 1, repr(str(token)), "months from 1 to 12, the first not after the last")
        return (("except_months", span),)

    def jan_feb(self, _token: Token) -> tuple[tuple[str, Any], ...]:
        return (("except_jan_feb", True),)

    def one_release(self, _token: Token) -> tuple[tuple[str, Any], ...]:
        return (("one_release", True),)
