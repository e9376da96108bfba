"""`yuexin check`: what it reports of what is held and of files, in which forms, with which exit codes."""

import dataclasses
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from pipelines import check_formats, checking, cli
from pipelines.checking import Checked, Finding
from pipelines.ingest import Delivery
from pipelines.workspace import Workspace
from schemas.codes import CheckKind, FindingStatus, Severity
from schemas.reference_data import Reference
from sources.snapshots import LedgerBroken
from tests.checks.judging import AUDIT
from tests.faults.processes import holding
from tests.support import ROOT, copy_of_clone, csv_text, take, yuexin

MONTH = {"frequency": "M", "basis": "cumulative", "area_code": "440100"}
HELD = [{**MONTH, "period": "2023-05", "value": "350.2", "released_on": "2023-06-30"}]
FALLS = [{**MONTH, "period": "2023-06", "value": "340.2", "released_on": "2023-07-30"}]
SECRET = [
    {**MONTH, "period": "2020-01", "value": "45.0"},
    {**MONTH, "basis": "period", "period": "2020-01", "value": "", "obs_status": "Q"},
]
REFUSED = [{"area_code": "Guangdnog"}, {"value": "[/b]100 | @all `x`"}]
GOOD = csv_text([{"area_code": "440300", "value": "1.0"}])


def everything(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Every file and folder: when it was last changed, and its bytes or names."""
    return {
        p.relative_to(folder).as_posix(): (
            p.lstat().st_mtime_ns,
            str(p.readlink()) if p.is_symlink() else p.read_bytes() if p.is_file() else "",
        )
        for p in sorted(folder.rglob("*"))
        if "__pycache__" not in p.parts
    }


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone that holds one file of figures."""
    folder = copy_of_clone(tmp_path_factory.mktemp("check"))
    for path in folder.glob("data/figures/*/*.csv"):
        if path.name != "express.csv":
            path.unlink()
    return folder


@pytest.fixture
def bare(workspace: Workspace) -> Workspace:
    """A workspace that holds nothing, and explains nothing."""
    for path in (workspace.reference / "explanations").iterdir():
        path.unlink()
    return workspace


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files to be checked, in a folder with a blank in its name."""
    folder = tmp_path_factory.mktemp("files") / "data of today"
    folder.mkdir()
    (folder / "express_good.csv").write_text(GOOD, "utf-8")
    (folder / "express_gbk.csv").write_bytes(csv_text([{"area_code": "深圳市"}]).encode("gb18030"))
    (folder / "express_falls.csv").write_text(csv_text([*HELD, *FALLS]), "utf-8")
    (folder / "express_secret.csv").write_text(csv_text(SECRET), "utf-8")
    (folder / "express_refused.csv").write_text(csv_text(REFUSED), "utf-8")
    (folder / "strange.csv").write_text("a,b\n1,2\n", "utf-8")
    (folder / "express_empty.csv").write_text("", "utf-8")
    (folder / "express.xlsx").write_bytes(b"PK\x03\x04\0\0\0\0")
    return folder


def run(clone: Path, *arguments: str) -> Result:
    """The command in this process: starting one takes longer than a check of little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "ROOT", clone)
        return CliRunner().invoke(cli.app, ["check", *arguments])


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("express_good.csv", 0, "通过 passed"),
        ("express_gbk.csv", 0, "通过 passed"),
        ("express_falls.csv", 0, "累计 340.2 < 上月累计 350.2 万件"),
        ("express_secret.csv", 1, "suppressed_by_month"),
        ("express_refused.csv", 1, "did you mean"),
        ("strange.csv", 1, "file.unclaimed"),
        ("express_empty.csv", 1, "file.empty"),
        ("express.xlsx", 1, "file.not_text"),
    ],
)
def test_a_file_passes_or_fails_and_is_told_why(clone: Path, files: Path, name: str, code: int, said: str) -> None:
    ran = run(clone, str(files / name))
    assert (ran.exit_code, said in ran.stdout) == (code, True), ran.stdout + ran.stderr
    assert ("通过 passed" if code == 0 else "未通过 failed") in ran.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("absent.csv",), "absent.csv"),
        (("/",), "is a directory"),
        (("--format", "xml"), "xml"),
        (("--since", "2020-13"), "neither a day nor a period"),
        (("--source", "gd_tv4"), "did you mean gd_tv4k?"),
        (("--released-on", "2020-01-01"), "name the files"),
        (("--released-on", "2099-01-01", __file__), "in the future"),
    ],
)
def test_what_cannot_be_checked_ends_with_exit_2(clone: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = run(clone, *arguments)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert isinstance(ran.exception, SystemExit)


@pytest.mark.parametrize("harm", ["reference", "ledger", "check"])
def test_a_faulty_clone_ends_with_exit_2(tmp_path: Path, harm: str) -> None:
    clone = copy_of_clone(tmp_path)
    path, text = {
        "reference": (clone / "data/reference/sources/gd_tv4k.yaml", "source_id: gd_tv4k\n"),
        "ledger": (clone / "data/snapshots/ledger.jsonl", "{}\n"),
        "check": (clone / "sql/checks/jump.sql", "SELECT 1"),
    }[harm]
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    ran = run(clone)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert path.name in ran.stderr.replace("\n", "")
    assert isinstance(ran.exception, SystemExit)


def test_a_snapshot_that_is_gone_or_changed_is_named_where_it_should_lie(bare: Workspace) -> None:
    hold(bare, "express_held.csv", HELD)
    take(bare)
    (bare.figures / "express_held.csv").unlink()
    snapshot = next(bare.snapshots.glob("??/*"))
    for harm in (lambda: snapshot.write_bytes(b"x"), snapshot.unlink):
        harm()
        with pytest.raises(LedgerBroken, match=re.escape(str(snapshot))):
            found(bare)


def test_nothing_is_written_also_beside_a_run_and_after_one(tmp_path: Path) -> None:
    clone = copy_of_clone(tmp_path / "clone")
    assert yuexin(clone, "check").returncode == 0
    assert sorted(p.name for p in (clone / "data").iterdir()) == ["figures", "reference"]
    assert yuexin(clone, "run").returncode == 0
    given = clone / "data" / "inbox" / "express_given.csv"
    given.parent.mkdir(exist_ok=True)
    given.write_text(csv_text(HELD), "utf-8")
    with holding(Workspace(clone), "a run"):
        before = everything(clone)
        for files, form in [((), "text"), ((str(given),), "json"), ((), "junit"), ((str(given),), "markdown")]:
            assert yuexin(clone, "check", *files, "--format", form).returncode == 0
        assert everything(clone) == before


def test_it_works_in_a_clone_that_cannot_be_written(files: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clone = copy_of_clone(Path(folder) / "clone")
        for path in [clone, *clone.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        file = Path(folder) / "express_good.csv"
        file.write_bytes((files / "express_good.csv").read_bytes())
        before = everything(clone)
        unprivileged = (
            ["setpriv", "--bounding-set=-dac_override"] if os.getuid() == 0 else []
        )  # root may write anywhere
        ran = subprocess.run(
            [*unprivileged, sys.executable, "-m", "pipelines", "check", str(file)],
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(clone)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        after = everything(clone)
        for path in [clone, *clone.rglob("*")]:
            path.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert "通过 passed" in ran.stdout
    assert after == before


def found(workspace: Workspace, *paths: Path, source_id: str | None = None, since: dt.date | None = None) -> Checked:
    """What a check of a workspace finds."""
    given = [Delivery(path, source_id) for path in paths]
    return checking.check(workspace, Reference.load(workspace.reference), given, source_id=source_id, since=since)


def shown(checked: Checked) -> list[tuple[str, str | None, str | None, bool]]:
    """Rule, file, cell, and whether given files caused it."""
    return [(f.rule, f.file, f.locator, f.caused) for f in checked.findings]


def hold(workspace: Workspace, name: str, rows: list[dict[str, str]]) -> None:
    """A file among the figures that ship."""
    workspace.figures.mkdir(exist_ok=True)
    (workspace.figures / name).write_text(csv_text(rows), "utf-8")


def test_a_file_is_judged_by_the_history_that_is_held(bare: Workspace, tmp_path: Path) -> None:
    hold(bare, "express_may.csv", HELD)
    june = tmp_path / "express_june.csv"
    june.write_text(csv_text(FALLS), "utf-8")
    assert shown(found(bare, june)) == [("cumulative_falls", str(june), "line 2, column 7", False)]


def test_a_cell_that_is_held_may_be_accused_because_of_a_file(bare: Workspace, tmp_path: Path) -> None:
    """A file gives the value of the month before: the cell held is then less than it, and is marked as caused."""
    hold(bare, "express_june.csv", FALLS)
    may = tmp_path / "express_may.csv"
    may.write_text(csv_text(HELD), "utf-8")
    assert shown(found(bare, may)) == [("cumulative_falls", "express_june.csv", "line 2, column 7", True)]
    assert shown(found(bare)) == []


def test_findings_that_were_there_before_are_not_those_of_a_file(bare: Workspace, tmp_path: Path) -> None:
    """A further year changes what is usual, and so the numbers of a formula; that is no new finding."""
    values = {"2015": "100", "2016": "110", "2017": "121", "2018": "300", "2019": "330"}
    hold(bare, "express_years.csv", [{"period": year, "value": value} for year, value in values.items()])
    before = found(bare)
    assert shown(before) == [("jump", "express_years.csv", "line 5, column 7", False)]
    more = tmp_path / "express_more.csv"
    more.write_text(csv_text([{"period": "2020", "value": "366", "released_on": "2021-06-30"}]), "utf-8")
    assert shown(found(bare, more)) == []


def test_a_file_that_is_held_is_reported_as_given(bare: Workspace, tmp_path: Path) -> None:
    hold(bare, "express_held.csv", [*HELD, *FALLS])
    again = tmp_path / "express_again.csv"
    shutil.copy(bare.figures / "express_held.csv", again)
    assert shown(found(bare, again)) == [("cumulative_falls", str(again), "line 3, column 7", False)]


def test_source_names_the_source_of_files_or_chooses_findings(bare: Workspace, tmp_path: Path) -> None:
    hold(bare, "express_held.csv", [*HELD, *FALLS])
    strange = tmp_path / "strange.csv"
    strange.write_text(csv_text([*HELD, *FALLS, {}]), "utf-8")
    assert [r for r, *_ in shown(found(bare, strange))] == ["file.unclaimed"]
    assert [r for r, *_ in shown(found(bare, strange, source_id="gdca_telecom"))] == ["cumulative_falls"]
    assert [r for r, *_ in shown(found(bare, source_id="gdpost_monthly"))] == ["cumulative_falls"]
    assert shown(found(bare, source_id="gdca_telecom")) == []


@pytest.mark.parametrize(("since", "n"), [("2023-07", 0), ("2023-06-30", 1), ("2023", 1), ("2024", 0), ("2023-Q3", 0)])
def test_since_keeps_periods_that_end_then_or_later(bare: Workspace, since: str, n: int) -> None:
    hold(bare, "express_held.csv", [*HELD, *FALLS])
    period = checking.period_of(since)
    assert period is not None
    assert len(found(bare, since=period.start).findings) == n


def test_a_value_that_is_secret_now_is_shown_in_no_form(bare: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "express_secret.csv"
    given = {"period": "2019", "value": "98765.4"}
    file.write_text(csv_text([given, {**given, "value": "", "obs_status": "Q", "released_on": "2021-06-30"}]), "utf-8")
    checked = found(bare, file)
    assert [r for r, *_ in shown(checked)] == ["suppressed_before"]
    for said in (check_formats.as_json, check_formats.as_junit, check_formats.as_markdown):
        assert "98765" not in said(checked)


def of_text(text: str | None, **change: object) -> Finding:
    """A finding whose cell holds a text."""
    fields: dict[str, object] = dict.fromkeys((f.name for f in dataclasses.fields(Finding)), None)
    fields |= {
        "refused": True,
        "rule": "value.not_a_number",
        "zh": "拒收",
        "en": "refused",
        "kind": CheckKind.MUST,
    }
    fields |= {"severity": Severity.ERROR, "status": FindingStatus.OPEN, "caused": False}
    fields |= {"file": "a|b.csv", "locator": "line 2, column 7", "text": text, "do_zh": f"改“{text}”", "do_en": "mend"}
    return Finding(**{**fields, **change})  # type: ignore[arg-type]


def test_texts_from_files_are_no_markup() -> None:
    text = "<img src=x> @all `x` | \x00\x1b[31m\n# one"
    checked = Checked([of_text(text)], AUDIT.checks, [], 0)
    ET.fromstring(check_formats.as_junit(checked))
    page = check_formats.as_markdown(checked)
    row = page.splitlines()[4]
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    outside = re.sub(r"`[^`]*`", "", row)
    assert not any(said in outside for said in ("<img", "@all", "a|b"))
    assert "# one" not in page.splitlines()


def test_the_terminal_shows_brackets_as_they_are(clone: Path, files: Path) -> None:
    assert "[/b]100" in run(clone, str(files / "express_refused.csv")).stdout


def test_junit_has_a_case_for_each_file_and_rule(clone: Path, files: Path) -> None:
    names = ["express_good.csv", "express_falls.csv", "express_secret.csv", "express_refused.csv"]
    ran = run(clone, *(str(files / n) for n in names), "--format", "junit")
    assert ran.exit_code == 1
    root = ET.fromstring(ran.stdout)
    suites = {s.get("name", "").split()[0]: s for s in root}
    assert list(suites) == ["intake", "explain", "must"]
    failed = {
        (Path(c.get("classname", "")).name, c.get("name"))
        for c in root.iter("testcase")
        if c.find("failure") is not None
    }
    assert failed == {("express_refused.csv", "read"), ("express_secret.csv", "suppressed_by_month")}
    skipped = {
        (Path(c.get("classname", "")).name, c.get("name"))
        for c in root.iter("testcase")
        if c.find("skipped") is not None
    }
    assert skipped == {("express_falls.csv", "cumulative_falls")}
    assert {c.get("name") for s in ("explain", "must") for c in suites[s]} == {
        c.name for c in AUDIT.checks if c.suite is None
    }
    assert [s.get("failures") for s in (root, *root)] == ["2", "1", "0", "1"]
    assert root.get("tests") == str(len(list(root.iter("testcase"))))


def test_json_is_alone_on_the_standard_output_and_has_the_fields_that_the_documents_name(
    clone: Path, files: Path
) -> None:
    ran = yuexin(clone, "check", str(files / "express_falls.csv"), "--format", "json")
    said = json.loads(ran.stdout)
    documented = (ROOT / "docs" / "checks.md").read_text("utf-8").partition("--format json")[2]
    for name in [*said, *said["counts"], *said["files"][0], *said["rules"][0], *said["findings"][0]]:
        assert f"`{name}`" in documented
    assert said["passed"] is True
    assert said["counts"] == {"refused": 0, "errors": 0, "open": 1, "explained": 0, "observations": 22}
    assert said["findings"][0]["difference"] == "-10"


def test_on_the_shipped_data_it_passes_with_explained_warnings(tmp_path: Path) -> None:
    ran = yuexin(copy_of_clone(tmp_path, suites=True), "check")
    assert ran.returncode == 0
    *_, explained, verdict = ran.stdout.splitlines()
    assert "sources_disagree" in ran.stdout
    assert re.search(r"refused 0 .* errors 0 .* open warnings 0 .* explained \d{3}", verdict)
    assert len(ran.stdout.splitlines()) <= 4, explained


def test_make_passes_files_on() -> None:
    # A make inside a make (`make test`) would say which folder it enters.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(
        ["make", "-n", "-o", ".venv/run.done", "check", 'FILES="a b.csv" c.csv --format json'],
        cwd=ROOT, env=alone, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.strip() == './yuexin check "a b.csv" c.csv --format json'


def test_the_script_for_ci_checks_a_repository_of_data(clone: Path, files: Path, tmp_path: Path) -> None:
    repository = tmp_path / "data repository"
    (repository / "月报").mkdir(parents=True)
    command = tmp_path / "yuexin"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{clone}" exec "{sys.executable}" -m pipelines "$@"\n', "utf-8")
    command.chmod(0o755)
    summary = tmp_path / "summary.md"

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True)

    def run(program: Path) -> int:
        env = {**os.environ, "YUEXIN": str(program), "GITHUB_STEP_SUMMARY": str(summary)}
        script = ROOT / "docs" / "ci" / "check_data.sh"
        return subprocess.run([script], cwd=repository, env=env, check=False, capture_output=True).returncode

    git("init", "-q")
    assert run(command) == 0
    shutil.copy(files / "express_good.csv", repository / "月报" / "express 2019.csv")
    git("add", ".")
    assert run(command) == 0
    assert ET.parse(repository / "reports" / "check.xml").getroot().get("failures") == "0"
    shutil.copy(files / "express_refused.csv", repository / "express_2020.csv")
    git("add", "*.csv")
    assert run(command) == 1
    root = ET.parse(repository / "reports" / "check.xml").getroot()
    assert {s.get("classname") for s in root.iter("testcase") if s.find("failure") is not None} == {"express_2020.csv"}
    page = (repository / "reports" / "check.md").read_text("utf-8")
    assert page.startswith("### ❌ 未通过 failed")
    assert summary.read_text("utf-8").endswith(page)
    assert run(tmp_path / "no such program") == 2


def test_the_workflow_runs_the_script() -> None:
    steps = yaml.safe_load((ROOT / "docs" / "ci" / "check_data.yml").read_text("utf-8"))["jobs"]["check"]["steps"]
    assert ".yuexin/docs/ci/check_data.sh" in [s.get("run") for s in steps]
    assert os.access(ROOT / "docs" / "ci" / "check_data.sh", os.X_OK)
