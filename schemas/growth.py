"""The tables of comparison: growth, single months, parts of wholes, cities side by side, revisions."""

import datetime as dt
from typing import Annotated, ClassVar

from schemas import codes
from schemas.columns import Column, Count, Quantity, Ratio, Table, TableInfo
from schemas.tables import (
    AreaCode,
    BasisCode,
    DefinitionId,
    FrequencyCode,
    IndicatorId,
    PeriodEnd,
    PeriodLabel,
    PeriodStart,
    PriceBasis,
    ReleasedOn,
    ReleaseSeq,
    SectorCode,
    SeriesId,
    SourceId,
    Unit,
)

GrowthUnit = Annotated[
    str, Column("增速单位：%、百分点或水平单位", "unit of the growth columns: %, percentage points, or value_unit")
]
PublishedQualifier = Annotated[
    codes.Qualifier | None, Column("公布增速限定", "a bound or approximation (超11%) enters no arithmetic")
]


class _Pair(Table):
    """A value of a series and the base that it is compared with."""

    series_id: SeriesId
    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    source_id: SourceId
    frequency: FrequencyCode
    basis: BasisCode
    price_basis: PriceBasis
    definition_id: DefinitionId
    comparison: Annotated[codes.Comparison, Column("比较：同比、比上年末…", "what is compared with what")]
    period: PeriodLabel
    period_start: PeriodStart
    period_end: PeriodEnd
    value: Annotated[Quantity | None, Column("本期值", "level of the period")]
    base_period: Annotated[str, Column("基期", "period of the base, whether a value of it is held or not")]
    base_value: Annotated[Quantity | None, Column("基期值：已公布", "level of the base period, as held")]
    value_unit: Annotated[str | None, Column("水平计量单位", "unit of value and base_value")]


class ComparedPair(_Pair):
    """Two values that a growth rate would compare; grain: series, period, comparison, base period."""

    info: ClassVar[TableInfo] = TableInfo(
        "comparisons",
        "对比：本期与基期成对，及不可比的已声明事实",
        "a value, its base and the rate published for the two, and the declared fact that makes them incomparable",
        ("series_id", "period", "comparison", "base_period"),
    )
    nature: Annotated[codes.Nature, Column("性质", "nature of the indicator")]
    quoted: Annotated[bool, Column("可引用", "whether the source may be quoted")]
    years: Annotated[Count, Column("年数", "years between base and period")]
    rounding_unit: Annotated[Quantity | None, Column("本期末位单位", "one unit in the last place published of value")]
    qualifier: Annotated[codes.Qualifier | None, Column("本期限定", "how value stands to the true one")]
    base_rounding_unit: Annotated[Quantity | None, Column("基期末位单位", "the same of base_value")]
    base_qualifier: Annotated[codes.Qualifier | None, Column("基期限定", "how base_value stands to the true one")]
    incomparable: Annotated[
        codes.Reason | None,
        Column("不可比原因：已声明的事实", "declared fact that forbids the comparison"),
    ]
    growth_unit: GrowthUnit
    growth_published: Annotated[Quantity | None, Column("公布增速", "the publisher's rate")]
    growth_published_rounding_unit: Annotated[
        Quantity | None, Column("公布增速末位单位", "one unit in its last place published")
    ]
    growth_published_qualifier: PublishedQualifier
    base_reported: Annotated[
        Quantity | None, Column("上报可比基数", "comparable base as the sender of a form reported it")
    ]
    base_reported_rounding_unit: Annotated[
        Quantity | None, Column("上报可比基数末位单位", "one unit in its last place published")
    ]


class Growth(_Pair):
    """Growth inside one series; grain: series, period, comparison, base period."""

    info: ClassVar[TableInfo] = TableInfo(
        "growth",
        "增长：同比、比上年末、净增、两年平均、年均",
        "growth, published and computed, and which is quoted: on last year, on its end, averages, net additions",
        ("series_id", "period", "comparison", "base_period"),
    )
    growth_computed: Annotated[
        Ratio | None,
        Column("计算增速", "value over base_value, less one; its yearly average; or the difference"),
    ]
    growth_computed_low: Annotated[Ratio | None, Column("计算增速下限：由舍入区间", "its lower end, from rounding")]
    growth_computed_high: Annotated[Ratio | None, Column("计算增速上限：由舍入区间", "its upper end, from rounding")]
    growth_chained: Annotated[
        Ratio | None, Column("环比相乘年均增速", "averages alone: quoted yearly rates chained, Π(1+g)^(1/n) − 1")
    ]
    growth_bound: Annotated[
        Ratio | None, Column("增速界限：值为界限时", "where a value is a bound, the bound that follows for growth")
    ]
    growth_bound_kind: Annotated[
        codes.Qualifier | None, Column("界限方向：不少于、不多于", "which way the bound holds: at_least or at_most")
    ]
    growth_published: Annotated[Ratio | None, Column("公布增速", "the publisher's rate")]
    growth_published_qualifier: PublishedQualifier
    base_comparable: Annotated[
        Quantity | None,
        Column("可比基数：本期值÷(1+公布增速)", "comparable base implied by the published rate: value / (1 + rate)"),
    ]
    base_comparable_reported: Annotated[
        Quantity | None, Column("上报可比基数", "comparable base as the sender of a form reported it")
    ]
    growth_quoted: Annotated[
        Ratio | None,
        Column(
            "引用增速",
            "the rate to quote: published, else on the reported base, else chained, else computed",
        ),
    ]
    quoted_from: Annotated[codes.QuotedFrom | None, Column("引用来历", "where the quoted rate comes from")]
    base_quoted: Annotated[Quantity | None, Column("引用基数", "the base that the quoted rate rests on")]
    base_quoted_low: Annotated[Quantity | None, Column("引用基数下限：由舍入区间", "its lower end, from rounding")]
    base_quoted_high: Annotated[Quantity | None, Column("引用基数上限：由舍入区间", "its upper end, from rounding")]
    unit: GrowthUnit
    small_base: Annotated[
        bool, Column("小基数：SMALL_BASE", "whether the rate exceeds the threshold above which a base is called small")
    ]
    reason: Annotated[codes.Reason | None, Column("未计算原因", "why growth_computed is null; set exactly then")]
    agreement: Annotated[
        codes.Agreement | None,
        Column("公布与计算是否一致", "whether published and computed agree, where both exist"),
    ]


class MonthValue(Table):
    """A single month of a flow that is published cumulatively; grain: cumulative series, month."""

    info: ClassVar[TableInfo] = TableInfo(
        "months",
        "当月值：公布的或由累计相减的",
        "single months of cumulative flows: as published, else by difference inside one version set and price basis",
        ("series_id", "period"),
    )
    series_id: Annotated[int, Column("累计序列编号", "the cumulative series")]
    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    source_id: SourceId
    price_basis: PriceBasis
    definition_id: DefinitionId
    period: PeriodLabel
    period_end: PeriodEnd
    unit: Unit
    value: Annotated[Quantity | None, Column("当月值", "the month: as published, else by difference")]
    origin: Annotated[codes.MonthOrigin | None, Column("来历：公布或相减", "published, or by difference")]
    reason: Annotated[codes.Reason | None, Column("无当月值原因", "why value is null; set exactly then")]
    value_published: Annotated[Quantity | None, Column("公布当月值", "the month as published")]
    value_by_difference: Annotated[Quantity | None, Column("相减当月值", "minuend less subtrahend, where allowed")]
    minuend: Annotated[
        Quantity | None, Column("被减数", "the cumulative value up to the month; or, for January, February's")
    ]
    subtrahend: Annotated[
        Quantity | None,
        Column("减数", "the cumulative value before it; or, for January, the month of February"),
    ]
    difference_reason: Annotated[
        codes.Reason | None, Column("不可相减原因", "why value_by_difference is null; set exactly then")
    ]
    gap: Annotated[
        Quantity | None,
        Column("公布与相减之差", "published month less the one by difference: revisions show here"),
    ]


class Structure(Table):
    """A part inside its whole; grain: part series, whole series, period."""

    info: ClassVar[TableInfo] = TableInfo(
        "structure",
        "构成：占比、贡献率、拉动点",
        "share, contribution and pull of parts inside one measure family, by comparable bases, with rounding intervals",
        ("series_id", "whole_series_id", "period"),
    )
    series_id: Annotated[int, Column("部分序列编号", "series of the part")]
    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    source_id: SourceId
    frequency: FrequencyCode
    basis: BasisCode
    price_basis: PriceBasis
    whole_series_id: Annotated[int, Column("整体序列编号", "series of the whole")]
    whole_indicator_id: Annotated[str, Column("整体指标代码", "indicator of the whole")]
    whole_area_code: Annotated[str, Column("整体地区代码", "area of the whole")]
    period: PeriodLabel
    period_end: PeriodEnd
    unit: Unit
    value: Annotated[Quantity, Column("部分值", "the part")]
    whole_value: Annotated[Quantity, Column("整体值", "the whole")]
    share: Annotated[Ratio | None, Column("占比：%", "part / whole, percent")]
    share_low: Annotated[Ratio | None, Column("占比下限：由舍入区间", "its lower end, from rounding")]
    share_high: Annotated[Ratio | None, Column("占比上限：由舍入区间", "its upper end, from rounding")]
    share_published: Annotated[Ratio | None, Column("公布占比", "the publisher's share")]
    base: Annotated[Quantity | None, Column("部分基数：可比", "the part's base that its quoted growth rests on")]
    whole_base: Annotated[Quantity | None, Column("整体基数：可比", "the whole's base that its quoted growth rests on")]
    share_change: Annotated[Ratio | None, Column("占比变化：百分点", "share less base / whole_base, percentage points")]
    contribution: Annotated[Ratio | None, Column("贡献率：%", "change of the part / change of the whole, percent")]
    contribution_low: Annotated[Ratio | None, Column("贡献率下限：由舍入区间", "its lower end, from rounding")]
    contribution_high: Annotated[Ratio | None, Column("贡献率上限：由舍入区间", "its upper end, from rounding")]
    contribution_published: Annotated[Ratio | None, Column("公布贡献率", "the publisher's contribution")]
    pull: Annotated[Ratio | None, Column("拉动：百分点", "change of the part / base of the whole, percentage points")]
    pull_low: Annotated[Ratio | None, Column("拉动下限：由舍入区间", "its lower end, from rounding")]
    pull_high: Annotated[Ratio | None, Column("拉动上限：由舍入区间", "its upper end, from rounding")]
    pull_published: Annotated[Ratio | None, Column("公布拉动", "the publisher's pull")]
    reason: Annotated[codes.Reason | None, Column("无贡献率原因", "why contribution is null; set exactly then")]


class CityRow(Table):
    """A city among the cities of its province; grain: series, period."""

    info: ClassVar[TableInfo] = TableInfo(
        "city_table",
        "各市一览：总量、位次、同比、占比、拉动",
        "the cities of a province side by side: level, rank, growth, share, pull",
        ("series_id", "period"),
    )
    series_id: SeriesId
    indicator_id: IndicatorId
    sector_code: SectorCode
    province_code: Annotated[str, Column("省代码", "the province")]
    area_code: AreaCode
    area_zh: Annotated[str, Column("市", "the city, Chinese")]
    source_id: SourceId
    frequency: FrequencyCode
    basis: BasisCode
    price_basis: PriceBasis
    definition_id: DefinitionId
    period: PeriodLabel
    period_end: PeriodEnd
    unit: Unit
    value: Annotated[Quantity, Column("总量", "the level")]
    rank: Annotated[Count, Column("位次：由大到小", "place by level among the cities with a value, greatest first")]
    cities_with_value: Annotated[Count, Column("有数市数", "cities that have a value")]
    cities: Annotated[Count, Column("全省市数", "cities of the province")]
    rank_before: Annotated[
        Count | None, Column("上年位次", "place a year before; null unless the same number of cities had a value")
    ]
    rank_change: Annotated[int | None, Column("位次变化：升为正", "places gained on the year before")]
    growth_quoted: Annotated[Ratio | None, Column("引用增速", "the rate to quote")]
    growth_unit: Annotated[str | None, Column("增速单位", "% or percentage points")]
    growth_rank: Annotated[Count | None, Column("同比位次", "place by growth among the cities that have a rate")]
    province_growth: Annotated[Ratio | None, Column("全省同比", "the province's quoted growth")]
    growth_gap: Annotated[Ratio | None, Column("比全省：百分点", "growth less the province's, percentage points")]
    share: Annotated[Ratio | None, Column("占全省比重：%", "share of the province, same source, percent")]
    share_change: Annotated[Ratio | None, Column("比重变化：百分点", "change of the share, percentage points")]
    pull: Annotated[Ratio | None, Column("拉动点：百分点", "pull on the province's growth, percentage points")]
    rolling_12_months: Annotated[
        Quantity | None,
        Column("近十二个月合计：流量", "flows: this year so far, plus last year, less last year so far"),
    ]
    net_addition: Annotated[Quantity | None, Column("较上年末净增：存量", "stocks: since last year's end")]


class Revision(Table):
    """A value given out anew; grain: series, period, version; the first version of a value is no revision."""

    info: ClassVar[TableInfo] = TableInfo(
        "revisions",
        "修订：先后公布的值、幅度与原因",
        "every later version of a value beside the one before it: size, and cause from declared facts",
        ("series_id", "period", "version_number"),
    )
    series_id: SeriesId
    indicator_id: IndicatorId
    area_code: AreaCode
    source_id: SourceId
    measure: Annotated[codes.Measure, Column("度量", "what is said of the indicator")]
    period: PeriodLabel
    period_end: PeriodEnd
    unit: Unit
    released_on: ReleasedOn
    release_seq: ReleaseSeq
    version_number: Annotated[Count, Column("版本序号：首版为 1", "place among the value's versions, from 1")]
    released_before: Annotated[dt.date, Column("前版发布日期", "release date of the version before")]
    value_before: Annotated[Quantity | None, Column("前版值", "the version before; null after a withdrawal")]
    value: Annotated[Quantity | None, Column("本版值", "this version; null for a withdrawal")]
    change: Annotated[Quantity | None, Column("修订量", "value less value_before")]
    change_percent: Annotated[Ratio | None, Column("修订幅度：%", "change over value_before, percent; levels alone")]
    stage_before: Annotated[codes.Stage, Column("前版阶段", "stage of the version before")]
    stage: Annotated[codes.Stage, Column("本版阶段", "stage of this version")]
    cause: Annotated[codes.RevisionCause, Column("原因", "why, from what is declared")]
