"""The log of reviews: what persons did, one durable line each, and what follows from it for the next run."""

import datetime as dt
from typing import Any

from pydantic import ValidationError

from pipelines.ingest import Delivery
from pipelines.workspace import Workspace
from schemas.codes import ReviewAction
from schemas.reviews import ReviewRecord
from sources.snapshots import LedgerBroken, SnapshotStore, append_lines


def records(workspace: Workspace) -> list[ReviewRecord]:
    """The log, line by line; a last line without its end was torn by a crash and is left out.

    Raises:
        LedgerBroken: a whole line does not parse.
    """
    path = workspace.review_log
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    try:
        return [ReviewRecord.model_validate_json(line) for line in lines]
    except ValidationError as error:
        raise LedgerBroken(f"{path}: not a line of the log of reviews; restore the file from a backup") from error


def append(workspace: Workspace, record: ReviewRecord) -> None:
    """Adds a line and makes it durable."""
    workspace.snapshots.mkdir(parents=True, exist_ok=True)
    append_lines(workspace.review_log, [record.model_dump(mode="json", exclude_none=True)])


def accepted(workspace: Workspace) -> list[Delivery]:
    """The files that persons accepted for a source and that the ledger does not hold as that source's yet."""
    done = records(workspace)
    if not done:
        return []
    store = SnapshotStore(workspace.snapshots)
    arrivals = store.arrivals()
    held = {(a.sha256, a.source_id) for a in arrivals}
    names = {a.sha256: a.name for a in reversed(arrivals)}
    return [
        Delivery(store.path(r.sha256), r.source_id, r.released_on, names[r.sha256])
        for r in done
        if r.action is ReviewAction.ACCEPT and r.sha256 in names and (r.sha256, r.source_id) not in held
    ]


def review_rows(workspace: Workspace) -> list[dict[str, Any]]:
    """The rows of `reviews`."""
    return [
        {
            **r.model_dump(exclude={"at", "by", "sha256"}),
            "review_number": number,
            "reviewed_at": r.at.astimezone(dt.UTC).replace(tzinfo=None),
            "reviewed_by": r.by,
        }
        for number, r in enumerate(records(workspace), 1)
    ]
