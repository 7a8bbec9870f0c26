"""The end of `seq2seq train`: the scores, the confidence, the TFLite model and the model card."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.quiet import leave_out_pyplot, load_tensorflow
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.recording import write_recorded_text

if TYPE_CHECKING:
    from seq2seq.translation.translator import Translator

Tests = Mapping[str, Corpus]  # by their names


def score_in_this_process(
    translator: Translator, tests: Tests, dev: Corpus, directory: Path
) -> None:
    """Scores a translator on each test, prints the scores, and writes them as `metrics.json`.

    A test of several directions has scores of each. On the dev set it measures how good the
    translations are that the model is sure of. It leaves the model as TFLite, too.
    """
    from seq2seq.evaluation.evaluation import evaluate_translator
    from seq2seq.training.directions import parts_of
    from seq2seq.training.finish import finish

    tokenize = translator.configuration.training.tokenize  # that of the validations
    results = {}
    of_dev = {}  # the translations by their places
    for name, corpus in tests.items():
        for part in parts_of(corpus):
            one = translator.behind(part.tag)
            heading = f"{name} to {translator.languages.language(part.tag)}" if part.tag else name
            evaluation = evaluate_translator(one, part.corpus, tokenize=tokenize)
            click.echo(f"\n{heading}: {len(part.corpus):,} sentences, beam 5")
            click.echo(evaluation.table())
            results[heading] = evaluation.as_dict()
            if corpus is dev:
                of_dev |= zip(part.places, evaluation.translations, strict=True)

    translations = [of_dev[place] for place in range(len(dev))] if of_dev else None
    text = json.dumps(results, indent=2, ensure_ascii=False)
    place = ModelDirectory(directory)
    with place.taken("seq2seq train"):  # unless the next run has begun there
        write_recorded_text(place.metrics_file, text + "\n")
        finish(translator, dev, place, translations)


def score_in_a_new_process(tests: Tests, dev: Corpus, directory: Path) -> None:
    """Scores as `score_in_this_process` does, in a process that computes in float32.

    It is needed where this process rounds its matrix products until it ends; see
    `model.precision.rounds_for_good`.

    Raises:
        InputError: The new process failed.
    """
    sides = {name: (corpus.source, corpus.target) for name, corpus in {**tests, "": dev}.items()}
    code = "import sys; from seq2seq.cli.final_scores import main; main(sys.argv[1])"
    # -P: Python imports nothing from the working directory.
    command = [sys.executable, "-P", "-c", code, str(directory)]
    done = subprocess.run(command, input=json.dumps(sides), capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise InputError(
            f"Expected to score {directory}. Received: {reason} Repeat with seq2seq evaluate."
        )

    click.echo(done.stderr, nl=False, err=True)
    click.echo(done.stdout, nl=False)


def main(directory: str) -> None:
    """Runs in the new process; reads the sides of each test as JSON from stdin, dev's as ""."""
    leave_out_pyplot()
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    tests = {name: Corpus(*sides) for name, sides in json.load(sys.stdin).items()}
    translator = Translator.load(directory, threads=split_cores())
    dev = tests.pop("")
    tests = {name: dev if corpus == dev else corpus for name, corpus in tests.items()}
    score_in_this_process(translator, tests, dev, Path(directory))
