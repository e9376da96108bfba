"""Rules that read several fields, asked once for each combination of their values."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import is_
from threading import Lock
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
_NUMBERLESS = -1


@dataclass
class Combinations:
    """A rule with the verdicts that it has given; equal combinations of texts are asked about once a table.

    Texts are numbered, a combination is known by the numbers of its texts; when a million are known no more are kept.
    """

    model: type[BaseModel]
    rule: Rule
    compared: Comparisons | None

    def __post_init__(self) -> None:
        self._numbers: list[dict[str, int]] = [{} for _ in self.rule.fields]
        self._known = np.empty(0, np.int64), np.empty(0, bool)
        self._alone = Lock()

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
        """Which of the distinct combinations keep the rule."""
        key = self._numbered(columns, entries)
        keys, verdicts = self._known
        at = np.searchsorted(keys, key)
        there = at < len(keys)
        there[there] = keys[at[there]] == key[there]
        new = np.flatnonzero(~there)
        values = (c.python(e[new]) for c, e in zip(columns, entries, strict=True))
        kept = np.empty(len(key), bool)
        kept[there] = verdicts[at[there]]
        kept[new] = keeps(self.model, self.rule)(zip(*values, strict=True))
        if len(new) and key[0] != _NUMBERLESS:
            self._remember(key[new], kept[new])
        return kept

    def _numbered(self, columns: Sequence[Answers], entries: Sequence[Ints]) -> Ints:
        """A number for each combination, the same in every piece; none where there are too many texts, or no texts."""
        bits = 62 // len(columns)
        key = np.zeros(len(entries[0]), np.int64)
        with self._alone:  # two threads would give one number twice
            for column, entry, numbers in zip(columns, entries, self._numbers, strict=True):
                if column.keys is None or len(numbers) + len(column.keys) > min(_MOST_KEPT, 1 << bits):
                    return np.full(len(key), _NUMBERLESS)
                every = [numbers.setdefault(text, len(numbers)) for text in column.keys]
                key = (key << bits) | np.array(every, np.int64)[entry]
        return key

    def _remember(self, key: Ints, kept: Mask) -> None:
        with self._alone:
            keys, verdicts = self._known
            if len(keys) < _MOST_KEPT:
                keys, first = np.unique(np.concatenate([keys, key]), return_index=True)
                self._known = keys, np.concatenate([verdicts, kept])[first]


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
    """Whether the rule accepts each combination of its fields' values, seen through objects that hold nothing else.

    Two are asked, and both must be accepted: one that notices who reads a field that is not declared, or the object as
    a whole, and answers False, not proven; and one of the model's very class, for a rule that looks at the class.
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
    noticing: Any = object.__new__(type.__new__(type(model), model.__name__, (_Unseen, model), body))
    pair = [(probe, held_of(probe)) for probe in (noticing, object.__new__(model))]
    names, count, function = rule.fields, len(rule.fields), rule.function

    def accepts(probe: object, held: dict[str, Any], values: tuple[Any, ...]) -> bool:
        held.update(zip(names, values))  # noqa: B905 - as many by construction; this may run for every row
        try:
            accepted = function(probe) is probe
        except Exception:  # not proven: the row goes to the model, which says what is wrong
            accepted = False
        if undeclared or len(held) != count or not all(map(is_, held.values(), values)):
            undeclared.clear()
            held.clear()
            return False
        return accepted

    return lambda combinations: [all(accepts(probe, held, v) for probe, held in pair) for v in combinations]
