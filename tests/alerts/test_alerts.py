"""Alerts of runs: told once, in words that help; again after recovery and relapse; owed until sent; never secret."""

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines import alerts, channels
from pipelines.alerts import AlertFaults, settings
from pipelines.automation import watch_sensor
from pipelines.workspace import Workspace
from schemas.alerts import AlertKind
from schemas.reference_data import Reference
from tests.alerts.servers import Hook, hook_server
from tests.faults.processes import instance_at, run_at, started_run
from tests.support import copy_of_clone, csv_text, published_file, put, take, yuexin

DAY = dt.date(2026, 11, 20)
CANARY = "canary-7f3a9-secret"
MONTH = {"frequency": "M", "basis": "cumulative", "period": "2026-09", "released_on": "2026-10-20"}
SECRET = [
    {**MONTH, "period": "2026-01", "released_on": "2026-02-15"},
    {**MONTH, "period": "2026-01", "released_on": "2026-02-15", "basis": "period", "value": "", "obs_status": "Q"},
]
"""January's cumulative value gives the suppressed month: an error."""


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    with hook_server(Hook()) as server:
        monkeypatch.setenv("THE_URL", f"{server.url}/{CANARY}")
        yield server


def recipients(*said: dict[str, Any]) -> str:
    """The settings file."""
    return json.dumps({"recipients": said}, ensure_ascii=False)


def robot(**said: Any) -> dict[str, Any]:
    return {"name": "robot", "channel": "webhook", "url_env": "THE_URL", "longest": 100_000, **said}


def told_by(workspace: Workspace, *said: dict[str, Any]) -> None:
    """Writes the settings."""
    (workspace.reference / alerts.SETTINGS).write_text(recipients(*said), "utf-8")


def texts(hook: Hook) -> list[str]:
    """What was posted since the last time."""
    found = [json.loads(content)["text"] for _, content in hook.posts]
    hook.posts.clear()
    return found


def handed_in(workspace: Workspace, name: str, rows: Sequence[dict[str, str]]) -> None:
    """A file in the inbox that has long been still."""
    os.utime(put(workspace, name, csv_text(rows)), (0, 0))


def test_nobody_is_told_where_nobody_is_named_and_nothing_is_written(workspace: Workspace) -> None:
    assert settings(workspace.reference).recipients == ()
    assert run_at(None, workspace, DAY).errors == []
    assert not workspace.alerts_log.exists()
    (workspace.reference / alerts.SETTINGS).unlink()
    assert settings(workspace.reference).recipients == ()


def test_a_late_source_is_told_once_and_again_after_recovery_and_relapse(workspace: Workspace, hook: Hook) -> None:
    told_by(workspace, robot(kinds=["source_late"]))
    handed_in(workspace, "express_5.csv", [{**MONTH, "period": "2026-05", "released_on": "2026-06-15"}])
    assert run_at(None, workspace, DAY).errors == []
    (text,) = texts(hook)
    name = Reference.load(workspace.reference).sources["gdpost_monthly"]
    late = f"来源迟到：{name.zh}（gdpost_monthly，{name.publisher}）。最新持有 2026-05，按发布日程应有 2026-09。"
    assert late in text
    assert "Newest held 2026-05, due 2026-09." in text
    assert "data/reference/sources/gdpost_monthly.yaml" in text and "make run" in text
    assert run_at(None, workspace, DAY + dt.timedelta(1)).errors == []
    assert texts(hook) == [], "not every day"
    handed_in(workspace, "express_9.csv", [MONTH])
    run_at(None, workspace, DAY)
    assert texts(hook) == []
    run_at(None, workspace, DAY + dt.timedelta(60))
    (text,) = texts(hook)
    assert "gdpost_monthly" in text and "最新持有 2026-09" in text
    assert text.count("来源迟到：") == 1, "the other sources have been late all the time"


def test_an_error_stops_the_publish_and_is_told_with_file_and_place(workspace: Workspace, hook: Hook) -> None:
    told_by(workspace, robot(kinds=["run_failed", "error_found"]))
    handed_in(workspace, "express_secret.csv", SECRET)
    assert run_at(None, workspace, DAY).errors
    (text,) = texts(hook)
    assert "强制性检查 suppressed_by_month 不通过" in text
    assert "文件 express_secret.csv，line 3, column" in text
    assert "The check suppressed_by_month fails and stops the publish" in text
    assert "运行失败（步骤 checks）" in text and "in step checks" in text and "/runs/" in text
    run_at(None, workspace, DAY)
    assert texts(hook) == [], "it failed for the same reason"
    handed_in(
        workspace,
        "express_put_right.csv",
        [{**SECRET[1], "value": "100.0", "obs_status": "A", "released_on": "2026-02-16"}],
    )
    assert run_at(None, workspace, DAY).errors == []
    assert texts(hook) == []
    handed_in(workspace, "express_again.csv", [{**SECRET[1], "released_on": "2026-02-17"}])
    run_at(None, workspace, DAY)
    (text,) = texts(hook)
    assert "suppressed_by_month" in text and "运行失败" in text, "a relapse is told"


def test_a_run_that_cannot_begin_is_told_once(tmp_path: Path, hook: Hook) -> None:
    clone = copy_of_clone(tmp_path)
    workspace = Workspace(clone)
    shutil.rmtree(workspace.figures)
    told_by(workspace, robot(kinds=["run_failed"]))
    source = workspace.reference / "sources" / "gdpost_monthly.yaml"
    whole = source.read_text("utf-8")
    source.write_text(whole.replace("publisher:", "publishers:"), "utf-8")
    assert yuexin(clone, "run").returncode == 2
    (text,) = texts(hook)
    assert "运行失败（尚未开始任何步骤" in text and "sources/gdpost_monthly.yaml" in text and "publishers" in text
    assert "Where: data/reference." in text
    assert yuexin(clone, "run").returncode == 2
    assert texts(hook) == []
    source.write_text(whole, "utf-8")
    assert yuexin(clone, "run").returncode == 0
    source.write_text(whole.replace("publisher:", "publishers:"), "utf-8")
    assert yuexin(clone, "run").returncode == 2
    assert len(texts(hook)) == 1, "a relapse is told"


def test_what_could_not_be_sent_is_owed_and_fails_no_run(workspace: Workspace, hook: Hook) -> None:
    told_by(workspace, robot(kinds=["run_failed"]), robot(name="other", url_env="NOT_SET", kinds=["run_failed"]))
    hook.status = 500
    handed_in(workspace, "express_secret.csv", SECRET)
    run_at(None, workspace, DAY)
    assert len(texts(hook)) == 1
    hook.status = 200
    handed_in(
        workspace,
        "express_put_right.csv",
        [{**SECRET[1], "value": "100.0", "obs_status": "A", "released_on": "2026-02-16"}],
    )
    assert run_at(None, workspace, DAY).errors == []
    (text,) = texts(hook)
    assert "运行失败（步骤 checks）" in text and "补发：此事后已解除" in text and "no longer stands" in text
    run_at(None, workspace, DAY)
    assert texts(hook) == []
    owed = {row[0]: row[3] for row in alerts.overview(workspace, attempt=False)}
    assert owed == {"robot": 0, "other": 1}


def test_each_is_told_of_what_he_asked_for_in_his_language(
    workspace: Workspace, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "_SHOWN", 3)
    told_by(
        workspace,
        robot(name="zh", language="zh", kinds=["source_late"]),
        robot(name="en", language="en", kinds=["source_late"]),
        robot(name="other", kinds=["verdict_changed"]),
    )
    run_at(None, workspace, DAY)
    posted = [json.loads(content) for _, content in hook.posts]
    assert [p["title"].split(" ")[0] for p in posted] == ["粤信：来源迟到", "Yuexin:"]
    assert "Newest held" not in posted[0]["text"] and "最新持有" not in posted[1]["text"]
    late = sum(1 for s in Reference.load(workspace.reference).sources.values() if s.calendar)
    assert f"… 另有 {late - 3} 项" in posted[0]["text"]
    assert posted[0]["text"].count("来源迟到：") == 3
    told_by(workspace, robot(name="new", kinds=["source_late"]))
    hook.posts.clear()
    run_at(None, workspace, DAY)
    assert texts(hook) == [], "who joins later is not told of what was told before"


def test_a_changed_verdict_is_told_with_its_cause(shipped: Workspace) -> None:
    take(shipped)
    database = published_file(shipped)
    reference = Reference.load(shipped.reference)
    with duckdb.connect(database.parent / "copy.duckdb") as connection:
        connection.execute(f"ATTACH '{database}' AS newest (READ_ONLY)")
        for name in ("targets", "target_status", "target_states", "status_changes", "codes"):
            connection.execute(f"CREATE TABLE {name} AS FROM newest.{name}")
        assert list(alerts._verdicts(connection)) == []
        connection.execute(
            "INSERT INTO target_states SELECT * REPLACE (2 AS sequence) FROM target_states WHERE occasion = 'publish'"
        )
        connection.execute(
            "INSERT INTO status_changes BY NAME SELECT target_id, area_code, 'publish' AS occasion, 2 AS sequence, "
            "1 AS sequence_before, 'not_assessable' AS verdict_before, verdict, 'new_period' AS cause, "
            "'new_period' AS causes, 0 AS target_value, 0 AS target_value_before, assessed_on, "
            "assessed_on AS assessed_before FROM target_status WHERE target_id = 'T1'"
        )
        (alert,) = alerts._verdicts(connection)
    target = next(t for t in reference.targets if t.target_id == "T1")
    assert alert.passes and alert.kind is AlertKind.VERDICT_CHANGED
    assert f"目标 T1（{target.zh}）的结论变化：无法评价 → " in alert.zh
    assert "not_assessable → met" in alert.en and "data/published/2" in alert.en


def test_a_waiver_that_expired_is_told_from_the_day_after_its_last() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE parameters AS SELECT DATE '2026-11-20' AS assessed_on")
        connection.execute(
            "CREATE TABLE waivers AS FROM (VALUES ('w1', 'jump', 's1', DATE '2026-11-19', '张三', '等待年报', 'until "
            "the yearbook'), ('w2', 'jump', 's1', DATE '2026-11-20', '张三', '', '')) AS v "
            '(waiver_id, check_name, source_id, "until", waived_by, zh, en)'
        )
        (alert,) = alerts._expired_waivers(connection)
    assert "豁免 w1 已于 2026-11-19 到期，检查 jump（来源 s1）" in alert.zh and "等待年报" in alert.zh
    assert "expired on 2026-11-19" in alert.en and not alert.passes


def test_a_run_that_was_killed_is_told_by_the_daemon_or_the_next_run(
    workspace: Workspace, hook: Hook, tmp_path: Path
) -> None:
    told_by(workspace, robot(kinds=["run_failed"]))
    home = tmp_path / "home"
    assert run_at(home, workspace, DAY).errors == []
    assert texts(hook) == []
    for teller in ("daemon", "run"):
        (workspace.warehouse.parent / "writer.lock").unlink(missing_ok=True)
        with started_run(home, workspace, DAY) as process:
            alive = workspace.warehouse.parent / "alive"
            deadline = time.monotonic() + 60
            while not (alive.exists() and list(alive.iterdir())) and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.2)
            process.kill()
            process.join()
        if teller == "daemon":
            _tick(workspace, home)
        else:
            assert run_at(home, workspace, DAY).errors == []
        (text,) = texts(hook)
        assert "A run failed (before any step, or its process is gone)" in text, teller
        assert "its process is gone; marked as failed by the run after it" in text
        _tick(workspace, home)
        assert texts(hook) == [], "told once"


def _tick(workspace: Workspace, home: Path) -> None:
    with instance_at(home) as instance:
        watch_sensor(workspace).evaluate_tick(dg.build_sensor_context(instance=instance))


def test_two_runs_of_which_one_cannot_write_are_told(
    workspace: Workspace, hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_by(workspace, robot(kinds=["run_failed"]))
    home = tmp_path / "home"
    run_at(home, workspace, DAY)
    with workspace.writer(lambda _: None), monkeypatch.context() as patched:
        patched.setattr("pipelines.workspace.time.monotonic", iter(range(0, 10**9, 1000)).__next__)
        (error,) = run_at(home, workspace, DAY).errors
    assert "another run is writing" in error
    assert texts(hook) == []
    _tick(workspace, home)
    (text,) = texts(hook)
    assert "another run is writing" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (robot(url_env=f"https://example.org/{CANARY}"), "alerts.yaml:1: recipients.0.webhook.url_env"),
        (robot(channel="pigeon"), "alerts.yaml:1: recipients.0"),
        (
            {"name": "a", "channel": "email", "to": ["x"], "sender": "y", "host": "z", "user": "u"},
            "user and password_env go together",
        ),
        (
            {
                **{"name": "a", "channel": "email", "to": ["x"], "sender": "y", "host": "z", "user": "u"},
                **{"password_env": "P", "security": "none"},
            },
            "a password is sent over starttls or tls alone",
        ),
    ],
)
def test_wrong_settings_are_named_without_what_stood_there(
    workspace: Workspace, wrong: dict[str, Any], said: str
) -> None:
    told_by(workspace, wrong)
    with pytest.raises(AlertFaults) as fault:
        settings(workspace.reference)
    assert said in str(fault.value)
    assert CANARY not in str(fault.value)


def test_settings_that_cannot_be_used_fail_no_run(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    told_by(workspace, robot(channel=CANARY))
    assert run_at(None, workspace, DAY).errors == []
    assert "alerts.yaml:1" in " ".join(capfd.readouterr().err.split())


def test_a_secret_is_in_no_file_and_on_no_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every channel fails in every way, in a run that fails; then all that was written and printed is searched."""
    clone = copy_of_clone(tmp_path / "clone")
    for figures in (clone / "data" / "figures").iterdir():
        if figures.is_dir() and figures.name != "gdpost":
            for path in figures.iterdir():
                path.unlink()
    said = []
    with (
        hook_server(Hook(status=500)) as broken,
        hook_server(Hook(answer=f'{{"code": 7, "msg": "{CANARY}"}}'.encode())) as no,
    ):
        urls = {
            "REFUSED": f"http://127.0.0.1:1/{CANARY}",
            "BROKEN": f"{broken.url}/{CANARY}",
            "ANSWERS": f"{no.url}/{CANARY}",
            "INVALID": f"http://127.0.0.1/a {CANARY}",
            "SCHEME": CANARY,
            "HOST": f"http://{CANARY}.invalid/",
        }
        for name, url in urls.items():
            monkeypatch.setenv(name, url)
            said.append(robot(name=name, url_env=name))
        monkeypatch.setenv("PASSWORD", CANARY)
        mail = {"channel": "email", "to": ["a@x.org"], "sender": "b@x.org", "user": "u", "password_env": "PASSWORD"}
        said.append({"name": "mail", "host": "127.0.0.1", "port": 1, **mail})
        (clone / "data" / "reference" / alerts.SETTINGS).write_text(recipients(*said), "utf-8")
        handed_in(Workspace(clone), "express_secret.csv", SECRET)
        outcome = yuexin(clone, "run")
        tried = yuexin(clone, "alerts", "--try")
    assert (outcome.returncode, tried.returncode) == (1, 1), outcome.stderr + tried.stderr
    for name in (*urls, "mail"):
        assert f"could not be sent to {name}," in " ".join(outcome.stderr.split()), outcome.stderr
        assert name in tried.stdout
    printed = outcome.stdout + outcome.stderr + tried.stdout + tried.stderr
    assert CANARY not in printed
    files = [p for p in clone.rglob("*") if p.is_file()]
    assert any(".dagster" in p.parts for p in files) and (clone / "data" / "snapshots" / "alerts.jsonl") in files
    assert [p for p in files if CANARY.encode() in p.read_bytes()] == []


def test_a_trial_reaches_everybody(workspace: Workspace, hook: Hook) -> None:
    told_by(workspace, robot())
    ((name, channel, _, owed, tried),) = alerts.overview(workspace, attempt=True)
    assert (name, channel, owed, tried) == ("robot", "webhook", 0, alerts.SENT)
    assert "This is a trial" in texts(hook)[0]
    assert channels.TIMEOUT_SECONDS <= 10
