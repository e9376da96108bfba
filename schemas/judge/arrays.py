"""Between Python, numpy and Arrow without `pa.array` and its like, which import pandas: longer than judging a file."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

POOL = pa.system_memory_pool()
"""For large arrays: Arrow's own pool asks for huge pages, which costs a fifth of a run where they are scarce."""
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - naive moments are counted as they are written
_EPOCH_UTC = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_FIRST_DAY = dt.date(1970, 1, 1).toordinal()


def taken(cells: Any, entries: npt.NDArray[Any]) -> Any:
    """The cells at some positions."""
    return pc.take(cells, fixed(pa.int64(), np.ascontiguousarray(entries, np.int64)), memory_pool=POOL)


def mask_of(flags: Any) -> Mask:
    """Where an array of truths is true, and not null."""
    size, offset = len(flags), flags.offset
    valid, bits = flags.buffers()
    return _bits(bits, size, offset) & _bits(valid, size, offset)


def valid_in(cells: Any) -> Mask:
    """Where an array is not null."""
    return mask_of(cells.is_valid())


def flags(mask: Mask) -> Any:
    """A mask as an array of truths."""
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, _packed(mask)])


def numbers(cells: Any, of: type[np.generic]) -> npt.NDArray[Any]:
    """The numbers of an array without nulls, as they lie in memory."""
    return np.frombuffer(cells.buffers()[1], of)[cells.offset : cells.offset + len(cells)]


def fixed(arrow_type: Any, values: npt.NDArray[Any], valid: Mask | None = None) -> Any:
    """An array of a type of fixed width from its numbers."""
    validity = None if valid is None or valid.all() else _packed(valid)
    return pa.Array.from_buffers(arrow_type, len(values), [validity, pa.py_buffer(values)])


def array(arrow_type: Any, values: Sequence[Any]) -> Any:
    """Python values, and None for null, as an array.

    Raises:
        OverflowError: an integer has more than 64 bits.
    """
    valid = np.fromiter((v is not None for v in values), bool, len(values))
    if pa.types.is_string(arrow_type) or pa.types.is_binary(arrow_type):
        parts = [b"" if v is None else v.encode() if isinstance(v, str) else v for v in values]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int32)
        validity = None if valid.all() else _packed(valid)
        return pa.Array.from_buffers(
            arrow_type, len(values), [validity, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
        )
    if pa.types.is_boolean(arrow_type):
        validity = None if valid.all() else _packed(valid)
        packed = _packed(np.fromiter((v is True for v in values), bool, len(values)))
        return pa.Array.from_buffers(arrow_type, len(values), [validity, packed])
    if pa.types.is_decimal(arrow_type):
        whole = [b"\0" * 16 if v is None else _scaled(v, arrow_type.scale) for v in values]
        validity = None if valid.all() else _packed(valid)
        return pa.Array.from_buffers(arrow_type, len(values), [validity, pa.py_buffer(b"".join(whole))])
    width, number = _NUMBERS[arrow_type]
    plain = values if number is None else [v if v is None else number(v) for v in values]
    return fixed(arrow_type, np.array([0 if v is None else v for v in plain], width), valid)


def single(arrow_type: Any, value: Any) -> Any:
    """A value as Arrow compares with it."""
    return array(arrow_type, [value])[0]


def _bits(buffer: Any, size: int, offset: int) -> Mask:
    if buffer is None:
        return np.ones(size, bool)
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=offset + size, bitorder="little")
    return bits[offset:].view(np.bool_)


def _packed(mask: Mask) -> Any:
    return pa.py_buffer(np.packbits(mask, bitorder="little"))


def _scaled(value: Decimal | int, scale: int) -> bytes:
    sign, digits, exponent = Decimal(value).as_tuple()
    shift = scale + int(exponent)
    text = "".join(map(str, digits)) + "0" * shift
    number = int(text[:shift] or 0) if shift < 0 else int(text)
    return (-number if sign else number).to_bytes(16, "little", signed=True)


def _time(value: dt.time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond


_NUMBERS: dict[Any, tuple[Any, Callable[[Any], Any] | None]] = {
    pa.int32(): (np.int32, None),
    pa.int64(): (np.int64, int),
    pa.float64(): (np.float64, None),
    pa.date32(): (np.int32, lambda v: v.toordinal() - _FIRST_DAY),
    pa.timestamp("us"): (np.int64, lambda v: (v - _EPOCH) // _MICROSECOND),
    pa.timestamp("us", "UTC"): (np.int64, lambda v: (v - _EPOCH_UTC) // _MICROSECOND),
    pa.time64("us"): (np.int64, _time),
    pa.duration("us"): (np.int64, lambda v: v // _MICROSECOND),
}
