"""What a comparison is made of, and the directory that holds it.

```
DIR/comparison.json    the settings
DIR/gru-luong/         a model directory for each combination
DIR/gru-luong.json     what was measured on it, or why it failed
DIR/report.html        the report; report.md and its pictures, and report.json
```
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.comparison.combinations import Combination
from seq2seq.data.corpus import Corpus
from seq2seq.data.pairs import read_pairs
from seq2seq.data.stream import CorpusStream
from seq2seq.errors import InputError, expect_count, expect_path
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory, expect_room
from seq2seq.storage.files import write_text
from seq2seq.storage.options import kebab
from seq2seq.storage.regular import open_regular
from seq2seq.storage.version import package_version
from seq2seq.training.inputs import (
    Tell,
    learns_bundled,
    new_configuration,
    open_pairs,
    tell_skipped,
    with_whole_paths,
)

SETTINGS = "comparison.json"

_VERSION = "seq2seq"  # the name of the version among the settings
_DATA = "data"  # that of the digest of all pairs


@dataclass(frozen=True)
class Plan:
    """The settings that all models of a comparison share.

    Attributes:
        directory: Where everything is kept.
        configuration: The options of training, with whole paths; its cell and its attention give
            way to those of each combination.
        steps: Training steps of each model; None where a time limit is its budget.
        test: The file of the pairs that are scored; None for the dev pairs.
        strict: Whether a line of a file that is no pair is an error.
    """

    directory: Path
    configuration: Configuration
    steps: int | None = None
    test: str | None = None
    strict: bool = False

    def configuration_of(self, combination: Combination) -> Configuration:
        """The options of the training of one model."""
        return self.configuration.replace(**combination._asdict())

    def model_of(self, combination: Combination) -> ModelDirectory:
        """The directory of one model."""
        return ModelDirectory(self.directory / str(combination))

    def record_of(self, combination: Combination) -> Path:
        """The file of what was measured on one model."""
        return self.directory / f"{combination}.json"

    @property
    def budget(self) -> str:
        """How long each model is trained, in words."""
        if self.steps:
            return f"{self.steps:,} steps"
        return f"{self.configuration.training.time_limit:g} minutes"


@dataclass(frozen=True)
class Data:
    """The pairs of a comparison.

    Attributes:
        training: What all models learn.
        dev: What chooses the best weights of each.
        test: What is scored.
    """

    training: Corpus | CorpusStream
    dev: Corpus
    test: Corpus

    @property
    def digest(self) -> str:
        """Identifies all pairs."""
        parts = (self.training.digest, self.dev.digest, self.test.digest)
        return hashlib.sha256("".join(parts).encode()).hexdigest()


def make_plan(
    given: Mapping[str, Any],
    directory: Path,
    *,
    config: Path | None = None,
    steps: int | None = None,
    test: str | None = None,
    strict: bool = False,
) -> Plan:
    """Makes the plan of a comparison.

    Args:
        given: Flat options of training, which name the files of the pairs.
        directory: Where everything is to be kept.
        config: A TOML file of more options; those that are given win.
        steps: Training steps of each model, in the place of a time limit.
        test: The file of the pairs to score; the dev pairs by default.
        strict: Whether a line of a file that is no pair is an error.

    Raises:
        InputError: An option cannot be used, no file is named, several languages are, or there is
            not one budget.
    """
    if steps is not None:
        expect_count("steps", steps)
    if test is not None:
        expect_path(test, "a file of pairs to score")
    configuration = with_whole_paths(new_configuration(given, config=config))
    _expect_files(configuration, test)
    if configuration.corpus.spoken:
        raise InputError(
            "Expected models of one direction to compare. "
            "Received: --languages, which make one of several. Leave them out."
        )

    if steps and given.get("time_limit"):
        raise InputError(
            "Expected one budget. Received: --steps and --time-limit. Leave one of them out."
        )
    if steps:  # the file may have a limit
        configuration = configuration.replace(time_limit=None)
    elif configuration.training.time_limit is None:
        raise InputError(
            "Expected a budget that is the same for each model. Received: none. "
            "Give --time-limit MINUTES or --steps N."
        )
    return Plan(directory, configuration, steps, test and os.path.abspath(test), strict)


def _expect_files(configuration: Configuration, test: str | None) -> None:
    """Refuses a plan without training pairs, or with some that can be read once alone.

    Raises:
        InputError: There are no files, or standard input is among them.
    """
    if learns_bundled(configuration):
        raise InputError(
            "Expected a corpus to learn: CORPUS.tsv, or --source and --target. Received: none. "
            "The bundled one is data/en-ko/train.tsv of the project."
        )
    options = configuration.corpus
    files = (*options.corpus, *options.source, *options.target, options.dev, test)
    if "-" in (*files, options.dev_source, options.dev_target):
        raise InputError(
            "Expected files, which are read anew for each model. Received: standard input. "
            "Write it to a file first."
        )


def open_data(plan: Plan, tell: Tell) -> Data:
    """Opens the pairs of a comparison; the same plan always gives the same ones.

    Args:
        plan: Names the files.
        tell: Shows what is skipped and what is held out.

    Raises:
        InputError: A file cannot be read or holds no pairs, or there are too few to hold some out.
    """
    columns = plan.configuration.corpus.columns or None
    test = read_pairs(plan.test, columns=columns) if plan.test else None
    if test is not None:
        tell_skipped(test, tell)

    training, dev = open_pairs(plan.configuration, strict=plan.strict, tell=tell)
    return Data(training, dev, dev if test is None else test)


def begin(plan: Plan, data: Data) -> None:
    """Writes the settings to a new directory, or finds the same ones there.

    Raises:
        InputError: The directory holds something else, or a comparison of other settings.
    """
    expect_room(plan.directory, mark=SETTINGS, what="the comparison")
    wanted = _settings(plan, data.digest)
    path = plan.directory / SETTINGS
    if not path.exists():
        write_text(path, json.dumps(wanted, indent=1, ensure_ascii=False) + "\n")
        return

    found = _read(path)
    differing = sorted(name for name in wanted if wanted[name] != found.get(name, ...))
    if differing := [name for name in differing if name != _VERSION]:
        raise InputError(
            f"Expected the settings of the comparison in {plan.directory}. "
            f"Received: another {', '.join(map(_in_words, differing))}. "
            "Give the same, or another --output."
        )


def load_plan(directory: Path) -> Plan:
    """Reads the settings of a comparison that has begun.

    Raises:
        InputError: They are missing or damaged.
    """
    settings = _read(directory / SETTINGS)
    for name in (_VERSION, _DATA):
        settings.pop(name, None)
    own = {name: settings.pop(name, None) for name in ("steps", "test", "strict")}
    return Plan(directory, Configuration.from_options(settings), **own)


def _settings(plan: Plan, digest: str) -> dict[str, Any]:
    """The settings as the file holds them, all but the combinations: more may be added."""
    options = plan.configuration.options()
    for name in Combination._fields:
        del options[name]

    own = {"steps": plan.steps, "test": plan.test, "strict": plan.strict}
    settings = {_VERSION: package_version(), **options, **own, _DATA: digest}
    return json.loads(json.dumps(settings))  # tuples become lists, as the file has them


def _read(path: Path) -> dict[str, Any]:
    """Reads the settings.

    Raises:
        InputError: They are missing or damaged.
    """
    try:
        with open_regular(path) as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"Expected the settings of a comparison. Received: {path}, which is damaged. "
            "Give another --output."
        ) from error


def _in_words(name: str) -> str:
    """A setting as the command line names it."""
    if name == _DATA:
        return "content of the files"
    return "CORPUS" if name == "corpus" else f"--{kebab(name)}"
