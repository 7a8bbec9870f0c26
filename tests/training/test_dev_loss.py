"""What the history says of gradients and of the dev set is what the steps and the model say."""

import keras
import numpy as np
import pytest

from fixtures.commands import small_corpus, untrained  # noqa: F401
from fixtures.runs import EPOCH, PLAIN, history, run
from seq2seq.data.corpus import Corpus
from seq2seq.training.dev_loss import dev_nats
from seq2seq.translation.translator import Translator

DEV = small_corpus(9, seed=8)


class Norms(keras.callbacks.Callback):
    """Keeps the norm of the gradient of every step."""

    def __init__(self):
        super().__init__()
        self.norms = []

    def on_train_batch_end(self, batch, logs=None):
        self.norms.append(float(logs["gradient_norm"]))


@pytest.mark.parametrize("attention", ["none", "bahdanau"])
def test_dev_loss_is_the_mean_of_the_scores(untrained, attention):  # noqa: F811
    translator = Translator.load(untrained(1, attention=attention))
    scores = translator.score(DEV.source, DEV.target)
    expected = np.concatenate([score.log_probabilities for score in scores])
    nats, tokens = dev_nats(translator, DEV)
    assert tokens == len(expected)
    assert nats / tokens == pytest.approx(-expected.mean(), rel=1e-4)


def test_pairs_that_are_too_long_are_left_out_of_the_dev_loss(untrained):  # noqa: F811
    translator = Translator.load(untrained(1))
    assert dev_nats(translator, Corpus(["a b " * 200], ["b a"])) == (0, 0)


def test_history_has_the_mean_norm_of_the_gradients_since_the_validation_before(tmp_path):
    norms = Norms()
    run(tmp_path, norms, epochs=2, **PLAIN)
    rows = history(tmp_path)
    assert len(rows) == 2
    for place, row in enumerate(rows):
        of_row = norms.norms[place * EPOCH : (place + 1) * EPOCH]
        assert float(row["gradient_norm"]) == pytest.approx(np.mean(of_row), rel=1e-4)
    assert float(rows[1]["dev_loss"]) < float(rows[0]["dev_loss"])
