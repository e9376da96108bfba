"""Mutants of the checks' SQL, made with sqlglot, against the cases of tests/checks: which of them no case notices?

`make mutate` prints how many mutants of each file are caught, and every survivor. A mutant is caught when the findings
in the cases' files are not those that the tests ask for, or when it does not run. Operators: see `OPERATORS`.
"""

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import duckdb
import sqlglot
from rich.console import Console
from sqlglot import exp

from pipelines import audit
from pipelines.audit_checks import header_and_sql
from schemas.reference_data import Reference
from tests.checks.judging import all_cases, as_said, found
from tests.support import ROOT

FOLDER = ROOT / "sql" / "checks"
TODAY = dt.date(2026, 11, 22)
SECONDS = 20
"""After which a mutant counts as one that does not run."""
OUT = Console(width=150, highlight=False)

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
        parts = list(node.flatten())
        join = exp.and_ if isinstance(node, exp.And) else exp.or_
        for i in range(len(parts)):
            yield exp.paren(join(*(p.copy() for k, p in enumerate(parts) if k != i)))


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
    comparison, arithmetic, connective, condition, negation, number, word, join_kind, aggregate,
)  # fmt: skip


def mutants(sql: str) -> Iterator[tuple[str, str, str]]:
    """Operator, what was changed, and the whole statement after the change; texts of `said` are left alone."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    for operator in OPERATORS:
        for place, node in enumerate(tree.walk()):
            if _is_said(node):
                continue
            for changed in operator(node):
                copy = tree.copy()
                target = next(n for i, n in enumerate(copy.walk()) if i == place)
                was = target.sql("duckdb")
                target.replace(changed)
                yield operator.__name__, f"{was[:90]}  →  {changed.sql('duckdb')[:90]}", copy.sql("duckdb")


def _is_said(node: exp.Expr) -> bool:
    alias = node if isinstance(node, exp.Alias) else node.find_ancestor(exp.Alias)
    while alias is not None:
        if alias.alias == "said" or alias.alias.startswith("explained_"):
            return True
        alias = alias.find_ancestor(exp.Alias)
    return False


def findings(connection: duckdb.DuckDBPyConnection, made: audit.Audit) -> list[object]:
    """What the checks find in the cases' files, and what they say of it."""
    audit.judge(connection, made, TODAY)
    by_file = {file: sorted(of_file, key=str) for file, of_file in found(connection).items()}
    return [sorted(by_file.items()), as_said(connection)]


def found_in_time(connection: duckdb.DuckDBPyConnection, made: audit.Audit) -> list[object] | None:
    """What a mutant finds; None where it does not run, or takes more than it may of time and memory."""
    limit = Timer(SECONDS, connection.interrupt)
    limit.start()
    try:
        return findings(connection, made)
    except duckdb.Error:
        return None
    finally:
        limit.cancel()


def main() -> None:
    """Prints the table and the survivors; exit code 1 where fewer than nine of ten mutants are caught."""
    only = set(sys.argv[1:])
    texts = {path: path.read_text("utf-8") for path in sorted(FOLDER.rglob("*.sql")) if path.parent.name != "result"}
    caught, made, survivors = 0, 0, []
    with tempfile.TemporaryDirectory() as work, all_cases(Path(work) / "cases") as (connection, reference):
        connection.execute("SET memory_limit = '2GB'; SET max_temp_directory_size = '1GB'")
        for path, text in texts.items():
            if only and path.stem not in only:
                continue
            of_file = _of_file(connection, path, text, texts, Path(work) / "sql", reference)
            n, left = next(of_file), list(of_file)
            made, caught = made + int(n[1]), caught + int(n[1]) - len(left)
            survivors += left
            OUT.print(f"{path.stem:<24}{int(n[1]) - len(left):>5} of {n[1]}")
    OUT.print(f"{'all':<24}{caught:>5} of {made}: {100 * caught / made:.1f} %")
    for name, change in survivors:
        OUT.print(f"  {name}: {change}", markup=False)
    sys.exit(caught < 0.9 * made)


def _of_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    text: str,
    texts: dict[Path, str],
    folder: Path,
    reference: Reference,
) -> Iterator[tuple[str, str]]:
    """First the number of mutants of a file, then each survivor."""
    _, sql = header_and_sql(text)
    header = text[: len(text) - len(sql) - 1]
    all_mutants = list(mutants(sql))
    yield path.stem, str(len(all_mutants))
    own = None if path.parent.name == "shared" else path.stem
    wanted = findings(connection, _audit_of(folder, texts, own, reference))
    for operator, change, mutant in all_mutants:
        made = _audit_of(folder, {**texts, path: f"{header}\n{mutant}\n"}, own, reference)
        if found_in_time(connection, made) == wanted:
            yield path.stem, f"{operator}: {change}"


def _audit_of(folder: Path, texts: dict[Path, str], only: str | None, reference: Reference) -> audit.Audit:
    """The audit of changed files: one check alone, or all where what they share changed."""
    for path, text in texts.items():
        target = folder / path.relative_to(FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.name == "shared" or only in (None, path.stem):
            target.write_text(text, "utf-8")
        else:
            target.unlink(missing_ok=True)
    shutil.copytree(FOLDER / "result", folder / "result", dirs_exist_ok=True)
    return audit.load_audit(folder, reference)


if __name__ == "__main__":
    main()
