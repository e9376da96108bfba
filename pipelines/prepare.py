"""What the install leaves ready, so that the first run need not: Dagster's databases, and a publish without a row."""

from pathlib import Path

from pipelines.history import instance_of
from pipelines.marts import load_marts
from pipelines.publishing import frame
from pipelines.workspace import Workspace


def main() -> None:
    """Makes both where they are missing; a run makes them, too, if other code needs them anew."""
    workspace = Workspace(Path.cwd())
    with workspace.writer(print), instance_of(workspace.root):
        frame(workspace, load_marts(workspace.sql))


if __name__ == "__main__":
    main()
