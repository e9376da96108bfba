"""Pictures of the Dagster UI for the docs: a clone in a temporary folder, a run, `dagster dev`, headless Chromium.

`make screenshots` writes docs/pictures. Look at every picture afterwards: nothing here can tell whether it is pleasant.
"""

import base64
import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
PICTURES = Path(__file__).with_name("pictures")
WIDE, HIGH = 1360, 860
PATIENCE_SECONDS = 240
PAGES = {
    "lineage": ("/asset-groups", "targets"),
    "target_status": ("/assets/target_status?view=events", "4K电视用户"),
    "checks": ("/assets/check_results?view=checks&checkDetail=growth_unexplained", "公布增速与计算增速"),
    "launchpad": ("/locations/pipelines.definitions/jobs/monitor/playground", "No errors"),
}
"""A picture → its page, and a text that stands there once the page is whole."""


def wait_for(what: str, found: Callable[[], Any]) -> Any:
    """What is found once it is there.

    Raises:
        TimeoutError: it did not come.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            if got := found():
                return got
        time.sleep(0.5)
    raise TimeoutError(what)


def get(url: str) -> bytes:
    """What an address of this machine gives."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return bytes(answer.read())


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def started(command: list[str], folder: Path, log: Path) -> Iterator[None]:
    """A program with all that it starts, ended with this."""
    env = {**os.environ, "DAGSTER_HOME": str(folder), "PYTHONPATH": str(folder)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def clone(folder: Path) -> None:
    """A copy of what is committed, with one run made."""
    for name in ("schemas", "sources", "pipelines", "sql", "data/reference", "data/figures"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dagster.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    env = {**os.environ, "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-m", "pipelines", "run"], cwd=folder, env=env, check=True, capture_output=True)


class Browser:
    """A page of headless Chromium, driven by its own protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.numbers = itertools.count(1)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Calls a method of the protocol and gives its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said: dict[str, Any] = json.loads(self.socket.recv(timeout=60))
            if said.get("id") == number:
                return dict(said.get("result", {}))

    def shows(self, text: str) -> bool:
        """Whether a text stands on the page."""
        found = self.ask("Runtime.evaluate", expression=f"document.body.innerText.includes({json.dumps(text)})")
        return bool(found.get("result", {}).get("value"))

    def picture(self, path: Path) -> None:
        """Writes what is seen."""
        shot = self.ask("Page.captureScreenshot", format="png", optimizeForSpeed=False)
        path.write_bytes(base64.b64decode(shot["data"]))


def main() -> None:
    """Writes every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder, profile = Path(temporary) / "yuexin", Path(temporary) / "chromium"
        folder.mkdir()
        clone(folder)
        port, debug = free_port(), free_port()
        dagster = [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port)]
        chromium = [
            *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=zh-CN"),
            *(f"--window-size={WIDE},{HIGH}", f"--remote-debugging-port={debug}", f"--user-data-dir={profile}"),
            "about:blank",
        ]
        site, tools = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{debug}"
        with (
            started(dagster, folder, Path(temporary) / "dagster.log"),
            started(chromium, folder, Path(temporary) / "chromium.log"),
        ):
            wait_for("dagster dev", lambda: get(f"{site}/server_info"))
            tabs = wait_for("chromium", lambda: [t for t in json.loads(get(f"{tools}/json")) if t["type"] == "page"])
            with connect(tabs[0]["webSocketDebuggerUrl"], max_size=None) as socket:
                browser = Browser(socket)
                size = {"width": WIDE, "height": HIGH, "deviceScaleFactor": 1, "mobile": False}
                browser.ask("Emulation.setDeviceMetricsOverride", **size)
                for name, (address, text) in PAGES.items():
                    browser.ask("Page.navigate", url=site + address)
                    wait_for(f"{text} on {address}", lambda text=text: browser.shows(text))  # type: ignore[misc]
                    time.sleep(6)  # what is drawn after the text: graphs, pictures
                    browser.picture(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
