"""`seq2seq train`: options to a configuration, a run, and its scores."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument
from seq2seq.cli.corpora import expect_parallel, tell
from seq2seq.cli.final_scores import score_in_a_new_process, score_in_this_process
from seq2seq.cli.options import FILES_OF_PAIRS, MODELS
from seq2seq.cli.train_options import train_options
from seq2seq.cli.values import FILE
from seq2seq.data.bundled import NAME, bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.directions import untagged
from seq2seq.data.lines import expect_readable
from seq2seq.data.stream import CorpusStream
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.configuration import Configuration
from seq2seq.training.cluster import place_of
from seq2seq.training.inputs import (
    CORPUS_OPTIONS,
    learns_bundled,
    new_configuration,
    open_mix,
    open_pairs,
    resumed_configuration,
    with_whole_paths,
)
from seq2seq.training.launch import count_devices, local_workers, wait_for_chief

if TYPE_CHECKING:
    from seq2seq.translation.translator import Translator

_AGAIN = [sys.executable, "-m", "seq2seq"]  # starts another worker


@click.command(
    cls=Command,
    short_help="Train a translator on sentence pairs.",
    also=["learn", "fit", "training"],
    examples=[
        ("seq2seq train", "the bundled English–Korean corpus, in 2 minutes"),
        ("seq2seq train pairs.tsv --output saved_models/mine", "pairs of your own"),
        (
            "seq2seq train pairs.tsv --output saved_models/mine --time-limit 30",
            "half an hour at most",
        ),
        ("seq2seq train --resume --output saved_models/mine", "go on after an interruption"),
        (
            "seq2seq train new.tsv --from saved_models/mine --mix pairs.tsv --output better",
            "learn new pairs, and do not forget the old ones",
        ),
    ],
)
@argument(
    "corpus",
    nargs=-1,
    type=FILE,
    metavar="[CORPUS.tsv]...",
    explanation=f"Training pairs: {FILES_OF_PAIRS}",
)
@train_options
def train(
    output: Path | None,
    config: Path | None,
    resume: bool,
    strict: bool,
    devices: str | int,
    **options: Any,
) -> None:
    """Train a translator on sentence pairs, and score it.

    Without CORPUS.tsv and --source, the bundled English–Korean corpus is learnt. It has defaults of
    its own, unless --preset is given.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    workers = count_devices(devices)
    output = output or MODELS / _default_name(given, config)
    configuration = _configuration(output, config, resume, given)
    expect_parallel(configuration.corpus)
    corpus, dev = open_pairs(configuration, strict=strict, tell=tell)
    mix = open_mix(configuration, strict=strict, tell=tell)
    configuration = with_whole_paths(configuration)

    with local_workers(workers, [*_AGAIN, *_without_devices(sys.argv[1:])]):
        translator = _run(configuration, output, corpus, dev, mix, resume=resume)
        if place_of(os.environ).rank:  # the chief scores
            wait_for_chief()
            return
        _score(translator, dev, output)


def _run(
    configuration: Configuration,
    output: Path,
    corpus: Corpus | CorpusStream,
    dev: Corpus,
    mix: Corpus | CorpusStream | None,
    *,
    resume: bool,
) -> Translator:
    """Trains; Ctrl-C and SIGTERM leave a run that can be resumed."""
    load_tensorflow()
    from seq2seq.training.progress import ProgressDisplay
    from seq2seq.training.run import Interrupted, train

    display = ProgressDisplay()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return train(configuration, output, corpus, dev, mix, display=display, resume=resume)
    except Interrupted:
        display.line(
            "Interrupted; the checkpoint is kept. "
            f"To continue: seq2seq train --resume --output {quote(str(output))}"
        )
        raise SystemExit(1) from None


def _score(translator: Translator, dev: Corpus, output: Path) -> None:
    """Prints the scores of a new model, and how to use it."""
    from seq2seq.model.precision import rounds_for_good

    configuration = translator.configuration
    languages = translator.languages
    tests = {"dev": dev}
    tag, example = untagged(dev.source[0])
    if learns_bundled(configuration):
        tests = {part: read_tsv(bundled_file(part)) for part in ("test", "test-unseen")}
        example = "I am Yusol"
        if languages:
            tags = languages.tags_of()
            tests = {part: test.in_directions(tags) for part, test in tests.items()}

    if rounds_for_good(configuration.training.precision):
        score_in_a_new_process(tests, dev, output)
    else:
        score_in_this_process(translator, tests, dev, output)

    command = f"seq2seq translate --model {quote(str(output))}"
    if languages:
        command += f" --to {languages.language(tag) if tag else languages.pairs[0][1]}"
    click.echo(f"\nTranslate:  {command} {_quoted(example)}")


def _without_devices(arguments: Sequence[str]) -> list[str]:
    """The arguments of a worker, which starts no others."""
    rest = iter(arguments)
    kept = []
    for one in rest:
        if one == "--devices":
            next(rest, None)
        elif not one.startswith("--devices="):
            kept.append(one)
    return kept


def _default_name(given: Mapping[str, Any], config: Path | None) -> str:
    """The name of the bundled corpus's model, which no other corpus may take.

    Raises:
        InputError: A file that was given cannot be read, which is the mistake to mend first.
        click.UsageError: There is a corpus of the user's own or a model to go on from, and no
            --output.
    """
    if not given.keys() & {"corpus", "source", "from_model"} and not config:
        return NAME

    for option in sorted(CORPUS_OPTIONS):
        for path in given.get(option, ()):
            expect_readable(path)
    raise click.UsageError(
        "Expected --output DIR, the directory for the model. Received none. "
        f"Add, for example, --output {MODELS}/mine."
    )


def _configuration(
    output: Path, config: Path | None, resume: bool, given: Mapping[str, Any]
) -> Configuration:
    if not resume:
        return new_configuration(given, config=config)

    if config:
        raise click.UsageError(
            "Expected --resume without --config: a resumed run keeps its options. Received both."
        )
    return resumed_configuration(output, given)


def _quoted(text: str) -> str:
    """The text quoted for the shell, in double quotes unless it holds what these do not protect."""
    return quote(text) if set(text) & set('"$`\\!') else f'"{text}"'
