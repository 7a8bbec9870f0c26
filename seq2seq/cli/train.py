"""`seq2seq train`: options to a configuration, a run, and its scores."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from shlex import quote

import click

from seq2seq.cli.options import MODELS, open_corpora, read_dev
from seq2seq.cli.quiet import load_tensorflow
from seq2seq.data.bundled import NAME, bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.holdout import holdout_split
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration, load_options
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.files import write_text
from seq2seq.storage.options import CHANGEABLE, CHOICES, LOWEST, VOCABULARY
from seq2seq.training.presets import PRESETS, preset_ranges

CORPUS_OPTIONS = {"corpus", "source", "target"}
DEV_OPTIONS = {"dev", "dev_source", "dev_target"}
_DEV_SHARE, _DEV_LIMIT = 20, 1000  # a split holds out one pair in twenty, a thousand at most


def _default(preset_field: str, chosen: str = "by preset") -> str:
    values = [getattr(preset, preset_field) for preset in PRESETS.values()]
    shown = "/".join(f"{value:g}" for value in values)
    return f"  [default {chosen}: {shown}]"


def _at_least(name: str) -> click.IntRange:
    return click.IntRange(LOWEST[name])


@click.command(short_help="Train a translator.")
@click.argument("corpus", nargs=-1, metavar="[CORPUS.tsv]...")
@click.option(
    "--source",
    multiple=True,
    metavar="FILE",
    help="Source sentences, one per line; .gz too. Repeatable.",
)
@click.option(
    "--target", multiple=True, metavar="FILE", help="Their translations, line by line. Repeatable."
)
@click.option(
    "--dev", metavar="CORPUS.tsv", help="Pairs to validate on.  [default: some held out by --seed]"
)
@click.option("--dev-source", metavar="FILE", help="Sources to validate on.")
@click.option("--dev-target", metavar="FILE", help="Their translations.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Model directory.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="These options from a file.",
)
@click.option("--resume", is_flag=True, help="Continue the interrupted run in --output.")
@click.option(
    "--strict", is_flag=True, help="Refuse lines that are no pair, instead of skipping them."
)
@click.option(
    "--preset",
    type=click.Choice(["auto", *PRESETS]),
    help=f"Sizes and regularisation; auto is {preset_ranges()}.  [default: auto]",
)
@click.option("--cell", type=click.Choice(CHOICES["cell"]), help="Recurrent cell.  [default: gru]")
@click.option(
    "--attention",
    type=click.Choice(CHOICES["attention"]),
    help="none is the classic model: the context vector is all the decoder sees.  [default: luong]",
)
@click.option(
    "--units", type=_at_least("units"), help="Width of the encoder's memory." + _default("units")
)
@click.option(
    "--decoder-units",
    type=_at_least("decoder_units"),
    help="Width of the decoder." + _default("decoder_units", "as --units, or by preset"),
)
@click.option(
    "--embedding-size",
    type=_at_least("embedding_size"),
    help="Width of embeddings." + _default("embedding_size"),
)
@click.option(
    "--encoder-layers",
    type=_at_least("encoder_layers"),
    help="Layers." + _default("encoder_layers"),
)
@click.option(
    "--decoder-layers",
    type=_at_least("decoder_layers"),
    help="Layers." + _default("decoder_layers"),
)
@click.option(
    "--bidirectional/--no-bidirectional",
    default=None,
    help="Read the source both ways.  [default: yes]",
)
@click.option(
    "--dropout",
    type=click.FloatRange(0, 1, max_open=True),
    help="Share of features dropped while training." + _default("dropout"),
)
@click.option(
    "--vocabulary-size",
    type=_at_least("vocabulary_size"),
    help="Pieces." + _default("vocabulary_size"),
)
@click.option(
    "--shared-vocabulary/--separate-vocabularies",
    default=None,
    help="One vocabulary for both languages.  [default: shared if they are written alike]",
)
@click.option(
    "--vocabulary-from",
    metavar="DIR",
    help="Take the vocabularies of this model, of the same direction, instead of learning new ones, for an ensemble.",
)
@click.option(
    "--batch-tokens",
    type=_at_least("batch_tokens"),
    help="Tokens of a batch, on either side." + _default("batch_tokens"),
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(0, min_open=True),
    help="Its peak." + _default("learning_rate"),
)
@click.option(
    "--clip-norm",
    type=click.FloatRange(0, min_open=True),
    help="Limit of the gradient's norm.  [default: 1]",
)
@click.option(
    "--label-smoothing",
    type=click.FloatRange(0, 1, max_open=True),
    help="Share of probability spread over all words." + _default("label_smoothing"),
)
@click.option(
    "--guided-alignment",
    type=click.FloatRange(0, 1, max_open=True),
    help="Share of the training in which a word alignment guides attention."
    + _default("guided_alignment"),
)
@click.option(
    "--epochs",
    type=_at_least("epochs"),
    help="Passes over the corpus, at most." + _default("epochs"),
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    metavar="MINUTES",
    help="Minutes, at most.",
)
@click.option(
    "--patience",
    type=_at_least("patience"),
    help="Validations without progress before stopping early.  [default: 10]",
)
@click.option(
    "--keep",
    type=_at_least("keep"),
    metavar="N",
    help="Keep the models of the last N validations.  [default: 0]",
)
@click.option(
    "--precision",
    type=click.Choice(CHOICES["precision"]),
    help="Of matrix products in training; auto is bfloat16 where the processor has it.  [default: auto]",
)
@click.option("--seed", type=_at_least("seed"), help="Seed of everything random.  [default: 1]")
def train(output, config, resume, strict, **options):
    """Train a translator on sentence pairs, and score it.

    CORPUS.tsv holds a source sentence, a TAB and its translation on each line. With neither CORPUS nor --source, the
    bundled English–Korean corpus is learnt, into saved_models/en-ko; it has defaults of its own, unless --preset is
    given.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    output = output or MODELS / _default_name(given, config)
    configuration = _configuration(output, config, resume, given)
    corpus, dev = _corpora(configuration, strict)
    configuration = _with_whole_paths(configuration)

    load_tensorflow()
    from seq2seq.model.precision import rounds_for_good
    from seq2seq.training.progress import ProgressDisplay
    from seq2seq.training.run import Interrupted
    from seq2seq.training.run import train as run

    display = ProgressDisplay()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        translator = run(configuration, output, corpus, dev, display=display, resume=resume)
    except Interrupted:
        display.line(
            f"Interrupted; the checkpoint is kept. To continue: seq2seq train --resume --output {quote(str(output))}"
        )
        raise SystemExit(1) from None
    tests = _tests(configuration) or {"dev": dev}
    if rounds_for_good(translator.configuration.training.precision):
        _score_in_a_new_process(tests, output)
    else:
        _score(translator, tests, output)
    example = dev.source[0] if _has_corpus(configuration) else "I am Yusol"
    click.echo(f"\nTranslate:  seq2seq translate --model {quote(str(output))} {_quoted(example)}")


def _with_whole_paths(configuration):
    """The configuration as it is stored, so that a run can be repeated and resumed from any directory."""
    options = configuration.options()
    paths = CORPUS_OPTIONS | DEV_OPTIONS | {"vocabulary_from"}
    return configuration.replace(**{name: _whole(options[name]) for name in paths})


def _whole(path):
    if isinstance(path, tuple):
        return tuple(map(_whole, path))
    return os.path.abspath(path) if path not in (None, "-") else path


def _default_name(given, config):
    if not (config or given.get("corpus") or given.get("source")):
        return NAME
    raise click.UsageError("Expected --output DIR, the directory for the model. Received none.")


def _configuration(output, config, resume, given):
    """The options given, over those of the file or of the run to be resumed; the bundled corpus has its own file."""
    if not resume:
        return Configuration.from_options({**_options_of_file(config, given), **given})
    if config:
        raise click.UsageError(
            "Expected --resume without --config: a resumed run keeps its options. Received both."
        )
    configuration = ModelDirectory(output).read_configuration()
    resumed = _with_whole_paths(configuration.replace(**given))
    before, after = configuration.options(), resumed.options()
    fixed = given.keys() - set(CHANGEABLE)
    changed = sorted(name for name in fixed if after[name] != before[name])
    if changed:
        names = ", ".join("--" + name.replace("_", "-") for name in changed)
        raise InputError(
            f"Expected a resumed run to keep its options. Received another {names}. "
            "Only --time-limit, --patience and --keep may change."
        )
    return resumed


def _options_of_file(config, given):
    """The options of --config, or the bundled corpus's own unless a preset is asked for; less what `given` replaces."""
    if config:
        options = load_options(config)
    elif given.keys() & {"corpus", "source", "preset"}:
        options = {}
    else:
        options = load_options(bundled_file("options", ".toml"))
        if "epochs" in given:
            del options["time_limit"]  # which is there for the default number of epochs
    groups = [
        (CORPUS_OPTIONS, CORPUS_OPTIONS),
        (DEV_OPTIONS, DEV_OPTIONS),
        ({"vocabulary_from"}, VOCABULARY),
    ]
    for group, decided in groups:
        if given.keys() & group:  # what the command line says of one, it says of all
            options = {name: value for name, value in options.items() if name not in decided}
    return options


def _has_corpus(configuration):
    return bool(configuration.corpus.corpus or configuration.corpus.source)


def _corpora(configuration, strict):
    """Training pairs and dev pairs; without dev files, a seeded split of the former."""
    options = configuration.corpus
    dev = read_dev(options.dev, options.dev_source, options.dev_target, strict=strict)
    corpus = open_corpora(
        options.corpus, options.source, options.target, strict=strict, bundled="train"
    )
    if dev is not None:
        return corpus, dev
    if not _has_corpus(configuration):
        return corpus, read_tsv(bundled_file("dev"))
    size = max(1, min(_DEV_LIMIT, len(corpus) // _DEV_SHARE))
    rest, dev = holdout_split(corpus, size=size, seed=configuration.training.seed)
    click.echo(f"Held out for validation: {len(dev):,} of {len(corpus):,} pairs.", err=True)
    return rest, dev


def _quoted(text):
    """The text as a word of the shell, in double quotes where they do."""
    return quote(text) if set(text) & set('"$`\\!') else f'"{text}"'


def _tests(configuration):
    if _has_corpus(configuration):
        return {}
    return {part: read_tsv(bundled_file(part)) for part in ("test", "test-unseen")}


def _score(translator, tests, directory):
    """Scores the model on each test, and keeps the scores in the model directory."""
    from seq2seq.evaluation.evaluation import evaluate_translator

    results = {}
    for name, corpus in tests.items():
        evaluation = evaluate_translator(translator, corpus)
        click.echo(f"\n{name}: {len(corpus):,} sentences, beam 5")
        click.echo(evaluation.table())
        results[name] = evaluation.as_dict()
    text = json.dumps(results, indent=2, ensure_ascii=False)
    write_text(ModelDirectory(directory).metrics_file, text + "\n")


def _score_in_a_new_process(tests, directory):
    sides = {name: (corpus.source, corpus.target) for name, corpus in tests.items()}
    code = "import sys; from seq2seq.cli.train import score_pairs; score_pairs(sys.argv[1])"
    # -P: nothing in the user's directory is taken for a module.
    command = [sys.executable, "-P", "-c", code, directory]
    done = subprocess.run(command, input=json.dumps(sides), capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise InputError(
            f"Expected to score {directory}. Received: {reason} Repeat with seq2seq evaluate."
        )
    click.echo(done.stderr, nl=False, err=True)
    click.echo(done.stdout, nl=False)


def score_pairs(directory):
    """Scores a model on the sources and targets of each test, which standard input holds as JSON."""
    load_tensorflow()
    from seq2seq.cpu import split_cores
    from seq2seq.translation.translator import Translator

    tests = {name: Corpus(*sides) for name, sides in json.load(sys.stdin).items()}
    _score(Translator.load(directory, threads=split_cores()), tests, directory)
