"""Where the bundled English–Korean corpus lies: beside the package in a checkout, inside it once installed."""

from pathlib import Path

from seq2seq.errors import InputError

NAME = "en-ko"
_PLACES = (
    Path(__file__).parents[1] / "bundled_data" / NAME,
    Path(__file__).parents[2] / "data" / NAME,
)


def bundled_file(part: str, suffix: str = ".tsv") -> Path:
    """The file of a part: "train", "dev", "test" and "test-unseen" are TSV; "options" is TOML."""
    for place in _PLACES:
        if (place / f"{part}{suffix}").is_file():
            return place / f"{part}{suffix}"
    raise InputError(
        f"Expected the bundled corpus in {_PLACES[0]}. Received nothing there: the installation is incomplete. "
        "Install the package again, or give a corpus of your own."
    )
