"""The judge of rows: the model's own verdict on each, which defines every other."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.judge.verdicts import EmptyCell, Model, Refusal, refusals


def ask(model: type[Model], empty_cell: EmptyCell, row: Mapping[str, Any]) -> Model | tuple[Refusal, ...]:
    """The row as the model makes it, or every reason why it refuses it."""
    if empty_cell is not EmptyCell.TEXT:
        empty = [name for name, cell in row.items() if cell is None or (isinstance(cell, str) and not cell)]
        if empty and empty_cell is EmptyCell.NULL:
            row = {**row, **dict.fromkeys(empty)}
        elif empty:
            row = {name: cell for name, cell in row.items() if name not in empty}
    try:
        return model.model_validate(dict(row))
    except ValidationError as error:
        return refusals(error)
