"""Where the translations of `seq2seq translate` go: files, pipes, full disks, corpora."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.commands import error_line, fails, process, succeeds
from seq2seq.data.corpus import read_tsv
from seq2seq.data.lines import read_lines

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_output_file_appears_only_once_it_is_complete(reverse_model, tmp_path):
    """The mistake is in a later window than the first results."""
    (tmp_path / "in.txt").write_bytes(b"b c\n" * 100 + b"\xff\n")
    options = ("--model", reverse_model, "--batch-size", 1, "--beam-size", 1)
    for before in (["in.txt"], ["in.txt", "out.txt"]):
        message = fails(
            "translate", "--input", tmp_path / "in.txt", "--output", tmp_path / "out.txt", *options
        )
        assert "Expected UTF-8 text. Received: " in message and "line 101" in message
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        (tmp_path / "out.txt").write_text("old")
    assert (tmp_path / "out.txt").read_text() == "old"


def test_output_that_cannot_be_written_is_one_line(reverse_model, tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "out.txt", tmp_path):
        assert "Expected to write" in fails(
            "translate", "b", "--model", reverse_model, "--output", place
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_behind_standard_output_or_a_file_is_one_line(reverse_model, exported_tflite):
    """A process whose model needs no TensorFlow begins soon."""
    command = ("translate", "b c", "--model", exported_tflite)
    with open("/dev/full", "w") as full:
        result = process(*command, capture_output=False, stdout=full, stderr=-1)
    assert result.returncode == 1
    assert "No space left on device" in error_line(result.stderr)
    message = fails("translate", "b c", "--model", reverse_model, "--output", "/dev/full")
    assert "No space left on device. Free some space." in message
    assert Path("/dev/full").is_char_device()


def test_reader_that_has_seen_enough_ends_the_translation_quietly(exported_tflite):
    command = [sys.executable, "-m", "seq2seq", "translate", "-", "--model", exported_tflite]
    child = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True)
    child.stdout.close()
    child.stdin.write("b c\n" * 200)
    child.stdin.close()
    assert child.wait(120) == 1
    assert child.stderr.read() == ""
    child.stderr.close()


AWKWARD = [
    'b "c" d',
    "e\tf",
    "",
    "'g",
    '"h i',
    "한국 j",
    "b\u00a0c\u3000d",
    "z\u0301 b",
    "b\u2028c",
    "\\n d",
]


AWKWARD += ["#e", "👍 f", "\t", "b c\rd", " i\t\tj "]


@pytest.mark.parametrize("tag", [None, "<BT>", '"a b"'])
@pytest.mark.parametrize("form", ["tsv", "tsv-reversed"])
def test_written_corpus_is_read_back_pair_by_pair(translate, tmp_path, form, tag):
    (tmp_path / "in.txt").write_text(
        "".join(text + "\n" for text in AWKWARD), encoding="utf-8", newline=""
    )
    options = ("--input", tmp_path / "in.txt", "--output", tmp_path / "out.tsv", "--format", form)
    translate(*options, *(("--tag", tag) if tag else ()))
    corpus = read_tsv(tmp_path / "out.tsv", strict=True)
    sources = [text.replace("\t", " ") for text in read_lines(tmp_path / "in.txt")]
    pairs = [
        pair
        for pair in zip(
            sources, translate("--input", tmp_path / "in.txt").split("\n"), strict=False
        )
        if all(pair)
    ]
    assert len(sources) == len(AWKWARD) and len(pairs) > len(AWKWARD) / 2
    expected = [list(side) for side in zip(*pairs, strict=True)]
    first, second = reversed(expected) if form == "tsv-reversed" else expected
    assert corpus.source == [f"{tag} {text}" if tag else text for text in first]
    assert corpus.target == second


def test_pairs_with_an_empty_side_are_left_out_of_a_corpus_and_counted(reverse_model, monkeypatch):
    from seq2seq.translation.result import Hypothesis, Translation
    from seq2seq.translation.translator import Translator

    def stream(self, texts, **options):
        return (
            Translation(text, [Hypothesis("" if text == "c" else text[::-1], 0.0, [])], [])
            for text in texts
        )

    monkeypatch.setattr(Translator, "stream", stream)
    for form in ("tsv", "tsv-reversed"):
        options = ("--model", reverse_model, "--format", form, "--tag", "<BT>")
        result = succeeds("translate", "-", *options, stdin="b d\n\nc\ne f\n")
        pairs = [["b d", "d b"], ["e f", "f e"]]
        rows = [pair[::-1] if form == "tsv-reversed" else pair for pair in pairs]
        assert result.stdout == "".join(f"<BT> {first}\t{second}\n" for first, second in rows)
        assert result.stderr == "Left out 2 pairs with an empty side.\n"


def test_n_best_corpus_has_a_pair_for_each_translation(translate):
    lines = translate(
        "b c d", "e f", "--format", "tsv", "--n-best", 2, "--beam-size", 3
    ).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["b c d", "b c d", "e f", "e f"]
    assert len(set(lines)) == 4
