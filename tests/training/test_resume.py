"""Weights and run states come back bit for bit, hold no pickle, and refuse what is damaged."""

import errno
import os

import keras
import numpy as np
import pytest

from seq2seq.errors import InputError
from seq2seq.model.options import ModelOptions
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.archive import DAMAGED
from seq2seq.storage.directory import RUN_STATE, WEIGHTS, ModelDirectory
from seq2seq.storage.manifest import MANIFEST
from seq2seq.storage.weights import load_weights
from seq2seq.storage.weights import save_weights as save
from seq2seq.training.optimizer import Adam
from seq2seq.training.resume import (
    RunState,
    ValidationRecord,
    expect_interrupted_run,
    restore_run_state,
    save_run_state,
)

BATCH = {
    "source_tokens": np.array([[5, 6, 3, 0], [4, 7, 8, 3]]),
    "target_tokens": np.array([[2, 6, 5], [2, 8, 7]]),
    "labels": np.array([[6, 5, 3], [8, 7, 3]]),
}


def make_model(seed=1, **changes):
    keras.utils.set_random_seed(seed)
    options = ModelOptions(**{"units": 8, "embedding_size": 6, "dropout": 0.3, **changes})
    model = Seq2Seq(options, source_vocabulary_size=11, target_vocabulary_size=9)
    model.compile(optimizer=Adam(0.01), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def train_steps(model, steps):
    return [float(model.train_step(BATCH)["loss"]) for _ in range(steps)]


def values(model):
    return [variable.numpy() for variable in [*model.variables, *model.optimizer.variables]]


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_weights_come_back_bit_for_bit(tmp_path):
    model = make_model(1)
    other = make_model(2)
    save(tmp_path, model)
    load_weights(tmp_path, other)
    assert same(
        [w.numpy() for w in model.trainable_variables],
        [w.numpy() for w in other.trainable_variables],
    )


@pytest.mark.parametrize(
    "options", [{"cell": "lstm"}, {"attention": "bahdanau"}, {"shared_vocabulary": True}]
)
def test_every_weight_has_its_own_name(tmp_path, options):
    model = make_model(encoder_layers=2, decoder_layers=2, **options)
    save(tmp_path, model)
    with np.load(tmp_path / WEIGHTS, allow_pickle=False) as arrays:
        assert len(arrays.files) == len(model.trainable_variables)


def test_training_after_a_restored_checkpoint_is_training_without_it(tmp_path):
    model = make_model(1)
    other = make_model(2)
    train_steps(model, 3)
    found = ValidationRecord(2, 3.25, 1, [{"step": 2, "bleu": 1.0}], {"empty": 1})
    state = RunState("run", 2, elapsed=1.5, preparation=0.5, validations=found)
    save_run_state(ModelDirectory(tmp_path), model, state)
    assert restore_run_state(ModelDirectory(tmp_path), other, "run") == state
    assert same(values(model), values(other))
    assert train_steps(model, 3) == train_steps(other, 3)  # dropout included
    assert same(values(model), values(other))


def test_nothing_is_pickled(tmp_path):
    model = make_model()
    save(tmp_path, model)
    save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    assert sorted(os.listdir(tmp_path)) == [MANIFEST, RUN_STATE, WEIGHTS]
    for name in (RUN_STATE, WEIGHTS):
        with np.load(tmp_path / name, allow_pickle=False) as arrays:
            assert all(arrays[key].dtype != object for key in arrays.files)


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()]
)
def test_failing_save_keeps_the_old_checkpoint(tmp_path, monkeypatch, failure):
    model = make_model()
    save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    before = (tmp_path / RUN_STATE).read_bytes()
    savez = np.savez

    def fill_the_disk(file, **arrays):
        savez(file, **arrays)
        file.truncate(1000)
        raise failure

    monkeypatch.setattr(np, "savez", fill_the_disk)
    train_steps(model, 1)
    with pytest.raises(InputError if isinstance(failure, OSError) else KeyboardInterrupt) as raised:
        save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    assert "\n" not in str(raised.value)
    assert sorted(os.listdir(tmp_path)) == [MANIFEST, RUN_STATE]
    assert (tmp_path / RUN_STATE).read_bytes() == before


def test_checkpoint_of_another_run_is_refused(tmp_path):
    model = make_model()
    save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    with pytest.raises(
        InputError, match="Expected the corpus and the options that .* was made with"
    ):
        restore_run_state(ModelDirectory(tmp_path), model, "another run")


def test_missing_checkpoint_is_refused(tmp_path):
    with pytest.raises(InputError, match="which never began: it has no resume.npz"):
        expect_interrupted_run(ModelDirectory(tmp_path))
    save(tmp_path, make_model())
    with pytest.raises(InputError, match="which has ended: it has no resume.npz"):
        expect_interrupted_run(ModelDirectory(tmp_path))


def test_checkpoint_of_another_architecture_is_refused(tmp_path):
    save_run_state(ModelDirectory(tmp_path), make_model(), RunState("run"))
    with pytest.raises(InputError, match="Expected a whole checkpoint"):
        restore_run_state(ModelDirectory(tmp_path), make_model(units=10), "run")


@pytest.mark.parametrize("kept", [0, 3, 100, 0.5, 0.9, -1])
def test_checkpoint_that_was_cut_short_is_refused(tmp_path, kept):
    model = make_model()
    save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    whole = (tmp_path / RUN_STATE).read_bytes()
    (tmp_path / RUN_STATE).write_bytes(
        whole[: int(kept * len(whole)) if isinstance(kept, float) else kept]
    )
    with pytest.raises(
        InputError, match="^Expected a whole checkpoint.*which is damaged"
    ) as raised:
        restore_run_state(ModelDirectory(tmp_path), model, "run")
    assert "\n" not in str(raised.value)


def test_flipped_bit_is_refused_wherever_it_is(tmp_path):
    model = make_model()
    save_run_state(ModelDirectory(tmp_path), model, RunState("run"))
    whole = (tmp_path / RUN_STATE).read_bytes()
    for place in range(0, len(whole), len(whole) // 100):
        content = bytearray(whole)
        content[place] ^= 1
        (tmp_path / RUN_STATE).write_bytes(content)
        with pytest.raises(InputError, match=f"is damaged .{RUN_STATE} has changed since"):
            restore_run_state(ModelDirectory(tmp_path), model, "run")


def test_flipped_bit_without_a_manifest_is_refused_wherever_it_matters(tmp_path):
    """It does not in some fields of the archive that nobody reads."""
    model = make_model(1)
    other = make_model(2)
    progress = RunState("run", elapsed=1.5)
    save_run_state(ModelDirectory(tmp_path), model, progress)
    (tmp_path / MANIFEST).unlink()
    whole = (tmp_path / RUN_STATE).read_bytes()
    refused = 0
    places = range(0, len(whole), len(whole) // 100)
    for place in places:
        content = bytearray(whole)
        content[place] ^= 1
        (tmp_path / RUN_STATE).write_bytes(content)
        try:
            found = restore_run_state(ModelDirectory(tmp_path), other, "run")
        except InputError as error:
            assert "which is damaged" in str(error)
            refused += 1
        else:
            assert found == progress and same(values(model), values(other))
    assert refused > len(places) / 2


@pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04"])
def test_damaged_weights_raise_what_the_translator_expects(tmp_path, content):
    (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(DAMAGED):
        load_weights(tmp_path, make_model())
