"""Mutants of the checks' SQL against the cases of tests/checks: which of them does no case notice?

`make mutate` prints how many mutants of each file are caught, and every survivor without a reason in survivors.yaml.
A mutant is caught when the findings in the cases' files are not those that the tests ask for, or when it does not run.
"""

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer

import duckdb
from rich.console import Console

from pipelines import audit
from schemas.reference_data import Reference
from tests.checks.judging import all_cases, as_said, found
from tests.mutation.mutants import Mutant
from tests.mutation.survivors import FOLDER, known_survivors, mutants_of, texts_of_checks

TODAY = dt.date(2026, 11, 22)
SECONDS = 20
"""After which a mutant counts as one that does not run."""
ENOUGH = 0.9
OUT = Console(width=150, highlight=False)


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
    """Prints the table and what is not as survivors.yaml says; then, or under nine of ten, the exit code is 1."""
    texts = texts_of_checks()
    names = sys.argv[1:] or sorted(path.stem for path in texts)
    made, left = 0, set[Mutant]()
    with tempfile.TemporaryDirectory() as work, all_cases(Path(work) / "cases") as (connection, reference):
        connection.execute("SET memory_limit = '2GB'; SET max_temp_directory_size = '1GB'")
        without_forms = replace(reference, forms={})  # formulas of forms are not mutated, and take long to bind
        for path in [path for path in texts if path.stem in names]:
            of_file = mutants_of(path, texts[path])
            survive = set(_survivors(connection, path, of_file, texts, Path(work) / "sql", without_forms))
            made, left = made + len(of_file), left | survive
            OUT.print(f"{path.stem:<24}{len(of_file) - len(survive):>5} of {len(of_file)}")
    OUT.print(f"{'all':<24}{made - len(left):>5} of {made}: {100 * (1 - len(left) / made):.1f} %")
    known = {mutant for mutant in known_survivors() if mutant.check in names}
    for said, mutants in (("survives, no reason", left - known), ("no longer survives", known - left)):
        for mutant in sorted(mutants):
            OUT.print(f"{said}: {mutant.check}: {mutant.operator}: {mutant.change}", markup=False, soft_wrap=True)
    sys.exit(left != known or len(left) > (1 - ENOUGH) * made)


def _survivors(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    of_file: dict[Mutant, str],
    texts: dict[Path, str],
    folder: Path,
    reference: Reference,
) -> Iterator[Mutant]:
    own = None if path.parent.name == "shared" else path.stem
    wanted = findings(connection, _audit_of(folder, texts, own, reference))
    for mutant, text in of_file.items():
        made = _audit_of(folder, {**texts, path: text}, own, reference)
        if found_in_time(connection, made) == wanted:
            yield mutant


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
