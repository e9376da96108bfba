"""Which models can be judged column by column: each field by itself, then rules that name the fields they read."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaValidator, ValidationError

from schemas.judge.types import REFUSED, Held, held_of
from schemas.judge.verdicts import PURE, READS, EmptyCell, empty_cell_of

_SCALARS = {"str", "int", "float", "bool", "decimal", "date", "datetime", "time", "timedelta"} | {
    *("bytes", "uuid", "enum", "literal", "none")
}
_FUNCTIONS = {"function-after", "function-before", "function-wrap", "function-plain"}
_PYDANTICS_OWN = "pydantic._internal._validators"


class Outside(Exception):
    """A model that is judged row by row; the text says what in it the judge cannot judge by columns."""


@dataclass(frozen=True)
class Field:
    """One field of the model as a column.

    `bulk` gives pydantic's value for each of a list of cells, REFUSED where it gives none; `absent` is the value of
    a cell left out. `scalar` is pydantic's schema of the bare type where no function stands between it and the cell.
    """

    name: str
    column: str
    held: Held
    bulk: Callable[[list[Any]], list[Any]]
    absent: Any
    scalar: Mapping[str, Any] | None
    config: Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """An `after` validator of the model, with the fields that it declares to read."""

    function: Callable[[Any], Any]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """How a model is judged by columns."""

    model: type[BaseModel]
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    forbids_more: bool
    empty_cell: EmptyCell


def plan_of(model: type[BaseModel]) -> Plan:
    """The plan of a model inside the subset.

    Raises:
        Outside: the model is outside it; all that is not known to be inside is outside.
        TypeError: a validator declares to read a field that the model does not have.
    """
    ours, theirs = (getattr(m.model_validate, "__func__", None) for m in (BaseModel, model))
    if theirs is not ours:
        raise Outside("it has a model_validate of its own")
    if not model.__pydantic_complete__:
        model.model_rebuild()
    schema: Any = model.__pydantic_core_schema__
    shared: dict[str, Any] = {}
    if schema["type"] == "definitions":
        shared = {d["ref"]: d for d in schema["definitions"]}
        schema = _resolved(schema["schema"], shared)
    if not model.model_fields:
        raise Outside("it has no fields")
    rules: list[Rule] = []
    while schema["type"] == "function-after":
        rules.append(_rule(model, schema["function"]))
        schema = schema["schema"]
    inner = _model_fields(model, schema)
    config = schema.get("config", {})
    held = held_of(model)
    fields = tuple(_field(name, f, held[name], config, shared) for name, f in inner["fields"].items())
    columns = [f.column for f in fields]
    if len(set(columns)) < len(columns):
        raise Outside("two fields read one column")
    forbids_more = config.get("extra_fields_behavior") == "forbid"
    return Plan(model, fields, tuple(reversed(rules)), forbids_more, empty_cell_of(model))


def _resolved(schema: Any, shared: Mapping[str, Any]) -> Any:
    while schema["type"] == "definition-ref":
        schema = shared[schema["schema_ref"]]
    return schema


def _rule(model: type[BaseModel], function: Mapping[str, Any]) -> Rule:
    called = function["function"]
    name = getattr(called, "__name__", repr(called))
    fields = getattr(called, READS, None)
    if function["type"] != "no-info" or fields is None:
        raise Outside(f"the validator {name} does not declare which fields it reads")
    unknown = sorted(set(fields) - set(model.model_fields))
    if unknown:
        raise TypeError(f"{model.__name__}.{name} declares to read {unknown}, which are no fields of the model")
    return Rule(called, tuple(dict.fromkeys(fields)))


def _model_fields(model: type[BaseModel], schema: Mapping[str, Any]) -> Any:
    if schema["type"] != "model" or schema["cls"] is not model:
        raise Outside(f"a validator of the model stands before its fields ({schema['type']})")
    for key, meaning in (
        ("custom_init", "an __init__ of its own"),
        ("root_model", "a root"),
        ("post_init", "private attributes or a model_post_init"),
    ):
        if schema.get(key):
            raise Outside(f"it has {meaning}")
    config, inner = schema.get("config", {}), schema["schema"]
    if inner["type"] != "model-fields":
        raise Outside(f"a validator of the model stands before its fields ({inner['type']})")
    extra = {config.get("extra_fields_behavior"), schema.get("extra_behavior"), inner.get("extra_behavior")}
    if "allow" in extra or len(extra - {None}) > 1:
        raise Outside("it allows columns that it does not name")
    if inner.get("from_attributes") or config.get("from_attributes"):
        raise Outside("it reads attributes")
    return inner


def _field(
    name: str, field: Mapping[str, Any], held: Held, config: Mapping[str, Any], shared: Mapping[str, Any]
) -> Field:
    alias = field.get("validation_alias", name)
    by_both = config.get("validate_by_name") or config.get("validate_by_alias") is False
    if not isinstance(alias, str) or (alias != name and by_both):
        raise Outside(f"the field {name} is read from more than one column")
    inner = field["schema"]
    _prove_determined(name, inner, shared, ())
    definitions = list(shared.values())
    or_refused = {"type": "default", "schema": inner, "default": REFUSED, "on_error": "default"}
    alone = {"type": "model-fields", "fields": {name: field}}
    return Field(
        name,
        alias,
        held,
        _bulk({"type": "list", "items_schema": or_refused}, config, definitions),
        _absent(name, alone, config, definitions),
        _scalar(inner, shared),
        config,
    )


def _validator(schema: Any, config: Mapping[str, Any], definitions: list[Any]) -> SchemaValidator:
    whole: Any = {"type": "definitions", "schema": schema, "definitions": definitions} if definitions else schema
    settings: Any = dict(config)
    return SchemaValidator(whole, settings)


def _bulk(schema: Any, config: Mapping[str, Any], definitions: list[Any]) -> Callable[[list[Any]], list[Any]]:
    validate = _validator(schema, config, definitions).validate_python

    def ask(cells: list[Any]) -> list[Any]:
        try:
            values: list[Any] = validate(cells)
        except Exception:  # a validator of the model raised what it may not: the cells are asked one by one
            values = []
        if len(values) == len(cells):
            return values
        return [_ask_one(cell) for cell in cells]

    def _ask_one(cell: Any) -> Any:
        try:
            (value,) = validate([cell])
        except Exception:  # not proven: the row goes to the model, and what this raises is raised there
            return REFUSED
        return value

    return ask


def _absent(name: str, schema: Any, config: Mapping[str, Any], definitions: list[Any]) -> Any:
    try:
        values, _, _ = _validator(schema, config, definitions).validate_python({})
    except ValidationError:
        return REFUSED
    return values[name]


def _prove_determined(name: str, schema: Mapping[str, Any], shared: Mapping[str, Any], seen: tuple[str, ...]) -> None:
    """That equal cells get equal verdicts, whatever else the row holds and whatever came before."""
    kind = schema["type"]
    if kind == "definition-ref":
        ref = schema["schema_ref"]
        if ref in seen:
            raise Outside(f"the field {name} is recursive")
        _prove_determined(name, shared[ref], shared, (*seen, ref))
        return
    if kind in _FUNCTIONS:
        function = schema["function"]
        if function["type"] != "no-info" or not _is_pure(function["function"]):
            raise Outside(f"a validator of the field {name} does not declare itself pure")
    elif kind == "default":
        if "default_factory" in schema:
            raise Outside(f"the default of the field {name} is made by a function")
    elif kind not in _SCALARS and kind != "nullable":
        raise Outside(f"the field {name} is no scalar ({kind})")
    if "now_op" in schema:
        raise Outside(f"the verdict on the field {name} depends on the clock")
    if schema.get("missing") is not None and not _is_pure(schema["missing"]):
        raise Outside(f"the enumeration of the field {name} has a _missing_ that does not declare itself pure")
    if "schema" in schema:
        _prove_determined(name, schema["schema"], shared, seen)


def _is_pure(function: Any) -> bool:
    called = function.func if isinstance(function, functools.partial) else function
    return getattr(function, PURE, False) is True or getattr(called, "__module__", "") == _PYDANTICS_OWN


def _scalar(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = _resolved(schema, shared)
    if schema["type"] in ("nullable", "default"):
        return _scalar(schema["schema"], shared) if schema.get("on_error", "raise") == "raise" else None
    return schema if schema["type"] in _SCALARS else None
