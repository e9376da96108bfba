"""What a row must be to enter: the model that every value is judged by, whatever file it came from."""

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas import codes
from schemas.periods import Period, parse_label
from schemas.reference import PriceBasisText

_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}


def plain_number(text: Any) -> Any:
    """The number that a cell's text is, without full-width forms, outer blanks and thousands commas.

    Raises:
        PydanticCustomError: it is not a plain decimal number (1e5, NaN, 12%, 约100 are none).
    """
    if not isinstance(text, str):
        return text
    folded = text.translate(_PLAIN).strip()
    if _NUMBER.fullmatch(folded) is None:
        raise PydanticCustomError("not_a_number", "{text} is not a plain decimal number", {"text": repr(text)})
    return Decimal(folded.replace(",", ""))


def plain_date(text: Any) -> Any:
    """The day that a cell's text is, written YYYY-MM-DD.

    Raises:
        PydanticCustomError: it has another form or names no day.
    """
    if not isinstance(text, str):
        return text
    try:
        if _DATE.fullmatch(text) is not None:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise PydanticCustomError("not_a_date", "{text} is not a day written YYYY-MM-DD", {"text": repr(text)})


Number = Annotated[Decimal, BeforeValidator(plain_number), Field(allow_inf_nan=False)]
Day = Annotated[dt.date, BeforeValidator(plain_date)]
Text = Annotated[str, Field(min_length=1)]


class ValueRow(BaseModel):
    """One value with all that is said of it. A cell left empty takes the default; without one it is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator_id: Text
    area_code: Text
    sector_code: Text = "_T"
    frequency: codes.Frequency
    basis: codes.Basis
    measure: codes.Measure = codes.Measure.LEVEL
    period: Text
    period_origin: codes.PeriodOrigin = codes.PeriodOrigin.STATED
    coverage_from: Day | None = None
    coverage_to: Day | None = None
    value: Number | None = None
    unit: Text
    qualifier: codes.Qualifier = codes.Qualifier.EXACT
    definition_id: Text
    price_basis: PriceBasisText | None = None
    obs_status: codes.ObsStatus = codes.ObsStatus.A
    stage: codes.Stage = codes.Stage.UNSTATED
    release_state: codes.ReleaseState = codes.ReleaseState.PUBLIC
    authority: codes.Authority
    publisher: Text
    title: Text
    place: str | None = None
    note: str | None = None
    released_on: Day
    released_on_origin: codes.ReleasedOnOrigin

    @property
    def span(self) -> Period:
        """The period, with its first and last day."""
        return parse_label(self.frequency, self.period)

    @model_validator(mode="after")
    def _missing_only_with_its_reason(self) -> Self:
        if (self.value is None) != self.obs_status.is_missing:
            raise PydanticCustomError(
                "value_and_status",
                "value and status must fit: a value, or one of the statuses L, M, O, Q that say why there is none; "
                "found {value} with status {status}",
                {"value": "none" if self.value is None else str(self.value), "status": str(self.obs_status)},
            )
        return self

    @model_validator(mode="after")
    def _period_is_of_its_frequency(self) -> Self:
        try:
            parse_label(self.frequency, self.period)
        except ValueError as error:
            raise PydanticCustomError("period_label", "{why}", {"why": str(error)}) from error
        return self

    @model_validator(mode="after")
    def _released_after_its_period(self) -> Self:
        foretold = self.obs_status in (codes.ObsStatus.F, codes.ObsStatus.E)
        if not foretold and self.released_on < self.span.end:
            raise PydanticCustomError(
                "released_too_early",
                "released on {released}, before its period ended on {end}; only status E or F may be",
                {"released": str(self.released_on), "end": str(self.span.end)},
            )
        return self
