"""The SavedModel needs nothing of this package and translates exactly as the library does."""

import contextlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import contents, fails, letter_strings, succeeds
from seq2seq.data.placeholders import PLACEHOLDER_IDS
from seq2seq.errors import InputError
from seq2seq.exports.note import NOTE
from seq2seq.exports.saved_model import export_saved_model, without_cudnn
from seq2seq.exports.warm_up import PLACE as WARM_UP
from seq2seq.search.options import SearchOptions
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.decoding import decode
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.translator import Translator

pytest_plugins = ["fixtures.commands"]

ODD = [
    "",
    " ",
    "x",
    "가나다 b c",
    "🙂🙂",
    "b\tc",
    "b\u00a0c",
    "\u200b",
    "bcdefghijabcdefghija",
    "ｂｃ",
    "b c ",
    "\0",
]
TEXTS = [*letter_strings(250, seed=12), *ODD]
LONG = [" ".join("bcdefghija" * 30), "b c", ""]

# What an application does that has tensorflow and tensorflow-text and nothing else.
APPLICATION = """
import json, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("seq2seq", "sentencepiece", "sacrebleu", "click"):
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.python.framework import op_def_registry

directory, output = sys.argv[1:]
saved = saved_model_pb2.SavedModel()
with open(directory + "/saved_model.pb", "rb") as file:
    saved.ParseFromString(file.read())
graph = saved.meta_graphs[0].graph_def
functions = {function.signature.name for function in graph.library.function}
nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
ops = sorted({node.op for node in nodes} - functions)
compiled = [f.signature.name for f in graph.library.function if f.attr["_XlaMustCompile"].b]
foreign = [op for op in ops if op_def_registry.get(op) is None]
devices = sorted({node.device for node in nodes})

import numpy as np
import tensorflow_text
model = tf.saved_model.load(directory)
arrays = {}
for group, texts in json.load(sys.stdin).items():
    texts = tf.constant(texts, tf.string)
    results = {name: model.signatures[name](text=texts) for name in ("serving_default", "beam")}
    # The first two pieces of the worst translation.
    begin = tf.strings.reduce_join(results["beam"]["pieces"][:, -1, :2], 1, separator=" ")
    results["begin"] = {"pieces": begin}
    best = results["beam"]["translation"][:, 0]
    results["score"] = model.signatures["score"](text=texts, translation=best)
    for name, prefix in ("prefix", tf.fill(tf.shape(texts), "")), ("continued", begin):
        results[name] = model.signatures["prefix"](text=texts, prefix=prefix)
    for name, outputs in results.items():
        for key, value in outputs.items():
            array = value.numpy()
            if array.dtype == object:
                array = np.strings.decode(array.astype("S"))
            arrays[f"{group} {name} {key}"] = array
np.savez(output, **arrays)
modules = [name for name in ("seq2seq", "sentencepiece") if name in sys.modules]
graph = {"ops": ops, "foreign": foreign, "compiled": compiled, "devices": devices}
print(json.dumps({**graph, "modules": modules}))
"""


@pytest.fixture(scope="module")
def application(exported, tmp_path_factory):
    """What the exported model gives in a process that cannot import this package."""
    directory = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-c", APPLICATION, str(exported), str(directory / "result.npz")]
    groups = json.dumps({"texts": TEXTS, "long": LONG, "none": []})
    run = subprocess.run(command, input=groups, cwd=directory, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    with np.load(directory / "result.npz") as arrays:
        return {**json.loads(run.stdout), **{name: arrays[name] for name in arrays.files}}


def test_application_did_without_this_package(application):
    assert application["modules"] == []


@pytest.mark.parametrize(("group", "texts"), [("texts", TEXTS), ("long", LONG)])
def test_default_signature_gives_the_greedy_translations_of_the_library(
    application, reverse_translator, search_plainly, group, texts
):
    assert reverse_translator.source_tokenizer.model != reverse_translator.target_tokenizer.model
    expected = search_plainly(texts, beam_size=1)
    served = application[f"{group} serving_default translation"]
    assert served.tolist() == [result.text for result in expected]
    scores = application[f"{group} serving_default score"]
    np.testing.assert_allclose(scores, [result.best.score for result in expected], atol=1e-4)


@pytest.mark.parametrize(("group", "texts"), [("texts", TEXTS), ("long", LONG)])
def test_beam_signature_gives_the_n_best_translations_of_the_library(
    application, search_plainly, group, texts
):
    served = {
        key: application[f"{group} beam {key}"]
        for key in "translation score attention source_pieces pieces".split()
    }
    results = search_plainly(texts, beam_size=5, n_best=5, attention=True)
    for place, expected in enumerate(results):
        count = len(expected.hypotheses)
        columns = len(expected.source_pieces)
        assert served["score"][place][count:].tolist() == [-np.inf] * (5 - count)
        for rank, hypothesis in enumerate(expected.hypotheses):
            assert served["translation"][place][rank] == hypothesis.text, texts[place]
            np.testing.assert_allclose(served["score"][place][rank], hypothesis.score, atol=1e-4)
            rows = len(hypothesis.pieces)
            assert served["pieces"][place][rank][:rows].tolist() == hypothesis.pieces
            weights = served["attention"][place][rank][:rows, :columns]
            np.testing.assert_allclose(weights, hypothesis.attention, atol=1e-4)
        assert served["source_pieces"][place][:columns].tolist() == expected.source_pieces


@pytest.mark.parametrize("group", ["texts", "long"])
def test_empty_prefix_changes_nothing(application, group):
    for key in ("translation", "pieces", "source_pieces"):
        np.testing.assert_array_equal(
            application[f"{group} prefix {key}"], application[f"{group} beam {key}"]
        )
    for key in ("score", "attention"):
        np.testing.assert_allclose(
            application[f"{group} prefix {key}"], application[f"{group} beam {key}"], atol=1e-5
        )


@pytest.mark.parametrize("name", ["prefix", "continued"])
def test_probabilities_of_the_pieces_make_up_the_score(application, name):
    pieces, probabilities = (
        application[f"texts {name} {key}"] for key in ("pieces", "probability")
    )
    real = pieces != "<pad>"
    log_probs = np.where(real, np.log(np.maximum(probabilities, 1e-30)), 0).sum(-1)
    scores = application[f"texts {name} score"]
    expected = log_probs / ((5 + real.sum(-1)) / 6)
    found = np.isfinite(scores)
    np.testing.assert_allclose(scores[found], expected[found], rtol=1e-3, atol=1e-4)


def test_continuations_begin_as_asked_and_are_those_of_the_library(application, reverse_translator):
    begin = [prefix.split() for prefix in application["texts begin pieces"].tolist()]
    pieces = application["texts continued pieces"]
    scores = application["texts continued score"]
    for row, prefix in enumerate(begin):
        prefix = [piece for piece in prefix if piece != "<pad>"]
        for rank in np.flatnonzero(np.isfinite(scores[row])):
            assert pieces[row, rank, : len(prefix)].tolist() == prefix, TEXTS[row]
    tokens = reverse_translator.source_tokenizer.tokenize(tf.constant(TEXTS)).to_tensor(0)
    prefix = reverse_translator.target_tokenizer.ids(tf.ragged.constant(begin)).to_tensor(0)
    options = SearchOptions(beam_size=5, n_best=5)
    found, expected = decode(reverse_translator.model, tokens, options, prefix=prefix)
    texts = reverse_translator.target_tokenizer.detokenize_all(found)
    decoded = [[text.decode() for text in row] for row in texts.numpy()]
    assert application["texts continued translation"].tolist() == decoded
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_alternatives_after_the_prefix_are_likeliest_first_and_know_what_came(application):
    probabilities, alternatives = (
        application[f"texts continued next_{key}"] for key in ("probability", "pieces")
    )
    assert probabilities.shape == (len(TEXTS), 8)
    assert (np.diff(probabilities) <= 0).all() and (probabilities.sum(-1) <= 1.001).all()
    begin = [
        len([piece for piece in text.split() if piece != "<pad>"])
        for text in application["texts begin pieces"]
    ]
    compared = 0
    for row, place in enumerate(begin):
        came, probability = (
            application[f"texts continued {key}"][row, 0] for key in ("pieces", "probability")
        )
        if place < len(came) and came[place] in alternatives[row].tolist():
            expected = probabilities[row, alternatives[row].tolist().index(came[place])]
            np.testing.assert_allclose(probability[place], expected, rtol=1e-3, atol=1e-5)
            compared += 1
    assert compared > 200


def test_scores_of_given_translations_are_those_of_the_library(application, reverse_translator):
    translations = application["texts beam translation"][:, 0].tolist()
    translator = reverse_translator.anew()
    translator.protector = None  # the graph reads unknown words as they are, too
    scores = list(translator.score(TEXTS, translations))
    found = application["texts score log_probability"]
    np.testing.assert_allclose(
        found, [score.log_probability for score in scores], rtol=1e-4, atol=1e-4
    )
    assert application["texts score length"].tolist() == [len(score.pieces) for score in scores]


def test_empty_batch_is_served(application):
    assert application["none score log_probability"].shape == (0,)
    assert application["none serving_default translation"].shape == (0,)
    assert application["none beam score"].shape == (0, 5)
    assert application["none prefix next_pieces"].shape == (0, 8)


def test_graph_holds_core_operations_and_those_of_text_alone(application):
    assert set(application["foreign"]) <= {
        "SentencepieceOp",
        "SentencepieceTokenizeOp",
        "SentencepieceDetokenizeOp",
        "SentencepieceIdToStringOp",
        "SentencepieceStringToIdOp",
        "SentencepieceVocabSizeOp",
        "NormalizeUTF8",  # of tensorflow-text as well; in `score` alone, which reads target text
    }
    assert "SentencepieceTokenizeOp" in application["foreign"]
    assert not [op for op in application["ops"] if "Cudnn" in op or "PyFunc" in op]
    assert application["compiled"] == []


def prediction_log_class():
    """The fields of `tensorflow.serving.PredictionLog` that are needed, as a message class."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    from tensorflow.core.framework import tensor_pb2

    pool = descriptor_pool.Default()
    file = descriptor_pb2.FileDescriptorProto(name="warm_up_test.proto", package="warm")
    file.dependency.append(tensor_pb2.DESCRIPTOR.name)
    for name, fields in {
        "ModelSpec": [("signature_name", 3, None)],
        "Input": [("key", 1, None), ("value", 2, ".tensorflow.TensorProto")],
        "PredictRequest": [("model_spec", 1, ".warm.ModelSpec"), ("inputs", 2, ".warm.Input")],
        "PredictLog": [("request", 1, ".warm.PredictRequest")],
        "PredictionLog": [("predict_log", 6, ".warm.PredictLog")],
    }.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            added = message.field.add(
                name=field, number=number, label=3 if field == "inputs" else 1
            )
            added.type = 11 if kind else 9  # a message or a string
            if kind:
                added.type_name = kind
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("warm.PredictionLog"))


def test_warm_up_requests_reach_every_signature_and_can_be_answered(exported):
    model = tf.saved_model.load(exported)
    prediction_log = prediction_log_class()
    path = exported / "assets.extra" / "tf_serving_warmup_requests"
    reached = set()
    for record in tf.data.TFRecordDataset([str(path)]).as_numpy_iterator():
        request = prediction_log.FromString(record).predict_log.request
        inputs = {each.key: tf.constant(tf.make_ndarray(each.value)) for each in request.inputs}
        signature = model.signatures[request.model_spec.signature_name]
        assert signature.structured_input_signature[1].keys() == inputs.keys()
        signature(**inputs)
        reached.add((request.model_spec.signature_name, len(inputs["text"])))
    assert reached == {(name, batch) for name in model.signatures for batch in (1, 8)}


def test_graph_asks_for_no_device_but_a_cpu(application):
    assert all(device == "" or "CPU" in device for device in application["devices"])


def test_graph_holds_no_gradients(exported):
    graph = (exported / "saved_model.pb").read_bytes()
    assert b"CustomGradient" not in graph and b"_gradient_op_type" not in graph


def test_exporting_again_replaces_the_exported_model(
    exported, reverse_model, tmp_path, monkeypatch
):
    own = (NOTE, WARM_UP.parts[0], MANIFEST)  # what TensorFlow does not write

    def save(module, path, signatures):  # what it would write; to trace it again takes seconds
        shutil.copytree(exported, path, ignore=shutil.ignore_patterns(*own), dirs_exist_ok=True)

    monkeypatch.setattr("tensorflow.saved_model.save", save)
    directory = tmp_path / "model"
    directory.mkdir()  # an empty one is welcome
    succeeds("export", directory, "--model", reverse_model, "--beam-size", 2, "--n-best", 1)
    (directory / "stale").write_text("of the old model")
    succeeds("export", directory, "--model", reverse_model)
    assert not (directory / "stale").exists()
    assert contents(directory).keys() == contents(exported).keys()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_exported_model_searches_among_a_shortlist_as_the_library(untrained, tmp_path):
    translator = Translator.load(untrained(1))
    generator = np.random.default_rng(0)
    size = translator.target_tokenizer.vocabulary_size
    words = np.arange(PLACEHOLDER_IDS.stop, size)  # graphs do not drop placeholders
    table = np.tile(words, (translator.source_tokenizer.vocabulary_size, 1))
    weights = generator.random(table.shape)
    translator.shortlist = Shortlist(generator.permuted(table, axis=1), weights, size)
    export_saved_model(translator, tmp_path / "exported", shortlist=16)
    served = tf.saved_model.load(str(tmp_path / "exported")).signatures
    texts = letter_strings(40, seed=2)
    expected = translator.translate(texts, shortlist=16)
    assert expected != translator.translate(texts)
    found = served["beam"](text=tf.constant(texts))["translation"][:, 0].numpy()
    assert [text.decode() for text in found] == expected
    found = served["serving_default"](text=tf.constant(texts))["translation"].numpy()
    assert [text.decode() for text in found] == translator.translate(
        texts, shortlist=16, beam_size=1
    )


def test_exporting_over_something_else_is_refused_and_leaves_it(reverse_model, tmp_path):
    (tmp_path / "thesis.txt").write_text("text")
    for place in (tmp_path, tmp_path / "thesis.txt", reverse_model):
        before = contents(reverse_model)
        assert "Expected an empty or new directory for the model" in fails(
            "export", place, "--model", reverse_model
        )
        assert contents(reverse_model) == before
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_place_that_cannot_be_written_to_is_one_clear_line(reverse_model, tmp_path):
    (tmp_path / "file").write_text("")
    message = fails("export", tmp_path / "file" / "below" / "model", "--model", reverse_model)
    assert "Expected a place that can be written to" in message


def test_failing_export_leaves_the_old_model(reverse_translator, tmp_path, monkeypatch):
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "saved_model.pb").write_text("old")

    def fill_the_disk(module, path, signatures):
        raise OSError(28, "No space left on device\nat all")

    monkeypatch.setattr("tensorflow.saved_model.save", fill_the_disk)
    with pytest.raises(InputError, match="Expected to write .*No space left on device.*") as raised:
        export_saved_model(reverse_translator, directory)
    assert "\n" not in str(raised.value)
    assert contents(tmp_path) == {"model/saved_model.pb": b"old"}


def test_export_leaves_the_kernels_of_the_model_as_they_were(make_model):
    """A translator that is exported, at the end of its training too, goes on with cuDNN."""
    model = make_model()
    layers = [layer for layer in model._flatten_layers() if hasattr(layer, "use_cudnn")]
    layers[0].use_cudnn = True
    before = [layer.use_cudnn for layer in layers]
    with contextlib.suppress(KeyError), without_cudnn(model):
        assert not any(layer.use_cudnn for layer in layers)
        raise KeyError
    assert [layer.use_cudnn for layer in layers] == before
