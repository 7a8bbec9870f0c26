"""A model directory as the place of a model: is there room for one, is it damaged, does it match another."""

import contextlib
from datetime import datetime
from pathlib import Path

from seq2seq.archive import DAMAGED
from seq2seq.configuration import CONFIGURATION
from seq2seq.errors import InputError


def expect_room(directory: Path) -> None:
    """Refuses a place that holds anything but a model.

    Raises:
        InputError: It does.
    """
    occupied = directory.exists() and (not directory.is_dir() or any(directory.iterdir()))
    if occupied and not (directory / CONFIGURATION).exists():
        raise InputError(
            f"Expected an empty or new directory for the model. Received: {directory}, which holds something else. "
            "Give another --output."
        )


def move_aside(directory: Path) -> Path | None:
    """Renames the directory of a model, if there is one, and returns where it is now."""
    if not (directory / CONFIGURATION).exists():
        return None
    place = directory.resolve()  # "." has no name of its own
    return place.rename(place.with_name(f"{place.name}.{datetime.now():%Y%m%d-%H%M%S-%f}"))


@contextlib.contextmanager
def naming_damage(directory: Path, *errors: type[Exception]):
    """Turns what reading a damaged model directory raises, these errors too, into an `InputError`."""
    try:
        yield
    except (*DAMAGED, *errors) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"Expected a complete model in {directory}. Received a missing or damaged file: {reason} "
            "Copy the directory again, or train with --resume if training was interrupted."
        ) from error
