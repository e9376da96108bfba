"""Plans as data: documents, tasks, items, targets, evidence, and composites that an office may try."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from schemas import codes
from schemas.columns import Column, Quantity, Ratio, Table, TableInfo
from schemas.periods import parse_label
from schemas.reference import Entry, Identifier, NameEn, NameZh
from schemas.tables import AreaCode, IndicatorId, Unit

PlanId = Annotated[str, Column("规划代码", "plan")]


class Plan(Table):
    """A government plan; grain: plan."""

    info: ClassVar[TableInfo] = TableInfo("plans", "规划：一份文件", "a document that sets targets", ("plan_id",))
    plan_id: Annotated[Identifier, Column("规划代码", "plan")]
    zh: NameZh
    en: NameEn
    document_number: Annotated[str | None, Column("文号：空为未得", "document number; null where not known")] = None
    area_code: Annotated[str, Column("地区代码：规划覆盖的地区", "the area that the plan is about")]
    issuer: Annotated[str, Column("印发机关", "issuer")]
    issued_on: Annotated[
        dt.date | None, Column("印发日期：空为未得", "date at the document's foot; null where not known")
    ] = None
    horizon_from: Annotated[
        dt.date | None, Column("规划期起：空为未载明", "first day of the plan's horizon; null where it states none")
    ] = None
    horizon_to: Annotated[
        dt.date | None, Column("规划期止：空为未载明", "last day of the plan's horizon; null where it states none")
    ] = None


class Task(Table):
    """A numbered part of a plan; grain: plan, task."""

    info: ClassVar[TableInfo] = TableInfo(
        "tasks", "任务：规划的目标、任务与保障", "goals, tasks and safeguards of plans", ("plan_id", "task_id")
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    task_id: Annotated[str, Column("任务代码", "task: 2.<group>.<n>")]
    kind: Annotated[codes.TaskKind, Column("类型", "goals, task or safeguard")]
    group_zh: Annotated[str | None, Column("任务组", "group of tasks")]
    zh: NameZh
    en: NameEn
    owner: Annotated[str | None, Column("牵头单位：空为未知", "leading unit; null where not known")] = None


class Item(Table):
    """One line of a plan; grain: plan, item."""

    info: ClassVar[TableInfo] = TableInfo(
        "items",
        "条目：规划的每一条",
        "one line of a plan: the phrase it rests on and what would show it",
        ("plan_id", "item_id"),
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    item_id: Annotated[str, Column("条目代码", "item")]
    task_id: Annotated[str, Column("任务代码", "task")]
    kind: Annotated[codes.ItemKind, Column("类型：Q M P S G", "number, milestone, project, standard, product group")]
    area_zh: Annotated[str, Column("地区：原文", "area, as the plan words it")]
    area_codes: Annotated[str, Column("地区代码：以 | 分隔", "codes of the areas named, separated by |")]
    area_list_open: Annotated[
        bool, Column("列举未尽：等", "the list ends in 等: an area not named is not out of scope")
    ]
    quote_zh: Annotated[str, Column("原文：所据短语", "the short phrase that it rests on")]
    en: NameEn
    verb_strength: Annotated[
        codes.VerbStrength | None, Column("动词强度：空为无动词", "how strongly its verb binds; null without one")
    ] = None
    standard: Annotated[str | None, Column("标准名", "standard that it names")] = None
    platform: Annotated[str | None, Column("平台名", "platform, system, zone or programme that it names")] = None
    uncounted_batch: Annotated[bool, Column("一批：未计数", "一批: a number that the plan does not give")] = False
    shown_by: Annotated[
        Literal["target", "indicator", "evidence"],
        Column("由何显示：目标、指标、佐证", "what would show it: a target, an indicator of its task, or evidence"),
    ]


class TaskIndicator(Table):
    """An indicator that shows something of a task; grain: plan, task, indicator."""

    info: ClassVar[TableInfo] = TableInfo(
        "task_indicators",
        "任务指标：任务与指标对照",
        "indicators that show something of a task",
        ("plan_id", "task_id", "indicator_id"),
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    task_id: Annotated[str, Column("任务代码", "task")]
    indicator_id: IndicatorId


class ItemEvidence(Table):
    """What one document says of an item; history is kept; grain: plan, item, area, document, day of entry."""

    info: ClassVar[TableInfo] = TableInfo(
        "evidence",
        "佐证：里程碑与项目的已知情况",
        "what documents say of items: status, date, who says so; later statements stand beside earlier ones",
        ("plan_id", "item_id", "area_code", "document", "recorded_on"),
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    item_id: Annotated[str, Column("条目代码", "item")]
    area_code: AreaCode
    status: Annotated[codes.EvidenceStatus, Column("完成状态", "what the document says of the item")]
    achieved_on: Annotated[dt.date | None, Column("完成日期", "day on which it was reached, where said")]
    document: Annotated[str, Column("文件", "the document")]
    publisher: Annotated[str, Column("发布机构", "who published it")]
    released_on: Annotated[dt.date | None, Column("发布日期：空为未载明", "its date; null where not stated")]
    authority: Annotated[codes.Authority, Column("可信来历", "A agency, P press, U user, D derived")]
    statement_zh: Annotated[str, Column("内容：中文", "what it says, Chinese")]
    names: Annotated[
        str | None,
        Column(
            "名单：以 | 分隔", "the names that it lists, separated by |: for a batch that the plan leaves uncounted"
        ),
    ] = None
    recorded_on: Annotated[dt.date, Column("登记日期", "day on which it was entered")]
    recorded_by: Annotated[str, Column("登记人", "who entered it")]


class TargetEntry(Table):
    """A target as its plan's file says it."""

    target_id: Annotated[Identifier, Column("目标代码", "target")]
    item_id: Annotated[str, Column("条目代码", "item of the plan")]
    task_id: Annotated[str, Column("任务代码", "task of the plan")]
    zh: NameZh
    en: NameEn
    quote_zh: Annotated[str, Column("原文：所据短语", "the short phrase that it rests on")]
    indicator_id: Annotated[
        str | None, Column("指标代码：空为无对应指标", "indicator; null where none can show it")
    ] = None
    area_code: AreaCode
    measure: Annotated[codes.TargetMeasure, Column("目标类型：水平、年均增长", "level or average growth")]
    comparator: Annotated[codes.Comparator, Column("比较符", "how the value binds")]
    value_stated: Annotated[Quantity, Column("原文目标值", "the value as stated; of a band the lower end")]
    upper_stated: Annotated[Quantity | None, Column("原文目标上限：仅区间", "upper end of a band, as stated")] = None
    unit_stated: Annotated[str, Column("原文目标单位", "the unit as stated")]
    value_document: Annotated[
        str | None, Column("目标值所据文件：空为规划本身", "document that states the value; null for the plan itself")
    ] = None
    counts: Annotated[
        codes.Counts | None,
        Column(
            "所计：期末状态、新增、当年、各年累计",
            "what of its indicator a level target counts; left out: the state of a stock, the due year of a flow",
        ),
    ] = None
    due_on: Annotated[dt.date | None, Column("期限", "day by which it is due")] = None
    due_origin: Annotated[codes.DueOrigin, Column("期限出处", "where the due date comes from")]
    due_document: Annotated[str | None, Column("期限所据文件", "the document, where it is another one")] = None
    base_period: Annotated[str | None, Column("基期：SDMX 标签", "base period, an SDMX label of a year")] = None
    base_origin: Annotated[codes.BaseOrigin, Column("基期出处", "where the base period comes from")]
    not_assessable: Annotated[
        Literal[
            codes.Reason.NO_CRITERION,
            codes.Reason.UNIT_MISMATCH,
            codes.Reason.STOCK_FLOW_MISMATCH,
            codes.Reason.SUPPRESSED,
        ]
        | None,
        Column("无法评价：声明", "declared: nothing to judge by, or nothing that its indicator could judge"),
    ] = None
    long_term: Annotated[bool, Column("长期性工作", "goes on without an end; not judged")] = False
    interim_of: Annotated[str | None, Column("阶段目标之总目标", "the target on whose way this earlier one lies")] = (
        None
    )
    part_of: Annotated[str | None, Column("分解目标之总目标", "the target of a larger area that this is a part of")] = (
        None
    )
    scope_id: Annotated[
        str,
        Column("口径范围代码：不同者不得相加", "scope of what it counts; targets of different scopes are not summed"),
    ]
    of_area_code: Annotated[str | None, Column("占比之整体地区", "for a share: the area that is the whole")] = None
    of_indicator_id: Annotated[
        str | None, Column("占比之整体指标", "for a share: the indicator that is the whole, in the target's own area")
    ] = None
    related_indicator_id: Annotated[
        str | None, Column("相关指标：口径不同", "an indicator of something close; it never proves the target")
    ] = None
    note_zh: Annotated[str | None, Column("中文注", "note, Chinese")] = None
    note_en: Annotated[str | None, Column("英文注", "note, English")] = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.due_on is None) != (self.due_origin is codes.DueOrigin.NONE):
            raise ValueError("due_on and due_origin go together: no date means due_origin none")
        if (self.base_period is None) != (self.base_origin is codes.BaseOrigin.NONE):
            raise ValueError("base_period and base_origin go together: no base means base_origin none")
        if (self.due_origin is codes.DueOrigin.OTHER_DOCUMENT) != (self.due_document is not None):
            raise ValueError("due_document is named exactly where due_origin is other_document")
        if self.base_period is not None:
            base = parse_label(codes.Frequency.A, self.base_period)
            if self.due_on is not None and self.due_on <= base.end:
                raise ValueError("due_on lies after base_period")
        self._has_one_shape()
        return self

    def _has_one_shape(self) -> None:
        """Bands have two ends, shares a whole, counts a meaning of their own."""
        if (self.upper_stated is None) != (self.comparator is not codes.Comparator.BETWEEN):
            raise ValueError("upper_stated is given exactly where comparator is between")
        if self.upper_stated is not None and self.upper_stated <= self.value_stated:
            raise ValueError("upper_stated lies above value_stated")
        share = self.measure is codes.TargetMeasure.SHARE
        if share != ((self.of_area_code is None) != (self.of_indicator_id is None)):
            raise ValueError("a share names its whole: of_area_code or of_indicator_id, one of them; nothing else does")
        if self.counts is not None and self.measure is not codes.TargetMeasure.LEVEL:
            raise ValueError("counts is said of level targets alone")
        if self.counts in (codes.Counts.ADDITIONS, codes.Counts.YEARS) and self.base_period is None:
            raise ValueError(f"counts {self.counts} needs base_period: what follows it is counted")
        if self.counts is not None and self.due_on is None:
            raise ValueError("counts needs due_on")


class CityTarget(Table):
    """A city's part of a target, a line of a plan's `city_targets.csv`; grain: plan, target, area."""

    info: ClassVar[TableInfo] = TableInfo(
        "city_targets", "分市目标", "a city's part of a target", ("plan_id", "target_id", "area_code")
    )
    plan_id: PlanId
    target_id: Annotated[str, Column("总目标代码", "the target that is divided")]
    area_code: AreaCode
    value_stated: Annotated[Quantity, Column("原文目标值", "the value as stated")]
    unit_stated: Annotated[str, Column("原文目标单位", "the unit as stated")]
    document: Annotated[str | None, Column("所据文件：空为规划本身", "document that divides it; null for the plan")] = (
        None
    )

    def entry(self, parent: TargetEntry) -> TargetEntry:
        """The city's target: its parent's in everything but area and value."""
        said = {
            "target_id": f"{parent.target_id}-{self.area_code}",
            "part_of": parent.target_id,
            "value_document": self.document,
            **self.model_dump(include={"area_code", "value_stated", "unit_stated"}),
        }
        return TargetEntry(**{**parent.model_dump(), **said})


class Target(TargetEntry):
    """A target with its value in the indicator's unit; grain: target."""

    info: ClassVar[TableInfo] = TableInfo(
        "targets", "目标：规划中的数量目标", "quantitative targets of plans", ("target_id",)
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    nature: Annotated[codes.Nature | None, Column("指标性质", "nature of its indicator; null without one")]
    target_value: Annotated[
        Quantity, Column("目标值：存储单位", "the value in the indicator's unit; percent for growth")
    ]
    upper_value: Annotated[Quantity | None, Column("目标上限：存储单位", "upper end of a band, in the same unit")]
    unit: Unit


class PanelEntry(Table):
    """A member of the panel that is watched beside a growth target, a line of a plan's `panel.csv`."""

    info: ClassVar[TableInfo] = TableInfo(
        "panel", "观察指标", "indicators watched beside a growth target", ("plan_id", "target_id", "indicator_id")
    )
    plan_id: PlanId
    target_id: Annotated[str, Column("目标代码", "growth target whose value is the line; the member never binds to it")]
    indicator_id: IndicatorId
    times_indicator_id: Annotated[
        str | None, Column("乘数指标：人均数乘以人口时", "indicator that it is multiplied by: a head times population")
    ] = None
    place: Annotated[int, Column("顺序", "place in the panel")]
    shown_as: Annotated[codes.PanelRole, Column("展示：观察、背景", "counted in the summary, or context in grey")]


class PanelMember(PanelEntry):
    """A member of a panel in a year of its target's window; grain: target, indicator, year."""

    info: ClassVar[TableInfo] = TableInfo(
        "panel_members",
        "观察指标清单：不构成对目标的评价",
        "what is watched beside a target that has no figure of its own, a row a year; never a judgement of it",
        ("target_id", "indicator_id", "period"),
    )
    area_code: AreaCode
    base_period: Annotated[str, Column("基期", "year before the target's window")]
    period: Annotated[str, Column("年份", "a year of the target's window")]
    line: Annotated[Quantity, Column("对照线：%", "the target's growth, percent")]


class PlanEntry(Plan):
    """A plan with its targets."""

    targets: tuple[TargetEntry, ...]


class CompositePart(Entry):
    """A part of a composite: what share of it is final use, and how it is kept from being counted twice."""

    indicator_id: str
    final_use_share: Annotated[Decimal, Field(ge=0, le=1)] | None = Field(
        None, description="share of final use; null until an office sets its own"
    )
    double_count_rule: str
    source: str | None = Field(None, description="where the share comes from")


class Composite(Entry):
    """A composite 试算: an office's own weights; status E, watermarked, never in `progress`."""

    composite_id: Identifier
    zh: str
    en: str
    indicator_id: str = Field(description="the indicator that it is a trial of")
    enabled: bool = False
    watermark_zh: str
    watermark_en: str
    parts: tuple[CompositePart, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _enabled_needs_shares(self) -> Self:
        if self.enabled and any(p.final_use_share is None or not p.source for p in self.parts):
            raise ValueError("an enabled composite needs final_use_share and source for every part")
        return self


class CompositeComponent(Table):
    """A part of an enabled composite; grain: composite, indicator."""

    info: ClassVar[TableInfo] = TableInfo(
        "composite_parts",
        "试算构成：已启用的综合试算的组成",
        "parts of the composites that are enabled, with an office's own weights",
        ("composite_id", "indicator_id"),
    )
    composite_id: Annotated[str, Column("试算代码", "composite")]
    trial_of: Annotated[str, Column("试算对象", "indicator that it is a trial of")]
    watermark_zh: Annotated[str, Column("中文水印", "what stands across every use of it, Chinese")]
    watermark_en: Annotated[str, Column("英文水印", "what stands across every use of it, English")]
    indicator_id: IndicatorId
    final_use_share: Annotated[Ratio, Column("最终使用占比", "share of final use, set by the office")]
    double_count_rule: Annotated[str, Column("去重规则", "how it is kept from being counted twice")]
    source: Annotated[str, Column("权重来源", "where the share comes from")]


class ScopesDiffer(Exception):
    """Targets that count different things: their sum would mean nothing."""


def total(targets: list[Target]) -> Decimal:
    """The sum of targets' values, in their indicator's unit.

    Raises:
        ScopesDiffer: they differ in scope, indicator, measure or due date, or are averages or shares, or one is
            a part of another; names each.
        ValueError: there are none.
    """
    if not targets:
        raise ValueError("no targets to sum")
    kinds = {(t.scope_id, t.indicator_id, t.measure, t.counts, t.due_on) for t in targets}
    ids = {t.target_id for t in targets}
    nested = any({t.part_of, t.interim_of} & ids for t in targets)
    if len(kinds) > 1 or nested or targets[0].measure is not codes.TargetMeasure.LEVEL:
        named = "; ".join(
            f"{t.target_id} ({t.plan_id}): scope {t.scope_id}, {t.indicator_id}, {t.measure}" for t in targets
        )
        raise ScopesDiffer(f"口径范围不同，不得相加 these are not summed, their scopes differ: {named}")
    return sum((t.target_value for t in targets), Decimal(0))
