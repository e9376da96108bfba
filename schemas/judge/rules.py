"""Rules that read several fields, asked once for each combination of their values."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel

from schemas.judge.answers import Answers
from schemas.judge.arrays import Ints, Mask
from schemas.judge.comparisons import Comparisons, NotCompared
from schemas.judge.subset import Rule

_MOST_KEPT = 1 << 20
_SMALL = 1 << 22


@dataclass
class Combinations:
    """A rule with the verdicts that it has given; equal combinations of texts are asked about once."""

    model: type[BaseModel]
    rule: Rule
    compared: Comparisons | None
    known: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def broken(self, columns: Sequence[Answers], rows: Ints) -> Ints:
        """Those of the rows whose combination is not proven to keep the rule."""
        if self.compared is None:
            return self._called(columns, rows)
        typed = {name: c.of_rows(rows) for name, c in zip(self.rule.fields, columns, strict=True)}
        try:
            kept, refused = self.compared.verdicts(typed)
        except (NotCompared, pa.ArrowException):
            self.compared = None
            return self._called(columns, rows)
        open_still = rows[~(kept | refused)]
        return np.union1d(rows[refused], self._called(columns, open_still)) if len(open_still) else rows[refused]

    def _called(self, columns: Sequence[Answers], rows: Ints) -> Ints:
        if not columns:
            return rows[:0] if keeps(self.model, self.rule)([()])[0] else rows
        if any(c.index is None for c in columns):
            values = [c.python(rows if c.index is None else c.index[rows]) for c in columns]
            kept = np.array(keeps(self.model, self.rule)(zip(*values, strict=True)), bool)
            return _but(rows, kept)
        key = np.zeros(len(rows), np.int64)
        sizes = [c.size for c in columns]
        if math.prod(sizes) >= 1 << 62:
            return rows
        for column, size in zip(columns, sizes, strict=True):
            assert column.index is not None
            key = key * size + column.index[rows]
        distinct, at = _distinct(key, math.prod(sizes))
        entries: list[Ints] = []
        left = distinct
        for size in reversed(sizes):
            left, entry = np.divmod(left, size)
            entries.insert(0, entry)
        kept = self._kept(columns, entries)
        return _but(rows, kept[at])

    def _kept(self, columns: Sequence[Answers], entries: Sequence[Ints]) -> Mask:
        """Which of the distinct combinations keep the rule; told by their texts they are asked about once a table."""
        texts = [[k[i] for i in e.tolist()] for c, e in zip(columns, entries, strict=True) if (k := c.keys) is not None]
        if len(texts) < len(columns):
            values = (c.python(e) for c, e in zip(columns, entries, strict=True))
            return np.array(keeps(self.model, self.rule)(zip(*values, strict=True)), bool)
        if len(self.known) > _MOST_KEPT:
            self.known = {}  # another thread goes on with the old one
        known = self.known
        combinations = list(zip(*texts, strict=True))
        new = np.array([i for i, c in enumerate(combinations) if c not in known], np.int64)
        values = (c.python(e[new]) for c, e in zip(columns, entries, strict=True))
        verdicts = keeps(self.model, self.rule)(zip(*values, strict=True))
        known.update(zip((combinations[i] for i in new.tolist()), verdicts, strict=True))
        return np.array([known[c] for c in combinations], bool)


def _but(rows: Ints, kept: Mask) -> Ints:
    broken: Ints = rows[~kept]
    return broken


def _distinct(key: Ints, bound: int) -> tuple[Ints, npt.NDArray[Any]]:
    """The distinct keys, and for each key which of them it is."""
    if bound > _SMALL:
        return np.unique(key, return_inverse=True)
    there = np.zeros(bound, bool)
    there[key] = True
    distinct = np.flatnonzero(there)
    at = np.empty(bound, np.int32)
    at[distinct] = np.arange(len(distinct))
    return distinct, at[key]


class _Unseen:
    """Keeps a probe's making from a model's own __init_subclass__."""

    def __init_subclass__(cls, **_: Any) -> None:
        return


def keeps(model: type[BaseModel], rule: Rule) -> Callable[[Iterable[tuple[Any, ...]]], list[bool]]:
    """Whether the rule accepts each combination of its fields' values, seen through an object that holds nothing else.

    Whoever reads a field that is not declared, or the object as a whole, gets the answer False: not proven.
    """
    undeclared: list[str] = []

    def missing(_self: object, name: str) -> Any:
        undeclared.append(name)
        raise AttributeError(name)

    def whole(self: object) -> Any:
        undeclared.append("__dict__")
        return held_of(self)

    held_of = vars(BaseModel)["__dict__"].__get__
    body = {"__slots__": (), "__getattr__": missing, "__dict__": property(whole), "__module__": model.__module__}
    probe: Any = object.__new__(type.__new__(type(model), model.__name__, (_Unseen, model), body))
    held: dict[str, Any] = held_of(probe)
    names, count, function = rule.fields, len(rule.fields), rule.function

    def verdicts(combinations: Iterable[tuple[Any, ...]]) -> list[bool]:
        kept = []
        for values in combinations:
            held.update(zip(names, values))  # noqa: B905 - as many by construction; this may run for every row
            try:
                kept.append(function(probe) is probe)
            except Exception:
                kept.append(False)
            if undeclared or len(held) != count or not all(map(is_, held.values(), values)):
                undeclared.clear()
                held.clear()
                kept[-1] = False
        return kept

    return verdicts
