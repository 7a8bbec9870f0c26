"""`seq2seq explain`: a picture with its numbers for every topic, one line for every mistake."""

import json
import sys

import pytest
from matplotlib.text import Text

from fixtures.commands import fails, loaded_once, small_corpus, succeeds, untrained  # noqa: F401
from fixtures.runs import DEV
from fixtures.runs import run as train
from seq2seq.cli.explain import _TAKES
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.fonts import letters_of_fonts

pytestmark = pytest.mark.usefixtures("loaded_once")

OPTIONS = {
    "attention": ("a b 다", "--n-best", 2, "--words"),
    "beam": ("a b 다", "--beam-size", 3),
    "gates": ("a b c", "--unit", 1),
    "gradients": ("a b c",),
    "memory": ("a b c", "--target", "c b a"),
    "context": ("a b c", "--by", "question"),
    "step": ("a b c", "--position", 1),
    "length": ("--beam-size", 1),
    "curves": ("--over", "minutes"),
    "why": ("a b c", "--not", "b b", "--target", "c b a"),
}
NEED_PAIRS = {"gates", "context", "length"}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    corpus = small_corpus(20)
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    lines = zip(corpus.source, corpus.target, strict=True)
    path.write_text("".join(f"{source}\t{target}\n" for source, target in lines))
    return path


@pytest.fixture(scope="module")
def model(untrained):  # noqa: F811
    return untrained(1, cell="gru", attention="luong")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    directory = tmp_path_factory.mktemp("trained") / "model"
    train(directory, dev=DEV, epochs=1)
    return directory


@pytest.fixture
def drawn(monkeypatch):
    """The pictures that the test draws."""
    pictures = []
    plot = Explanation.plot

    def plot_and_keep(explanation, **options):
        pictures.append(plot(explanation, **options))
        return pictures[-1]

    monkeypatch.setattr(Explanation, "plot", plot_and_keep)
    return pictures


@pytest.mark.parametrize("topic", _TAKES)
def test_every_topic_writes_a_picture_and_its_numbers(
    topic, model, trained, pairs, drawn, tmp_path
):
    corpus = ("--corpus", pairs) if topic in NEED_PAIRS else ()
    place = trained if topic == "curves" else model
    output = tmp_path / f"{topic}.svg"
    result = succeeds(
        "explain", topic, *OPTIONS[topic], *corpus, "--model", place, "--output", output
    )
    assert result.stdout.strip()
    assert f"Wrote {output} and {output.with_suffix('.json')}." in result.stderr
    assert json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))["topic"] == topic
    assert output.read_text(encoding="utf-8").startswith("<svg")

    (picture,) = drawn
    letters = {letter for text in picture.findobj(Text) for letter in text.get_text()} - {"\n"}
    assert {ord(letter) for letter in letters} <= letters_of_fonts()  # a box for none
    assert ("다" in OPTIONS[topic][0]) == ("다" in letters)


def test_numbers_alone_need_no_picture(model, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    output = tmp_path / "numbers.json"
    succeeds("explain", "attention", "a b", "--model", model, "--output", output)
    assert json.loads(output.read_text(encoding="utf-8"))["source"] == "a b"

    line = fails("explain", "attention", "a b", "--model", model, "--output", tmp_path / "a.png")
    assert 'pip install "seq2seq[explain]"' in line
    assert not (tmp_path / "a.png").exists()


def test_output_with_an_unknown_suffix_is_refused(model, tmp_path):
    line = fails("explain", "beam", "a b", "--model", model, "--output", tmp_path / "a.gif")
    assert "Expected a file name that ends in .svg, .png, .html or .json" in line


def test_topic_without_its_text_is_refused(model):
    line = fails("explain", "beam", "--model", model, code=2)
    assert 'Missing TEXT. Example: seq2seq explain beam "I am Yusol"' in line
    line = fails("explain", "why", "a b", "--model", model, code=2)
    assert "Missing --not" in line


def test_option_of_another_topic_is_refused(model):
    line = fails("explain", "beam", "a b", "--unit", 3, "--model", model, code=2)
    assert "Expected --unit with gates. Received: it with beam" in line
    line = fails("explain", "curves", "a b", "--model", model, code=2)
    assert "Expected TEXT with attention" in line


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (("--steps", 3), "Expected --steps without --model: it is of small models."),
        (("--gain", 2), "Expected --gain without --model: it is of small models."),
        (("a b", "--length", 5), "Expected --length without TEXT: it is of texts of a corpus."),
        (("a b", "--corpus", "x.tsv"), "Expected --corpus without TEXT"),
    ],
)
def test_option_that_says_nothing_of_gradients_is_refused(model, given, line):
    assert line in fails("explain", "gradients", *given, "--model", model, code=2)


def test_unknown_topic_is_refused():
    assert "Expected one of attention, beam" in fails("explain", "weather", code=2)


def test_two_models_where_one_is_taken_are_refused(model):
    line = fails("explain", "beam", "a b", "--model", model, "--model", model, code=2)
    assert "Expected one --model with beam. Received: 2" in line


def test_directory_that_is_no_model_is_refused(tmp_path):
    line = fails("explain", "attention", "a b", "--model", tmp_path)
    assert "Expected a model directory" in line


def test_text_that_is_too_long_is_refused(model):
    line = fails("explain", "attention", "a b " * 60, "--model", model)
    assert "Expected a text of at most 64 pieces" in line


def test_model_without_attention_is_refused(untrained):  # noqa: F811
    place = untrained(1, cell="gru", attention="none")
    line = fails("explain", "attention", "a b", "--model", place)
    assert "Expected a model with attention" in line
    assert "seq2seq explain memory" in line
