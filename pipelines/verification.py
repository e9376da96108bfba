"""Verification: do the bytes, the ledger and the publish still say the same?"""

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import audit, computing, expectations, ingest, publishing, states, warehouse
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.checks import CheckResult
from schemas.reference_data import Reference
from schemas.registry import COMPUTED, JUDGED
from sources.snapshots import LedgerBroken, SnapshotStore

_HISTORY = "first_seen_on, runs_seen"
"""What of a finding follows from the runs before, not from the bytes."""


@dataclass(frozen=True)
class _Scratch(Workspace):
    """The workspace with its warehouse elsewhere."""

    elsewhere: Path = Path()

    @property
    def warehouse(self) -> Path:
        return self.elsewhere / "warehouse.duckdb"


def verify_all(workspace: Workspace, reference: Reference, say: Callable[[str], None]) -> list[str]:
    """Every fault found in snapshots, ledger and the newest publish; says what was checked."""
    faults = _snapshot_faults(workspace, say)
    if faults:
        return faults
    manifest = publishing.current(workspace.published)
    if manifest is None:
        return ["nothing is published yet: make run"]
    folder = workspace.published / str(manifest["publish"])
    for name, about in manifest["files"].items():
        path = folder / name
        if not path.exists():
            faults.append(f"{path}: a file of the manifest is gone")
        elif publishing.file_sha256(path) != about["sha256"]:
            faults.append(f"{path}: its bytes are no longer those of the manifest")
    say(f"publish {manifest['publish']}: {len(manifest['files'])} files against their sha256")
    if not faults:
        faults += _as_of_faults(folder / publishing.DATABASE, say)
    if not faults:
        faults += _rebuild_faults(workspace, reference, folder, manifest, say)
    if not faults:
        say("核验通过 everything agrees")
    return faults


def _snapshot_faults(workspace: Workspace, say: Callable[[str], None]) -> list[str]:
    store = SnapshotStore(workspace.snapshots)
    try:
        arrivals = store.arrivals()
        shas = {a.sha256 for a in arrivals}
        for sha in shas:
            store.content(sha)
    except LedgerBroken as error:
        return [str(error)]
    say(f"ledger: {len(arrivals)} lines; snapshots: {len(shas)} files against their sha256")
    return []


def _as_of_faults(database: Path, say: Callable[[str], None]) -> list[str]:
    """Every table that has an as-of macro against what the macro gives on the last day."""
    with duckdb.connect(database, read_only=True) as connection:
        macros = {name for (name,) in connection.execute("SELECT function_name FROM duckdb_functions()").fetchall()}
        names = [t.info.name for t in COMPUTED if f"{t.info.name}_as_of" in macros]
        found = [differs for name in names if (differs := publishing.as_of_difference(connection, name))]
    say(f"as-of: {len(names)} tables against their macros on the last day")
    return found


def _rebuild_faults(
    workspace: Workspace,
    reference: Reference,
    folder: Path,
    manifest: dict[str, object],
    say: Callable[[str], None],
) -> list[str]:
    """Makes every computed table once more from the snapshots and compares it with the publish."""
    inputs = publishing.inputs_of(workspace, reference, dt.date.fromisoformat(str(manifest["assessed_on"])))
    if inputs != manifest["inputs"]:
        changed = [k for k, v in json.loads(json.dumps(manifest["inputs"])).items() if inputs[k] != v]
        say(f"not rebuilt: {', '.join(changed)} changed since the publish; make run publishes anew")
        return []
    with tempfile.TemporaryDirectory() as elsewhere:
        scratch = _Scratch(workspace.root, elsewhere=Path(elsewhere))
        kept = states.memory(workspace, reference, int(str(manifest["publish"])), folder / publishing.DATABASE)
        rebuild(scratch, reference, dt.date.fromisoformat(str(manifest["assessed_on"])), kept)
        with duckdb.connect(scratch.warehouse) as connection:
            connection.execute(f"ATTACH {warehouse.quoted(folder / publishing.DATABASE)} AS published (READ_ONLY)")
            compared = {t.info.name: "*" for t in (*COMPUTED, *JUDGED)}
            compared[CheckResult.info.name] = f"* EXCLUDE ({_HISTORY})"
            faults = [f for name, columns in compared.items() if (f := _difference(connection, name, columns))]
    say(f"rebuilt from the snapshots: {len(compared)} computed tables compared with the publish")
    return faults


def rebuild(workspace: Workspace, reference: Reference, assessed_on: dt.date, kept: states.Memory) -> None:
    """Makes a warehouse from the snapshots alone, with every computed table; earlier states are taken over."""
    marts = load_marts(workspace.sql)
    with warehouse.opened(workspace.warehouse, "rebuild", lambda _: None) as connection:
        warehouse.replace_reference(connection, reference, assessed_on)
        ingest.take_in(workspace, reference, connection, lambda arrivals: arrivals)
        computing.build_all(connection, COMPUTED, marts, kept)
        asked = expectations.tasks(reference.suites.values(), workspace.sql)
        with expectations.Expecting(asked, workspace.warehouse.parent / expectations.KEPT) as expecting:
            inputs = publishing.inputs_of(workspace, reference, assessed_on)
            found = expecting.findings(connection, inputs)
        audit.judge(connection, audit.load_audit(workspace.sql / "checks", reference), assessed_on, found)


def _difference(connection: duckdb.DuckDBPyConnection, name: str, columns: str) -> str | None:
    one, other = f"SELECT {columns} FROM {name}", f"SELECT {columns} FROM published.main.{name}"
    sizes = [
        connection.execute(f"SELECT count(*) FROM ({a} EXCEPT ALL {b})").fetchall()[0][0]
        for a, b in ((one, other), (other, one))
    ]
    if any(sizes):
        return f"{name}: {sizes[0]} rows rebuilt are not in the publish, {sizes[1]} of the publish are not rebuilt"
    return None
