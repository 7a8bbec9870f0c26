"""Whether an exported model is what was exported, before any of it is parsed."""

from collections.abc import Iterable
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.storage.manifest import MANIFEST, expect_unchanged


def expect_whole(directory: Path, names: Iterable[str] | None = None) -> None:
    """Refuses an exported model in which a file is not what its manifest says.

    Args:
        directory: The directory of the model.
        names: The files that will be read; all of them by default.

    Raises:
        InputError: A file is missing, damaged or changed.
    """
    try:
        expect_unchanged(directory, names)
    except (OSError, ValueError) as error:
        raise InputError(
            f"Expected a whole exported model in {directory}. Received: {error} Export it again."
        ) from error


def is_listed(directory: Path) -> bool:
    """Whether the directory has a manifest; older ones, and those of other programs, have none."""
    return (directory / MANIFEST).exists()
