"""The reference data: what may be written under data/reference, and the tables made from it.

An `…Entry` is what a file says; the table of the same name without `Entry` is its flat part.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import codes
from schemas.columns import Column, Ratio, Table, TableInfo
from schemas.tables import (
    AreaCode,
    DefinitionId,
    IndicatorId,
    PriceBasis,
    SourceId,
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
    frequency: Annotated[codes.Frequency, Column("频率", "how often it is published or asked for")]
    prices: Annotated[codes.Prices, Column("价格", "in which prices it is counted by definition")] = codes.Prices.NONE
    collectable: Annotated[codes.Collectable, Column("可得性", "published, by form alone, or not at all")]
    commodity_class: Annotated[
        str | None, Column("商品类别：限上零售", "commodity class of retail statistics; no industry")
    ] = None
    numerator_id: Annotated[
        str | None, Column("分子指标：仅占比", "for a share: the indicator that is its numerator")
    ] = None
    part_of: Annotated[
        str | None,
        Column("所属整体指标：同一度量族", "the indicator of the same measure family that it is a part of"),
    ] = None
    can_be_negative: Annotated[bool, Column("可为负", "whether a value below zero can be true: profits")] = False
    whole_zh: Annotated[str | None, Column("整体中文名：仅占比", "for a share: what it is a share of, Chinese")] = None
    whole_en: Annotated[str | None, Column("整体英文名：仅占比", "for a share: what it is a share of, English")] = None
    definition_zh: Annotated[str, Column("中文指标解释", "definition and scope in a sentence, Chinese")]
    definition_en: Annotated[str, Column("英文指标解释", "definition and scope in a sentence, English")]


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


class JanFebSpan(Table):
    """Where January and February are surveyed as one; grain: indicator, source, first day."""

    info: ClassVar[TableInfo] = TableInfo(
        "jan_feb_spans",
        "1—2月合并登记：合并调查的指标及期间",
        "indicators whose January and February are surveyed together, and since when",
        ("indicator_id", "source_id", "valid_from"),
    )
    indicator_id: IndicatorId
    source_id: Annotated[str | None, Column("来源代码：空为全部来源", "source; null for all")]
    valid_from: Annotated[dt.date, Column("自", "since when")]
    valid_to: Annotated[dt.date | None, Column("至：空为现行", "until when; null while it holds")]
    evidence: Evidence


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
        ("source_id", "indicator_id", "reason", "period_from", "area_code"),
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
    forms: tuple[Identifier, ...] = Field((), description="forms that it fills in, whose audit formulas judge it")
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


class Threshold(Entry):
    """A number that judges, and where it comes from."""

    value: Ratio
    source: str = Field(min_length=1, description="who set it; or that nobody did and it is this system's default")


class Assessment(Entry):
    """How targets are judged where the plan leaves it open; each becomes a column of `parameters`."""

    on_schedule_tolerance: Threshold = Field(description="percentage points within which a target is on schedule")
    eurostat_significant: Threshold = Field(description="ratio from which progress is significant")
    eurostat_moderate: Threshold = Field(description="ratio from which progress is moderate")
    eurostat_insufficient: Threshold = Field(description="ratio below which the movement is away from the target")
    open_sdg_substantial: Threshold = Field(description="ratio from which progress is substantial")
    open_sdg_moderate: Threshold = Field(description="ratio from which progress is moderate")
    open_sdg_limited: Threshold = Field(description="ratio below which it is deterioration")
    un_on_track: Threshold = Field(description="ratio from which a target is met or on track")
    un_fair: Threshold = Field(description="ratio from which progress is fair")
    min_annual_points: Threshold = Field(description="annual points below which a path gives low confidence")
    small_base_growth: Threshold = Field(description="growth in percent from which a base counts as small")
    jump_up: Threshold = Field(description="growth above which a value needs words, percent")
    jump_down: Threshold = Field(description="growth below which a value needs words, percent")
    jump_times: Threshold = Field(description="how many times the series' own usual growth a jump must also be")
    stock_fall: Threshold = Field(description="fall within a year that a stock does not show by itself, percent")
