"""The analysts' suites: what is expected of a source or of a published table, as the files of data/reference say it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from schemas import codes
from schemas.periods import parse_label
from schemas.reference import Entry, Identifier

Months = Annotated[int, Field(ge=1, le=12)]


class _Expected(Entry):
    """What every expectation says: what it asks, and what its findings do to a publish."""

    expectation_id: Identifier
    zh: str = Field(description="what it asks, Chinese")
    en: str = Field(description="what it asks, English")
    kind: codes.CheckKind = codes.CheckKind.EXPLAIN
    severity: codes.Severity = codes.Severity.WARN
    where: str | None = Field(None, description="SQL: which of the suite's rows are meant; all where none is given")


class Complete(_Expected):
    """Every indicator of every area has a value in every period of a grid."""

    type: Literal["complete"]
    indicators: tuple[str, ...] = Field(min_length=1)
    areas: tuple[str, ...] = Field(min_length=1)
    frequency: codes.Frequency
    period_from: str | None = Field(None, description="label of the first period; none: those that are held")
    period_to: str | None = Field(None, description="label of the last period; none: the newest that is held")
    months: tuple[Months, ...] = Field(
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), description="the months in which an expected period may end"
    )

    @model_validator(mode="after")
    def _periods_are_of_the_frequency(self) -> Self:
        for label in (self.period_from, self.period_to):
            if label is not None:
                parse_label(self.frequency, label)
        return self


class InSet(_Expected):
    """A column holds nothing but the values named; null is passed over."""

    type: Literal["in_set"]
    column: str
    values: tuple[str, ...] = Field(min_length=1)


class RowsPerRelease(_Expected):
    """Every release of a source has as many rows as it should, those that repeat earlier values among them."""

    type: Literal["rows_per_release"]
    at_least: int = Field(1, ge=1)
    at_most: int | None = None
    of_before: float | None = Field(None, gt=0, description="no fewer than this part of the release before")


class History(_Expected):
    """Each value lies in a band learned from the earlier values of its series: their mean ± deviations."""

    type: Literal["history"]
    column: str
    deviations: float = Field(gt=0, description="half the band, in standard deviations of the earlier values")
    earlier: int = Field(ge=3, description="values a band is learned from, at least; before, nothing is asked")
    logarithm: bool = Field(False, description="learns from logarithms: for levels, which grow by factors")


class Quantile(Entry):
    """Where a quantile of a distribution must lie."""

    quantile: float = Field(ge=0, le=1)
    at_least: float | None = None
    at_most: float | None = None


class Distribution(_Expected):
    """The quantiles of a column lie where they are said to."""

    type: Literal["distribution"]
    column: str
    quantiles: tuple[Quantile, ...] = Field(min_length=1)


class ByName(_Expected):
    """Any expectation of Great Expectations by its class, over the suite's rows or over the rows of a SELECT."""

    type: Literal["gx"]
    gx: str = Field(pattern=r"^Expect[A-Za-z]+$", description="class, such as ExpectColumnValuesToBeBetween")
    kwargs: dict[str, Any] = Field(default_factory=dict)
    sql: str | None = Field(None, description="a SELECT over the CTE judged, the suite's rows, or over any table")


Expectation = Annotated[
    Complete | InSet | RowsPerRelease | History | Distribution | ByName, Field(discriminator="type")
]


class SuiteEntry(Entry):
    """A suite: what is expected of one source, or of one published table."""

    suite_id: Identifier
    zh: str
    en: str
    do_zh: str = Field(description="what to do about a finding, Chinese")
    do_en: str = Field(description="what to do about a finding, English")
    over: str = Field(description="the table judged")
    source_id: str | None = Field(None, description="only the rows of this source")
    expectations: tuple[Expectation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _identifiers_stand_once(self) -> Self:
        names = [e.expectation_id for e in self.expectations]
        repeated = sorted({n for n in names if names.count(n) > 1})
        if repeated:
            raise ValueError(f"expectation_id {', '.join(repeated)} stands more than once")
        return self

    def check_name(self, expectation: _Expected) -> str:
        """The name of an expectation's findings among those of all checks."""
        return f"{self.suite_id}_{expectation.expectation_id}"
