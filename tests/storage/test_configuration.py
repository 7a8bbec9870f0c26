"""Options come back from TOML, and are refused if they cannot be used."""

import math
import tomllib

import pytest

from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration, load_options
from seq2seq.storage.options import PRESET_NAMES
from seq2seq.storage.version import package_version
from seq2seq.training.presets import PRESETS


def test_default_configuration_comes_back_from_its_file(tmp_path):
    Configuration().save(tmp_path / "config.toml")
    assert Configuration.load(tmp_path / "config.toml") == Configuration()


def test_every_option_comes_back_from_its_file(tmp_path):
    options = {
        "corpus": ("한국어.tsv", 'a "quoted" \\ name.tsv'),
        "source": ("a.en", "b.en"),
        "target": ("a.ko", "b.ko"),
        "columns": ("English", "2"),
        "dev": "dev.tsv",
        "dev_source": "dev.en",
        "dev_target": "dev.ko",
        "mix": ("old.tsv", "older.tsv"),
        "mix_share": 0.25,
        "languages": ("en,ko",),
        "direction": "both",
        "language_scripts": ("LATIN", "HIRAGANA CJK"),
        "preset": "small",
        "cell": "lstm",
        "attention": "none",
        "units": 12,
        "decoder_units": 10,
        "embedding_size": 10,
        "encoder_layers": 2,
        "decoder_layers": 3,
        "bidirectional": False,
        "dropout": 0.25,
        "vocabulary_size": 500,
        "shared_vocabulary": True,
        "vocabulary_from": "saved_models/first",
        "from_model": "saved_models/second",
        "extend_vocabulary": True,
        "split_sentences": False,
        "source_scripts": ("LATIN", "HANGUL"),
        "source_capitals": True,
        "batch_tokens": 100,
        "learning_rate": 1e-5,
        "clip_norm": 0.5,
        "label_smoothing": 0.05,
        "guided_alignment": 0.5,
        "placeholder_share": 0.25,
        "epochs": 7,
        "time_limit": 1.5,
        "patience": 3,
        "keep": 4,
        "tokenize": "char",
        "precision": "float16",
        "seed": 9,
        "deterministic": True,
    }
    configuration = Configuration.from_options(options)
    defaults = Configuration().options()
    assert options.keys() == defaults.keys() and configuration.options() == options
    assert all(options[name] != defaults[name] for name in defaults)
    configuration.save(tmp_path / "config.toml")
    assert Configuration.load(tmp_path / "config.toml") == configuration


def test_file_uses_the_names_of_the_command_line(tmp_path):
    options = {"batch_tokens": 100, "shared_vocabulary": False}
    Configuration.from_options(options).save(tmp_path / "config.toml")
    lines = (tmp_path / "config.toml").read_text().splitlines()
    assert "batch-tokens = 100" in lines and "shared-vocabulary = false" in lines


def test_whole_number_stands_for_a_float(tmp_path):
    (tmp_path / "config.toml").write_text("time-limit = 15\n")
    assert Configuration.load(tmp_path / "config.toml").training.time_limit == 15


def test_only_options_in_the_file_are_loaded(tmp_path):
    (tmp_path / "config.toml").write_text('cell = "rnn"\ncorpus = ["a.tsv"]\n')
    assert load_options(tmp_path / "config.toml") == {"cell": "rnn", "corpus": ("a.tsv",)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("unit = 5", "Expected options of seq2seq train in .*Received: 'unit'"),
        ("batch_tokens = 5", "Received: 'batch_tokens'"),
        ("[model]\nunits = 5", "Received: 'model'"),
        ('units = "many"', "Expected units in .* to be a whole number. Received: 'many'"),
        ("units = 2.5", "to be a whole number. Received: 2.5"),
        ("units = true", "to be a whole number. Received: True"),
        ("dropout = false", "to be a number. Received: False"),
        ("bidirectional = 1", "to be true or false. Received: 1"),
        ('deterministic = "yes"', "Expected deterministic in .* true or false. Received: 'yes'"),
        ("cell = 3", "to be a string. Received: 3"),
        ('corpus = "a.tsv"', "Expected corpus in .* Received: 'a.tsv'"),
        ("corpus = [1]", r"Received: \[1\]"),
        ("units = ", "Expected a TOML file of training options"),
        ("units = 5\nunits = 6", "Expected a TOML file"),
        (b"\xff\xfe\x00", "Expected a TOML file"),
    ],
)
def test_file_that_holds_something_else_is_refused(tmp_path, content, message):
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message) as raised:
        Configuration.load(path)
    assert "\n" not in str(raised.value)


def test_missing_file_and_directory_are_refused(tmp_path):
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(InputError, match="Expected a TOML file of training options. Received"):
            Configuration.load(path)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("cell", "transformer"),
        ("attention", "self"),
        ("preset", "huge"),
        ("units", 0),
        ("embedding_size", -1),
        ("encoder_layers", 0),
        ("decoder_layers", 0),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("dropout", math.nan),
        ("vocabulary_size", 3),
        ("batch_tokens", 0),
        ("learning_rate", 0.0),
        ("learning_rate", math.inf),
        ("clip_norm", 0.0),
        ("label_smoothing", 1.0),
        ("guided_alignment", 1.0),
        ("epochs", 0),
        ("time_limit", 0.0),
        ("time_limit", math.inf),
        ("patience", 0),
        ("seed", -1),
    ],
)
def test_value_out_of_range_is_refused_wherever_it_comes_from(option, value):
    with pytest.raises(
        InputError, match=rf"Expected {option.replace('_', '-')} .*Received: {value!r}"
    ):
        Configuration.from_options({option: value})


def test_odd_width_cannot_be_shared_by_two_directions():
    with pytest.raises(InputError, match="Expected an even number of units, .*Received: 7"):
        Configuration.from_options({"units": 7})
    one_way = Configuration.from_options({"units": 7, "bidirectional": False})
    assert one_way.model.units == 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unit": 5}, "Expected options of seq2seq train. Received: 'unit'. See seq2seq train"),
        ({"units": "many"}, "Expected units to be a whole number. Received: 'many'"),
        ({"corpus": "a.tsv"}, "Expected corpus to be an array of strings. Received: 'a.tsv'"),
        ({"patience": None}, "Expected patience to be a whole number. Received: None"),
    ],
)
def test_option_that_does_not_exist_or_is_of_another_type_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        Configuration.from_options(options)


def test_changed_copy_has_the_changes_alone():
    configuration = Configuration.from_options({"units": 8, "dev": "dev.tsv", "seed": 5})
    changed = configuration.replace(units=10, seed=6)
    assert changed.options() == {**configuration.options(), "units": 10, "seed": 6}
    with pytest.raises(InputError, match="Expected seed to be at least 0"):
        configuration.replace(seed=-1)


def test_model_options_are_those_of_the_configuration_once_all_are_chosen():
    sizes = {"units": 8, "embedding_size": 6, "encoder_layers": 2, "decoder_layers": 3}
    configuration = Configuration.from_options({**sizes, "dropout": 0.5, "cell": "lstm"})
    options = configuration.model_options()
    assert {name: getattr(options, name) for name in sizes} == sizes
    assert (options.cell, options.dropout, options.shared_vocabulary) == ("lstm", 0.5, False)
    with pytest.raises(ValueError, match="Received: embedding-size is open"):
        configuration.replace(embedding_size=None).model_options()


def test_file_begins_with_the_version_that_wrote_it(tmp_path):
    Configuration().save(tmp_path / "config.toml")
    first = (tmp_path / "config.toml").read_text().splitlines()[0]
    assert tomllib.loads(first) == {"seq2seq-version": package_version()}
    assert "seq2seq_version" not in load_options(tmp_path / "config.toml")


def test_file_of_version_0_1_comes_back_with_the_names_of_today(tmp_path):
    (tmp_path / "config.toml").write_text("units = 8\nguidance = 0.25\n")
    configuration = Configuration.load(tmp_path / "config.toml")
    assert (configuration.model.units, configuration.training.guided_alignment) == (8, 0.25)


@pytest.mark.parametrize("content", ["color = 1", 'cell = "quantum"', "units = []"])
def test_file_of_a_newer_version_is_refused_with_both_versions_only_if_it_holds_something_unknown(
    tmp_path, content
):
    major, minor, *_ = package_version().split(".")
    newer = f"{major}.{int(minor) + 10}.1"
    path = tmp_path / "config.toml"
    path.write_text(f'seq2seq-version = "{newer}"\nunits = 8\n')
    assert Configuration.load(path).model.units == 8

    path.write_text(f'seq2seq-version = "{newer}"\n{content}\n')
    message = f"of seq2seq {package_version()} or older.*by seq2seq {newer}, .*Update seq2seq.$"
    with pytest.raises(InputError, match=message) as raised:
        Configuration.load(path)
    assert "\n" not in str(raised.value)

    path.write_text(f'seq2seq-version = "{major}.{minor}.99"\n{content}\n')
    with pytest.raises(InputError, match="^Expected (cell|units|options)"):
        Configuration.load(path)


def test_names_of_the_presets_are_those_of_the_options():
    assert tuple(PRESETS) == PRESET_NAMES


@pytest.mark.parametrize(
    "content",
    [
        b"units = " + b"[" * 5000,
        b"units = 0x" + b"F" * 5000,
        b"learning-rate = 0x" + b"F" * 5000,
        b'seq2seq-version = "' + b"9" * 5000 + b'.1"\nnew = 1\n',
        b'seq2seq-version = "9.9\\u001b[31m"\nnew = 1\n',
    ],
)
def test_odd_values_in_a_file_are_one_line(tmp_path, content):
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(InputError) as raised:
        Configuration.load(tmp_path / "config.toml")
    assert str(raised.value).isprintable() and len(str(raised.value)) < 500


def test_byte_order_mark_is_no_part_of_the_file(tmp_path):
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbfunits = 8\r\n")
    assert Configuration.load(tmp_path / "config.toml").model.units == 8
