"""The TFLite model translates as the library does, and needs nothing but LiteRT."""

import dataclasses
import itertools
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import (
    contents,
    error_line,
    fails,
    letter_strings,
    process,
    succeeds,
    write_tsv,
)
from fixtures.litert import SOURCES, array
from seq2seq.errors import InputError
from seq2seq.exports import tflite
from seq2seq.exports.litert import TFLiteModel
from seq2seq.exports.note import NOTE
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.exports.tflite import EXAMPLE, convert, export_tflite
from seq2seq.exports.tflite_translator import MODEL, TFLiteTranslator
from seq2seq.model.ensemble import Ensemble
from seq2seq.search.options import SearchOptions
from seq2seq.storage.manifest import MANIFEST
from seq2seq.translation.decoding import complete, decode
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.translator import Translator

interpreter = pytest.importorskip("ai_edge_litert.interpreter", reason="needs LiteRT")
schema = pytest.importorskip("ai_edge_litert.schema_py_generated", reason="needs LiteRT")
pytest_plugins = ["fixtures.commands"]

TEXTS = [
    "",
    " ",
    "x",
    "b\tc",
    "가 b",
    "🙂",
    "ｂｃ d",
    " ".join("bcdefghija" * 30),
    *letter_strings(60, seed=4),
]


class Search:
    """What `convert` needs of a translator."""

    def __init__(self, model, shortlist=None):
        self.model = model
        self.shortlist = shortlist

    decode = Translator.decode
    expect_able = Translator.expect_able

    def to(self, language):
        return self


class FullDisk(Search):
    """Has no room for its tokenizers."""

    def save_tokenizers(self, directory):
        raise OSError(28, "No space left on device")


def subgraphs(model):
    """The names of the operations of each signature and of each body and condition of a loop."""
    content = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model))
    names = {
        number: name
        for name, number in vars(schema.BuiltinOperator).items()
        if isinstance(number, int)
    }
    codes = [
        names[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in content.operatorCodes
    ]
    return [
        {codes[operation.opcodeIndex] for operation in graph.operators}
        for graph in content.subgraphs
    ]


# Every cell with every attention; every depth and direction with some of them. Among those that
# always run are every depth, both directions, and every cell and attention but the usual ones:
# `test_trained_model_finds_what_the_library_finds` has these.
OFTEN = [
    ("lstm", "bahdanau", 2, False),
    ("rnn", "none", 1, True),
]
SELDOM = [
    ("gru", "luong", 2, True),
    ("gru", "none", 2, False),
    ("gru", "bahdanau", 1, True),
    ("lstm", "none", 1, True),
    ("lstm", "luong", 1, False),
    ("rnn", "luong", 1, True),
    ("rnn", "bahdanau", 1, True),
]
KINDS = [*OFTEN, *(pytest.param(*kind, marks=pytest.mark.slow) for kind in SELDOM)]


@pytest.mark.parametrize(("cell", "attention", "depth", "bidirectional"), KINDS)
def test_float_model_finds_the_tokens_and_scores_of_the_library(
    make_model, randomize, cell, attention, depth, bidirectional
):
    model = make_model(cell=cell, attention=attention, depth=depth, bidirectional=bidirectional)
    signature = [tf.TensorSpec([None, None], tf.int32)]
    options = {GREEDY: SearchOptions(beam_size=1), BEAM: SearchOptions(beam_size=3, n_best=2)}
    searches = {
        name: tf.function(
            lambda tokens, search=search: decode(model, tokens, search), signature, autograph=False
        )
        for name, search in options.items()
    }
    for seed in itertools.count():  # until sentences have hypotheses of different lengths
        randomize(model, seed)
        expected = {
            name: [search([tokens]) for tokens in SOURCES] for name, search in searches.items()
        }
        if len({found.tokens.shape[2] for found in expected[BEAM]}) > 3:
            break
    exported = TFLiteModel(convert(Search(model), beam_size=3, n_best=2))
    for name in (GREEDY, BEAM):
        for source, (tokens, scores) in zip(SOURCES, expected[name], strict=True):
            found = exported.run(name, array(source))
            assert found["tokens"].tolist() == tokens.numpy().tolist()
            np.testing.assert_allclose(found["score"], scores, atol=1e-4)
    one = tf.TensorSpec([1, None], tf.int32)
    completion = tf.function(
        lambda *given: complete(model, *given, options[BEAM]), [one, one], autograph=False
    )
    for source, prefix in itertools.product(SOURCES, ([], [5, 8])):
        given = array(source), array(prefix)
        expected = completion(*map(tf.constant, given))._asdict()
        found = exported.run(PREFIX, *given)
        if attention == "none":
            del expected["attention"]
        assert found.keys() == expected.keys()
        for name, tensor in expected.items():
            if tf.size(tensor):  # of no tokens there is one, PAD
                np.testing.assert_allclose(found[name], tensor, atol=1e-4, err_msg=name)


def test_float_model_searches_among_a_shortlist_as_the_library(make_model, caplog):
    generator = np.random.default_rng(0)
    table = generator.integers(4, 40, (11, 8)), generator.random((11, 8))
    search = Search(make_model(target_vocabulary_size=40), Shortlist(*table, vocabulary_size=40))
    exported = TFLiteModel(convert(search, shortlist=16))
    assert "gradients" not in caplog.text  # of which TensorFlow warns once they are not saved
    among_few, among_all = (
        tf.function(
            lambda tokens, size=size: search.decode(
                tokens, SearchOptions(n_best=5, shortlist=size)
            ),
            [tf.TensorSpec([1, None], tf.int32)],
            autograph=False,
        )
        for size in (16, 0)
    )
    others = 0
    for source in SOURCES:
        tokens, score = among_few([source])
        all_tokens, _ = among_all([source])
        found = exported.run(BEAM, array(source))
        assert found["tokens"].tolist() == tokens.numpy().tolist()
        np.testing.assert_allclose(found["score"], score, atol=1e-4)
        others += tokens.numpy().tolist() != all_tokens.numpy().tolist()
    assert others


@pytest.fixture(scope="module")
def narrow(make_model, tmp_path_factory):
    """The file of a model of which LiteRT alone gets one answer in 150 wrong.

    That is so when it is asked longer and longer sentences.
    """
    file = tmp_path_factory.mktemp("narrow") / MODEL
    file.write_bytes(convert(Search(make_model(attention="luong")), beam_size=3, n_best=2))
    return file


@pytest.mark.parametrize(
    ("way", "rounds", "signatures"),
    [
        ("again", 100, [GREEDY, BEAM]),
        ("again", 10, [GREEDY, BEAM, PREFIX]),
        ("longest", 100, [GREEDY, BEAM]),
    ],
)
def test_answers_do_not_depend_on_what_was_asked_before(narrow, way, rounds, signatures):
    ask = [
        Path(__file__).parents[1] / "fixtures" / "litert.py",
        narrow,
        str(rounds),
        way,
        *signatures,
    ]
    asked = subprocess.run([sys.executable, *ask], capture_output=True, text=True)
    assert asked.stdout == "0\n", asked.stderr


def test_model_needs_no_delegate(narrow):
    model = narrow.read_bytes()
    plain = interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    for name, source in itertools.product((GREEDY, BEAM, PREFIX), SOURCES):
        given = {"source_tokens": [source]} | ({"prefix": [[5, 8]]} if name == PREFIX else {})
        given = {key: np.array(tokens, np.int32) for key, tokens in given.items()}
        found, expected = (
            interpreter.Interpreter(model_content=model, **options).get_signature_runner(name)(
                **given
            )
            for options in ({"experimental_op_resolver_type": plain}, {})
        )
        for output, tensor in expected.items():
            np.testing.assert_allclose(
                found[output], tensor, atol=1e-4, err_msg=f"{name} {output} of {source}"
            )


def lite(model, translator):
    """The translator of a TFLite model with the tokenizers of another."""
    return TFLiteTranslator(
        model, translator.source_tokenizer.model, translator.target_tokenizer.model
    )


SEARCHES = [
    (BEAM, {"n_best": 5}),
    (GREEDY, {"beam_size": 1}),
    (PREFIX, {"n_best": 5, "attention": True}),
]


def without_ties(hypotheses):
    """Hypotheses in an order that the last bits of their scores do not change."""
    groups = [[hypotheses[0]]]
    for better, worse in itertools.pairwise(hypotheses):
        if better.score - worse.score > 1e-4:
            groups.append([])
        groups[-1].append(worse)

    return [found for group in groups for found in sorted(group, key=lambda found: found.text)]


@pytest.mark.parametrize(("signature", "search"), SEARCHES)
def test_trained_model_finds_what_the_library_finds(
    exported_tflite, search_plainly, signature, search
):
    translator = TFLiteTranslator.load(exported_tflite)
    for expected in search_plainly(TEXTS, **search):
        found = translator.search(expected.source, signature)
        assert dataclasses.replace(found, hypotheses=expected.hypotheses) == expected
        both = (without_ties(found.hypotheses), without_ties(expected.hypotheses))
        for one, other in zip(*both, strict=True):
            assert (one.text, one.pieces) == (other.text, other.pieces)
            np.testing.assert_allclose(one.score, other.score, atol=1e-4)
            assert (one.attention is None) == (other.attention is None)
            if one.attention is not None:
                np.testing.assert_allclose(one.attention, other.attention, atol=1e-4)
    assert translator.n_best == 5


def test_beam_of_one_is_greedy_search(greedy, reverse_translator):
    translator = lite(greedy, reverse_translator)
    translator.protector = reverse_translator.protector
    expected = reverse_translator
    assert translator.translate(TEXTS) == expected.translate(TEXTS, beam_size=1)
    assert translator.translate(TEXTS[0]) == expected.translate(TEXTS[0], beam_size=1)


def test_threads_share_a_translator(exported_tflite, reverse_translator):
    texts = letter_strings(100, seed=5)
    translator = TFLiteTranslator.load(exported_tflite)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: translator.search(text).text, texts))
    assert found == reverse_translator.translate(texts)


def test_translations_stay_in_order_whoever_makes_them(exported_tflite, reverse_translator):
    texts = letter_strings(200, seed=6)  # more than the threads take at once
    assert TFLiteTranslator.load(exported_tflite, threads=3).translate(
        texts
    ) == reverse_translator.translate(texts)


def test_texts_of_several_sentences_are_split_unless_the_note_or_the_caller_says_no(
    exported_tflite, reverse_translator, tmp_path
):
    text = "X b c!  Y d e!"
    translator = TFLiteTranslator.load(exported_tflite)
    whole = reverse_translator.translate(text, split_sentences=False)
    assert translator.translate(text) == "  ".join(translator.translate(["X b c!", "Y d e!"]))
    assert translator.translate(text, split_sentences=False) == whole

    other = shutil.copytree(exported_tflite, tmp_path / "other")
    note = (other / NOTE).read_text()
    assert "split-sentences = true" in note
    (other / NOTE).write_text(note.replace("split-sentences = true", "split-sentences = false"))
    (other / MANIFEST).unlink()
    assert TFLiteTranslator.load(other).translate(text) == whole


def test_translator_names_a_missing_file_and_a_damaged_one(exported_tflite, tmp_path):
    with pytest.raises(
        InputError, match="Expected an exported TFLite model in .*No such file.*model.tflite"
    ):
        TFLiteTranslator.load(tmp_path)
    for damaged in (MODEL, "source.model", "target.model"):
        directory = shutil.copytree(exported_tflite, tmp_path / damaged)
        (directory / damaged).write_bytes(b"damaged")
        with pytest.raises(InputError, match=f"Expected a whole exported model.*{damaged}"):
            TFLiteTranslator.load(directory)

        (directory / MANIFEST).unlink()
        with pytest.raises(InputError, match="Expected a whole TFLite model that seq2seq"):
            TFLiteTranslator.load(directory)


def test_translator_names_the_missing_package(exported_tflite, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(InputError, match="pip install ai-edge-litert"):
        TFLiteTranslator.load(exported_tflite)


def test_directory_holds_the_model_the_tokenizers_and_the_example(exported_tflite, reverse_model):
    files = contents(exported_tflite)
    own = {name for name in files if not name.startswith("seq2seq/")}
    assert own == {MODEL, NOTE, "source.model", "target.model", EXAMPLE, MANIFEST}
    for name in ("source.model", "target.model"):
        assert files[name] == (reverse_model / name).read_bytes()


def test_model_holds_built_in_operations_alone(exported_tflite):
    names = set().union(*subgraphs((exported_tflite / MODEL).read_bytes()))
    assert {"WHILE", "TANH"} < names  # one of the signatures, one inside of a loop
    assert not [name for name in names if "CUSTOM" in name]


def test_searches_know_their_sizes(exported_tflite):
    graphs = subgraphs((exported_tflite / MODEL).read_bytes())
    searches = [names for names in graphs if {"TANH", "TOPK_V2"} < names and "WHILE" not in names]
    assert len(searches) == 3  # that of a prefix asks how long it is
    assert sum("SHAPE" not in names and "RANGE" not in names for names in searches) == 2


@pytest.fixture
def converted(exported_tflite, monkeypatch):
    """A conversion is that of `exported_tflite`: for tests of what surrounds it."""
    content = (exported_tflite / MODEL).read_bytes()
    monkeypatch.setattr(tflite, "convert", lambda translator, **options: content)


@pytest.fixture(scope="module")
def quantized(reverse_model, tmp_path_factory):
    """A quantized model of greedy search, what its export prints, and the pairs it is scored on.

    And the model of float32 that it is compared with.
    """
    folder = tmp_path_factory.mktemp("quantized")
    pairs = write_tsv(folder / "dev.tsv", letter_strings(30, seed=9))
    kind = ("--format", "tflite", "--quantize", "--dev", pairs, "--beam-size", 1)
    models = {}

    def keep(translator, *, quantize=False, **options):
        return models.setdefault(quantize, convert(translator, quantize=quantize, **options))

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(tflite, "convert", keep)
        report = succeeds("export", folder / "model", *kind, "--model", reverse_model).stdout
    return folder / "model" / MODEL, report, pairs, models[False]


@pytest.fixture(scope="module")
def greedy(quantized):
    return quantized[3]


def test_quantized_model_is_smaller_by_its_matrices(greedy, quantized, reverse_translator):
    quantized = quantized[0].read_bytes()
    sizes = {}
    for name, model in (("float", greedy), ("int8", quantized)):
        runner = interpreter.Interpreter(model_content=model)
        tensors = itertools.chain(*map(runner.get_tensor_details, range(runner.num_subgraphs())))
        matrices = [
            tensor for tensor in tensors if len(tensor["quantization_parameters"]["scales"])
        ]
        sizes[name] = sum(
            int(np.prod(tensor["shape"])) for tensor in matrices if tensor["dtype"] is np.int8
        )
    assert sizes["float"] == 0
    weights = sum(weight.numpy().size for weight in reverse_translator.model.trainable_variables)
    assert sizes["int8"] > 0.8 * weights
    assert (
        2 * 0.8 * weights < len(greedy) - len(quantized) < 4 * weights
    )  # once: the signatures share them


def test_quantize_reports_sizes_and_the_scores_of_the_two_models(quantized, reverse_model):
    file, report, pairs, _ = quantized
    (full, before), (small, after) = re.findall(
        r"(?m)^(?:float32|int8) +([\d.]+) MB  BLEU +([\d.]+)", report
    )
    lost = float(
        re.search(r"BLEU lost: (-?[\d.]+), p = [\d.]+ \(paired bootstrap, 30 sentences\)", report)[
            1
        ]
    )
    assert abs(float(before) - float(after) - lost) < 0.011
    assert float(small) < float(full)
    assert float(small) == pytest.approx(file.stat().st_size / 1e6, abs=0.006)
    scored = succeeds(
        "evaluate", pairs, "--beam-size", 1, "--model", reverse_model, "--json"
    ).stdout
    assert float(before) == pytest.approx(
        json.loads(scored)["results"]["corpus"]["bleu"]["value"], abs=0.006
    )
    assert "nrefs:1|" in report


@pytest.mark.usefixtures("converted")
def test_quantize_without_pairs_says_how_to_see_what_it_costs(untrained, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)  # nothing runs the model
    model = shutil.copytree(untrained(1), tmp_path / "mine")
    with (model / "config.toml").open("a") as file:
        file.write('corpus = ["mine.tsv"]\n')
    (model / MANIFEST).unlink()
    report = succeeds(
        "export", tmp_path / "model", "--format", "tflite", "--quantize", "--model", model
    ).stdout
    assert "--dev CORPUS.tsv" in report and "BLEU" not in report
    assert (tmp_path / "model" / MODEL).exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--quantize"], "Expected --quantize with --format tflite"),
        (["--dev", "pairs.tsv"], "Expected --dev with --format tflite"),
        (["--format", "tflite", "--dev", "pairs.tsv"], "Expected dev pairs with --quantize"),
        (
            ["--format", "tflite", "--quantize", "--dev-source", "a"],
            "Expected --dev-source and --dev-target together",
        ),
    ],
)
def test_options_of_the_other_format_are_refused(reverse_model, tmp_path, options, expected):
    assert expected in fails(
        "export", tmp_path / "model", "--model", reverse_model, *options, code=2
    )
    assert list(tmp_path.iterdir()) == []


def test_missing_package_is_named_before_anything_is_written(
    reverse_model, reverse_task, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    options = ("--format", "tflite", "--quantize", "--dev", reverse_task / "dev.tsv")
    message = fails("export", tmp_path / "model", "--model", reverse_model, *options)
    assert "pip install ai-edge-litert" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("converted")
def test_exporting_again_replaces_the_model(reverse_model, exported_tflite, tmp_path):
    (tmp_path / "model").mkdir()
    for name in (MODEL, "stale"):
        (tmp_path / "model" / name).write_text("old")
    succeeds("export", tmp_path / "model", "--format", "tflite", "--model", reverse_model)
    assert contents(tmp_path / "model") == contents(exported_tflite)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_exporting_over_something_else_is_refused_and_leaves_it(reverse_model, tmp_path):
    (tmp_path / "thesis.txt").write_text("text")
    before = contents(reverse_model)
    for place in (tmp_path, tmp_path / "thesis.txt", reverse_model):
        message = fails("export", place, "--format", "tflite", "--model", reverse_model)
        assert "Expected an empty or new directory for the model" in message
    assert contents(tmp_path) == {"thesis.txt": b"text"}
    assert contents(reverse_model) == before


@pytest.mark.usefixtures("converted")
def test_failing_export_leaves_the_old_model(make_model, tmp_path):
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / MODEL).write_text("old")

    with pytest.raises(InputError, match="Expected to write .*No space left on device"):
        export_tflite(FullDisk(make_model()), directory)
    assert contents(tmp_path) == {f"model/{MODEL}": b"old"}


def test_ensemble_is_refused(reverse_translator, tmp_path):
    parts = (
        reverse_translator.source_tokenizer,
        reverse_translator.target_tokenizer,
        reverse_translator.configuration,
    )
    ensemble = Translator(Ensemble([reverse_translator.model] * 2), *parts)
    with pytest.raises(InputError, match="Expected a single model"):
        export_tflite(ensemble, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_command_translates_with_an_exported_model(exported_tflite, reverse_translator, tmp_path):
    texts = letter_strings(70, seed=6)
    (tmp_path / "texts").write_text("".join(text + "\n" for text in texts))
    blocked = "import sys; sys.modules.update(dict.fromkeys(['tensorflow', 'keras'])); "
    command = blocked + "from seq2seq.cli import main; main()"

    def translated(*options):
        arguments = [
            "translate",
            "--model",
            exported_tflite,
            "--input",
            tmp_path / "texts",
            *options,
        ]
        run = subprocess.run(
            [sys.executable, "-c", command, *map(str, arguments)], capture_output=True, text=True
        )
        assert (run.returncode, run.stderr) == (0, "")
        return run.stdout.split("\n")[:-1]

    assert translated() == reverse_translator.translate(texts)
    assert translated("--beam-size", 1) == reverse_translator.translate(texts, beam_size=1)
    three_best = reverse_translator.stream(texts, n_best=3)
    assert translated("--n-best", 3) == [
        hypothesis.text for found in three_best for hypothesis in found.hypotheses
    ]
    for line, expected in zip(
        translated("--format", "jsonl"), reverse_translator.stream(texts), strict=True
    ):
        found = json.loads(line)
        assert (found["source"], found["translations"]) == (expected.source, [expected.text])
        assert (found["tokens"], found["attention"]) == ([expected.best.pieces], None)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--prefix", "b"], "Received: --prefix"),
        (["--beam-size", "3"], "Received: --beam-size"),
        (["--batch-size", "3"], "Received: --batch-size"),
        (["--temperature", "1"], "Received: --temperature"),
        (["--n-best", "6"], "Expected n-best to be at most 5"),
        (["--beam-size", "1", "--n-best", "2"], "Expected one translation of greedy search"),
    ],
)
def test_command_refuses_what_was_not_exported(exported_tflite, options, expected):
    assert expected in fails("translate", "--model", exported_tflite, "b c", *options)


def test_damaged_model_is_one_clear_line(exported_tflite, tmp_path):
    directory = shutil.copytree(exported_tflite, tmp_path / "model")
    (directory / "target.model").write_bytes(b"")
    result = process("translate", "--model", directory, "b c")
    assert result.returncode == 1 and "Export it again" in error_line(result.stderr)


def test_model_directory_that_holds_an_export_is_a_model_directory(
    reverse_model, exported_tflite, tmp_path
):
    directory = shutil.copytree(reverse_model, tmp_path / "model")
    shutil.copy(exported_tflite / MODEL, directory)
    assert succeeds("translate", "--model", directory, "b c", "--batch-size", 3).stdout == "c b\n"


def test_command_cuts_long_sentences_and_says_so(exported_tflite, caplog):
    succeeds("translate", "--model", exported_tflite, "b " * 300)
    assert "Sentence cut to its first 256 tokens" in caplog.text
