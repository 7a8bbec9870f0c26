"""`seq2seq export`: what it writes is the same model."""

import pytest

from fixtures.cli import exact_match, pairs
from fixtures.commands import fails, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_exported_model_reverses_too(exported, reverse_model, reverse_task):
    import tensorflow as tf
    import tensorflow_text  # noqa: F401, registers the tokenizer's operations

    sources, references = zip(*pairs(reverse_task / "test.tsv"), strict=True)
    outputs = tf.saved_model.load(str(exported)).signatures["serving_default"](
        text=tf.constant(sources)
    )
    translations = [text.decode() for text in outputs["translation"].numpy()]
    assert exact_match(translations, references) >= 0.9
    greedy = succeeds("translate", "--model", reverse_model, "--beam-size", 1, *sources[:50])
    assert greedy.stdout.splitlines() == translations[:50]


def test_more_translations_than_the_beam_holds_cannot_be_exported():
    message = "Expected n-best to be at most the beam size. Received: 6 best of a beam of 5"
    assert message in fails("export", "out", "--n-best", 6, "--model", "nowhere")
