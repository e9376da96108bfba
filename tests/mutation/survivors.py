"""The mutants that no case notices, each under the reason why, and the tables of docs/checks.md that say so."""

from collections import Counter
from pathlib import Path
from typing import TypedDict

import yaml

from pipelines.audit_checks import header_and_sql
from tests.mutation.mutants import Mutant, mutants
from tests.support import ROOT

FOLDER = ROOT / "sql" / "checks"
SURVIVORS = Path(__file__).with_name("survivors.yaml")


class Reason(TypedDict):
    """Why some mutants survive: each as check, operator, change."""

    zh: str
    en: str
    mutants: list[tuple[str, str, str]]


def reasons() -> list[Reason]:
    """What survivors.yaml says."""
    said: list[Reason] = yaml.safe_load(SURVIVORS.read_text("utf-8"))
    return said


def known_survivors() -> set[Mutant]:
    """The mutants for which a reason is given."""
    return {Mutant(*mutant) for reason in reasons() for mutant in reason["mutants"]}


def texts_of_checks() -> dict[Path, str]:
    """The files that are mutated: every check, and what checks share."""
    return {path: path.read_text("utf-8") for path in sorted(FOLDER.rglob("*.sql")) if path.parent.name != "result"}


def mutants_of(path: Path, text: str) -> dict[Mutant, str]:
    """Every mutant of a file, with the file's text after the change."""
    _, sql = header_and_sql(text)
    header = text[: len(text) - len(sql) - 1]
    return {mutant: f"{header}\n{changed}\n" for mutant, changed in mutants(path.stem, sql)}


def tables() -> str:
    """How many mutants of each file are caught, and those that are not by reason, for docs/checks.md."""
    made = Counter(m.check for path, text in texts_of_checks().items() for m in mutants_of(path, text))
    survive = Counter(mutant.check for mutant in known_survivors())
    counts = [(name, made[name] - survive[name], made[name]) for name in sorted(made)]
    counts.append(("合计 all", made.total() - survive.total(), made.total()))
    lines = ["| 文件 file | 察觉 caught | 变异 mutants | % |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {caught} | {of} | {100 * caught / of:.1f} |" for name, caught, of in counts]
    lines += ["", "| 未察觉，因为 survives, because | 变异 mutants |", "|---|---|"]
    lines += [
        f"| {r['zh']}<br>{r['en']} | "
        + "<br>".join(f"{check}, {operator}: `{change}`" for check, operator, change in r["mutants"])
        + " |"
        for r in reasons()
    ]
    return "\n".join(lines) + "\n"
