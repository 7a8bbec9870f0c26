"""Requests made from the server's own description of itself (`/openapi.json`), right and wrong.

schemathesis makes them: every operation, with values that fit the description and values that do
not, in sequences, too. No answer is a 5xx, and each is of a status, a type and a shape that the
description tells.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mishaps.models import Models
from mishaps.process import environment, server
from mishaps.row import Row

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,unsupported_method,"
    "allow_header_conformance"
)


def measure(models: Models, folder: Path, *, count: int, seed: int) -> Iterator[Row]:
    """Asks so many times for each operation, at most."""
    if importlib.util.find_spec("schemathesis") is None:
        yield Row("requests", "openapi", not_run="there is no schemathesis")
        return

    report = folder / "requests.json"
    with server(f"model={models.saved_model}") as (port, process):
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run"),
            f"http://127.0.0.1:{port}/openapi.json",
            *("--checks", CHECKS, "--max-examples", str(count), "--seed", str(seed)),
            *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
            *("--report", "json", "--report-json-path", str(report), "--no-color"),
            *("--generation-database", "none"),
        ]
        done = subprocess.run(
            command, env=environment(), capture_output=True, text=True, cwd=folder
        )
        has_ended = process.poll() is not None

    if done.returncode not in (0, 1) or not report.exists():
        sys.exit(f"schemathesis failed: {(done.stderr or done.stdout)[-500:]}")
    found = json.loads(report.read_text(encoding="utf-8"))
    faults = [
        f"{failure['title']}: {failure['count']} times, {', '.join(failure['operations'])}"
        for failure in found["failures"]
    ]
    faults += [f"schemathesis: {error}"[:300] for error in found["errors"]]
    faults += ["the server has ended"] if has_ended else []
    if faults:
        print(done.stdout, file=sys.stderr)  # with a command that repeats each request
    figures = {
        "requests": found["test_cases"]["generated"],
        "operations": found["operations"]["tested"],
        "seconds": found["running_time"],
    }
    yield Row("requests", "openapi", figures, faults)
