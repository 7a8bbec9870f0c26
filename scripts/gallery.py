"""Makes the pictures of docs/explain.md and, on dark ground too, those of docs/gallery.md.

They show a model with attention and one without:

python scripts/gallery.py --model saved_models/en-ko --plain saved_models/plain
"""

import argparse
import contextlib
import os
import tempfile
from pathlib import Path

from seq2seq.cli import main as seq2seq
from seq2seq.storage.files import write_text

PLACE = Path(__file__).parents[1] / "docs" / "images" / "explain"
MOST = 100_000  # bytes of a picture

SENTENCE = "I did not eat bread yesterday."
NOT = "나는 어제 빵을 먹었어."


def commands(model: Path, plain: Path) -> dict[str, list[str]]:
    """The command of each picture, without the file that it writes."""
    of_model = ["--model", str(model)]
    of_plain = ["--model", str(plain)]
    both = [*of_model, *of_plain]
    return {
        "attention": ["attention", SENTENCE, *of_model],
        "beam": ["beam", "I am a student.", "--beam-size", "3", *of_model],
        "gates": ["gates", "Where is he?", "--unit", "3", *of_model],
        "gradients": ["gradients"],
        "memory": ["memory", "Are you a student?", *of_model],
        "context": [
            "context",
            "She is a teacher.",
            "--mean-with",
            "Is he a student?",
            "--by",
            "question",
            *of_plain,
        ],
        "step": ["step", SENTENCE, "--position", "2", *of_model],
        "length": ["length", *both],
        "curves": ["curves", *both],
        "why": ["why", SENTENCE, "--not", NOT, *of_model],
    }


def draw(name: str, command: list[str], folder: Path) -> None:
    """Runs a command on a light and on a dark ground, and keeps both pictures.

    The numbers beside them are left behind.

    Raises:
        SystemExit: The command has failed, or the picture is too large.
    """
    for place, ground in ((PLACE, []), (PLACE / "dark", ["--dark"])):
        made = folder / f"{name}.svg"
        made.unlink(missing_ok=True)
        with contextlib.suppress(SystemExit):  # as click ends a command
            seq2seq(["explain", *command, *ground, "--output", str(made)])
        if not made.exists():
            raise SystemExit(f"Expected {name}.svg. Received none: seq2seq explain has failed.")

        size = made.stat().st_size
        if size > MOST:
            raise SystemExit(
                f"Expected {name}.svg to have at most {MOST:,} bytes. Received: {size:,}. "
                "Choose a shorter sentence."
            )
        write_text(place / made.name, made.read_text(encoding="utf-8"))
        print(f"{place / made.name}  {size:,} bytes")


def main() -> None:
    """Makes all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="a model with attention")
    parser.add_argument("--plain", type=Path, required=True, help="one without attention")
    parser.add_argument("--only", nargs="*", default=[], help="names of pictures; all by default")
    options = parser.parse_args()

    os.makedirs(PLACE / "dark", exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(options.model, options.plain).items():
            if not options.only or name in options.only:
                draw(name, command, Path(folder))


if __name__ == "__main__":
    main()
