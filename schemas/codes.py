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

    @property
    def is_missing(self) -> bool:
        """Whether it says why there is no value."""
        return self in (ObsStatus.L, ObsStatus.M, ObsStatus.O, ObsStatus.Q)


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
    D = (
        "D",
        "推算",
        "derived here by arithmetic from the values named in its place of quotation, or put right by a correction",
    )


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
    BETWEEN = "between", "介于", "from the value to the upper value, both included; outside on either side is off"


class TargetMeasure(Code):
    """What a target is about."""

    LEVEL = "level", "水平", "the indicator itself; `counts` says which part of time"
    GROWTH_AVERAGE = "growth_average", "年均增长", "average yearly growth over the plan's window"
    SHARE = "share", "占比", "the indicator's share of a larger area or of a whole, percent"


class Counts(Code):
    """What of its indicator a level target counts; stocks and flows are never divided by one another."""

    STATE = "state", "期末状态", "the state at the due date: users, base stations in place"
    ADDITIONS = "additions", "新增", "what a stock or count gains from its base period to the due date"
    YEAR = "year", "当年", "the flow of the due year"
    YEARS = "years", "各年累计", "the flow summed over the years after the base period up to the due date"


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
    SIGN_CHANGE = "SIGN_CHANGE", "正负变号", "base and value, or target, are not of one sign: no rate joins them"
    NO_LEVEL = "NO_LEVEL", "只有增速", "only a growth rate was published, no level"
    BOUND_ONLY = "BOUND_ONLY", "仅有界限或约数", "a value is a bound or an approximation"
    PRICE_BASE_CHANGE = "PRICE_BASE_CHANGE", "价格基期变更", "the two values are in different prices"
    BASE_REVISED = "BASE_REVISED", "基期已修订", "the base was revised after the value held was released"
    SERIES_BREAK = "SERIES_BREAK", "口径中断", "scope or coverage changes between the two periods"
    DEFINITION_CHANGE = "DEFINITION_CHANGE", "定义变更", "the two values follow different definitions"
    SCOPE_MISMATCH = "SCOPE_MISMATCH", "范围不一致", "the two values cover different parts of their periods, or areas"
    STAGE_DIFFERENCE = "STAGE_DIFFERENCE", "数据阶段不同", "one is a flash or regular report, the other annual or final"
    SOURCE_MISMATCH = "SOURCE_MISMATCH", "来源不一致", "the base is held from another source alone"
    FUTURE_BASE = "FUTURE_BASE", "基期未到或为预测", "the base is a forecast, or its period has not ended"
    SUPPRESSED = "SUPPRESSED", "保密", "a value is suppressed, and so is what follows from it"
    JAN_FEB = "JAN_FEB", "1—2月合并", "January and February are surveyed together: neither month exists alone"
    VERSION_MISMATCH = (
        "VERSION_MISMATCH",
        "版本不同",
        "one of the two cumulative values was revised, the other not, or their stages differ",
    )
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
    STOCK_FLOW_MISMATCH = (
        "STOCK_FLOW_MISMATCH",
        "存量与流量不符",
        "one is a state, the other an amount over time: a target counts additions, and no base is held to subtract",
    )
    UNIT_MISMATCH = "UNIT_MISMATCH", "计量单位不符", "the units measure different things"
    NO_DATA = "NO_DATA", "无数据", "no observation is held"
    NO_CRITERION = "NO_CRITERION", "无评价标准", "the plan states no share, count or date to judge by"
    WITHDRAWN = "WITHDRAWN", "已撤回", "the publisher withdrew the value"
    MET_AT_BASE = "MET_AT_BASE", "基期已达目标", "the base already reaches the target: no way is left to measure"
    OFF_PATH = "OFF_PATH", "不在起止期内", "no usable value lies between the base period and the due date"
    NO_SEASON = "NO_SEASON", "缺上年同期", "last year's same period and whole year are not both held in the series"


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

    CORRECTION = "correction", "更正", "a correction of the reference data sets in, or a later release ends it"
    WITHDRAWN = "withdrawn", "撤回", "a full release no longer gives the value"
    REINSTATED = "reinstated", "恢复", "given again after a withdrawal"
    DECLARED = "declared", "已声明修订", "a revision declared of the source, with its date and evidence"
    STAGE = "stage", "数据阶段推进", "the figure moved on: flash, regular, annual, final, census"
    PRECISION = "precision", "精度变化", "the rounding intervals overlap: the same value in other decimals"
    ATTRIBUTES = "attributes", "属性变化", "the value stays; its qualifier, status or coverage changes"
    UNEXPLAINED = "UNEXPLAINED", "未说明", "the value changes and no declared fact says why"


class Method(Code):
    """How progress is measured; `progress` has a row for each that applies to a target's shape."""

    TIME_LINEAR = "time_linear", "实现进度／序时进度", "share of the way gone against share of the days gone"
    TIME_SEASONAL = (
        "time_seasonal",
        "实现进度／上年同期占比",
        "share of the year's target reached against the share that last year's same period had of its year",
    )
    FULFILMENT = "fulfilment", "计划完成程度", "actual over planned; growth targets (1+actual)/(1+planned)"
    LEVEL_12_MONTHS = (
        "level_12_months",
        "水平法",
        "the flow of any twelve consecutive months against the level planned, and how long before the due date",
    )
    CUMULATIVE = "cumulative", "累计法", "the sum over the plan's years against the planned sum"
    GAP_AND_REQUIRED = "gap_and_required", "差距与后期所需年均增速", "what is missing, and the growth that it needs"
    EUROSTAT = "eurostat", "欧盟统计局比率", "actual average growth over the growth that the target required"
    GEOMETRIC = "geometric", "几何路径", "the value against that of a path of even growth"
    OPEN_SDG = "open_sdg", "Open SDG 评分", "ratio of growth rates as a category and a score from -5 to 5"
    UN_2023 = "un_2023", "联合国2023法", "the way that growth so far would go by the due date, over the whole way"


class ProgressCategory(Code):
    """The word that a published method gives to its ratio; the thresholds stand in `parameters`."""

    TARGET_ACHIEVED = "target_achieved", "目标已实现", "Open SDG: the target is achieved"
    SUBSTANTIAL_PROGRESS = "substantial_progress", "进展充分", "Open SDG: on track"
    MODERATE_PROGRESS = "moderate_progress", "进展一般", "Open SDG: acceleration needed"
    LIMITED_PROGRESS = "limited_progress", "进展有限", "Open SDG: limited progress"
    DETERIORATION = "deterioration", "倒退", "Open SDG: deterioration"
    SIGNIFICANT = "significant", "进展显著", "Eurostat: significant progress towards the target"
    MODERATE = "moderate", "进展适中", "Eurostat: moderate progress towards the target"
    INSUFFICIENT = "insufficient", "进展不足", "Eurostat: insufficient progress towards the target"
    AWAY = "away", "背离目标", "Eurostat: movement away from the target"
    ON_TRACK = "on_track", "可望如期", "UN 2023: met or on track"
    FAIR = "fair", "需加快", "UN 2023: fair progress, acceleration needed"
    STAGNATION = "stagnation", "停滞或倒退", "UN 2023: stagnation or regression"


class Verdict(Code):
    """Where a target stands."""

    MET = "met", "已达到", "met"
    """An observation proves it."""
    NOT_MET = "not_met", "未达到", "not met"
    """An observation at or after the due date disproves it."""
    AHEAD = "ahead", "快于序时", "ahead of schedule"
    """Before the due date, ahead of its path; of a growth target: above the planned rate so far."""
    ON_SCHEDULE = "on_schedule", "与序时基本同步", "on schedule"
    """Before the due date, on its path within the tolerance."""
    BEHIND = "behind", "慢于序时", "behind schedule"
    """Before the due date, behind its path."""
    DUE_UNVERIFIED = "due_unverified", "已到期待核实", "due, unverified"
    """The due date has passed; nothing proves or disproves it."""
    NOT_ASSESSABLE = "not_assessable", "无法评价", "not assessable"
    """It cannot be judged; the reason says why."""
    LONG_TERM = "long_term", "长期性工作不评价", "long-term work, not judged"
    """It is declared, or said by its evidence, to go on without an end."""


class Confidence(Code):
    """How sure a verdict is; the rule stands at `target_status.confidence`."""

    HIGH = "high", "高", "agency's own text, the target's own definition, and enough years where it rests on a path"
    MEDIUM = "medium", "中", "press copy, derived or provisional value, or a related definition"
    LOW = "low", "低", "too few annual points for a path, unknown definition, inside rounding, or unverified"


class PanelRole(Code):
    """How a member of an observation panel is shown; neither binds to the target."""

    OBSERVATION = "observation", "观察", "counted in the panel's summary"
    CONTEXT = "context", "背景", "shown in grey, not counted"


class Occasion(Code):
    """When a target's state was noted."""

    RELEASE = "release", "发布日", "what was known on a day on which a value that speaks of the target came out"
    PUBLISH = "publish", "发布批次", "what a publish of this system said"


class ChangeCause(Code):
    """Why a verdict differs from the one before it; the first that applies leads."""

    TARGET_CHANGE = "target_change", "目标调整", "the target is declared otherwise: value, date, base, comparator"
    CORRECTION = "correction", "更正", "the value comes from a correction"
    NEW_PERIOD = "new_period", "新的时期", "a later period decides, or the first that is held"
    SOURCE_SWITCH = "source_switch", "来源切换", "another source's series decides"
    REVISION = "revision", "修订", "the deciding value, or its base, was revised or withdrawn"
    METHOD_CHANGE = "method_change", "方法变更", "the code, a threshold, a definition or another rule changed"
    DAY_OF_JUDGEMENT = "day_of_judgement", "评价日期变化", "nothing changed but the day of judgement"
    OTHER_DATA = "other_data", "其他数据", "other values that speak of the target changed"


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
    WAIVED = "waived", "已豁免", "a waiver in force lets it stand: it stops nothing"


class CorrectionAction(Code):
    """What a correction does to the value it binds to."""

    SET = "set", "改值", "another value stands in its place"
    DROP = "drop", "不采用", "no value stands in its place"
    SCALE = "scale", "改量级", "it is multiplied by a power of ten"
    FLAG = "flag", "加标记", "it stays, with another observation status and a note"


class CorrectionStatus(Code):
    """How far a correction has come."""

    DRAFT = "draft", "草拟", "proposed: neither applied nor tested"
    CONFIRMED = "confirmed", "生效", "applied, and tested in every run"
    WITHDRAWN = "withdrawn", "撤销", "kept as a record: neither applied nor tested"


class NoteKind(Code):
    """What stands beside a value."""

    CORRECTION = "correction", "更正", "the value is not the one published"
    FINDING = "finding", "检查发现", "a check accuses the value"


class ReviewKind(Code):
    """What waits for a person."""

    UNCLAIMED = "unclaimed", "无来源认领", "a file that no source claims, or several do"
    REFUSED = "refused", "拒收", "cells of a file that a rule refused"
    LATE = "late", "迟到", "a source that holds no value of the newest period due"
    FINDING = "finding", "待核实", "a finding that nothing explains"
    GROWTH = "growth", "增速差异未说明", "a gap between published and computed growth that nothing explains"
    CORRECTION = "correction", "更正待确认", "a correction that is a draft"
    WAIVER = "waiver", "豁免到期", "a waiver that has expired"


class ReviewAction(Code):
    """What a person did about it."""

    ACCEPT = "accept", "认领", "the file is taken as a source's by the next run"
    REJECT = "reject", "不收", "it does not come back to the list"
    ASSIGN = "assign", "指派", "somebody is to see to it"


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
    Counts,
    DueOrigin,
    BaseOrigin,
    Comparison,
    Reason,
    Agreement,
    QuotedFrom,
    MonthOrigin,
    RevisionCause,
    Method,
    ProgressCategory,
    Verdict,
    Confidence,
    PanelRole,
    Occasion,
    ChangeCause,
    OnTime,
    DefinitionMatch,
    RunState,
    CheckKind,
    Severity,
    FindingStatus,
    Relation,
    CorrectionAction,
    CorrectionStatus,
    NoteKind,
    ReviewKind,
    ReviewAction,
)
