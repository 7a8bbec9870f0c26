#!/usr/bin/env python
"""Measures the input pipeline without a model: vocabulary, then an epoch, for each number of pairs.

    python scripts/benchmarks/pipeline.py [--json] [--batch-tokens N] [--pairs N ...]

The lines are generated: words of syllables, frequent and rare as Zipf has it, 13 to a sentence on
average. Each size runs in a process of its own, so that its peak of resident memory is its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from contestants.worker import peak_memory

SIZES = (100_000, 1_000_000)
LEXICON = 60_000  # words
LONGEST = 60  # words of a sentence
CHUNK = 50_000  # sentence pairs generated at once
COLUMNS = {  # heading and what is below it: name and format of the figure
    ("pairs", ""): ("pairs", ","),
    ("reading", "s"): ("reading_seconds", ".1f"),
    ("vocabulary", "s"): ("vocabulary_seconds", ".1f"),
    ("counting", "s"): ("counting_seconds", ".1f"),
    ("epoch", "s"): ("epoch_seconds", ".1f"),
    ("epoch", "pairs/s"): ("pairs_per_second", ",.0f"),
    ("epoch", "us/pair"): ("microseconds_per_pair", ".1f"),
    ("its CPU", "us/pair"): ("cpu_microseconds_per_pair", ".1f"),
    ("peak", "MiB"): ("peak_mib", ",.0f"),
    ("source", "padding"): ("source_padding", ".2%"),
    ("target", "padding"): ("target_padding", ".2%"),
}


def main() -> None:
    """Measures each size in a process of its own, and prints a row for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--pairs", type=int, nargs="+", default=SIZES, help="sizes of the corpora, from 2"
    )
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--json", action="store_true", help="one JSON object for each size")
    parser.add_argument("--measure", metavar="FILE", help=argparse.SUPPRESS)

    options = parser.parse_args()

    if min(options.pairs) < 2:
        parser.error(f"Expected --pairs of at least 2. Received: {min(options.pairs)}.")

    if options.measure:
        print(json.dumps(measure(options.measure, options.batch_tokens)))
        return

    if not options.json:
        for line in zip(*COLUMNS, strict=True):
            print("".join(f"{text:>11}" for text in line))

    for pairs in options.pairs:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "pairs.tsv")
            generate(path, pairs)
            command = [
                sys.executable,
                __file__,
                "--measure",
                path,
                "--batch-tokens",
                str(options.batch_tokens),
            ]
            process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            result = json.loads(process.stdout)

        print(json.dumps(result) if options.json else row(result), flush=True)


def row(result: dict) -> str:
    """A line of the table."""
    return "".join(f"{result[name]:{kind}}".rjust(11) for name, kind in COLUMNS.values())


def generate(path: Path, pairs: int) -> None:
    """Writes a TSV file of sentence pairs whose lengths go together."""
    rng = np.random.default_rng(0)
    sides = [lexicon(rng) for _ in range(2)]
    chances = 1 / np.arange(10, LEXICON + 10)
    cumulated = np.cumsum(chances / chances.sum())

    with path.open("w", encoding="utf-8") as file:
        for start in range(0, pairs, CHUNK):
            count = min(CHUNK, pairs - start)
            lengths = 2 + rng.gamma(3.0, 11 / 3, count)

            columns = []
            for words, ratio in zip(sides, (1.0, rng.normal(1.0, 0.15, count)), strict=True):
                ends = np.cumsum(np.clip(lengths * ratio, 1, LONGEST).astype(int))
                places = np.searchsorted(cumulated, rng.random(ends[-1])).clip(max=LEXICON - 1)
                drawn = words[places].tolist()
                starts = [0, *ends[:-1]]
                columns.append([" ".join(drawn[a:b]) for a, b in zip(starts, ends, strict=True)])

            for source, target in zip(*columns, strict=True):
                file.write(f"{source}\t{target}\n")


def lexicon(rng: np.random.Generator) -> np.ndarray:
    """Different words, the frequent ones short."""
    syllables = [
        first + second
        for first in "bdfgklmnprstvz"
        for second in ("a", "e", "i", "o", "u", "an", "er")
    ]

    words: dict[str, None] = {}
    while len(words) < LEXICON:
        size = 1 + int(np.log10(10 + len(words)) * rng.uniform(0.4, 1.0))
        words["".join(rng.choice(syllables, size))] = None
    return np.array(list(words), dtype=object)


def measure(path: str, batch_tokens: int) -> dict:
    """Figures of one corpus, in this process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from seq2seq.data.batches import TrainingBatches
    from seq2seq.data.corpus import PairFiles
    from seq2seq.data.stream import open_corpus
    from seq2seq.data.tokenizer import Tokenizer
    from seq2seq.storage.configuration import Configuration
    from seq2seq.training.presets import resolve

    moments = [time.perf_counter()]

    def lap() -> float:
        moments.append(time.perf_counter())
        return moments[-1] - moments[-2]

    corpus = open_corpus([PairFiles(path)])
    seconds = {"reading_seconds": lap()}
    given = Configuration.from_options({"preset": "base", "shared_vocabulary": True})
    configuration = resolve(given, corpus)
    tokenizers = Tokenizer.train_joint(
        corpus.sample.source, corpus.sample.target, configuration.model.vocabulary_size
    )
    seconds["vocabulary_seconds"] = lap()
    batches = TrainingBatches(
        corpus, *tokenizers, max_length=128, batch_tokens=batch_tokens, seed=1
    )
    seconds["counting_seconds"] = lap()

    cpu = time.process_time()
    tokens = np.zeros(2)
    cells = np.zeros(2)
    with batches.dataset() as dataset:
        for batch in dataset.take(batches.per_epoch).as_numpy_iterator():
            sides = batch["source_tokens"], batch["labels"]
            tokens += [np.count_nonzero(side) for side in sides]
            cells += [side.size for side in sides]
    epoch = lap()
    cpu = time.process_time() - cpu

    source_padding, target_padding = 1 - tokens / cells
    return {
        "pairs": len(corpus),
        "pieces": tokenizers[0].vocabulary_size,
        **seconds,
        "epoch_seconds": epoch,
        "pairs_per_second": len(corpus) / epoch,
        "microseconds_per_pair": 1e6 * epoch / len(corpus),
        "cpu_microseconds_per_pair": 1e6 * cpu / len(corpus),
        "batches": batches.per_epoch,
        "source_padding": source_padding,
        "target_padding": target_padding,
        "peak_mib": peak_memory() / 2**20,
        "vocabulary_peak_mib": children_peak_memory() / 2**20,
    }


def children_peak_memory() -> int:
    """The most memory of SentencePiece's process, in bytes.

    At least what this process held when it started that one.
    """
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


if __name__ == "__main__":
    main()
