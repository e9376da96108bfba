"""What the province puts right or lets stand in its own name: corrections of values, waivers of findings."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from schemas import codes
from schemas.codes import CorrectionAction as Action
from schemas.codes import CorrectionStatus as Status
from schemas.columns import Column, Quantity, Table, TableInfo
from schemas.periods import parse_label
from schemas.quantities import converted
from schemas.reference import Entry, Evidence, Identifier, PriceBasisText
from schemas.tables import (
    AreaCode,
    BasisCode,
    DefinitionId,
    FrequencyCode,
    IndicatorId,
    MeasureCode,
    PeriodLabel,
    ReleasedOn,
    SectorCode,
    SourceId,
    Unit,
)

Finite = Annotated[Decimal, Field(allow_inf_nan=False)]

CheckName = Annotated[str, Column("检查代码", "check: the name of its SQL file or formula")]
SelectedSource = Annotated[str | None, Column("来源代码：空为全部来源", "source; null for all")]
SelectedIndicator = Annotated[str | None, Column("指标代码：空为全部指标", "indicator; null for all")]
SelectedArea = Annotated[str | None, Column("地区代码：空为全部地区", "area; null for all")]
SelectedFrom = Annotated[str | None, Column("自：时期标签", "label of the first period; null from the beginning")]
SelectedTo = Annotated[str | None, Column("至：时期标签", "label of the last period; null while it holds")]


class CorrectionEntry(Entry):
    """One published value that is wrong, and what stands in its place until the publisher's next release."""

    correction_id: Identifier
    source_id: str
    indicator_id: str
    area_code: str
    sector_code: str = "_T"
    frequency: codes.Frequency
    basis: codes.Basis
    measure: codes.Measure = codes.Measure.LEVEL
    price_basis: PriceBasisText | None = Field(None, description="where the source gives the value in several prices")
    definition_id: str
    period: str
    released_on: dt.date = Field(description="of the release that gave the value; a later one is never touched")
    unit: str = Field(description="unit of expect and value; that of the publication is the plainest")
    expect: Finite | None = Field(description="the value as published; null where it was given as missing")
    action: Action
    value: Finite | None = Field(None, description="of set alone; quoted, it keeps its last zeros")
    power: int | None = Field(None, ge=-12, le=12, description="of scale alone: the power of ten")
    obs_status: codes.ObsStatus | None = Field(None, description="of flag alone")
    zh: str = Field(min_length=1, description="why, Chinese")
    en: str = Field(min_length=1, description="why, English")
    document: str = Field(min_length=1, description="what it rests on: document and place")
    corrected_by: str = Field(min_length=1, description="who answers for it")
    corrected_on: dt.date = Field(description="the day from which it is known")
    reported: str | None = Field(description="when and to whom the publisher was told; null where nobody was")
    status: Status

    @model_validator(mode="after")
    def _says_what_its_action_needs(self) -> Self:
        needed = {Action.SET: "value", Action.SCALE: "power", Action.FLAG: "obs_status"}
        for action, name in needed.items():
            if (getattr(self, name) is not None) != (self.action is action):
                raise ValueError(f"{name} belongs to action {action}, and to it alone")
        if self.action in (Action.DROP, Action.SCALE) and self.expect is None:
            raise ValueError(f"action {self.action} needs a value: expect is null")
        if self.power == 0 or (self.action is Action.SET and self.value == self.expect):
            raise ValueError("it changes nothing")
        if self.obs_status is not None and self.obs_status.is_missing != (self.expect is None):
            raise ValueError(f"obs_status {self.obs_status} does not fit expect: L, M, O, Q say why there is no value")
        return self

    @model_validator(mode="after")
    def _is_of_its_time(self) -> Self:
        parse_label(self.frequency, self.period)
        if self.corrected_on < self.released_on:
            raise ValueError("corrected_on lies before released_on: nobody could know of the value")
        return self

    @property
    def place(self) -> tuple[object, ...]:
        """What it binds to, whatever the prices."""
        names = ("source_id", "indicator_id", "area_code", "sector_code", "frequency", "basis", "measure")
        return (*(getattr(self, name) for name in names), self.definition_id, self.period, self.released_on)

    @property
    def stands(self) -> Decimal | None:
        """The value that stands in the place of the one published, in the entry's own unit; None where none does."""
        if self.expect is not None and self.power is not None:
            return self.expect.scaleb(self.power)
        return self.expect if self.action is Action.FLAG else self.value

    def row(self, unit: str, factor: Decimal) -> "Correction":
        """Its row, in the unit of its series; `factor` leads there from its own."""
        stands = self.stands
        value, step = converted(stands, factor) if stands is not None else (None, None)
        said = self.model_dump(exclude={"expect", "value", "unit", "power", "obs_status"})
        return Correction(
            **said,
            unit=unit,
            expect=None if self.expect is None else converted(self.expect, factor)[0],
            value=value,
            rounding_unit=step,
            value_text=None if stands is None else f"{stands:f}",
            unit_text=self.unit,
            obs_status=codes.ObsStatus.O if self.action is Action.DROP else self.obs_status,
        )


class Correction(Table):
    """A correction of one published value; grain: correction."""

    info: ClassVar[TableInfo] = TableInfo(
        "corrections",
        "更正登记：对一次发布的一个值的更正",
        "what is wrong in one value of one release, what stands in its place, by whom, on what evidence",
        ("correction_id",),
    )
    correction_id: Annotated[Identifier, Column("更正代码", "correction")]
    source_id: SourceId
    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    frequency: FrequencyCode
    basis: BasisCode
    measure: MeasureCode
    price_basis: Annotated[str | None, Column("价格口径：空为不限", "price basis; null where it need not be said")]
    definition_id: DefinitionId
    period: PeriodLabel
    released_on: ReleasedOn
    unit: Unit
    expect: Annotated[Quantity | None, Column("公布值：所更正的值", "the published value that it binds to")]
    action: Annotated[Action, Column("处理", "what it does to the value")]
    value: Annotated[Quantity | None, Column("更正值", "the value that stands in its place; null where none does")]
    rounding_unit: Annotated[Quantity | None, Column("更正值末位单位", "one unit in the last place of value_text")]
    value_text: Annotated[str | None, Column("更正值文字", "the value as the correction writes it")]
    unit_text: Annotated[str, Column("更正值单位", "the unit in which the correction writes it")]
    obs_status: Annotated[
        codes.ObsStatus | None, Column("观测状态：空为不变", "SDMX observation status; null where it stays")
    ]
    zh: Annotated[str, Column("中文理由", "why, Chinese")]
    en: Annotated[str, Column("英文理由", "why, English")]
    document: Evidence
    corrected_by: Annotated[str, Column("更正人", "who answers for it")]
    corrected_on: Annotated[dt.date, Column("更正日期", "the day from which it is known")]
    reported: Annotated[
        str | None, Column("告知发布机构", "when and to whom the publisher was told; null where nobody")
    ]
    status: Annotated[Status, Column("更正状态", "only a confirmed one is applied and tested")]


class SelectingEntry(Entry):
    """What selects findings of one check: by source, indicators, areas, periods."""

    check_name: str
    source_id: str | None = Field(None, description="the source; null for all")
    indicators: tuple[str, ...] = Field((), description="none named: all")
    areas: tuple[str, ...] = Field((), description="none named: all")
    period_from: str | None = Field(None, description="label of the first period, of the findings' own frequency")
    period_to: str | None = Field(None, description="label of the last period, of the findings' own frequency")
    zh: str
    en: str

    @model_validator(mode="after")
    def _selects_less_than_a_whole_check(self) -> Self:
        if self.source_id is None and not self.indicators:
            raise ValueError("it needs source_id or indicators: nothing may cover a whole check")
        return self


class WaiverEntry(SelectingEntry):
    """Findings that the province lets stand until a day, whoever must answer for them."""

    waiver_id: Identifier
    waived_by: str = Field(min_length=1, description="who answers for it")
    until: dt.date = Field(description="the last day on which it holds; from the next the findings count again")


class Waiver(Table):
    """A waiver of findings; grain: waiver, indicator, area."""

    info: ClassVar[TableInfo] = TableInfo(
        "waivers",
        "豁免登记：省内决定暂不追究的检查发现",
        "findings that the province lets stand until a day; a row an indicator and area",
        ("waiver_id", "indicator_id", "area_code"),
    )
    waiver_id: Annotated[Identifier, Column("豁免代码", "waiver")]
    check_name: CheckName
    source_id: SelectedSource
    indicator_id: SelectedIndicator
    area_code: SelectedArea
    period_from: SelectedFrom
    period_to: SelectedTo
    zh: Annotated[str, Column("中文理由", "why, Chinese")]
    en: Annotated[str, Column("英文理由", "why, English")]
    waived_by: Annotated[str, Column("豁免人", "who answers for it")]
    until: Annotated[dt.date, Column("有效至", "the last day on which it holds")]
