"""`make bench`: every contender in a process of its own, in turns, medians; a table in Markdown.

`python -m benchmarks usual=1000000 hostile=1000000 --rounds 5 --only judge,polars`
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.files import write

SLOW = {"pydantic loop", "Great Expectations"}
"""Above a million rows they are left out: they take minutes, and the ratio is known."""


def once(contender: str, name: str, source: Path, target: Path) -> dict[str, float | int | None]:
    """Seconds of one contender's second run in this process, on a small file first: imports are not timed."""
    warm = source.with_name(f"{name}-warm.csv")
    CONTENDERS[contender](name, warm, target)
    started, worked = time.perf_counter(), time.process_time()
    done = CONTENDERS[contender](name, source, target)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    return {"seconds": seconds, "cpu": worked, "gigabytes": peak, "refused": done.refused, "reasons": done.reasons}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("files", nargs="+", help="usual=ROWS or hostile=ROWS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="contenders, by the beginnings of their names")
    parser.add_argument("--folder", type=Path, help="keeps the files there")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        (file,) = asked.files
        print(json.dumps(once(asked.once, file, asked.folder / f"{file}.csv", asked.folder / "out.parquet")))
        return
    chosen = [c for c in CONTENDERS if not asked.only or c.startswith(tuple(asked.only.split(",")))]
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        for file in asked.files:
            name, rows = file.split("=")
            _measure(name, int(rows), chosen, asked.rounds, folder)


def _measure(name: str, rows: int, chosen: list[str], rounds: int, folder: Path) -> None:
    source = folder / f"{name}.csv"
    write(name, 2_000, folder / f"{name}-warm.csv")
    write(name, rows, source)
    runs: dict[str, list[dict[str, float]]] = {c: [] for c in chosen if rows <= 1_000_000 or c not in SLOW}
    failed: dict[str, str] = {}
    for number in range(rounds):
        for contender, measured in runs.items():
            if contender in failed:
                continue
            ran = subprocess.run(
                [sys.executable, "-m", "benchmarks", name, "--once", contender, "--folder", str(folder)],
                capture_output=True,
                text=True,
                check=False,
            )
            if ran.returncode:
                failed[contender] = ran.stderr.strip().splitlines()[-1] if ran.stderr else f"exit code {ran.returncode}"
                continue
            measured.append(json.loads(ran.stdout.splitlines()[-1]))
            print(f"round {number + 1}: {contender}: {measured[-1]}", file=sys.stderr)
    source.unlink()
    _print(name, rows, runs, failed)


def _print(name: str, rows: int, runs: dict[str, list[dict[str, float]]], failed: dict[str, str]) -> None:
    print(f"\n{name}, {rows:,} rows, {os.cpu_count()} cores\n")
    print("| contender | s, median | s, all | of the floor | CPU s | of the floor | peak GB | rows refused | reasons |")
    print("|---|---|---|---|---|---|---|---|---|")
    floor = next((r for c, r in runs.items() if c.startswith("floor") and r), None)
    for contender, measured in runs.items():
        if contender in failed:
            print(f"| {contender} | failed: {failed[contender]} | | | | | | | |")
            continue
        every = " ".join(f"{m['seconds']:.2f}" for m in measured)
        ratio, of_cpu = (
            f"{_median(measured, key) / _median(floor, key):.2f}" if floor else "–" for key in ("seconds", "cpu")
        )
        last = {key: "–" if value is None else value for key, value in measured[-1].items()}
        cells = [contender, f"{_median(measured):.2f}", every, ratio, f"{_median(measured, 'cpu'):.2f}", of_cpu]
        print("|", " | ".join([*cells, f"{last['gigabytes']:.2f}", f"{last['refused']}", f"{last['reasons']}"]), "|")
    sys.stdout.flush()


def _median(measured: list[dict[str, float]], key: str = "seconds") -> float:
    return statistics.median(m[key] for m in measured)


if __name__ == "__main__":
    main()
