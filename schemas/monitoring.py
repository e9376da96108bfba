"""The tables that monitor: what targets, tasks and items come to, where sources conflict, what is missing."""

import datetime as dt
from typing import Annotated, ClassVar

from schemas import codes
from schemas.columns import Column, Count, Quantity, Ratio, Table, TableInfo
from schemas.planning import PlanId
from schemas.tables import (
    AreaCode,
    BasisCode,
    DefinitionId,
    FrequencyCode,
    IndicatorId,
    MeasureCode,
    PeriodEnd,
    PeriodLabel,
    SectorCode,
    SeriesId,
    SourceId,
    Unit,
)

TaskId = Annotated[str, Column("任务代码", "task")]


class Progress(Table):
    """Progress of a target by one method; grain: target, area, method.

    A row holds the numbers that its method's formula uses, in the stored units, and nulls for the others;
    `in_numbers` puts them into the formula. With v counted, s start_value, t target_value:

    - time_linear: (v - s) / (t - s) against days_gone / days_total.
    - time_seasonal: v / t against last_year_to_date / last_year_total.
    - fulfilment: v / t; of growth (1 + v) / (1 + t).
    - level_12_months (水平法): v = value + last_year_total - last_year_to_date; v / t; days_early.
    - cumulative (累计法): v = earlier_sum + value; v / t against days_gone / days_total; days_early.
    - gap_and_required: t - v; growth_required = (t / v) ^ (12 / months_left) - 1.
    - eurostat: growth_actual / growth_required, (v / s) ^ (12 / months_gone) - 1 and the same of t by months_total.
    - geometric: v against expected_value = s (t / s) ^ (months_gone / months_total).
    - open_sdg: eurostat's ratio, as a category and a score.
    - un_2023: extrapolated = v (1 + growth_actual) ^ (months_left / 12), cut at ceiling_value; less s, over t - s.
    """

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
    value: Annotated[Quantity | None, Column("所用值", "the value used; of a computed share the part")]
    qualifier: Annotated[codes.Qualifier | None, Column("限定", "a bound makes actual and ratio bounds, too")]
    whole_value: Annotated[Quantity | None, Column("整体值：仅占比", "for a computed share: the whole")]
    earlier_sum: Annotated[Quantity | None, Column("前期累计：仅各年累计", "sum of the window's whole years before")]
    base_period: Annotated[str | None, Column("基期", "base period")]
    base_value: Annotated[Quantity | None, Column("基期值", "base value")]
    counted: Annotated[
        Quantity | None, Column("计入值", "v: what is held against the target, made of value by what the target counts")
    ]
    start_value: Annotated[Quantity | None, Column("起点值", "s: what counted starts from")]
    target_value: Annotated[
        Quantity, Column("目标值", "t: the target's value in its indicator's unit; of a band the point aimed at")
    ]
    unit: Annotated[str | None, Column("计量单位", "unit of the values; % for growth and shares")]
    days_gone: Annotated[int | None, Column("已过天数", "days from the start to the period's end")]
    days_total: Annotated[int | None, Column("全程天数", "days from the start to the due date")]
    months_gone: Annotated[int | None, Column("已过月数：年数乘以 12", "months from the base to the period's end")]
    months_total: Annotated[int | None, Column("全程月数：年数乘以 12", "months from the base to the due date")]
    months_left: Annotated[int | None, Column("剩余月数", "whole months from the period's end to the due date")]
    last_year_to_date: Annotated[Quantity | None, Column("上年同期累计", "last year's same period")]
    last_year_total: Annotated[Quantity | None, Column("上年全年", "last year's whole year")]
    growth_actual: Annotated[Ratio | None, Column("实际年均增速：%", "average growth a year from base to period")]
    growth_required: Annotated[
        Ratio | None,
        Column("所需年均增速：%", "average growth a year from base to target; of gap_and_required for the rest"),
    ]
    expected_value: Annotated[Quantity | None, Column("应达值", "the value that the method's path has at the period")]
    gap: Annotated[Quantity | None, Column("差距", "t - v: what is missing, negative where it is more")]
    extrapolated: Annotated[Quantity | None, Column("外推值", "the value at the due date if growth went on as so far")]
    ceiling_value: Annotated[
        Quantity | None, Column("可达上限", "what can exist at most: the whole that a share implies")
    ]
    capped: Annotated[bool | None, Column("已封顶", "whether the extrapolation was cut at what can exist")]
    reached_on: Annotated[dt.date | None, Column("达到时期止", "end of the first period that reaches the target")]
    days_early: Annotated[
        int | None, Column("提前完成天数：负为推迟", "days from reached_on to the due date, negative if later")
    ]
    expected: Annotated[
        Ratio | None,
        Column("应达：序时进度或 100，%", "where the target should be, percent: time gone, or 100"),
    ]
    actual: Annotated[Ratio | None, Column("实际：实现进度或完成程度，%", "where it is, percent")]
    ratio: Annotated[Ratio | None, Column("实际÷应达", "actual over expected")]
    ratio_uncapped: Annotated[Ratio | None, Column("未封顶比率：仅联合国法", "the ratio without the ceiling")]
    score: Annotated[Ratio | None, Column("得分：仅 Open SDG，-5 至 5", "score from -5 to 5, by Open SDG alone")]
    category: Annotated[codes.ProgressCategory | None, Column("等级", "the method's word for the ratio")]
    in_numbers: Annotated[str | None, Column("算式", "the numbers put into the formula, in the stored units")]
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
    source_id: SourceId
    period: PeriodLabel
    period_end: PeriodEnd
    frequency: FrequencyCode
    basis: BasisCode
    value: Annotated[
        Quantity, Column("数值", "the value in the indicator's unit; of a computed share the part; of growth the rate")
    ]
    qualifier: Annotated[codes.Qualifier, Column("限定", "how the value stands to the true one")]
    definition_id: DefinitionId
    definition_match: Annotated[
        codes.DefinitionMatch, Column("定义是否一致", "how what was measured stands to what the target names")
    ]
    whole_value: Annotated[Quantity | None, Column("整体值：仅占比", "for a computed share: the whole")]
    earlier_sum: Annotated[Quantity | None, Column("前期累计：仅各年累计", "sum of the window's whole years before")]
    base_period: Annotated[str | None, Column("基期", "base period, where the series holds its value")]
    base_value: Annotated[Quantity | None, Column("基期值", "value of the base period in the same series")]
    counted: Annotated[
        Quantity | None,
        Column(
            "计入值：与目标值相比的数",
            "what is held against the target: the value; less the base; with earlier years; part over whole, percent",
        ),
    ]
    counted_qualifier: Annotated[codes.Qualifier, Column("计入值限定", "how counted stands to the true one")]
    start_value: Annotated[
        Quantity | None,
        Column("起点值", "what counted starts from: the base's value; 0 for sums, additions, inside a year"),
    ]
    aim_value: Annotated[
        Quantity | None, Column("终点值", "what it goes to: the target's value, or the nearer end of a band")
    ]
    start_on: Annotated[dt.date | None, Column("起点日", "last day before the way began")]
    proves_met: Annotated[bool, Column("证明达到", "its lower end reaches the target")]
    met_within_rounding: Annotated[bool, Column("舍入内达到", "short of the target by less than its own rounding")]
    disproves: Annotated[bool, Column("证明未达到", "at or after the due date, short of the target")]
    days_gone: Annotated[int | None, Column("已过天数", "days from start_on to the period's end")]
    days_total: Annotated[int | None, Column("全程天数", "days from start_on to the due date")]
    months_gone: Annotated[
        int | None, Column("已过月数：年数乘以 12", "whole months from the base period's end to the period's end")
    ]
    months_total: Annotated[
        int | None, Column("全程月数：年数乘以 12", "whole months from the base period's end to the due date")
    ]
    last_year_to_date: Annotated[
        Quantity | None, Column("上年同期累计", "inside a year: last year's same period in the same series")
    ]
    last_year_total: Annotated[Quantity | None, Column("上年全年", "last year's whole year in the same series")]
    way_gone: Annotated[
        Ratio | None, Column("实现进度：%", "(counted - start) / (aim - start), percent, exact values alone")
    ]
    time_gone: Annotated[Ratio | None, Column("序时进度：%", "days gone / days from start to due date, percent")]
    season_gone: Annotated[
        Ratio | None, Column("上年同期占全年：%", "share of last year's same period in its year, percent")
    ]
    ahead_by: Annotated[
        Ratio | None,
        Column(
            "快于应达：百分点，负为慢",
            "points ahead of its path, negative behind; of growth targets the rate so far less the planned",
        ),
    ]
    reason: Annotated[codes.Reason | None, Column("无进度的原因", "why ahead_by is null; set exactly then")]


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
    confidence: Annotated[
        codes.Confidence | None,
        Column(
            "把握程度：高、中、低",
            "low: a path of too few annual points, unknown definition, inside rounding, unverified; high: the agency's "
            "own text in the target's own definition; else medium; null where not judged",
        ),
    ]
    annual_points: Annotated[
        int | None, Column("年度点数", "whole years or year ends that the series holds; of growth its years and one")
    ]
    series_id: Annotated[int | None, Column("序列编号：所据序列", "the series that the verdict rests on")]
    source_id: Annotated[str | None, Column("来源代码：所据来源", "the source that the verdict rests on")]
    period: Annotated[str | None, Column("所据时期", "the period that the verdict rests on")]
    value: Annotated[Quantity | None, Column("所据值", "the value that the verdict rests on")]
    qualifier: Annotated[codes.Qualifier | None, Column("限定", "how the value stands to the true one")]
    base_value: Annotated[Quantity | None, Column("基期值", "value of the base period in the same series")]
    ceiling_value: Annotated[
        Quantity | None,
        Column("可达上限：由占比推算的整体", "the whole that a published share and level imply: more cannot exist"),
    ]
    ceiling_period: Annotated[str | None, Column("上限所据时期", "period of the share and level that imply it")]
    parts: Annotated[int | None, Column("分市目标数", "areas that take on a part of it; null where none do")]
    parts_expected: Annotated[int | None, Column("应分解市数", "cities of its area")]
    parts_met: Annotated[int | None, Column("分市已达到数", "parts that are met")]
    parts_value: Annotated[Quantity | None, Column("分市目标合计", "sum of the parts' values, in the target's unit")]
    sentence_zh: Annotated[str, Column("中文说明", "the sentence, Chinese")]
    sentence_en: Annotated[str, Column("英文说明", "the sentence, English")]


Sequence = Annotated[
    int, Column("次序：发布日如 20210509，或发布号", "order inside the occasion: the day as 20210509, or the publish")
]


class TargetState(Table):
    """Where a target stood on a day or in a publish; grain: target, area, occasion, sequence."""

    info: ClassVar[TableInfo] = TableInfo(
        "target_states",
        "目标历次状态：按发布日与发布批次",
        "where each target stood: as known on each day on which its state changed, and as each publish said",
        ("target_id", "area_code", "occasion", "sequence"),
    )
    target_id: Annotated[str, Column("目标代码", "target")]
    area_code: AreaCode
    occasion: Annotated[
        codes.Occasion, Column("场合：发布日、发布批次", "a day on which values came out, or a publish")
    ]
    sequence: Sequence
    assessed_on: Annotated[dt.date, Column("评价日期", "day at which the target is judged")]
    verdict: Annotated[codes.Verdict, Column("结论", "where the target stood")]
    reason: Annotated[codes.Reason | None, Column("无法评价的原因", "why it could not be assessed")]
    series_id: Annotated[int | None, Column("序列编号：所据序列", "the series that the verdict rests on")]
    source_id: Annotated[str | None, Column("来源代码：所据来源", "the source that the verdict rests on")]
    period: Annotated[str | None, Column("所据时期", "the period that the verdict rests on")]
    period_end: Annotated[dt.date | None, Column("所据时期止", "its last day")]
    value: Annotated[Quantity | None, Column("所据值", "the value that the verdict rests on")]
    correction_id: Annotated[str | None, Column("更正代码", "the correction that the value comes from")]
    base_value: Annotated[Quantity | None, Column("基期值", "value of the base period in the same series")]
    target_value: Annotated[Quantity, Column("目标值", "the target's value, in its indicator's unit")]
    declared: Annotated[str, Column("目标声明", "how the target was declared, in one line")]
    rules: Annotated[
        str | None, Column("规则版本：代码与参考数据", "digest of code and reference data; null for days: those of now")
    ]


class StatusChange(Table):
    """A verdict that changed, and why; grain: target, area, occasion, sequence."""

    info: ClassVar[TableInfo] = TableInfo(
        "status_changes",
        "结论变化：变化及原因",
        "verdicts that differ from the state before, between days or between publishes, and why",
        ("target_id", "area_code", "occasion", "sequence"),
    )
    target_id: Annotated[str, Column("目标代码", "target")]
    area_code: AreaCode
    occasion: Annotated[
        codes.Occasion, Column("场合：发布日、发布批次", "a day on which values came out, or a publish")
    ]
    sequence: Sequence
    sequence_before: Annotated[int, Column("前次次序", "that of the state before")]
    verdict_before: Annotated[codes.Verdict, Column("前次结论", "the verdict before")]
    verdict: Annotated[codes.Verdict, Column("结论", "the verdict since")]
    reason: Annotated[codes.Reason | None, Column("无法评价的原因", "why it cannot be assessed")]
    cause: Annotated[codes.ChangeCause, Column("变化原因", "the first cause that applies")]
    causes: Annotated[str, Column("全部原因：以 | 分隔", "all causes that apply, separated by |")]
    source_before: Annotated[str | None, Column("前次来源代码", "source of the deciding value before")]
    source_id: Annotated[str | None, Column("来源代码", "source of the deciding value")]
    period_before: Annotated[str | None, Column("前次所据时期", "deciding period before")]
    period: Annotated[str | None, Column("所据时期", "deciding period")]
    value_before: Annotated[Quantity | None, Column("前次所据值", "deciding value before")]
    value: Annotated[Quantity | None, Column("所据值", "deciding value")]
    target_value_before: Annotated[Quantity, Column("前次目标值", "the target's value before")]
    target_value: Annotated[Quantity, Column("目标值", "the target's value")]
    assessed_before: Annotated[dt.date, Column("前次评价日期", "day of judgement before")]
    assessed_on: Annotated[dt.date, Column("评价日期", "day of judgement")]


class ObservationPanel(Table):
    """What is watched beside a growth target without a figure of its own; grain: target, indicator, year.

    It never judges the target and nothing in it is added up.
    """

    info: ClassVar[TableInfo] = TableInfo(
        "observation_panel",
        "观察指标：不构成对目标的评价，不加总",
        "growth of related indicators beside a growth target's line; no judgement of the target, no sum",
        ("target_id", "indicator_id", "period"),
    )
    plan_id: PlanId
    target_id: Annotated[str, Column("目标代码", "growth target whose value is the line")]
    area_code: AreaCode
    place: Annotated[int, Column("顺序", "place in the panel")]
    shown_as: Annotated[codes.PanelRole, Column("展示：观察、背景", "counted in the summary, or context in grey")]
    indicator_id: IndicatorId
    times_indicator_id: Annotated[
        str | None, Column("乘数指标", "growth is that of the product with this indicator: a head times population")
    ]
    unit: Unit
    newest_period: Annotated[str | None, Column("最新时期", "newest period of which a level is held")]
    newest_value: Annotated[Quantity | None, Column("最新值", "its value; of a product the first factor's")]
    newest_qualifier: Annotated[codes.Qualifier | None, Column("最新值限定", "how it stands to the true value")]
    period: Annotated[str, Column("年份", "a year of the target's window")]
    source_id: Annotated[str | None, Column("来源代码：增速所据", "source of the year's growth")]
    growth_quoted: Annotated[Ratio | None, Column("当年增速：%", "the year's growth as quoted in `growth`")]
    quoted_from: Annotated[codes.QuotedFrom | None, Column("引用来历", "whether it is published or computed")]
    plan_average: Annotated[
        Ratio | None, Column("规划期年均增速：%", "average over the target's window; null where not computable")
    ]
    line: Annotated[Quantity, Column("对照线：%", "the target's growth")]
    reaches_line: Annotated[bool | None, Column("年均达到对照线", "whether the average reaches the line")]
    summary_zh: Annotated[str | None, Column("中文小结", "the one summary allowed, Chinese; the same in each row")]
    summary_en: Annotated[str | None, Column("英文小结", "the one summary allowed, English; the same in each row")]


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
    batch_count: Annotated[int | None, Column("列名数：仅一批", "names that the newest list gives, where it gives any")]
    batch_names: Annotated[str | None, Column("名单：仅一批", "the names, separated by |")]
    target_id: Annotated[str | None, Column("目标代码", "target that shows it")]
    verdict: Annotated[
        codes.Verdict | None,
        Column(
            "结论",
            "its target's; else, for outcomes, what the evidence proves by the end of the plan's horizon; "
            "null where the plan states no outcome",
        ),
    ]
    met_on: Annotated[dt.date | None, Column("达到日期", "a milestone's day, or that of the document that says so")]
    on_time: Annotated[codes.OnTime | None, Column("按期与否", "whether it was met by the end of the horizon")]
    reason: Annotated[codes.Reason | None, Column("无法评价的原因", "why it cannot be assessed; set exactly then")]


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
