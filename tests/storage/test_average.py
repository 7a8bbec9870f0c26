"""An average is the mean, weight for weight; what has no mean is refused, and nothing is lost."""

import itertools
import re
import shutil

import numpy as np
import pytest

from fixtures.commands import contents, fails, succeeds
from seq2seq.errors import InputError
from seq2seq.storage.archive import save_archive
from seq2seq.storage.average import average_models
from seq2seq.storage.directory import SHORTLIST, WEIGHTS
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]


def weights(directory):
    with np.load(directory / WEIGHTS, allow_pickle=False) as arrays:
        return dict(arrays)


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        assert first[name].dtype == second[name].dtype == np.float32
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_average_of_a_model_with_itself_is_itself(untrained, tmp_path):
    average_models([untrained(1)] * 3, tmp_path / "average")
    assert_same(weights(tmp_path / "average"), weights(untrained(1)))
    assert contents(tmp_path / "average").keys() == contents(untrained(1)).keys()


def test_average_has_the_shortlist_of_the_first_model_that_has_one(untrained, tmp_path):
    models = [shutil.copytree(untrained(number), tmp_path / str(number)) for number in (1, 2, 3)]
    for number in (1, 2):
        save_archive(models[number] / SHORTLIST, {"tokens": np.arange(number)})
    average_models(models, tmp_path / "average")
    assert (tmp_path / "average" / SHORTLIST).read_bytes() == (models[1] / SHORTLIST).read_bytes()


def test_average_is_the_mean_weight_for_weight_in_any_order(untrained, tmp_path):
    directories = [untrained(1), untrained(2), untrained(3)]
    each = [weights(directory) for directory in directories]
    mean = {
        name: np.mean([one[name].astype(np.float64) for one in each], 0).astype(np.float32)
        for name in each[0]
    }
    for number, order in enumerate(itertools.permutations(directories)):
        average_models(order, tmp_path / str(number))
        assert_same(weights(tmp_path / str(number)), mean)
    texts = ["b c d", "e f"]
    average, first = (
        Translator.load(place).translate(texts) for place in (tmp_path / "0", directories[0])
    )
    assert len(average) == 2 and average != first


def test_large_weights_are_averaged_in_float64(untrained, tmp_path):
    directories = [shutil.copytree(untrained(1), tmp_path / name) for name in "abc"]
    huge = np.finfo(np.float32).max
    for directory in directories:
        save_archive(
            directory / WEIGHTS,
            {name: np.full_like(v, huge) for name, v in weights(directory).items()},
        )
    average_models(directories, tmp_path / "average")
    assert all((values == huge).all() for values in weights(tmp_path / "average").values())


def refused(directories, output, message):
    with pytest.raises(InputError, match=message) as raised:
        average_models(directories, output)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"cell": "lstm"},
            "model-2 with cell lstm, and .*model-1 with gru.*seq2seq translate --model",
        ),
        ({"attention": "none"}, "with attention none, and .* with luong"),
        ({"units": 10}, "with units 10, and .* with 8"),
        ({"embedding_size": 4}, "with embedding-size 4, and .* with 6"),
        ({"bidirectional": False}, "with bidirectional False, and .* with True"),
        ({"shared_vocabulary": True}, "with shared-vocabulary True, and .* with False"),
    ],
)
def test_models_of_other_sizes_are_refused_by_the_first_that_differs(
    untrained, tmp_path, changes, message
):
    refused([untrained(1), untrained(3), untrained(2, **changes)], tmp_path / "average", message)
    assert not list(tmp_path.iterdir())


def test_models_of_two_runs_are_refused(untrained, tmp_path):
    other = shutil.copytree(untrained(2), tmp_path / "other")
    (other / MANIFEST).unlink()
    text = (other / "config.toml").read_text()
    (other / "config.toml").write_text(re.sub(r"seed = \d+", "seed = 9", text))
    message = (
        "Expected models of one run. Received: .*other with seed 9, and .*model-1 with "
        ".*seq2seq translate"
    )
    refused([untrained(1), other], tmp_path / "average", message)
    (other / "config.toml").write_text(text + 'corpus = ["one.tsv", "two.tsv"]\n')
    message = "Received: .*other with corpus one.tsv two.tsv, and .*model-1 with none[.]"
    refused([untrained(1), other], tmp_path / "average", message)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_models_of_other_tokenizers_are_refused_with_the_option_that_helps(untrained, tmp_path):
    other = shutil.copytree(untrained(2), tmp_path / "other")
    shutil.copy(untrained(1, vocabulary=5) / "target.model", other)
    (other / MANIFEST).unlink()
    message = (
        "same tokenizers. Received: .*other, whose target.model is not that of "
        ".*--vocabulary-from .*model-1"
    )
    refused([untrained(1), other], tmp_path / "average", message)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_damaged_models_are_refused(untrained, tmp_path):
    damaged = shutil.copytree(untrained(2), tmp_path / "damaged")
    whole = (damaged / WEIGHTS).read_bytes()
    fewer = dict(itertools.islice(weights(damaged).items(), 3))
    for damage in (
        lambda path: path.write_bytes(whole[: len(whole) // 2]),
        lambda path: save_archive(path, fewer),
        lambda path: path.unlink(),
    ):
        damage(damaged / WEIGHTS)
        refused(
            [untrained(1), damaged],
            tmp_path / "average",
            "Expected a complete model in .*damaged. Received",
        )
        refused([damaged, untrained(1)], tmp_path / "average", "Expected a complete model in")
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]


def test_average_never_takes_the_place_of_its_models_or_of_something_else(untrained, tmp_path):
    models = [
        shutil.copytree(untrained(k), tmp_path / "run" / "checkpoints" / str(k)) for k in (1, 2)
    ]
    (tmp_path / "run" / "config.toml").write_text("")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("text")
    before = contents(tmp_path)
    for output in (models[1], tmp_path / "run"):
        refused(models, output, "Received: .*, which is or holds .*Give another --output")
    refused(
        models,
        tmp_path / "thesis",
        "Expected an empty or new directory.*which holds something else",
    )
    assert contents(tmp_path) == before


def test_model_that_is_there_is_moved_aside_once_the_average_is_known(untrained, tmp_path):
    place = shutil.copytree(untrained(3), tmp_path / "average")
    refused([untrained(1), untrained(2, units=10)], place, "units 10")
    assert_same(weights(place), weights(untrained(3)))
    aside = average_models([untrained(1), untrained(2)], place)
    assert_same(weights(aside), weights(untrained(3)))
    assert sorted(tmp_path.iterdir()) == sorted([place, aside])


def test_command_averages_and_explains_what_it_cannot(untrained, tmp_path):
    result = succeeds("average", untrained(1), untrained(2), "--output", tmp_path / "average")
    assert "Average of 2 models" in result.stderr
    assert "Expected at least two models" in fails(
        "average", untrained(1), "--output", tmp_path / "other"
    )
    assert "Expected a model directory" in fails(
        "average", untrained(1), "missing", "--output", tmp_path / "other"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["average"]
