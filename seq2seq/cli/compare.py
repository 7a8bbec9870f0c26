"""`seq2seq compare`: cells and attentions trained on the same pairs for as long, in one report."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.corpora import tell
from seq2seq.cli.options import MODELS
from seq2seq.cli.train_options import CONFIG, DATA, PRESET, SIZES, TRAINING
from seq2seq.cli.values import FILE, Directory, WholeNumber
from seq2seq.comparison.combinations import combinations, named
from seq2seq.comparison.plan import make_plan
from seq2seq.errors import InputError

_compared = option_group("What is compared")
_output = option_group("Output")


class _Names(click.ParamType):
    """Names with commas between them, each once: "rnn,gru".

    Args:
        option: Of which they are: "cell" or "attention".
    """

    name = "names"

    def __init__(self, option: str) -> None:
        self.option = option

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Splits the text at the commas, or refuses an unknown name and one that is there twice."""
        try:
            return named(value, self.option)
        except InputError as error:
            raise click.BadParameter(str(error), ctx=ctx, param=param) from error


_OWN = [
    _compared(
        "--cells",
        type=_Names("cell"),
        default="rnn,gru,lstm",
        show_default=True,
        metavar="NAMES",
        also=["--cell", "--rnn-type"],
        help="Recurrent cells, with commas between them.",
    ),
    _compared(
        "--attention",
        type=_Names("attention"),
        default="none,luong,bahdanau",
        show_default=True,
        metavar="NAMES",
        also=["--attentions"],
        help="Attentions, with commas between them. Each goes with each cell.",
    ),
    _compared(
        "--steps",
        type=WholeNumber(1, unit="steps"),
        metavar="STEPS",
        also=["--max-steps", "--updates"],
        help="Steps to train each model, in the place of --time-limit.",
    ),
    _compared(
        "--test",
        type=FILE,
        metavar="CORPUS.tsv",
        show_default="the dev pairs",
        help="Pairs to score.",
    ),
]

_OUTPUT = _output(
    "--output",
    type=Directory(),
    default=MODELS / "comparison",
    show_default=str(MODELS / "comparison"),
    metavar="DIR",
    help="Directory of the models and of the report. The same command goes on there.",
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options: its own, and those of training that all models share."""
    for option in reversed([*_OWN, *DATA, PRESET, *SIZES, *TRAINING, _OUTPUT, CONFIG]):
        command = option(command)
    return command


@click.command(
    cls=Command,
    short_help="Train several cells and attentions, and set them side by side.",
    also=["comparison", "benchmark", "grid", "sweep"],
    examples=[
        ("seq2seq compare pairs.tsv --time-limit 10", "nine models, ten minutes each"),
        (
            "seq2seq compare pairs.tsv --cells gru,lstm --attention luong --steps 2000",
            "two models, 2000 steps each",
        ),
        ("seq2seq compare pairs.tsv --time-limit 10 --test test.tsv", "scored on pairs of its own"),
    ],
)
@argument(
    "corpus",
    nargs=-1,
    type=FILE,
    metavar="CORPUS.tsv...",
    explanation="Training pairs: on each line a sentence, a TAB and its translation; or .csv, "
    ".xlsx, .tmx, .xliff or .jsonl; .gz too.",
)
@_options
def compare(
    cells: tuple[str, ...],
    attention: tuple[str, ...],
    steps: int | None,
    test: str | None,
    output: Path,
    config: Path | None,
    strict: bool,
    **options: Any,
) -> None:
    """Train each cell with each attention on the same pairs, and report on all of them.

    Every model has the same budget: --time-limit for each, or --steps. The report is a page,
    report.html, the same as Markdown, report.md, and the numbers, report.json. A comparison that
    was stopped goes on with the same command. More cells and attentions may be added to it.
    """
    chosen = combinations(cells, attention)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    plan = make_plan(given, output, config=config, steps=steps, test=test, strict=strict)

    from seq2seq.comparison.run import compare as run

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        comparison = run(plan, chosen, tell=tell)
    except KeyboardInterrupt:
        tell("Interrupted; what is trained is kept. To continue: the same command.")
        raise SystemExit(1) from None

    for line in comparison.lines():
        click.echo(line)
    tell(f"Wrote {output / 'report.html'}, report.md and report.json.")
    if comparison.failures:
        names = ", ".join(comparison.failures)
        raise InputError(
            f"Expected {len(chosen)} models. Received: {len(comparison.results)}; failed: {names}. "
            "The report says why; the same command tries them again."
        )
