"""The command line, run in a copy of the clone as a user runs it."""

import hashlib
import json
import os
from pathlib import Path

import duckdb
import pytest

from tests.support import copy_of_clone, csv_text, yuexin

BAD = csv_text([{"area_code": "Guangdnog"}, {"period": "2018"}])


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone with one publish; tests add to it but take nothing away."""
    folder = copy_of_clone(tmp_path_factory.mktemp("clone"))
    ran = yuexin(folder, "run", "--assessed-on", "2026-11-22")
    assert ran.returncode == 0, ran.stderr
    (folder / "first_run.txt").write_text(ran.stdout, "utf-8")
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone in which nothing was run."""
    return copy_of_clone(tmp_path_factory.mktemp("bare"))


def _kept(folder: Path) -> set[str]:
    data = folder / "data"
    return {p.relative_to(data).as_posix() for name in ("snapshots", "published") for p in (data / name).rglob("*")}


def test_a_run_prints_the_arithmetic_the_targets_and_where_the_results_lie(clone: Path) -> None:
    said = (clone / "first_run.txt").read_text("utf-8")
    for text in (
        "files arrived",
        "cells = new + unchanged + duplicates + no data + out of scope + refused",
        "posttel_monthly.csv",
        "目标 targets",
        "NO_DATA",
        "publish 1",
        "2026-11-22",
        "data/published/current/indicators.duckdb",
    ):
        assert text in said
    assert (clone / "data/published/current/indicators.duckdb").exists()


def test_a_dry_run_shows_what_a_file_would_bring_and_keeps_nothing(clone: Path) -> None:
    file = clone / "express_dry.csv"
    file.write_text(BAD, "utf-8")
    before = _kept(clone)
    ran = yuexin(clone, "ingest", str(file), "--dry-run")
    assert ran.returncode == 1
    for text in ("2 cells", "1 values", "1 refused", "nothing was kept", "area.unknown", "Guangdnog"):
        assert text in ran.stdout
    assert _kept(clone) == before
    file.write_text(csv_text([{}]), "utf-8")
    assert yuexin(clone, "ingest", str(file), "--dry-run").returncode == 0


def test_refusals_are_printed_with_file_place_text_found_and_rule(clone: Path) -> None:
    bad = clone / "express_bad.csv"
    bad.write_text(BAD, "utf-8")
    strange = clone / "strange.csv"
    strange.write_text("a,b\n1,2\n", "utf-8")
    ran = yuexin(clone, "ingest", str(bad), str(strange))
    assert ran.returncode == 0, ran.stderr
    for text in ("express_bad.csv", "line 2, column", "Guangdnog", "area.unknown", "strange.csv", "file.unclaimed"):
        assert text in ran.stdout
    assert "--source" in ran.stdout
    assert bad.exists(), "a file handed in stays where it is; only the inbox is emptied"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ingest", "dagster.yaml", "--source", "gd_tv4"), ("--source gd_tv4", "did you mean gd_tv4k?")),
        (("ingest", "absent.csv"), ("absent.csv",)),
        (("run", "--assessed-on", "2026-13-01"), ("2026-13-01",)),
        (("status",), ("nothing is published yet",)),
    ],
    ids=["a source nearly named", "no such file", "no such day", "no publish"],
)
def test_what_cannot_be_done_ends_with_exit_2_and_says_why(
    bare: Path, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    ran = yuexin(bare, *arguments)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert all(text in ran.stderr for text in said), ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (bare / "data" / "snapshots").exists()


def test_a_wrong_reference_file_stops_the_run_with_file_line_and_field(tmp_path: Path) -> None:
    folder = copy_of_clone(tmp_path)
    file = folder / "data/reference/sources/gd_tv4k.yaml"
    text = file.read_text("utf-8").replace("release: partial", "release: partly").replace("precedence", "precedense")
    file.write_text(text, "utf-8")
    line = 1 + text[: text.index("precedense")].count("\n")
    ran = yuexin(folder, "run")
    assert ran.returncode == 2
    for said in ("sources/gd_tv4k.yaml", f":{line}: precedense", "did you mean 'precedence'?", "'partly'", "partial"):
        assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (folder / "data" / "snapshots").exists()


def test_verify_finds_changed_bytes(clone: Path) -> None:
    """The last test of the shared copy: it harms and mends it."""
    assert yuexin(clone, "verify").returncode == 0
    snapshot = max((clone / "data/snapshots").glob("??/*"), key=os.path.getsize)
    number = (clone / "data/published/current").readlink().name
    for harmed in (snapshot, clone / "data/published" / number / "parquet" / "growth.parquet"):
        content = harmed.read_bytes()
        harmed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        ran = yuexin(clone, "verify")
        assert ran.returncode == 1
        assert harmed.name in ran.stderr.replace("\n", "")
        harmed.write_bytes(content)


def test_verify_finds_a_table_that_does_not_follow_from_the_snapshots(clone: Path) -> None:
    folder = (clone / "data/published/current").resolve()
    with duckdb.connect(folder / "indicators.duckdb") as connection:
        connection.execute("UPDATE growth SET growth_quoted = growth_quoted + 1 WHERE growth_quoted IS NOT NULL")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    sha256 = hashlib.sha256((folder / "indicators.duckdb").read_bytes()).hexdigest()
    manifest["files"]["indicators.duckdb"]["sha256"] = sha256
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    ran = yuexin(clone, "verify")
    assert ran.returncode == 1
    assert "growth:" in ran.stderr
