"""`make serve`: the pages of the publishes, for this machine alone, while the process that started this one lives."""

import os
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipelines.pages import PORT
from pipelines.workspace import Workspace


def main() -> None:
    """Serves the folder of the publishes; a port that is taken ends this process with a line that says so."""
    parent = os.getppid()
    folder = Workspace(Path(__file__).resolve().parents[1]).published
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    except OSError as error:
        sys.exit(f"网页未能打开 the pages are not shown on port {PORT}: {error.strerror}; name another: PAGES_PORT=…")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.getppid() == parent:
        time.sleep(0.5)


if __name__ == "__main__":
    main()
