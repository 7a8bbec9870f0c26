"""What the tests of the commands share: the reverse task, one model trained on it, and small corpora for training."""

import dataclasses
import functools
import random
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from seq2seq.cli import main
from seq2seq.configuration import Configuration
from seq2seq.corpus import Corpus

REVERSE_OPTIONS = (
    "--units 64 --embedding-size 32 --dropout 0 --label-smoothing 0 --batch-tokens 512 --learning-rate 5e-3 "
    "--epochs 12 --precision float32"
).split()


def reverse(text: str) -> str:
    return " ".join(reversed(text.split()))


def digit_strings(count: int, *, longest: int = 10, seed: int = 1) -> list[str]:
    """Distinct random strings such as "3 1 4"."""
    chance, found = random.Random(seed), {}
    while len(found) < count:
        found[" ".join(chance.choices("0123456789", k=chance.randint(1, longest)))] = None
    return list(found)


def write_tsv(path: Path, strings: list[str]) -> Path:
    path.write_text("".join(f"{text}\t{reverse(text)}\n" for text in strings))
    return path


def small_corpus(count: int = 120, seed: int = 3) -> Corpus:
    strings = digit_strings(count, longest=7, seed=seed)
    return Corpus(strings, [reverse(text) for text in strings])


def small_configuration(**changes) -> Configuration:
    """A run of a second or two, with everything random switched on."""
    sizes = {"units": 8, "embedding_size": 6, "vocabulary_size": 26, "batch_tokens": 64}
    return Configuration(
        **{**sizes, "precision": "float32", "epochs": 3, "dropout": 0.3, "learning_rate": 1e-2, "seed": 5, **changes}
    )


def run(*arguments, stdin=None):
    """Runs a command in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def succeeds(*arguments, stdin=None):
    """Runs a command that must succeed, and returns its result."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result


def fails(*arguments, stdin=None, code=1) -> str:
    """Runs a command that must fail as a user's mistake does: one line, no traceback. Returns the line."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == code, result.stderr
    return error_line(result.stderr)


def error_line(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if "Error:" in line]
    assert len(lines) == 1 and stderr.splitlines()[-1] == lines[0], stderr
    assert "Traceback" not in stderr and "should not happen" not in stderr, stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


def process(*arguments, **options) -> subprocess.CompletedProcess:
    """Runs a command in a process of its own."""
    command = [sys.executable, "-m", "seq2seq", *map(str, arguments)]
    options = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 300, **options}
    return subprocess.run(command, **options)


def contents(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, hidden ones included."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def loaded_once():
    """The commands of a test file find a translator as the one before left it: loading and tracing take seconds."""
    from seq2seq.translator import Translator

    load, loaded = Translator.load, {}

    def load_once(*directories, threads=1):
        key = tuple(frozenset(contents(Path(directory)).items()) for directory in directories)
        translator = loaded.get(key) or load(*directories)
        translator.threads = threads
        return loaded.setdefault(key, translator)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Translator, "load", load_once)
        yield


@pytest.fixture(scope="session")
def untrained(tmp_path_factory):
    """`untrained(seed, vocabulary=1, **changes)` is the directory of a small model of random weights, made once.

    Models of the same `vocabulary` have the same tokenizers.
    """
    import numpy as np

    from seq2seq.tokenizer import Tokenizer
    from seq2seq.translator import Translator, make_model

    @functools.cache
    def tokenizers(vocabulary):
        return tuple(Tokenizer.train(small_corpus(seed=seed).source, 20) for seed in (vocabulary, vocabulary + 1))

    @functools.cache
    def directory(seed, *, vocabulary=1, **changes):
        configuration = small_configuration(
            **{"shared_vocabulary": False, "decoder_units": 8, "attention": "luong", **changes}
        )
        configuration = dataclasses.replace(configuration, encoder_layers=1, decoder_layers=1)
        model = make_model(configuration, *tokenizers(vocabulary))
        generator = np.random.default_rng(seed)
        for weight in model.trainable_variables:
            weight.assign(generator.normal(size=weight.shape))
        place = tmp_path_factory.mktemp("untrained") / f"model-{seed}"
        Translator(model, *tokenizers(vocabulary), configuration).save(place)
        return place

    return directory


@pytest.fixture(scope="session")
def reverse_task(tmp_path_factory) -> Path:
    """A directory with train.tsv, dev.tsv and test.tsv of the reverse task; no string is in two of them."""
    directory, strings = tmp_path_factory.mktemp("reverse"), digit_strings(3400)
    write_tsv(directory / "train.tsv", strings[:3000])
    write_tsv(directory / "dev.tsv", strings[3000:3100])
    write_tsv(directory / "test.tsv", strings[3100:])
    return directory


@pytest.fixture(scope="session")
def reverse_run(reverse_task):
    """The result of `seq2seq train` on the reverse task, into the directory `model` beside its files."""
    files = (reverse_task / "train.tsv", "--dev", reverse_task / "dev.tsv", "--output", reverse_task / "model")
    return succeeds("train", *files, *REVERSE_OPTIONS)


@pytest.fixture(scope="session")
def reverse_model(reverse_run, reverse_task) -> Path:
    return reverse_task / "model"


@pytest.fixture(scope="session")
def reverse_translator(reverse_model):
    from seq2seq.translator import Translator

    return Translator.load(reverse_model)


@pytest.fixture(scope="session")
def exported(reverse_model, tmp_path_factory) -> Path:
    """The SavedModel that `seq2seq export` makes of it."""
    directory = tmp_path_factory.mktemp("exported") / "model"
    succeeds("export", directory, "--model", reverse_model)
    return directory


@pytest.fixture(scope="session")
def exported_tflite(reverse_model, tmp_path_factory) -> Path:
    """The TFLite model that it makes of it."""
    directory = tmp_path_factory.mktemp("tflite") / "model"
    succeeds("export", directory, "--format", "tflite", "--model", reverse_model)
    return directory
