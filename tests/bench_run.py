"""Seconds of a first and a second `make run` after the install, beside the imports that they need: medians of three.

`make bench-run`. Goals: the first ≤ 5 × `import dagster` + 1.5 × `import great_expectations`; the second, with nothing
new, ≤ 4 × `import dagster`. All are taken in turns on one machine. Beside the seconds on the clock stand those of the
processors: these say more where others work on the same machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support import copy_of_clone, yuexin

ROUNDS = 3
IMPORTS = ("import dagster", "import great_expectations")
GOALS = {"first run": (5.0, 1.5), "second run": (4.0, 0.0)}
"""Times each of the imports."""

Seconds = tuple[float, float]
"""On the clock, and of the processors."""


def _now() -> Seconds:
    children = os.times()
    return time.perf_counter(), children.children_user + children.children_system


def _taken(since: Seconds) -> Seconds:
    now = _now()
    return now[0] - since[0], now[1] - since[1]


def _round(folder: Path) -> dict[str, Seconds]:
    """One round in a copy of the clone, as the install leaves it (PREPARE in the Makefile)."""
    prepare = (["compileall", "-q", "schemas", "sources", "pipelines"], ["pipelines.prepare"])
    home = {**os.environ, "PYTHONPATH": str(folder), "DAGSTER_HOME": str(folder)}
    for module in prepare:
        subprocess.run([sys.executable, "-m", *module], cwd=folder, env=home, check=True)
    taken = {}
    for imported in IMPORTS:
        began = _now()
        subprocess.run([sys.executable, "-c", imported], check=True)
        taken[imported] = _taken(began)
    for name in GOALS:
        began = _now()
        ran = yuexin(folder, "run")
        if ran.returncode != 0:
            sys.exit(ran.stdout + ran.stderr)
        taken[name] = _taken(began)
    return taken


def main() -> None:
    """Measures and prints."""
    rounds: list[dict[str, Seconds]] = []
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(_round(copy_of_clone(Path(folder), suites=True)))
    print(f"{'':<28}{'seconds':>9}{'goal':>8}{'of it':>8}{'processor':>12}{'goal':>8}{'of it':>8}")
    medians = {name: [statistics.median(r[name][i] for r in rounds) for i in (0, 1)] for name in rounds[0]}
    for name, taken in medians.items():
        said = ""
        for seconds, imports in zip(taken, zip(*(medians[i] for i in IMPORTS), strict=True), strict=True):
            goal = sum(times * one for times, one in zip(GOALS.get(name, (0, 0)), imports, strict=True))
            said += f"{seconds:>9.2f}" + (f"{goal:>8.2f}{seconds / goal:>8.0%}   " if goal else " " * 19)
        print(f"{name:<28}{said}")


if __name__ == "__main__":
    main()
