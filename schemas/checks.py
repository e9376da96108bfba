"""The checks' own reference data and what they come to: identities, explanations, findings."""

import datetime as dt
from typing import Annotated, ClassVar

from pydantic import Field

from schemas import codes
from schemas.columns import Column, Count, Quantity, Table, TableInfo
from schemas.corrections import (
    CheckName,
    SelectedArea,
    SelectedFrom,
    SelectedIndicator,
    SelectedSource,
    SelectedTo,
    SelectingEntry,
)
from schemas.reference import Entry, Evidence, Identifier, NameEn, NameZh
from schemas.tables import (
    AreaCode,
    IndicatorId,
    PeriodEnd,
    PeriodLabel,
    SectorCode,
    SeriesId,
    SourceId,
    Unit,
)

ExplanationId = Annotated[Identifier, Column("说明代码", "explanation")]
ExplainedZh = Annotated[str, Column("中文说明：为何如此", "why it is so, Chinese")]
ExplainedEn = Annotated[str, Column("英文说明：为何如此", "why it is so, English")]


class IdentityEntry(Entry):
    """Indicators that sum to another one, or to no more than it, in every area and period."""

    identity_id: Identifier
    zh: str
    en: str
    relation: codes.Relation
    whole: str
    parts: tuple[str, ...] = Field(min_length=1)
    evidence: str


class IdentityPart(Table):
    """A part of an identity; grain: identity, part."""

    info: ClassVar[TableInfo] = TableInfo(
        "identities",
        "平衡关系登记：分项之和等于或不大于整体",
        "indicators that sum to another, or to no more than it; a row a part",
        ("identity_id", "part_id"),
    )
    identity_id: Annotated[Identifier, Column("平衡关系代码", "identity")]
    zh: NameZh
    en: NameEn
    relation: Annotated[codes.Relation, Column("关系", "whether the parts sum to the whole or to no more than it")]
    whole_id: Annotated[str, Column("整体指标", "indicator of the whole")]
    part_id: Annotated[str, Column("分项指标", "indicator of a part")]
    evidence: Evidence


class ExplanationEntry(SelectingEntry):
    """Why findings of one check stand: what a published text says, or that none was found."""

    explanation_id: Identifier
    document: str = Field(description="what it rests on: document and place")
    explained_by: str = Field(description="who says so")


class Explanation(Table):
    """An explanation of findings; grain: explanation, indicator, area."""

    info: ClassVar[TableInfo] = TableInfo(
        "explanations",
        "情况说明登记：对检查发现的说明及依据",
        "why findings of a check stand, on what evidence; a row an indicator and area",
        ("explanation_id", "indicator_id", "area_code"),
    )
    explanation_id: ExplanationId
    check_name: CheckName
    source_id: SelectedSource
    indicator_id: SelectedIndicator
    area_code: SelectedArea
    period_from: SelectedFrom
    period_to: SelectedTo
    zh: ExplainedZh
    en: ExplainedEn
    document: Evidence
    explained_by: Annotated[str, Column("说明人", "who says so")]


class CheckResult(Table):
    """A finding: a cell that a check accuses; grain: check, series, period, number."""

    info: ClassVar[TableInfo] = TableInfo(
        "check_results",
        "检查结果：每个发现一行",
        "what checks found: which cell, by which formula with its numbers, what explains it, since when",
        ("check_name", "series_id", "period", "finding_number"),
    )
    check_name: CheckName
    kind: Annotated[codes.CheckKind, Column("类型：强制性、核实性", "must be put right, or may stand explained")]
    severity: Annotated[codes.Severity, Column("严重程度", "whether it stops the publish")]
    status: Annotated[
        codes.FindingStatus, Column("处理状态", "whether anything known explains it, or a waiver lets it stand")
    ]
    indicator_id: Annotated[str | None, Column("指标代码", "indicator")]
    area_code: Annotated[AreaCode | None, Column("地区代码", "area")]
    sector_code: Annotated[SectorCode | None, Column("行业代码", "sector")]
    source_id: Annotated[SourceId | None, Column("来源代码", "source")]
    series_id: Annotated[int | None, Column("序列编号", "the series accused")]
    period: Annotated[str | None, Column("时期：SDMX 标签", "period")]
    finding_number: Annotated[
        Count, Column("发现序号", "place among the findings of one check on one series and period, from 1")
    ]
    released_on: Annotated[dt.date | None, Column("发布日期", "release date of the value accused")]
    file_name: Annotated[str | None, Column("文件名", "name under which its file arrived")]
    locator: Annotated[str | None, Column("位置：文件中的行列", "place of the value inside the file")]
    snapshot_sha256: Annotated[str | None, Column("快照：文件的 SHA-256", "sha256 of the file's bytes")]
    said: Annotated[str, Column("算式：带入数值", "the formula that does not hold, with its numbers")]
    difference: Annotated[Quantity | None, Column("差额", "by how much, in the indicator's unit")]
    explained_zh: Annotated[
        str | None, Column("中文说明：待核实时为空", "what explains or waives it, Chinese; null while open")
    ]
    explained_en: Annotated[
        str | None, Column("英文说明：待核实时为空", "what explains or waives it, English; null while open")
    ]
    waiver_id: Annotated[
        str | None, Column("豁免代码", "the waiver that covers it; of an open finding one that has expired")
    ]
    first_seen_on: Annotated[dt.date, Column("首次发现日期", "day of the first run that found it")]
    runs_seen: Annotated[Count, Column("发现次数", "how many runs have found it, this one among them")]


class ObservationNote(Table):
    """What stands beside a current value: its correction, checks' findings; grain: series, period, kind, number."""

    info: ClassVar[TableInfo] = TableInfo(
        "observation_notes",
        "观测值说明：更正、检查发现及情况说明",
        "beside each current value that has any: its correction with the value published, its findings with the words",
        ("series_id", "period", "kind", "note_number"),
    )
    series_id: SeriesId
    period: PeriodLabel
    indicator_id: IndicatorId
    area_code: AreaCode
    source_id: SourceId
    period_end: PeriodEnd
    value: Annotated[Quantity | None, Column("数值", "the current value in the series' unit")]
    unit: Unit
    kind: Annotated[codes.NoteKind, Column("类别", "a correction or a finding of a check")]
    note_number: Annotated[Count, Column("说明序号", "place among the notes of one kind on one value, from 1")]
    about: Annotated[str, Column("所指：更正代码或检查代码", "the correction or the check")]
    status: Annotated[
        codes.FindingStatus | None, Column("处理状态：更正为空", "of a finding: explained, waived or open")
    ]
    said: Annotated[str, Column("算式或原值", "the formula with its numbers; of a correction the value as published")]
    zh: Annotated[str | None, Column("中文情况说明：待核实时为空", "why, Chinese; null while nothing explains it")]
    en: Annotated[str | None, Column("英文情况说明：待核实时为空", "why, English; null while nothing explains it")]
