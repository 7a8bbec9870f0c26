"""Asks a machine with an NVIDIA GPU whether each trap of TensorFlow on GPUs is answered here.

    python scripts/benchmarks/gpu.py
    python scripts/benchmarks/gpu.py --json gpu.json --torch-python ~/torch/bin/python
    CUDA_VISIBLE_DEVICES=-1 python scripts/benchmarks/gpu.py --quick

It takes six minutes at most, and says what there was no time for. Each question is answered by a
process of its own with pass, fail or "not seen here"; docs/gpu.md tells what the numbers in
brackets stand for. Without a GPU it does the same on the processor, and says what that cannot show.
The exit code is 1 if an answer is fail.

Speeds are target tokens per second of training, measured as `training.py` does, in turns with the
same model in PyTorch where that is installed. Keep PyTorch out of TensorFlow's environment: it
brings another cuDNN. --torch-python names the Python of another environment, with NumPy in it.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from contestants.contest import SIZES, Contest, Sizes
from contestants.figures import shown, speed
from contestants.turns import Failed, Worker, printed_by, run_module, say, take_turns
from on_gpu.answers import FAIL, NOT_SEEN, Answer, judged, print_answers, seen_on_a_gpu

Run = Callable[[str, dict, bool], dict]
"""Runs a part with a request, on GPUs or without, and returns its reply."""

_MINUTES = 6.0
_LAST_SECONDS = 25.0  # to end what is at work, and to print
_MOST_SECONDS = {"look": 60, "curve": 100, "resume": 120, "export": 60}
_TOLERANCE = 1e-3  # of a loss

_CURVE = Sizes(128, 256, 128, 2_000, 512)
_QUICK_CURVE = SIZES["tiny"]
_QUICK_MODEL = {"units": 8, "embedding_size": 8, "decoder_layers": 1, "vocabulary_size": 600}
_TEXTS = ["do you like bread?", "she reads a book"]

_PRECISIONS = ("float32", "bfloat16", "float16")
_CELLS = ("gru", "lstm")
_WIDE = "wide"  # the first of the sizes, with larger batches
_WIDER = 4
_QUESTIONS = ("look", "curve", "resume", "export", "speed")


class OutOfTime(Exception):
    """There is no time left for a question."""


@dataclasses.dataclass(frozen=True)
class Task:
    """What the parts share.

    Attributes:
        directory: A folder for all files.
        quick: Whether everything is as small as can be.
        has_gpu: Whether TensorFlow computes on a GPU here.
        run: Runs a part.
    """

    directory: Path
    quick: bool
    has_gpu: bool
    run: Run


def main(arguments: list[str] | None = None, run: Run | None = None) -> None:
    """Asks what the options choose, and prints a table."""
    options = parse(arguments)
    began = time.monotonic()
    end = began + 60 * options.minutes - _LAST_SECONDS
    run = run or in_a_process

    report: dict[str, Any] = {"gpus": 0, "findings": [], "speed": []}
    speeds: list[dict] = report["speed"]
    with tempfile.TemporaryDirectory() as directory:
        seen: dict[str, Any] = {}
        answers = ask("look", lambda: look(run, seen), end)
        report |= {name: seen[name] for name in ("gpus", "findings") if seen}

        task = Task(Path(directory), options.quick, bool(report["gpus"]), run)
        parts = {
            "curve": lambda: curve(task),
            "resume": lambda: resume(task),
            "export": lambda: export(task),
            "speed": lambda: measure_speeds(task, options, speeds),
        }
        for name in options.only if seen else ():
            answers += ask(name, parts[name], end)

    if speeds:
        answers += [memory(task, speeds), loops(task, speeds)]
    answers.append(several(report["gpus"]))
    report |= {
        "answers": [dataclasses.asdict(answer) for answer in answers],
        "seconds": time.monotonic() - began,
    }
    print_report(report, answers)
    if options.json:
        Path(options.json).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    sys.exit(any(answer.verdict == FAIL for answer in answers))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="everything as small as can be")
    parser.add_argument(
        "--only", action="append", choices=_QUESTIONS[1:], help="repeatable; default: all"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=_MINUTES,
        help=f"time for all of it (default: {_MINUTES:g})",
    )
    parser.add_argument(
        "--torch-python", metavar="FILE", default=sys.executable, help="Python that has PyTorch"
    )
    parser.add_argument("--json", metavar="FILE", help="write everything to a file, too")

    options = parser.parse_args(arguments)

    if not 60 * options.minutes > _LAST_SECONDS:
        parser.error(f"--minutes is above {_LAST_SECONDS / 60:.2f}.")
    if not os.access(options.torch_python, os.X_OK):
        parser.error(f"--torch-python is a program. Received: {options.torch_python}.")
    if options.json and not Path(options.json).absolute().parent.is_dir():
        parser.error(f"--json is a file in a folder that is there. Received: {options.json}.")

    asked = options.only or _QUESTIONS[1:]
    options.only = [name for name in _QUESTIONS[1:] if name in asked]
    return options


def in_a_process(part: str, request: dict, sees_gpus: bool) -> dict:
    """Runs a part in a process of its own."""
    printed = printed_by("on_gpu.part", part, json.dumps(request), sees_gpus=sees_gpus)
    return json.loads(printed.strip().splitlines()[-1])


def ask(name: str, part: Callable[[], list[Answer]], end: float) -> list[Answer]:
    """The answers of a part; where it fails or has no time left, one that says so.

    Args:
        name: Its name.
        part: Asks it.
        end: When the last part must be done, of `time.monotonic`.
    """
    say(name)
    left = end - time.monotonic()
    try:
        with _limited(min(left, _MOST_SECONDS.get(name, left))):
            return part()
    except OutOfTime:
        detail = "there was no time left for all of it"
        return [Answer(f"part {name}", NOT_SEEN, detail)]
    except Failed as error:
        return [Answer(f"part {name}", FAIL, str(error))]


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends the block after so long.

    Raises:
        OutOfTime: It was not done.
    """
    if seconds <= 0:
        raise OutOfTime

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def look(run: Run, seen: dict[str, Any]) -> list[Answer]:
    """Looks at the machine, and keeps in `seen` what else was found."""
    seen |= run("look", {}, True)
    return [Answer(**answer) for answer in seen["answers"]]


def curve(task: Task) -> list[Answer]:
    """Compares the losses on the GPU with those on the processor, from the same weights."""
    sizes = _QUICK_CURVE if task.quick else _CURVE
    directory = _prepared(task.directory / "curve", sizes)
    request = {
        "directory": str(directory),
        "sizes": vars(sizes),
        "steps": 8 if task.quick else 200,
        "tf32": False,
    }
    processors = task.run("curve", request, False)["losses"]
    exact = _distance(processors, task.run("curve", request, True)["losses"])
    rounded = _distance(processors, task.run("curve", {**request, "tf32": True}, True)["losses"])

    found = judged(
        f"losses of {request['steps']} steps are the processor's (6)",
        exact <= _TOLERANCE,
        f"apart by {exact:.1e} of a loss at most, {rounded:.1e} with TensorFloat-32; "
        f"allowed is {_TOLERANCE:g} without",
    )
    return [seen_on_a_gpu(found, task.has_gpu)]


def _distance(first: list[float], second: list[float]) -> float:
    """The largest difference of two curves, over the first."""
    if not np.isfinite([*first, *second]).all():
        return float("inf")
    return float(np.max(np.abs(np.subtract(first, second)) / np.abs(first)))


def resume(task: Task) -> list[Answer]:
    """Compares a run that was stopped and resumed with one that was not."""
    steps = 6 if task.quick else 60
    options = {"precision": "float32", **_QUICK_MODEL} if task.quick else {}

    def train(name: str, stop: int | None = None, resume: bool = False) -> Path:
        directory = task.directory / name
        request = {"directory": str(directory), "steps": steps, "options": options}
        task.run("resume", {**request, "stop": stop, "resume": resume}, True)
        return directory / "weights.npz"

    whole = train("model")
    train("resumed", stop=steps // 2)
    resumed = train("resumed", resume=True)

    with np.load(whole) as expected, np.load(resumed) as received:
        apart = {name: float(np.abs(expected[name] - received[name]).max()) for name in expected}
    name, most = max(apart.items(), key=lambda item: item[1])
    found = judged(
        "a resumed run ends with the same weights (13)",
        most == 0,
        f"{len(apart)} matrices after {steps} steps, --deterministic: "
        + (f"{name} is apart by {most:.1e}" if most else "the same bits"),
    )
    return [seen_on_a_gpu(found, task.has_gpu)]


def export(task: Task) -> list[Answer]:
    """Exports the model of `resume` here, and loads it where GPUs are hidden."""
    model = task.directory / "model"
    if not (model / "weights.npz").is_file():
        reason = "there is no model: part resume left none"
        return [Answer("an export runs on a processor (3)", NOT_SEEN, reason)]

    request = {"directory": str(task.directory / "export"), "texts": _TEXTS}
    expected = task.run("export", {**request, "model": str(model)}, True)["translations"]
    loaded = task.run("load", request, False)
    same = sum(map(str.__eq__, expected, loaded["translations"]))
    found = judged(
        "an export runs on a processor (3)",
        not loaded["cudnn"] and len(loaded["translations"]) == len(_TEXTS),
        f"{', '.join(loaded['cudnn']) or 'no cuDNN'} in it; {same} of {len(_TEXTS)} translations "
        "are the library's",
    )
    return [seen_on_a_gpu(found, task.has_gpu)]


def measure_speeds(task: Task, options: argparse.Namespace, rows: list[dict]) -> list[Answer]:
    """Adds a row for each cell, size and precision; what matters most comes first.

    Those that are measured until there is no time left are kept. `memory` and `loops` have the
    answers.
    """
    usual = ["tiny"] if task.quick else ["small", "large"]
    first = SIZES[usual[0]]
    sizes = {
        **{name: SIZES[name] for name in usual},
        _WIDE: dataclasses.replace(first, batch_tokens=_WIDER * first.batch_tokens),
    }
    one, *others = _PRECISIONS[: 1 if task.quick else None]
    contests = [
        *((size, cell, "luong", one) for size, cell in product(usual, _CELLS)),
        *((size, "gru", "bahdanau", one) for size in (usual[0], _WIDE)),
        *((size, cell, "luong", other) for other, size, cell in product(others, usual, _CELLS)),
    ]

    directories: dict[str, Path] = {}
    for size, cell, attention, precision in contests:
        if size not in directories:
            directories[size] = _prepared(task.directory / size, sizes[size])
        say(f"{size} {cell} {attention} {precision}")
        contest = Contest(
            sizes[size],
            cell,
            attention,
            os.cpu_count() or 1,
            decoder_layers=1 if attention == "bahdanau" else 2,
            precision=precision,
            on_gpu=task.has_gpu,
        )
        rows.append(_row(size, contest, directories[size], options))
    return []


def _row(size: str, contest: Contest, directory: Path, options: argparse.Namespace) -> dict:
    described = json.dumps(contest.to_dictionary())
    workers = take_turns(
        {
            system: ["contestants.worker", system, str(directory), described]
            for system in ("ours", "pytorch")
        },
        str(directory),
        rounds=1 if options.quick else 2,
        seconds=0.2 if options.quick else 2.0,
        pythons={"pytorch": options.torch_python},
        sees_gpus=contest.on_gpu,
    )
    row: dict[str, Any] = {
        "size": size,
        "cell": contest.cell,
        "attention": contest.attention,
        "precision": contest.precision,
    }
    for system in ("ours", "pytorch"):
        worker: Worker | None = workers.get(system)
        last = worker.rounds[-1] if worker else {}
        row[system] = worker and speed(worker.rounds)
        row[f"{system}_memory_mb"] = last.get("peak_gpu_memory_mb", last.get("peak_memory_mb"))
    return row


def memory(task: Task, rows: list[dict]) -> Answer:
    """How much memory our training step took at most."""
    peaks = [row["ours_memory_mb"] for row in rows if row["ours_memory_mb"]]
    found = judged(
        "training fits into memory",
        len(peaks) == len(rows) > 0,
        f"{max(peaks, default=0):,.0f} MiB at most, in {len(peaks)} of {len(rows)} trainings",
    )
    return seen_on_a_gpu(found, task.has_gpu)


def loops(task: Task, rows: list[dict]) -> Answer:
    """Whether batches of more sentences help where time is spent on starting small kernels."""
    question = f"batches {_WIDER} times as large help Bahdanau's loop (15)"
    speeds = [row["ours"] for row in rows if row["attention"] == "bahdanau"]
    if len(speeds) < 2 or None in speeds:
        return Answer(question, NOT_SEEN, "not measured")

    small, wide = speeds
    found = judged(question, wide > small, f"{small:,.0f} to {wide:,.0f} target tokens/s")
    return seen_on_a_gpu(found, task.has_gpu)


def several(gpus: int) -> Answer:
    """What one GPU does not show."""
    detail = f"{gpus} here, and one is used. With several: seq2seq train --devices all"
    return Answer("several GPUs train together (14)", NOT_SEEN, detail)


def _prepared(directory: Path, sizes: Sizes) -> Path:
    """A folder with batches of random tokens of these sizes."""
    directory.mkdir()
    request = {"directory": str(directory), "sizes": vars(sizes), "source": None, "target": None}
    run_module("text", json.dumps(request))
    return directory


def print_report(report: dict, answers: list[Answer]) -> None:
    """Prints what the machine is, the answers and the speeds."""
    for finding in report["findings"]:
        print(f"{finding['name']}: {finding['value']} {finding['advice']}".rstrip())
    print()
    print_answers(answers)

    if report["speed"]:
        columns = "{:6} {:5} {:9} {:9} {:>10} {:>10} {:>7} {:>10} {:>10}"
        names = ("size", "cell", "attention", "precision")
        heads = (*names, "ours", "PyTorch", "ratio", "ours MiB", "theirs MiB")
        print("\nTarget tokens per second of training, and the most memory that was taken.")
        print(columns.format(*heads))
        for row in report["speed"]:
            print(columns.format(*_cells(row)))
    print(f"\n{report['seconds']:.0f} seconds.")


def _cells(row: dict) -> tuple[str, ...]:
    both = row["ours"] and row["pytorch"]
    return (
        row["size"],
        row["cell"],
        row["attention"],
        row["precision"],
        shown(row["ours"], ",.0f"),
        shown(row["pytorch"], ",.0f"),
        shown(row["ours"] / row["pytorch"] if both else None, ".2f"),
        shown(row["ours_memory_mb"], ",.0f"),
        shown(row["pytorch_memory_mb"], ",.0f"),
    )


if __name__ == "__main__":
    main()
