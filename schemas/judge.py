"""The judge of rows: pydantic's verdict on each, refusals with a rule and a message in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Refusal:
    """Why a row is refused: the rule it breaks, and what to do, in Chinese and English."""

    rule: str
    field: str
    found: str
    zh: str
    en: str


@dataclass(frozen=True)
class Judgement(Generic[Model]):
    """A row's verdict: the typed row, or every refusal."""

    row: Model | None
    refusals: tuple[Refusal, ...]


_ZH = {
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


def judge(model: type[Model], fields: Mapping[str, str | None]) -> Judgement[Model]:
    """The verdict of `model.model_validate` on one row of texts; absent cells are None and take defaults."""
    given = {name: text for name, text in fields.items() if text is not None}
    try:
        return Judgement(model.model_validate(given), ())
    except ValidationError as error:
        return Judgement(None, tuple(_refusal(e) for e in error.errors(include_url=False)))


def _refusal(error: ErrorDetails) -> Refusal:
    where = ".".join(map(str, error["loc"])) or "row"
    found = "" if error["type"] == "missing" else str(error["input"])[:200]
    if where == "row":
        found = ""
    shown = f"“{found}”" if found else ""
    zh = f"{where}{shown}：{_ZH.get(error['type'], '不合规则')}（{error['msg']}）"
    en = f"{where}{' ' + repr(found) if found else ''}: {error['msg']}"
    return Refusal(f"{where}.{error['type']}", where, found, zh, en)
