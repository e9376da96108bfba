"""The judge of columns: distinct cells are put to pydantic, and the verdicts carried back by index.

A cell, or a combination of cells that a rule reads, is either proven, with the value that the model gives it, or in
doubt; a row with any doubt is put to the model itself. Nothing is refused here but by the model.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from schemas.judge.answers import Answers
from schemas.judge.arrays import Ints, Mask, flags, numbers, taken, valid_in
from schemas.judge.comparisons import comparisons_of
from schemas.judge.proofs import proof_of
from schemas.judge.rows import ask
from schemas.judge.rules import Combinations
from schemas.judge.subset import Field, Plan
from schemas.judge.tables import Piece
from schemas.judge.types import REFUSED, Held, held_of, schema_of
from schemas.judge.verdicts import EmptyCell, Refusal

_FEW = 4096
_MANY_SHARE = 0.5


@dataclass(frozen=True)
class JudgedPiece:
    """The verdicts on a piece; rows are told by their position in it."""

    accepted: Any
    positions: Ints
    objects: list[tuple[int, BaseModel]]
    refused: list[tuple[int, tuple[Refusal, ...]]]


class ColumnJudge:
    """Judges pieces of one table by a plan; remembers which columns hold many different texts."""

    def __init__(self, plan: Plan, names: tuple[str, ...]) -> None:
        self.plan = plan
        self.schema = schema_of(plan.model)
        columns = {f.column for f in plan.fields}
        self.more = [n for n in names if n not in columns] if plan.forbids_more else []
        self.wanted = [n for n in names if n in columns or n in self.more]
        self.many: frozenset[str] = frozenset()
        compared = [comparisons_of(plan.model, rule, plan.fields) for rule in plan.rules]
        self._rules = [Combinations(plan.model, *pair) for pair in zip(plan.rules, compared, strict=True)]

    def judge(self, piece: Piece) -> JudgedPiece:
        """The verdict on every row of a piece that has the header's number of cells."""
        size = len(piece.positions)
        answers = {f.name: self._answers(f, piece, size) for f in self.plan.fields}
        proven = np.ones(size, bool)
        for answer in answers.values():
            proven &= answer.proven_rows()
        for name in self.more:
            proven &= self._left_out(piece.columns[name])
        rows = np.flatnonzero(proven)
        for combinations in self._rules:
            broken = combinations.broken([answers[n] for n in combinations.rule.fields], rows)
            if len(broken):
                proven[broken] = False
                rows = np.flatnonzero(proven)
        every = None if len(rows) == size else rows
        typed = [answers[f.name].of_rows(every) for f in self.plan.fields]
        return self._with_doubtful(piece, typed, rows, np.flatnonzero(~proven))

    def _with_doubtful(self, piece: Piece, typed: list[Any], rows: Ints, doubtful: Ints) -> JudgedPiece:
        """Puts the rows in doubt to the model, and what it accepts in its place among the others."""
        cells = {n: _cells(taken(c, doubtful)) for n, c in piece.columns.items()}
        given = (dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True))
        if not cells:
            given = ({} for _ in doubtful)
        judged = RowsAsColumns(self.plan.model)
        for position, row in zip(piece.positions[doubtful].tolist(), given, strict=True):
            judged.add(position, ask(self.plan.model, self.plan.empty_cell, row))
        positions = piece.positions[rows]
        if judged.positions:
            positions = np.concatenate([positions, judged.positions])
            order = np.argsort(positions, kind="stable")
            positions = positions[order]
            typed = [taken(pa.concat_arrays([c, more]), order) for c, more in zip(typed, judged.arrays(), strict=True)]
        accepted = pa.RecordBatch.from_arrays(typed, schema=self.schema)
        return JudgedPiece(accepted, positions, judged.objects, judged.refused)

    def _left_out(self, cells: Any) -> Mask:
        """Where a cell of a column that the model does not know gives it nothing."""
        if self.plan.empty_cell is not EmptyCell.ABSENT:
            return np.zeros(len(cells), bool)
        return np.array([v is None or v == "" for v in _cells(cells)], bool)

    def _answers(self, field: Field, piece: Piece, size: int) -> Answers:
        if field.column not in piece.columns:
            typed, proven = _typed(field, [field.absent])
            return Answers(typed, proven, lambda _: [field.absent] * len(_), np.zeros(size, np.int32), [""])
        cells = piece.columns[field.column]
        if not pa.types.is_dictionary(cells.type):
            if field.column in self.many or not _worth_encoding(field, self.plan.empty_cell, cells.type):
                return self._judged(field, cells)
            try:
                cells = cells.dictionary_encode(null_encoding="encode")
            except pa.ArrowNotImplementedError:  # a type of which Arrow makes no dictionary: each cell is judged
                return self._judged(field, cells)
        distinct = cells.dictionary
        if len(distinct) > max(_FEW, _MANY_SHARE * size) and _is_text(distinct.type):
            self.many |= {field.column}
        answers = self._judged(field, distinct)
        index = numbers(cells.indices, np.int32)
        keys = (
            distinct.to_pylist()
            if self._in_rules(field) and _is_text(distinct.type) and not distinct.null_count
            else None
        )
        return Answers(answers.typed, answers.proven, answers.python, index, keys)

    def _in_rules(self, field: Field) -> bool:
        return any(field.name in rule.fields for rule in self.plan.rules)

    def _judged(self, field: Field, cells: Any) -> Answers:
        """Each cell, by proof where there is one, else by pydantic."""
        proof = proof_of(field, self.plan.empty_cell, cells.type)
        if proof is None or not len(cells):
            values = self._values(field, _cells(cells))
            typed, proven = _typed(field, values)
            return Answers(typed, proven, lambda entries: [values[i] for i in entries.tolist()])
        typed, proven = proof.of(cells)
        rest = np.flatnonzero(~proven)
        asked = dict(zip(rest.tolist(), self._values(field, _taken(cells, rest)), strict=True))
        typed_rest, proven_rest = _typed(field, list(asked.values()))
        if not proven_rest.any():
            return Answers(typed, proven, lambda entries: list(map(proof.value, _taken(cells, entries))))
        typed = pc.replace_with_mask(typed, flags(~proven), typed_rest)
        proven[rest] = proven_rest

        def python(entries: Ints) -> list[Any]:
            found = zip(entries.tolist(), _taken(cells, entries), strict=True)
            return [asked[i] if i in asked else proof.value(cell) for i, cell in found]

        return Answers(typed, proven, python)

    def _values(self, field: Field, cells: list[Any]) -> list[Any]:
        """Pydantic's value for each cell, REFUSED where it gives none."""
        if self.plan.empty_cell is EmptyCell.TEXT or (None not in cells and "" not in cells):
            return field.bulk(cells)
        empty = [c is None or (isinstance(c, str) and not c) for c in cells]
        if self.plan.empty_cell is EmptyCell.NULL:
            return field.bulk([None if e else c for c, e in zip(cells, empty, strict=True)])
        values = iter(field.bulk([c for c, e in zip(cells, empty, strict=True) if not e]))
        return [field.absent if e else next(values) for e in empty]


class RowsAsColumns:
    """Verdicts of the model on rows, those accepted gathered as columns."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model
        self._held: dict[str, Held] = held_of(model)
        self._values: list[list[Any]] = [[] for _ in self._held]
        self.positions: list[int] = []
        self.objects: list[tuple[int, BaseModel]] = []
        self.refused: list[tuple[int, tuple[Refusal, ...]]] = []

    def add(self, position: int, verdict: BaseModel | tuple[Refusal, ...]) -> None:
        """Takes the verdict on a row."""
        if isinstance(verdict, tuple):
            self.refused.append((position, verdict))
            return
        values = [getattr(verdict, "__dict__", {}).get(name, REFUSED) for name in self._held]
        if values and all(v is not REFUSED and h.holds(v) for v, h in zip(values, self._held.values(), strict=True)):
            self.positions.append(position)
            for column, value in zip(self._values, values, strict=True):
                column.append(value)
        else:
            self.objects.append((position, verdict))

    def arrays(self) -> list[Any]:
        """The columns of the rows accepted."""
        return [h.array(values) for h, values in zip(self._held.values(), self._values, strict=True)]


def by_rows(model: type[BaseModel], empty_cell: EmptyCell, piece: Piece) -> JudgedPiece:
    """The verdicts on a piece, each row put to the model in its turn."""
    cells = {name: _cells(c) for name, c in piece.columns.items()}
    judged = RowsAsColumns(model)
    for position, row in zip(piece.positions.tolist(), zip(*cells.values(), strict=True), strict=True):
        judged.add(position, ask(model, empty_cell, dict(zip(cells, row, strict=True))))
    accepted = pa.RecordBatch.from_arrays(judged.arrays(), schema=schema_of(model))
    return JudgedPiece(accepted, np.array(judged.positions, np.int64), judged.objects, judged.refused)


def _typed(field: Field, values: list[Any]) -> tuple[Any, Mask]:
    typed = field.held.array(values, bare=field.scalar is not None)
    proven = valid_in(typed)
    if field.held.nullable:
        proven = proven | np.fromiter((v is None for v in values), bool, len(values))
    return typed, proven


def _worth_encoding(field: Field, empty_cell: EmptyCell, given: Any) -> bool:
    """Whether equal cells are looked for: not in numbers that a proof covers, nor in what Arrow cannot compare."""
    if pa.types.is_nested(given) or pa.types.is_null(given) or isinstance(given, pa.BaseExtensionType):
        return False
    return _is_text(given) or proof_of(field, empty_cell, given) is None


def _is_text(given: Any) -> bool:
    return bool(pa.types.is_string(given) or pa.types.is_large_string(given))


def _taken(cells: Any, entries: Ints) -> list[Any]:
    return _cells(taken(cells, entries))


def _cells(cells: Any) -> list[Any]:
    values: list[Any] = cells.to_pylist()
    return values
