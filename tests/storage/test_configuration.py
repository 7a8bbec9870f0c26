"""Options come back from TOML, are filled in from the corpus, and are refused if they cannot be used."""

import dataclasses
import math

import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.storage.configuration import (
    PRESETS,
    Configuration,
    choose_preset,
    load_options,
    share_letters,
)


def test_default_configuration_comes_back_from_its_file(tmp_path):
    Configuration().save(tmp_path / "config.toml")
    assert Configuration.load(tmp_path / "config.toml") == Configuration()


def test_every_option_comes_back_from_its_file(tmp_path):
    configuration = Configuration(
        corpus=("한국어.tsv", 'a "quoted" \\ name.tsv'),
        source=("a.en", "b.en"),
        target=("a.ko", "b.ko"),
        dev="dev.tsv",
        dev_source="dev.en",
        dev_target="dev.ko",
        preset="small",
        cell="lstm",
        attention="none",
        units=12,
        decoder_units=10,
        embedding_size=10,
        encoder_layers=2,
        decoder_layers=3,
        bidirectional=False,
        dropout=0.25,
        vocabulary_size=500,
        shared_vocabulary=True,
        vocabulary_from="saved_models/first",
        batch_tokens=100,
        learning_rate=1e-5,
        clip_norm=0.5,
        label_smoothing=0.05,
        guided_alignment=0.5,
        epochs=7,
        time_limit=1.5,
        patience=3,
        keep=4,
        precision="float16",
        seed=9,
    )
    defaults = Configuration()
    assert all(
        getattr(configuration, f.name) != getattr(defaults, f.name)
        for f in dataclasses.fields(defaults)
    )
    configuration.save(tmp_path / "config.toml")
    assert Configuration.load(tmp_path / "config.toml") == configuration


def test_file_uses_the_names_of_the_command_line(tmp_path):
    Configuration(batch_tokens=100, shared_vocabulary=False).save(tmp_path / "config.toml")
    lines = (tmp_path / "config.toml").read_text().splitlines()
    assert "batch-tokens = 100" in lines and "shared-vocabulary = false" in lines


def test_whole_number_stands_for_a_float(tmp_path):
    (tmp_path / "config.toml").write_text("time-limit = 15\n")
    assert Configuration.load(tmp_path / "config.toml").time_limit == 15


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
        Configuration(**{option: value})


def test_odd_width_cannot_be_shared_by_two_directions():
    with pytest.raises(InputError, match="Expected an even number of units, .*Received: 7"):
        Configuration(units=7)
    assert Configuration(units=7, bidirectional=False).units == 7


@pytest.mark.parametrize(
    ("pairs", "preset"),
    [
        (1, "tiny"),
        (5_000, "tiny"),
        (5_001, "small"),
        (50_000, "small"),
        (50_001, "base"),
        (300_000, "base"),
        (300_001, "large"),
    ],
)
def test_preset_follows_the_size_of_the_corpus(pairs, preset):
    assert choose_preset(pairs) == preset
    resolved = Configuration().resolved(Corpus(["one two"] * pairs, ["one two"] * pairs))
    assert resolved.preset == preset
    fitting = {**dataclasses.asdict(PRESETS[preset]), "vocabulary_size": 500}  # two words
    assert {
        f.name: getattr(resolved, f.name) for f in dataclasses.fields(PRESETS[preset])
    } == fitting


def corpus_of_words(source: int, target: int) -> Corpus:
    """As many different words on each side; the target's are in other letters."""
    sides = (
        [f"{letter}{number}" for number in range(count)]
        for letter, count in (("a", source), ("가", target))
    )
    return Corpus(*([" ".join(words)] for words in sides))


@pytest.mark.parametrize(
    ("source", "target", "size"),
    [
        (3_000, 30_000, 1_000),  # a third of the poorer language's words
        (90_000, 90_000, 2_000),  # no more than the preset's
        (10, 30_000, 500),  # not next to nothing
    ],
)
def test_vocabulary_fits_the_words_of_the_poorer_language(source, target, size):
    assert Configuration().resolved(corpus_of_words(source, target)).vocabulary_size == size


@pytest.mark.parametrize("characters", [1_200, 4_000])  # the second more than the preset's pieces
def test_vocabulary_holds_every_character_and_some_more(characters):
    syllables = "".join(chr(ord("가") + place) for place in range(characters))
    assert (
        Configuration().resolved(Corpus(["a b c"], [syllables])).vocabulary_size
        == 1.25 * characters
    )


def test_what_was_given_survives_resolving():
    given = Configuration(
        preset="large", units=10, dropout=0.0, shared_vocabulary=False, epochs=2, vocabulary_size=77
    )
    resolved = given.resolved(corpus_of_words(9, 9))
    assert (resolved.units, resolved.dropout, resolved.shared_vocabulary, resolved.epochs) == (
        10,
        0.0,
        False,
        2,
    )
    assert resolved.vocabulary_size == 77
    assert resolved.batch_tokens == PRESETS["large"].batch_tokens
    assert resolved.resolved(corpus_of_words(1, 9)) == resolved


@pytest.mark.parametrize(
    ("given", "widths"),
    [
        ({"preset": "tiny"}, (256, 128)),
        (
            {"preset": "tiny", "units": 64},
            (64, 64),
        ),  # what was asked of one is not undone by the preset of the other
        ({"preset": "tiny", "decoder_units": 64}, (256, 64)),
        ({"preset": "tiny", "units": 64, "decoder_units": 32}, (64, 32)),
    ],
)
def test_decoder_is_as_wide_as_the_memory_if_that_was_given(given, widths):
    resolved = Configuration(**given).resolved(corpus_of_words(9, 9))
    assert (resolved.units, resolved.decoder_units) == widths


def test_nothing_is_open_after_resolving():
    resolved = dataclasses.asdict(Configuration().resolved(corpus_of_words(5, 5)))
    assert {name for name, value in resolved.items() if value is None} == {
        "dev",
        "dev_source",
        "dev_target",
        "time_limit",
        "vocabulary_from",
    }


def test_open_vocabulary_options_are_those_of_the_model_it_is_taken_from(tmp_path):
    Configuration(vocabulary_size=77, shared_vocabulary=True).save(tmp_path / "config.toml")
    corpus, lender = corpus_of_words(5, 5), str(tmp_path)
    resolved = Configuration(vocabulary_from=lender).resolved(corpus)
    assert (resolved.vocabulary_size, resolved.shared_vocabulary) == (77, True)
    assert Configuration().resolved(corpus).vocabulary_size != 77
    (tmp_path / "config.toml").unlink()
    assert resolved.resolved(corpus) == resolved  # a resumed run needs the other model no more
    with pytest.raises(InputError, match="Expected a model directory"):
        Configuration(vocabulary_from=lender).resolved(corpus)


@pytest.mark.parametrize(
    ("source", "target", "shared"),
    [
        (["a man plays the guitar"], ["ein Mann spielt Gitarre"], True),
        (["a small dog"], ["작은 개"], False),
        (["a small dog"], ["маленькая собака"], False),
        (["1 2 3"], ["3 2 1"], False),
        (["dog", "cat"], ["강아지 dog", "고양이"], False),
    ],
)
def test_languages_share_a_vocabulary_where_they_are_written_alike(source, target, shared):
    assert share_letters(Corpus(source, target)) is shared
