"""How a field's values are held in Arrow, and which of them cannot be."""

import datetime as dt
import json
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import Enum
from typing import Annotated, Any

import pyarrow as pa
from pydantic import AwareDatetime, BaseModel, FutureDate, NaiveDatetime, PastDate
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError, to_jsonable_python

from schemas.judge.arrays import array

REFUSED = ...
"""Stands where pydantic gave no value."""

_INT64 = range(-(2**63), 2**63)
_EXACT = Context(prec=80)
_LONGEST = dt.timedelta(days=106_751_991)
_MOST_DIGITS, _MOST_PLACES = 38, 18


@dataclass(frozen=True)
class Held:
    """The Arrow type of a field, whether a value fits it exactly, and how the value is handed over."""

    type: Any
    nullable: bool
    fits: Callable[[Any], bool]
    given: Callable[[Any], Any] | None = None
    surely: bool = False
    """A value that pydantic gave for the bare type always fits, or Arrow itself says that it does not."""
    categories: tuple[str, ...] = ()

    def holds(self, value: Any) -> bool:
        """Whether the column can hold the value without loss."""
        return self.nullable if value is None else self.fits(value)

    def array(self, values: Sequence[Any], *, bare: bool = False) -> Any:
        """The values as an array, with null in place of those that it cannot hold, and those that are REFUSED.

        Args:
            values: what pydantic gave.
            bare: they come from pydantic's own validator of the type, through no function.
        """
        if bare and self.surely:
            try:
                return array(self.type, [None if v is REFUSED else v for v in values])
            except OverflowError:
                pass
        held = [v if v is not REFUSED and self.holds(v) else None for v in values]
        if self.given is not None:
            held = [None if v is None else self.given(v) for v in held]
        if self.categories:
            codes = {text: code for code, text in enumerate(self.categories)}
            indices = array(pa.int32(), [None if v is None else codes[v] for v in held])
            return pa.DictionaryArray.from_arrays(indices, array(pa.string(), self.categories))
        return array(self.type, held)


def schema_of(model: type[BaseModel]) -> Any:
    """The Arrow schema of a model's accepted rows: its fields, in order."""
    return pa.schema([pa.field(name, h.type, h.nullable) for name, h in held_of(model).items()])


def held_of(model: type[BaseModel]) -> dict[str, Held]:
    """How each field is held. What Arrow has no scalar type for is held as its JSON text."""
    return {name: _held(info) for name, info in model.model_fields.items()}


def _held(info: FieldInfo) -> Held:
    annotation, metadata, nullable = _bare(info.annotation, list(info.metadata), False)
    if typing.get_origin(annotation) is typing.Literal:
        return _listed(typing.get_args(annotation), nullable)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _listed([member.value for member in annotation], nullable)
    if annotation is Decimal:
        return _decimal(metadata, nullable)
    found = _SCALARS.get(annotation) if isinstance(annotation, type) else None
    if found is None:
        return Held(pa.string(), nullable, _has_json, _json_text)
    arrow_type, fits, surely = found
    return Held(arrow_type, nullable, fits, surely=surely)


def _bare(annotation: Any, metadata: list[Any], nullable: bool) -> tuple[Any, list[Any], bool]:
    """The type inside Annotated, NewType and `| None`, with all that was annotated on the way."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            annotation, *more = typing.get_args(annotation)
            metadata = [*metadata, *more]
        elif origin in (types.UnionType, typing.Union):
            members = [a for a in typing.get_args(annotation) if a is not type(None)]
            if len(members) != 1:
                return annotation, metadata, type(None) in typing.get_args(annotation) or nullable
            annotation, nullable = members[0], True
        elif isinstance(annotation, typing.NewType):
            annotation = annotation.__supertype__
        else:
            return annotation, metadata, nullable


def _listed(values: Sequence[Any], nullable: bool) -> Held:
    given = [v.value if isinstance(v, Enum) else v for v in values if v is not None]
    nullable = nullable or None in values
    if given and all(type(v) is str and _is_text(v) for v in given):
        texts = tuple(dict.fromkeys(given))
        of_text = pa.dictionary(pa.int32(), pa.string())
        return Held(of_text, nullable, lambda v: _is_text(_value(v)) and _value(v) in texts, _value, categories=texts)
    if given and all(_is_int64(v) for v in given):
        return Held(pa.int64(), nullable, lambda v: _is_int64(_value(v)), _value)
    return Held(pa.string(), nullable, _has_json, _json_text)


def _value(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _decimal(metadata: list[Any], nullable: bool) -> Held:
    flat = [m for item in metadata for m in (item.metadata if isinstance(item, FieldInfo) else [item])]
    digits = next((d for m in flat if (d := getattr(m, "max_digits", None)) is not None), None)
    places = next((p for m in flat if (p := getattr(m, "decimal_places", None)) is not None), None)
    if digits is None or places is None or not 0 <= places <= digits <= _MOST_DIGITS or digits == 0:
        digits, places = _MOST_DIGITS, _MOST_PLACES
    step, bound = Decimal(1).scaleb(-places), Decimal(10) ** (digits - places)

    def fits(value: Any) -> bool:
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= bound:
            return False
        parts = value.as_tuple()
        return len(parts.digits) <= _EXACT.prec and value.quantize(step, context=_EXACT) == value

    return Held(pa.decimal128(digits, places), nullable, fits)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value))


def _is_int64(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _INT64


def _is_day(value: Any) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _is_naive(value: Any) -> bool:
    return isinstance(value, dt.datetime) and value.tzinfo is None


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, dt.datetime) and value.tzinfo is not None and value.astimezone(dt.UTC) == value
    except OverflowError:
        return False


def _has_json(value: Any) -> bool:
    try:
        return _is_text(_json_text(value))
    except (PydanticSerializationError, ValueError, TypeError):
        return False


def _json_text(value: Any) -> str:
    said = to_jsonable_python(value)
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)


_SCALARS: dict[Any, tuple[Any, Callable[[Any], bool], bool]] = {
    str: (pa.string(), _is_text, True),
    int: (pa.int64(), _is_int64, True),
    float: (pa.float64(), lambda v: isinstance(v, float), True),
    bool: (pa.bool_(), lambda v: isinstance(v, bool), True),
    bytes: (pa.binary(), lambda v: isinstance(v, bytes), True),
    dt.date: (pa.date32(), _is_day, True),
    dt.datetime: (pa.timestamp("us"), _is_naive, False),
    NaiveDatetime: (pa.timestamp("us"), _is_naive, False),
    AwareDatetime: (pa.timestamp("us", "UTC"), _is_moment, False),
    PastDate: (pa.date32(), _is_day, True),
    FutureDate: (pa.date32(), _is_day, True),
    dt.time: (pa.time64("us"), lambda v: isinstance(v, dt.time) and v.tzinfo is None, False),
    dt.timedelta: (pa.duration("us"), lambda v: isinstance(v, dt.timedelta) and abs(v) < _LONGEST, False),
}
