"""Where the bundled English–Korean corpus lies.

In a checkout it lies beside the package, once installed inside it.
"""

from pathlib import Path

from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.errors import InputError, shown

NAME = "en-ko"
PARTS = ("train", "dev", "test", "test-unseen")

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


def bundled_corpus(part: str = "train") -> Corpus:
    """Reads a part of the bundled corpus: "train", "dev", "test" or "test-unseen".

    "test-unseen" has names and word combinations that do not occur in "train".

    Raises:
        InputError: There is no such part.
    """
    if part not in PARTS:
        raise InputError(f"Expected part to be one of {', '.join(PARTS)}. Received: {shown(part)}.")
    return read_tsv(bundled_file(part))
