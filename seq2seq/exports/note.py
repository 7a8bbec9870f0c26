"""What an exported model's directory notes of its configuration, for those who run it."""

import tomllib
from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration

NOTE = "seq2seq.toml"
_OPTION = "split-sentences"


def write_note(directory: Path, configuration: Configuration) -> None:
    """Writes whether texts are split into sentences, as the configuration says."""
    value = str(configuration.model.split_sentences is not False).lower()
    (directory / NOTE).write_text(f"{_OPTION} = {value}\n", encoding="utf-8")


def splits_sentences(directory: Path) -> bool:
    """Reads whether texts are split into sentences; they are where there is no note.

    Raises:
        InputError: The note is damaged.
    """
    try:
        note = tomllib.loads((directory / NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"Expected TOML in {directory / NOTE}. Received: {error}. Export the model again."
        ) from error
    return note.get(_OPTION) is not False
