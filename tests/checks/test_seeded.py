"""A fault of every kind at a random place is found by `yuexin check FILE…`, with file and cell, and nothing else is.

Every seed is two checks of the same files: as they were, and with one fault each. What the second finds and the first
does not must be the faults. YUEXIN_SEEDS=n tries n seeds; a failure names its seed.
"""

import csv
import io
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.checks.judging import AUDIT
from tests.checks.planting import FAULTS, OF_ONE_SOURCE, Plant, Row, planted
from tests.support import copy_of_clone, yuexin

SEEDS = range(20261122, 20261122 + int(os.environ.get("YUEXIN_SEEDS", "2")))
Place = tuple[str, str | None, str]
"""Rule, file, cell."""


def text(rows: list[Row], drop: int | None = None) -> tuple[str, list[str]]:
    """A file's text, and its columns."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for i, row in enumerate(rows):
        writer.writerow([row.get(c, "") for c in columns][1 if i == drop else 0 :])
    return out.getvalue(), columns


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone that holds nothing but what a seed puts there."""
    folder = copy_of_clone(tmp_path_factory.mktemp("seeded"))
    for path in [*folder.glob("data/figures/*/*.csv"), *folder.glob("data/reference/explanations/*")]:
        path.unlink()
    like = (folder / "data/reference/sources/gdpost_monthly.yaml").read_text("utf-8")
    like = like.partition("price_basis:")[0]  # all of a plant is in one price basis, whatever it is made of
    for n in range(len(FAULTS)):
        for source, file, precedence in ((f"given_{n}", f"given_{n}.csv", 10), (f"held_{n}", f"held_{n}.csv", 5)):
            said = like.replace("gdpost_monthly", source).replace("express*.csv", file)
            path = folder / "data" / "reference" / "sources" / f"{source}.yaml"
            path.write_text(said.replace("precedence: 10", f"precedence: {precedence}"), "utf-8")
    return folder


def lay(clone: Path, plants: list[Plant], *, faulty: bool) -> list[Path]:
    """The files of all plants, beside what they need to be held; gives those to be checked."""
    files = []
    for n, plant in enumerate(plants):
        held = clone / "data" / "figures" / f"held_{n}.csv"
        held.unlink(missing_ok=True)
        if plant.held:
            held.write_text(text(list(plant.held))[0], "utf-8")
        path = clone / f"given_{n}.csv"
        content, _ = text(plant.faulty, plant.drop) if faulty else text(plant.rows)
        path.write_text(content, "utf-8")
        files.append(path)
    return files


def of_one_source(clone: Path, n: int) -> None:
    """Lets the source of a plant's file claim the one held, too."""
    (clone / "data" / "reference" / "sources" / f"held_{n}.yaml").unlink(missing_ok=True)
    source = clone / "data" / "reference" / "sources" / f"given_{n}.yaml"
    source.write_text(source.read_text("utf-8").replace(f"given_{n}.csv", f"*_{n}.csv"), "utf-8")


def explain(clone: Path, n: int, plant: Plant) -> None:
    """An explanation of what is held of a plant."""
    row = plant.held[0]
    (clone / "data" / "reference" / "explanations" / "seeded.yaml").write_text(
        f"""- explanation_id: seeded
  check_name: out_of_bounds
  source_id: given_{n}
  indicators: [{row["indicator_id"]}]
  areas: ['{row["area_code"]}']
  zh: 公布数如此
  en: published so
  document: test
  explained_by: team:test
""",
        "utf-8",
    )


def expected(n: int, plant: Plant) -> list[Place]:
    """What must be found of a plant, and nothing else."""
    columns = text(plant.faulty)[1]
    column = columns.index("value") + 1 if plant.drop is None else 1
    return [
        (plant.rule, None, "seeded") if i is None else (plant.rule, f"given_{n}.csv", f"line {i + 2}, column {column}")
        for i in plant.accused
    ]


def checked(clone: Path, files: list[Path]) -> Counter[Place]:
    """What `yuexin check FILE…` finds."""
    ran = yuexin(clone, "check", *(f.name for f in files), "--format", "json")
    assert ran.returncode in {0, 1}, ran.stderr
    return Counter((f["rule"], f["file"], f["locator"]) for f in json.loads(ran.stdout)["findings"])


def test_there_is_a_fault_of_every_check() -> None:
    of_reference_data = {"correction_misses", "waiver_unused", "waiver_expired"}  # test_corrections, test_waivers
    assert {c.name for c in AUDIT.checks if c.suite is None} - of_reference_data <= set(FAULTS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fault_at_a_random_place_is_found_with_file_and_cell_and_nothing_else(
    seed: int, clone: Path, database: Path
) -> None:
    plants = planted(database, seed)
    names, everything = list(plants), list(plants.values())
    for name in OF_ONE_SOURCE:
        of_one_source(clone, names.index(name))
    explain(clone, names.index("explanation_unused"), plants["explanation_unused"])
    before = checked(clone, lay(clone, everything, faulty=False))
    found = checked(clone, lay(clone, everything, faulty=True)) - before
    meant = Counter(place for n, plant in enumerate(everything) for place in expected(n, plant))
    numbered = {f"given_{n}.csv": name for n, name in enumerate(names)}
    assert found == meant, (
        f"seed {seed}: not found {[(numbered.get(str(p[1])), p) for p in meant - found]}, "
        f"found beside {[(numbered.get(str(p[1])), p) for p in found - meant]}"
    )
