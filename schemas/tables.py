"""The tables of facts: what was read, what is known, what follows from it."""

import datetime as dt
from typing import Annotated, ClassVar

from schemas import codes
from schemas.columns import Column, Count, Quantity, Ratio, Table, TableInfo

SeriesId = Annotated[int, Column("序列编号：连接各表的整数", "series: the integer that joins all tables")]
IndicatorId = Annotated[str, Column("指标代码", "indicator")]
AreaCode = Annotated[str, Column("地区代码：GB/T 2260 或本系统代码", "area: GB/T 2260 or a code of ours")]
SectorCode = Annotated[str, Column("行业代码：_T 为合计", "sector, or _T for the total")]
SourceId = Annotated[str, Column("来源代码", "source: a publisher's series of files")]
FrequencyCode = Annotated[codes.Frequency, Column("频率", "SDMX frequency")]
BasisCode = Annotated[
    codes.Basis, Column("时段口径：当期、累计、期末", "part of time covered: period, cumulative, end")
]
MeasureCode = Annotated[codes.Measure, Column("度量", "what is said of the indicator: level, growth_yoy …")]
PriceBasis = Annotated[
    str,
    Column(
        "价格口径：current 现价，previous_year 上年价，constant_YYYY 不变价，none 不涉及价格",
        "price basis: current, previous_year, constant_YYYY, constant_from_YYYY (base year not found), none",
    ),
]
DefinitionId = Annotated[str, Column("定义代码", "definition of the indicator that the value follows")]
PeriodLabel = Annotated[str, Column("时期：SDMX 标签", "period: SDMX label; 1-6月 is the cumulative value of June")]
PeriodStart = Annotated[dt.date, Column("时期起", "first day of the period")]
PeriodEnd = Annotated[dt.date, Column("时期止", "last day of the period")]
Unit = Annotated[str, Column("计量单位", "unit of the value")]
ReleasedOn = Annotated[dt.date, Column("发布日期", "day on which the publisher gave the value out")]
ReleaseSeq = Annotated[int, Column("同日发布序号", "order among releases of one source on one day, from 1")]
Sha256 = Annotated[str, Column("快照：文件的 SHA-256", "sha256 of the file's bytes")]
Locator = Annotated[str, Column("位置：文件中的行列", "place of the value inside the file")]
RecordedIn = Annotated[int, Column("入库批次：首次收录的批次号", "number of our ingest that first held it")]


class _Keyed(Table):
    """A table about series."""

    series_id: SeriesId


class _SeriesParts(_Keyed):
    """What makes a series one."""

    indicator_id: IndicatorId
    area_code: AreaCode
    sector_code: SectorCode
    source_id: SourceId
    frequency: FrequencyCode
    basis: BasisCode
    measure: MeasureCode
    price_basis: PriceBasis
    definition_id: DefinitionId
    unit: Unit


class Series(_SeriesParts):
    """One series; grain: indicator, area, sector, source, frequency, basis, measure, price basis, definition."""

    info: ClassVar[TableInfo] = TableInfo(
        "series",
        "序列：每个序列一行",
        "one row a series: what is measured, where, how, by whom",
        ("series_id",),
    )
    family_id: Annotated[
        int,
        Column(
            "同族编号：仅度量、价格口径、定义不同的序列共用",
            "shared by series that differ only in measure, price basis and definition",
        ),
    ]
    series_key: Annotated[str, Column("序列键：可读", "the same, readable: its parts joined by dots")]


class _Value(_Keyed):
    """What every value carries, whether read, kept as a version or current."""

    period: PeriodLabel
    period_start: PeriodStart
    period_end: PeriodEnd
    value: Annotated[Quantity | None, Column("数值", "the value in the series' unit")]
    qualifier: Annotated[codes.Qualifier, Column("限定：等于、约、不少于、不多于", "exact, about, at_least, at_most")]
    rounding_unit: Annotated[
        Quantity | None,
        Column(
            "末位单位：公布末位所代表的量",
            "one unit in the last place published; true value within ± half of it",
        ),
    ]
    value_text: Annotated[
        str | None, Column("原值：公布文字", "the value as published; of a corrected value as its correction writes it")
    ]
    unit_published: Annotated[str | None, Column("原单位", "the unit as published")]
    obs_status: Annotated[codes.ObsStatus, Column("观测状态：SDMX", "SDMX observation status")]
    stage: Annotated[codes.Stage, Column("数据阶段：快报、年报、普查…", "stage: flash, regular, annual, census …")]
    coverage_from: Annotated[
        dt.date | None, Column("实际覆盖起：错月时填", "first day really covered, where not the period's")
    ]
    coverage_to: Annotated[
        dt.date | None, Column("实际覆盖止：错月时填", "last day really covered, where not the period's")
    ]
    period_origin: Annotated[codes.PeriodOrigin, Column("时期来历", "whether the period was stated or inferred")]
    release_state: Annotated[codes.ReleaseState, Column("发布状态：公开、内部、撤回", "public, internal, withdrawn")]
    authority: Annotated[
        codes.Authority,
        Column("可信来历：A 原文 P 媒体 U 用户 D 推算", "A agency, P press, U user, D derived"),
    ]
    re_source_needed: Annotated[
        bool, Column("待核原文：仅见转引", "only a copy was seen: to be compared with the publisher's own text")
    ]
    publisher: Annotated[str, Column("发布机构", "who published it")]
    title: Annotated[str, Column("题名", "title of the publication")]
    place: Annotated[str | None, Column("出处：出版物中的位置或引文", "place or quotation inside the publication")]
    note: Annotated[str | None, Column("备注", "note")]
    released_on: ReleasedOn
    released_on_origin: Annotated[codes.ReleasedOnOrigin, Column("发布日期来历", "where the release date comes from")]
    release_seq: ReleaseSeq
    snapshot_sha256: Sha256
    locator: Locator


class _Corrected(Table):
    """A value that may not be the one published."""

    correction_id: Annotated[
        str | None, Column("更正代码：未更正为空", "the correction that the value comes from; null for a published one")
    ]
    published_text: Annotated[
        str | None, Column("公布原值：更正时填", "of a corrected value: the text that was published, of the same unit")
    ]


class Reading(_Value):
    """A value as one release gives it; grain: series, period, release. Kept inside the warehouse."""

    info: ClassVar[TableInfo] = TableInfo(
        "readings",
        "读数：每次发布给出的每个值",
        "every value of every release, changed or not",
        ("series_id", "period", "released_on", "release_seq"),
    )
    source_id: SourceId
    recorded_in: RecordedIn


class Version(_Corrected, _Value):
    """A reading that differs from the release before it, or its correction; grain: series, period, release, correction.

    Only ever added to. A release that repeats what was corrected is a version, too: a correction ends with its release.
    """

    info: ClassVar[TableInfo] = TableInfo(
        "versions",
        "版本：每个值的历次变化",
        "the history: one row each time a value appears, changes or is withdrawn",
        ("series_id", "period", "released_on", "release_seq", "correction_id"),
    )
    recorded_in: RecordedIn
    known_from: Annotated[
        dt.date, Column("可知日期", "day from which it is known: of its release, or of the correction it comes from")
    ]


class Observation(_Corrected, _Value, _SeriesParts):
    """The current version of a series and period: the greatest released_on, then release_seq, then its correction."""

    info: ClassVar[TableInfo] = TableInfo(
        "observations",
        "观测值：每个序列每个时期的现行值",
        "the current value of each series and period",
        ("series_id", "period"),
    )


class SnapshotTaken(Table):
    """A file as it was first taken in; grain: ingest, snapshot, source."""

    info: ClassVar[TableInfo] = TableInfo(
        "snapshots",
        "快照：每份收下的文件一行",
        "one row a file taken in for a source; its bytes lie under their sha256",
        ("recorded_in", "snapshot_sha256", "source_id"),
    )
    recorded_in: RecordedIn
    snapshot_sha256: Sha256
    source_id: Annotated[
        str, Column("来源代码：unclaimed 为无来源认领", "source; unclaimed where none claims the file")
    ]
    declared_on: Annotated[
        dt.date | None,
        Column("整份文件的发布日期", "release date of the whole file; null where each row says its own"),
    ]
    file_name: Annotated[str, Column("文件名", "name under which the file arrived")]
    received_at: Annotated[dt.datetime, Column("收到时间：UTC", "when it arrived, UTC")]
    received_by: Annotated[str, Column("收件人", "user who ran the ingest")]
    bytes: Annotated[Count, Column("字节数", "size of the file")]
    cells_taken: Annotated[Count, Column("取值单元格", "cells that the layout takes as values")]


class Release(Table):
    """What one release of a source brought; grain: ingest, snapshot, source, release date."""

    info: ClassVar[TableInfo] = TableInfo(
        "releases",
        "发布批次：每份文件每个发布日一行",
        "one row a file and release date; the order of releases of one source on one day",
        ("source_id", "released_on", "release_seq"),
    )
    snapshot_sha256: Sha256
    source_id: SourceId
    released_on: ReleasedOn
    released_on_origin: Annotated[codes.ReleasedOnOrigin, Column("发布日期来历", "where the release date comes from")]
    release_seq: ReleaseSeq
    kind: Annotated[codes.ReleaseKind, Column("全量或增量", "full or partial")]
    publisher: Annotated[str, Column("发布机构", "who published it")]
    title: Annotated[str, Column("题名", "title of the publication")]
    recorded_in: RecordedIn


class ReleaseSpan(Table):
    """What a full release speaks about; grain: release, indicator, measure, basis, frequency."""

    info: ClassVar[TableInfo] = TableInfo(
        "release_spans",
        "全量发布的覆盖范围",
        "indicators and periods that a full release covers: a value missing there is withdrawn",
        ("source_id", "released_on", "release_seq", "indicator_id", "measure", "basis", "frequency"),
    )
    source_id: SourceId
    released_on: ReleasedOn
    release_seq: ReleaseSeq
    indicator_id: IndicatorId
    measure: MeasureCode
    basis: BasisCode
    frequency: FrequencyCode
    period_from: PeriodStart
    period_to: PeriodEnd


class Tally(Table):
    """The cells of a snapshot that became no reading, counted by name; grain: snapshot, source, fate, name."""

    info: ClassVar[TableInfo] = TableInfo(
        "tallies",
        "去向计数：未成为读数的单元格",
        "cells that became no reading: no-data marks, places not monitored, exact duplicates",
        ("recorded_in", "snapshot_sha256", "source_id", "fate", "name"),
    )
    recorded_in: RecordedIn
    snapshot_sha256: Sha256
    source_id: SourceId
    fate: Annotated[str, Column("去向：no_data、out_of_scope、duplicate", "no_data, out_of_scope or duplicate")]
    name: Annotated[str, Column("名称：标记、地区或重复", "the mark, the area's name, or the repeated key")]
    cells: Annotated[Count, Column("单元格数", "number of cells")]


class Intake(Table):
    """Nothing disappears: the fate of every cell of a snapshot; grain: snapshot, source."""

    info: ClassVar[TableInfo] = TableInfo(
        "intake",
        "收数核算：每份文件的单元格去向",
        "cells_taken = new + unchanged + duplicates + no_data + out_of_scope + rejected, a row a file",
        ("recorded_in", "snapshot_sha256", "source_id"),
    )
    recorded_in: RecordedIn
    snapshot_sha256: Sha256
    source_id: SourceId
    file_name: Annotated[str, Column("文件名", "name under which the file arrived")]
    cells_taken: Annotated[Count, Column("取值单元格", "cells that the layout takes as values")]
    new_versions: Annotated[Count, Column("新版本", "values that were new or changed")]
    unchanged: Annotated[Count, Column("未变", "values equal to the release before")]
    duplicates: Annotated[Count, Column("重复", "exact repetitions inside the file")]
    no_data: Annotated[Count, Column("无数据标记", "cells with a named no-data mark")]
    out_of_scope: Annotated[Count, Column("范围外", "cells of places or indicators known but not monitored")]
    rejected: Annotated[Count, Column("拒收", "cells refused, each with its rejection")]
    withdrawn: Annotated[Count, Column("撤回", "values that this full release no longer gives")]


class Rejection(Table):
    """A cell, row or file refused; grain: snapshot, locator, rule."""

    info: ClassVar[TableInfo] = TableInfo(
        "rejections",
        "拒收：被拒的单元格、行或文件",
        "what was refused, where it stood and why",
        ("recorded_in", "snapshot_sha256", "source_id", "locator", "rule"),
    )
    recorded_in: RecordedIn
    snapshot_sha256: Sha256
    source_id: SourceId
    file_name: Annotated[str, Column("文件名", "name under which the file arrived")]
    locator: Locator
    line_number: Annotated[int | None, Column("行", "line or row, from 1")]
    column_number: Annotated[int | None, Column("列", "column, from 1")]
    raw_text: Annotated[str, Column("原文", "the text found there")]
    rule: Annotated[str, Column("规则", "the rule that it breaks")]
    message_zh: Annotated[str, Column("中文说明", "what is wrong and what to do, Chinese")]
    message_en: Annotated[str, Column("英文说明", "what is wrong and what to do, English")]
    cells: Annotated[Count, Column("涉及单元格数", "cells lost with it: 1 for a cell, more for a row or file")]


class Run(Table):
    """One run of the job; grain: run."""

    info: ClassVar[TableInfo] = TableInfo("runs", "运行：每次运行一行", "one row a run of the job", ("recorded_in",))
    recorded_in: RecordedIn
    run_id: Annotated[str, Column("Dagster 运行号", "Dagster run")]
    started_at: Annotated[dt.datetime, Column("开始：UTC", "start, UTC")]
    finished_at: Annotated[dt.datetime | None, Column("结束：UTC", "end, UTC")]
    state: Annotated[codes.RunState, Column("状态", "how it ended")]
    assessed_on: Annotated[dt.date, Column("评价日期", "day at which targets were judged")]
    arrivals: Annotated[int | None, Column("到达文件数", "files that arrived")]
    new_versions: Annotated[int | None, Column("新版本数", "versions held after the run less those before")]
    rejected: Annotated[int | None, Column("拒收数", "cells refused in files first held by this run")]
    publish: Annotated[int | None, Column("发布号", "number of the publish that shows its result")]


class Parameter(Table):
    """The parameters of the build; one row."""

    info: ClassVar[TableInfo] = TableInfo(
        "parameters", "参数：本次构建的参数", "the parameters of this build, one row", ("assessed_on",)
    )
    assessed_on: Annotated[dt.date, Column("评价日期", "day at which targets are judged")]
    on_schedule_tolerance: Annotated[
        Ratio, Column("同步容差：百分点", "percentage points within which a target counts as on schedule")
    ]
    eurostat_significant: Annotated[Ratio, Column("欧盟显著线：比率", "Eurostat: ratio of significant progress")]
    eurostat_moderate: Annotated[Ratio, Column("欧盟适中线：比率", "Eurostat: ratio of moderate progress")]
    eurostat_insufficient: Annotated[Ratio, Column("欧盟不足线：比率", "Eurostat: below it, movement away")]
    open_sdg_substantial: Annotated[Ratio, Column("Open SDG 充分线：比率", "Open SDG: ratio of substantial progress")]
    open_sdg_moderate: Annotated[Ratio, Column("Open SDG 一般线：比率", "Open SDG: ratio of moderate progress")]
    open_sdg_limited: Annotated[Ratio, Column("Open SDG 有限线：比率", "Open SDG: below it, deterioration")]
    un_on_track: Annotated[Ratio, Column("联合国如期线：比率", "UN 2023: ratio of met or on track")]
    un_fair: Annotated[Ratio, Column("联合国加快线：比率", "UN 2023: ratio of fair progress")]
    min_annual_points: Annotated[Ratio, Column("最少年度点数", "annual points below which a path gives low confidence")]
    small_base_growth: Annotated[Ratio, Column("小基数线：%", "growth from which a base counts as small")]
    jump_up: Annotated[Ratio, Column("突增阈值：%", "growth above which a value needs words, percent")]
    jump_down: Annotated[Ratio, Column("突降阈值：%", "growth below which a value needs words, percent")]
    jump_times: Annotated[
        Ratio, Column("波动倍数阈值", "how many times the series' own usual growth a jump must also be")
    ]
    stock_fall: Annotated[Ratio, Column("存量降幅阈值：%", "fall within a year that no stock of users shows, percent")]


class DictionaryEntry(Table):
    """What every table and column means; grain: table, column."""

    info: ClassVar[TableInfo] = TableInfo(
        "dictionary",
        "数据字典：每个表每一列的含义",
        "what every table and column is called and means",
        ("table_name", "column_name"),
    )
    table_name: Annotated[str, Column("表", "table")]
    table_zh: Annotated[str, Column("表中文名", "the table's Chinese name, a view of the schema zh")]
    column_name: Annotated[str, Column("列：空为整表", "column; empty for the table itself")]
    column_zh: Annotated[str, Column("列中文名", "the column's Chinese name")]
    sql_type: Annotated[str, Column("类型", "SQL type")]
    nullable: Annotated[bool, Column("可空", "whether it may be null")]
    meaning_zh: Annotated[str, Column("中文含义", "meaning, Chinese")]
    meaning_en: Annotated[str, Column("英文含义", "meaning, English")]


class CodeEntry(Table):
    """What every code means; grain: list, code."""

    info: ClassVar[TableInfo] = TableInfo(
        "codes", "代码表：每个代码的含义", "what every code of every code list means", ("list_name", "code")
    )
    list_name: Annotated[str, Column("代码表名", "code list")]
    code: Annotated[str, Column("代码", "code")]
    zh: Annotated[str, Column("中文", "Chinese")]
    en: Annotated[str, Column("英文", "English")]
