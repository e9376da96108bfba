"""What a verdict is, and what a model says to the judge: what empty cells mean, which validators are pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Function = TypeVar("Function", bound=Callable[..., Any])

READS = "__judge_reads__"
PURE = "__judge_pure__"
_SHOWN = 200


_ZH = MappingProxyType(
    {
        "ragged": "单元格数与表头不同；请检查逗号与引号",
        "missing": "缺少必填项",
        "extra_forbidden": "未知的列",
        "not_a_number": "不是普通的十进制数（不接受 1e5、NaN、百分号、文字）",
        "not_a_date": "不是 YYYY-MM-DD 形式的日期",
        "enum": "不在代码表中",
        "string_too_short": "不得为空",
        "string_pattern_mismatch": "形式不符",
        "value_and_status": "数值与观测状态须相符：要么有值，要么以 L、M、O、Q 说明为何无值",
        "period_label": "时期与频率不符",
        "released_too_early": "发布日期早于时期结束；只有预测（F）或估算（E）可以如此",
    }
)


class EmptyCell(StrEnum):
    """What an empty cell gives to the model: a text of no characters, or a null of a typed table.

    A model says it as `empty_cell: ClassVar[EmptyCell]`; one that says nothing is given the cell as it stands.
    """

    TEXT = "text"
    """What stands there: the empty text, or None for a null."""
    NULL = "null"
    """None."""
    ABSENT = "absent"
    """Nothing: the field takes its default, and without one it is missing."""


class Untabular(ValueError):
    """Input that is no table: not UTF-8, a quote never closed, no header, a column named twice."""


def empty_cell_of(model: type[BaseModel]) -> EmptyCell:
    """What an empty cell gives to the model.

    Raises:
        TypeError: the model says something else than a member of `EmptyCell`.
    """
    stated = getattr(model, "empty_cell", EmptyCell.TEXT)
    if not isinstance(stated, EmptyCell):
        raise TypeError(f"{model.__name__}.empty_cell is {stated!r}; it is a member of EmptyCell")
    return stated


def pure(function: Function) -> Function:
    """Declares that a validator of one field is determined by the cell alone, so that equal cells are judged once."""
    setattr(getattr(function, "__func__", function), PURE, True)
    return function


def reads(*fields: str) -> Callable[[Function], Function]:
    """Declares that an `after` validator of a model is determined by these fields, and changes nothing.

    It stands below `@model_validator(mode="after")`. Equal combinations of the fields are then judged once. A
    validator that reads more than it declares is not believed: the whole row is given to the model.
    """

    def declare(function: Function) -> Function:
        setattr(function, READS, fields)
        return function

    return declare


class Refusal(NamedTuple):
    """Why a row is refused: the rule it breaks, in which field, with which raw text, and the message on it.

    The message is pydantic's, where pydantic gave the verdict.
    """

    rule: str
    field: str
    found: str
    message: str

    @property
    def zh(self) -> str:
        """What is wrong and what to do, in Chinese."""
        text = self.found[:_SHOWN]
        shown = f"“{text}”" if text else ""
        return f"{self.field}{shown}：{_ZH.get(self.rule.rpartition('.')[2], '不合规则')}（{self.message}）"

    @property
    def en(self) -> str:
        """What is wrong and what to do, in English."""
        text = self.found[:_SHOWN]
        return f"{self.field}{' ' + repr(text) if text else ''}: {self.message}"


class RefusedRow(NamedTuple):
    """A row refused, with every reason. Rows count from 1; `line` is where it begins in a CSV file."""

    row: int
    line: int | None
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True)
class Batch(Generic[Model]):
    """The verdicts on some rows that follow one another.

    Each row stands in one of three. In `accepted` it is typed; `rows` holds their numbers. Among the `objects` it is
    accepted, too, but given as the model's object with its number: a value has no place in its column's type (an
    integer beyond 64 bits, a moment with an offset among naive ones), or the input was rows. Else it is `refused`.
    """

    accepted: Any
    rows: Any
    objects: tuple[tuple[int, Model], ...]
    refused: tuple[RefusedRow, ...]


def refusals(error: ValidationError) -> tuple[Refusal, ...]:
    """Every reason that pydantic gives."""
    return tuple(_refusal(e) for e in error.errors(include_url=False, include_context=False))


def _refusal(error: ErrorDetails) -> Refusal:
    kind, place = error["type"], error["loc"]
    if not place:
        return Refusal(f"row.{kind}", "row", "", error["msg"])
    where = ".".join(map(str, place))
    return Refusal(f"{where}.{kind}", where, "" if kind == "missing" else str(error["input"]), error["msg"])


def ragged(row: int, line: int | None, found: str, cells: int, columns: int) -> RefusedRow:
    """A line whose cells are fewer or more than the header's: which belongs where is not guessed."""
    message = f"the line has {cells} cells, the header {columns}; check commas and quotes"
    return RefusedRow(row, line, (Refusal("row.ragged", "row", found, message),))
