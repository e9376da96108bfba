"""Mutants of the models that every value is judged by, made with Cosmic Ray, against their unit tests.

`make mutate` prints how many are caught and every survivor that models.yaml does not explain; exit code 1 where fewer
than nine of ten are caught or a survivor has no reason. Cosmic Ray changes files in place, so it works on a copy.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from rich.console import Console

from tests.support import ROOT

MODULES = ("schemas/rows.py", "schemas/periods.py", "schemas/checks.py")
TESTS = (
    "tests/unit/test_intake.py tests/unit/test_periods.py tests/unit/test_rows.py tests/checks/test_reference.py "
    "tests/unit/test_judge.py::test_shipped_figures_are_judged_by_columns_as_row_by_row"
)
REASONS = Path(__file__).with_name("models.yaml")
OUT = Console(width=150, highlight=False)
_LEFT_OUT = (
    r"core/ReplaceBinaryOperator_BitOr_.*",  # `str | None` is a type
    r"core/ReplaceBinaryOperator_.*_(BitOr|BitAnd|BitXor|LShift|RShift|Pow|Mod)",
    r"core/ReplaceComparisonOperator_.*_(Is|IsNot)",
    r"core/ReplaceComparisonOperator_Is(Not)?_(Lt|LtE|Gt|GtE)",
    r"core/Variable.*",
)
"""Operators that make what nobody would write by mistake."""


def main() -> None:
    """Prints the table and the survivors without a reason."""
    reasons = {(r["module"], r["operator"], r["was"]) for r in yaml.safe_load(REASONS.read_text("utf-8")) or []}
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "clone"
        shutil.copytree(ROOT, copy, symlinks=True, ignore=_not_needed)
        outcomes = _mutate(copy)
    unexplained = []
    for module in MODULES:
        of_module = [(operator, was, left) for m, operator, was, left in outcomes if m == module]
        left = [(module, operator, was) for operator, was, survived in of_module if survived]
        unexplained += [s for s in left if s not in reasons]
        OUT.print(f"{module:<24}{len(of_module) - len(left):>5} of {len(of_module)}")
    caught = sum(not left for *_, left in outcomes)
    OUT.print(f"{'all':<24}{caught:>5} of {len(outcomes)}: {100 * caught / len(outcomes):.1f} %")
    for module, operator, was in unexplained:
        OUT.print(f"  {module} {operator}: {was}", markup=False)
    sys.exit(bool(unexplained) or caught < 0.9 * len(outcomes))


def _not_needed(folder: str, names: list[str]) -> set[str]:
    made = {".git", ".venv", ".dagster", "__pycache__", "published", "warehouse", "snapshots"}
    return {n for n in names if n in made or n.endswith("_cache")}


def _mutate(clone: Path) -> list[tuple[str, str, str, bool]]:
    """Module, operator, line as it was, and whether it survived, of every mutant."""
    tool = ROOT / ".venv" / "mutate" / "bin"
    config = f"""
[cosmic-ray]
module-path = {json.dumps(MODULES)}
timeout = 120.0
excluded-modules = []
test-command = "{sys.executable} -m pytest -x -q -p no:cacheprovider {TESTS}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(_LEFT_OUT)}
"""
    (clone / "mutate.toml").write_text(config, "utf-8")
    for command in ("cosmic-ray init mutate.toml m.sqlite", "cr-filter-operators m.sqlite mutate.toml",
                    "cosmic-ray baseline mutate.toml", "cosmic-ray exec mutate.toml m.sqlite"):  # fmt: skip
        program, *arguments = command.split()
        subprocess.run([tool / program, *arguments], cwd=clone, check=True)
    dumped = subprocess.run(
        [tool / "cosmic-ray", "dump", "m.sqlite"], cwd=clone, check=True, capture_output=True, text=True
    ).stdout
    found = []
    for line in dumped.splitlines():
        work, result = json.loads(line)
        (mutation,) = work["mutations"]
        if result is None or result["worker_outcome"] == "skipped":
            continue
        was = (ROOT / mutation["module_path"]).read_text("utf-8").splitlines()[mutation["start_pos"][0] - 1].strip()
        survived = result["test_outcome"] == "survived"
        found.append((mutation["module_path"], mutation["operator_name"], was, survived))
    return found


if __name__ == "__main__":
    main()
