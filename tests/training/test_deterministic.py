"""A deterministic run is the same run; it stays deterministic when it is resumed."""

import pytest

from fixtures.runs import EPOCH, AtStep, arrays, assert_same, interrupt, run
from seq2seq.errors import InputError
from seq2seq.storage.directory import WEIGHTS, ModelDirectory
from seq2seq.training.description import describe
from seq2seq.training.facts import facts
from seq2seq.training.run import Interrupted

pytest_plugins = ["fixtures.determinism"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The directory of a run that is not deterministic, on a processor, and never interrupted."""
    directory = tmp_path_factory.mktemp("whole")
    run(directory, epochs=1)
    return directory


def test_deterministic_run_on_a_processor_ends_with_the_weights_of_another(
    whole, determinism, tmp_path
):
    """No operation of it raises, either: that of an RNN, GRU and LSTM in `test_bench_gpu`."""
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({EPOCH // 2: interrupt}), deterministic=True, epochs=1)
    assert determinism()
    run(tmp_path, resume=True, deterministic=True, epochs=1)
    assert_same(arrays(tmp_path / WEIGHTS), arrays(whole / WEIGHTS))
    known = dict(facts(describe(ModelDirectory(tmp_path))))
    assert "deterministic" in known["Training"].split("; ")


def test_run_is_not_resumed_less_deterministically(determinism, tmp_path):
    with pytest.raises(Interrupted):
        run(tmp_path, AtStep({2: interrupt}), deterministic=True, epochs=1)
    with pytest.raises(InputError, match="Expected the corpus and the options"):
        run(tmp_path, resume=True, epochs=1)
