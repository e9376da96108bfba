"""The models' rules once more, as the peers are told them: by hand, since none of them reads a pydantic model whole."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Test:
    """What one column's text must be."""

    column: str
    kind: Literal["matches", "among", "day", "moment", "between"]
    said: str | tuple[str, ...] = ""
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Task:
    """A file's tests, its rule over two columns (the first cut to so many letters), and its types in SQL."""

    tests: tuple[Test, ...]
    not_before: tuple[str, str, int | None]
    types: dict[str, str]
    default: tuple[str, str] | None = None
    """A column in which an empty cell means this text."""


_DECIMAL = r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$"
_FLOAT = r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$"

TASKS = {
    "usual": Task(
        (
            Test("indicator_id", "matches", r"^[A-Z]{3}_[0-9]{3}$"),
            Test("area_code", "matches", r"^[0-9]{6}$"),
            Test("frequency", "among", ("A", "Q", "M")),
            Test("basis", "among", ("period", "cumulative", "end")),
            Test("period", "matches", r"^[0-9]{4}-[0-9]{2}$"),
            Test("value", "matches", _DECIMAL),
            Test("unit", "matches", r"^.{1,8}$"),
            Test("obs_status", "among", ("A", "P", "E")),
            Test("respondent", "matches", r"^[0-9]{1,18}$"),
            Test("decimals", "matches", r"^[0-4]$"),
            Test("released_on", "day"),
        ),
        ("released_on", "period", 7),
        {
            "indicator_id": "VARCHAR",
            "area_code": "VARCHAR",
            "frequency": "VARCHAR",
            "basis": "VARCHAR",
            "period": "VARCHAR",
            "value": "DECIMAL(18,4)",
            "unit": "VARCHAR",
            "obs_status": "VARCHAR",
            "respondent": "BIGINT",
            "decimals": "BIGINT",
            "released_on": "DATE",
        },
        ("obs_status", "A"),
    ),
    "hostile": Task(
        (
            Test("row_id", "matches", r"^R[0-9]{9}$"),
            Test("code", "matches", r"^[A-Z]{2}-[0-9A-F]{8}$"),
            Test("name", "matches", r"^.{3,24}$"),
            Test("note", "matches", r"^.+$"),
            Test("number", "matches", r"^[0-9]{1,18}$"),
            Test("balance", "matches", r"^-?[0-9]{1,18}$"),
            Test("value", "matches", _DECIMAL.replace("-?", "")),
            Test("share", "matches", _FLOAT),
            Test("share", "between", high=100.0),
            Test("rate", "matches", _FLOAT),
            Test("opened", "moment"),
            Test("closed", "moment"),
        ),
        ("closed", "opened", None),
        {
            "row_id": "VARCHAR",
            "code": "VARCHAR",
            "name": "VARCHAR",
            "note": "VARCHAR",
            "number": "BIGINT",
            "balance": "BIGINT",
            "value": "DECIMAL(18,4)",
            "share": "DOUBLE",
            "rate": "DOUBLE",
            "opened": "TIMESTAMP",
            "closed": "TIMESTAMP",
        },
    ),
}
