"""Laws of going on from a model: it begins as its parent, is never worse, and resumes exactly."""

from pathlib import Path

import pytest

from fixtures.commands import small_configuration, small_corpus
from fixtures.runs import (
    CORPUS,
    DEV,
    AtStep,
    Lines,
    arrays,
    assert_same,
    history,
    interrupt,
    without_time,
)
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.storage.ancestry import read_ancestry
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import (
    RUN_STATE,
    SHORTLIST,
    TOKENIZERS,
    WEIGHTS,
    ModelDirectory,
)
from seq2seq.training.dev_score import score_dev
from seq2seq.training.fine_tuning import choose_schedule
from seq2seq.training.inputs import new_configuration, resumed_configuration
from seq2seq.training.run import Interrupted, train
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]

OLD = small_corpus(90, seed=8)
NEW = Corpus([f"{text} ß" for text in CORPUS.source], [f"é {text}" for text in CORPUS.target])
ARRAYS = (WEIGHTS, SHORTLIST)
VALIDATED = 20  # steps between validations


@pytest.fixture(scope="module")
def parent(untrained):
    """The directory of a small random model, of a version that told no ancestry."""
    return untrained(7, bidirectional=False)


def child_configuration(parent, **changes):
    chosen = {"precision": "float32", "epochs": 1, "batch_tokens": 64, "seed": 5}
    options = {"from_model": str(parent), "corpus": ("new.tsv",), **chosen, **changes}
    return new_configuration(options)


def go_on(parent, directory, *callbacks, dev=DEV, mix=None, display=None, **options):
    """Trains on from a model."""
    how = {"dev": dev, "mix": mix, "display": display}
    return run_on(child_configuration(parent, **options), directory, callbacks, **how)


def run_on(
    configuration, directory, callbacks=(), *, dev=DEV, mix=None, display=None, resume=False
):
    return train(
        configuration,
        directory,
        NEW,
        dev,
        mix,
        display=display or Lines(),
        resume=resume,
        validate_every=VALIDATED,
        callbacks=callbacks,
    )


MIXED = {"mix": OLD, "extend_vocabulary": True}


@pytest.fixture(scope="module")
def uninterrupted(parent, tmp_path_factory):
    """A run with old pairs and an extended vocabulary, and what it said."""
    directory = tmp_path_factory.mktemp("whole") / "child"
    lines = Lines()
    go_on(parent, directory, display=lines, **MIXED)
    return directory, str(lines)


def test_run_from_a_model_with_old_pairs_and_new_pieces_resumes_exactly_without_its_parent(
    parent, uninterrupted, tmp_path
):
    child = tmp_path / "child"
    with pytest.raises(Interrupted):
        go_on(parent, child, AtStep({0: interrupt}), **MIXED)
    assert (child / RUN_STATE).exists()

    stored = Configuration.load(child / "config.toml")
    parent.rename(tmp_path / "gone")
    try:
        with pytest.raises(Interrupted):
            run_on(stored, child, [AtStep({10: interrupt})], mix=OLD, resume=True)
        run_on(stored, child, mix=OLD, resume=True)
    finally:
        (tmp_path / "gone").rename(parent)

    for name in ARRAYS:
        assert_same(arrays(child / name), arrays(uninterrupted[0] / name))
    assert without_time(history(child)) == without_time(history(uninterrupted[0]))
    steps = [int(row["step"]) for row in history(child)]
    assert steps[:2] == [0, VALIDATED] and len(steps) == 3


def test_resuming_with_other_old_pairs_or_none_is_refused(parent, tmp_path):
    child = tmp_path / "child"
    with pytest.raises(Interrupted):
        go_on(parent, child, AtStep({0: interrupt}), mix=OLD)
    stored = Configuration.load(child / "config.toml")
    for mix in (None, small_corpus(90, seed=9)):
        with pytest.raises(InputError, match="Expected the corpus and the options"):
            run_on(stored, child, mix=mix, resume=True)


def test_run_says_what_it_goes_on_from_what_it_lacks_and_what_it_mixes_in(parent, uninterrupted):
    told = uninterrupted[1]
    assert f"Going on from {parent}, with its vocabulary, sizes and weights." in told
    assert "The vocabulary lacks 2 letters of the new pairs" in told and "They are added." in told
    assert "to the vocabulary of the source" in told
    assert "Mixing in 90 old pairs, which make 50% of the batches." in told
    assert "epoch  0.00" in told and "before the first step" in told


def test_run_begins_as_its_parent_and_ends_as_it_where_it_only_gets_worse(parent, tmp_path):
    """On a dev set whose references are what the parent says, nothing can be better."""
    translator = Translator.load(parent)
    said = translator.translate(DEV.source, beam_size=1, split_sentences=False)
    dev = Corpus(DEV.source, [text.strip() or "a" for text in said])
    expected = score_dev(translator, dev)
    child = tmp_path / "child"
    go_on(parent, child, dev=dev, learning_rate=0.1)

    first, *others = history(child)
    assert int(first["step"]) == 0 and float(first["dev_loss"]) == expected.loss
    assert [float(first["bleu"]), float(first["chrf2"])] == [expected.bleu, expected.chrf2]
    assert others and all(float(row["chrf2"]) < expected.chrf2 for row in others)
    assert_same(arrays(child / WEIGHTS), arrays(parent / WEIGHTS))
    for name in TOKENIZERS:
        assert (child / name).read_bytes() == (parent / name).read_bytes()


def test_ancestry_names_every_model_back_to_the_first_of_which_it_is_known(
    parent, uninterrupted, tmp_path
):
    child = uninterrupted[0]
    with pytest.raises(Interrupted):
        go_on(child, tmp_path / "grandchild", AtStep({0: interrupt}))

    chain = read_ancestry(ModelDirectory(tmp_path / "grandchild"))
    assert [one.name for one in chain] == ["grandchild", "child", parent.name]
    assert [one.pairs for one in chain] == [len(NEW), len(NEW), None]
    assert [one.mixed_pairs for one in chain] == [0, len(OLD), 0]
    assert chain[0].manifest is None and len(chain[1].manifest) == 64
    assert chain[2:] == read_ancestry(ModelDirectory(child))[1:]
    (alone,) = read_ancestry(ModelDirectory(parent))
    assert (alone.name, alone.pairs) == (parent.name, None)


@pytest.mark.parametrize("damage", ["{", "[1]", '[{"name": "a"}]', "[]", "[" * 10_000])
def test_damaged_ancestry_is_that_of_an_older_model(tmp_path, damage):
    place = ModelDirectory(tmp_path / "model")
    Configuration().save(place.configuration_file)
    place.weights_file.touch()
    place.ancestry_file.write_text(damage)
    assert [one.name for one in read_ancestry(place)] == ["model"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"units": 10}, "Expected units to be that of .*, 8. Received: 10. Leave it out"),
        ({"cell": "lstm"}, "Expected cell to be that of .*, gru. Received: lstm"),
        ({"shared_vocabulary": True}, "shared-vocabulary to be that of .*, false. Received: true"),
        ({"preset": "large"}, "Expected preset to be"),
        ({"vocabulary_from": "other"}, "Expected --from without --vocabulary-from"),
        ({"from_model": "nowhere"}, "Expected a model directory. Received: nowhere"),
        ({"mix_share": 0.2}, "Expected --mix-share with --mix"),
        ({"from_model": None, "mix": ("a.tsv",)}, "Expected --mix with --from"),
        ({"from_model": None, "extend_vocabulary": True}, "--extend-vocabulary with --from"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_options_that_contradict_the_parent_are_one_line(parent, changes, message):
    with pytest.raises(InputError, match=message) as raised:
        child_configuration(parent, **changes)
    assert "\n" not in str(raised.value)


def test_sizes_are_those_of_the_parent_and_what_is_given_is_kept(parent):
    found = child_configuration(parent, units=8, dropout=0.2).options()
    theirs = Configuration.load(parent / "config.toml").options()
    for name in ("units", "cell", "embedding_size", "vocabulary_size", "label_smoothing"):
        assert found[name] == theirs[name]
    assert found["dropout"] == 0.2


def test_library_that_gives_other_sizes_than_the_parents_is_told(parent, tmp_path):
    configuration = small_configuration(from_model=str(parent), units=10)
    with pytest.raises(InputError, match="Expected units to be that of"):
        train(configuration, tmp_path / "child", NEW, DEV, display=Lines())
    assert not (tmp_path / "child").exists()


def test_parent_without_weights_is_refused(tmp_path):
    Configuration().save(tmp_path / "parent" / "config.toml")
    with pytest.raises(InputError, match="Expected a trained model to go on from"):
        child_configuration(tmp_path / "parent")


def test_damaged_parent_is_refused_before_anything_is_written(parent, tmp_path):
    copy = tmp_path / "parent"
    Translator.load(parent).save(copy)
    content = copy.joinpath(WEIGHTS).read_bytes()
    copy.joinpath(WEIGHTS).write_bytes(content[:-9])
    with pytest.raises(InputError, match="Expected a complete model in") as raised:
        go_on(copy, tmp_path / "child")
    assert "\n" not in str(raised.value) and not (tmp_path / "child").exists()


def test_output_that_is_or_holds_the_parent_is_refused(parent):
    for output in (parent, parent.parent):
        before = sorted(output.iterdir())
        with pytest.raises(InputError, match="Expected (a new|an empty or new) directory"):
            go_on(parent, output)
        assert sorted(output.iterdir()) == before


def test_resuming_from_another_parent_is_refused(parent, uninterrupted):
    with pytest.raises(InputError, match="Received another --from-model"):
        resumed_configuration(uninterrupted[0], {"from_model": "another"})
    assert resumed_configuration(uninterrupted[0], {"from_model": str(parent)})


@pytest.mark.parametrize("page", ["fine-tuning.md", "fine-tuning.ko.md"])
def test_page_has_the_schedules(page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    for pairs in (5_000, 50_000, 50_001):
        schedule = choose_schedule(pairs)
        rate, epochs, tokens = schedule.learning_rate, schedule.epochs, schedule.batch_tokens
        assert f"| {rate} | {epochs} | {tokens:,} |" in text
