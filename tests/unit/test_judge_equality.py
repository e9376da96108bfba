"""The judge gives the verdicts of `model_validate`, row by row, whatever the model and the cells.

`make fuzz` runs the same properties on millions of rows (JUDGE_ROWS).
"""

import os
import random
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.judge import EmptyCell
from tests.judged import CELLS, KINDS, Row, assert_equal, column_of, csv_file, csv_rows, fitting, model_of, small_pieces

ROWS = int(os.environ.get("JUDGE_ROWS", "200000"))
ROWS_EACH = 200
EXAMPLES = max(1, ROWS // ROWS_EACH // 2)

drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=ROWS <= 200_000,
    suppress_health_check=list(HealthCheck),
    database=None,
)
models = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.integers(0, len(KINDS) - 1), min_size=1, max_size=5),
        "extra": st.sampled_from([None, "ignore", "forbid", "allow"]),
        "strict": st.sampled_from([False, False, False, True]),
        "empty_cell": st.sampled_from([None, *EmptyCell]),
    }
)


def _cell(kind: int | None, chance: random.Random) -> str:
    """A cell, most often one that the kind takes."""
    hostile = kind is None or chance.random() < 0.1
    return chance.choice(CELLS if hostile else fitting(kind))


@drawn
@given(
    models=models,
    seed=st.integers(0, 2**32),
    piece=st.sampled_from([400, 5000, 1 << 24]),
    few=st.sampled_from([0, 4096]),
)
def test_a_csv_file_is_judged_as_the_loop_judges_it(models: dict[str, Any], seed: int, piece: int, few: int) -> None:
    chance = random.Random(seed)
    settled = {k: v for k, v in models.items() if k != "kinds"}
    model = model_of(models["kinds"], chance, **settled)
    header = [f.alias or name for name, f in model.model_fields.items()]
    kind_of: dict[str, int | None] = dict(zip(header, models["kinds"], strict=True))
    change = chance.randrange(8)
    if change == 0:
        header[chance.randrange(len(header))] = "renamed"
    elif change == 1:
        header.append("added")
    elif change == 2:
        header.pop(chance.randrange(len(header)))
    elif change == 3:
        chance.shuffle(header)
    if not header:
        header = ["other"]
    rows = [[_cell(kind_of.get(name), chance) for name in header] for _ in range(ROWS_EACH)]
    for row in rows:
        if chance.random() < 0.02:
            row.append("more") if chance.random() < 0.5 else row.pop()
    content = csv_file(header, [r for r in rows if r], chance)
    with small_pieces(piece, few):
        assert_equal(content, model, csv_rows(content))


@drawn
@given(models=models, seed=st.integers(0, 2**32), few=st.sampled_from([0, 4096]))
def test_arrow_columns_are_judged_as_the_loop_judges_them(models: dict[str, Any], seed: int, few: int) -> None:
    chance = random.Random(seed)
    settled = {k: v for k, v in models.items() if k != "kinds"}
    model = model_of(models["kinds"], chance, **settled)
    names = [f.alias or name for name, f in model.model_fields.items()]
    kinds: dict[str, int | None] = dict(zip(names, models["kinds"], strict=True))
    if chance.random() < 0.1:
        kinds["added"] = None
    table = pa.table({name: column_of(kind, chance, ROWS_EACH) for name, kind in kinds.items()})
    rows: list[tuple[int | None, Row]] = [(None, row) for row in _in_microseconds(table).to_pylist()]
    forms = [table, table.to_reader(100), table.combine_chunks().to_batches()[0]]
    with small_pieces(400, few):
        assert_equal(chance.choice(forms), model, rows)


def _in_microseconds(table: pa.Table) -> pa.Table:
    """The table without nanoseconds, for which Python has no type."""
    micro = [pa.field(f.name, pa.timestamp("us") if f.type == pa.timestamp("ns") else f.type) for f in table.schema]
    return table.cast(pa.schema(micro))
