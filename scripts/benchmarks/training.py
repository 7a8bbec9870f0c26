"""Times our training step beside the same model in PyTorch and a plain Keras model.

    pip install -e ".[bench]"
    python scripts/benchmarks/training.py --size small --cell gru --attention luong
    python scripts/benchmarks/training.py --json > training.json

The systems take turns within one run, so that a busy or throttled machine is unfair to none. Each
lives in a process of its own and waits on a pipe while another trains. All see the same batches in
the same order; ours makes them with the library's input pipeline while the clock runs, the others
find them ready in memory, which favours them. Everything runs on the CPU. Speeds are real target
tokens, EOS included and padding not, per second of wall time.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
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
from contestants.figures import ratios, shown, shown_range, speed
from contestants.text import load_facts
from contestants.turns import Worker, run_module, say, take_turns, warn_of_load
from seq2seq.cpu import available_cores

_MATMUL_SECONDS = 2.0


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
                Contest(
                    sizes,
                    cell,
                    attention,
                    available_cores(),
                    options.pytorch_bfloat16,
                    options.decoder_layers,
                )
                for cell in options.cell
                for attention in options.attention
            ]

            for contest in contests:
                say(f"{size} {contest.cell} {contest.attention}")
                measured.append((size, contest, facts, measure(contest, directory, options)))

    matmul_gflops = max(matmul_gflops, measure_limit())
    results = [Result(*row, matmul_gflops) for row in measured]

    if options.json:
        rows = [result.row() for result in results]
        print(json.dumps({"matmul_gflops": matmul_gflops, "results": rows}, indent=2))
    else:
        print_table(results, matmul_gflops)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options; those that may be repeated default to all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = [size for size in SIZES if size != "tiny"]
    parser.add_argument(
        "--size", action="append", choices=SIZES, help=f"default: {' and '.join(usual)}"
    )
    parser.add_argument("--cell", action="append", choices=CELLS, help="default: all")
    parser.add_argument("--attention", action="append", choices=ATTENTIONS, help="default: all")
    parser.add_argument(
        "--decoder-layers", type=int, default=1, help="more than 1 not with bahdanau (default: 1)"
    )
    parser.add_argument("--systems", action="append", choices=SYSTEMS, help="default: all")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each system (default: 5)")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a turn (default: 5)")
    parser.add_argument(
        "--batch-tokens",
        type=int,
        help="tokens of a batch, either side (default: 1024; large 2048)",
    )
    parser.add_argument(
        "--source", metavar="FILE", help="real text, one sentence a line, instead of random tokens"
    )
    parser.add_argument("--target", metavar="FILE", help="its translation, line by line")
    parser.add_argument(
        "--pytorch-bfloat16", action="store_true", help="run PyTorch under bfloat16 autocast"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    options = parser.parse_args(arguments)

    if bool(options.source) != bool(options.target):
        parser.error("--source and --target go together.")
    if options.rounds < 1:
        parser.error("--rounds is at least 1.")
    if options.decoder_layers < 1:
        parser.error("--decoder-layers is at least 1.")
    if options.decoder_layers > 1 and "bahdanau" in (options.attention or []):
        parser.error("--attention bahdanau has one decoder layer here.")

    attentions = [name for name in ATTENTIONS if name != "bahdanau" or options.decoder_layers == 1]
    defaults = {"size": usual, "cell": CELLS, "attention": attentions, "systems": SYSTEMS}
    for name, default in defaults.items():
        setattr(options, name, getattr(options, name) or default)

    return options


def sizes_of(name: str, options: argparse.Namespace) -> Sizes:
    """The sizes of this name, with the batches that were asked for."""
    sizes = SIZES[name]
    fields = vars(sizes) | {"batch_tokens": options.batch_tokens or sizes.batch_tokens}
    return Sizes(**fields)


def measure_limit() -> float:
    """The speed of a large matrix product on this machine, in 10^9 operations per second."""
    return json.loads(run_module("limit", str(_MATMUL_SECONDS)))["matmul_gflops"]


def prepare(directory: str, sizes: Sizes, options: argparse.Namespace) -> None:
    """Writes the batches of these sizes to the directory."""
    request = {
        "directory": directory,
        "sizes": vars(sizes),
        "source": options.source,
        "target": options.target,
    }
    run_module("text", json.dumps(request))


def measure(contest: Contest, directory: str, options: argparse.Namespace) -> dict[str, Worker]:
    """Lets the systems take turns."""
    task = json.dumps(contest.to_dictionary())
    systems = {
        system: ["contestants.worker", system, directory, task] for system in options.systems
    }
    return take_turns(systems, directory, rounds=options.rounds, seconds=options.seconds)


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
        return ratios({name: worker.rounds for name, worker in self.workers.items()}, system)

    def spread(self) -> float | None:
        """Half the distance between our slowest and our fastest round, over our speed."""
        if "ours" not in self.workers:
            return None

        speeds = [speed([reply]) for reply in self.workers["ours"].rounds]
        return (max(speeds) - min(speeds)) / 2 / self.speed("ours")

    def row(self) -> dict:
        """The figures by name; None where a system is missing."""
        ours = self.workers.get("ours")
        tokens_per_second = self.speed("ours")
        flops = training_flops_per_token(self.contest, self.facts)
        to_pytorch = self.ratios("pytorch")
        to_keras = self.ratios("keras")

        return {
            "size": self.size,
            "cell": self.contest.cell,
            "attention": self.contest.attention,
            "decoder_layers": self.contest.decoder_layers,
            "tokens_per_second": tokens_per_second,
            "ratio_to_pytorch": median(to_pytorch) if to_pytorch else None,
            "ratio_to_keras": median(to_keras) if to_keras else None,
            "fraction_of_limit": tokens_per_second
            and flops * tokens_per_second / 1e9 / self.matmul_gflops,
            "padding_share": self.facts.padding_share,
            "peak_memory_mb": ours and ours.rounds[-1]["peak_memory_mb"],
            "first_step_seconds": ours and ours.first["first_step_seconds"],
            "pytorch_tokens_per_second": self.speed("pytorch"),
            "keras_tokens_per_second": self.speed("keras"),
            "model_gflops_per_token": flops / 1e9,
        }


def print_table(results: list[Result], matmul_gflops: float) -> None:
    """Prints one line a row, with the range of the ratios over the rounds."""
    columns = "{:6} {:5} {:9} {:>6} {:>8} {:>7} {:>8} {:>8} {:>17} {:>17} {:>6} {:>8} {:>7} {:>6}"
    print(
        "Target tokens per second. Ratios are ours over theirs, the median round and the range of "
        "all. The limit is a float32 product of 2048 x 2048 matrices: "
        f"{matmul_gflops:,.0f} GFLOP/s; our products are in bfloat16 where the processor has it, "
        "and may pass it."
    )
    heads = (
        "size",
        "cell",
        "attention",
        "layers",
        "ours",
        "spread",
        "PyTorch",
        "Keras",
        "to PyTorch",
        "to Keras",
    )

    print(columns.format(*heads, "limit", "padding", "peak MB", "first"))

    for result in results:
        row = result.row()
        print(
            columns.format(
                row["size"],
                row["cell"],
                row["attention"],
                row["decoder_layers"],
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


if __name__ == "__main__":
    main()
