"""The command line: parse, call the library, print. TensorFlow is imported where it is needed."""

import click

from seq2seq.cli.about import PROGRAM, show_completion, show_help, show_version
from seq2seq.cli.group import CommandGroup


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=[
        ("seq2seq train", "learn English→Korean from the bundled corpus, in 2 minutes"),
        ('seq2seq translate "I am Yusol"', "prints 나는 유솔이야"),
        (
            "seq2seq train pairs.tsv --output saved_models/mine",
            "learn from pairs of your own: sentence TAB translation",
        ),
    ],
    epilog="seq2seq COMMAND --help explains a command and its options.",
)
@click.version_option(package_name=PROGRAM, message="%(prog)s %(version)s")
def main() -> None:
    """Train a recurrent translator on your sentence pairs, use it, score it, and export it."""


# Each is in the module of its name, which is imported when the command is asked for.
main.add_section("Prepare", ["data"])
main.add_section("Train", ["train", "average"])
main.add_section("Use", ["translate", "export", "serve"])
main.add_section("Measure", ["evaluate", "score", "compare"])
main.add_section("Understand", ["info", "explain"])
main.add_section("Help", ["doctor", show_help, show_version, show_completion])
