"""Code lists: the words that columns may hold, each with its Chinese and English meaning.

SDMX lists keep their SDMX codes; lists of our own use whole English words.
"""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A member of a code list: the code itself, its Chinese name, what it means."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> Self:
        """A member from its line: code, Chinese name, meaning."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """The member of a code. Raises ValueError if the list has none."""
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(f"{code!r} is not in the code list {cls.__name__}")


class Frequency(Code):
    """SDMX CL_FREQ, the codes in use."""

    A = "A", "年", "annual"
    S = "S", "半年", "half-yearly"
    Q = "Q", "季", "quarterly"
    M = "M", "月", "monthly"
    D = "D", "日", "a single day; the frequency of a stock counted on a date"


class Basis(Code):
    """What part of time a value covers."""

    PERIOD = "period", "当期", "the period alone"
    CUMULATIVE = "cumulative", "累计", "from the start of the year to the end of the period"
    END = "end", "期末", "the state at the end of the period"


class Measure(Code):
    """What is said of the indicator."""

    LEVEL = "level", "水平", "the quantity itself, in the indicator's unit"
    GROWTH_YOY = "growth_yoy", "同比", "published growth on the same period of last year, percent"
    GROWTH_AVERAGE = "growth_average", "年均增长", "published average growth over years, percent"
    GROWTH_TWO_YEAR = "growth_two_year", "两年平均增长", "published two-year average growth, percent"
    CHANGE_PP = "change_pp", "百分点变化", "published change of a rate, percentage points"
    NET_ADDITION = (
        "net_addition",
        "净增",
        "published increase of a stock, in its unit, since the day before coverage_from; else since year-end",
    )
    BASE_COMPARABLE = (
        "base_comparable",
        "可比基数",
        "last year's value on this year's scope, as the sender of a form reports it",
    )
    SHARE = "share", "占比", "published share of a whole, percent"
    CONTRIBUTION = "contribution", "贡献率", "published contribution to the growth of a whole, percent"
    PULL = "pull", "拉动", "published pull on the growth of a whole, percentage points"


class Qualifier(Code):
    """How a published value stands to the true one."""

    EXACT = "exact", "等于", "as counted, to the decimals published"
    ABOUT = "about", "约", "approximate (约, 近, 左右); gives no growth rate"
    AT_LEAST = "at_least", "不少于", "a lower bound (超, 突破, >)"
    AT_MOST = "at_most", "不多于", "an upper bound (不足, <)"


class ObsStatus(Code):
    """SDMX CL_OBS_STATUS 2.0, the codes in use."""

    A = "A", "正常", "normal"
    B = "B", "口径中断", "break in the series"
    D = "D", "定义不同", "definition differs"
    E = "E", "估算", "estimated"
    F = "F", "预测", "forecast: the period ended after the release"
    I = "I", "插补", "imputed"  # noqa: E741 — the SDMX code
    L = "L", "未调查", "missing: not collected"
    M = "M", "不可能存在", "missing: cannot exist"
    O = "O", "未公布", "missing"  # noqa: E741 — the SDMX code
    P = "P", "初步", "provisional"
    Q = "Q", "保密", "missing: suppressed"
    U = "U", "可靠性低", "low reliability"


class Stage(Code):
    """The stage of a figure in Chinese statistical practice."""

    FORECAST = "forecast", "预计", "announced before the period's figures were compiled"
    FLASH = "flash", "快报", "flash report, preliminary accounting"
    REGULAR = "regular", "定报", "regular monthly or quarterly report"
    ANNUAL = "annual", "年报", "annual report; outranks the regular one for a year"
    FINAL = "final", "最终核实", "final verification"
    CENSUS = "census", "普查修订", "revised after a census"
    UNSTATED = "unstated", "未说明", "the publication does not say"


class ReleaseState(Code):
    """Who may see a version."""

    PUBLIC = "public", "公开", "given out by its publisher"
    INTERNAL = "internal", "内部", "reported to the office, not yet released"
    WITHDRAWN = "withdrawn", "撤回", "a full release no longer gives the value"


class Authority(Code):
    """How a figure reached us."""

    A = "A", "机构原文", "the agency's own text or its direct reprint"
    P = "P", "媒体转引", "press quoting an agency; to be re-sourced"
    U = "U", "用户整理", "a table made by a user; for cross-checks alone"
    D = "D", "推算", "derived here by arithmetic from the values named in its place of quotation"


class ReleasedOnOrigin(Code):
    """Where a release date comes from."""

    STATED = "stated", "原文载明", "the publisher's own date"
    CAPTURED = "captured", "取得日", "the day the file was captured"
    KNOWN_BY = "known_by", "不晚于", "undated; the latest day by which it is proven to have been out"


class PeriodOrigin(Code):
    """Where the period of a value comes from."""

    STATED = "stated", "原文载明", "the publication names it"
    INFERRED = "inferred", "推断", "the publication leaves it out; inferred from its context"


class Nature(Code):
    """What kind of quantity an indicator is."""

    STOCK = "stock", "存量", "a state at a moment: users, base stations"
    FLOW = "flow", "流量", "an amount over a stretch of time: revenue, output"
    RATE = "rate", "比率", "a ratio in percent; changes in percentage points"
    CUMULATIVE_COUNT = "cumulative_count", "累计数", "a count since the beginning that never falls"


class Category(Code):
    """The plan's three parts of information consumption, and what surrounds them."""

    SMART_PRODUCT = "smart_product", "智能产品", "smart products"
    INTERNET_SERVICE = "internet_service", "互联网业务", "internet services"
    DIGITAL_CONTENT = "digital_content", "数字内容", "digital content"
    INFRASTRUCTURE = "infrastructure", "基础设施", "networks and other infrastructure"
    ENVIRONMENT = "environment", "环境", "conditions: credit, government services, denominators"
    COMPOSITE = "composite", "综合", "the headline scale, made of several parts"


class Role(Code):
    """What an indicator does in the system."""

    COMPONENT = "component", "组成", "a part of information consumption"
    SUPPLY = "supply", "供给", "production behind it"
    RELATED = "related", "相关", "moves with it, measures something else"
    INFRASTRUCTURE = "infrastructure", "设施", "what it runs on"
    ENABLING = "enabling", "支撑", "a condition or a denominator"


class Direction(Code):
    """Which way is good."""

    UP = "up", "越高越好", "more is better"
    DOWN = "down", "越低越好", "less is better"
    NONE = "none", "无方向", "neither"


class Additivity(Code):
    """Whether parts sum to their whole."""

    EXACT = "exact", "可加", "parts sum exactly"
    ROUNDING = "rounding", "舍入内可加", "parts sum within rounding"
    NOT_ADDITIVE = "not_additive", "不可加", "parts do not sum"


class Collectable(Code):
    """Whether values of an indicator can be had."""

    PUBLISHED = "published", "已公开", "an agency publishes it"
    FORM_ONLY = "form_only", "仅报表", "only a form sent to offices can bring it; to be confirmed by them"
    NONE = "none", "无", "no known way"


class Prices(Code):
    """In which prices an indicator is counted by its definition; each source declares its own spans."""

    NONE = "none", "不涉及价格", "not money"
    CURRENT = "current", "现价", "current prices"
    CONSTANT = "constant", "不变价", "constant prices of a base year"
    PREVIOUS_YEAR = "previous_year", "上年价", "last year's prices"
    COMPARABLE = "comparable", "可比价", "comparable prices: a published rate alone"


class ItemKind(Code):
    """What kind of line a plan's item is."""

    Q = "Q", "定量目标", "a number to be reached"
    M = "M", "里程碑", "something done or not done"
    P = "P", "项目", "a named platform, system, zone or programme"
    S = "S", "标准", "a named standard"
    G = "G", "产品服务", "a group of products or services to be expanded"


class TaskKind(Code):
    """What part of a plan a task is."""

    GOALS = "goals", "工作目标", "the plan's goals"
    TASK = "task", "重点任务", "a numbered task"
    SAFEGUARD = "safeguard", "保障措施", "a safeguard"


class VerbStrength(Code):
    """How strongly the plan's verb binds; only an outcome gives a test."""

    OUTCOME = "outcome", "建成达到", "建成, 达到, 开展: an outcome"
    BUILD = "build", "建设完善", "建设, 建立, 实施, 完善: something to build"
    PUSH = "push", "推动发展", "推动, 推进, 加快, 发展, 扩大: a push"
    SUPPORT = "support", "支持鼓励", "支持, 鼓励: support"


class EvidenceStatus(Code):
    """What a piece of evidence says of an item."""

    NOT_STARTED = "not_started", "未启动", "not started"
    ONGOING = "ongoing", "推进中", "under way"
    DONE = "done", "已完成", "done"
    CONTESTED = "contested", "有争议", "sources contradict one another"
    LONG_TERM = "long_term", "长期坚持", "goes on without an end"
    ADJUSTED = "adjusted", "已调整", "changed by a later document"
    NO_EVIDENCE = "no_evidence", "无佐证", "nothing is known"


class ConflictReason(Code):
    """Why two published values of one thing differ; from what is declared of them."""

    STAGE_DIFFERENCE = (
        "STAGE_DIFFERENCE",
        "数据阶段不同",
        "one is a flash or regular report, the other annual or census",
    )
    DEFINITION = "DEFINITION", "定义不同", "they follow different definitions"
    PRICE_BASE = "PRICE_BASE", "价格基期不同", "they are in different prices"
    IMPLIED_BASE = "IMPLIED_BASE", "隐含基数不同", "a published rate implies another base than the one published"
    SOURCE_MISMATCH = "SOURCE_MISMATCH", "来源不一致", "two sources, and no declared fact says why"


class ReleaseKind(Code):
    """What a missing cell of a release says."""

    FULL = "full", "全量", "a missing cell inside the release's span is a withdrawal"
    PARTIAL = "partial", "增量", "a missing cell says nothing"


class Comparator(Code):
    """How a target's value binds."""

    AT_LEAST = "at_least", "不低于", "the value or more"
    AT_MOST = "at_most", "不高于", "the value or less"


class TargetMeasure(Code):
    """What a target is about."""

    LEVEL = "level", "水平", "the indicator's level at the due date"
    GROWTH_AVERAGE = "growth_average", "年均增长", "average yearly growth over the plan's window"
    SHARE = "share", "占比", "the indicator's share of a larger area or of a whole, percent"


class DueOrigin(Code):
    """Where a target's due date comes from."""

    STATED = "stated", "原文载明", "the plan's sentence names it"
    PLAN_HORIZON = "plan_horizon", "规划期末", "the end of the plan's horizon"
    OTHER_DOCUMENT = "other_document", "其他文件", "another document, named by its number"
    NONE = "none", "无", "no due date is known"


class BaseOrigin(Code):
    """Where a target's base period comes from."""

    STATED = "stated", "原文载明", "the plan names it"
    YEAR_BEFORE_WINDOW = (
        "year_before_window",
        "规划期前一年",
        "the plan names none: the year before its window",
    )
    NONE = "none", "无", "no base applies"


class Comparison(Code):
    """What a growth row compares."""

    YOY = "yoy", "同比", "with the same period of last year"
    ON_YEAR_END = "on_year_end", "比上年末", "a stock with its state at the end of last year"
    NET_ADDITION = (
        "net_addition",
        "净增",
        "a stock's increase, in its unit, since last year's end or last month's",
    )
    TWO_YEAR_AVERAGE = "two_year_average", "两年平均", "average yearly growth over the two years up to the period"
    PLAN_AVERAGE = (
        "plan_average",
        "年均",
        "average yearly growth since the year before a plan's window",
    )


class Reason(Code):
    """Why a number is not computed or a target not assessed; each follows from a declared fact."""

    NO_BASE = "NO_BASE", "缺基期", "no value is held for the base period"
    ZERO_BASE = "ZERO_BASE", "基期为零", "the base is zero"
    NEG_BASE = "NEG_BASE", "基期为负", "the base is negative"
    SIGN_CHANGE = "SIGN_CHANGE", "由正转负", "the base is positive, the value negative: no rate says this"
    NO_LEVEL = "NO_LEVEL", "只有增速", "only a growth rate was published, no level"
    BOUND_ONLY = "BOUND_ONLY", "仅有界限或约数", "a value is a bound or an approximation"
    PRICE_BASE_CHANGE = "PRICE_BASE_CHANGE", "价格基期变更", "the two values are in different prices"
    BASE_REVISED = "BASE_REVISED", "基期已修订", "the base was revised after the value held was released"
    SERIES_BREAK = "SERIES_BREAK", "口径中断", "scope or coverage changes between the two periods"
    DEFINITION_CHANGE = "DEFINITION_CHANGE", "定义变更", "the two values follow different definitions"
    SCOPE_MISMATCH = "SCOPE_MISMATCH", "范围不一致", "the two values cover different parts of their periods, or areas"
    STAGE_DIFFERENCE = "STAGE_DIFFERENCE", "数据阶段不同", "one is a flash or regular report, the other annual or final"
    SOURCE_MISMATCH = "SOURCE_MISMATCH", "来源不一致", "the base is held from another source alone"
    FUTURE_BASE = "FUTURE_BASE", "基期为预测", "the base is a forecast, or lies after the value"
    SUPPRESSED = "SUPPRESSED", "保密", "a value is suppressed, and so is what follows from it"
    JAN_FEB = "JAN_FEB", "1—2月合并", "January and February are surveyed together: neither month exists alone"
    VERSION_MISMATCH = "VERSION_MISMATCH", "版本不同", "the two cumulative values come from different releases"
    NEGATIVE_DIFFERENCE = (
        "NEGATIVE_DIFFERENCE",
        "差额为负",
        "a cumulative value falls though the month cannot be negative: it was revised down",
    )
    NO_CHANGE = (
        "NO_CHANGE",
        "总量无变化",
        "the whole changes by no more than its rounding: nothing to contribute to",
    )
    STOCK_FLOW_MISMATCH = "STOCK_FLOW_MISMATCH", "存量流量不符", "one is a state, the other an amount over time"
    UNIT_MISMATCH = "UNIT_MISMATCH", "单位不符", "the units measure different things"
    NO_DATA = "NO_DATA", "无数据", "no observation is held"
    NO_CRITERION = "NO_CRITERION", "无评价标准", "the plan states no share, count or date to judge by"
    WITHDRAWN = "WITHDRAWN", "已撤回", "the publisher withdrew the value"


class Agreement(Code):
    """Whether computed and published growth agree."""

    AGREES = "AGREES", "一致", "their rounding intervals overlap"
    UNEXPLAINED = "UNEXPLAINED", "差异未说明", "they differ and no declared fact says why"


class QuotedFrom(Code):
    """Which growth is quoted."""

    PUBLISHED = "published", "公布值", "the publisher's rate"
    COMPARABLE_BASE = "comparable_base", "可比基数计算", "computed on the comparable base that the sender reported"
    COMPUTED = "computed", "计算值", "the rate computed inside the series"
    CHAINED = "chained", "环环相乘", "an average chained from the quoted yearly rates: Π(1+g)^(1/n) − 1"


class MonthOrigin(Code):
    """Where a single month's value comes from."""

    PUBLISHED = "published", "公布值", "the publisher's own value of the month"
    DIFFERENCE = "difference", "累计相减", "a cumulative value minus another of the same release"


class RevisionCause(Code):
    """Why a value that was out already was given out anew; from what is declared of the two versions."""

    CORRECTION = "correction", "更正", "a correction declared in the reference data"
    WITHDRAWN = "withdrawn", "撤回", "a full release no longer gives the value"
    REINSTATED = "reinstated", "恢复", "given again after a withdrawal"
    DECLARED = "declared", "已声明修订", "a revision declared of the source, with its date and evidence"
    STAGE = "stage", "数据阶段推进", "the figure moved on: flash, regular, annual, final, census"
    PRECISION = "precision", "精度变化", "the rounding intervals overlap: the same value in other decimals"
    ATTRIBUTES = "attributes", "属性变化", "the value stays; its qualifier, status or coverage changes"
    UNEXPLAINED = "UNEXPLAINED", "未说明", "the value changes and no declared fact says why"


class Method(Code):
    """How progress is measured."""

    TIME_LINEAR = "time_linear", "实现进度／序时进度", "share of the way gone against share of the time gone"
    FULFILMENT = "fulfilment", "计划完成程度", "actual over planned; growth targets (1+actual)/(1+planned)"


class Verdict(Code):
    """Where a target stands."""

    MET = "met", "已达到", "met"
    """An observation proves it."""
    NOT_MET = "not_met", "未达到", "not met"
    """An observation at or after the due date disproves it."""
    AHEAD = "ahead", "快于序时", "ahead of schedule"
    """Before the due date, ahead of the linear path."""
    ON_SCHEDULE = "on_schedule", "与序时基本同步", "on schedule"
    """Before the due date, on the linear path within the tolerance."""
    BEHIND = "behind", "慢于序时", "behind schedule"
    """Before the due date, behind the linear path."""
    DUE_UNVERIFIED = "due_unverified", "已到期待核实", "due, unverified"
    """The due date has passed; nothing proves or disproves it."""
    NOT_ASSESSABLE = "not_assessable", "无法评价", "not assessable"
    """It cannot be judged; the reason says why."""


class OnTime(Code):
    """Whether a met target was met by its due date."""

    PROVEN = "proven", "已证实", "an observation by the due date proves it"
    LIKELY = "likely", "很可能，未直接证实", "indirect evidence by the due date says so"
    UNKNOWN = "unknown", "未知", "first proven after the due date"


class DefinitionMatch(Code):
    """How what was measured stands to what the target names."""

    SAME = "same", "一致", "the target's own definition"
    RELATED = "related", "相关", "close, without an official statement that they are the same"
    UNKNOWN = "unknown", "未知", "the publication does not define it"


class RunState(Code):
    """How a run ended."""

    RUNNING = "running", "进行中", "not finished when this table was written"
    FINISHED = "finished", "完成", "ended with every check passed"
    INTERRUPTED = "interrupted", "中断", "began and never finished"


class CheckKind(Code):
    """What a finding asks of those who answer for the figure."""

    MUST = "must", "强制性", "cannot be true or may not be given out: must be put right"
    EXPLAIN = "explain", "核实性", "may stand with an explanation, which is shown beside it"


class Severity(Code):
    """What an open finding does to a publish."""

    ERROR = "ERROR", "错误", "stops the publish; the one before it stays"
    WARN = "WARN", "警告", "is published with the data, stops nothing"


class FindingStatus(Code):
    """Whether something is known that explains a finding."""

    OPEN = "open", "待核实", "no declared fact and no statement explains it"
    EXPLAINED = "explained", "已说明", "a declared fact or an explanation of the reference data stands beside it"


class Relation(Code):
    """How the parts of an identity stand to its whole."""

    EQUALS = "equals", "等于", "the parts are all there is: they sum to the whole"
    AT_MOST = "at_most", "不大于", "the parts exclude one another: they sum to no more than the whole"


CODE_LISTS: tuple[type[Code], ...] = (
    Collectable,
    Prices,
    ItemKind,
    TaskKind,
    VerbStrength,
    EvidenceStatus,
    ConflictReason,
    Frequency,
    Basis,
    Measure,
    Qualifier,
    ObsStatus,
    Stage,
    ReleaseState,
    Authority,
    ReleasedOnOrigin,
    PeriodOrigin,
    Nature,
    Category,
    Role,
    Direction,
    Additivity,
    ReleaseKind,
    Comparator,
    TargetMeasure,
    DueOrigin,
    BaseOrigin,
    Comparison,
    Reason,
    Agreement,
    QuotedFrom,
    MonthOrigin,
    RevisionCause,
    Method,
    Verdict,
    OnTime,
    DefinitionMatch,
    RunState,
    CheckKind,
    Severity,
    FindingStatus,
    Relation,
)
