"""The reference data: what may be written under data/reference, and the tables made from it.

An `…Entry` is what a file says; the table of the same name without `Entry` is its flat part.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import codes
from schemas.columns import Column, Quantity, Ratio, Table, TableInfo
from schemas.periods import parse_label
from schemas.tables import (
    AreaCode,
    DefinitionId,
    IndicatorId,
    PriceBasis,
    SourceId,
    Unit,
)

PRICE_BASIS = r"^(none|current|comparable|previous_year|constant_\d{4}|constant_from_\d{4}(-\d{2})?)$"
PriceBasisText = Annotated[str, Field(pattern=PRICE_BASIS)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]

NameZh = Annotated[str, Column("中文名", "Chinese name")]
NameEn = Annotated[str, Column("英文名", "English name")]
Evidence = Annotated[str, Column("依据：文件与位置", "what it rests on: document and place")]


class Entry(BaseModel):
    """A part of a reference file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Area(Table):
    """A statistical area; grain: code."""

    info: ClassVar[TableInfo] = TableInfo(
        "areas", "地区：国家、省、市与区域", "nation, provinces, cities and regions", ("area_code",)
    )
    area_code: AreaCode
    zh: NameZh
    en: NameEn
    level: Annotated[
        Literal["nation", "region", "province", "prefecture", "sar"],
        Column("级别：nation、region、province、prefecture、sar", "nation, region, province, prefecture or sar"),
    ]
    parent_code: Annotated[str | None, Column("上级代码", "the area it is part of")]
    scheme: Annotated[str, Column("编码体系", "the scheme of the code: GB/T 2260 or yuexin")]
    monitored: Annotated[bool, Column("是否监测", "whether its values are kept; else they are counted by name")]
    aliases: Annotated[str | None, Column("别名：以 | 分隔", "names that files use for it, separated by |")]


class UnitOfMeasure(Table):
    """A unit as files write it; grain: unit."""

    info: ClassVar[TableInfo] = TableInfo(
        "units", "计量单位", "units as files write them, with factors inside a dimension", ("unit",)
    )
    unit: Annotated[str, Column("单位", "unit, as files write it")]
    en: NameEn
    dimension: Annotated[str, Column("量纲", "units of one dimension convert into one another")]
    factor: Annotated[
        Annotated[Decimal, Field(max_digits=18, decimal_places=4, gt=0)],
        Column("换算系数：对同量纲最小单位", "how many of the dimension's smallest unit it is"),
    ]


class DefinitionEntry(Table):
    """One definition of an indicator."""

    definition_id: DefinitionId
    zh: NameZh
    en: NameEn
    match: Annotated[
        codes.DefinitionMatch,
        Column("与目标定义的关系", "how it stands to what targets on the indicator name"),
    ]
    note_zh: Annotated[str | None, Column("中文说明", "what officials should know of it, Chinese")] = None
    note_en: Annotated[str | None, Column("英文说明", "what officials should know of it, English")] = None


class Definition(DefinitionEntry):
    """A definition that values of an indicator follow; grain: indicator, definition."""

    info: ClassVar[TableInfo] = TableInfo(
        "definitions",
        "指标定义",
        "the definitions that values of an indicator follow",
        ("indicator_id", "definition_id"),
    )
    indicator_id: IndicatorId


class Indicator(Table):
    """What is measured; grain: indicator."""

    info: ClassVar[TableInfo] = TableInfo(
        "indicators",
        "指标：一个概念、一个单位、一种性质",
        "one concept, one unit, one nature",
        ("indicator_id",),
    )
    indicator_id: Annotated[Identifier, Column("指标代码", "indicator")]
    zh: NameZh
    en: NameEn
    unit: Annotated[str, Column("存储单位", "unit in which values are kept; money in 万元")]
    display_unit: Annotated[str, Column("展示单位", "unit in which people read it")]
    nature: Annotated[codes.Nature, Column("性质：存量、流量、比率、累计数", "stock, flow, rate, cumulative count")]
    category: Annotated[
        codes.Category, Column("类别：智能产品、互联网业务、数字内容…", "smart product, internet service …")
    ]
    role: Annotated[codes.Role, Column("作用", "component, supply, related, infrastructure, enabling")]
    measure_family: Annotated[
        str, Column("度量族：可比可加的范围", "inside one family values may be compared and shared")
    ]
    direction: Annotated[codes.Direction, Column("方向", "which way is good")]
    additivity: Annotated[codes.Additivity, Column("可加性", "whether areas sum to their whole")]
    numerator_id: Annotated[
        str | None, Column("分子指标：仅占比", "for a share: the indicator that is its numerator")
    ] = None
    whole_zh: Annotated[str | None, Column("整体中文名：仅占比", "for a share: what it is a share of, Chinese")] = None
    whole_en: Annotated[str | None, Column("整体英文名：仅占比", "for a share: what it is a share of, English")] = None
    definition_zh: Annotated[str, Column("中文指标解释", "definition and scope in a sentence, Chinese")]
    definition_en: Annotated[str, Column("英文指标解释", "definition and scope in a sentence, English")]


class IndicatorEntry(Indicator):
    """An indicator with its definitions and the names that files use for it."""

    names: tuple[str, ...] = ()
    definitions: tuple[DefinitionEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _definitions_differ(self) -> Self:
        ids = [d.definition_id for d in self.definitions]
        if len(ids) != len(set(ids)):
            raise ValueError(f"definition ids repeat: {ids}")
        return self


class Calendar(Entry):
    """When a source's periods fall due."""

    frequency: Literal[codes.Frequency.A, codes.Frequency.S, codes.Frequency.Q, codes.Frequency.M]
    lag_days: int = Field(ge=0, description="days after a period's end by which its values are out")


class Claim(Entry):
    """How a file is recognised as a source's: by its name, or by lines near its top."""

    name: str | None = Field(None, description="a glob on the file's name")
    first_lines: tuple[str, ...] = Field((), description="texts that all stand among the first ten lines")

    @model_validator(mode="after")
    def _claims_something(self) -> Self:
        if self.name is None and not self.first_lines:
            raise ValueError("a claim needs a name or first_lines")
        return self


class RecordsLayout(Entry):
    """A table with a header line and one value a row; columns bear the names of `schemas.rows`."""

    kind: Literal["records"]
    no_data: tuple[str, ...] = Field((), description="texts of the value column that mean: no data")


class CrosstabLayout(Entry):
    """A table with one dimension down, one across, and the rest in lines above it (`key：value`)."""

    kind: Literal["crosstab"]
    corner: str = Field(description="text of the header's first cell, by which the header is found")
    down: Literal["area", "indicator", "period"]
    across: Literal["area", "indicator", "period"]
    above: dict[str, Literal["area", "indicator"]] = Field({}, description="preamble key → the dimension it names")
    fixed: dict[Literal["area", "indicator"], str] = Field({}, description="dimension → a name that holds for the file")
    footnotes: tuple[str, ...] = Field((), description="beginnings of the lines below the table")
    end_mark: str | None = Field(None, description="beginning of the last line; a file without it was cut off")
    no_data: tuple[str, ...] = Field(("",), description="texts of a cell that mean: no data")
    ignore: tuple[str, ...] = Field((), description="names known, not monitored: counted by name")

    @model_validator(mode="after")
    def _each_dimension_once(self) -> Self:
        given = sorted([self.down, self.across, *self.above.values(), *self.fixed])
        if given != ["area", "indicator", "period"]:
            raise ValueError(f"area, indicator and period must each be given once; given: {given}")
        return self


class ValueDefaults(Entry):
    """What holds for every value of a file unless a row says otherwise."""

    measure: codes.Measure = codes.Measure.LEVEL
    basis: codes.Basis
    definition_id: str
    obs_status: codes.ObsStatus = codes.ObsStatus.A
    stage: codes.Stage = codes.Stage.UNSTATED
    authority: codes.Authority = codes.Authority.A
    title: str


class FileForm(Entry):
    """One form in which a source's files come."""

    claim: Claim
    release: codes.ReleaseKind
    layout: Annotated[RecordsLayout | CrosstabLayout, Field(discriminator="kind")]
    values: ValueDefaults | None = Field(None, description="needed by crosstab; records say it row by row")

    @model_validator(mode="after")
    def _crosstab_needs_values(self) -> Self:
        if isinstance(self.layout, CrosstabLayout) and self.values is None:
            raise ValueError("a crosstab needs `values`: basis, definition_id and title of its cells")
        return self


class PriceBasisSpan(Entry):
    """In which prices a source gives indicators, over which periods."""

    indicators: tuple[str, ...]
    price_basis: PriceBasisText
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    evidence: str


class DeclaredPriceBasis(Table):
    """In which prices a source gives an indicator; grain: source, indicator, first day."""

    info: ClassVar[TableInfo] = TableInfo(
        "price_bases",
        "价格口径登记：来源各时期的价格口径及依据",
        "in which prices a source gives an indicator, over which periods, on what evidence",
        ("source_id", "indicator_id", "price_basis", "period_from"),
    )
    source_id: SourceId
    indicator_id: IndicatorId
    price_basis: PriceBasis
    period_from: Annotated[dt.date | None, Column("自：空为最早", "first day; null from the beginning")]
    period_to: Annotated[dt.date | None, Column("至：空为现行", "last day; null while it holds")]
    evidence: Evidence


class Break(Table):
    """A declared fact that makes values on its two sides incomparable; grain: source, indicator, reason, date."""

    info: ClassVar[TableInfo] = TableInfo(
        "series_breaks",
        "口径中断登记：已声明的不可比事实",
        "declared facts that make two values of a series incomparable",
        ("source_id", "indicator_id", "reason", "period_from"),
    )
    source_id: SourceId
    indicator_id: IndicatorId
    reason: Annotated[
        Literal[codes.Reason.BASE_REVISED, codes.Reason.SERIES_BREAK, codes.Reason.DEFINITION_CHANGE],
        Column("原因", "what the fact makes of a comparison across it"),
    ]
    period_from: Annotated[dt.date, Column("新口径首日", "first day on the new side")]
    revised_on: Annotated[
        dt.date | None,
        Column(
            "修订日：仅对按发布日区分的修订",
            "for a revision: values of periods from period_from released before this day are on the old side",
        ),
    ] = None
    evidence: Evidence


class BreakEntry(Entry):
    """A break as a source's file says it: for several indicators at once."""

    indicators: tuple[str, ...]
    reason: Literal[codes.Reason.BASE_REVISED, codes.Reason.SERIES_BREAK, codes.Reason.DEFINITION_CHANGE]
    period_from: dt.date
    revised_on: dt.date | None = None
    evidence: str


class Source(Table):
    """A publisher's series of files; grain: source."""

    info: ClassVar[TableInfo] = TableInfo(
        "sources", "来源：发布机构的一套文件", "a publisher's series of files", ("source_id",)
    )
    source_id: Annotated[Identifier, Column("来源代码", "source: a publisher's series of files")]
    zh: NameZh
    en: NameEn
    publisher: Annotated[str, Column("发布机构", "publisher")]
    licence: Annotated[str, Column("许可", "licence, or that none is stated")]
    owner: Annotated[
        Annotated[str, Field(pattern=r"^(team:[\w-]+|[^@\s]+@[^@\s]+)$")],
        Column("负责：team:… 或邮箱", "who looks after it here: team:… or an e-mail address"),
    ]
    precedence: Annotated[
        int, Column("优先级：小者先", "which source is quoted first; the smaller the number the earlier")
    ]


class SourceEntry(Source):
    """A source with its calendar, the forms of its files and the facts declared of it."""

    calendar: Calendar | None = None
    files: tuple[FileForm, ...] = Field(min_length=1)
    price_basis: tuple[PriceBasisSpan, ...] = ()
    breaks: tuple[BreakEntry, ...] = ()

    def price_basis_of(self, indicator_id: str, day: dt.date) -> str:
        """The price basis of an indicator on a day; `none` where no span is declared."""
        for span in self.price_basis:
            after = span.period_from is None or span.period_from <= day
            before = span.period_to is None or day <= span.period_to
            if indicator_id in span.indicators and after and before:
                return span.price_basis
        return "none"

    @model_validator(mode="after")
    def _spans_do_not_overlap(self) -> Self:
        for i, a in enumerate(self.price_basis):
            for b in self.price_basis[i + 1 :]:
                shared = sorted(set(a.indicators) & set(b.indicators))
                a_from, b_from = a.period_from or dt.date.min, b.period_from or dt.date.min
                a_to, b_to = a.period_to or dt.date.max, b.period_to or dt.date.max
                if shared and a_from <= b_to and b_from <= a_to:
                    raise ValueError(
                        f"two price bases for {', '.join(shared)} at one time: {a.price_basis}, {b.price_basis}"
                    )
        return self


class Plan(Table):
    """A government plan; grain: plan."""

    info: ClassVar[TableInfo] = TableInfo("plans", "规划：一份文件", "a document that sets targets", ("plan_id",))
    plan_id: Annotated[Identifier, Column("规划代码", "plan")]
    zh: NameZh
    en: NameEn
    document_number: Annotated[str, Column("文号", "document number")]
    issuer: Annotated[str, Column("印发机关", "issuer")]
    issued_on: Annotated[dt.date, Column("印发日期", "date of issue")]
    horizon_from: Annotated[dt.date, Column("规划期起", "first day of the plan's horizon")]
    horizon_to: Annotated[dt.date, Column("规划期止", "last day of the plan's horizon")]


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
    value_stated: Annotated[Quantity, Column("原文目标值", "the value as stated")]
    unit_stated: Annotated[str, Column("原文目标单位", "the unit as stated")]
    due_on: Annotated[dt.date | None, Column("期限", "day by which it is due")] = None
    due_origin: Annotated[codes.DueOrigin, Column("期限出处", "where the due date comes from")]
    due_document: Annotated[str | None, Column("期限所据文件", "the document, where it is another one")] = None
    base_period: Annotated[str | None, Column("基期：SDMX 标签", "base period, an SDMX label of a year")] = None
    base_origin: Annotated[codes.BaseOrigin, Column("基期出处", "where the base period comes from")]
    not_assessable: Annotated[
        Literal[codes.Reason.NO_CRITERION] | None,
        Column("无法评价：声明", "declared: it states nothing to judge by"),
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
            parse_label(codes.Frequency.A, self.base_period)
        return self


class Target(TargetEntry):
    """A target with its value in the indicator's unit; grain: target."""

    info: ClassVar[TableInfo] = TableInfo(
        "targets", "目标：规划中的数量目标", "quantitative targets of plans", ("target_id",)
    )
    plan_id: Annotated[str, Column("规划代码", "plan")]
    target_value: Annotated[
        Quantity, Column("目标值：存储单位", "the value in the indicator's unit; percent for growth")
    ]
    unit: Unit


class PlanEntry(Plan):
    """A plan with its targets."""

    targets: tuple[TargetEntry, ...]


class Assessment(Entry):
    """How targets are judged where the plan leaves it open."""

    on_schedule_tolerance: Ratio = Field(description="percentage points within which a target is on schedule")
    source: str = Field(description="where the threshold comes from")
