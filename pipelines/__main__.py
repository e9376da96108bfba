"""`python -m pipelines`: the command line, in a process that lives as long as one command."""

import gc
import os
import sys

gc.disable()  # nothing that loading makes is garbage; looking for it would take a tenth of a run's time

from pipelines.cli import app  # noqa: E402

try:
    app(prog_name="yuexin")
except SystemExit as ended:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(ended.code or 0))  # all files are closed; taking the modules apart would take half a second
