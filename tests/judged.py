"""The judge against the loop that defines it: models, hostile cells, files, and the comparison of the two verdicts."""

import csv
import datetime as dt
import enum
import io
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal
from unittest.mock import patch

import pyarrow as pa
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    NaiveDatetime,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    condecimal,
    create_model,
)

from schemas.judge import EmptyCell, Judged, columns, judge, pure, tables


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"
    WIDE = "１"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Level(enum.Enum):
    ONE = "1"
    TRUE = "true"


@pure
def even(value: int) -> int:
    if value % 2:
        raise ValueError("odd")
    return value


@pure
def shouted(value: str) -> str:
    if value.startswith("x"):
        raise KeyError(value) if value.startswith("xx") and not value else ValueError("starts with x")
    return value.upper()


@pure
def length(value: str) -> Any:
    return len(value)


@pure
def unwrapped(value: Any) -> Any:
    return value.strip("'=") if isinstance(value, str) else value


_MIXED = Literal["a", 1, None]

KINDS: tuple[Any, ...] = (
    str,
    int,
    float,
    bool,
    Decimal,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    Colour,
    Rank,
    Level,
    Literal["a", "b", "1", ""],
    Literal[1, 2, 20240131],
    _MIXED,
    Annotated[str, Field(min_length=1)],
    Annotated[str, Field(min_length=2, max_length=5)],
    Annotated[str, Field(pattern=r"^\d+$")],
    Annotated[str, Field(pattern=r"[A-Za-z0-9_-]{2,5}")],
    Annotated[str, Field(pattern=r"^(?:a|b|\w)+$")],
    Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1)],
    Annotated[str, StringConstraints(to_upper=True, pattern="^[A-Z]*$")],
    Annotated[str, Field(strict=True)],
    Annotated[int, Field(ge=0)],
    Annotated[int, Field(gt=-5, le=1000)],
    Annotated[int, Field(ge=2**70)],
    Annotated[int, Field(multiple_of=5)],
    Annotated[int, Field(strict=True)],
    Annotated[int, AfterValidator(even)],
    Annotated[float, Field(ge=0)],
    Annotated[float, Field(gt=0, lt=1e6)],
    FiniteFloat,
    Annotated[Decimal, Field(max_digits=6, decimal_places=2)],
    Annotated[Decimal, Field(max_digits=4, decimal_places=4)],
    Annotated[Decimal, Field(max_digits=18, decimal_places=0, ge=0)],
    Annotated[Decimal, Field(max_digits=10, decimal_places=3, gt=Decimal("-0.5"), lt=Decimal("1000.1234"))],
    Annotated[Decimal, Field(max_digits=5)],
    Annotated[Decimal, Field(decimal_places=2)],
    condecimal(multiple_of=Decimal("0.5")),
    Annotated[Decimal, Field(allow_inf_nan=True)],
    Annotated[Decimal, BeforeValidator(unwrapped), Field(max_digits=8, decimal_places=2, ge=0)],
    Annotated[dt.date, Field(ge=dt.date(2000, 1, 1))],
    Annotated[dt.date, Field(strict=True)],
    Annotated[dt.datetime, Field(lt=dt.datetime(2024, 6, 1))],  # noqa: DTZ001
    AwareDatetime,
    NaiveDatetime,
    Annotated[str, AfterValidator(shouted)],
    Annotated[str, AfterValidator(length)],
    Annotated[str, BeforeValidator(unwrapped)],
)

CELLS: tuple[str, ...] = (
    *("0", "1", "2", "7", "42", "-3", "+5", "007", "-0", "00", "1.0", "1.5", "-1.50", "0.5", ".5", "5.", "100.25"),
    *("999999", "9999.99", "10000", "9999.999", "0.0001", "0.00001", "12345.6", "1.23450000", "-0.0", "0.0", "1e5"),
    *("1E5", "1e400", "1e-400", "NaN", "nan", "inf", "-inf", "Infinity", "-Infinity", "sNaN", "1_000", "1__0", "1,000"),
    *("0x10", "１２３", "－５", "−5", "٣", "१२", "½", "Ⅻ", "1\u00a0000", "10²", "999999999999999999"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "9" * 40),
    *("0." + "1" * 30, "123456789012345678.1234", "99999999999999999999.999999999999999999", "1" * 400, "9" * 5000),
    *(" 1", "1 ", "\t1", " ", "\t", "\u3000", "\u200b1", "1\ufeff", "\ufeff", "a", "b", "A", "ab", "abc-1", "red"),
    *("Red", "RED", "red ", "blue", "true", "TRUE", "True", "false", "yes", "no", "on", "off", "t", "f", "y", "n"),
    *("n/a", "N/A", "NULL", "null", "None", "none", "#N/A", "-", "--", "…", "", "", "", '"', '""', "'5'", "=1", "x"),
    *("2024-01-31", "2024/01/31", "20240131", "2024-02-30", "2024-02-29", "2023-02-29", "0000-01-01", "0001-01-01"),
    *("9999-12-31", "10000-01-01", "1999-12-31", "2024-1-31", "2024-01-31T00:00:00", "2024-01-31 00:00:00"),
    *("2024-01-31T10:00:00", "2024-01-31T10:00", "2024-01-31T10:00:00.5", "2024-01-31T10:00:00.123", "2024-13-01"),
    *("2024-01-31T10:00:00.123456", "2024-01-31T10:00:00.1234567", "2024-01-31T24:00:00", "2024-01-31T23:59:60"),
    *("2024-01-31T10:00:00Z", "2024-01-31T10:00:00+08:00", "2024-12-31T23:00:00-05:00", "2024-01-31Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "２０２４-01-31", "2024-01-31 ", "infinity", "epoch"),
    *("10:00", "10:00:00", "10:00:00Z", "25:00", "P1D", "PT36H", "1 day", "-P1DT2H", "P999999999D", "1 days 10:00:00"),
    *("1706659200", "1706659200000", "1e10", "86400", "a,b", "line\nbreak", "line\r\nbreak", "\n", 'say "hi"', "a\0b"),
    *(
        "\0",
        "a\u2028b",
        "a\x85b",
        "𝟏𝟐",
        "👍",
        "e\u0301",
        "广东",
        "１",
        "xylo",
        "xx",
        "=cmd()",
        "@",
        "%",
        "12%",
        "約100",
    ),
)


@cache
def fitting(kind: int) -> tuple[str, ...]:
    """Those of the cells that a kind takes."""
    return tuple(c for c in CELLS if _takes(kind, c)) or CELLS


@cache
def fitting_columns(kind: int | None) -> tuple[int, ...]:
    """Those of the column types of which a kind takes a value."""
    every = range(len(COLUMNS))
    if kind is None:
        return tuple(every)
    return tuple(i for i in every if any(_takes(kind, v) for v in COLUMNS[i][1]))


@cache
def _adapter(kind: int) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def _takes(kind: int, cell: Any) -> bool:
    try:
        _adapter(kind).validate_python(cell)
    except (ValidationError, KeyError, AttributeError, TypeError):
        return False
    return True


@contextmanager
def small_pieces(size: int, few: int) -> Iterator[None]:
    """Files are read in pieces of so many bytes; columns of more distinct cells than `few` are taken as they stand."""
    with patch.object(tables, "_PIECE_BYTES", size), patch.object(columns, "_FEW", few):
        yield


Row = dict[str, Any] | None
"""What a line gives to the model; None where it is ragged."""


@dataclass(frozen=True)
class Verdict:
    """What became of a row: its values by name, or every reason with its message."""

    row: int
    values: dict[str, Any] | None
    reasons: tuple[tuple[str, str], ...] = ()
    line: int | None = None


def loop(model: type[BaseModel], rows: Sequence[tuple[int | None, Row]]) -> list[Verdict]:
    """The verdicts of `model_validate`, row by row, each row with its line."""
    empty_cell = getattr(model, "empty_cell", EmptyCell.TEXT)
    verdicts = []
    for number, (line, row) in enumerate(rows, 1):
        if row is None:
            verdicts.append(Verdict(number, None, (("row.ragged", ""),), line))
            continue
        given = {n: (None if c == "" and empty_cell is EmptyCell.NULL else c) for n, c in row.items()}
        if empty_cell is EmptyCell.ABSENT:
            given = {n: c for n, c in given.items() if c is not None and c != ""}
        try:
            verdicts.append(Verdict(number, _values(model.model_validate(given))))
        except ValidationError as error:
            reasons = tuple(
                (".".join(map(str, e["loc"] or ["row"])) + "." + e["type"], e["msg"]) for e in error.errors()
            )
            verdicts.append(Verdict(number, None, reasons, line))
    return verdicts


def judged(table: Any, model: type[BaseModel]) -> tuple[list[Verdict], Judged[BaseModel]]:
    """The judge's verdicts in the same form."""
    verdicts = []
    result = judge(table, model)
    mixed = {name for name, field in model.model_fields.items() if str(_MIXED) in str(field.annotation)}
    for batch in result:
        if batch.accepted is not None:
            batch.accepted.validate(full=True)
            for number, row in zip(batch.rows.tolist(), batch.accepted.to_pylist(), strict=True):
                values = {n: _comparable(_unmixed(v) if n in mixed else v) for n, v in row.items()}
                verdicts.append(Verdict(number, values))
        verdicts += [Verdict(number, _values(row)) for number, row in batch.objects]
        for refused in batch.refused:
            reasons = tuple((r.rule, "" if r.rule == "row.ragged" else r.message) for r in refused.reasons)
            verdicts.append(Verdict(refused.row, None, reasons, refused.line))
    return sorted(verdicts, key=lambda v: v.row), result


def _values(model: BaseModel) -> dict[str, Any]:
    return {name: _comparable(getattr(model, name)) for name in type(model).model_fields}


def _comparable(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Decimal) and value.is_nan():
        return "not a number"
    return type(value).__name__, value


def _unmixed(text: str | None) -> Any:
    """What stands in a column of JSON text."""
    return 1 if text == "1" else text


def assert_equal(table: Any, model: type[BaseModel], rows: Sequence[tuple[int | None, Row]]) -> Judged[BaseModel]:
    """That the judge's verdicts on a table are those of the loop on its rows."""
    expected = loop(model, rows)
    found, result = judged(table, model)
    for want, have in zip(expected, found, strict=False):
        assert have == want, rows[want.row - 1]
    assert len(found) == len(expected)
    assert (result.rows, result.refused) == (len(expected), sum(v.values is None for v in expected))
    assert result.accepted == result.rows - result.refused
    return result


def csv_rows(content: bytes) -> list[tuple[int | None, Row]]:
    """The rows of a CSV file by Python's own reader, each with its line."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    rows: list[tuple[int | None, Row]] = []
    header: list[str] = []
    before = 0
    for cells in reader:
        if header and cells:
            rows.append((before + 1, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None))
        header = header or cells
        before = reader.line_num
    return rows


def csv_file(header: Sequence[str], rows: Sequence[Sequence[str]], chance: random.Random) -> bytes:
    """A CSV file, quoted and ended in one of the ways that programs do it."""
    out = io.StringIO(newline="")
    quoting: Any = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    end = chance.choice(["\n", "\n", "\r\n"])
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(header)
    for row in rows:
        if chance.random() < 0.01:
            out.write(end)
        writer.writerow(row)
    text = out.getvalue()
    if chance.random() < 0.2:
        text = text.removesuffix(end)
    return (b"\xef\xbb\xbf" if chance.random() < 0.2 else b"") + text.encode()


def model_of(
    kinds: Sequence[int], chance: random.Random, *, extra: Any, strict: bool, empty_cell: EmptyCell | None
) -> type[BaseModel]:
    """A model with fields f0, f1 … of the kinds named by their place in KINDS."""
    fields: dict[str, Any] = {}
    for i, kind in enumerate(kinds):
        annotation = KINDS[kind]
        way = chance.randrange(5)
        field: Any = Field
        if way == 0:
            fields[f"f{i}"] = (annotation | None, None)
        elif way == 1:
            fields[f"f{i}"] = (annotation | None, ...)
        elif way == 2:
            fields[f"f{i}"] = (annotation, field(alias=f"alias {i}"))
        elif way == 3:
            fields[f"f{i}"] = (annotation, field(default="0", validate_default=True))
        else:
            fields[f"f{i}"] = (annotation, ...)
    config = ConfigDict(extra=extra, strict=strict, str_strip_whitespace=chance.random() < 0.1)
    said = {"empty_cell": empty_cell, "__annotations__": {"empty_cell": ClassVar[EmptyCell]}} if empty_cell else {}
    base = type("Configured", (BaseModel,), {"model_config": config, **said})
    drawn: type[BaseModel] = create_model("Drawn", __base__=base, **fields)
    return drawn


def column_of(kind: int | None, chance: random.Random, size: int) -> pa.Array:
    """A column of one of Arrow's types, most often one that suits the kind, with nulls and the type's ends."""
    hostile = chance.random() < 0.2
    arrow_type, values = COLUMNS[chance.choice(fitting_columns(None if hostile else kind))]
    cells = pa.array([chance.choice(values) if chance.random() < 0.95 else None for _ in range(size)], arrow_type)
    if pa.types.is_string(arrow_type) and chance.random() < 0.5:
        return chance.choice([cells.dictionary_encode, lambda: cells.cast(pa.string_view())])()
    return cells


_MOMENTS = [dt.datetime(1, 1, 1), dt.datetime(2024, 1, 31), dt.datetime(2024, 1, 31, 10, 0, 0, 123456)]  # noqa: DTZ001
_ZONED = [moment.replace(tzinfo=dt.UTC) for moment in _MOMENTS]
_FLOATS = [0.0, -0.0, 1.0, 1.5, float("nan"), float("inf"), -float("inf"), 1e300, 5e-324, 2.0**53, 20240131.0]
COLUMNS: tuple[tuple[Any, list[Any]], ...] = (
    *((pa.string(), list(CELLS)),) * 3,
    (pa.large_string(), list(CELLS)),
    (pa.int64(), [0, 1, 2, 5, -5, 1000, 2**63 - 1, -(2**63), 20240131, 1706659200]),
    (pa.uint64(), [0, 1, 2**64 - 1]),
    (pa.int8(), [0, 1, -1, 127]),
    (pa.float64(), _FLOATS),
    (pa.float32(), [0.0, -0.0, 1.5, float("nan"), float("inf")]),
    (pa.bool_(), [True, False]),
    (pa.date32(), [dt.date.min, dt.date.max, dt.date(2024, 1, 31), dt.date(1999, 12, 31)]),
    (pa.timestamp("us"), _MOMENTS),
    (pa.timestamp("ms"), _MOMENTS[:2]),
    (pa.timestamp("ns"), _MOMENTS[1:]),
    (pa.timestamp("us", "UTC"), _ZONED),
    (pa.timestamp("us", "Asia/Shanghai"), _ZONED[1:]),
    (pa.decimal128(20, 6), [Decimal("1.500000"), Decimal("0.000001"), Decimal("-3.250000"), Decimal(10) ** 10]),
    (pa.decimal128(18, 4), [Decimal("1.5000"), Decimal("0.0001"), Decimal("99999999999999.9999")]),
    (pa.time64("us"), [dt.time.min, dt.time.max]),
    (pa.duration("us"), [dt.timedelta(0), dt.timedelta(days=-1, microseconds=1)]),
    (pa.binary(), [b"", b"a", b"1", b"\xff"]),
    (pa.null(), [None]),
    (pa.list_(pa.int64()), [[], [1], [1, 2]]),
)
