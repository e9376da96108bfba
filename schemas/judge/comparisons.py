"""Rules made of comparisons alone, known for whole columns: read from their source, they are not called for each row.

What is read is proven to be what runs: its code is compiled again and compared. A row is kept where it certainly
reaches `return self`, broken where it certainly reaches `raise`; all else is the rule's own to say.
"""

import ast
import inspect
import textwrap
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from schemas.judge.arrays import Mask, mask_of, single, valid_in
from schemas.judge.subset import Field, Rule

_COMPARED = {"int", "float", "decimal", "date", "datetime", "str"}
"""Of these Arrow holds the very value, and compares as Python does."""
_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: pc.less,
    ast.LtE: pc.less_equal,
    ast.Gt: pc.greater,
    ast.GtE: pc.greater_equal,
    ast.Eq: pc.equal,
    ast.NotEq: pc.not_equal,
}
_CONSTANTS: tuple[tuple[Callable[[Any], bool], type], ...] = (
    (pa.types.is_int64, int),
    (pa.types.is_float64, float),
    (pa.types.is_string, str),
)
Truth = tuple[Mask, Mask]
"""Where a test is certainly true, and where it is certainly false."""


class NotCompared(Exception):
    """A rule says something else than comparisons of fields, constants and None."""


@dataclass(frozen=True)
class Comparisons:
    """The statements of a rule, and the name under which they know the row."""

    statements: Sequence[ast.stmt]
    row: str

    def verdicts(self, columns: Mapping[str, Any]) -> Truth:
        """Where the rule certainly keeps a row, and where it certainly refuses it.

        Raises:
            NotCompared: the rule says what is not read here.
        """
        size = len(next(iter(columns.values())))
        kept, refused, _ = self._run(self.statements, np.ones(size, bool), columns)
        return kept, refused

    def _run(self, statements: Sequence[ast.stmt], live: Mask, columns: Mapping[str, Any]) -> tuple[Mask, Mask, Mask]:
        """Rows that return, that raise, and that go on."""
        kept, refused = np.zeros(len(live), bool), np.zeros(len(live), bool)
        for statement in statements:
            match statement:
                case ast.If(test, body, otherwise):
                    true, false = self._truth(test, columns)
                    one = self._run(body, live & true, columns)
                    other = self._run(otherwise, live & false, columns)
                    kept, refused, live = kept | one[0] | other[0], refused | one[1] | other[1], one[2] | other[2]
                case ast.Return(ast.Name(self.row)):
                    kept, live = kept | live, np.zeros(len(live), bool)
                case ast.Raise():
                    refused, live = refused | live, np.zeros(len(live), bool)
                case ast.Expr(ast.Constant(str())):
                    pass
                case _:
                    raise NotCompared
        return kept, refused, live

    def _truth(self, test: ast.expr, columns: Mapping[str, Any]) -> Truth:
        match test:
            case ast.UnaryOp(ast.Not(), operand):
                true, false = self._truth(operand, columns)
                return false, true
            case ast.BoolOp(operator, parts):
                return _joined([self._truth(p, columns) for p in parts], every=isinstance(operator, ast.And))
            case ast.Compare(left, operators, rest):
                operands = [left, *rest]
                pairs = zip(operands, operators, rest, strict=False)
                return _joined([self._pair(a, o, b, columns) for a, o, b in pairs], every=True)
        raise NotCompared

    def _pair(self, left: ast.expr, operator: ast.cmpop, right: ast.expr, columns: Mapping[str, Any]) -> Truth:
        a, b = (self._operand(side, columns) for side in (left, right))
        if isinstance(operator, ast.Is | ast.IsNot) and isinstance(b, ast.Constant) and b.value is None:
            there = valid_in(_column(a))
            return (~there, there) if isinstance(operator, ast.Is) else (there, ~there)
        if type(operator) not in _OPERATORS:
            raise NotCompared
        if isinstance(a, ast.Constant):
            a = _as(_column(b).type, a)
        elif isinstance(b, ast.Constant):
            b = _as(a.type, b)
        if a.type != b.type:
            raise NotCompared
        found = _OPERATORS[type(operator)](a, b)
        true = mask_of(found)
        return true, valid_in(found) & ~true

    def _operand(self, side: ast.expr, columns: Mapping[str, Any]) -> Any:
        match side:
            case ast.Constant():
                return side
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
                return ast.Constant(-number)
            case ast.Attribute(ast.Name(self.row), name) if name in columns:
                return columns[name]
        raise NotCompared


def _column(operand: Any) -> Any:
    if isinstance(operand, ast.Constant):
        raise NotCompared
    return operand


def _as(arrow_type: Any, constant: ast.Constant) -> Any:
    for is_type, python in _CONSTANTS:
        if is_type(arrow_type) and type(constant.value) is python:
            return single(arrow_type, constant.value)
    raise NotCompared


def _joined(parts: Sequence[Truth], *, every: bool) -> Truth:
    """`and`, or else `or`: a part is asked where those before it leave it open, and nothing is known past a doubt."""
    true, false = parts[0]
    for next_true, next_false in parts[1:]:
        if every:
            true, false = true & next_true, false | (true & next_false)
        else:
            true, false = true | (false & next_true), false & next_false
    return true, false


def comparisons_of(model: type[BaseModel], rule: Rule, fields: Sequence[Field]) -> Comparisons | None:
    """The rule as comparisons; None where it cannot be read, or reads what Arrow does not compare as Python does."""
    kinds = {f.name: f.scalar["type"] for f in fields if f.scalar is not None}
    if model.__getattribute__ is not object.__getattribute__ or not rule.fields:
        return None
    if not all(kinds.get(name) in _COMPARED for name in rule.fields):
        return None
    try:
        (said,) = ast.parse(textwrap.dedent(inspect.getsource(rule.function))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    if not isinstance(said, ast.FunctionDef) or len(said.args.args) != 1:
        return None
    said.decorator_list = []
    runs = getattr(rule.function, "__code__", None)
    again = compile(ast.Module([said], []), "", "exec", dont_inherit=True)
    if not any(isinstance(c, types.CodeType) and _same(c, runs) for c in again.co_consts):
        return None
    return Comparisons(said.body, said.args.args[0].arg)


def _same(code: types.CodeType, runs: types.CodeType | None) -> bool:
    return runs is not None and all(
        getattr(code, part) == getattr(runs, part)
        for part in ("co_code", "co_names", "co_consts", "co_varnames", "co_freevars")
    )
