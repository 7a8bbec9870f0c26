"""Truncated BPTT: full inside a block, nothing across a border, and memory that N decides."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import language_model
import truncated_memory
from seq2seq.model import recurrent
from seq2seq.model.cells import CELLS

BATCH = 2
SYMBOLS = 7

every_cell = pytest.mark.parametrize("cell", CELLS)


@pytest.fixture
def make_case(randomize):
    """A network with random weights, random symbols and a random state before them."""

    def make(cell, length):
        rng = np.random.default_rng(6)
        model = language_model.LanguageModel(SYMBOLS, cell=cell, units=5)
        streams = rng.integers(SYMBOLS, size=(BATCH, length + 1))
        state = [
            tf.constant(rng.normal(size=part.shape), tf.float32)
            for part in model.first_state(BATCH)
        ]
        model(streams[:, :1], state)
        return randomize(model), streams, state

    return make


def weights_of(model):
    return [weight.value for weight in model.trainable_weights]


def loss_symbol_by_symbol(model, streams, state):
    """The mean loss of a text that is never cut: the state, with its gradient, goes on."""
    losses = []
    for time in range(streams.shape[1] - 1):
        scores, state = model(streams[:, time : time + 1], state, training=True)
        losses.append(
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=streams[:, time + 1], logits=scores[:, 0]
            )
        )
    return tf.reduce_mean(losses)


def text_gradients(model, streams, state, steps):
    """Loss and gradients of a whole text in blocks of so many steps, each with its share."""
    length = streams.shape[1] - 1
    total = 0.0
    sums = [tf.zeros_like(weight) for weight in weights_of(model)]
    for block, following in language_model.blocks(streams, steps):
        share = block.shape[1] / length
        loss, gradients, state = language_model.block_gradients(model, block, following, state)
        total += share * loss
        sums = [total + share * gradient for total, gradient in zip(sums, gradients, strict=True)]
    return total, sums


@every_cell
def test_blocks_that_cover_the_text_have_the_gradients_of_full_bptt(cell, make_case):
    model, streams, state = make_case(cell, length=6)
    with tf.GradientTape() as tape:
        full_loss = loss_symbol_by_symbol(model, streams, state)
    full = tape.gradient(full_loss, weights_of(model))

    loss, gradients = text_gradients(model, streams, state, steps=6)
    np.testing.assert_allclose(loss, full_loss, rtol=1e-5)
    for gradient, expected in zip(gradients, full, strict=True):
        np.testing.assert_allclose(gradient, tf.convert_to_tensor(expected), rtol=1e-4, atol=1e-6)


@every_cell
def test_shorter_blocks_have_the_same_loss_and_other_gradients(cell, make_case):
    """The state goes on forward, so nothing changes in what is predicted."""
    model, streams, state = make_case(cell, length=6)

    loss, gradients = text_gradients(model, streams, state, steps=6)
    cut_loss, cut_gradients = text_gradients(model, streams, state, steps=4)
    np.testing.assert_allclose(cut_loss, loss, rtol=1e-5)
    assert (
        max(np.abs(cut - whole).max() for cut, whole in zip(cut_gradients, gradients, strict=True))
        > 1e-4
    )


@every_cell
def test_no_gradient_goes_back_across_a_border(cell, make_case):
    """Inside a block the loss at its end depends on its beginning, and on no block before."""
    model, streams, state = make_case(cell, length=6)
    (first, first_following), (second, second_following) = language_model.blocks(streams, 3)

    def gradients_of_states(loss_of_block):
        with tf.GradientTape() as tape:
            tape.watch(state)
            _, border = language_model.block_loss(model, first, first_following, state)
            tape.watch(border)
            loss, _ = loss_of_block(model, second, second_following, border)
        return tape.gradient(loss, [*state, *border])

    assert gradients_of_states(language_model.block_loss) == [None] * 2 * len(state)

    def uncut(model, block, following, border):
        return loss_symbol_by_symbol(model, streams[:, 3:], border), border

    before, after = np.split(np.array(gradients_of_states(uncut), dtype=object), 2)
    assert all(part is None for part in before)  # the border of the first block
    assert all(np.abs(part).max() > 1e-4 for part in after)  # what `block_loss` stops


def test_blocks_are_the_text_and_what_follows_it():
    streams = np.arange(22).reshape(2, 11)

    for steps in (1, 3, 10, 99):
        symbols, following = zip(*language_model.blocks(streams, steps), strict=True)
        np.testing.assert_array_equal(np.concatenate(symbols, 1), streams[:, :-1])
        np.testing.assert_array_equal(np.concatenate(following, 1), streams[:, 1:])
        assert max(block.shape[1] for block in symbols) == min(steps, 10)


@every_cell
def test_numbers_kept_for_the_gradient_grow_with_the_block_and_not_with_the_text(
    cell, make_case, monkeypatch
):
    """`scan` returns what a block keeps for its way back, and what the way back makes of it."""
    cases = {length: make_case(cell, length) for length in (12, 24)}
    kept = []
    scan = recurrent.scan

    def counting_scan(*arguments, **options):
        last, outputs = scan(*arguments, **options)
        kept.append(sum(int(tf.size(part)) for part in tf.nest.flatten(outputs)))
        return last, outputs

    monkeypatch.setattr(recurrent, "scan", counting_scan)

    def most_kept(length, steps):
        kept.clear()
        text_gradients(*cases[length], steps)
        return max(kept)

    assert most_kept(24, 4) == most_kept(12, 4)
    assert most_kept(12, 12) == 3 * most_kept(12, 4)


def test_memory_of_blocks_is_flat_in_the_length_of_the_text(tmp_path):
    """In a process of its own: TensorFlow chooses the allocator that counts when it starts."""
    run = (
        "import json, sys, truncated_memory; measured = truncated_memory.main(sys.argv[1:]);"
        "print(json.dumps(measured))"
    )
    options = ["--lengths", "24", "192", "--truncate-steps", "8", "--output", "picture.svg"]
    done = subprocess.run(
        [sys.executable, "-c", run, *options],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(truncated_memory.__file__).parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr

    measured = json.loads(done.stdout.splitlines()[-1])
    blocks, full = measured["N = 8"], measured[truncated_memory.FULL]
    assert blocks["192"] < 1.5 * blocks["24"]
    assert full["192"] > 4 * full["24"]
    assert "<svg" in (tmp_path / "picture.svg").read_text(encoding="utf-8")


def test_low_temperature_writes_the_likeliest_symbols(make_case):
    model, _, _ = make_case("gru", length=3)
    written = language_model.write(model, start=1, length=5, temperature=1e-3)

    state = model.first_state(1)
    symbol = 1
    for expected in written:
        scores, state = model(np.array([[symbol]]), state)
        symbol = int(np.argmax(scores))
        assert symbol == expected


@pytest.mark.parametrize("unit", ["character", "word"])
def test_symbols_joined_are_the_text(unit):
    text = language_model.make_text(random.Random(1), 3)
    symbols = language_model.split(text, unit)

    assert "".join(symbols) == text
    assert ("Mina" in language_model.split("Mina had", unit)) == (unit == "word")


def test_perplexity_of_no_knowledge_is_the_number_of_symbols(make_case):
    model, streams, _ = make_case("rnn", length=20)
    model.to_symbols.set_weights([0 * weight for weight in model.to_symbols.get_weights()])
    found = language_model.score(model, streams[0], np.array([1]))
    assert found.perplexity == pytest.approx(SYMBOLS)


@pytest.mark.parametrize("unit", ["character", "word"])
def test_colors_are_found_where_they_come_back(unit):
    text = language_model.make_text(random.Random(1), 5)
    symbols = language_model.split(text, unit)

    places = language_model.find_colors(symbols)
    assert len(places) == 5
    for place in places:
        assert "".join(symbols[:place]).rstrip().endswith("home with the")
        found = "".join(symbols[place : place + 6]).strip()
        assert found.startswith(tuple(language_model.COLORS))


def test_program_scores_every_block_length_and_draws(tmp_path, capsys, monkeypatch):
    """The new text, which is read word by word, is as short as the one that is learnt."""
    make_text = language_model.make_text
    monkeypatch.setattr(
        language_model, "make_text", lambda rng, stories: make_text(rng, min(stories, 20))
    )
    picture = tmp_path / "picture.svg"
    options = ["--stories", "20", "--epochs", "1", "--truncate-steps", "5", "20"]
    scores = language_model.main([*options, "--output", str(picture)])

    assert set(scores) == {5, 20}
    assert "At temperature" in capsys.readouterr().out
    assert "<svg" in picture.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "message"),
    [("--truncate-steps", "at least 1"), ("--temperature", "above 0")],
)
def test_impossible_number_is_a_usage_error(option, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        language_model.main([option, "0"])
    assert message in capsys.readouterr().err
