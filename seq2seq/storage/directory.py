"""A model directory as the place of a model: is there room, is it damaged, are its tokenizers those of another."""

import contextlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.storage.archive import DAMAGED
from seq2seq.storage.configuration import CONFIGURATION, TOKENIZERS, model_configuration


def expect_room(directory: Path, *, mark: str = CONFIGURATION) -> None:
    """Refuses a place that holds anything but a model, by default one to be trained further or averaged.

    Args:
        directory: The place.
        mark: The file by which a model of the kind is known.

    Raises:
        InputError: It does.
    """
    occupied = directory.exists() and (not directory.is_dir() or any(directory.iterdir()))
    if occupied and not (directory / mark).is_file():
        raise InputError(
            f"Expected an empty or new directory for the model. Received: {directory}, which holds something else. "
            "Give another."
        )


def move_aside(directory: Path) -> Path | None:
    """Renames the directory of a model, if there is one, and returns where it is now."""
    if not (directory / CONFIGURATION).exists():
        return None
    place = directory.resolve()  # "." has no name of its own
    return place.rename(place.with_name(f"{place.name}.{datetime.now():%Y%m%d-%H%M%S-%f}"))


def expect_same_tokenizers(directories: Sequence[Path]) -> None:
    """Refuses models that do not mean the same by their tokens.

    Raises:
        InputError: A directory is no model's, or its tokenizers are not those of the first, byte for byte.
    """
    first, *others = (_tokenizers(directory) for directory in directories)
    for directory, tokenizers in zip(directories[1:], others, strict=True):
        if tokenizers != first:
            different = next(
                name for name in {**first, **tokenizers} if first.get(name) != tokenizers.get(name)
            )
            raise InputError(
                f"Expected models with the same tokenizers. Received: {directory}, whose {different} is not that of "
                f"{directories[0]}. Train one with seq2seq train --vocabulary-from {directories[0]}."
            )


def _tokenizers(directory):
    model_configuration(directory)  # raises of what is no model directory
    with naming_damage(directory):
        return {name: (directory / name).read_bytes() for name in TOKENIZERS}


@contextlib.contextmanager
def naming_damage(directory: Path, *errors: type[Exception]):
    """Turns what reading a damaged model directory raises, these errors too, into an `InputError`."""
    try:
        yield
    except (*DAMAGED, *errors) as error:
        words = re.sub(
            r"\{\{.*?\}\}", "", str(error) or type(error).__name__
        ).split()  # without TensorFlow's names
        reason = " ".join(words)[:200].rstrip(".") + "."
        raise InputError(
            f"Expected a complete model in {directory}. Received a missing or damaged file: {reason} "
            "Copy the directory again, or train with --resume if training was interrupted."
        ) from error
