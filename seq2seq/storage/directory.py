"""A model directory: the names of its files, and what concerns it as a whole."""

import contextlib
import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from seq2seq.errors import InputError, expect_path
from seq2seq.storage.archive import DAMAGED
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.files import sweep
from seq2seq.storage.lock import locked
from seq2seq.storage.manifest import expect_unchanged, joint_digest
from seq2seq.storage.recording import is_first_save, write_recorded
from seq2seq.storage.regular import open_regular

CONFIGURATION = "config.toml"
WEIGHTS = "weights.npz"
SHORTLIST = "shortlist.npz"
TOKENIZERS = ("source.model", "target.model")
HISTORY = "history.csv"
METRICS = "metrics.json"
ENVIRONMENT = "environment.json"
ANCESTRY = "ancestry.json"
CONFIDENCE = "confidence.json"
RUN_STATE = "resume.npz"
CHECKPOINTS = "checkpoints"
LOGS = "logs"

_OF_MODEL = (CONFIGURATION, *TOKENIZERS, SHORTLIST, CONFIDENCE, WEIGHTS)  # what translation reads

_MOST_OF_A_REASON = 200  # characters of another library's message


class ModelDirectory:
    """The place of a model, be it whole, half trained, damaged or still to be made.

    Args:
        path: The directory. It takes the place of a path wherever one is expected.

    Attributes:
        path: The directory.
        configuration_file: The options of the run, and the version that wrote them.
        weights_file: The trainable weights under their names.
        shortlist_file: Which target tokens each source token may give; older models have none.
        source_tokenizer_file: The SentencePiece model of the source language.
        target_tokenizer_file: That of the target language.
        history_file: A row for each validation.
        metrics_file: The scores at the end of the run, with their signatures.
        confidence_file: What chrF2 to expect of a translation; older models have none.
        environment_file: What the run was computed with: cores, precision, versions.
        ancestry_file: When and of how many pairs the model was made, and from which other model;
            older models have none.
        run_state_file: What an interrupted run needs to continue; gone once the run has ended.
        checkpoints: The models of the last validations, a directory for each, if they are kept.
        logs: The event files for TensorBoard.
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path)
        self.configuration_file = self.path / CONFIGURATION
        self.weights_file = self.path / WEIGHTS
        self.shortlist_file = self.path / SHORTLIST
        self.source_tokenizer_file, self.target_tokenizer_file = self._tokenizer_files()
        self.history_file = self.path / HISTORY
        self.metrics_file = self.path / METRICS
        self.confidence_file = self.path / CONFIDENCE
        self.environment_file = self.path / ENVIRONMENT
        self.ancestry_file = self.path / ANCESTRY
        self.run_state_file = self.path / RUN_STATE
        self.checkpoints = self.path / CHECKPOINTS
        self.logs = self.path / LOGS

    def __fspath__(self) -> str:
        """The path as the operating system takes it."""
        return os.fspath(self.path)

    def __str__(self) -> str:
        """The path as messages name it."""
        return str(self.path)

    def _tokenizer_files(self) -> tuple[Path, Path]:
        source, target = TOKENIZERS
        return self.path / source, self.path / target

    def checkpoint(self, step: int) -> Path:
        """The directory of the model of a validation after so many steps."""
        return self.checkpoints / f"step-{step:08d}"

    def holds_model(self) -> bool:
        """Whether a model is there, or a run that has begun to make one."""
        return self.configuration_file.is_file()

    def is_trained(self) -> bool:
        """Whether there are weights to translate with."""
        return self.weights_file.exists()

    def is_interrupted(self) -> bool:
        """Whether a run there has begun and not ended."""
        return self.run_state_file.exists()

    def read_configuration(self) -> Configuration:
        """Reads the options of the model.

        Raises:
            InputError: The directory holds no model, or its configuration cannot be read.
        """
        if not self.holds_model():
            fault = f"has no {CONFIGURATION}" if self.path.is_dir() else "is no directory"
            raise InputError(
                f"Expected a model directory. Received: {self}, which {fault}. "
                "Train a model with seq2seq train, or give the directory of one, "
                "not of what was exported."
            )
        return Configuration.load(self.configuration_file)

    def save_configuration(self, configuration: Configuration) -> None:
        """Writes the options of the model."""
        write_recorded(self.configuration_file, configuration.save)

    def expect_unchanged(self) -> None:
        """Refuses a directory in which a file of the model is not what its manifest says.

        Raises:
            InputError: A file is missing, damaged or changed.
        """
        if self.holds_model():  # what else it may be is told by whoever reads it
            with self.naming_damage():
                expect_unchanged(self.path, _OF_MODEL)

    def digest(self) -> str:
        """The SHA-256 digest of what translations depend on: configuration, weights, tokenizers.

        Raises:
            InputError: A file cannot be read.
        """
        with self.naming_damage():
            return joint_digest(self.path, _OF_MODEL)

    @contextlib.contextmanager
    def taken(self, work: str) -> Iterator[None]:
        """A context in which no other process writes here; what killed ones left is swept.

        Args:
            work: As in `lock.locked`.

        Raises:
            InputError: Another process is at work here.
        """
        with locked(self.path, work):
            place = self.path.resolve()
            sweep(place.parent, place.name)
            sweep(place)
            sweep(self.checkpoints)
            yield

    def expect_room(self) -> None:
        """Refuses a place that holds anything but a model, which would be moved aside.

        Raises:
            InputError: The directory holds something else.
        """
        expect_room(self.path, mark=CONFIGURATION)

    def move_aside(self) -> Path | None:
        """Renames the directory if it holds a model, and returns where that is now."""
        if not self.holds_model():
            return None

        place = self.path.resolve()  # "." has no name of its own
        return place.rename(place.with_name(f"{place.name}.{datetime.now():%Y%m%d-%H%M%S-%f}"))

    @contextlib.contextmanager
    def naming_damage(self, *errors: type[Exception]) -> Iterator[None]:
        """A context in which the errors of reading a damaged file become one `InputError`.

        So whoever loads a model sees a single line: the directory, and what is wrong with a file.

        Args:
            *errors: Errors of other libraries that mean damage there, too.

        Raises:
            InputError: A file was missing or damaged.
        """
        try:
            yield
        except (*DAMAGED, *errors) as error:
            raise InputError(
                f"Expected a complete model in {self}. Received a missing or damaged file: "
                f"{_reason(error)} Copy the directory again, or train with --resume if training "
                "was interrupted."
            ) from error


def _reason(error: Exception) -> str:
    """What an error says, on one line, without TensorFlow's names of operations."""
    text = re.sub(r"\{\{.*?\}\}", "", str(error) or type(error).__name__)
    return " ".join(text.split())[:_MOST_OF_A_REASON].rstrip(".") + "."


def expect_room(directory: Path, *, mark: str, what: str = "the model") -> None:
    """Refuses a place that holds anything but a model of the kind that is to be written.

    What a process left that was killed while it wrote the first file is no hindrance.

    Args:
        directory: The place.
        mark: The name of the file by which a model of that kind is known.
        what: What is to be written, as messages name it.

    Raises:
        InputError: The place holds something else, or nothing can be written there.
    """
    expect_path(directory, f"a directory for {what}")
    expect_writable(directory)
    try:
        occupied = directory.exists() and not (directory.is_dir() and is_first_save(directory))
    except OSError as error:  # a name too long, or a folder that may not be read
        raise InputError(
            f"Expected an empty or new directory for {what}. Received: {directory}: "
            f"{error.strerror}. Give another."
        ) from error
    if occupied and not (directory / mark).is_file():
        fault = "holds something else" if directory.is_dir() else "is a file"
        raise InputError(
            f"Expected an empty or new directory for {what}. Received: {directory}, which "
            f"{fault}. Give another."
        )


def expect_writable(place: Path) -> None:
    """Refuses a place that is known to fail before hours are spent on what is to be written there.

    Raises:
        InputError: What there is of its path is no directory, or may not be written to.
    """
    ancestors = place.absolute().parents
    nearest = next(path for path in ancestors if os.path.exists(path))
    if not os.path.isdir(nearest):
        fault = f"{nearest} is a file"
    elif not os.access(nearest, os.W_OK | os.X_OK):
        fault = f"{nearest} may not be written to"
    else:
        return
    raise InputError(
        f"Expected a place that can be written to. Received: {place}, but {fault}. "
        "Choose another place, or change the permissions."
    )


def newest_model(folder: Path) -> Path | None:
    """The model directory in a folder whose weights were written last, None if there is none."""
    weights = folder.glob(f"*/{WEIGHTS}")
    newest = max(weights, key=lambda path: path.stat().st_mtime, default=None)
    return newest and newest.parent


def expect_same_tokenizers(directories: Sequence[Path]) -> None:
    """Refuses models that do not mean the same by their tokens.

    Raises:
        InputError: A directory holds no model, or its tokenizers are not those of the first
            directory, byte for byte, or its languages have other tags.
    """
    first, *others = (_tokenizers(directory) for directory in directories)
    names = [ModelDirectory(path).read_configuration().corpus.spoken.names for path in directories]
    for directory, own in zip(directories, names, strict=True):
        if own != names[0]:
            raise InputError(
                f"Expected models of the same languages. Received: {directory}, of "
                f"{', '.join(own) or 'one direction'}, and {directories[0]}, of "
                f"{', '.join(names[0]) or 'one direction'}. Leave one out."
            )

    for directory, tokenizers in zip(directories[1:], others, strict=True):
        for name in TOKENIZERS:
            if tokenizers[name] != first[name]:
                raise InputError(
                    f"Expected models with the same tokenizers. Received: {directory}, whose "
                    f"{name} is not that of {directories[0]}. Train one with "
                    f"seq2seq train --vocabulary-from {directories[0]}."
                )


def _tokenizers(path: Path) -> dict[str, bytes]:
    directory = ModelDirectory(path)
    directory.read_configuration()  # refuses what is no model directory
    with directory.naming_damage():
        return {name: _bytes(path / name) for name in TOKENIZERS}


def _bytes(path: Path) -> bytes:
    with open_regular(path) as file:
        return file.read()
