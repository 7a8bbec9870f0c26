"""Laws of the decoding benchmark: both systems find the same tokens, and all is counted right."""

import dataclasses
import itertools
import json
import shutil
import threading

import numpy as np
import pytest
from benchmarks import decoding as bench_decoding

from contestants import decoding, ours_decoding, tflite_decoding
from contestants.contest import ATTENTIONS, CELLS, EOS_ID, PAD_ID, Unavailable
from contestants.decoding import Architecture, Batch, Task
from contestants.decoding_worker import turn
from contestants.turns import Worker
from contestants.weights import pytorch_weights
from seq2seq.data.placeholders import PLACEHOLDER_IDS
from seq2seq.errors import InputError
from seq2seq.exports.tflite import export_tflite
from seq2seq.storage.weights import save_weights
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]
KEYS = (
    "cell attention beam_size batch_size at_once shortlist tokens_per_second sentences_per_second "
    "ratio_to_pytorch cpu_ratio_to_pytorch latency_ms text_latency_ms peak_memory_mb "
    "first_call_seconds pytorch_tokens_per_second pytorch_latency_ms pytorch_peak_memory_mb "
    "tflite_tokens_per_second tflite_ratio_to_pytorch tflite_latency_ms "
    "tflite_peak_memory_mb"
).split()
TEXTS = ["d b e", "", "c h b i c i", "b", "f f"]


@pytest.fixture
def prepared(monkeypatch, tmp_path):
    """`prepared(cell, attention)` is a directory with a tiny random model and a few sentences."""
    monkeypatch.setattr(decoding, "_SENTENCES", 30)

    def prepare(cell="gru", attention="luong"):
        decoding.prepare(
            tmp_path, Architecture.of_size("tiny", cell, attention), model=None, source=None
        )
        return tmp_path

    return prepare


@pytest.fixture
def source(tmp_path):
    """A file of a few sentences, an empty one among them."""
    path = tmp_path / "sentences.txt"
    path.write_text("".join(text + "\n" for text in TEXTS), encoding="utf-8")
    return path


@pytest.fixture
def of_model(untrained, source, tmp_path):
    """A model directory, and one prepared with it and the sentences."""
    model = untrained(1)
    decoding.prepare(tmp_path, None, model=str(model), source=str(source))
    return model, tmp_path


def found(decoder, directory, beam_size, batch_size=4):
    """The tokens of each sentence, by the sentence and its limit."""
    task = Task(beam_size, batch_size, threads=1)
    decode = decoder(directory, task)
    sentences = {}
    for batch in decoding.load_batches(directory, batch_size):
        for source_tokens, limit, tokens in zip(
            batch.source_tokens, batch.limits, decode(batch), strict=True
        ):
            length = np.count_nonzero(tokens)
            assert not tokens[length:].any()
            sentence = tuple(source_tokens[: np.count_nonzero(source_tokens)].tolist()), int(limit)
            sentences[sentence] = tokens[:length].tolist()
    return sentences


def expect_same_tokens(directory, beam_size, randomize, **fields):
    """Compares the systems with another model, which ends some sentences and not others."""
    pytest.importorskip("torch")
    from contestants import pytorch_decoding

    architecture = dataclasses.replace(decoding.load_architecture(directory), **fields)
    (directory / "architecture.json").write_text(json.dumps(vars(architecture)))
    model = randomize(architecture.make_model())
    embeddings = (
        4 * model.decoder.embedding.embeddings.numpy()
    )  # surer of each token than of none at all
    for token in range(EOS_ID + 1, architecture.target_vocabulary_size):
        swapped = embeddings.copy()
        swapped[[token, EOS_ID]] = swapped[[EOS_ID, token]]
        model.decoder.embedding.embeddings.assign(swapped)
        np.savez(directory / "pytorch.npz", **pytorch_weights(model))
        other = found(pytorch_decoding.decoder, directory, beam_size)
        if len({tokens[-1] == EOS_ID for tokens in other.values()}) == 2:
            break
    else:
        pytest.fail("whichever token stands for EOS, the model ends all sentences or none")
    save_weights(directory, model)
    assert found(ours_decoding.decoder, directory, beam_size) == other


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_pytorch_finds_our_tokens(cell, attention, prepared, randomize):
    expect_same_tokens(prepared(cell, attention), 3, randomize, shared_vocabulary=False)


@pytest.mark.parametrize(
    ("cell", "attention"), [("gru", "luong"), ("lstm", "luong"), ("rnn", "none")]
)
def test_pytorch_finds_our_tokens_with_two_decoder_layers(cell, attention, prepared, randomize):
    expect_same_tokens(prepared(cell, attention), 3, randomize, decoder_layers=2)


@pytest.mark.parametrize("shared", [True, False])
def test_pytorch_finds_our_tokens_greedily_among_fewer(shared, prepared, randomize):
    expect_same_tokens(
        prepared(), 1, randomize, shared_vocabulary=shared, target_vocabulary_size=40
    )


@pytest.mark.parametrize("beam_size", [1, 3])
def test_random_model_translates_up_to_the_end_of_the_reference(beam_size, prepared):
    sentences = found(ours_decoding.decoder, prepared(), beam_size)
    assert len(sentences) == 30
    assert [len(tokens) for tokens in sentences.values()] == [limit for _, limit in sentences]


def test_our_contestant_finds_the_tokens_of_the_translator(of_model):
    model, directory = of_model
    translator = Translator.load(model)
    tokens = {}
    task = Task(3, 2, threads=1, model=str(model))
    search = ours_decoding.decoder(directory, task)
    translate = ours_decoding.text_decoder(directory, task)
    for batch in decoding.load_batches(directory, 2):
        ids = search(batch)
        real = translate(batch)
        pieces = translator.target_tokenizer.pieces(ids).numpy()
        for text, row, mask in zip(batch.texts, pieces, real, strict=True):
            tokens[text] = [piece.decode() for piece in row[: np.count_nonzero(mask)]]
        assert np.count_nonzero(ids) == np.count_nonzero(real)
    expected = translator.stream(TEXTS, beam_size=3)
    assert tokens == {translation.source: translation.best.pieces for translation in expected}


def test_our_contestant_searches_among_a_shortlist_as_the_translator(of_model, tmp_path):
    """And finds other tokens than without one, as it does in the test above."""
    model = shutil.copytree(of_model[0], tmp_path / "model")
    directory = of_model[1]
    translator = Translator.load(model)
    generator = np.random.default_rng(0)
    size = translator.target_tokenizer.vocabulary_size
    table = (translator.source_tokenizer.vocabulary_size, 8)
    weights = generator.random(table)
    weights[PAD_ID] = 0  # as in every table, so that a batch does not matter
    tokens = generator.integers(PLACEHOLDER_IDS.stop, size, table)
    translator.shortlist = Shortlist(tokens, weights, size)
    translator.shortlist.save(model)
    task = Task(3, 2, threads=1, model=str(model), shortlist=16)
    among_few = ours_decoding.decoder(directory, task)
    translate = ours_decoding.text_decoder(directory, task)
    among_all = ours_decoding.decoder(directory, dataclasses.replace(task, shortlist=0))
    expected = translator.stream(TEXTS, beam_size=3, shortlist=16)
    pieces = {translation.source: translation.best.pieces for translation in expected}
    others = 0
    for batch in decoding.load_batches(directory, 2):
        found = among_few(batch)
        assert np.count_nonzero(found) == np.count_nonzero(translate(batch))
        for text, row in zip(
            batch.texts, translator.target_tokenizer.pieces(found).numpy(), strict=True
        ):
            assert [piece.decode() for piece in row[: len(pieces[text])]] == pieces[text]
        others += found.tolist() != among_all(batch).tolist()
    assert others


@pytest.fixture
def exported(of_model, made_once):
    """The TFLite export of the model, with a beam of three."""
    pytest.importorskip("ai_edge_litert")

    def export(directory):
        export_tflite(Translator.load(of_model[0]), directory / "lite", beam_size=3)

    return made_once("untrained-tflite", export) / "lite"


@pytest.mark.parametrize("beam_size", [1, 3])
def test_tflite_contestant_finds_as_many_tokens_as_ours(of_model, exported, beam_size):
    model, directory = of_model
    task = Task(beam_size, 2, threads=1, model=str(model), at_once=2, tflite=str(exported))
    ours, lite = (module.decoder(directory, task) for module in (ours_decoding, tflite_decoding))
    for batch in decoding.load_batches(directory, 2):
        assert (
            np.count_nonzero(lite(batch), axis=1).tolist()
            == np.count_nonzero(ours(batch), axis=1).tolist()
        )


def test_pytorch_finds_the_tokens_of_a_trained_models_directory(of_model):
    pytest.importorskip("torch")
    from contestants import pytorch_decoding

    _, directory = of_model
    ours, other = (
        found(module.decoder, directory, 3) for module in (ours_decoding, pytorch_decoding)
    )
    assert ours == other and len(ours) == len(TEXTS)


def test_text_needs_a_tokenizer(prepared):
    with pytest.raises(Unavailable, match="--model"):
        ours_decoding.text_decoder(prepared(), Task(1, 1, threads=1))


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_batches_hold_every_sentence_once_with_its_limit_and_text(batch_size, of_model):
    _, directory = of_model
    batches = decoding.load_batches(directory, batch_size)
    assert [len(batch.limits) for batch in batches if len(batch.limits) != batch_size] == (
        [] if len(TEXTS) % batch_size == 0 else [len(TEXTS) % batch_size]
    )
    assert sorted(text for batch in batches for text in batch.texts) == sorted(TEXTS)
    for source_tokens, limits, texts in batches:
        lengths = np.count_nonzero(source_tokens, axis=1)
        assert source_tokens.shape[1] == lengths.max()
        assert (source_tokens[range(len(texts)), lengths - 1] == EOS_ID).all()
        assert limits.tolist() == [2 * length + 10 if length > 1 else 0 for length in lengths]
        assert [text == "" for text in texts] == (limits == 0).tolist()


def test_turn_counts_what_was_decoded_and_goes_on_where_the_last_one_stopped():
    seen = []

    def decode(batch):
        seen.append(batch.limits[0])
        return np.array([[5, 6, EOS_ID, PAD_ID], [7, 8, 9, 9]])

    batches = itertools.cycle(
        [Batch(np.array([[4, EOS_ID]] * 2), np.array([number] * 2), []) for number in range(3)]
    )
    for _ in range(4):
        reply = turn(decode, batches, 0)
        assert (reply["sentences"], reply["tokens"], len(reply["calls"])) == (2, 7, 1)
    assert seen == [0, 1, 2, 0]
    reply = turn(decode, batches, 0.01)
    assert reply["tokens"] == 7 * len(reply["calls"]) == 7 * (len(seen) - 4)
    assert sum(reply["calls"]) <= reply["seconds"] and reply["seconds"] >= 0.01


def test_batches_at_once_are_decoded_at_the_same_time_and_counted_together():
    both_here = threading.Barrier(2, timeout=30)

    def decode(batch):
        both_here.wait()
        return np.array([[5, EOS_ID]])

    reply = turn(
        decode, itertools.repeat(Batch(np.array([[4, EOS_ID]]), np.array([2]), [])), 0, at_once=2
    )
    assert (reply["sentences"], reply["tokens"], len(reply["calls"])) == (2, 4, 2)


def test_result_compares_round_by_round_and_takes_the_calls_of_all():
    def worker(system, seconds):
        rounds = [
            {
                "sentences": 2,
                "tokens": 10,
                "seconds": s,
                "cpu_seconds": 3 * s * s,
                "calls": [s],
                "peak_memory_mb": 7,
            }
            for s in seconds
        ]
        return Worker(system, None, None, {"first_call_seconds": 9}, rounds)

    workers = {"ours": worker("ours", [1, 2, 3]), "pytorch": worker("pytorch", [2, 4, 9])}
    row = bench_decoding.Result(
        Architecture.of_size("tiny", "gru", "luong"), Task(1, 2, 1), workers
    ).row()
    assert (row["ratio_to_pytorch"], row["cpu_ratio_to_pytorch"]) == (2, 4)
    assert (row["tokens_per_second"], row["sentences_per_second"]) == (5, 1)
    assert row["latency_ms"]["p50"] == 2000 and row["pytorch_latency_ms"]["p50"] == 4000
    assert row["latency_ms"]["p50"] < row["latency_ms"]["p95"] < row["latency_ms"]["p99"] < 3000
    assert row["text_latency_ms"] is None


@pytest.fixture
def json_of(monkeypatch, capsys):
    """`json_of(*options)` is the one row of a short run; what is prepared is so in this process."""
    monkeypatch.setattr(bench_decoding, "warn_of_load", lambda: None)
    monkeypatch.setattr(
        bench_decoding, "run_module", lambda module, request: decoding.main(request)
    )

    def run(*options):
        sizes = "--beam-size 2 --batch-size 4 --rounds 2 --seconds 0.05 --json".split()
        bench_decoding.main([*map(str, options), *sizes])
        (row,) = json.loads(capsys.readouterr().out)["results"]
        assert list(row) == KEYS
        assert (row["beam_size"], row["batch_size"]) == (2, 4)
        assert (
            row["tokens_per_second"] > 0
            and row["sentences_per_second"] > 0
            and row["peak_memory_mb"] > 100
        )
        try:
            import torch  # noqa: F401
        except ImportError:
            assert row["ratio_to_pytorch"] is None and row["pytorch_latency_ms"] is None
        else:
            assert row["ratio_to_pytorch"] > 0 and row["cpu_ratio_to_pytorch"] > 0
            assert 0 < row["pytorch_latency_ms"]["p50"] <= row["pytorch_latency_ms"]["p99"]
        return row

    return run


@pytest.mark.slow
def test_json_has_the_figures_of_a_random_model(prepared, json_of):
    row = json_of(*"--size tiny --cell lstm --attention bahdanau".split())
    assert (row["cell"], row["attention"], row["text_latency_ms"]) == ("lstm", "bahdanau", None)


def test_json_has_the_figures_of_a_model_directory(untrained, source, json_of):
    row = json_of("--model", untrained(1), "--source", source)
    assert (row["cell"], row["attention"]) == ("gru", "luong")
    assert (
        0
        < row["text_latency_ms"]["p50"]
        <= row["text_latency_ms"]["p95"]
        <= row["text_latency_ms"]["p99"]
    )
    assert row["tflite_tokens_per_second"] is None


@pytest.mark.slow
def test_json_has_the_figures_of_a_tflite_export(of_model, exported, source, json_of):
    row = json_of("--model", of_model[0], "--source", source, "--tflite", exported)
    assert (
        row["tflite_tokens_per_second"] > 0 and row["tflite_peak_memory_mb"] < row["peak_memory_mb"]
    )
    assert 0 < row["tflite_latency_ms"]["p50"] <= row["tflite_latency_ms"]["p99"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--model a", "go together"),
        ("--source a", "go together"),
        ("--model a --source b --attention none", "those of the --model"),
        ("--shortlist 64", "of a --model"),
        ("--tflite a", "of a --model"),
        ("--model a --source b --shortlist 3", "0 or a whole number of at least 16"),
        ("--batch-size 0", "at least 1"),
        ("--rounds 0", "at least 1"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message, capsys):
    with pytest.raises(SystemExit):
        bench_decoding.parse(options.split())
    assert message in capsys.readouterr().err


def test_model_that_pytorch_has_not_is_refused(untrained, source, tmp_path):
    model = untrained(1, bidirectional=False)
    with pytest.raises(InputError, match="one bidirectional encoder layer"):
        decoding.prepare(tmp_path, None, model=str(model), source=str(source))


def test_empty_source_is_refused(untrained, tmp_path):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(InputError, match="empty.txt, which is empty"):
        decoding.prepare(
            tmp_path, None, model=str(untrained(1)), source=str(tmp_path / "empty.txt")
        )
