"""The review list: what waits for a person, and that everything a person does is an appended record."""

import datetime as dt
import json
import subprocess
from pathlib import Path

import duckdb
import pytest

from pipelines import ingest, review, review_log
from pipelines.workspace import Workspace
from schemas.codes import ReviewAction, ReviewKind
from schemas.reference_data import Reference
from sources.snapshots import LedgerBroken, SnapshotStore
from tests.integration.test_corrections import CORRECTION, _declare
from tests.integration.test_history import export
from tests.support import ASSESSED_ON, NOW, built, copy_of_clone, csv_text, dicts, published_file, put, take, yuexin

USERS = {"indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end", "definition_id": "tv_users", "period": "2020",
         "released_on": "2021-01-31", "value": "1900"}  # fmt: skip
STRANGE = "a,b\n1,2\n"


def _waiting(workspace: Workspace) -> list[review.Item]:
    return review.waiting(workspace, Reference.load(workspace.reference))


def _of(workspace: Workspace, kind: ReviewKind) -> list[review.Item]:
    return [item for item in _waiting(workspace) if item.kind is kind]


def test_nothing_waits_in_a_fresh_clone(workspace: Workspace) -> None:
    assert _waiting(workspace) == []
    assert not workspace.snapshots.exists(), "looking writes nothing"


def test_each_kind_of_thing_waits(workspace: Workspace) -> None:
    bounds = {"indicator_id": "FTTH_HOME_RATE", "area_code": "440300", "basis": "end", "unit": "%", "value": "107",
              "definition_id": "unstated"}  # fmt: skip
    rate = {"measure": "growth_yoy", "unit": "%", "value": "90.0", "released_on": "2021-06-30", "period": "2020"}
    rows = [bounds, {"area_code": "Guangdnog"}, {"value": "100.0"},
            {"value": "120.0", "period": "2020", "released_on": "2021-06-30"}, rate]  # fmt: skip
    put(workspace, "express.csv", csv_text(rows))
    put(workspace, "strange.csv", STRANGE)
    take(workspace)
    _declare(workspace, {"status": "draft"})
    waivers = workspace.reference / "waivers"
    waivers.mkdir()
    (waivers / "w.yaml").write_text(
        "- {waiver_id: w, check_name: out_of_bounds, source_id: gdpost_monthly, zh: 一, en: x, waived_by: x, "
        "until: 2026-01-01}\n",
        "utf-8",
    )
    published_file(workspace)
    items = _waiting(workspace)
    found = {item.kind: item for item in items}
    assert set(found) == set(ReviewKind)
    assert len({item.item_id for item in items}) == len(items)
    assert found[ReviewKind.UNCLAIMED].about == "strange.csv"
    assert found[ReviewKind.REFUSED].matter.startswith("area.unknown × 1: line 3, column")
    assert "growth_unexplained" in found[ReviewKind.GROWTH].about
    assert "w → out_of_bounds" in found[ReviewKind.WAIVER].matter
    assert found[ReviewKind.CORRECTION].about.startswith(CORRECTION["correction_id"])
    assert items == _waiting(workspace), "ids are stable"
    assert all(all(item.to_do) for item in items)


def _accept(workspace: Workspace, item: review.Item, source: str) -> None:
    review.accept(workspace, Reference.load(workspace.reference), item.item_id, source, None, "甲")


def _receive(workspace: Workspace) -> None:
    """What a run takes in."""
    reference = Reference.load(workspace.reference)
    handed_in = ingest.deliveries(workspace, [], review_log.accepted(workspace))
    ingest.receive(workspace, reference, handed_in, NOW)


def test_an_accepted_file_is_read_once_as_that_sources(workspace: Workspace) -> None:
    put(workspace, "boxes.csv", csv_text([USERS]))
    take(workspace)
    (item,) = _of(workspace, ReviewKind.UNCLAIMED)
    _accept(workspace, item, "gd_tv4k")
    assert _waiting(workspace) == []
    for _ in range(2):
        _receive(workspace)
    arrivals = SnapshotStore(workspace.snapshots).arrivals()
    assert [(a.name, a.source_id) for a in arrivals] == [("boxes.csv", None), ("boxes.csv", "gd_tv4k")]
    with built(workspace) as connection:
        assert dicts(connection, "SELECT source_id, value_text FROM observations") == [
            {"source_id": "gd_tv4k", "value_text": "1900"}
        ]


def test_an_undated_file_came_out_no_later_than_it_came(workspace: Workspace) -> None:
    source = workspace.reference / "sources" / "nbs_province_annual.yaml"
    records = "  - claim: {name: 'province_annual*.csv'}\n    release: partial\n    layout: {kind: records}\n"
    text = source.read_text("utf-8")
    assert records in text
    source.write_text(text.replace(records, "").replace("数据库：分省年度数据", "数据库：分市年度数据"), "utf-8")
    put(workspace, "table.csv", export({"广东省": ["1.0"]}, [2019]))
    take(workspace)
    (item,) = _of(workspace, ReviewKind.UNCLAIMED)
    _accept(workspace, item, "nbs_province_annual")
    reference = Reference.load(workspace.reference)
    later = NOW + dt.timedelta(days=30)
    ingest.receive(workspace, reference, review_log.accepted(workspace), later)
    arrival = SnapshotStore(workspace.snapshots).arrivals()[-1]
    assert (arrival.source_id, arrival.released_on) == ("nbs_province_annual", ASSESSED_ON)


def test_what_is_rejected_never_comes_back(workspace: Workspace) -> None:
    for name, content in (("strange.csv", STRANGE), ("express.csv", csv_text([{"area_code": "Guangdnog"}]))):
        put(workspace, name, content)
    take(workspace)
    published_file(workspace)
    reference = Reference.load(workspace.reference)
    for item in [*_of(workspace, ReviewKind.UNCLAIMED), *_of(workspace, ReviewKind.REFUSED)]:
        review.reject(workspace, reference, item.item_id, "重复报送", None)
    put(workspace, "again.csv", STRANGE)
    take(workspace)
    assert not {ReviewKind.UNCLAIMED, ReviewKind.REFUSED} & {i.kind for i in _waiting(workspace)}
    assert all(r.by for r in review_log.records(workspace))


def test_a_line_torn_by_a_crash_was_never_done_and_a_broken_one_is_told(workspace: Workspace) -> None:
    put(workspace, "strange.csv", STRANGE)
    take(workspace)
    (item,) = _waiting(workspace)
    reference = Reference.load(workspace.reference)
    review.assign(workspace, reference, item.item_id, "team:a", "甲")
    whole = workspace.review_log.read_bytes()
    workspace.review_log.write_bytes(whole + whole[:30])
    assert [i.assigned_to for i in _waiting(workspace)] == ["team:a"]
    review.assign(workspace, reference, item.item_id, "team:b", "甲")
    assert workspace.review_log.read_bytes().startswith(whole), "lines are only added"
    assert [r.assigned_to for r in review_log.records(workspace)] == ["team:a", "team:b"]
    assert [i.assigned_to for i in _waiting(workspace)] == ["team:b"]
    workspace.review_log.write_bytes(b"{}\n" + whole)
    with pytest.raises(LedgerBroken, match=r"reviews\.jsonl"):
        _waiting(workspace)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone, without figures, with one publish of files nobody claims."""
    folder = copy_of_clone(tmp_path_factory.mktemp("clone"))
    for path in (folder / "data" / "figures").rglob("*.csv"):
        path.unlink()
    listed = yuexin(folder, "review")
    assert (listed.returncode, "没有待办 nothing waits" in listed.stdout) == (0, True), listed.stderr
    put(Workspace(folder), "boxes.csv", csv_text([USERS]))
    put(Workspace(folder), "strange.csv", STRANGE)
    ran = yuexin(folder, "run", "--assessed-on", str(ASSESSED_ON))
    assert ran.returncode == 0, ran.stderr
    return folder


def _id(listed: subprocess.CompletedProcess[str], name: str) -> str:
    return next(line.split()[0] for line in listed.stdout.splitlines() if name in line)


def test_from_the_list_to_the_published_record(clone: Path) -> None:
    listed = yuexin(clone, "review")
    assert listed.returncode == 0
    boxes, strange = _id(listed, "boxes.csv"), _id(listed, "strange.csv")
    assert yuexin(clone, "review", "assign", boxes, "--to", "team:statistics", "--by", "甲").returncode == 0
    assert "team:statistics" in yuexin(clone, "review").stdout
    accepted = yuexin(clone, "review", "accept", boxes, "--source", "gd_tv4k", "--by", "甲")
    assert (accepted.returncode, "make run" in accepted.stdout) == (0, True), accepted.stderr
    assert yuexin(clone, "review", "reject", strange, "--reason", "不是统计表", "--by", "乙").returncode == 0
    ran = yuexin(clone, "run", "--assessed-on", str(ASSESSED_ON))
    assert ran.returncode == 0, ran.stderr
    after = yuexin(clone, "review").stdout
    assert "boxes.csv" not in after
    assert "strange.csv" not in after
    with duckdb.connect(clone / "data/published/current/indicators.duckdb", read_only=True) as published:
        assert dicts(published, "SELECT source_id FROM observations") == [{"source_id": "gd_tv4k"}]
        rows = dicts(published, "SELECT reviewed_by, action, about, source_id, reason FROM reviews ORDER BY ALL")
    assert [(r["reviewed_by"], r["action"]) for r in rows] == [("乙", "reject"), ("甲", "accept"), ("甲", "assign")]
    assert rows[0]["reason"] == "不是统计表"
    lines = [json.loads(line) for line in (clone / "data/snapshots/reviews.jsonl").read_text("utf-8").splitlines()]
    assert [line["action"] for line in lines] == [*map(str, (ReviewAction.ASSIGN, ReviewAction.ACCEPT)), "reject"]
    assert yuexin(clone, "verify").returncode == 0


def test_what_cannot_be_done_is_said_with_its_exit_code(workspace: Workspace) -> None:
    put(workspace, "strange.csv", STRANGE)
    put(workspace, "express.csv", csv_text([{}]))
    take(workspace)
    published_file(workspace)
    reference = Reference.load(workspace.reference)
    file, late = _of(workspace, ReviewKind.UNCLAIMED)[0].item_id, _of(workspace, ReviewKind.LATE)[0].item_id
    for item_id, source, said in (
        ("00000000", "gd_tv4k", "no such item"),
        (file, "gd_tv4", "did you mean gd_tv4k"),
        (late, "gd_tv4k", "only a file"),
    ):
        with pytest.raises(review.NotPossible, match=said):
            review.accept(workspace, reference, item_id, source, None, None)
    for item_id, reason, said in ((late, "x", "only files and refusals"), (file, " ", "say why")):
        with pytest.raises(review.NotPossible, match=said):
            review.reject(workspace, reference, item_id, reason, None)
    with pytest.raises(review.NotPossible, match="team:"):
        review.assign(workspace, reference, file, "somebody", None)
    assert review_log.records(workspace) == []


def test_exit_codes(clone: Path) -> None:
    assert yuexin(clone, "review", "accept", "00000000", "--source", "gd_tv4k").returncode == 2
    put(Workspace(clone), "broken.csv", b"\xff\xfe\x00\x00\x81")
    assert yuexin(clone, "run", "--assessed-on", str(ASSESSED_ON)).returncode == 0
    item = _id(yuexin(clone, "review"), "broken.csv")
    refused = yuexin(clone, "review", "accept", item, "--source", "gd_tv4k")
    assert refused.returncode == 1, refused.stdout + refused.stderr
    put(Workspace(clone), "junk.csv", "x,y\n3,4\n")
    assert yuexin(clone, "run", "--assessed-on", str(ASSESSED_ON)).returncode == 0
    unlike = yuexin(clone, "review", "accept", _id(yuexin(clone, "review"), "junk.csv"), "--source", "gdpost_monthly")
    assert unlike.returncode == 1 and "unknown ['x', 'y']" in unlike.stdout + unlike.stderr
