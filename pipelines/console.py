"""The terminal: progress while a run works, and the tables that it ends with. All printing is here."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from sources.snapshots import Arrival

WIDTH_OF_A_LOG = 150
"""Columns where output goes to a file or a pipe."""


def _console(*, stderr: bool) -> Console:
    """Texts are printed as they are: what stands in a file is no markup."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    return (
        found
        if found.is_terminal
        else Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=WIDTH_OF_A_LOG)
    )


OUT = _console(stderr=False)
ERR = _console(stderr=True)


class StepProgress:
    """A bar over the steps of a run; without a terminal nothing is drawn and steps are said in lines."""

    def __init__(self, steps: int) -> None:
        self.bar = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=ERR,
            transient=True,
            disable=not ERR.is_terminal,
        )
        self.task: TaskID = self.bar.add_task("…", total=steps)

    def __enter__(self) -> "StepProgress":
        _shown.append(self)
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()
        _shown.remove(self)

    def started(self, step: str) -> None:
        """A step began."""
        self.bar.update(self.task, description=step)

    def finished(self) -> None:
        """A step ended."""
        self.bar.advance(self.task)


_shown: list[StepProgress] = []


def shown() -> list[StepProgress]:
    """The bars that are on the terminal now."""
    return _shown


def track_files(arrivals: "list[Arrival]") -> "Iterable[Arrival]":
    """The arrivals, one by one, with the running step's bar naming each file."""
    return _tracked(arrivals)


def _tracked(arrivals: "list[Arrival]") -> "Iterator[Arrival]":
    for i, arrival in enumerate(arrivals, 1):
        for bar in _shown:
            bar.started(f"{arrival.name} ({i}/{len(arrivals)})")
        yield arrival


def table(title: str, columns: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Prints a table; the last column takes what width is left."""
    drawn = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for i, column in enumerate(columns):
        last = i == len(columns) - 1
        drawn.add_column(column, overflow="fold", ratio=1 if last else None, max_width=None if last else 32)
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    OUT.print(drawn)
    OUT.print()


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Shows that something takes a moment, where there is a terminal."""
    with ERR.status(text):
        yield


def say(text: str) -> None:
    """Prints a line."""
    OUT.print(text)


def emit(text: str) -> None:
    """Writes a text for programs as it is: not folded, in UTF-8 whatever the terminal's language."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.flush()


def complain(text: str) -> None:
    """Prints a line about something wrong."""
    ERR.print(text, style="red", markup=False)
