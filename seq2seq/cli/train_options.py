"""The options of `seq2seq train`, in the groups of its help."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from seq2seq.cli.command import option_group
from seq2seq.cli.language_options import LANGUAGES
from seq2seq.cli.options import COLUMNS
from seq2seq.cli.values import FILE, Choice, Devices, Directory, Number, WholeNumber
from seq2seq.storage.options import CHOICES, LOWEST
from seq2seq.training.presets import PRESETS, preset_ranges

_data = option_group("Data")
_model = option_group("Model")
_training = option_group("Training")
_output = option_group("Output")


def in_words(values: Mapping[str, float]) -> str:
    """The default of an option that each preset sets.

    Returns:
        The commonest value, then the presets that differ: "0.3; large 0.2". Where all differ, each:
        "tiny 60, small 30, base 16, large 10".
    """
    common, times = Counter(values.values()).most_common(1)[0]
    if times == 1:
        return _listed(values)

    exceptions = {name: value for name, value in values.items() if value != common}
    return "; ".join(filter(None, [f"{common:,g}", _listed(exceptions)]))


def _listed(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:,g}" for name, value in values.items())


def _by_preset(field: str, before: str = "") -> str:
    return before + in_words({name: getattr(preset, field) for name, preset in PRESETS.items()})


def _at_least(name: str, unit: str = "") -> WholeNumber:
    return WholeNumber(LOWEST[name], unit=unit)


def _share() -> Number:
    return Number(0, below=1)


DATA = [
    _data(
        "--source",
        multiple=True,
        type=FILE,
        metavar="FILE",
        also=["--src", "--train-source"],
        help="Source sentences, one a line; .gz too. Repeatable.",
    ),
    _data(
        "--target",
        multiple=True,
        type=FILE,
        metavar="FILE",
        also=["--tgt", "--trg", "--train-target"],
        help="Translations of the lines of --source. Repeatable.",
    ),
    COLUMNS,
    _data(
        "--dev",
        type=FILE,
        metavar="CORPUS.tsv",
        also=["--valid", "--validation", "--val"],
        show_default="pairs held out by --seed",
        help="Pairs to validate on while training.",
    ),
    _data(
        "--dev-source",
        type=FILE,
        metavar="FILE",
        help="Source sentences to validate on, instead of --dev.",
    ),
    _data(
        "--dev-target",
        type=FILE,
        metavar="FILE",
        help="Translations of the lines of --dev-source.",
    ),
    _data(
        "--strict",
        is_flag=True,
        help="Refuse lines that are no pair, instead of skipping them.",
    ),
    _data(
        "--vocabulary-size",
        type=_at_least("vocabulary_size", "pieces"),
        metavar="PIECES",
        show_default=_by_preset("vocabulary_size"),
        help="Pieces (words and parts of words) in each vocabulary.",
    ),
    _data(
        "--shared-vocabulary/--separate-vocabularies",
        default=None,
        also=["--joint-vocabulary", "--share-vocab"],
        show_default="shared if the languages are written alike",
        help="One vocabulary for both languages, or one for each.",
    ),
    _data(
        "--vocabulary-from",
        type=Directory(str),
        metavar="DIR",
        help="Use the vocabularies of this model, of the same direction, so that the two can "
        "translate together as an ensemble.",
    ),
    _data(
        "--split-sentences/--no-split-sentences",
        default=None,
        show_default="split, unless a tenth of the source lines have several",
        help="Whether the model will translate lines of several sentences sentence by sentence.",
    ),
]

PARENT = [
    _data(
        "--mix",
        multiple=True,
        type=FILE,
        metavar="OLD.tsv",
        also=["--replay", "--rehearse", "--old"],
        help="With --from: pairs that the model has learnt before, to be learnt again beside the "
        "new ones, so that they are not forgotten. Repeatable.",
    ),
    _data(
        "--mix-share",
        type=_share(),
        metavar="SHARE",
        show_default="0.5",
        help="Share of the training that is of the pairs of --mix, 0 to 1.",
    ),
    _model(
        "--from",
        "--from-model",
        "from_model",
        type=Directory(str),
        metavar="DIR",
        also=["--init", "--finetune", "--fine-tune", "--pretrained", "--init-from", "--params"],
        help="Go on from this model: with its vocabulary, sizes and weights.",
    ),
    _model(
        "--extend-vocabulary",
        is_flag=True,
        default=None,
        also=["--update-vocab", "--update-vocabulary", "--add-tokens"],
        help="With --from: add pieces for the letters and words of the new pairs that its "
        "vocabulary lacks.",
    ),
]

PRESET = _model(
    "--preset",
    type=Choice(["auto", *PRESETS]),
    metavar="NAME",
    also=["--size", "--model-size"],
    show_default="auto",
    help=f"Set of defaults: {', '.join(PRESETS)}, or auto, which chooses by the number of "
    f"training pairs: {preset_ranges()}.",
)

CELL_AND_ATTENTION = [
    _model(
        "--cell",
        type=Choice(CHOICES["cell"]),
        also=["--rnn-type", "--cell-type", "--unit-type"],
        show_default="gru",
        help="Recurrent cell of the encoder and the decoder.",
    ),
    _model(
        "--attention",
        type=Choice(CHOICES["attention"]),
        metavar="NAME",
        show_default="luong",
        help="How the decoder looks back at the source: luong, bahdanau, or none, the classic "
        "model, in which the context vector is all that it sees.",
    ),
]

SIZES = [
    _model(
        "--units",
        type=_at_least("units"),
        metavar="N",
        also=["--hidden-size", "--hidden-units", "--num-units", "--rnn-size", "--hidden-dim"],
        show_default=_by_preset("units"),
        help="Width of the encoder's output, both directions together.",
    ),
    _model(
        "--decoder-units",
        type=_at_least("decoder_units"),
        metavar="N",
        show_default=_by_preset("decoder_units", "--units if given; else "),
        help="Width of the decoder.",
    ),
    _model(
        "--embedding-size",
        type=_at_least("embedding_size"),
        metavar="N",
        also=["--embed-dim", "--embed-size", "--emb-size", "--embedding-dim"],
        show_default=_by_preset("embedding_size"),
        help="Width of the embeddings of pieces.",
    ),
    _model(
        "--encoder-layers",
        type=_at_least("encoder_layers", "layers"),
        metavar="N",
        also=["--layers", "--num-layers"],
        show_default=_by_preset("encoder_layers"),
        help="Recurrent layers of the encoder.",
    ),
    _model(
        "--decoder-layers",
        type=_at_least("decoder_layers", "layers"),
        metavar="N",
        also=["--layers", "--num-layers"],
        show_default=_by_preset("decoder_layers"),
        help="Recurrent layers of the decoder.",
    ),
    _model(
        "--bidirectional/--no-bidirectional",
        default=None,
        show_default="both ways",
        help="Read the source both ways, or from its beginning only.",
    ),
]

TRAINING = [
    _training(
        "--epochs",
        type=_at_least("epochs", "epochs"),
        metavar="N",
        also=["--max-epochs", "--num-epochs"],
        show_default=_by_preset("epochs"),
        help="Most passes over the training pairs.",
    ),
    _training(
        "--time-limit",
        type=Number(above=0, unit="minutes"),
        metavar="MINUTES",
        also=["--max-time", "--minutes", "--timeout"],
        show_default="none",
        help="Minutes to train, at most.",
    ),
    _training(
        "--patience",
        type=_at_least("patience", "validations"),
        metavar="N",
        also=["--early-stopping"],
        show_default="10",
        help="Stop after so many validations without a better score.",
    ),
    _training(
        "--tokenize",
        metavar="NAME",
        show_default="auto, by the letters of the dev set",
        help="BLEU's tokenizer in validations and final scores: 13a, zh, char, intl, none, …",
    ),
    _training(
        "--batch-tokens",
        type=_at_least("batch_tokens", "tokens"),
        metavar="TOKENS",
        also=["--batch-size", "--tokens"],
        show_default=_by_preset("batch_tokens"),
        help="Most tokens in a batch, on either side.",
    ),
    _training(
        "--learning-rate",
        type=Number(above=0),
        metavar="X",
        also=["--lr", "--step-size"],
        show_default=_by_preset("learning_rate"),
        help="Peak of the learning rate.",
    ),
    _training(
        "--clip-norm",
        type=Number(above=0),
        metavar="X",
        also=["--max-grad-norm", "--grad-clip", "--gradient-clipping"],
        show_default="1",
        help="Norm that the gradient is clipped to.",
    ),
    _training(
        "--dropout",
        type=_share(),
        metavar="SHARE",
        show_default=_by_preset("dropout"),
        help="Share of the features that is dropped at random, 0 to 1.",
    ),
    _training(
        "--label-smoothing",
        type=_share(),
        metavar="SHARE",
        show_default=_by_preset("label_smoothing"),
        help="Share of the probability that is spread over all pieces, 0 to 1.",
    ),
    _training(
        "--guided-alignment",
        type=_share(),
        metavar="SHARE",
        also=["--guidance"],
        show_default=_by_preset("guided_alignment"),
        help="Share of the training, from its beginning, in which a word alignment guides the "
        "attention, 0 to 1.",
    ),
    _training(
        "--placeholder-share",
        type=_share(),
        metavar="SHARE",
        show_default="0.15",
        help="Share of the pairs in which reserved pieces stand for words, so that links, numbers "
        "and the like are carried over, 0 to 1.",
    ),
    _training(
        "--precision",
        type=Choice(CHOICES["precision"]),
        metavar="NAME",
        also=["--dtype", "--fp16", "--mixed-precision"],
        show_default="auto",
        help="Number format of matrix products: float32, bfloat16, float16, or auto, which is "
        "bfloat16 where the processor has it.",
    ),
    _training(
        "--seed",
        type=_at_least("seed"),
        metavar="N",
        also=["--random-seed"],
        show_default="1",
        help="Seed of everything random.",
    ),
    _training(
        "--deterministic",
        is_flag=True,
        default=None,
        also=["--determinism", "--reproducible"],
        help="Sum in one order on a GPU, more slowly: a resumed run ends like one never stopped.",
    ),
]

DEVICES = _training(
    "--devices",
    type=Devices(1, unit="devices"),
    metavar="N",
    default=1,
    also=["--gpus", "--num-gpus", "--nproc", "--workers"],
    help="GPUs that train together, each on a part of every batch; all for all of them. "
    "Without a GPU, processes with a part of the cores each.",
)

CONFIG = _output(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    also=["--options"],
    help="Take options from a file, such as the config.toml of a model; those given here win.",
)

OUTPUT = [
    _output(
        "--output",
        type=Directory(),
        metavar="DIR",
        also=["--model", "--model-dir", "--save-to"],
        show_default="saved_models/en-ko for the bundled corpus",
        help="New directory for the model. Required with a corpus of your own.",
    ),
    _output(
        "--keep",
        type=_at_least("keep", "models"),
        metavar="N",
        also=["--keep-checkpoints", "--save-total-limit"],
        show_default="0",
        help="Keep the models of the last N validations too, in DIR/checkpoints, for seq2seq "
        "average.",
    ),
    _output(
        "--resume",
        is_flag=True,
        also=["--continue"],
        help="Continue the interrupted run in --output.",
    ),
]


def train_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds all options of `seq2seq train` to a function."""
    model = [*PARENT, PRESET, *CELL_AND_ATTENTION, *SIZES]
    for option in reversed([*DATA, *LANGUAGES, *model, *TRAINING, DEVICES, *OUTPUT, CONFIG]):
        command = option(command)
    return command
