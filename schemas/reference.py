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
    valid_from: Annotated[
        dt.date | None, Column("启用日期：空为名单之初", "first day; null from the list's beginning")
    ] = None
    valid_to: Annotated[dt.date | None, Column("停用日期：空为现行", "last day; null while in force")] = None


class AreaMember(Table):
    """What a composite area is made of; grain: composite, member."""

    info: ClassVar[TableInfo] = TableInfo(
        "area_members",
        "区域构成：大湾区等组合区域的成员",
        "members of composite areas that are nobody's parents: GBA9, GBA11",
        ("area_code", "member_code"),
    )
    area_code: AreaCode
    member_code: Annotated[str, Column("成员代码", "an area that is part of it")]


class Sector(Table):
    """An industry of GB/T 4754 and the category it counts in; grain: edition, code."""

    info: ClassVar[TableInfo] = TableInfo(
        "sectors",
        "行业分类：国民经济行业与信息消费类别对照",
        "industries of GB/T 4754 and the category of each; of the codes that begin a code the longest decides",
        ("edition", "sector_code"),
    )
    edition: Annotated[Literal["2011", "2017"], Column("标准版本", "edition of GB/T 4754")]
    sector_code: Annotated[Annotated[str, Field(pattern=r"^\d{2,4}$")], Column("行业代码", "industry code")]
    zh: NameZh
    en: NameEn
    category: Annotated[codes.Category | None, Column("类别：空为不计入", "category; null where it counts in none")] = (
        None
    )
    overrides: Annotated[bool, Column("是否例外", "differs on purpose from the code above it")] = False
    note: Annotated[str | None, Column("说明", "why")] = None


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
    note_zh: Annotated[str | None, Column("说明：中文", "what officials should know of it, Chinese")] = None
    note_en: Annotated[str | None, Column("说明：英文", "what officials should know of it, English")] = None


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
    frequency: Annotated[codes.Frequency, Column("频率", "how often it is published or asked for")]
    prices: Annotated[codes.Prices, Column("价格", "in which prices it is counted by definition")] = codes.Prices.NONE
    collectable: Annotated[codes.Collectable, Column("可得性", "published, by form alone, or not at all")]
    commodity_class: Annotated[
        str | None, Column("商品类别：限上零售", "commodity class of retail statistics; no industry")
    ] = None
    numerator_id: Annotated[
        str | None, Column("分子指标：仅占比", "for a share: the indicator that is its numerator")
    ] = None
    whole_zh: Annotated[str | None, Column("整体名称：中文，仅占比", "for a share: what it is a share of, Chinese")] = (
        None
    )
    whole_en: Annotated[str | None, Column("整体名称：英文，仅占比", "for a share: what it is a share of, English")] = (
        None
    )
    definition_zh: Annotated[str, Column("指标解释：中文", "definition and scope in a sentence, Chinese")]
    definition_en: Annotated[str, Column("指标解释：英文", "definition and scope in a sentence, English")]


class PublishedBy(Entry):
    """An agency that publishes or could collect an indicator, and since when."""

    agency: str
    publication: str | None = None
    city_level: bool | None = Field(None, description="whether cities are shown; null where not known")
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class JanFebCombined(Entry):
    """Where January and February are surveyed together: no single month of them exists."""

    source_id: str | None = Field(None, description="the source; null for all")
    valid_from: dt.date
    valid_to: dt.date | None = None
    evidence: str

    def holds(self, source_id: str, day: dt.date) -> bool:
        """Whether it holds for a source on a day."""
        within = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return within and self.source_id in (None, source_id)


class IndicatorSource(Table):
    """Who publishes an indicator; grain: indicator, place in the order of precedence."""

    info: ClassVar[TableInfo] = TableInfo(
        "indicator_sources",
        "指标来源：发布或应报机构，按优先级",
        "who publishes an indicator or could collect it, in order of precedence",
        ("indicator_id", "place"),
    )
    indicator_id: IndicatorId
    place: Annotated[int, Column("顺序", "place in the order of precedence, from 1")]
    agency: Annotated[str, Column("机构", "agency")]
    publication: Annotated[str | None, Column("出版物", "publication")]
    city_level: Annotated[bool | None, Column("是否分市", "whether cities are shown; null where not known")]
    valid_from: Annotated[dt.date | None, Column("自", "since when")]
    valid_to: Annotated[dt.date | None, Column("至", "until when")]


class IndicatorSector(Table):
    """An industry that an indicator covers; grain: indicator, edition, code."""

    info: ClassVar[TableInfo] = TableInfo(
        "indicator_sectors",
        "指标行业：指标覆盖的行业",
        "industries that an indicator covers",
        ("indicator_id", "edition", "sector_code"),
    )
    indicator_id: IndicatorId
    edition: Annotated[str, Column("标准版本", "edition of GB/T 4754")]
    sector_code: Annotated[str, Column("行业代码", "industry code")]


class IndicatorEntry(Indicator):
    """An indicator with its definitions, sectors, agencies, and the names that files use for it."""

    names: tuple[str, ...] = ()
    sectors: tuple[str, ...] = Field((), description="codes of GB/T 4754-2017")
    sectors_2011: tuple[str, ...] = Field((), description="codes of GB/T 4754-2011, for data of 2012-2017")
    published_by: tuple[PublishedBy, ...] = Field((), description="agencies in order of precedence")
    jan_feb_combined: tuple[JanFebCombined, ...] = Field((), description="where January and February come as one")
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
    area_code: Annotated[str | None, Column("地区代码：空为全部地区", "the area; null for all")] = None
    evidence: Evidence


class BreakEntry(Entry):
    """A break as a source's file says it: for several indicators and areas at once."""

    indicators: tuple[str, ...]
    areas: tuple[str, ...] = Field((), description="areas that it touches; none named: all")
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
    quoted: Annotated[
        bool, Column("可引用：否则仅供核对", "whether it may be quoted; else it serves cross-checks alone")
    ] = True


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
    document_number: Annotated[str | None, Column("文号：空为未得", "document number; null where not known")] = None
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
    value_stated: Annotated[Quantity, Column("目标值：原文", "the value as stated")]
    unit_stated: Annotated[str, Column("目标单位：原文", "the unit as stated")]
    due_on: Annotated[dt.date | None, Column("期限", "day by which it is due")] = None
    due_origin: Annotated[codes.DueOrigin, Column("期限出处", "where the due date comes from")]
    due_document: Annotated[str | None, Column("期限所据文件", "the document, where it is another one")] = None
    base_period: Annotated[str | None, Column("基期：SDMX 标签", "base period, an SDMX label of a year")] = None
    base_origin: Annotated[codes.BaseOrigin, Column("基期出处", "where the base period comes from")]
    not_assessable: Annotated[
        Literal[codes.Reason.NO_CRITERION] | None,
        Column("无法评价：声明", "declared: it states nothing to judge by"),
    ] = None
    scope_id: Annotated[
        str,
        Column("口径范围代码：不同者不得相加", "scope of what it counts; targets of different scopes are not summed"),
    ]
    of_area_code: Annotated[str | None, Column("占比之整体地区", "for a share: the area that is the whole")] = None
    related_indicator_id: Annotated[
        str | None, Column("相关指标：口径不同", "an indicator of something close; it never proves the target")
    ] = None
    note_zh: Annotated[str | None, Column("注：中文", "note, Chinese")] = None
    note_en: Annotated[str | None, Column("注：英文", "note, English")] = None

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
    watermark_zh: Annotated[str, Column("水印：中文", "what stands across every use of it, Chinese")]
    watermark_en: Annotated[str, Column("水印：英文", "what stands across every use of it, English")]
    indicator_id: IndicatorId
    final_use_share: Annotated[Ratio, Column("最终使用占比", "share of final use, set by the office")]
    double_count_rule: Annotated[str, Column("去重规则", "how it is kept from being counted twice")]
    source: Annotated[str, Column("权重来源", "where the share comes from")]


class Assessment(Entry):
    """How targets are judged where the plan leaves it open."""

    on_schedule_tolerance: Ratio = Field(description="percentage points within which a target is on schedule")
    source: str = Field(description="where the threshold comes from")
