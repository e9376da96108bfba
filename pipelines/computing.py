"""Making the computed tables: each from its SELECT, two at a time, in the order in which they read one another."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import duckdb

from pipelines import states, warehouse
from pipelines.marts import Mart
from schemas.columns import Table
from schemas.monitoring import StatusChange, TargetEvidence, TargetState

_DAYS = "days"


def build_all(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[type[Table]],
    marts: dict[str, Mart],
    kept: states.Memory | None,
) -> dict[str, int]:
    """Makes computed tables, two at a time, each once what it reads of the others is there; gives their row counts.

    What is remembered is made before the table that reads it; `kept` may be None where that is not among them.

    Raises:
        StructuralFault: a result breaks its model.
    """
    made: dict[str, Future[int]] = {}

    def one(reads: Sequence[str], build: Callable[[duckdb.DuckDBPyConnection], int]) -> int:
        for read in reads:
            if read in made:
                made[read].result()
        with connection.cursor() as own:
            return build(own)

    with ThreadPoolExecutor(2) as pool:
        for table in tables:
            name = table.info.name
            if table is TargetEvidence and kept is not None:
                made[_DAYS] = pool.submit(one, ("versions",), partial(states.remember_days, marts=marts))
            if table is StatusChange and kept is not None:
                made[TargetState.info.name] = pool.submit(
                    one, (_DAYS, *states.ASKED), partial(states.remember_publishes, kept=kept)
                )
            made[name] = pool.submit(one, marts[name].reads, partial(warehouse.build, table=table, mart=marts[name]))
    return {name: built.result() for name, built in made.items() if name != _DAYS}
