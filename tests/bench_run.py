"""Seconds of a first and a second `make run` after the install, beside `import dagster`: medians of three, and ratios.

`make bench-run`. Goals: first ≤ 5 ×, second with nothing new ≤ 4 ×. All three are taken in turns on one machine.
"""

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


def _seconds(folder: Path) -> dict[str, float]:
    taken: dict[str, float] = {}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import dagster"], check=True)
    taken["import dagster"] = time.perf_counter() - started
    for name in GOALS:
        started = time.perf_counter()
        ran = yuexin(folder, "run")
        if ran.returncode != 0:
            sys.exit(ran.stdout + ran.stderr)
        taken[name] = time.perf_counter() - started
    return taken


def main() -> None:
    """Measures and prints."""
    rounds: list[dict[str, float]] = []
    for number in range(ROUNDS):
        print(f"round {number + 1} of {ROUNDS} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(_seconds(copy_of_clone(Path(folder))))
    medians = {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}
    base = medians["import dagster"]
    print(f"{'':<16}{'seconds':>9}{'ratio':>8}{'goal':>8}")
    for name, seconds in medians.items():
        goal = f"{GOALS[name]:.1f}" if name in GOALS else ""
        print(f"{name:<16}{seconds:>9.2f}{seconds / base:>8.2f}{goal:>8}")


if __name__ == "__main__":
    main()
