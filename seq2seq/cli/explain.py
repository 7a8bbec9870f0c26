"""`seq2seq explain`: what happens inside a model, as a picture, a page or numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.corpora import read_corpora
from seq2seq.cli.language_options import expect_language, to_option
from seq2seq.cli.options import find_models, is_given, model_option
from seq2seq.cli.sentences import expect_utf8
from seq2seq.cli.values import FILE, Choice, Number, WholeNumber
from seq2seq.data.corpus import Corpus
from seq2seq.explain.formats import PICTURE_SUFFIXES, expect_matplotlib, expect_suffix
from seq2seq.quiet import load_tensorflow
from seq2seq.storage.directory import ModelDirectory

if TYPE_CHECKING:
    from seq2seq.explain.explanation import Explanation

_SEARCH = ("beam_size", "length_penalty")

# What each topic takes besides --model, --output and --dark, by the names of its arguments.
_TAKES: dict[str, tuple[str, ...]] = {
    "attention": ("text", "target", "n_best", "words", *_SEARCH),
    "beam": ("text", "n_best", *_SEARCH),
    "gates": ("text", "target", "layer", "unit", "corpus", "beam_size"),
    "gradients": ("text", "corpus", "steps", "length", "gain", "seed"),
    "memory": ("text", "target", "beam_size"),
    "context": ("text", "mean_with", "by", "corpus"),
    "step": ("text", "target", "position", "beam_size"),
    "length": ("corpus", *_SEARCH),
    "curves": ("over",),
    "why": ("text", "other", "target", "beam_size"),
}
_NEED_TEXT = ("attention", "beam", "gates", "memory", "step", "why")
_NEED_NO_MODEL = ("gradients",)
_TAKE_SEVERAL = ("length", "curves")
# Where it is not the argument's own name.
_OPTION_OF = {"model_directories": "--model", "other": "--not", "text": "TEXT"}
# What says nothing of gradients beside another option, and why.
_NOT_BESIDE = {
    "model_directories": (("steps", "gain"), "small models"),
    "text": (("corpus", "length"), "texts of a corpus"),
}

_output = option_group("Output")
_text = option_group("Text and translation")
_shown = option_group("What is shown")


@click.command(
    cls=Command,
    short_help="Show what happens inside a model.",
    also=["visualize", "visualise", "show", "plot", "inspect"],
    examples=[
        ('seq2seq explain attention "I am Yusol" --output attention.html', "what looks at what"),
        ('seq2seq explain gates "I am Yusol" --unit 3', "gates over time, and what excites a unit"),
        ('seq2seq explain why "I am Yusol" --not "너는 유솔이야"', "why this and not that"),
        ("seq2seq explain gradients", "how gradients vanish in an RNN, a GRU and an LSTM"),
        ("seq2seq explain curves --model saved_models/mine --model saved_models/quick", "runs"),
    ],
)
@argument(
    "topic",
    type=Choice(list(_TAKES)),
    metavar="TOPIC",
    explanation=", ".join(_TAKES) + ".",
)
@argument("text", required=False, metavar="[TEXT]", explanation="The sentence to look at.")
@model_option(" Repeatable with length and curves.")
@to_option()
@_output(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    show_default="TOPIC.svg",
    help="A picture, .svg or .png; a page, .html; the numbers, .json; of step, .tex too. The "
    "numbers lie beside every picture.",
)
@_output("--dark", is_flag=True, help="Draw on a dark ground. A page has both.")
@_text("--not", "other", metavar="TEXT", help="why: the other translation.")
@_text(
    "--mean-with",
    metavar="TEXT",
    help="context: another sentence; tells what is decoded from the mean of both vectors.",
)
@_text("--target", metavar="TEXT", help="The translation to look at, instead of the best one.")
@_text(
    "--n-best",
    type=WholeNumber(1, unit="translations"),
    show_default="1; 3 of a beam",
    metavar="N",
    help="attention, beam: translations, best first.",
)
@_text(
    "--beam-size",
    type=WholeNumber(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Hypotheses that the search keeps.",
)
@_text(
    "--length-penalty",
    type=Number(0),
    default=1.0,
    show_default=True,
    metavar="X",
    help="0 ranks hypotheses by probability; more favours longer ones.",
)
@_shown("--words", is_flag=True, help="attention: whole words in the place of pieces.")
@_shown(
    "--position",
    type=WholeNumber(1),
    default=1,
    show_default=True,
    metavar="N",
    help="step: which piece of the translation is predicted.",
)
@_shown(
    "--layer",
    metavar="NAME",
    show_default="the encoder's last forward one",
    help="gates: a recurrent layer, such as encoder/forward_0 or decoder/layer_0.",
)
@_shown(
    "--unit",
    type=WholeNumber(0),
    metavar="N",
    help="gates: a unit of an encoder layer, with the sentences that excite it.",
)
@_shown(
    "--by",
    type=Choice(["length", "tense", "question"]),
    default="length",
    show_default=True,
    metavar="NAME",
    help="context: what the colours show: length, tense (by English words) or question.",
)
@_shown(
    "--over",
    type=Choice(["steps", "minutes"]),
    default="steps",
    show_default=True,
    metavar="NAME",
    help="curves: steps or minutes.",
)
@_shown(
    "--corpus",
    type=FILE,
    metavar="FILE.tsv",
    show_default="the bundled one",
    help="Sentence pairs to look at.",
)
@_shown(
    "--steps",
    type=WholeNumber(0, unit="steps"),
    default=60,
    show_default=True,
    metavar="STEPS",
    help="gradients: training steps of the small models that it makes without --model.",
)
@_shown(
    "--length",
    type=WholeNumber(4, unit="time steps"),
    default=40,
    show_default=True,
    metavar="STEPS",
    help="gradients: time steps that the gradient goes back.",
)
@_shown(
    "--gain",
    type=Number(above=0),
    default=1.0,
    show_default=True,
    metavar="X",
    help="gradients: multiply the recurrent matrices of the small models; above 1 they explode.",
)
@_shown(
    "--seed",
    type=WholeNumber(0),
    default=1,
    show_default=True,
    metavar="N",
    help="gradients: seed of the small models, and of new weights beside --model.",
)
def explain(
    topic: str,
    text: str | None,
    model_directories: tuple[Path, ...],
    to: str | None,
    output: Path | None,
    dark: bool,
    corpus: str | None,
    **options: Any,
) -> None:
    """Show what happens inside a model: one command, one picture.

    It says in words what is found, and writes the picture and its numbers. Options that name a
    topic belong to it alone.
    """
    output = expect_suffix(output or Path(f"{topic}.svg"), topic)
    options |= {"text": text, "corpus": corpus}
    _check_options(topic, options)
    if output.suffix in PICTURE_SUFFIXES:
        expect_matplotlib()
    models = _models(topic, model_directories)
    if topic != "curves":
        for model in models:
            expect_language(model, to)
    given = {name: options[name] for name in _TAKES[topic] if is_given(name)}
    if corpus:
        given["corpus"] = read_corpora((corpus,), (), ())

    load_tensorflow()
    explanation = _explain(topic, models, to, given)
    for line in explanation.lines():
        click.echo(line)
    written = explanation.save(output, dark=dark)
    click.echo(f"Wrote {' and '.join(map(str, written))}.", err=True)


def _check_options(topic: str, options: dict[str, Any]) -> None:
    """Refuses what the topic does not take, and a topic without its text.

    Raises:
        click.UsageError: An option belongs to another topic, or the text is missing.
    """
    for name in options:
        if is_given(name) and name not in _TAKES[topic]:
            owners = [other for other, takes in _TAKES.items() if name in takes]
            raise click.UsageError(
                f"Expected {_option(name)} with {', '.join(owners)}. Received: it with {topic}. "
                "Leave it out."
            )
    if topic == "gradients":
        _check_gradients()

    for name in ("text", "other"):
        needed = topic in _NEED_TEXT if name == "text" else topic == "why"
        if needed and options[name] is None:
            more = ' --not "너는 유솔이야"' if topic == "why" else ""
            raise click.UsageError(
                f'Missing {_OPTION_OF[name]}. Example: seq2seq explain {topic} "I am Yusol"{more}'
            )
    for name in ("text", "other", "target", "mean_with"):
        expect_utf8(options[name] or "")


def _check_gradients() -> None:
    """Refuses options of which one makes another meaningless.

    Raises:
        click.UsageError: Both are given.
    """
    for owner, (names, whose) in _NOT_BESIDE.items():
        for name in names:
            if is_given(owner) and is_given(name):
                raise click.UsageError(
                    f"Expected {_option(name)} without {_option(owner)}: it is of {whose}. "
                    "Received: both. Leave one out."
                )


def _option(name: str) -> str:
    """What the user writes for an argument."""
    return _OPTION_OF.get(name, f"--{name.replace('_', '-')}")


def _models(topic: str, directories: Sequence[Path]) -> Sequence[Path]:
    """The models to explain: none for gradients, which makes its own unless one is given.

    Raises:
        click.UsageError: There are several, and the topic takes one.
    """
    if topic in _NEED_NO_MODEL and not directories:
        return ()
    if len(directories) > 1 and topic not in _TAKE_SEVERAL:
        raise click.UsageError(
            f"Expected one --model with {topic}. Received: {len(directories)}. Give one."
        )
    return find_models(directories)


def _explain(
    topic: str, models: Sequence[Path], to: str | None, given: dict[str, Any]
) -> Explanation:
    """Loads what the topic needs and calls its function."""
    import seq2seq.explain
    from seq2seq.translation.translator import Translator

    def load(model: Path) -> Translator:
        return Translator.load(model).to(to)

    function: Callable[..., Explanation] = getattr(seq2seq.explain, topic)
    if topic == "curves":
        return function(*models, **given)
    if topic == "length":
        return function({str(model): load(model) for model in models}, **given)
    if topic == "gradients":
        pairs = given.pop("corpus", None)
        return function(*map(load, models), pairs=pairs, **given)
    if topic == "context":
        given["training"] = _training_pairs(models[0], to)
    if topic == "gates" and "corpus" in given:
        given["sentences"] = given.pop("corpus").source
    return function(load(models[0]), **given)


def _training_pairs(model: Path, to: str | None) -> Corpus | None:
    """The pairs that a model has learnt, if they are still where they were; sources first."""
    options = ModelDirectory(model).read_configuration().corpus
    files = (options.corpus, options.source, options.target)
    if not all(Path(file).is_file() for file in itertools.chain(*files)):
        return None
    if len(options.languages) > 1:  # whose are in one file, and in the other not
        return None
    corpus = read_corpora(*files)
    return corpus.swapped() if to and options.spoken.is_reversed(to) else corpus
