"""Every rule of every checklist is exercised both ways by the tests that say what comes out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_rule_of_every_checklist_is_exercised_both_ways() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rule_coverage"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, [line for line in done.stdout.splitlines() if line.startswith("NOT")]
    assert "0 not exercised both ways" in done.stdout
