"""What happens before the first step: nothing of the user's is lost, and what is chosen is told."""

import errno
import os

import pytest

from fixtures.commands import small_configuration
from fixtures.runs import CORPUS, DEV, AtStep, Lines, interrupt, run
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import TOKENIZERS, WEIGHTS, ModelDirectory
from seq2seq.training.run import Interrupted, train
from seq2seq.translation.loading import load_tokenizers


def start(directory, **options):
    """Begins a run, which ends before its first step; returns what it told."""
    display = Lines()
    with pytest.raises(Interrupted):
        run(directory, AtStep({0: interrupt}), display=display, **options)
    return str(display)


def test_model_that_is_there_is_moved_aside(tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.toml", WEIGHTS):
        (model / name).write_text("old")
    for count in (1, 2):  # within one second too
        assert "The model that was in" in start(model)
        aside = [path for path in tmp_path.iterdir() if path != model]
        assert len(aside) == count
        assert sum((path / WEIGHTS).exists() for path in aside) == 1
    assert not (model / WEIGHTS).exists()


def test_model_that_is_there_stays_if_the_new_run_cannot_begin(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.toml").write_text("old")
    with pytest.raises(InputError, match="Use a larger --vocabulary-size"):
        run(tmp_path / "model", vocabulary_size=8)
    assert (tmp_path / "model" / "config.toml").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_directory_that_holds_something_else_is_refused_and_untouched(tmp_path):
    (tmp_path / "thesis.txt").write_text("text")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(InputError, match="Expected an empty or new directory for the model"):
            run(place)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def full_after(writes):
    """As `os.fsync` on a disk that has room for so many files."""
    synced = []

    def fsync(descriptor):
        synced.append(descriptor)
        if len(synced) > writes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return fsync


def test_start_that_fails_midway_can_be_repeated(tmp_path, monkeypatch):
    """Nothing is left that the next `seq2seq train` would take for somebody else's."""
    for writes in range(5):  # configuration, shortlist, two tokenizers, the state of the run
        with monkeypatch.context() as patch, pytest.raises(InputError, match="No space left"):
            patch.setattr(os, "fsync", full_after(writes))
            run(tmp_path / "model")
    start(tmp_path / "model")
    assert ModelDirectory(tmp_path / "model").is_interrupted()


@pytest.mark.parametrize("preset", ["auto", "tiny"])
def test_preset_that_is_chosen_is_named_with_the_reason(tmp_path, preset):
    told = start(tmp_path, preset=preset)
    named = f"Preset tiny for {len(CORPUS)} sentence pairs: tiny up to 5,000 pairs" in told
    assert named == (preset == "auto")


def test_vocabulary_larger_than_the_data_allows_is_reduced_and_said_so(tmp_path):
    told = start(tmp_path, vocabulary_size=5000)
    assert "has fewer than 5,000 different pieces: the vocabulary has 41" in told


@pytest.mark.parametrize("shared", [False, True])
def test_run_with_the_vocabulary_of_another_model_has_its_tokenizers_byte_for_byte(
    tmp_path, shared
):
    first = tmp_path / "first"
    second = tmp_path / "second"
    start(first, shared_vocabulary=shared)
    open_options = {"vocabulary_size": None, "shared_vocabulary": None}
    others = Corpus([f"{text} hh i" for text in CORPUS.source], CORPUS.target)  # of other pieces
    borrowing = {"seed": 6, "cell": "lstm", "vocabulary_from": str(first), **open_options}
    told = start(second, corpus=others, **borrowing)
    assert "Taking the vocabulary of " in told and "Learning the vocabulary" not in told
    for name in TOKENIZERS:
        assert (second / name).read_bytes() == (first / name).read_bytes()

    stored = Configuration.load(second / "config.toml")
    assert stored.model.vocabulary_size == small_configuration().model.vocabulary_size
    assert stored.model.shared_vocabulary == shared
    first.rename(tmp_path / "gone")
    with pytest.raises(Interrupted):  # it needs the other model no more
        stop = [AtStep({0: interrupt})]
        train(stored, second, others, DEV, display=Lines(), resume=True, callbacks=stop)


@pytest.mark.parametrize("changes", [{"vocabulary_size": 30}, {"shared_vocabulary": True}])
def test_vocabulary_options_that_the_other_model_does_not_have_are_refused(tmp_path, changes):
    start(tmp_path / "first")
    message = r"to be that of .*Leave it out: it follows --vocabulary-from"
    with pytest.raises(InputError, match=message):
        run(tmp_path / "model", vocabulary_from=str(tmp_path / "first"), **changes)
    assert not (tmp_path / "model").exists()


def test_pairs_that_are_too_long_are_dropped_and_counted(tmp_path):
    long = " ".join("bcdef" * 60)
    corpus = Corpus([*CORPUS.source, long, "b", long], [*CORPUS.target, "b", long, long])
    told = start(tmp_path, corpus=corpus)
    assert "Dropped 3 pairs with a side of more than 128 tokens." in told


def test_run_that_cannot_begin_leaves_the_model_in_its_place(tmp_path):
    place = tmp_path / "model"
    Configuration().save(place / "config.toml")
    long = "b c d e f g h i j " * 30
    with pytest.raises(InputError, match="Received: 3 pairs, all longer"):
        run(place, corpus=Corpus([long] * 3, [long] * 3))
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert [path.name for path in place.iterdir()] == ["config.toml"]


CHINESE = Corpus([*DEV.source], ["今天天气很好"] * len(DEV))


def test_tokenizer_of_bleu_suits_the_dev_set_and_is_told_and_stored(tmp_path):
    told = "BLEU's tokenizer is"
    assert told not in start(tmp_path / "plain")
    assert f"{told} zh" in start(tmp_path / "chinese", dev=CHINESE)
    assert told not in start(tmp_path / "named", dev=CHINESE, tokenize="char")
    for name, tokenizer in {"plain": "13a", "chinese": "zh", "named": "char"}.items():
        configuration = ModelDirectory(tmp_path / name).read_configuration()
        assert configuration.training.tokenize == tokenizer


def test_unknown_tokenizer_of_bleu_is_refused_before_the_run(tmp_path):
    with pytest.raises(InputError, match="Expected a sacreBLEU tokenizer.*'words'"):
        run(tmp_path / "model", tokenize="words")
    assert not list(tmp_path.iterdir())


def test_target_tokenizer_keeps_letters_and_the_source_tokenizer_folds(tmp_path):
    texts = [*CORPUS.target[:-9], *["㎡ ½ ㅋㅋㅋ"] * 9]
    for shared in (True, False):
        place = tmp_path / str(shared)
        corpus = Corpus(texts, texts)
        start(place, corpus=corpus, shared_vocabulary=shared, vocabulary_size=60)
        source, target = load_tokenizers(place)
        assert (source.keeps_letters, target.keeps_letters) == (False, True)
