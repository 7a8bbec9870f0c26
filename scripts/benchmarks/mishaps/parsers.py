"""Inputs that are bred to reach every line of our own parsers: a clear error or a clean result.

Documents, glossaries, what is to be kept in a text, and the small files of a model directory are
read by code of ours. What libraries read for us, `mutations` damages.
"""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from mishaps.process import environment
from mishaps.row import Row

PARSERS = (
    *("csv", "tsv", "txt", "srt", "vtt", "html", "md", "json", "docx", "po", "xliff"),
    *("text", "glossary", "manifest", "ancestry", "options"),
)
LAST_CHARACTERS = 600  # of what a worker has said


def measure(folder: Path, *, runs: int, seed: int) -> Iterator[Row]:
    """Reads so many inputs of each form."""
    if importlib.util.find_spec("atheris") is None:
        yield Row("parsers", "all", not_run="it needs atheris: pip install atheris")
        return

    for form in PARSERS:
        yield _row(folder / f"parsers-{form}", form, runs=runs, seed=seed)


def _row(folder: Path, form: str, *, runs: int, seed: int) -> Row:
    """Reads inputs of one form."""
    words = [form, str(folder), str(runs), str(seed)]
    command = [sys.executable, "-m", "mishaps.parser_worker", *words]
    done = subprocess.run(command, env=environment(), capture_output=True)

    said = done.stderr.decode(errors="replace")
    figures = {
        "inputs": _last(r"stat::number_of_executed_units:\s*(\d+)", said),
        "branches": _last(r"cov: (\d+)", said),
        "kept": _last(r"stat::new_units_added:\s*(\d+)", said),
        "slowest s": _last(r"stat::slowest_unit_time_sec:\s*(\d+)", said),
        "MB": _last(r"stat::peak_rss_mb:\s*(\d+)", said),
    }
    return Row("parsers", form, figures, _faults(folder, done.returncode, said))


def _last(pattern: str, said: str) -> int:
    """The last number that the worker has told so."""
    return int((re.findall(pattern, said) or ["0"])[-1])


def _faults(folder: Path, status: int, said: str) -> list[str]:
    """What the worker ended by, and the input that it ended at."""
    if status == 0:
        return []

    broken = [path.read_bytes() for path in folder.glob("broken-*")]
    why = re.search(r"=== Uncaught Python exception: ===(.*?)==+\s*\d*==?", said, re.DOTALL)
    told = (why[1] if why else said)[-LAST_CHARACTERS:].strip()
    return [f"status {status}: {told} Input: {broken or 'unknown'}"]
