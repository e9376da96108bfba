"""Tables in pieces: a CSV file, a Parquet file, anything that speaks Arrow; rows keep their numbers and lines.

CSV means what Python's `csv` module means by it (strict, UTF-8, commas). Arrow reads a piece of a file only where both
are known to read alike: each quote opens or closes a cell, no carriage return stands alone. From the first piece on
where that is not known, the `csv` module reads the rest.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from schemas.judge.arrays import POOL, Ints, array
from schemas.judge.verdicts import Untabular

PIECE_ROWS = 1 << 18
_FIRST_BYTES, _PIECE_BYTES = 1 << 20, 8 << 20
_LONGEST_RECORD = 64 << 20
_GLANCE = 1 << 10
_SLOW_ROWS = 1 << 16
_MARK = b"\xef\xbb\xbf"
_COMMA, _QUOTE, _NEWLINE, _RETURN = b',"\n\r'


@dataclass(frozen=True)
class Ragged:
    """A line that has not the header's number of cells."""

    position: int
    found: str
    cells: int


@dataclass(frozen=True)
class Piece:
    """Some rows that follow one another, as columns; `positions` counts the ragged ones among them, too."""

    columns: Mapping[str, Any]
    positions: Ints
    size: int
    ragged: tuple[Ragged, ...]
    line_count: int
    lines: Callable[[], Sequence[int] | Ints] | None
    """The line, from 0, in which each of the piece's rows begins; None where the input has no lines."""


@dataclass(frozen=True)
class Table:
    """A table's column names, and its pieces: each is a call, to be made in any thread.

    The call is told which columns are wanted and which of them hold many different texts.
    """

    names: tuple[str, ...]
    pieces: Iterator[Callable[[Sequence[str], frozenset[str]], Piece]]
    first_line: int = 1


def table_of(source: Any) -> Table:
    """The table in a path, in bytes (CSV or Parquet, told apart by the first bytes), or in an Arrow stream.

    Raises:
        Untabular: it has no header, or names a column twice.
        TypeError: it is none of these.
    """
    if isinstance(source, (str, Path)):
        return _of_file(Path(source).open("rb"))
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _of_file(io.BytesIO(source))
    if isinstance(source, pa.RecordBatch):
        source = pa.Table.from_batches([source])
    if not isinstance(source, pa.RecordBatchReader):
        if not hasattr(source, "__arrow_c_stream__"):
            raise TypeError(f"{type(source).__name__} is no path, no bytes, no rows and no Arrow stream")
        source = pa.RecordBatchReader.from_stream(source)
    return Table(_checked(source.schema.names), _of_batches(source))


def _of_file(stream: IO[bytes]) -> Table:
    start = stream.read(4)
    stream.seek(0)
    if start != b"PAR1":
        return _of_csv(stream)
    pieces = _parquet_pieces(stream)
    names: tuple[str, ...] = next(pieces)
    return Table(_checked(names), _of_batches(pieces))


def _parquet_pieces(stream: IO[bytes]) -> Iterator[Any]:
    """The column names, then the batches."""
    with stream, pq.ParquetFile(stream) as file:
        yield tuple(file.schema_arrow.names)
        yield from file.iter_batches(PIECE_ROWS)


def _checked(names: Sequence[str]) -> tuple[str, ...]:
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise Untabular(f"columns stand twice in the header: {twice}")
    return tuple(names)


def _of_batches(batches: Any) -> Iterator[Callable[[Sequence[str], frozenset[str]], Piece]]:
    for whole in batches:
        for start in range(0, whole.num_rows, PIECE_ROWS):
            batch = whole.slice(start, PIECE_ROWS)

            def columns(wanted: Sequence[str], _many: frozenset[str], batch: Any = batch) -> Piece:
                cells = {name: _plain(name, batch.column(name)) for name in wanted}
                return Piece(cells, np.arange(batch.num_rows), batch.num_rows, (), 0, None)

            yield columns


def _plain(name: str, cells: Any) -> Any:
    """Cells without an encoding of their own, in types whose values Python can hold."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    target = _PLAINER.get(cells.type)
    if pa.types.is_timestamp(cells.type) and cells.type.unit == "ns":
        target = pa.timestamp("us", cells.type.tz)
    try:
        return cells if target is None else cells.cast(target)
    except pa.ArrowInvalid as error:
        raise Untabular(f"the column {name} holds what Python cannot: {error}") from error


_PLAINER = {
    pa.string_view(): pa.string(),
    pa.binary_view(): pa.binary(),
    pa.time64("ns"): pa.time64("us"),
    pa.duration("ns"): pa.duration("us"),
}


def _of_csv(stream: IO[bytes]) -> Table:
    pieces = _csv_pieces(stream)
    first = next(pieces, None)
    if first is None:
        raise Untabular("the file has no header")
    height = 0
    while isinstance(first, bytes) and not first.strip(b"\r\n"):
        height += first.count(b"\n")
        first = next(pieces, b"")
        if not first:
            raise Untabular("the file has no header")
    if isinstance(first, bytes):
        header, width, more = _header(first)
        height += more
        rest: Iterator[bytes | list[tuple[int, list[str]]]] = pieces
        body: bytes | list[tuple[int, list[str]]] = first[width:]
    else:
        (_, header), *body = first
        rest = pieces
    names = _checked(header)

    def calls() -> Iterator[Callable[[Sequence[str], frozenset[str]], Piece]]:
        yield _csv_call(names, body)
        for piece in rest:
            yield _csv_call(names, piece)

    return Table(names, calls(), 1 + height)


def _csv_call(
    names: tuple[str, ...], piece: bytes | list[tuple[int, list[str]]]
) -> Callable[[Sequence[str], frozenset[str]], Piece]:
    if isinstance(piece, bytes):
        return lambda wanted, many: _by_arrow(names, piece, wanted, many)
    return lambda wanted, _many: _by_module(names, piece, wanted)


def _header(piece: bytes) -> tuple[list[str], int, int]:
    """The header of a well-formed piece, its width in bytes, and its height in lines."""
    width = height = 0

    def lines() -> Iterator[str]:
        nonlocal width, height
        for line in io.BytesIO(piece):
            width, height = width + len(line), height + 1
            yield _text(line)

    header = next((cells for cells in csv.reader(lines(), strict=True) if cells), None)
    if header is None:
        raise Untabular("the file has no header")
    return header, width, height


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Untabular(f"the file is not UTF-8: {content[error.start : error.start + 8]!r}") from error


def _csv_pieces(stream: IO[bytes]) -> Iterator[bytes | list[tuple[int, list[str]]]]:
    """Whole records as bytes that Arrow and `csv` read alike; from the first that may differ on, rows by `csv`."""
    with stream:
        begun, lines = stream.seek(3 if stream.read(3) == _MARK else 0), 0
        size = min(_FIRST_BYTES, _PIECE_BYTES)
        while piece := stream.read(size):
            ended = len(piece) < size
            cut = _records(piece, ended=ended)
            if cut is None or (cut == 0 and (ended or size > _LONGEST_RECORD)):
                yield from _by_csv(stream, begun, lines)
                return
            if cut:
                lines += piece.count(b"\n", 0, cut)
                yield piece[:cut]
            size = _PIECE_BYTES if cut else 2 * size
            begun = stream.seek(begun + cut)


def _records(piece: bytes, *, ended: bool) -> int | None:
    """How many of the bytes are whole records that Arrow and `csv` read alike; None where they may not."""
    if b"\r" in piece and piece.count(b"\r") != piece.count(b"\r\n") + (not ended and piece.endswith(b"\r")):
        return None
    if b'"' not in piece:
        return len(piece) if ended else piece.rfind(b"\n") + 1
    letters = np.frombuffer(piece, np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    if ended and len(quotes) % 2 == 0:
        cut = len(piece)
    else:
        newlines = np.flatnonzero(letters == _NEWLINE)
        outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        cut = int(outside[-1]) + 1 if len(outside) else 0
    quotes = quotes[quotes < cut]
    framed = np.concatenate([[_NEWLINE], letters[:cut], [_NEWLINE]]).astype(np.uint8)
    before_opening, after_closing = framed[quotes[0::2]], framed[quotes[1::2] + 2]
    opens = (before_opening == _COMMA) | (before_opening == _NEWLINE) | (before_opening == _QUOTE)
    closes = (
        (after_closing == _COMMA) | (after_closing == _NEWLINE) | (after_closing == _RETURN) | (after_closing == _QUOTE)
    )
    return cut if bool(opens.all() and closes.all()) else None


def _by_csv(stream: IO[bytes], begun: int, lines: int) -> Iterator[list[tuple[int, list[str]]]]:
    """Rows with the line, from 0, in which each begins; lines count from the beginning of these pieces.

    `lines` is how many there are before them.
    """
    stream.seek(begun)
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    numbered = _rows(csv.reader(text, strict=True), lines)
    try:
        while piece := list(islice(numbered, _SLOW_ROWS)):
            yield piece
    except UnicodeDecodeError as error:
        raise Untabular(f"the file is not UTF-8: {error.object[error.start : error.start + 8]!r}") from error


def _rows(reader: Any, lines: int = 0) -> Iterator[tuple[int, list[str]]]:
    before = 0
    try:
        for cells in reader:
            if cells:
                yield before, cells
            before = reader.line_num
    except csv.Error as error:
        raise Untabular(f"from line {lines + before + 1} on it is no whole CSV: {error}") from error


def _by_module(names: tuple[str, ...], piece: list[tuple[int, list[str]]], wanted: Sequence[str]) -> Piece:
    width = len(names)
    whole = [cells for _, cells in piece if len(cells) == width]
    columns = dict(zip(names, zip(*whole, strict=True), strict=True)) if whole else dict.fromkeys(names, ())
    ragged = tuple(Ragged(i, ",".join(cells), len(cells)) for i, (_, cells) in enumerate(piece) if len(cells) != width)
    return Piece(
        {name: array(pa.string(), columns[name]) for name in wanted},
        _positions(len(piece), ragged),
        len(piece),
        ragged,
        0,
        lambda: [line for line, _ in piece],
    )


def _by_arrow(names: tuple[str, ...], piece: bytes, wanted: Sequence[str], many: frozenset[str]) -> Piece:
    """Cells as texts: as they stand in columns of many different ones, else once each with indices."""
    if len(wanted) < len(names):
        _text(piece)  # Arrow looks only at the columns it makes
    if not piece[:_GLANCE].strip(b"\r\n") and not piece.strip(b"\r\n"):
        empty = {name: array(pa.string(), []) for name in wanted}
        return Piece(empty, np.arange(0), 0, (), piece.count(b"\n"), list)
    height = int(np.count_nonzero(np.frombuffer(piece, np.uint8) == _NEWLINE)) + (not piece.endswith(b"\n"))
    if piece.startswith(_MARK):  # Arrow would take a cell's first character for a mark of the encoding
        rows = list(_rows(csv.reader(io.StringIO(_text(piece), newline=""), strict=True)))
        return replace(_by_module(names, rows, wanted), line_count=height)
    invalid: list[Any] = []

    def set_aside(row: Any) -> str:
        invalid.append(row)
        return "skip"

    few = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(piece),
            arrow_csv.ReadOptions(use_threads=False, block_size=len(piece) + 1, column_names=list(names)),
            arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside),
            arrow_csv.ConvertOptions(
                column_types={n: pa.string() if n in many else few for n in names},
                null_values=[],
                strings_can_be_null=False,
                include_columns=list(wanted),
            ),
            memory_pool=POOL,
        )
    except pa.ArrowInvalid as error:
        _text(piece)
        raise Untabular(str(error)) from error
    ragged = tuple(Ragged(row.number - 1, row.text, row.actual_columns) for row in invalid)
    size = table.num_rows + len(ragged)
    lines: Callable[[], Sequence[int] | Ints] = (lambda: range(size)) if size == height else (lambda: _lines(piece))
    cells = {name: table.column(name).combine_chunks() for name in wanted}
    return Piece(cells, _positions(size, ragged), size, ragged, height, lines)


def _positions(size: int, ragged: Sequence[Ragged]) -> Ints:
    return np.delete(np.arange(size), [r.position for r in ragged])


def _lines(piece: bytes) -> Ints:
    """The line, from 0, in which each record begins that is not blank."""
    letters = np.frombuffer(piece, np.uint8)
    newlines = np.flatnonzero(letters == _NEWLINE)
    outside = newlines[np.searchsorted(np.flatnonzero(letters == _QUOTE), newlines) % 2 == 0]
    starts = np.concatenate([[0], outside + 1])
    starts = starts[starts < len(piece)]
    begin = letters[starts]
    after = letters[np.minimum(starts + 1, len(piece) - 1)]
    blank = (begin == _NEWLINE) | ((begin == _RETURN) & (after == _NEWLINE))
    lines: Ints = np.searchsorted(newlines, starts[~blank])
    return lines
