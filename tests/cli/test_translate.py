"""`seq2seq translate`: lines in, lines out, from arguments, files, pipes and a terminal."""

import gzip
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time

import pytest

from fixtures.cli import exact_match, pairs
from fixtures.commands import fails, letter_strings, succeeds
from seq2seq.translation.result import warn_of_cut

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_unseen_strings_are_reversed(reverse_model, reverse_task):
    sources, references = zip(*pairs(reverse_task / "test.tsv"), strict=True)
    result = succeeds(
        "translate", "-", "--model", reverse_model, stdin="".join(text + "\n" for text in sources)
    )
    assert exact_match(result.stdout.splitlines(), references) >= 0.9


def test_each_text_argument_gives_a_line(translate):
    assert translate("b c", "", " d   e\nf ") == "c b\n\nf e d\n"


def test_standard_input_is_read_with_a_dash_an_option_or_nothing(translate):
    for arguments in (["-"], ["--input", "-"], []):
        assert translate(*arguments, stdin="b c\n\nd e f") == "c b\n\nf e d\n"


def test_byte_order_mark_and_crlf_are_no_text(translate):
    assert translate("-", stdin="\ufeffb c\r\n\r\nd e\r\n".encode()) == "c b\n\ne d\n"


def test_empty_input_gives_empty_output(translate):
    assert translate("-", stdin="") == ""
    assert translate("--input", os.devnull, "--output", os.devnull) == ""


def test_files_in_and_out_gzip_too(translate, tmp_path):
    (tmp_path / "in.txt").write_text("b c\nd e\n")
    (tmp_path / "in.gz").write_bytes(gzip.compress(b"b c\nd e\n"))
    for name in ("in.txt", "in.gz"):
        assert translate("--input", tmp_path / name, "--output", tmp_path / "out.txt") == ""
        assert (tmp_path / "out.txt").read_text() == "c b\ne d\n"
        (tmp_path / "out.txt").unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.gz", "in.txt"]
    translate("--input", tmp_path / "in.gz", "--output", tmp_path / "out.gz")
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"c b\ne d\n"


def test_n_best_gives_n_lines_for_each_line(translate):
    lines = translate("-", "--n-best", 3, "--beam-size", 4, stdin="b c d\n\ne f g\n").splitlines()
    assert len(lines) == 9
    assert (lines[0], lines[3:6], lines[6]) == ("d c b", ["", "", ""], "g f e")


def test_jsonl_has_a_line_of_fields_for_each_line(translate):
    output = translate("-", "--format", "jsonl", "--n-best", 2, stdin="b c d\n\n한국 e\n")
    first, empty, last = map(json.loads, output.splitlines())
    assert list(first) == [
        "source",
        "translations",
        "scores",
        "source_tokens",
        "tokens",
        "attention",
        "cut",
        "copied",
        "restored",
        "confidence",
    ]
    assert first["source"] == "b c d" and first["translations"][0] == "d c b"
    assert (
        len(first["translations"])
        == len(first["scores"])
        == len(first["tokens"])
        == len(first["attention"])
        == 2
    )
    assert [len(rows) for rows in first["attention"]] == [len(tokens) for tokens in first["tokens"]]
    assert all(
        len(row) == len(first["source_tokens"]) for rows in first["attention"] for row in rows
    )
    assert (empty["source"], empty["translations"], empty["scores"]) == ("", [""], [0.0])
    assert "한국" in output and last["source"] == "한국 e" and last["copied"] == ["한국"]


def test_search_options_are_passed_on(translate):
    assert len(translate("--max-length", 2, "b c d e f").split()) <= 2
    long = [text for text in letter_strings(30, seed=21) if len(text) > 9]
    assert translate("--batch-size", 1, "--beam-size", 1, "--length-penalty", 0, *long).count(
        "\n"
    ) == len(long)


def test_translations_begin_with_the_prefix_and_repeat_nothing(translate):
    lines = translate(
        "--prefix", "h h", "--no-repeat-ngram", 1, "--n-best", 3, "b c d b", "e f g"
    ).splitlines()
    assert all(line.startswith("h h") for line in lines)
    assert all(len(set(line.split()[2:])) == len(line.split()[2:]) for line in lines)


@pytest.mark.parametrize("options", [["--temperature", 3], ["--top-k", 4], ["--top-p", 0.999]])
def test_draws_are_those_of_their_seed(translate, options):
    texts = letter_strings(20, seed=22)
    first, again, other = (
        translate(*options, "--n-best", 9, "--seed", seed, *texts) for seed in (1, 1, 2)
    )
    assert first == again and first.count("\n") == 180
    assert first != other


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--n-best", 6],
            "Expected n-best to be at most the beam size. Received: 6 best of a beam of 5",
        ),
        (["--min-length", 5, "--max-length", 5], "Expected min-length to be below max-length"),
        (["--shortlist", 64, "--prefix", "a"], "Expected a shortlist or a prefix. Received: both"),
        (
            ["--shortlist", 3],
            "Expected shortlist to be 0 or a whole number of at least 16. Received: 3",
        ),
        (["--top-k", 3, "--coverage-penalty", 1], "Expected a coverage penalty with beam search"),
        (
            ["--top-k", 3, "--beam-size", 5],
            "Expected --beam-size with beam search. Received: it with random draws",
        ),
        (["--top-p", 0.5, "--length-penalty", 1], "Expected --length-penalty with beam search"),
    ],
)
def test_search_options_that_contradict_each_other_are_one_line(options, message):
    assert message in fails("translate", "b", *options, "--model", "nowhere")


def test_whoever_writes_a_line_and_waits_gets_its_translation_and_warnings_alone(reverse_model):
    command = [sys.executable, "-m", "seq2seq", "translate", "-", "--model", str(reverse_model)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    long = " ".join("bcdefghija" * 30)
    with subprocess.Popen([*command, "--max-length", "5"], **pipes) as child:
        for line, answer in ((b"b c\n", b"c b\n"), (b"\n", b"\n"), (b"d e f\n", b"f e d\n")):
            child.stdin.write(line)
            child.stdin.flush()
            assert child.stdout.readline() == answer
        _, warnings = child.communicate(f"{long}\n".encode(), timeout=60)

    assert child.returncode == 0
    assert re.fullmatch(
        r"(WARNING:\S* ?)?Sentence cut to its first 256 tokens: b c d[ a-j]*…\n", warnings.decode()
    )


def test_line_of_several_sentences_is_a_line_of_their_translations(translate):
    text = "X b c! Y d e!\nf g"
    alone = translate("-", stdin="X b c!\nY d e!\nf g").splitlines()
    assert translate("-", stdin=text).splitlines() == [f"{alone[0]} {alone[1]}", alone[2]]
    whole = translate("-", "--no-split-sentences", stdin=text).splitlines()
    assert len(whole) == 2 and whole != [f"{alone[0]} {alone[1]}", alone[2]]


def test_warning_of_a_cut_sentence_holds_no_control_characters(caplog):
    warn_of_cut("1\x1b[2J\r2\x00 3")
    assert "1\ufffd[2J\ufffd2\ufffd 3" in caplog.text


def test_terminal_gets_a_prompt(reverse_model):
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "seq2seq", "translate", "--model", str(reverse_model)]
    child = subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )
    os.close(terminal)
    seen = ""

    def wait_for(text):
        nonlocal seen
        deadline = time.monotonic() + 120
        while text not in seen:
            assert time.monotonic() < deadline, seen
            if select.select([controller], [], [], 1)[0]:
                seen += os.read(controller, 1000).decode(errors="replace")
        seen = seen.split(text, 1)[1]

    try:
        wait_for("Ctrl-D ends.")
        wait_for("> ")
        os.write(controller, b"d b e f\n")
        wait_for("f e b d\r\n")
        wait_for("> ")
        os.write(controller, b"d \xff b\n")
        wait_for("standard input, line 2, where byte 3 of the line is 0xff, which is not.")
        wait_for("> ")
        os.write(controller, b"d b\n")
        wait_for("b d\r\n")
        wait_for("> ")
        os.write(controller, b"\x04")
        assert child.wait(60) == 0
    finally:
        child.kill()
        os.close(controller)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--input", "missing.txt"], "missing.txt: No such file"),
        (["--input", "directory"], "directory, which has none"),
        (["--input", "latin.tsv"], "Expected UTF-8 text. Received: latin.tsv, line 2"),
        (["--input", "cut.gz"], "Expected a complete gzip file"),
        (["\udcff\udcfe"], "Expected UTF-8 text"),
    ],
)
def test_translating_what_cannot_be_read_is_one_line(folder, reverse_model, arguments, message):
    assert message in fails(
        "translate", *arguments, "--model", reverse_model, "--output", "out.txt"
    )
    assert not (folder / "out.txt").exists()


def test_name_of_a_file_is_translated_with_a_warning(folder, reverse_model):
    (folder / "b").write_text("c d\n", encoding="utf-8")
    result = succeeds("translate", "b", "--model", reverse_model)
    assert result.stdout == "b\n"
    assert "b is a file, and its name is translated. To translate its lines: --input b" in (
        result.stderr
    )


def test_missing_input_is_told_before_a_model_is_loaded(folder, reverse_model):
    (folder / "begun").mkdir()
    shutil.copy(reverse_model / "config.toml", folder / "begun")  # all that there is of it
    assert "missing.txt: No such file" in fails(
        "translate", "--input", "missing.txt", "--model", folder / "begun"
    )


def test_input_of_no_name_is_not_standard_input(reverse_model):
    message = fails("translate", "--model", reverse_model, "--input", "", stdin="b c\n")
    assert "Expected a readable text file" in message
