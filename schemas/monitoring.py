"""The tables that monitor: what targets, tasks and items come to, where sources conflict, what is missing."""

import datetime as dt
from typing import Annotated, ClassVar

from schemas import codes
from schemas.columns import Column, Count, Quantity, Ratio, Table, TableInfo
from schemas.tables import (
    AreaCode,
    DefinitionId,
    IndicatorId,
    MeasureCode,
    PeriodEnd,
    PeriodLabel,
    SectorCode,
    SeriesId,
    SourceId,
    Unit,
)

PlanId = Annotated[str, Column("规划代码", "plan")]
TaskId = Annotated[str, Column("任务代码", "task")]


class Progress(Table):
    """Progress of a target by one method; grain: target, area, method."""

    info: ClassVar[TableInfo] = TableInfo(
        "progress",
        "进度：目标按各方法的进度",
        "each target's progress, a row a method, with the numbers that went into the formula",
        ("target_id", "area_code", "method"),
    )
    target_id: Annotated[str, Column("目标代码", "target")]
    area_code: AreaCode
    assessed_on: Annotated[dt.date, Column("评价日期", "day at which the target is judged, a parameter of the run")]
    method: Annotated[codes.Method, Column("方法", "how progress is measured")]
    series_id: Annotated[int | None, Column("序列编号：所用序列", "the series used")]
    period: Annotated[str | None, Column("所用时期", "the period used")]
    value: Annotated[Quantity | None, Column("所用值", "the value used")]
    qualifier: Annotated[codes.Qualifier | None, Column("限定", "a bound makes actual and ratio bounds, too")]
    base_period: Annotated[str | None, Column("基期", "base period")]
    base_value: Annotated[Quantity | None, Column("基期值", "base value")]
    target_value: Annotated[Quantity | None, Column("目标值", "the target's value, in its indicator's unit")]
    unit: Annotated[str | None, Column("计量单位", "unit of value, base_value and target_value")]
    expected: Annotated[
        Ratio | None,
        Column("应达：序时进度或 100，%", "where the target should be, percent: time gone, or 100"),
    ]
    actual: Annotated[Ratio | None, Column("实际：实现进度或完成程度，%", "where it is, percent")]
    ratio: Annotated[Ratio | None, Column("实际÷应达", "actual over expected")]
    verdict: Annotated[codes.Verdict, Column("结论", "the target's verdict, the same for all methods")]
    reason: Annotated[codes.Reason | None, Column("无法计算的原因", "why actual is null; set exactly then")]


class TargetEvidence(Table):
    """What an observation says of a target; grain: target, series, period."""

    info: ClassVar[TableInfo] = TableInfo(
        "target_evidence",
        "目标佐证：每个目标的每个有关观测值",
        "every observation that speaks of a target: whether it proves or disproves it, how far it has come",
        ("target_id", "series_id", "period"),
    )
    target_id: Annotated[str, Column("目标代码", "target")]
    area_code: AreaCode
    series_id: SeriesId
    period: PeriodLabel
    period_end: PeriodEnd
    value: Annotated[Quantity, Column("数值", "the value in the indicator's unit")]
    qualifier: Annotated[codes.Qualifier, Column("限定", "how the value stands to the true one")]
    definition_id: DefinitionId
    definition_match: Annotated[
        codes.DefinitionMatch, Column("定义是否一致", "how what was measured stands to what the target names")
    ]
    proves_met: Annotated[bool, Column("证明达到", "its lower end reaches the target")]
    met_within_rounding: Annotated[bool, Column("舍入内达到", "short of the target by less than its own rounding")]
    disproves: Annotated[bool, Column("证明未达到", "at or after the due date, short of the target")]
    base_period: Annotated[str | None, Column("基期", "base period, where the series holds its value")]
    base_value: Annotated[Quantity | None, Column("基期值", "value of the base period in the same series")]
    way_gone: Annotated[
        Ratio | None, Column("实现进度：%", "(value - base) / (target - base), percent, exact values alone")
    ]
    time_gone: Annotated[Ratio | None, Column("序时进度：%", "days gone / days from base to due date, percent")]


class TargetStatus(Table):
    """Where a target stands, in one row and one sentence; grain: target, area."""

    info: ClassVar[TableInfo] = TableInfo(
        "target_status",
        "目标结论：每个目标一行",
        "where each target stands: the verdict, how sure, and one sentence with the numbers",
        ("target_id", "area_code"),
    )
    target_id: Annotated[str, Column("目标代码", "target")]
    plan_id: Annotated[str, Column("规划代码", "plan")]
    area_code: AreaCode
    assessed_on: Annotated[dt.date, Column("评价日期", "day at which the target is judged, a parameter of the run")]
    verdict: Annotated[codes.Verdict, Column("结论", "where the target stands")]
    reason: Annotated[codes.Reason | None, Column("无法评价的原因", "why it cannot be assessed; set exactly then")]
    met_by: Annotated[dt.date | None, Column("最迟达到日期", "the earliest day on which it is proven met")]
    met_by_interval: Annotated[
        bool | None, Column("舍入区间内达到", "met only within the rounding of the published value")
    ]
    on_time: Annotated[codes.OnTime | None, Column("按期与否", "whether a met target was met by its due date")]
    definition_match: Annotated[
        codes.DefinitionMatch | None,
        Column("定义是否一致", "how what was measured stands to what the target names"),
    ]
    met_on_related_definition: Annotated[
        bool | None,
        Column("相关口径已达到：不作为达标依据", "a related indicator reaches the value; it proves nothing"),
    ]
    series_id: Annotated[int | None, Column("序列编号：所据序列", "the series that the verdict rests on")]
    period: Annotated[str | None, Column("所据时期", "the period that the verdict rests on")]
    value: Annotated[Quantity | None, Column("所据值", "the value that the verdict rests on")]
    qualifier: Annotated[codes.Qualifier | None, Column("限定", "how the value stands to the true one")]
    sentence_zh: Annotated[str, Column("中文说明", "the sentence, Chinese")]
    sentence_en: Annotated[str, Column("英文说明", "the sentence, English")]


class Conflict(Table):
    """Two claims on one thing that cannot both be right; grain: series, other series, time, implied or not."""

    info: ClassVar[TableInfo] = TableInfo(
        "conflicts",
        "来源冲突：同一事项的两个不同数值",
        "two values of one thing that differ by more than rounding; the first is preferred by precedence",
        ("series_id", "other_series_id", "period_end", "other_is_implied"),
    )
    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    measure: MeasureCode
    period_end: PeriodEnd
    stretch: Annotated[str, Column("时段", "the stretch of time that both cover: end, year, or frequency and basis")]
    unit: Unit
    series_id: SeriesId
    source_id: SourceId
    value: Annotated[Quantity, Column("数值", "the preferred value, in the indicator's unit")]
    said: Annotated[str, Column("原值", "the preferred value as published")]
    other_series_id: Annotated[int, Column("另一序列编号", "series of the other value")]
    other_source_id: Annotated[str, Column("另一来源代码", "source of the other value")]
    other_value: Annotated[Quantity, Column("另一数值", "the other value, in the indicator's unit")]
    other_said: Annotated[str, Column("另一原值", "the other value as published, or the formula that implies it")]
    other_is_implied: Annotated[bool, Column("另一值系推算基数", "whether the other value is a base implied by a rate")]
    other_is_for_checks_alone: Annotated[bool, Column("另一来源仅供核对", "whether the other source is never quoted")]
    difference_percent: Annotated[
        Ratio | None, Column("相差：%", "the other value over the preferred, less one, percent")
    ]
    reason: Annotated[codes.ConflictReason, Column("原因", "why, from what is declared of the two")]


class TaskCoverage(Table):
    """What is known of a task; grain: plan, task."""

    info: ClassVar[TableInfo] = TableInfo(
        "task_coverage",
        "任务覆盖：每项任务的条目与指标",
        "items of each task by kind, and its indicators by whether data is held",
        ("plan_id", "task_id"),
    )
    plan_id: PlanId
    task_id: TaskId
    kind: Annotated[codes.TaskKind, Column("类型", "goals, task or safeguard")]
    items_q: Annotated[Count, Column("定量目标数", "items that are numbers")]
    items_m: Annotated[Count, Column("里程碑数", "items that are milestones")]
    items_p: Annotated[Count, Column("项目数", "items that are named projects")]
    items_s: Annotated[Count, Column("标准数", "items that are standards")]
    items_g: Annotated[Count, Column("产品服务数", "items that are groups of products or services")]
    items_with_evidence: Annotated[Count, Column("有佐证条目数", "items of which a document says something")]
    indicators: Annotated[Count, Column("指标数", "indicators that show something of the task")]
    indicators_with_data: Annotated[
        Count, Column("有数据指标数", "of them, with a quotable value inside the plan's area")
    ]
    indicators_published_not_held: Annotated[Count, Column("已公开未收数", "published, no value held")]
    indicators_form_only: Annotated[Count, Column("仅报表可得数", "to be had by a form alone")]
    indicators_not_collectable: Annotated[Count, Column("不可得数", "no known way to a value")]
    has_figure: Annotated[bool, Column("有数字", "whether any quotable figure of it is held")]


class ItemStatus(Table):
    """What is known of an item; grain: plan, item."""

    info: ClassVar[TableInfo] = TableInfo(
        "item_status",
        "任务台账：每个条目的已知情况",
        "the ledger of tasks: what is known of each item, by whom",
        ("plan_id", "item_id"),
    )
    plan_id: PlanId
    item_id: Annotated[str, Column("条目代码", "item")]
    task_id: TaskId
    kind: Annotated[codes.ItemKind, Column("类型：Q M P S G", "number, milestone, project, standard, product group")]
    shown_by: Annotated[str, Column("由何显示：目标、指标、佐证", "what would show it: target, indicator or evidence")]
    status: Annotated[codes.EvidenceStatus, Column("完成状态", "what the evidence says; no_evidence without any")]
    achieved_on: Annotated[dt.date | None, Column("完成日期", "day on which it was reached, where said")]
    statements: Annotated[Count, Column("佐证数", "how many statements are held")]
    document: Annotated[str | None, Column("最新文件", "document of the newest statement")]
    publisher: Annotated[str | None, Column("发布机构", "its publisher")]
    statement_zh: Annotated[str | None, Column("内容：中文", "what it says")]
    target_id: Annotated[str | None, Column("目标代码", "target that shows it")]
    verdict: Annotated[codes.Verdict | None, Column("目标结论", "the target's verdict")]


class IndicatorCoverage(Table):
    """Whether an indicator of a task has data; grain: plan, task, indicator."""

    info: ClassVar[TableInfo] = TableInfo(
        "indicator_coverage",
        "指标覆盖：任务指标有无数据及责任单位",
        "whether each indicator of each task has data, and who owes it where not",
        ("plan_id", "task_id", "indicator_id"),
    )
    plan_id: PlanId
    task_id: TaskId
    indicator_id: IndicatorId
    collectable: Annotated[codes.Collectable, Column("可得性", "published, by form alone, or not at all")]
    has_data: Annotated[bool, Column("有数据", "a quotable value of the plan's area or one inside it is held")]
    has_level_of_whole_area: Annotated[bool, Column("有全域水平值", "a level of the plan's whole area is held")]
    newest_period_end: Annotated[dt.date | None, Column("最新时期止", "last day of the newest period held")]
    agency: Annotated[str | None, Column("责任单位：来源第一顺位", "agency first in precedence; null where not known")]


class CompositeTrial(Table):
    """A 试算 of a composite, by an office's own weights; grain: composite, area, year."""

    info: ClassVar[TableInfo] = TableInfo(
        "composite_trials",
        "综合试算：非官方，仅供研究",
        "composites by an office's own weights; status E, watermarked, never in progress; empty unless enabled",
        ("composite_id", "area_code", "period"),
    )
    composite_id: Annotated[str, Column("试算代码", "composite")]
    trial_of: Annotated[str, Column("试算对象", "indicator that it is a trial of")]
    area_code: AreaCode
    period: PeriodLabel
    value: Annotated[Quantity, Column("试算值", "sum of the parts' values times their shares of final use")]
    unit: Unit
    obs_status: Annotated[codes.ObsStatus, Column("观测状态：恒为 E", "always E, estimated")]
    watermark_zh: Annotated[str, Column("中文水印", "what stands across every use of it, Chinese")]
    watermark_en: Annotated[str, Column("英文水印", "what stands across every use of it, English")]
