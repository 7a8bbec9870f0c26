"""Makes the pictures of the course: runs the commands that its chapters show.

    python scripts/course/pictures.py            # all chapters, with the models in saved_models/
    python scripts/course/pictures.py 04 12      # some

A chapter shows `pictures/NAME.svg` and has one block of commands that writes `--output NAME.svg`.
The block is run as it stands, in a folder of its own that has the repository's examples/ and data/
and the models that docs/course/index.md trains. What it prints goes to the terminal: the numbers
in the chapters come from there.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "docs" / "course"
MODELS = ("en-ko", "none", "rnn", "lstm")


class Picture(NamedTuple):
    """A picture of a chapter, and the commands that make it.

    Attributes:
        chapter: The page.
        name: The file that the commands write.
        commands: What to run.
    """

    chapter: Path
    name: str
    commands: str


def find_pictures(chapter: Path) -> list[Picture]:
    """The pictures that a chapter shows, in their order.

    Raises:
        ValueError: No block of the chapter, or more than one, makes a picture that it shows.
    """
    text = chapter.read_text(encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    pictures = []
    for name in re.findall(r"\]\(pictures/([^)]+)\)", text):
        makers = [block for block in blocks if re.search(rf"--output {re.escape(name)}\b", block)]
        if len(makers) != 1:
            raise ValueError(
                f"Expected one block of {chapter.name} to write {name}. Received: {len(makers)}. "
                f"Show the command with --output {name}."
            )
        pictures.append(Picture(chapter, name, makers[0]))

    return pictures


def make(picture: Picture, models: Path, output: Path) -> None:
    """Runs the commands of a picture and copies it to a folder.

    Raises:
        subprocess.CalledProcessError: A command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("examples", "data"):
            Path(folder, name).symlink_to(ROOT / name)
        Path(folder, "saved_models").symlink_to(models.resolve())

        print(f"\n{picture.chapter.name}: {picture.name}\n{picture.commands}", flush=True)
        subprocess.run(["bash", "-eo", "pipefail", "-c", picture.commands], cwd=folder, check=True)
        shutil.copyfile(Path(folder, picture.name), output / picture.name)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options, and the chapters that they name."""
    parser = argparse.ArgumentParser(description="Makes the pictures of the course.")
    parser.add_argument(
        "chapters", nargs="*", metavar="NN", help="numbers of chapters, such as 04 (default: all)"
    )
    parser.add_argument(
        "--models", type=Path, default=ROOT / "saved_models", help="the folder of the models"
    )
    parser.add_argument(
        "--output", type=Path, default=COURSE / "pictures", help="the folder of the pictures"
    )
    options = parser.parse_args(arguments)

    missing = [name for name in MODELS if not (options.models / name).is_dir()]
    if missing:
        parser.error(
            f"Expected the models {', '.join(MODELS)} in {options.models}. "
            f"Received: none of {', '.join(missing)}. Train them as docs/course/index.md says."
        )

    return options


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    chapters = sorted(COURSE.glob("[0-9][0-9]-*.md"))
    chapters = [path for path in chapters if not path.name.endswith(".ko.md")]
    if options.chapters:
        chapters = [path for path in chapters if path.name[:2] in options.chapters]

    options.output.mkdir(parents=True, exist_ok=True)
    for chapter in chapters:
        for picture in find_pictures(chapter):
            make(picture, options.models, options.output)


if __name__ == "__main__":
    main()
