"""Cells of which pydantic's verdict is known without asking it: plain forms of numbers, days and texts.

A proof only ever accepts. It covers what pydantic certainly takes, with the value that it certainly gives; a cell that
it does not cover is put to pydantic. The property tests hold both against each other.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.judge.arrays import POOL, Mask, flags, mask_of, single, valid_in
from schemas.judge.subset import Field
from schemas.judge.verdicts import EmptyCell

_DAY = "[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_TIME = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.(?:[0-9]{3}|[0-9]{6}))?"
_INTEGER = "(?:0|-?[1-9][0-9]{0,17})"
_FLOAT = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?"

_EVERYWHERE = {"type", "ref", "metadata", "serialization", "strict"}
_LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "ge": pc.greater_equal,
    "gt": pc.greater,
    "le": pc.less_equal,
    "lt": pc.less,
}
_KNOWN = {
    "int": {*_EVERYWHERE, *_LIMITS},
    "float": {*_EVERYWHERE, *_LIMITS, "allow_inf_nan"},
    "decimal": {*_EVERYWHERE, *_LIMITS, "allow_inf_nan", "max_digits", "decimal_places"},
    "date": {*_EVERYWHERE, *_LIMITS},
    "datetime": {*_EVERYWHERE, *_LIMITS, "microseconds_precision"},
    "str": {*_EVERYWHERE, "min_length", "max_length", "pattern", "coerce_numbers_to_str"},
}
_LIMITED_AS: dict[str, Any] = {
    "int": int,
    "float": (int, float),
    "decimal": (int, Decimal),
    "date": dt.date,
    "datetime": dt.datetime,
}
_CHANGES_TEXT = (
    "str_strip_whitespace",
    "str_to_lower",
    "str_to_upper",
    "str_min_length",
    "str_max_length",
)
# Patterns that RE2 reads no wider than pydantic's engines: letters, digits, classes of them, and how often.
_PLAIN_PATTERN = re.compile(
    r"\^?(?:(?:[A-Za-z0-9_ ,:;/%@#=<>~&!'\"-]|\\[.d+*?()\[\]{}|^$-]|\[[A-Za-z0-9_]+(?:-[A-Za-z0-9]+)*-?\])"
    r"(?:[?*+]|\{[0-9]{1,2}(?:,[0-9]{1,2})?\})?)+\$?",
    re.ASCII,
)

Limits = tuple[tuple[Callable[[Any, Any], Any], Any], ...]


@dataclass(frozen=True)
class Proof:
    """A form of text, lengths, and limits on the typed value; `value` is the model's value of a cell it covers."""

    type: Any
    value: Callable[[Any], Any]
    form: str | None = None
    shortest: int = 0
    longest: int | None = None
    limits: Limits = ()
    finite: bool = False

    def of(self, cells: Any) -> tuple[Any, Mask]:
        """The typed cells, and which of them are proven; the others hold anything."""
        proven = valid_in(cells)
        if self.form is not None:
            proven &= mask_of(pc.match_substring_regex(cells, self.form))
        if self.shortest == 1:
            proven &= mask_of(pc.not_equal(cells, single(pa.string(), "").cast(cells.type)))
        elif self.shortest:
            proven &= mask_of(pc.greater_equal(pc.utf8_length(cells), single(pa.int32(), self.shortest)))
        if self.longest is not None:
            proven &= mask_of(pc.less_equal(pc.utf8_length(cells), single(pa.int64(), self.longest)))
        covered = cells if proven.all() else pc.if_else(flags(proven), cells, pa.nulls(1, cells.type)[0])
        typed = covered.cast(self.type, memory_pool=POOL)
        for compare, limit in self.limits:
            proven &= mask_of(compare(typed, limit))
        if self.finite:
            proven &= mask_of(pc.is_finite(typed))
        return typed, proven


def proof_of(field: Field, empty_cell: EmptyCell, given: Any) -> Proof | None:
    """The proof for a field whose cells come as an Arrow type; None where pydantic is always asked."""
    scalar = field.scalar
    if scalar is None or scalar["type"] not in _KNOWN or not set(scalar) <= _KNOWN[scalar["type"]]:
        return None
    kind, expected = scalar["type"], field.held.type
    text = pa.types.is_string(given) or pa.types.is_large_string(given)
    if kind == "str":
        return _of_text(field, scalar, empty_cell) if text and pa.types.is_string(expected) else None
    if kind not in _TYPED or not _TYPED[kind][0](expected):
        return None
    limits = _limits(kind, scalar, expected)
    if limits is None:
        return None
    if text:
        strict = scalar.get("strict", field.config.get("strict"))
        form = None if strict else _form(kind, scalar, expected)
        return None if form is None else Proof(expected, _FROM_TEXT[kind], f"^{form}$", limits=limits)
    return _of_typed(kind, expected, given, limits)


def _of_typed(kind: str, expected: Any, given: Any, limits: Limits) -> Proof | None:
    if kind == "decimal" or not any(same(given) for same in _TYPED[kind]):
        return None
    if kind in _SPANS:
        limits = (*limits, *((compare, single(expected, v)) for compare, v in _SPANS[kind]))
    return Proof(expected, lambda v: v, limits=limits, finite=kind == "float")


def _of_text(field: Field, scalar: Mapping[str, Any], empty_cell: EmptyCell) -> Proof | None:
    if any(field.config.get(key) for key in _CHANGES_TEXT):
        return None
    pattern = scalar.get("pattern")
    if pattern is not None:
        rust = field.config.get("regex_engine", "rust-regex") == "rust-regex"
        if not rust or not isinstance(pattern, str) or not _PLAIN_PATTERN.fullmatch(pattern):
            return None
    shortest = max(scalar.get("min_length") or 0, 0 if empty_cell is EmptyCell.TEXT else 1)
    return Proof(pa.string(), lambda v: v, pattern, shortest, scalar.get("max_length"))


def _form(kind: str, scalar: Mapping[str, Any], expected: Any) -> str | None:
    if kind != "decimal":
        return {"int": _INTEGER, "float": _FLOAT, "date": _DAY, "datetime": _DAY + _TIME}[kind]
    said = scalar.get("max_digits"), scalar.get("decimal_places")
    whole, places = expected.precision - expected.scale, expected.scale
    if said not in ((None, None), (expected.precision, expected.scale)) or whole < 1:
        return None
    return rf"-?(?:0|[1-9][0-9]{{0,{whole - 1}}})" + (rf"(?:\.[0-9]{{1,{places}}})?" if places else "")


def _limits(kind: str, scalar: Mapping[str, Any], expected: Any) -> Limits | None:
    """The limits as Arrow compares them; None where one cannot be said exactly in the type."""
    said = [(compare, scalar[key]) for key, compare in _LIMITS.items() if scalar.get(key) is not None]
    try:
        limits = tuple((compare, single(expected, limit)) for compare, limit in said)
    except (ArithmeticError, TypeError, AttributeError, ValueError):
        return None
    exact = all(
        isinstance(limit, _LIMITED_AS[kind]) and not isinstance(limit, bool) and held.as_py() == limit
        for (_, limit), (_, held) in zip(said, limits, strict=True)
    )
    return limits if exact else None


def _is_naive(given: Any) -> bool:
    return bool(pa.types.is_timestamp(given) and given.tz is None and given.unit != "ns")


_TYPED: dict[str, tuple[Callable[[Any], bool], ...]] = {
    "int": (pa.types.is_int64, pa.types.is_int32, pa.types.is_int16, pa.types.is_int8),
    "float": (pa.types.is_float64, pa.types.is_float32),
    "decimal": (pa.types.is_decimal128,),
    "date": (pa.types.is_date32,),
    "datetime": (_is_naive,),
}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "decimal": Decimal,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
}
_SPANS: dict[str, tuple[tuple[Callable[[Any, Any], Any], Any], ...]] = {
    "date": ((pc.greater_equal, dt.date.min), (pc.less_equal, dt.date.max)),
    "datetime": ((pc.greater_equal, dt.datetime.min), (pc.less_equal, dt.datetime.max)),  # noqa: DTZ901
}
