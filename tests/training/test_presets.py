"""Open options are filled in from the corpus: from its size, its words and its letters."""

import dataclasses

import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.errors import InputError
from seq2seq.ids import LANGUAGE_TAGS
from seq2seq.storage.configuration import Configuration
from seq2seq.training.presets import PRESETS, choose_preset, resolve, share_letters


def resolved_options(corpus, **options):
    """The options of a run on a corpus."""
    return resolve(Configuration.from_options(options), corpus).options()


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
    options = resolved_options(Corpus(["one two"] * pairs, ["one two"] * pairs))
    assert options["preset"] == preset
    fitting = {**dataclasses.asdict(PRESETS[preset]), "vocabulary_size": 500}  # two words
    assert {name: options[name] for name in fitting} == fitting


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
    assert resolved_options(corpus_of_words(source, target))["vocabulary_size"] == size


@pytest.mark.parametrize("characters", [1_200, 4_000])  # the second more than the preset's pieces
def test_vocabulary_holds_every_character_and_some_more(characters):
    syllables = "".join(chr(ord("가") + place) for place in range(characters))
    options = resolved_options(Corpus(["a b c"], [syllables]))
    assert options["vocabulary_size"] == 1.25 * characters + len(PLACEHOLDERS)


def test_vocabulary_of_both_directions_has_room_for_both_languages():
    corpus = corpus_of_words(3_000, 6_000)
    both = corpus.in_directions(LANGUAGE_TAGS[1::-1])
    options = resolved_options(both)
    assert options["shared_vocabulary"]
    assert options["vocabulary_size"] == 3_000 // 3 + 6_000 // 3

    alike = Corpus(corpus.source, corpus.source).in_directions(LANGUAGE_TAGS[1::-1])
    assert resolved_options(alike)["vocabulary_size"] == 3_000 // 3


def test_what_was_given_survives_resolving():
    given = {
        "preset": "large",
        "units": 10,
        "dropout": 0.0,
        "shared_vocabulary": False,
        "epochs": 2,
        "vocabulary_size": 77,
    }
    resolved = resolve(Configuration.from_options(given), corpus_of_words(9, 9))
    options = resolved.options()
    assert {name: options[name] for name in given} == given
    assert options["batch_tokens"] == PRESETS["large"].batch_tokens
    assert resolve(resolved, corpus_of_words(1, 9)) == resolved


@pytest.mark.parametrize(
    ("given", "widths"),
    [
        ({"preset": "tiny"}, (256, 128)),
        # What was asked of one is not undone by the preset of the other.
        ({"preset": "tiny", "units": 64}, (64, 64)),
        ({"preset": "tiny", "decoder_units": 64}, (256, 64)),
        ({"preset": "tiny", "units": 64, "decoder_units": 32}, (64, 32)),
    ],
)
def test_decoder_is_as_wide_as_the_memory_if_that_was_given(given, widths):
    options = resolved_options(corpus_of_words(9, 9), **given)
    assert (options["units"], options["decoder_units"]) == widths


def test_nothing_is_open_after_resolving():
    options = resolved_options(corpus_of_words(5, 5))
    assert {name for name, value in options.items() if value is None} == {
        "dev",
        "dev_source",
        "dev_target",
        "time_limit",
        "vocabulary_from",
        "from_model",
    }


def test_open_vocabulary_options_are_those_of_the_model_it_is_taken_from(tmp_path):
    lent = {"vocabulary_size": 77, "shared_vocabulary": True}
    Configuration.from_options(lent).save(tmp_path / "config.toml")
    corpus = corpus_of_words(5, 5)
    borrower = Configuration.from_options({"vocabulary_from": str(tmp_path)})
    resolved = resolve(borrower, corpus)
    assert {name: resolved.options()[name] for name in lent} == lent
    assert resolved_options(corpus)["vocabulary_size"] != 77

    (tmp_path / "config.toml").unlink()
    assert resolve(resolved, corpus) == resolved  # a resumed run needs the other model no more
    with pytest.raises(InputError, match="Expected a model directory"):
        resolve(borrower, corpus)


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
