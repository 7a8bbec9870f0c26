"""A damaged file is a clear line of one kind, whatever is damaged in it; nothing hangs or crashes.

Here the manifest, which would refuse every change at once, is not looked at.
"""

import json
import random
import shutil
from functools import partial
from pathlib import Path

import pytest

from mishaps.changing import changed
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import RUN_STATE, SHORTLIST, TOKENIZERS, WEIGHTS, ModelDirectory
from seq2seq.storage.manifest import MANIFEST, expect_unchanged

pytest_plugins = ["fixtures.commands"]

COUNT = 60  # mutations of each file
NAMES = ["config.toml", "seq2seq.toml", MANIFEST, *TOKENIZERS, WEIGHTS, SHORTLIST, RUN_STATE]


@pytest.fixture(scope="module")
def whole(untrained, tmp_path_factory):
    """A model directory with every kind of file, and the readers of them."""
    import numpy as np
    import tensorflow as tf

    from seq2seq.exports.note import Note
    from seq2seq.storage.weights import expect_enough_weights, load_weights
    from seq2seq.training.optimizer import Adam
    from seq2seq.training.resume import RunState, restore_run_state, save_run_state
    from seq2seq.translation.loading import load_shortlist, load_tokenizers
    from seq2seq.translation.shortlist import Shortlist
    from seq2seq.translation.translator import Translator

    folder = shutil.copytree(untrained(1), tmp_path_factory.mktemp("mutations") / "model")
    place = ModelDirectory(folder)
    translator = Translator.load(folder)
    model = translator.model
    model.compile(optimizer=Adam(0.01), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    tokenizers = (translator.source_tokenizer, translator.target_tokenizer)
    sizes = tuple(tokenizer.vocabulary_size for tokenizer in tokenizers)
    table = np.full((sizes[0], 3), 5)
    Shortlist(table, table / 10, sizes[1]).save(folder)
    save_run_state(place, model, RunState("run"))
    listed = json.loads((folder / MANIFEST).read_text())
    del listed["files"][RUN_STATE]  # its reader would look there
    (folder / MANIFEST).write_text(json.dumps(listed))
    Note().write(folder)

    def read_weights(folder):
        with place.naming_damage(tf.errors.OpError):
            expect_enough_weights(folder, translator.configuration.model_options(), sizes)
            load_weights(folder, model)

    def read_manifest(folder):
        with place.naming_damage():
            expect_unchanged(folder, [WEIGHTS])

    readers = {
        "config.toml": lambda folder: Configuration.load(folder / "config.toml"),
        "seq2seq.toml": Note.read,
        MANIFEST: read_manifest,
        WEIGHTS: read_weights,
        SHORTLIST: lambda folder: load_shortlist(folder, *tokenizers),
        RUN_STATE: lambda folder: restore_run_state(ModelDirectory(folder), model, "run"),
        **{name: load_tokenizers for name in TOKENIZERS},
    }
    return folder, readers


def outcome(folder: Path, name: str, read, content: bytes) -> str:
    """Puts a changed file into the directory, and reads it: "read", or the line of the error."""
    original = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    try:
        read(folder)
    except InputError as error:
        return str(error)
    finally:
        (folder / name).write_bytes(original)
    return "read"


@pytest.mark.parametrize("name", NAMES)
def test_mutated_file_is_read_or_refused_on_one_line(whole, name):
    folder, readers = whole
    content = (folder / name).read_bytes()
    told = partial(outcome, folder, name, readers[name])
    assert told(content) == "read"
    for seed in range(COUNT):
        line = told(changed(content, random.Random(seed)))
        assert line == "read" or line.startswith("Expected "), (seed, line)
        assert "\n" not in line and len(line) < 2000, (seed, line)
        if name in (WEIGHTS, RUN_STATE, SHORTLIST):
            assert line == "read" or "damaged" in line or "vocabular" in line, (seed, line)
