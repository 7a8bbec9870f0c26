"""`seq2seq train`: options to a configuration, a run, and its scores."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Any

import click

from seq2seq.cli.command import Command, argument
from seq2seq.cli.corpora import open_corpora, read_dev
from seq2seq.cli.options import MODELS
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.cli.train_options import train_options
from seq2seq.cli.values import FILE
from seq2seq.data.bundled import NAME, bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.holdout import holdout_split
from seq2seq.data.lines import expect_readable
from seq2seq.errors import InputError
from seq2seq.storage.configuration import (
    CHANGEABLE,
    VOCABULARY,
    Configuration,
    load_options,
    model_configuration,
)
from seq2seq.storage.files import write_text

CORPUS_OPTIONS = {"corpus", "source", "target"}
DEV_OPTIONS = {"dev", "dev_source", "dev_target"}
_DEV_SHARE, _DEV_LIMIT = 20, 1000  # a split holds out one pair in twenty, a thousand at most


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
    ],
)
@argument(
    "corpus",
    nargs=-1,
    type=FILE,
    metavar="[CORPUS.tsv]...",
    explanation="Training pairs: on each line a sentence, a TAB and its translation; .gz too; - is "
    "standard input.",
)
@train_options
def train(
    output: Path | None, config: Path | None, resume: bool, strict: bool, **options: Any
) -> None:
    """Train a translator on sentence pairs, and score it.

    Without CORPUS.tsv and --source, the bundled English–Korean corpus is learnt. It has defaults of
    its own, unless --preset is given.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    output = output or MODELS / _default_name(given, config)
    configuration = _configuration(output, config, resume, given)
    corpus, dev = _corpora(configuration, strict)
    configuration = _with_whole_paths(configuration)

    load_tensorflow()
    from seq2seq.model.precision import rounds_for_good
    from seq2seq.training.progress import ProgressDisplay
    from seq2seq.training.run import Interrupted
    from seq2seq.training.run import train as run

    display = ProgressDisplay()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        translator = run(configuration, output, corpus, dev, display=display, resume=resume)
    except Interrupted:
        display.line(
            "Interrupted; the checkpoint is kept. "
            f"To continue: seq2seq train --resume --output {quote(str(output))}"
        )
        raise SystemExit(1) from None

    tests = _tests(configuration) or {"dev": dev}
    if rounds_for_good(translator.configuration.precision):
        _score_in_a_new_process(tests, output)
    else:
        _score(translator, tests, output)

    example = dev.source[0] if _has_corpus(configuration) else "I am Yusol"
    click.echo(f"\nTranslate:  seq2seq translate --model {quote(str(output))} {_quoted(example)}")


def _with_whole_paths(configuration):
    """The configuration as it is stored: a run can be repeated and resumed from any directory."""
    paths = {
        name: getattr(configuration, name)
        for name in CORPUS_OPTIONS | DEV_OPTIONS | {"vocabulary_from"}
    }
    return dataclasses.replace(
        configuration, **{name: _whole(value) for name, value in paths.items()}
    )


def _whole(path):
    if isinstance(path, tuple):
        return tuple(map(_whole, path))
    return os.path.abspath(path) if path not in (None, "-") else path


def _default_name(given: Mapping[str, Any], config: Path | None) -> str:
    """The name of the bundled corpus's model, which no other corpus may take.

    Raises:
        InputError: A file that was given cannot be read, which is the mistake to mend first.
        click.UsageError: There is a corpus of the user's own, and no --output.
    """
    if not (config or given.get("corpus") or given.get("source")):
        return NAME

    for option in sorted(CORPUS_OPTIONS):
        for path in given.get(option, ()):
            expect_readable(path)
    raise click.UsageError("Expected --output DIR, the directory for the model. Received none.")


def _configuration(output, config, resume, given):
    """The options given, over those of the file or of the run to be resumed; the bundled corpus has its own file."""
    if not resume:
        return Configuration(**{**_options_of_file(config, given), **given})
    if config:
        raise click.UsageError(
            "Expected --resume without --config: a resumed run keeps its options. Received both."
        )
    configuration = model_configuration(output)
    resumed = _with_whole_paths(dataclasses.replace(configuration, **given))
    fixed = given.keys() - set(CHANGEABLE)
    changed = sorted(
        name for name in fixed if getattr(resumed, name) != getattr(configuration, name)
    )
    if changed:
        names = ", ".join("--" + name.replace("_", "-") for name in changed)
        raise InputError(
            f"Expected a resumed run to keep its options. Received another {names}. "
            "Only --time-limit, --patience and --keep may change."
        )
    return resumed


def _options_of_file(config, given):
    """The options of --config, or the bundled corpus's own unless a preset is asked for; less what `given` replaces."""
    if config:
        options = load_options(config)
    elif given.keys() & {"corpus", "source", "preset"}:
        options = {}
    else:
        options = load_options(bundled_file("options", ".toml"))
        if "epochs" in given:
            del options["time_limit"]  # which is there for the default number of epochs
    groups = [
        (CORPUS_OPTIONS, CORPUS_OPTIONS),
        (DEV_OPTIONS, DEV_OPTIONS),
        ({"vocabulary_from"}, VOCABULARY),
    ]
    for group, decided in groups:
        if given.keys() & group:  # what the command line says of one, it says of all
            options = {name: value for name, value in options.items() if name not in decided}
    return options


def _has_corpus(configuration):
    return bool(configuration.corpus or configuration.source)


def _corpora(configuration, strict):
    """Training pairs and dev pairs; without dev files, a seeded split of the former."""
    dev = read_dev(
        configuration.dev, configuration.dev_source, configuration.dev_target, strict=strict
    )
    corpus = open_corpora(
        configuration.corpus,
        configuration.source,
        configuration.target,
        strict=strict,
        bundled="train",
    )
    if dev is not None:
        return corpus, dev
    if not _has_corpus(configuration):
        return corpus, read_tsv(bundled_file("dev"))
    size = max(1, min(_DEV_LIMIT, len(corpus) // _DEV_SHARE))
    rest, dev = holdout_split(corpus, size=size, seed=configuration.seed)
    click.echo(f"Held out for validation: {len(dev):,} of {len(corpus):,} pairs.", err=True)
    return rest, dev


def _quoted(text):
    """The text as a word of the shell, in double quotes where they do."""
    return quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def _tests(configuration):
    if _has_corpus(configuration):
        return {}
    return {part: read_tsv(bundled_file(part)) for part in ("test", "test-unseen")}


def _score(translator, tests, directory):
    """Scores the model on each test, and keeps the scores in the model directory."""
    from seq2seq.evaluation.scores import evaluate_translator

    results = {}
    for name, corpus in tests.items():
        evaluation = evaluate_translator(translator, corpus)
        click.echo(f"\n{name}: {len(corpus):,} sentences, beam 5")
        click.echo(evaluation.table())
        results[name] = evaluation.as_dict()
    write_text(
        Path(directory, "metrics.json"), json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    )


def _score_in_a_new_process(tests, directory):
    sides = {name: (corpus.source, corpus.target) for name, corpus in tests.items()}
    code = "import sys; from seq2seq.cli.train import score_pairs; score_pairs(sys.argv[1])"
    # -P: nothing in the user's directory is taken for a module.
    command = [sys.executable, "-P", "-c", code, directory]
    done = subprocess.run(command, input=json.dumps(sides), capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise InputError(
            f"Expected to score {directory}. Received: {reason} Repeat with seq2seq evaluate."
        )
    click.echo(done.stderr, nl=False, err=True)
    click.echo(done.stdout, nl=False)


def score_pairs(directory):
    """Scores a model on tests whose sources and targets standard input holds as JSON."""
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    tests = {name: Corpus(*sides) for name, sides in json.load(sys.stdin).items()}
    _score(Translator.load(directory, threads=split_cores()), tests, directory)
