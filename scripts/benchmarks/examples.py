"""Runs the programs of `examples/`, and prints their scores, their time and their memory.

    pip install -e ".[explain]"
    python scripts/benchmarks/examples.py
    python scripts/benchmarks/examples.py tagging sentiment --pictures docs/images

Each program runs in a process of its own. Time is that of the processor, which a busy machine
changes little; memory is the most that the process held, TensorFlow included.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = (
    "rnn_by_hand",
    "gru_by_hand",
    "lstm_by_hand",
    "time_series",
    "tagging",
    "sentiment",
    "language_model",
    "truncated_memory",
)


class Run(NamedTuple):
    """What a program printed and used."""

    name: str
    printed: str
    seconds: float  # of one core
    peak_mib: float


def main(arguments: list[str] | None = None) -> None:
    """Runs the programs, and prints a table and what each of them printed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs (default: all)")
    parser.add_argument("--pictures", metavar="DIR", help="where pictures are kept, if anywhere")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in NAMES:
            parser.error(f"Expected names among {', '.join(NAMES)}. Received: {name}.")

    with tempfile.TemporaryDirectory() as elsewhere:
        pictures = Path(options.pictures or elsewhere)
        pictures.mkdir(parents=True, exist_ok=True)
        runs = []
        for name in options.names or NAMES:
            runs.append(run(name, pictures / f"example-{name.replace('_', '-')}.svg"))
            print(f"{name} has run", file=sys.stderr, flush=True)

    print("| program | seconds of one core | peak memory, MiB |")
    print("|---|---|---|")
    for done in runs:
        print(f"| {done.name} | {done.seconds:.0f} | {done.peak_mib:,.0f} |")
    for done in runs:
        print(f"\n## {done.name}\n\n```text\n{done.printed.rstrip()}\n```")


def run(name: str, picture: Path) -> Run:
    """Runs one program; its notices are shown only if it fails."""
    command = [sys.executable, EXAMPLES / f"{name}.py", "--output", picture]
    with tempfile.TemporaryFile("w+") as notices:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=notices, text=True)
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)

        if process.returncode:
            notices.seek(0)
            sys.exit(f"{name} failed:\n{notices.read()}")

    unit = 1 if sys.platform == "darwin" else 1024
    seconds = usage.ru_utime + usage.ru_stime
    return Run(name, printed, seconds, unit * usage.ru_maxrss / 2**20)


if __name__ == "__main__":
    main()
