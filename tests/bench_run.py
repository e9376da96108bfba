"""Seconds of a first and a second `make run` after the install, beside `import dagster`: medians of three, and ratios.

`make bench-run`. Goals: first ≤ 5 ×, second with nothing new ≤ 4 ×. All three are taken in turns on one machine. Beside
the seconds on the clock stand those of the processors: these say more where others work on the same machine.
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
GOALS = {"first run": 5.0, "second run": 4.0}
BASE = "import dagster"

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
    began = _now()
    subprocess.run([sys.executable, "-c", BASE], check=True)
    taken = {BASE: _taken(began)}
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
    print(f"{'':<16}{'seconds':>9}{'ratio':>8}{'goal':>8}{'processor':>12}{'ratio':>8}")
    base = [statistics.median(r[BASE][i] for r in rounds) for i in (0, 1)]
    for name in rounds[0]:
        clock, processor = (statistics.median(r[name][i] for r in rounds) for i in (0, 1))
        goal = f"{GOALS[name]:.1f}" if name in GOALS else ""
        print(f"{name:<16}{clock:>9.2f}{clock / base[0]:>8.2f}{goal:>8}{processor:>12.2f}{processor / base[1]:>8.2f}")


if __name__ == "__main__":
    main()
