"""Laws of the training benchmark.

The contestants are the same model, and its arithmetic is counted right.
"""

import io
import itertools
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from benchmarks import training as bench_training

from contestants import ours, plain_keras, text, worker
from contestants.contest import (
    ATTENTIONS,
    CELLS,
    LABEL_SMOOTHING,
    SIZES,
    Contest,
    Sizes,
    TextFacts,
    Unavailable,
    multiplications,
    training_flops_per_token,
)
from contestants.weights import pytorch_weights

VOCABULARY = SIZES["tiny"].vocabulary_size
FACTS = TextFacts(1, 1, 1, 0, VOCABULARY, VOCABULARY)
KEYS = (
    "size cell attention decoder_layers tokens_per_second ratio_to_pytorch ratio_to_keras "
    "fraction_of_limit padding_share peak_memory_mb first_step_seconds pytorch_tokens_per_second "
    "keras_tokens_per_second "
    "model_gflops_per_token"
).split()


def tiny_contest(cell, attention, decoder_layers=1):
    return Contest(SIZES["tiny"], cell, attention, threads=1, decoder_layers=decoder_layers)


MODELS = [*itertools.product(CELLS, ATTENTIONS), ("gru", "luong", 2), ("lstm", "none", 2)]


@pytest.fixture
def without_padding():
    """Two pairs of 4 source and 3 target tokens, as `prepare` keeps them."""
    return np.array([[4, 7, 5, 3], [8, 6, 9, 3]], np.int32), np.array(
        [[5, 10, 3], [7, 11, 3]], np.int32
    )


@pytest.mark.parametrize(
    ("cell", "attention", "expected"),
    [
        # Per target token 2 source tokens, half a sentence, 4 pairs of positions.
        # E = 2, U = 4, D = 3, V = 7.
        ("rnn", "none", 2 * 2 * 2 * (2 + 2) + 3 * 4 / 2 + 3 * (2 + 3) + 3 * 2 + 2 * 7),
        (
            "gru",
            "luong",
            96 + 6 + 2 * 4 * 3 + 3 * 3 * (2 + 3) + 4 * 3 + 4 * 4 + (3 + 4) * 2 + 2 * 7,
        ),
        (
            "lstm",
            "bahdanau",
            128 + 12 + 24 + 4 * 3 * (2 + 4 + 3) + 9 + 12 + 16 + (3 + 4 + 2) * 2 + 14,
        ),
    ],
)
def test_multiplications_equal_a_count_by_hand(cell, attention, expected):
    contest = Contest(Sizes(2, 4, 3, 7, 10), cell, attention, threads=1)
    facts = TextFacts(2, 0.5, 4, 0, 9, 7)
    assert sum(multiplications(contest, facts).values()) == expected
    assert training_flops_per_token(contest, facts) == 6 * expected


@pytest.mark.parametrize("model_kind", MODELS, ids=str)
def test_multiplications_equal_the_products_that_pytorch_counts(model_kind, without_padding):
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    from contestants import pytorch

    contest = tiny_contest(*model_kind)
    facts = text.count_facts([without_padding], VOCABULARY, VOCABULARY)
    model = pytorch.Translator(contest, VOCABULARY).eval()
    with torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter:
        model(*pytorch.tensors(*without_padding))
    assert counter.get_total_flops() == pytest.approx(
        2 * 6 * sum(multiplications(contest, facts).values())
    )


@pytest.mark.parametrize("model_kind", MODELS, ids=str)
def test_pytorch_model_equals_ours_in_loss_and_gradient(model_kind, batch, randomize):
    pytest.importorskip("torch")
    from contestants import pytorch

    contest = tiny_contest(*model_kind)
    model = randomize(ours.make_model(contest, FACTS))
    with tf.GradientTape() as tape:
        state, source = model.encode(batch["source_tokens"])
        vectors = model.decoder.embedding(batch["target_tokens"])
        features, _, _ = model.decoder.features(vectors, state, source)
        loss, _, _ = model.decoder.loss(features, batch["labels"], smoothing=model.label_smoothing)
    (gradient,) = tape.gradient(loss, [model.decoder.embedding.embeddings.value])
    other = pytorch.Translator(contest, VOCABULARY).eval()
    pytorch.load_weights(other, pytorch_weights(model))
    other_loss = other(*pytorch.tensors(batch["source_tokens"].numpy(), batch["labels"].numpy()))
    other_loss.backward()
    assert other_loss.item() == pytest.approx(float(loss), rel=1e-5)
    assert other.embedding.weight.grad.numpy() == pytest.approx(
        tf.convert_to_tensor(gradient).numpy(), abs=1e-5
    )


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_our_contestant_has_the_sizes_that_are_counted(cell, attention, without_padding):
    """Count a product with each weight matrix and position, and attention's two without weights."""
    contest = tiny_contest(cell, attention)
    facts = text.count_facts([without_padding], VOCABULARY, VOCABULARY)
    counted = multiplications(contest, facts)
    model = ours.make_model(contest, facts)
    assert model.label_smoothing == LABEL_SMOOTHING

    def weights(layer):  # of the matrices
        return sum(
            weight.shape.num_elements()
            for weight in layer.trainable_variables
            if "bias" not in weight.name
        )

    counted = {
        part: pytest.approx(6 * number) for part, number in counted.items()
    }  # the batch has 6 target tokens
    decoder = model.decoder
    assert counted["encoder"] == 8 * sum(weights(layer) for layer in model.encoder.directions[0])
    assert counted["bridges"] == 2 * sum(weights(bridge) for bridge in decoder.bridges[0])
    assert counted["decoder"] == 6 * sum(weights(layer) for layer in decoder.recurrent_layers)
    assert counted["readout"] == 6 * weights(decoder.readout)
    assert counted["output"] == 6 * weights(decoder.embedding)
    if attention != "none":
        assert counted["keys"] == 8 * weights(decoder.attention.key_projection)


def test_synthetic_lengths_are_those_of_multi30k():
    lengths = text.synthetic_lengths(20_000, np.random.default_rng(0))
    assert lengths.mean(0) == pytest.approx([15.7, 16.2], abs=0.2)
    assert lengths.std(0) == pytest.approx([4.9, 5.6], abs=0.2)
    assert np.corrcoef(lengths.T)[0, 1] == pytest.approx(0.84, abs=0.02)


def test_facts_count_real_tokens_and_padding():
    batch = np.array([[5, 3, 0, 0], [5, 6, 7, 3]]), np.array([[4, 3, 0], [4, 5, 3]])
    facts = text.count_facts([batch], 11, 9)
    assert facts == TextFacts(6 / 5, 2 / 5, (2 * 2 + 4 * 3) / 5, 1 - 11 / 14, 11, 9)


@pytest.fixture
def few_pairs(monkeypatch, tmp_path):
    """A directory prepared with few random pairs of the tiny size."""
    monkeypatch.setattr(text, "_PAIRS", 60)
    monkeypatch.setattr(text, "_BATCHES", 40)
    text.prepare(tmp_path, SIZES["tiny"], source=None, target=None)
    return tmp_path


def test_all_systems_see_the_batches_of_our_pipeline_in_order(few_pairs):
    batches = text.load_batches(few_pairs)
    tokens = text.load_step_tokens(few_pairs)
    with text.training_batches(few_pairs, SIZES["tiny"]).dataset() as dataset:
        ours = list(itertools.islice(dataset.as_numpy_iterator(), 40))
    assert len(batches) == len(tokens) == 40
    for (source_tokens, labels), number, expected in zip(batches, tokens, ours, strict=True):
        assert source_tokens.tolist() == expected["source_tokens"].tolist()
        assert labels.tolist() == expected["labels"].tolist()
        assert number == np.count_nonzero(labels)


def test_referee_counts_the_tokens_of_each_round():
    replies = io.StringIO()
    referee = worker.Referee(
        np.array([5, 7]), io.StringIO('{"seconds": 0}\n{"seconds": 0}\n'), replies
    )
    referee.start()
    referee.stepped(1)
    referee.stepped(2)
    with pytest.raises(worker.Finished):
        referee.stepped(5)
    first, second, third = map(json.loads, replies.getvalue().splitlines())
    assert first.keys() == {"first_step_seconds"}
    assert (second["steps"], second["tokens"]) == (1, 7)
    assert (third["steps"], third["tokens"]) == (3, 5 + 7 + 5)
    assert third["peak_memory_mb"] > 1


@pytest.mark.parametrize("cell", CELLS)
def test_plain_keras_model_has_logits_for_every_token(cell, batch):
    model = plain_keras.make_model(tiny_contest(cell, "luong"), FACTS)
    logits = model([batch["source_tokens"], batch["target_tokens"]])
    assert logits.shape == (*batch["labels"].shape, VOCABULARY)


def test_plain_keras_has_no_recurrence_with_attention():
    with pytest.raises(Unavailable, match="attends at every step"):
        plain_keras.make_model(tiny_contest("gru", "bahdanau"), FACTS)


def test_table_shows_the_figures_and_a_dash_for_what_is_missing(capsys):
    def worker(*seconds):
        rounds = [{"tokens": 1000, "seconds": each, "peak_memory_mb": 321.0} for each in seconds]
        return SimpleNamespace(first={"first_step_seconds": 2.5}, rounds=rounds)

    workers = {"ours": worker(1.0, 0.5), "pytorch": worker(2.0, 2.0)}
    result = bench_training.Result(
        "tiny", tiny_contest("gru", "luong"), FACTS, workers, matmul_gflops=100.0
    )
    bench_training.print_table([result], 100.0)
    _, heads, line = capsys.readouterr().out.splitlines()
    assert heads.split()[:7] == ["size", "cell", "attention", "layers", "ours", "spread", "PyTorch"]
    assert line.split()[:9] == ["tiny", "gru", "luong", "1", "1,333", "±37.5%", "500", "-", "3.00"]
    assert line.split()[-2:] == ["321", "2.5"]


def test_json_has_the_figures_of_every_row(few_pairs, monkeypatch, capsys):
    monkeypatch.setattr(bench_training, "measure_limit", lambda: 100.0)
    monkeypatch.setattr(
        bench_training,
        "prepare",
        lambda directory, sizes, options: text.prepare(
            Path(directory), sizes, source=None, target=None
        ),
    )
    arguments = (
        "--size tiny --cell gru --attention luong --decoder-layers 2 "
        "--systems ours --systems pytorch --json"
    )
    bench_training.main([*arguments.split(), "--rounds", "2", "--seconds", "0.1"])
    printed = json.loads(capsys.readouterr().out)
    assert printed.keys() == {"matmul_gflops", "results"}
    (row,) = printed["results"]
    assert list(row) == KEYS
    assert (row["size"], row["cell"], row["attention"], row["decoder_layers"]) == (
        "tiny",
        "gru",
        "luong",
        2,
    )
    flops = row["model_gflops_per_token"] * row["tokens_per_second"]
    assert row["fraction_of_limit"] == pytest.approx(flops / 100)
    assert row["peak_memory_mb"] > 100 and row["first_step_seconds"] > 0
    assert row["keras_tokens_per_second"] is None and row["ratio_to_keras"] is None
    try:
        import torch  # noqa: F401
    except ImportError:
        assert row["pytorch_tokens_per_second"] is None and row["ratio_to_pytorch"] is None
    else:
        assert row["pytorch_tokens_per_second"] > 0 and row["ratio_to_pytorch"] > 0


def test_more_layers_leave_out_the_recurrence_with_attention():
    assert bench_training.parse(["--decoder-layers", "2"]).attention == ["none", "luong"]
    assert bench_training.parse([]).attention == list(ATTENTIONS)


@pytest.mark.parametrize(
    "arguments", ["--decoder-layers 0", "--decoder-layers 2 --attention bahdanau"]
)
def test_decoders_that_no_contestant_has_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        bench_training.parse(arguments.split())
    assert "layer" in capsys.readouterr().err.splitlines()[-1]
