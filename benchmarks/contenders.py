"""The same task, done by each: read the file, judge every row, write the good ones typed, list the bad with reasons.

Each gives the number of rows accepted, and the reasons as (row, rule); what a peer cannot give is None.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.files import FILES
from benchmarks.rules import TASKS, Task, Test


@dataclass(frozen=True)
class Done:
    """What a contender brought."""

    accepted: int | None
    refused: int | None
    reasons: int | None


def _texts(name: str) -> list[str]:
    """Columns of texts that repeat: those for which a writer's dictionary is worth its time."""
    return [] if name == "hostile" else [c for c, t in TASKS[name].types.items() if t == "VARCHAR"]


def _writer(name: str, target: Path, schema: Any) -> Any:
    """Arrow's Parquet writer; Arrow's own pool of memory asks for huge pages, which costs a tenth of a run here."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    return pq.ParquetWriter(target, schema, use_dictionary=_texts(name), store_decimal_as_integer=True)


def judge_of_yuexin(name: str, source: Path, target: Path) -> Done:
    """Ours."""
    from schemas.judge import judge

    judged = judge(source, FILES[name][0])
    assert judged.by == "columns"
    refused = []
    with _writer(name, target, judged.schema) as writer:
        for batch in judged:
            writer.write_batch(batch.accepted)
            refused += [(row.row, reason.rule, reason.message) for row in batch.refused for reason in row.reasons]
    return Done(judged.accepted, judged.refused, len(refused))


def pydantic_loop(name: str, source: Path, target: Path) -> Done:
    """`model_validate` on each row."""
    import pyarrow as pa
    from pydantic import ValidationError

    from schemas.judge.types import schema_of

    model = FILES[name][0]
    schema = schema_of(model)
    accepted: list[dict[str, Any]] = []
    refused: list[tuple[int, str, str]] = []
    rows = bad = 0
    with (
        source.open(encoding="utf-8", newline="") as file,
        _writer(name, target, schema) as writer,
    ):
        for rows, row in enumerate(csv.DictReader(file), 1):
            given = {k: v for k, v in row.items() if v} if name == "usual" else row
            try:
                accepted.append(model.model_validate(given).model_dump())
            except ValidationError as error:
                bad += 1
                refused += [(rows, e["type"], e["msg"]) for e in error.errors(include_url=False)]
            if len(accepted) == 100_000:
                writer.write_table(pa.Table.from_pylist(accepted, schema))
                accepted.clear()
        writer.write_table(pa.Table.from_pylist(accepted, schema))
    return Done(rows - bad, bad, len(refused))


def duckdb_floor(name: str, source: Path, target: Path) -> Done:
    """DuckDB's typed load into Parquet, no check: what does not cast is dropped."""
    import duckdb

    connection = duckdb.connect()
    types = ", ".join(f"'{c}': '{t}'" for c, t in TASKS[name].types.items())
    connection.execute(
        f"COPY (SELECT * FROM read_csv('{source}', columns = {{{types}}}, header = true, ignore_errors = true)) "
        f"TO '{target}'"
    )
    return Done(None, None, None)


def _frame(name: str, source: Path) -> Any:
    import polars as pl

    frame = pl.read_csv(source, infer_schema=False, empty_string_is_null=False).with_row_index("row", 1)
    default = TASKS[name].default
    if default is not None:
        column, text = default
        frame = frame.with_columns(pl.when(pl.col(column) == "").then(pl.lit(text)).otherwise(column).alias(column))
    return frame


def _test(test: Test) -> Any:
    """A test as a polars expression."""
    import polars as pl

    column = pl.col(test.column)
    if test.kind == "matches":
        return column.str.contains(str(test.said))
    if test.kind == "among":
        return column.is_in(list(test.said))
    if test.kind == "between":
        return column.cast(pl.Float64, strict=False).is_between(test.low, test.high).fill_null(False)
    return _moment(test.column).is_not_null()


def _moment(column: str) -> Any:
    import polars as pl

    if column == "released_on":
        return pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)


def _in_order(task: Task) -> Any:
    import polars as pl

    later, earlier, letters = task.not_before
    if letters is not None:
        return pl.col(later).str.slice(0, letters) >= pl.col(earlier)
    return (_moment(later) >= _moment(earlier)).fill_null(True)


def _write_typed(frame: Any, name: str, target: Path) -> None:
    import polars as pl

    types: dict[str, Any] = {"BIGINT": pl.Int64, "DOUBLE": pl.Float64, "DECIMAL(18,4)": pl.Decimal(18, 4)}
    casts = [
        _moment(column) if sql in ("DATE", "TIMESTAMP") else pl.col(column).cast(types.get(sql, pl.String))
        for column, sql in TASKS[name].types.items()
    ]
    frame.select(casts).write_parquet(target, compression="snappy")


def polars_by_hand(name: str, source: Path, target: Path) -> Done:
    """Expressions written for this file."""
    import polars as pl

    frame, task = _frame(name, source), TASKS[name]
    tests = {f"{t.column}.{t.kind}": _test(t) for t in task.tests} | {"order": _in_order(task)}
    judged = frame.with_columns(pl.all_horizontal(*tests.values()).alias("good"))
    bad = judged.filter(~pl.col("good"))
    reasons = [(row, rule) for rule, test in tests.items() for row in bad.filter(~test).get_column("row").to_list()]
    _write_typed(judged.filter("good"), name, target)
    return Done(len(frame) - len(bad), len(bad), len(reasons))


def pandera_on_polars(name: str, source: Path, target: Path) -> Done:
    """A pandera schema on a polars frame, judged lazily."""
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    frame, task = _frame(name, source), TASKS[name]

    def check(test: Any, rule: str) -> Any:
        return pa.Check(lambda data: data.lazyframe.select(test), name=rule)

    checks: dict[str, list[Any]] = {c: [] for c in task.types}
    for t in task.tests:
        checks[t.column].append(check(_test(t), t.kind))
    schema = pa.DataFrameSchema(
        {c: pa.Column(pl.String, tests) for c, tests in checks.items()}, checks=[check(_in_order(task), "order")]
    )
    bad: Any = pl.DataFrame({"index": []}, schema={"index": pl.UInt32})
    reasons: list[Any] = []
    try:
        schema.validate(frame.drop("row"), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        reasons = cases.select("index", "column", "check").rows()
        bad = cases.select(pl.col("index").cast(pl.UInt32) + 1).unique()
    _write_typed(frame.join(bad, left_on="row", right_on="index", how="anti", maintain_order="left"), name, target)
    return Done(len(frame) - len(bad), len(bad), len(reasons))


def pointblank_on_polars(name: str, source: Path, target: Path) -> Done:
    """A pointblank plan on a polars frame; reasons from the extract of each step."""
    import pointblank as pb

    frame, task = _frame(name, source), TASKS[name]
    plan = pb.Validate(frame)
    for t in task.tests:
        if t.kind == "matches":
            plan = plan.col_vals_regex(t.column, str(t.said))
        elif t.kind == "among":
            plan = plan.col_vals_in_set(t.column, list(t.said))
        else:
            plan = plan.col_vals_expr(_test(t))
    plan = plan.col_vals_expr(_in_order(task)).interrogate(extract_limit=len(frame))
    reasons = [
        (row, step)
        for step in range(1, len(task.tests) + 2)
        for row in _extracted(plan.get_data_extracts(step, frame=True))
    ]
    good = plan.get_sundered_data(type="pass")
    _write_typed(good, name, target)
    return Done(len(good), len(frame) - len(good), len(reasons))


def _extracted(extract: Any) -> list[int]:
    return [] if extract is None else list(extract.get_column("row").to_list())


def patito_on_polars(name: str, source: Path, target: Path) -> Done:
    """A patito model on a polars frame: says how many rows break which column's rules, not which rows."""
    import patito as pt

    frame, task = _frame(name, source).drop("row"), TASKS[name]
    constraints: dict[str, list[Any]] = {c: [] for c in task.types}
    for t in task.tests:
        constraints[t.column].append(_test(t))
    constraints[task.not_before[0]].append(_in_order(task))
    body = {c: pt.Field(constraints=tests) for c, tests in constraints.items()}
    model: Any = type("Row", (pt.Model,), {"__annotations__": dict.fromkeys(body, str), **body})
    reasons = 0
    try:
        model.validate(frame)
    except pt.exceptions.DataFrameValidationError as error:
        reasons = len(error.errors())
    _write_typed_where_it_casts(frame, name, target)
    return Done(None, None, -reasons)


def _write_typed_where_it_casts(frame: Any, name: str, target: Path) -> None:
    import polars as pl

    bad = pl.any_horizontal(*(~_test(t) for t in TASKS[name].tests))
    _write_typed(frame.filter(~bad), name, target)


def great_expectations_on_pandas(name: str, source: Path, target: Path) -> Done:
    """A suite on a pandas frame of texts, results complete; pandas casts and writes."""
    import great_expectations as gx
    import pandas as pd

    gxe: Any = gx.expectations

    task = TASKS[name]
    frame = pd.read_csv(source, dtype=str, keep_default_na=False)
    if task.default is not None:
        frame[task.default[0]] = frame[task.default[0]].replace("", task.default[1])
    later, earlier, letters = task.not_before
    frame["_later"] = frame[later].str[:letters]
    context = gx.get_context(mode="ephemeral")
    suite = gx.ExpectationSuite(name=name)
    for t in task.tests:
        if t.kind == "matches":
            suite.add_expectation(gxe.ExpectColumnValuesToMatchRegex(column=t.column, regex=str(t.said)))
        elif t.kind == "among":
            suite.add_expectation(gxe.ExpectColumnValuesToBeInSet(column=t.column, value_set=list(t.said)))
        elif t.kind == "between":
            frame["_number"] = pd.to_numeric(frame[t.column], errors="coerce")
            suite.add_expectation(
                gxe.ExpectColumnValuesToBeBetween(column="_number", min_value=t.low, max_value=t.high)
            )
        else:
            suite.add_expectation(gxe.ExpectColumnValuesToBeDateutilParseable(column=t.column))
    suite.add_expectation(
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="_later", column_B=earlier, or_equal=True)
    )
    batch = (
        context.data_sources.add_pandas("bench").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    )
    suite = context.suites.add(suite)
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    result: Any = definition.run(batch_parameters={"dataframe": frame}, result_format="COMPLETE")
    if any(r.exception_info.get("raised_exception") for r in result.results):
        raise RuntimeError(str([r.exception_info for r in result.results])[:1000])
    reasons = [
        (row, r.expectation_config.type) for r in result.results for row in r.result.get("unexpected_index_list") or []
    ]
    bad = {row for row, _ in reasons}
    good = frame.drop(index=sorted(bad))[list(task.types)]
    kinds = {"BIGINT": "int64", "DOUBLE": "float64"}
    good = good.astype({c: kinds[t] for c, t in task.types.items() if t in kinds})
    for c, sql in task.types.items():
        if sql in ("DATE", "TIMESTAMP"):
            good[c] = pd.to_datetime(good[c], format="ISO8601")
    good.to_parquet(target)
    return Done(len(good), len(bad), len(reasons))


CONTENDERS: dict[str, Callable[[str, Path, Path], Done]] = {
    "floor: DuckDB typed load, no check": duckdb_floor,
    "judge": judge_of_yuexin,
    "polars by hand": polars_by_hand,
    "pandera on polars": pandera_on_polars,
    "patito": patito_on_polars,
    "pointblank": pointblank_on_polars,
    "Great Expectations": great_expectations_on_pandas,
    "pydantic loop": pydantic_loop,
}
