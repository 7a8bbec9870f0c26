"""Times our training step beside the same model in PyTorch and a plain Keras model: python scripts/bench_training.py

    pip install -e ".[bench]"
    python scripts/bench_training.py --size small --cell gru --attention luong
    python scripts/bench_training.py --json > training.json

The systems take turns within one run, so that a busy or throttled machine is unfair to none. Each lives in a process of
its own and waits on a pipe while another trains. All see the same batches in the same order; ours makes them with the
library's input pipeline while the clock runs, the others find them ready in memory, which favours them. Everything runs
on the CPU. Speeds are real target tokens, EOS included and padding not, per second of wall time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from contestants.contest import (
    ATTENTIONS,
    CELLS,
    SIZES,
    SYSTEMS,
    Contest,
    Sizes,
    TextFacts,
    training_flops_per_token,
)
from contestants.text import load_facts

_SCRIPTS = Path(__file__).resolve().parent
_MATMUL_SECONDS = 2.0
_WATCHED_SECONDS = 1.0
_BUSY = 0.1  # of all processors


def main(arguments: list[str] | None = None) -> None:
    """Measures what the options choose, and prints a table or JSON."""
    options = parse(arguments)
    warn_of_load()
    matmul_gflops = measure_limit()
    measured = []
    for size in options.size:
        with tempfile.TemporaryDirectory() as directory:
            sizes = sizes_of(size, options)
            prepare(directory, sizes, options)
            facts = load_facts(Path(directory))
            contests = [
                Contest(sizes, cell, attention, available_threads(), options.pytorch_bfloat16)
                for cell in options.cell
                for attention in options.attention
            ]
            for contest in contests:
                say(f"{size} {contest.cell} {contest.attention}")
                measured.append((size, contest, facts, measure(contest, directory, options)))
    matmul_gflops = max(matmul_gflops, measure_limit())
    results = [Result(*row, matmul_gflops) for row in measured]
    if options.json:
        print(json.dumps({"matmul_gflops": matmul_gflops, "results": [result.row() for result in results]}, indent=2))
    else:
        print_table(results, matmul_gflops)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; those that may be repeated default to all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = [size for size in SIZES if size != "tiny"]
    parser.add_argument("--size", action="append", choices=SIZES, help=f"default: {' and '.join(usual)}")
    parser.add_argument("--cell", action="append", choices=CELLS, help="default: all")
    parser.add_argument("--attention", action="append", choices=ATTENTIONS, help="default: all")
    parser.add_argument("--systems", action="append", choices=SYSTEMS, help="default: all")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each system (default: 5)")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a turn (default: 5)")
    parser.add_argument("--batch-tokens", type=int, help="tokens of a batch, either side (default: 1024; large 2048)")
    parser.add_argument("--source", metavar="FILE", help="real text, one sentence a line, instead of random tokens")
    parser.add_argument("--target", metavar="FILE", help="its translation, line by line")
    parser.add_argument("--pytorch-bfloat16", action="store_true", help="run PyTorch under bfloat16 autocast")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    if bool(options.source) != bool(options.target):
        parser.error("--source and --target go together.")
    if options.rounds < 1:
        parser.error("--rounds is at least 1.")
    defaults = {"size": usual, "cell": CELLS, "attention": ATTENTIONS, "systems": SYSTEMS}
    for name, default in defaults.items():
        setattr(options, name, getattr(options, name) or default)
    return options


def sizes_of(name: str, options: argparse.Namespace) -> Sizes:
    """The sizes of this name, with the batches that were asked for."""
    sizes = SIZES[name]
    fields = vars(sizes) | {"batch_tokens": options.batch_tokens or sizes.batch_tokens}
    return Sizes(**fields)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def warn_of_load() -> None:
    """Says so if others use the machine: threads that wait for each other then measure the others' work."""
    before = processor_times()
    time.sleep(_WATCHED_SECONDS)
    total, idle = (now - then for now, then in zip(processor_times(), before, strict=True))
    if total and 1 - idle / total > _BUSY:
        say(
            f"The machine is {1 - idle / total:.0%} busy: the figures will be wrong, and PyTorch's too low most of all."
        )


def processor_times() -> tuple[int, int]:
    """Ticks that the processors have spent so far, in all and idle; zeros where the system does not tell."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0, 0
    ticks = [int(number) for number in path.read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


def available_threads() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def environment() -> dict[str, str]:
    """The environment of a process that finds the contestants, sees no GPU and logs little."""
    path = os.pathsep.join(filter(None, [str(_SCRIPTS), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}


def run_module(module: str, *arguments: str) -> str:
    """Runs a contestants' module to its end; returns what it printed."""
    command = [sys.executable, "-m", f"contestants.{module}", *arguments]
    process = subprocess.run(command, env=environment(), capture_output=True, text=True)
    if process.returncode:
        sys.exit(f"{module} failed: {last_line(process.stderr)}")
    return process.stdout


def last_line(log: str) -> str:
    return log.strip().splitlines()[-1] if log.strip() else "no message"


def measure_limit() -> float:
    return json.loads(run_module("limit", str(_MATMUL_SECONDS)))["matmul_gflops"]


def prepare(directory: str, sizes: Sizes, options: argparse.Namespace) -> None:
    """Writes the batches of these sizes to the directory."""
    request = {"directory": directory, "sizes": vars(sizes), "source": options.source, "target": options.target}
    run_module("text", json.dumps(request))


@dataclass
class Worker:
    """A system in its process; see `contestants.worker`.

    Attributes:
        system: Its name.
        process: Its process.
        log: Where its standard error goes.
        first_step_seconds: Time from the start of training to the end of the first step.
        rounds: The replies of the timed rounds.
    """

    system: str
    process: subprocess.Popen
    log: Path
    first_step_seconds: float | None = None
    rounds: list[dict] = field(default_factory=list)

    def reply(self) -> dict | None:
        """The next reply; says so and returns None where there is none."""
        line = self.process.stdout.readline()
        reply = json.loads(line) if line else {"unavailable": f"failed: {last_line(self.log.read_text('utf-8'))}"}
        if "unavailable" in reply:
            say(f"  {self.system}: none. {reply['unavailable']}")
            return None
        return reply

    def train(self, seconds: float) -> dict | None:
        """Lets it train for about this long."""
        try:
            print(json.dumps({"seconds": seconds}), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # the missing reply tells
        return self.reply()


def start(system: str, contest: Contest, directory: str, stack: ExitStack) -> Worker | None:
    """A worker that has done its first step, or None where the system cannot take part."""
    log = Path(directory, f"{system}.log")
    command = [sys.executable, "-m", "contestants.worker", system, directory, json.dumps(contest.to_dictionary())]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    stack.callback(stop, process)
    worker = Worker(system, process, log)
    reply = worker.reply()
    if reply is None:
        return None
    worker.first_step_seconds = reply["first_step_seconds"]
    return worker


def stop(process: subprocess.Popen) -> None:
    """Ends a worker: it leaves when its input ends."""
    process.stdin.close()
    process.stdout.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def measure(contest: Contest, directory: str, options: argparse.Namespace) -> dict[str, Worker]:
    """Lets the systems take turns; returns the workers with their rounds, without those that dropped out."""
    with ExitStack() as stack:
        started = [start(system, contest, directory, stack) for system in options.systems]
        workers = [worker for worker in started if worker]
        workers = [worker for worker in workers if worker.train(options.seconds / 2)]  # to warm up
        for number in range(options.rounds):
            first = number % max(len(workers), 1)  # another one begins each round
            for worker in workers[first:] + workers[:first]:
                if (reply := worker.train(options.seconds)) is None:
                    workers = [other for other in workers if other is not worker]
                else:
                    worker.rounds.append(reply)
            speeds = [f"{worker.system} {speed(worker.rounds[-1:]):,.0f}" for worker in workers]
            say(f"  round {number + 1} of {options.rounds}, target tokens/s: {', '.join(speeds) or 'none'}")
        return {worker.system: worker for worker in workers}


def speed(rounds: list[dict]) -> float:
    """Target tokens per second over these rounds."""
    return sum(reply["tokens"] for reply in rounds) / sum(reply["seconds"] for reply in rounds)


@dataclass
class Result:
    """One row: a contest and what the systems did in it."""

    size: str
    contest: Contest
    facts: TextFacts
    workers: dict[str, Worker]
    matmul_gflops: float

    def speed(self, system: str) -> float | None:
        return speed(self.workers[system].rounds) if system in self.workers else None

    def ratios(self, system: str) -> list[float]:
        """Our speed over another system's, round by round."""
        if not {"ours", system} <= self.workers.keys():
            return []
        pairs = zip(self.workers["ours"].rounds, self.workers[system].rounds, strict=True)
        return [speed([ours]) / speed([other]) for ours, other in pairs]

    def spread(self) -> float | None:
        """Half the distance between our slowest and our fastest round, over our speed."""
        if "ours" not in self.workers:
            return None
        speeds = [speed([reply]) for reply in self.workers["ours"].rounds]
        return (max(speeds) - min(speeds)) / 2 / self.speed("ours")

    def row(self) -> dict:
        """The figures by name; None where a system is missing."""
        ours, tokens_per_second = self.workers.get("ours"), self.speed("ours")
        flops = training_flops_per_token(self.contest, self.facts)
        to_pytorch, to_keras = self.ratios("pytorch"), self.ratios("keras")
        return {
            "size": self.size,
            "cell": self.contest.cell,
            "attention": self.contest.attention,
            "tokens_per_second": tokens_per_second,
            "ratio_to_pytorch": median(to_pytorch) if to_pytorch else None,
            "ratio_to_keras": median(to_keras) if to_keras else None,
            "fraction_of_limit": tokens_per_second and flops * tokens_per_second / 1e9 / self.matmul_gflops,
            "padding_share": self.facts.padding_share,
            "peak_memory_mb": ours and ours.rounds[-1]["peak_memory_mb"],
            "first_step_seconds": ours and ours.first_step_seconds,
            "pytorch_tokens_per_second": self.speed("pytorch"),
            "keras_tokens_per_second": self.speed("keras"),
            "model_gflops_per_token": flops / 1e9,
        }


def print_table(results: list[Result], matmul_gflops: float) -> None:
    """Prints one line a row, with the range of the ratios over the rounds."""
    columns = "{:6} {:5} {:9} {:>8} {:>7} {:>8} {:>8} {:>17} {:>17} {:>6} {:>8} {:>7} {:>6}"
    print(
        "Target tokens per second. Ratios are ours over theirs, the median round and the range of all. "
        f"The limit is a float32 product of 2048 x 2048 matrices: {matmul_gflops:,.0f} GFLOP/s; our products are "
        "in bfloat16 where the processor has it, and may pass it."
    )
    heads = ("size", "cell", "attention", "ours", "spread", "PyTorch", "Keras", "to PyTorch", "to Keras")
    print(columns.format(*heads, "limit", "padding", "peak MB", "first"))
    for result in results:
        row = result.row()
        print(
            columns.format(
                row["size"],
                row["cell"],
                row["attention"],
                shown(row["tokens_per_second"], ",.0f"),
                shown(result.spread(), ".1%", "±"),
                shown(row["pytorch_tokens_per_second"], ",.0f"),
                shown(row["keras_tokens_per_second"], ",.0f"),
                shown_range(result.ratios("pytorch")),
                shown_range(result.ratios("keras")),
                shown(row["fraction_of_limit"], ".0%"),
                shown(row["padding_share"], ".1%"),
                shown(row["peak_memory_mb"], ",.0f"),
                shown(row["first_step_seconds"], ".1f"),
            )
        )


def shown(number: float | None, form: str, sign: str = "") -> str:
    return "-" if number is None else f"{sign}{number:{form}}"


def shown_range(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})" if ratios else "-"


if __name__ == "__main__":
    main()
