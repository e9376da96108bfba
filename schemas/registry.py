"""The registry: every table there is, in the order in which tables are made, and what is made from it."""

from schemas import checks, corrections, growth, monitoring, planning, reference, reviews, tables
from schemas.codes import CODE_LISTS
from schemas.columns import Table

REFERENCE: tuple[type[Table], ...] = (
    reference.Area,
    reference.UnitOfMeasure,
    reference.Indicator,
    reference.Definition,
    reference.Source,
    reference.DeclaredPriceBasis,
    reference.Break,
    reference.AreaMember,
    reference.Sector,
    reference.IndicatorSource,
    reference.IndicatorSector,
    reference.JanFebSpan,
    planning.Plan,
    planning.Task,
    planning.Item,
    planning.Target,
    planning.TaskIndicator,
    planning.ItemEvidence,
    planning.CompositeComponent,
    checks.IdentityPart,
    checks.Explanation,
    corrections.Correction,
    corrections.Waiver,
    planning.PanelMember,
    tables.CodeEntry,
    tables.Parameter,
)
"""Made anew in every run from data/reference, the code lists and the run's parameters."""

TAKEN: tuple[type[Table], ...] = (
    tables.SnapshotTaken,
    tables.Release,
    tables.ReleaseSpan,
    tables.Series,
    tables.Reading,
    tables.Tally,
    tables.Rejection,
)
"""Filled from snapshots, in the order of the ledger; only ever added to."""

CORE: tuple[type[Table], ...] = (tables.Version, tables.Observation, tables.Intake)
"""Computed by sql/core."""

TARGETS: tuple[type[Table], ...] = (
    monitoring.TargetEvidence,
    monitoring.TargetStatus,
    monitoring.Progress,
    monitoring.ObservationPanel,
    monitoring.StatusChange,
)
"""Computed by sql/marts: what targets come to."""

REMEMBERED: tuple[type[Table], ...] = (monitoring.TargetState,)
"""Made by pipelines.states after `target_status`: what days and publishes said."""

TASKS: tuple[type[Table], ...] = (
    monitoring.IndicatorCoverage,
    monitoring.TaskCoverage,
    monitoring.ItemStatus,
    monitoring.CompositeTrial,
)
"""Computed by sql/marts: what tasks and items come to."""

GROWTH: tuple[type[Table], ...] = (
    growth.ComparedPair,
    growth.Growth,
    growth.MonthValue,
    growth.Structure,
    growth.CityRow,
    growth.Revision,
    monitoring.Conflict,
)
"""Computed by sql/marts: values beside one another, in time, as parts, by city, by source."""

MARTS: tuple[type[Table], ...] = (*GROWTH, *TARGETS, *TASKS)
"""Computed by sql/marts."""

COMPUTED = CORE + MARTS
"""Each the result of the one SELECT in the SQL file of its name."""

JUDGED: tuple[type[Table], ...] = (checks.CheckResult, checks.ObservationNote)
"""Made by the checks: what they found, and what stands beside values."""

PUBLISHED: tuple[type[Table], ...] = (
    *REFERENCE,
    *(t for t in TAKEN if t is not tables.Reading),
    *REMEMBERED,
    *COMPUTED,
    *JUDGED,
    reviews.Review,
    tables.Run,
    tables.DictionaryEntry,
)
"""What a published file holds."""

_ALL: tuple[type[Table], ...] = (
    *REFERENCE,
    *TAKEN,
    *REMEMBERED,
    *COMPUTED,
    *JUDGED,
    reviews.Review,
    tables.Run,
    tables.DictionaryEntry,
)
BY_NAME: dict[str, type[Table]] = {t.info.name: t for t in _ALL}


def code_rows() -> list[Table]:
    """The rows of `codes`."""
    return [
        tables.CodeEntry(list_name=codes.__name__, code=member.value, zh=member.zh, en=member.en)
        for codes in CODE_LISTS
        for member in codes
    ]


def dictionary_rows() -> list[Table]:
    """The rows of `dictionary`: a row a table, then a row a column."""
    rows: list[Table] = []
    for table in PUBLISHED:
        about = table.info
        rows.append(
            tables.DictionaryEntry(
                table_name=about.name,
                table_zh=about.zh_name,
                column_name="",
                column_zh="",
                sql_type="",
                nullable=False,
                meaning_zh=about.zh,
                meaning_en=about.en,
            )
        )
        rows += [
            tables.DictionaryEntry(
                table_name=about.name,
                table_zh=about.zh_name,
                column_name=c.name,
                column_zh=c.column.zh_name,
                sql_type=c.sql_type,
                nullable=c.nullable,
                meaning_zh=c.column.zh,
                meaning_en=c.column.en,
            )
            for c in table.columns()
        ]
    return rows
