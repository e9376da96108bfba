"""Mutants of a check's SQL, made with sqlglot: one small change each."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

_COMPARISONS: dict[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GT),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
}
_ARITHMETIC: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Add: exp.Sub,
    exp.Sub: exp.Add,
    exp.Mul: exp.Div,
    exp.Div: exp.Mul,
}


def comparison(node: exp.Expr) -> Iterator[exp.Expr]:
    """`>` to `>=` and `<`, `=` to `<>`, and so on."""
    for other in _COMPARISONS.get(type(node), ()):
        yield other(this=node.this.copy(), expression=node.expression.copy())


def arithmetic(node: exp.Expr) -> Iterator[exp.Expr]:
    """`+` to `-`, `*` to `/`, and back."""
    other = _ARITHMETIC.get(type(node))
    if other is not None:
        yield other(this=node.this.copy(), expression=node.expression.copy())


def connective(node: exp.Expr) -> Iterator[exp.Expr]:
    """`AND` to `OR` and back."""
    if isinstance(node, exp.And | exp.Or):
        other = exp.Or if isinstance(node, exp.And) else exp.And
        yield other(this=exp.paren(node.this.copy()), expression=exp.paren(node.expression.copy()))


def condition(node: exp.Expr) -> Iterator[exp.Expr]:
    """A condition of a chain left out."""
    if isinstance(node, exp.And | exp.Or) and not isinstance(node.parent, type(node)):
        join = exp.and_ if isinstance(node, exp.And) else exp.or_
        for out, left in _one_left_out(list(node.flatten())):
            yield _without(out, exp.paren(join(*left)))


def key(node: exp.Expr) -> Iterator[exp.Expr]:
    """A column of an id made of columns left out."""
    if isinstance(node, exp.ConcatWs):
        separator, *columns = node.expressions
        for out, left in _one_left_out(columns):
            yield _without(out, exp.ConcatWs(expressions=[separator.copy(), *left]))


def _one_left_out(parts: list[exp.Expr]) -> Iterator[tuple[exp.Expr, list[exp.Expr]]]:
    for i, part in enumerate(parts):
        yield part, [p.copy() for k, p in enumerate(parts) if k != i]


def _without(out: exp.Expr, changed: exp.Expr) -> exp.Expr:
    changed.meta["change"] = f"without {out.sql('duckdb')}"
    return changed


def negation(node: exp.Expr) -> Iterator[exp.Expr]:
    """`NOT x` to `x`, `x IS NULL` to `NOT x IS NULL`."""
    if isinstance(node, exp.Not):
        yield node.this.copy()
    elif isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not):
        yield exp.not_(node.copy())


def number(node: exp.Expr) -> Iterator[exp.Expr]:
    """A number plus one."""
    if isinstance(node, exp.Literal) and node.is_number:
        yield exp.Literal.number(float(node.this) + 1 if "." in node.this else int(node.this) + 1)


def word(node: exp.Expr) -> Iterator[exp.Expr]:
    """A text in a condition to another one."""
    if isinstance(node, exp.Literal) and node.is_string and node.find_ancestor(exp.Where, exp.Case, exp.Join):
        yield exp.Literal.string(f"{node.this}x")


def join_kind(node: exp.Expr) -> Iterator[exp.Expr]:
    """`LEFT JOIN` to `INNER JOIN`."""
    if isinstance(node, exp.Join) and node.side:
        changed = node.copy()
        changed.set("side", None)
        changed.set("kind", "INNER")
        yield changed


def aggregate(node: exp.Expr) -> Iterator[exp.Expr]:
    """`MIN` to `MAX` and back; `SUM` to `MAX`; `COALESCE(x, y)` to `x`."""
    if isinstance(node, exp.Min | exp.Max):
        yield (exp.Max if isinstance(node, exp.Min) else exp.Min)(this=node.this.copy())
    elif isinstance(node, exp.Sum):
        yield exp.Max(this=node.this.copy())
    elif isinstance(node, exp.Coalesce):
        yield node.this.copy()


OPERATORS: tuple[Callable[[exp.Expr], Iterator[exp.Expr]], ...] = (
    comparison, arithmetic, connective, condition, key, negation, number, word, join_kind, aggregate,
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one check: by which operator, what was changed; where a change is made twice, which of them."""

    check: str
    operator: str
    change: str


def mutants(check: str, sql: str) -> Iterator[tuple[Mutant, str]]:
    """Every mutant of a statement, and the statement after the change; texts of `said` are left alone."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    made: Counter[tuple[str, str]] = Counter()
    for operator in OPERATORS:
        for place, node in enumerate(tree.walk()):
            if _is_said(node):
                continue
            for changed in operator(node):
                copy = tree.copy()
                target = next(n for i, n in enumerate(copy.walk()) if i == place)
                was = target.sql("duckdb")
                change = changed.meta.get("change", f"{was[:90]} → {changed.sql('duckdb')[:90]}")
                target.replace(changed)
                made[operator.__name__, change] += 1
                often = made[operator.__name__, change]
                said = f"{change} ({often})" if often > 1 else change
                yield Mutant(check, operator.__name__, said), copy.sql("duckdb")


def _is_said(node: exp.Expr) -> bool:
    alias = node if isinstance(node, exp.Alias) else node.find_ancestor(exp.Alias)
    while alias is not None:
        if alias.alias == "said" or alias.alias.startswith("explained_"):
            return True
        alias = alias.find_ancestor(exp.Alias)
    return False
