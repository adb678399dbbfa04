"""The README's tour works: its own commands, run by a shell against a real server process."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = re.findall(r"<!-- tour -->\n```sh\n(.*?)```", README, re.DOTALL)
KEY = "tour-key-0123456789abcdef"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CASELINE_")},
        "CASELINE_DATA_DIR": str(tmp_path / "data"),
        "CASELINE_PORT": str(port),
        "CASELINE_ADMIN_KEY": KEY,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "app", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/readyz").close()  # noqa: S310 (an address of our own)
                break
            except OSError:
                time.sleep(0.1)
        yield address
        server.terminate()


def test_the_tour_of_the_readme_does_what_it_says(url: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the tour uses curl, which this machine does not have")
    start = f'export KEY={KEY} URL={url}\napi() {{ curl -sS --fail-with-body -H "Authorization: Bearer $KEY" "$@"; }}\n'
    script = start + "\n".join(STEPS).replace(
        'api "$URL/v1/cases/$CASE/records?dry_run=true"', '! api "$URL/v1/cases/$CASE/records?dry_run=true"'
    )
    ran = subprocess.run(["bash", "-eu", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr + ran.stdout[-2000:]
    assert '"outcome":"created"' in ran.stdout
    assert '"/problems/invalid-request"' in ran.stdout
    assert '"score":' in ran.stdout
    assert '"key":"cautions"' in ran.stdout
    assert "Example Person" not in ran.stdout[ran.stdout.index('"schema"') :]


def test_the_readme_names_every_setting() -> None:
    used = {
        f"CASELINE_{name}"
        for name in re.findall(
            r'get\("([A-Z_0-9]+)"', (ROOT / "app" / "config.py").read_text(encoding="utf-8")
        )
    }
    assert used <= {name.rstrip("_") for name in re.findall(r"CASELINE_[A-Z_0-9]+", README)}
