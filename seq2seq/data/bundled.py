"""Where the bundled English–Korean corpus lies.

In a checkout it lies beside the package, once installed inside it.
"""

from pathlib import Path

from seq2seq.errors import InputError

NAME = "en-ko"
_PLACES = (
    Path(__file__).parents[1] / "bundled_data" / NAME,
    Path(__file__).parents[2] / "data" / NAME,
)


def bundled_file(part: str, suffix: str = ".tsv") -> Path:
    """Finds the file of a part of the bundled corpus.

    Args:
        part: "train", "dev", "test" or "test-unseen", which are TSV, or "options", which is TOML.
        suffix: The ending of the file name.

    Raises:
        InputError: The installation lacks the file.
    """
    for place in _PLACES:
        path = place / f"{part}{suffix}"
        if path.is_file():
            return path

    raise InputError(
        f"Expected the bundled corpus in {_PLACES[0]}. "
        "Received nothing there: the installation is incomplete. "
        "Install the package again, or give a corpus of your own."
    )
