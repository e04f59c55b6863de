"""Requests generated from the description of the service, right and wrong ones.

schemathesis checks each answer against the description: no failure of the server, no answer that is
not described, wrong requests refused, headers and bodies as described.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from .tools import clean_environment

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")


def run(url: str, folder: Path, *options: object) -> int:
    """Generate requests; how many were sent, all of which passed."""
    command = [SCHEMATHESIS, "--config-file", CONFIG, "run", f"{url}/openapi.json"]
    done = subprocess.run(
        [*map(str, command), "--checks=all", "--mode=all", "--seed=1", *map(str, options)],
        cwd=folder,
        env=clean_environment(PATH=os.environ["PATH"], NO_COLOR="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    match = re.search(r"(\d+) generated", done.stdout)
    assert match is not None, done.stdout[-2000:]
    return int(match[1])


def test_a_sample_of_generated_requests_is_answered_as_described(
    service: httpx.Client, tmp_path: Path
) -> None:
    """Every path is asked; all checks."""
    sent = run(str(service.base_url), tmp_path, "--phases=examples,fuzzing", "--max-examples=5")

    assert sent >= 100


@pytest.mark.long
def test_five_thousand_generated_requests_are_answered_as_described(
    service: httpx.Client, tmp_path: Path
) -> None:
    """Every field and header in turn as well; at least 5,000 requests."""
    sent = run(
        str(service.base_url),
        tmp_path,
        "--phases=examples,coverage,fuzzing",
        "--max-examples=200",
        "--continue-on-failure",
    )
    print(json.dumps({"generated requests": sent}))

    assert sent >= 5000
