"""Times our search beside the same search in PyTorch, written by hand.

    pip install -e ".[bench]"
    python scripts/benchmarks/decoding.py --attention bahdanau --beam-size 5 --batch-size 64
    python scripts/benchmarks/decoding.py --model saved_models/en-de --source test.en
    python scripts/benchmarks/decoding.py --model saved_models/en-de --source test.en \\
        --shortlist 256
    python scripts/benchmarks/decoding.py --model saved_models/en-de --source test.en \\
        --tflite saved_models/en-de-int8
    python scripts/benchmarks/decoding.py --json > decoding.json

The systems take turns within one run, each in a process of its own. Both have the same weights,
decode the same batches of token ids and find the same tokens, but for rounding where two
continuations are equally probable.

Without --model, weights and sentences are random. As such a model would end its sentences anywhere,
it never does, and each translation is cut where its reference ends: the numbers of tokens on both
sides are those of Multi30k, English to German. With --model and --source, a trained model
translates real sentences and ends them itself. Sentences of a batch are about as long, as in
`seq2seq translate`; the batches come in random order.

Speeds are tokens of the best translations, EOS included and padding not, per second of wall time. A
latency is the time of one call, a whole batch; text latency is that of the same sentences from text
to text, tokenizer included.

With --at-once, as many batches are decoded at the same time, the threads divided between them, as
`seq2seq translate` and `seq2seq serve` do: that is for speeds; latencies are then those of batches
that share the machine.

With --shortlist, our search is among so many likely tokens of each sentence, PyTorch's among all:
what is found is then not quite the same.

With --tflite, the model's TFLite export translates the same text as well, a sentence at a time on
each thread. It has the beam that it was exported with, which should be that of --beam-size, and
greedy search.

Where others use the machine, threads that wait for each other slow PyTorch down most of all: give
one processor to all, as with taskset -c 0, and heed the ratio in CPU time, which compares how long
processors were busy.
"""

import argparse
import dataclasses
import json
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median

from contestants.contest import ATTENTIONS, CELLS, SIZES
from contestants.decoding import Architecture, Task, load_architecture
from contestants.figures import (
    PERCENTILES,
    latency,
    ratios,
    shown,
    shown_latency,
    shown_range,
    speed,
)
from contestants.turns import Worker, run_module, say, take_turns, warn_of_load
from seq2seq.cpu import available_cores
from seq2seq.errors import InputError
from seq2seq.search.options import SearchOptions

_BEAM_SIZES = (1, 5)
_BATCH_SIZES = (1, 8, 64, 256)


def main(arguments: list[str] | None = None) -> None:
    """Measures what the options choose, and prints a table or JSON."""
    options = parse(arguments)
    warn_of_load()

    results = []
    for architecture in architectures(options):
        with tempfile.TemporaryDirectory() as directory:
            prepare(directory, architecture, options)
            architecture = load_architecture(Path(directory))
            for beam_size, batch_size in product(options.beam_size, options.batch_size):
                among = f", ours among {options.shortlist} tokens" if options.shortlist else ""
                say(
                    f"{architecture.cell} {architecture.attention}, "
                    f"beam {beam_size}, batch {batch_size}{among}"
                )

                task = Task(
                    beam_size,
                    batch_size,
                    available_cores(),
                    options.model,
                    options.at_once,
                    options.shortlist,
                    options.tflite,
                )
                results.append(Result(architecture, task, measure(task, directory, options)))

    if options.json:
        print(json.dumps({"results": [result.row() for result in results]}, indent=2))
    else:
        print_table(results)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, with their defaults filled in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=SIZES, help="default: small")
    parser.add_argument("--cell", action="append", choices=CELLS, help="default: gru")
    parser.add_argument("--attention", action="append", choices=ATTENTIONS, help="default: all")
    sizes = {"--beam-size": _BEAM_SIZES, "--batch-size": _BATCH_SIZES}
    for name, default in sizes.items():
        help_text = f"may be repeated; default: {', '.join(map(str, default))}"
        parser.add_argument(name, action="append", type=int, metavar="N", help=help_text)
    parser.add_argument(
        "--at-once", type=int, default=1, metavar="N", help="batches at the same time (default: 1)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns of each system (default: 5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a turn (default: 3)")
    parser.add_argument("--model", metavar="DIR", help="a trained model instead of random ones")
    parser.add_argument("--source", metavar="FILE", help="what it translates, one sentence a line")
    parser.add_argument(
        "--shortlist",
        type=int,
        default=0,
        metavar="N",
        help="as of seq2seq translate; with --model",
    )
    parser.add_argument(
        "--tflite", metavar="DIR", help="its TFLite export, beside it; with --model"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    options = parser.parse_args(arguments)

    if bool(options.model) != bool(options.source):
        parser.error("--model and --source go together.")
    if (options.shortlist or options.tflite) and not options.model:
        parser.error("--shortlist and --tflite are those of a --model.")

    try:
        SearchOptions(shortlist=options.shortlist)
    except InputError as error:
        parser.error(str(error))

    if options.model and (options.size or options.cell or options.attention):
        parser.error("--size, --cell and --attention are those of the --model.")

    defaults = {
        "cell": ["gru"],
        "attention": ATTENTIONS,
        "beam_size": _BEAM_SIZES,
        "batch_size": _BATCH_SIZES,
    }
    for name, default in defaults.items():
        setattr(options, name, getattr(options, name) or default)

    if min(options.rounds, options.at_once, *options.beam_size, *options.batch_size) < 1:
        parser.error("--rounds, --at-once, --beam-size and --batch-size are at least 1.")

    return options


def architectures(options: argparse.Namespace) -> list[Architecture | None]:
    """Those of the random models; None stands for that of the given one."""
    if options.model:
        return [None]
    size = options.size or "small"
    return [
        Architecture.of_size(size, cell, attention)
        for cell in options.cell
        for attention in options.attention
    ]


def prepare(directory: str, architecture: Architecture | None, options: argparse.Namespace) -> None:
    """Writes the model and the sentences to the directory."""
    request = {
        "directory": directory,
        "architecture": architecture and dataclasses.asdict(architecture),
        "model": options.model,
        "source": options.source,
    }
    run_module("decoding", json.dumps(request))


def measure(task: Task, directory: str, options: argparse.Namespace) -> dict[str, Worker]:
    """Lets the systems take turns."""
    systems = [
        "ours",
        "pytorch",
        *["text"] * bool(options.model),
        *["tflite"] * bool(options.tflite),
    ]
    arguments = (directory, json.dumps(dataclasses.asdict(task)))
    modules = {system: ["contestants.decoding_worker", system, *arguments] for system in systems}
    return take_turns(modules, directory, rounds=options.rounds, seconds=options.seconds)


@dataclass
class Result:
    """One row: a task and what the systems did with it."""

    architecture: Architecture
    task: Task
    workers: dict[str, Worker]

    def __post_init__(self):
        self.rounds = {system: worker.rounds for system, worker in self.workers.items()}

    def speed(self, system: str, of: str = "tokens") -> float | None:
        return speed(self.rounds[system], of=of) if system in self.rounds else None

    def ratios(self, per: str = "seconds", ours: str = "ours") -> list[float]:
        """Our speed over PyTorch's, round by round."""
        return ratios(self.rounds, "pytorch", per=per, ours=ours)

    def latency(self, system: str) -> dict[str, float] | None:
        """Percentiles of the milliseconds of a call."""
        if system not in self.rounds:
            return None
        return latency([seconds for reply in self.rounds[system] for seconds in reply["calls"]])

    def memory(self, system: str) -> float | None:
        return self.rounds[system][-1]["peak_memory_mb"] if system in self.rounds else None

    def row(self) -> dict:
        """The figures by name; None where a system is missing."""
        by_clock = self.ratios()
        by_processor = self.ratios("cpu_seconds")
        of_tflite = self.ratios(ours="tflite")
        ours = self.workers.get("ours")

        return {
            "cell": self.architecture.cell,
            "attention": self.architecture.attention,
            "beam_size": self.task.beam_size,
            "batch_size": self.task.batch_size,
            "at_once": self.task.at_once,
            "shortlist": self.task.shortlist,
            "tokens_per_second": self.speed("ours"),
            "sentences_per_second": self.speed("ours", "sentences"),
            "ratio_to_pytorch": median(by_clock) if by_clock else None,
            "cpu_ratio_to_pytorch": median(by_processor) if by_processor else None,
            "latency_ms": self.latency("ours"),
            "text_latency_ms": self.latency("text"),
            "peak_memory_mb": self.memory("ours"),
            "first_call_seconds": ours and ours.first["first_call_seconds"],
            "pytorch_tokens_per_second": self.speed("pytorch"),
            "pytorch_latency_ms": self.latency("pytorch"),
            "pytorch_peak_memory_mb": self.memory("pytorch"),
            "tflite_tokens_per_second": self.speed("tflite"),
            "tflite_ratio_to_pytorch": median(of_tflite) if of_tflite else None,
            "tflite_latency_ms": self.latency("tflite"),
            "tflite_peak_memory_mb": self.memory("tflite"),
        }


def print_table(results: list[Result]) -> None:
    """Prints one line a row, with the range of the ratio over the rounds."""
    columns = (
        "{:4} {:9} {:>4} {:>5} {:>8} {:>8} {:>8} {:>17} {:>6} {:>20} {:>20} {:>20} {:>7} {:>7}"
    )
    print(
        "Target tokens and sentences per second; ratios are ours over PyTorch's, the median round "
        "and the range of all. "
        f"Latencies of a call in ms: percentiles {', '.join(map(str, PERCENTILES))}."
    )
    among = {result.task.shortlist for result in results} - {0}
    if among:
        print(
            f"Ours searches among {', '.join(map(str, among))} tokens of each sentence, "
            "PyTorch among all."
        )

    heads = (
        "cell",
        "attention",
        "beam",
        "batch",
        "tokens",
        "sents",
        "PyTorch",
        "to PyTorch",
        "in CPU",
    )
    print(columns.format(*heads, "latency", "PyTorch's", "text to text", "peak MB", "PyTorch"))

    for result in results:
        row = result.row()
        print(
            columns.format(
                *(row[name] for name in ("cell", "attention", "beam_size", "batch_size")),
                *(
                    shown(row[f"{name}_per_second"], ",.0f")
                    for name in ("tokens", "sentences", "pytorch_tokens")
                ),
                shown_range(result.ratios()),
                shown(row["cpu_ratio_to_pytorch"], ".2f"),
                *(shown_latency(row[f"{name}latency_ms"]) for name in ("", "pytorch_", "text_")),
                *(shown(row[f"{name}peak_memory_mb"], ",.0f") for name in ("", "pytorch_")),
            )
        )

    if any("tflite" in result.rounds for result in results):
        print_tflite_table(results)


def print_tflite_table(results: list[Result]) -> None:
    """Prints the figures of the TFLite export, a line a row."""
    columns = "{:>4} {:>5} {:>8} {:>17} {:>20} {:>7}"
    print("The TFLite export, from text to text; its ratios are to PyTorch's speed.")
    print(columns.format("beam", "batch", "tokens", "to PyTorch", "text to text", "peak MB"))

    for result in results:
        row = result.row()
        print(
            columns.format(
                row["beam_size"],
                row["batch_size"],
                shown(row["tflite_tokens_per_second"], ",.0f"),
                shown_range(result.ratios(ours="tflite")),
                shown_latency(row["tflite_latency_ms"]),
                shown(row["tflite_peak_memory_mb"], ",.0f"),
            )
        )


if __name__ == "__main__":
    main()
