"""The one public function, and the order in which pieces of a table are judged: side by side, handed out in turn."""

import contextvars
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from os import cpu_count
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

from schemas.judge.rows import ask
from schemas.judge.verdicts import Batch, Model, RefusedRow, empty_cell_of, ragged

if TYPE_CHECKING:
    from schemas.judge.arrays import Ints
    from schemas.judge.columns import JudgedPiece
    from schemas.judge.tables import Piece, Table

Done = TypeVar("Done")
_ROWS_AT_ONCE = 1 << 12


class Judged(Generic[Model]):
    """The verdicts on a table, in batches, to be iterated once; the counts are those of the batches so far."""

    def __init__(
        self, model: type[Model], by: Literal["columns", "rows"], why: str, schema: Any, batches: Iterator[Batch[Model]]
    ) -> None:
        self.model = model
        self.by = by
        """Whether the model is judged by columns or row by row."""
        self.why = why
        """What in the model is outside the subset that is judged by columns; empty for a model inside."""
        self.schema = schema
        """The Arrow schema of the accepted rows; None where the input is rows."""
        self.rows = self.accepted = self.refused = 0
        self.rules: Counter[str] = Counter()
        self._batches = batches

    def __iter__(self) -> Iterator[Batch[Model]]:
        for batch in self._batches:
            accepted = len(batch.rows) + len(batch.objects)
            self.accepted += accepted
            self.refused += len(batch.refused)
            self.rows += accepted + len(batch.refused)
            self.rules.update(r.rule for row in batch.refused for r in row.reasons)
            yield batch


def judge(table: Any, model: type[Model]) -> Judged[Model]:
    """The model's verdict on every row of a table.

    Args:
        table: the path or the bytes of a CSV (UTF-8, header, commas) or Parquet file; an Arrow table, batch, reader,
            DuckDB relation or anything else with `__arrow_c_stream__`; or a list, tuple or iterator of rows, each a
            mapping: of an iterator no more rows are taken than make a batch.
        model: what a row must be. Columns are found by the names that the model's fields are read from. What an
            empty cell means is its `empty_cell`.

    Returns:
        Batches of accepted and refused rows, in the order of the table. Of columns come columns: Arrow record
        batches in the types of the model's fields (text lists as dictionaries, `Decimal` in its digits or else
        DECIMAL(38,18), what Arrow has no type for as JSON). Of rows come objects of the model.

    Raises:
        Untabular: the input is no table; while iterating, too, when it turns out later.
        TypeError: the input is of no known kind, or the model's declarations to the judge are wrong.
    """
    if isinstance(table, (list, tuple)) or (isinstance(table, Iterator) and not hasattr(table, "__arrow_c_stream__")):
        return Judged(model, "rows", "the input is rows", None, _rows(table, model))
    from schemas.judge.columns import ColumnJudge  # noqa: PLC0415 - pyarrow takes a tenth of a second
    from schemas.judge.subset import Outside, plan_of  # noqa: PLC0415
    from schemas.judge.tables import table_of  # noqa: PLC0415
    from schemas.judge.types import schema_of  # noqa: PLC0415

    schema = schema_of(model)
    try:
        plan = plan_of(model)
    except Outside as why:
        opened = table_of(table)
        return Judged(model, "rows", str(why), schema, _numbered(opened, _row_by_row(opened, model)))
    opened = table_of(table)
    columns = ColumnJudge(plan, opened.names)

    def one(call: Callable[..., "Piece"]) -> "tuple[Piece, JudgedPiece]":
        piece = call(columns.wanted, columns.many)
        return piece, columns.judge(piece)

    return Judged(model, "columns", "", schema, _numbered(opened, _side_by_side(opened.pieces, one)))


def _rows(table: Iterable[Mapping[str, Any]], model: type[Model]) -> Iterator[Batch[Model]]:
    empty_cell = empty_cell_of(model)
    numbered = enumerate(table, 1)
    while some := list(islice(numbered, _ROWS_AT_ONCE)):
        objects: list[tuple[int, Model]] = []
        refused: list[RefusedRow] = []
        for number, row in some:
            verdict = ask(model, empty_cell, row)
            if isinstance(verdict, tuple):
                refused.append(RefusedRow(number, None, verdict))
            else:
                objects.append((number, verdict))
        yield Batch(None, (), tuple(objects), tuple(refused))


def _row_by_row(table: "Table", model: type[Model]) -> "Iterator[tuple[Piece, JudgedPiece]]":
    from schemas.judge.columns import by_rows  # noqa: PLC0415

    empty_cell = empty_cell_of(model)
    for call in table.pieces:
        piece = call(table.names, frozenset(table.names))
        yield piece, by_rows(model, empty_cell, piece)


def _numbered(table: "Table", pieces: "Iterator[tuple[Piece, JudgedPiece]]") -> Iterator[Batch[Any]]:
    """Batches in which rows and lines count from the beginning of the table."""
    row, line = 1, table.first_line
    for piece, judged in pieces:
        begins = piece.lines() if piece.lines is not None and (judged.refused or piece.ragged) else None
        refused = [RefusedRow(row + p, _line(begins, p, line), reasons) for p, reasons in judged.refused]
        if piece.ragged:
            refused += [
                ragged(row + r.position, _line(begins, r.position, line), r.found, r.cells, len(table.names))
                for r in piece.ragged
            ]
            refused.sort(key=lambda r: r.row)
        objects = tuple((row + p, o) for p, o in judged.objects)
        yield Batch(judged.accepted, judged.positions + row, objects, tuple(refused))
        row, line = row + piece.size, line + piece.line_count


def _line(begins: "Sequence[int] | Ints | None", position: int, first: int) -> int | None:
    return None if begins is None else first + int(begins[position])


def _side_by_side(calls: Iterator[Callable[..., Any]], work: Callable[[Any], Done]) -> Iterator[Done]:
    """The results of the calls in their order, while the next ones are worked on; a single call in this thread."""
    first, second = next(calls, None), next(calls, None)
    if first is None:
        return
    if second is None:
        yield work(first)
        return
    workers = cpu_count() or 1
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Done]] = deque()

    def start(call: Callable[..., Any]) -> None:
        # a validator sees the caller's context, that of decimal arithmetic above all
        waiting.append(pool.submit(cast(Any, contextvars.copy_context().run), work, call))

    try:
        start(first)
        yield waiting.popleft().result()  # alone: it shows which columns hold many different texts
        start(second)
        for call in calls:
            start(call)
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
