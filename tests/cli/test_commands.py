"""The commands end to end, on the task of reversing digits, and everything a user may do wrong."""

import gzip
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fixtures.commands import (
    REVERSE_OPTIONS,
    contents,
    digit_strings,
    error_line,
    fails,
    process,
    reverse,
    run,
    succeeds,
    write_tsv,
)

from seq2seq.cli import main
from seq2seq.data import corpus as corpus_module
from seq2seq.data.corpus import read_tsv
from seq2seq.data.lines import read_lines
from seq2seq.errors import InputError
from seq2seq.storage.configuration import Configuration

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")

ROOT = Path(__file__).parents[2]


def pairs(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def exact_match(translations, references):
    return sum(t == r for t, r in zip(translations, references, strict=True)) / len(references)


# The whole way.


def test_training_ends_with_a_score_and_what_to_type_next(reverse_run, reverse_model):
    assert re.search(
        r"^epoch +\d+\.\d\d/12  loss \d+\.\d+ +[\d,]+ tokens/s  \d+:\d\d left$",
        reverse_run.stderr,
        re.M,
    )
    assert re.search(r"dev BLEU \d+\.\d  chrF2 \d+\.\d  best so far", reverse_run.stderr)
    assert "dev: 100 sentences, beam 5" in reverse_run.stdout
    assert re.search(r"BLEU +\d+\.\d\d  \(95 %: .*\)  nrefs:1\|", reverse_run.stdout)
    assert f"Translate:  seq2seq translate --model {reverse_model} " in reverse_run.stdout
    assert json.loads((reverse_model / "metrics.json").read_text())["dev"]["bleu"]["signature"]


def test_command_that_training_ends_with_runs(reverse_run, reverse_model):
    command = shlex.split(reverse_run.stdout.strip().splitlines()[-1].removeprefix("Translate:  "))
    assert command[:2] == ["seq2seq", "translate"]
    assert succeeds(*command[1:]).stdout.strip()


def test_unseen_strings_are_reversed(reverse_model, reverse_task):
    sources, references = zip(*pairs(reverse_task / "test.tsv"), strict=True)
    result = succeeds(
        "translate", "-", "--model", reverse_model, stdin="".join(text + "\n" for text in sources)
    )
    assert exact_match(result.stdout.splitlines(), references) >= 0.9


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


CELLS = ["gru", "lstm", "rnn"]


@pytest.mark.slow
@pytest.mark.parametrize("attention", ["luong", "bahdanau"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_with_attention_learns_to_reverse(tmp_path, cell, attention):
    strings = digit_strings(6000, seed=2)
    train, dev = (
        write_tsv(tmp_path / "train.tsv", strings[:5000]),
        write_tsv(tmp_path / "dev.tsv", strings[5000:5200]),
    )
    options = (
        "--units 128 --embedding-size 64 --dropout 0 --label-smoothing 0 --batch-tokens 512 --epochs 20 "
        f"--learning-rate {1e-3 if cell == 'rnn' else 3e-3}"
    )
    files = (train, "--dev", dev, "--output", tmp_path / "model")
    succeeds("train", *files, "--cell", cell, "--attention", attention, *options.split())
    lines = "".join(text + "\n" for text in strings[5200:])
    result = succeeds("translate", "-", "--model", tmp_path / "model", stdin=lines)
    assert (
        exact_match(result.stdout.splitlines(), [reverse(text) for text in strings[5200:]]) >= 0.99
    )


# translate.


@pytest.fixture(scope="module")
def translate(reverse_model):
    def translate(*arguments, stdin=None):
        return succeeds("translate", "--model", reverse_model, *arguments, stdin=stdin).stdout

    return translate


def test_each_text_argument_gives_a_line(translate):
    assert translate("1 2", "", " 3   4\n5 ") == "2 1\n\n5 4 3\n"


def test_standard_input_is_read_with_a_dash_an_option_or_nothing(translate):
    for arguments in (["-"], ["--input", "-"], []):
        assert translate(*arguments, stdin="1 2\n\n3 4 5") == "2 1\n\n5 4 3\n"


def test_byte_order_mark_and_crlf_are_no_text(translate):
    assert translate("-", stdin="\ufeff1 2\r\n\r\n3 4\r\n".encode()) == "2 1\n\n4 3\n"


def test_empty_input_gives_empty_output(translate):
    assert translate("-", stdin="") == ""
    assert translate("--input", os.devnull, "--output", os.devnull) == ""


def test_files_in_and_out_gzip_too(translate, tmp_path):
    (tmp_path / "in.txt").write_text("1 2\n3 4\n")
    (tmp_path / "in.gz").write_bytes(gzip.compress(b"1 2\n3 4\n"))
    for name in ("in.txt", "in.gz"):
        assert translate("--input", tmp_path / name, "--output", tmp_path / "out.txt") == ""
        assert (tmp_path / "out.txt").read_text() == "2 1\n4 3\n"
        (tmp_path / "out.txt").unlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.gz", "in.txt"]
    translate("--input", tmp_path / "in.gz", "--output", tmp_path / "out.gz")
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"2 1\n4 3\n"


def test_n_best_gives_n_lines_for_each_line(translate):
    lines = translate("-", "--n-best", 3, "--beam-size", 4, stdin="1 2 3\n\n4 5 6\n").splitlines()
    assert len(lines) == 9
    assert (lines[0], lines[3:6], lines[6]) == ("3 2 1", ["", "", ""], "6 5 4")


def test_jsonl_has_a_line_of_fields_for_each_line(translate):
    output = translate("-", "--format", "jsonl", "--n-best", 2, stdin="1 2 3\n\n한국 4\n")
    first, empty, last = map(json.loads, output.splitlines())
    assert list(first) == [
        "source",
        "translations",
        "scores",
        "source_tokens",
        "tokens",
        "attention",
        "cut",
    ]
    assert first["source"] == "1 2 3" and first["translations"][0] == "3 2 1"
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
    assert "한국" in output and last["source"] == "한국 4"


def test_search_options_are_passed_on(translate):
    assert len(translate("--max-length", 2, "1 2 3 4 5").split()) <= 2
    long = [text for text in digit_strings(30, seed=21) if len(text) > 9]
    assert translate("--batch-size", 1, "--beam-size", 1, "--length-penalty", 0, *long).count(
        "\n"
    ) == len(long)


def test_translations_begin_with_the_prefix_and_repeat_nothing(translate):
    lines = translate(
        "--prefix", "7 7", "--no-repeat-ngram", 1, "--n-best", 3, "1 2 3 1", "4 5 6"
    ).splitlines()
    assert all(line.startswith("7 7") for line in lines)
    assert all(len(set(line.split()[2:])) == len(line.split()[2:]) for line in lines)


@pytest.mark.parametrize("options", [["--temperature", 3], ["--top-k", 4], ["--top-p", 0.999]])
def test_draws_are_those_of_their_seed(translate, options):
    texts = digit_strings(20, seed=22)
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
        (["--shortlist", 3], "Expected shortlist to be 0 or at least 16. Received: 3"),
        (["--top-k", 3, "--coverage-penalty", 1], "Expected a coverage penalty with beam search"),
        (
            ["--top-k", 3, "--beam-size", 5],
            "Expected --beam-size with beam search. Received: it with random draws",
        ),
        (["--top-p", 0.5, "--length-penalty", 1], "Expected --length-penalty with beam search"),
    ],
)
def test_search_options_that_contradict_each_other_are_one_line(options, message):
    assert message in fails("translate", "1", *options, "--model", "nowhere")


def test_more_translations_than_the_beam_holds_cannot_be_exported():
    message = "Expected n-best to be at most the beam size. Received: 6 best of a beam of 5"
    assert message in fails("export", "out", "--n-best", 6, "--model", "nowhere")


def test_wrong_baseline_is_an_error_before_anything_is_translated(untrained, tmp_path):
    corpus = write_tsv(tmp_path / "pairs.tsv", ["1 2"])
    assert "nowhere" in fails("evaluate", corpus, "--model", untrained(1), "--baseline", "nowhere")


def test_options_of_evaluate_that_contradict_each_other_are_one_line():
    options = ["--min-length", 5, "--max-length", 5]
    assert "Expected min-length to be below max-length" in fails(
        "evaluate", *options, "--model", "nowhere"
    )


def test_score_of_a_translation_is_what_the_search_gave_it(reverse_model, translate, tmp_path):
    texts = digit_strings(9, seed=23)
    fields = [
        json.loads(line)
        for line in translate("--format", "jsonl", "--length-penalty", 0, *texts).splitlines()
    ]
    corpus = tmp_path / "pairs.tsv"
    corpus.write_text(
        "".join(f"{field['source']}\t{field['translations'][0]}\n" for field in fields)
    )
    result = succeeds("score", corpus, "--model", reverse_model, "--batch-size", 4)
    expected = [field["scores"][0] for field in fields]
    assert [float(line) for line in result.stdout.splitlines()] == pytest.approx(expected, abs=1e-3)
    tokens = sum(len(field["tokens"][0]) for field in fields)
    assert f"9 pairs, {tokens} tokens: " in result.stderr and ", perplexity " in result.stderr
    succeeds(
        "score",
        corpus,
        "--model",
        reverse_model,
        "--format",
        "jsonl",
        "--output",
        tmp_path / "scores",
    )
    scores = [json.loads(line) for line in (tmp_path / "scores").read_text().splitlines()]
    assert [score["tokens"] for score in scores] == [field["tokens"][0] for field in fields]
    assert [sum(score["log_probabilities"]) for score in scores] == [
        score["log_probability"] for score in scores
    ]


def test_pairs_that_cannot_be_scored_are_one_line(reverse_model, tmp_path):
    (tmp_path / "pairs.tsv").write_text("1 2\t2 1\nno pair\n")
    assert "line 2 (without a TAB)" in fails(
        "score", tmp_path / "pairs.tsv", "--model", reverse_model
    )
    assert "Expected pairs to score. Received none" in fails(
        "score", "--model", reverse_model, code=2
    )


def test_newest_model_under_saved_models_is_used_and_named(reverse_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = fails("translate", "1")
    assert (
        "Expected a trained model under saved_models/. Received none. Run seq2seq train first"
        in message
    )
    for age, name in [(100, "old"), (0, "new"), (50, "middle")]:
        shutil.copytree(reverse_model, tmp_path / "saved_models" / name)
        then = time.time() - age
        os.utime(tmp_path / "saved_models" / name / "weights.npz", (then, then))
    (tmp_path / "saved_models" / "only just begun").mkdir()
    result = succeeds("translate", "1 2")
    assert (result.stdout, result.stderr) == ("2 1\n", f"Model: {Path('saved_models', 'new')}\n")


def test_output_file_appears_only_once_it_is_complete(reverse_model, tmp_path):
    """The mistake is in a later window than the first results."""
    (tmp_path / "in.txt").write_bytes(b"1 2\n" * 100 + b"\xff\n")
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
            "translate", "1", "--model", reverse_model, "--output", place
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_behind_standard_output_or_a_file_is_one_line(reverse_model):
    with open("/dev/full", "w") as full:
        result = process(
            "translate",
            "1 2",
            "--model",
            reverse_model,
            capture_output=False,
            stdout=full,
            stderr=-1,
        )
    assert result.returncode == 1
    assert "No space left on device" in error_line(result.stderr)
    message = fails("translate", "1 2", "--model", reverse_model, "--output", "/dev/full")
    assert "No space left on device. Free some space." in message
    assert Path("/dev/full").is_char_device()


def test_translating_in_a_process_of_its_own_is_quiet_but_for_warnings(reverse_model, tmp_path):
    (tmp_path / "in.txt").write_text(" ".join("1234567890" * 30) + "\n1 2\n")
    result = process(
        "translate", "--input", tmp_path / "in.txt", "--model", reverse_model, "--max-length", 5
    )
    assert result.returncode == 0
    assert result.stdout.splitlines()[1] == "2 1"
    assert re.fullmatch(
        r"(WARNING:\S* ?)?Sentence cut to its first 256 tokens: 1 2 3[ 0-9]*…\n", result.stderr
    )


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
                seen += os.read(controller, 1000).decode()
        seen = seen.split(text, 1)[1]

    try:
        wait_for("Ctrl-D ends.")
        wait_for("> ")
        os.write(controller, b"3 1 4 5\n")
        wait_for("5 4 1 3\r\n")
        wait_for("> ")
        os.write(controller, b"\x04")
        assert child.wait(60) == 0
    finally:
        child.kill()
        os.close(controller)


# Synthetic corpora.

AWKWARD = [
    '1 "2" 3',
    "4\t5",
    "",
    "'6",
    '"7 8',
    "한국 9",
    "1\u00a02\u30003",
    "e\u0301 1",
    "1\u20282",
    "\\n 3",
]
AWKWARD += ["#4", "👍 5", "\t", "1 2\r3", " 8\t\t9 "]


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
            Translation(text, [Hypothesis("" if text == "2" else text[::-1], 0.0, [])], [])
            for text in texts
        )

    monkeypatch.setattr(Translator, "stream", stream)
    for form in ("tsv", "tsv-reversed"):
        options = ("--model", reverse_model, "--format", form, "--tag", "<BT>")
        result = succeeds("translate", "-", *options, stdin="1 3\n\n2\n4 5\n")
        pairs = [["1 3", "3 1"], ["4 5", "5 4"]]
        rows = [pair[::-1] if form == "tsv-reversed" else pair for pair in pairs]
        assert result.stdout == "".join(f"<BT> {first}\t{second}\n" for first, second in rows)
        assert result.stderr == "Left out 2 pairs with an empty side.\n"


def test_n_best_corpus_has_a_pair_for_each_translation(translate):
    lines = translate(
        "1 2 3", "4 5", "--format", "tsv", "--n-best", 2, "--beam-size", 3
    ).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["1 2 3", "1 2 3", "4 5", "4 5"]
    assert len(set(lines)) == 4


def test_training_mixes_real_and_synthetic_pairs(translate, folder):
    (folder / "mono.txt").write_text("".join(text + "\n" for text in digit_strings(40, seed=44)))
    translate(
        "--input", "mono.txt", "--output", "back.tsv", "--format", "tsv-reversed", "--tag", "<BT>"
    )
    result = succeeds(
        "train", "good.tsv", "back.tsv", "--dev", "dev.tsv", "--output", "model", *TINY
    )
    assert (
        "Learning the vocabulary of 100 sentence pairs." in result.stderr
        and "Skipped" not in result.stderr
    )


# evaluate.


def test_evaluation_is_json_with_signatures_and_intervals(reverse_model, reverse_task, tmp_path):
    options = (
        "--model",
        reverse_model,
        "--json",
        "--output",
        tmp_path / "translations.txt",
        "--beam-size",
        2,
    )
    report = json.loads(succeeds("evaluate", reverse_task / "test.tsv", *options).stdout)
    assert report["model"] == str(reverse_model)
    scores = report["results"]["corpus"]
    assert (
        scores["sentences"] == 300
        and scores["sentences_per_second"] > 0
        and scores["tokens_per_second"] > 0
    )
    for name in ("bleu", "chrf2", "ter"):
        low, high = scores[name]["confidence_interval"]
        assert low <= high and "version:" in scores[name]["signature"]
    assert scores["bleu"]["value"] > 90
    references = [reference for _, reference in pairs(reverse_task / "test.tsv")]
    assert exact_match((tmp_path / "translations.txt").read_text().splitlines(), references) >= 0.9


def test_evaluation_of_parallel_files_with_another_tokenizer_and_a_baseline(
    reverse_model, tmp_path
):
    strings = digit_strings(20, seed=31)
    (tmp_path / "a.src").write_text("".join(text + "\n" for text in strings))
    (tmp_path / "a.tgt").write_text("".join(reverse(text) + "\n" for text in strings))
    files = (
        "--source",
        tmp_path / "a.src",
        "--target",
        tmp_path / "a.tgt",
        "--model",
        reverse_model,
    )
    output = succeeds("evaluate", *files, "--tokenize", "char", "--baseline", reverse_model).stdout
    assert "tok:char" in output and "no difference shown" in output and "paired bootstrap" in output
    report = json.loads(succeeds("evaluate", *files, "--baseline", reverse_model, "--json").stdout)
    assert report["results"]["corpus"]["baseline"]["bleu"]["p_value"] == 1.0


def test_evaluation_without_a_corpus_needs_a_model_of_the_bundled_one(reverse_model):
    assert "Expected a corpus to score" in fails("evaluate", "--model", reverse_model)


def test_unknown_tokenizer_is_refused(reverse_model, reverse_task):
    corpus = reverse_task / "dev.tsv"
    message = fails("evaluate", corpus, "--model", reverse_model, "--tokenize", "words")
    assert "Expected a sacreBLEU tokenizer" in message and "'words'" in message


def test_missing_korean_tokenizer_is_one_line_and_comes_before_the_translation(
    reverse_model, reverse_task, monkeypatch
):
    from sacrebleu.tokenizers import tokenizer_ko_mecab

    from seq2seq.evaluation import metrics
    from seq2seq.translation.translator import Translator

    metrics._unused_bleu.cache_clear()
    monkeypatch.setattr(tokenizer_ko_mecab, "MeCab", None)
    monkeypatch.setattr(Translator, "stream", None)
    message = fails(
        "evaluate", reverse_task / "dev.tsv", "--model", reverse_model, "--tokenize", "ko-mecab"
    )
    assert message.endswith('Install it with: pip install "sacrebleu[ko]"')


@pytest.mark.parametrize("tokenize", ["13a", "char", "none", "intl"])
def test_chrf_is_printed_whatever_the_tokenizer(reverse_model, folder, tokenize):
    output = succeeds(
        "evaluate", "dev.tsv", "--model", reverse_model, "--tokenize", tokenize
    ).stdout
    assert re.search(r"^  chrF2 +\d+\.\d\d ", output, re.M) and f"|tok:{tokenize}|" in output


# Help, and how fast it comes.


def test_help_of_every_command_works_and_loads_no_tensorflow():
    script = """
import sys
from click.testing import CliRunner
from seq2seq.cli import main
for arguments in ([], *([name] for name in main.commands)):
    for option in ("--help", "-h"):
        result = CliRunner().invoke(main, [*arguments, option])
        assert result.exit_code == 0 and "Usage:" in result.output, arguments
assert CliRunner().invoke(main, ["--version"], prog_name="seq2seq").output.startswith("seq2seq ")
print([name for name in ("tensorflow", "keras", "tensorflow_text", "sacrebleu") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert result.stdout == "[]\n", result.stderr


def test_wrong_paths_are_refused_before_tensorflow_is_loaded(tmp_path):
    script = """
import sys
from click.testing import CliRunner
from seq2seq.cli import main
for arguments in (["train", "missing.tsv", "--output", "m"], ["translate", "--model", "missing", "1"]):
    assert CliRunner().invoke(main, arguments).exit_code == 1
print("tensorflow" in sys.modules)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path
    )
    assert result.stdout == "False\n", result.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_is_explained(name):
    assert all(
        parameter.help
        for parameter in main.commands[name].params
        if parameter.param_type_name == "option"
    )


def test_python_m_is_the_command_line():
    result = process("--version")
    assert result.returncode == 0 and result.stdout.startswith("seq2seq ")


# What a user may get wrong. Nothing may be left behind.


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current directory with files of every wrong kind."""
    monkeypatch.chdir(tmp_path)
    write_tsv(tmp_path / "good.tsv", digit_strings(60, seed=41))
    write_tsv(tmp_path / "dev.tsv", digit_strings(10, seed=42))
    files = {
        "empty.tsv": b"",
        "blank.tsv": b"\n\n",
        "no-tab.tsv": b"one\ntwo\n",
        "three.tsv": b"a\tb\tc\nd\te\tf\n",
        "latin.tsv": b"a\tb\ncaf\xe9\tc\n",
        "utf16.tsv": "a\tb\n".encode("utf-16"),
        "cut.gz": gzip.compress(b"1 2\t2 1\n" * 1000)[:40],
        "one.txt": b"1\n",
        "two.txt": b"1\n2\n",
        "mixed.tsv": b"1 2\t2 1\nno tab\n3 4\t4 3\n\n5\t\n6\t6\t6\n",
        "broken.toml": b"units = \n",
        "unknown.toml": b"size = 3\n",
        "type.toml": b'units = "many"\n',
        "range.toml": b'cell = "quantum"\n',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "directory").mkdir()
    return tmp_path


BAD_TRAINING = [
    (["missing.tsv"], "missing.tsv: No such file or directory"),
    (["directory"], "directory: Is a directory"),
    (["empty.tsv"], "Received: an empty file"),
    (["blank.tsv"], "blank"),
    (["no-tab.tsv"], "none with a TAB"),
    (["three.tsv"], "2 with more than two columns"),
    (["latin.tsv"], "Expected UTF-8 text. Received: latin.tsv, line 2"),
    (["utf16.tsv"], "It is UTF-16"),
    (["cut.gz"], "Expected a complete gzip file"),
    (["good.tsv", "missing.tsv"], "missing.tsv"),
    (["good.tsv", "--dev", "missing.tsv"], "missing.tsv"),
    (["good.tsv", "--dev", "directory"], "Is a directory"),
    (["good.tsv", "--dev", "empty.tsv"], "an empty file"),
    (["mixed.tsv", "--strict"], "1 without a TAB"),
    (["--source", "one.txt", "--target", "two.txt"], "the same number of lines"),
    (["--source", "one.txt", "--target", "missing.txt"], "missing.txt"),
    (["--source", "one.txt", "--target", "one.txt"], "Give more pairs, or --dev"),
    (["good.tsv", "--config", "missing.toml"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "directory"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "broken.toml"], "Expected a TOML file of training options"),
    (["good.tsv", "--config", "unknown.toml"], "Received: 'size'"),
    (["good.tsv", "--config", "type.toml"], "Expected units"),
    (
        ["good.tsv", "--config", "range.toml"],
        "Expected cell to be one of gru, lstm, rnn. Received: 'quantum'",
    ),
    (["good.tsv", "--units", "7"], "Expected an even number of units"),
    (
        ["good.tsv", "--learning-rate", "nan"],
        "Expected learning-rate to be a number above 0. Received: nan",
    ),
    (
        ["good.tsv", "--time-limit", "inf"],
        "Expected time-limit to be a number above 0. Received: inf",
    ),
    (["good.tsv", "--vocabulary-size", "8"], "Use a larger --vocabulary-size"),
    (["--resume"], "Expected a model directory. Received: model"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD_TRAINING, ids=[" ".join(row[0]) for row in BAD_TRAINING]
)
def test_training_on_what_cannot_be_used_is_one_line(folder, arguments, message):
    assert message in fails("train", *arguments, "--output", "model")
    assert not (folder / "model").exists()


BAD_USAGE = [
    (["train", "good.tsv"], "Expected --output DIR"),
    (["train", "--config", "type.toml"], "Expected --output DIR"),
    (
        ["train", "--source", "one.txt", "--output", "model"],
        "Expected as many --source as --target files",
    ),
    (
        ["train", "good.tsv", "--dev-source", "one.txt", "--output", "model"],
        "--dev-source and --dev-target together",
    ),
    (["train", "good.tsv", "--cell", "quantum", "--output", "model"], "'--cell'"),
    (["train", "good.tsv", "--units", "0", "--output", "model"], "'--units'"),
    (["train", "good.tsv", "--dropout", "1", "--output", "model"], "'--dropout'"),
    (
        ["train", "--resume", "--config", "type.toml", "--output", "model"],
        "--resume without --config",
    ),
    (["train", "--colour", "red"], "No such option"),
    (["translate", "1", "--input", "one.txt", "--model", "model"], "Expected TEXT or --input FILE"),
    (["translate", "1", "--beam-size", "0"], "'--beam-size'"),
    (
        ["translate", "--input", "one.txt", "--output", "./one.txt"],
        "Received: ./one.txt, which is one.txt",
    ),
    (
        ["translate", "1", "--tag", "<BT>", "--model", "model"],
        "--format tsv or tsv-reversed. Received: '<BT>'",
    ),
    (
        ["translate", "1", "--tag", "a\tb", "--format", "tsv", "--model", "model"],
        "Expected --tag to be a word",
    ),
    (
        ["translate", "1", "--tag", " ", "--format", "tsv", "--model", "model"],
        "Expected --tag to be a word",
    ),
    (["export"], "Missing argument"),
    (["learn"], "No such command"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), BAD_USAGE, ids=[" ".join(row[0]) for row in BAD_USAGE]
)
def test_wrong_usage_is_one_line_and_exit_code_2(folder, arguments, message):
    before = contents(folder)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.count("Error: ") == 1 and "Traceback" not in result.stderr
    assert message in " ".join(result.stderr.split())
    assert contents(folder) == before


@pytest.mark.parametrize(
    "command", [["translate", "1"], ["evaluate", "good.tsv"], ["export", "out"]]
)
@pytest.mark.parametrize("model", ["missing", "directory", "good.tsv"])
def test_what_is_no_model_is_refused_by_every_command(folder, command, model):
    assert "Expected a model directory. Received: " + model in fails(*command, "--model", model)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "command", [["translate", "1"], ["evaluate", "good.tsv"], ["export", "out"]]
)
@pytest.mark.parametrize("name", ["weights.npz", "source.model", "config.toml"])
def test_model_that_was_cut_short_is_refused_by_every_command(folder, reverse_model, command, name):
    shutil.copytree(reverse_model, folder / "model")
    content = (folder / "model" / name).read_bytes()
    (folder / "model" / name).write_bytes(content[: len(content) // 2])
    message = fails(*command, "--model", "model")
    assert "Received" in message
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--input", "missing.txt"], "missing.txt: No such file"),
        (["--input", "directory"], "Is a directory"),
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


def test_missing_input_is_told_before_a_model_is_loaded(folder, reverse_model):
    (folder / "begun").mkdir()
    shutil.copy(reverse_model / "config.toml", folder / "begun")  # all that there is of it
    assert "missing.txt: No such file" in fails(
        "translate", "--input", "missing.txt", "--model", folder / "begun"
    )


def test_evaluating_what_cannot_be_used_is_one_line(folder, reverse_model):
    for arguments, message in [
        (["missing.tsv"], "No such file"),
        (["empty.tsv"], "an empty file"),
        (["good.tsv", "--baseline", "missing"], "Expected a model directory"),
        (["good.tsv", "--output", "good.tsv/out.txt"], "Expected to write"),
    ]:
        assert message in fails("evaluate", *arguments, "--model", reverse_model)


TINY = "--units 8 --embedding-size 6 --batch-tokens 64 --epochs 1 --precision float32".split()


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "bfloat16 for good"])
def test_scores_of_a_run_are_those_of_a_process_that_never_rounded(folder, monkeypatch, precision):
    precision, *for_good = precision.split(maxsplit=1)
    if for_good:  # as with AMX; then nothing may be scored here
        monkeypatch.setattr("seq2seq.model.precision.rounds_for_good", lambda name: True)
        monkeypatch.setattr("seq2seq.evaluation.evaluation.evaluate_translator", None)
    (folder / "dev.en").write_text("1 2 3\n4\t5 6\n7 8\n")
    (folder / "dev.ko").write_text("3 2 1\n6 5\t4\n8 7\n")
    result = succeeds(
        "train", "good.tsv", *dev_files("--dev-"), "--output", "m", *TINY, "--precision", precision
    )
    kept = json.loads((folder / "m" / "metrics.json").read_text())["dev"]
    found = json.loads(process("evaluate", *dev_files("--"), "--model", "m", "--json").stdout)[
        "results"
    ]["corpus"]
    for name in ("sentences", "bleu", "chrf2", "ter", "warnings"):
        assert kept[name] == found[name], name
    assert kept["chrf2"]["value"] > 0
    assert "dev: 3 sentences" in result.stdout
    assert re.search(rf"chrF2 +{kept['chrf2']['value']:.2f} ", result.stdout)


def dev_files(prefix):
    return f"{prefix}source", "dev.en", f"{prefix}target", "dev.ko"


def test_lines_that_are_no_pair_are_counted_shown_and_skipped(folder):
    result = succeeds(
        "train", "good.tsv", "mixed.tsv", "--dev", "dev.tsv", "--output", "model", *TINY
    )
    assert "Skipped 4 of 6 lines of mixed.tsv" in result.stderr
    for line in (
        "line 2 (without a TAB): 'no tab'",
        "line 4 (blank)",
        "line 6 (with more than two columns)",
    ):
        assert line in result.stderr


def test_directory_with_something_else_is_refused_for_a_model(folder):
    (folder / "directory" / "thesis.txt").write_text("text")
    before = contents(folder)
    for place in ("directory", "good.tsv"):
        assert "Expected an empty or new directory" in fails(
            "train", "good.tsv", "--output", place, *TINY
        )
    assert contents(folder) == before


def test_command_line_wins_over_the_file_and_the_stored_file_repeats_the_run(folder):
    (folder / "options.toml").write_text(
        'corpus = ["missing.tsv"]\ndev = "dev.tsv"\nunits = 10\nseed = 3\n'
    )
    options = "--embedding-size 6 --batch-tokens 64 --epochs 1 --units 8".split()
    succeeds("train", "good.tsv", "--config", "options.toml", "--output", "first", *options)
    stored = (folder / "first" / "config.toml").read_text()
    places = {f'corpus = ["{folder / "good.tsv"}"]', f'dev = "{folder / "dev.tsv"}"'}
    assert places | {"units = 8", "seed = 3", 'preset = "tiny"'} <= set(stored.splitlines())
    succeeds("train", "--config", "first/config.toml", "--output", "second")
    assert (folder / "second" / "config.toml").read_text() == stored
    assert (folder / "second" / "weights.npz").read_bytes() == (
        folder / "first" / "weights.npz"
    ).read_bytes()


def test_diverging_run_is_one_line(folder):
    message = fails("train", "good.tsv", "--output", "model", "--learning-rate", "1e38", *TINY)
    assert "Expected a finite loss" in message and "smaller --learning-rate" in message


@pytest.mark.skipif(
    not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs to mount a file system"
)
def test_training_onto_a_full_disk_is_one_line(folder):
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]).returncode:
        pytest.skip("needs to mount a file system")
    try:
        message = fails("train", "good.tsv", "--output", "disk/model", *TINY, "--units", 64)
        assert "No space left on device. Free some space." in message
        assert not list(disk.rglob(".*")), "a temporary file is left"
    finally:
        subprocess.run(["umount", disk], check=True)


def heed_ctrl_c():
    """What a shell has put into the background ignores it, and so does what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_keeps_the_checkpoint_and_names_the_command_that_continues(folder):
    write_tsv(folder / "many.tsv", digit_strings(1500, seed=43))
    files = ["many.tsv", "--dev", "dev.tsv", "--output", "my model"]
    command = [sys.executable, "-m", "seq2seq", "train", *files, *REVERSE_OPTIONS, "--units", "16"]
    pipes = {
        "stderr": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "text": True,
        "encoding": "utf-8",
    }
    child = subprocess.Popen(command, preexec_fn=heed_ctrl_c, **pipes)
    lines = []
    for line in child.stderr:
        lines.append(line)
        if line.startswith("epoch"):
            child.send_signal(signal.SIGINT)
            break
    output, rest = child.communicate(timeout=120)
    stderr = "".join(lines) + rest
    assert child.returncode == 1, stderr
    assert "Traceback" not in stderr and output == ""
    command = stderr.strip().splitlines()[-1].partition("To continue: ")[2]
    assert command == "seq2seq train --resume --output 'my model'"
    assert (folder / "my model" / "resume.npz").exists()
    assert "Received another --cell" in fails(
        "train", "--resume", "--output", "my model", "--cell", "rnn"
    )
    result = succeeds(*shlex.split(command)[1:])
    assert "Resuming at step " in result.stderr and "Translate:" in result.stdout
    assert not (folder / "my model" / "resume.npz").exists()
    assert "my model, which has ended" in fails("train", "--resume", "--output", "my model")


def test_reader_that_has_seen_enough_ends_the_translation_quietly(reverse_model):
    command = [
        sys.executable,
        "-m",
        "seq2seq",
        "translate",
        "-",
        "--model",
        str(reverse_model),
        "--batch-size",
        "1",
    ]
    child = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True)
    child.stdout.close()
    child.stdin.write("1 2\n" * 200)
    child.stdin.close()
    assert child.wait(120) == 1
    assert child.stderr.read() == ""
    child.stderr.close()


def resolved_options(monkeypatch, *arguments):
    """The configuration that `seq2seq train` would start with."""
    found = []

    def stop(configuration, strict):
        found.append(configuration)
        raise InputError("That was it.")

    # The package's attribute of this name is the command.
    monkeypatch.setattr(sys.modules["seq2seq.cli.train"], "_corpora", stop)
    run("train", *arguments)
    return found[0]


def test_command_line_replaces_the_corpora_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text(
        'corpus = ["a.tsv"]\ndev = "d.tsv"\nunits = 6\nepochs = 3\ntime-limit = 2\n'
    )
    options = ("--config", tmp_path / "config.toml", "--output", tmp_path / "model")
    kept = resolved_options(monkeypatch, *options)
    assert (kept.corpus.corpus, kept.corpus.dev) == (("a.tsv",), "d.tsv")
    assert (kept.model.units, kept.training.time_limit) == (6, 2)
    sides = (
        "--source",
        "/s",
        "--target",
        "/t",
        "--dev-source",
        "/ds",
        "--dev-target",
        "/dt",
        "--epochs",
        9,
    )
    given = resolved_options(monkeypatch, *options, *sides)
    files = given.corpus
    assert (files.corpus, files.source, files.target) == ((), ("/s",), ("/t",))
    assert (files.dev, files.dev_source, files.dev_target) == (None, "/ds", "/dt")
    assert (given.training.epochs, given.training.time_limit, given.model.units) == (9, 2, 6)
    assert resolved_options(monkeypatch, *options, "--time-limit", 5).training.epochs == 3


def test_preset_replaces_the_options_of_the_bundled_corpus(monkeypatch):
    bundled, preset = (
        resolved_options(monkeypatch),
        resolved_options(monkeypatch, "--preset", "base"),
    )
    assert bundled.model.vocabulary_size and bundled.training.time_limit
    assert (preset.model.vocabulary_size, preset.model.units) == (None, None)
    assert preset.training.time_limit is None


def test_vocabulary_of_another_model_replaces_the_size_in_a_file_but_not_one_that_is_given(
    monkeypatch,
):
    configuration = resolved_options(monkeypatch, "--vocabulary-from", "other")
    assert configuration.model.vocabulary_size is None
    assert configuration.model.vocabulary_from == "other"
    assert (
        resolved_options(
            monkeypatch, "--vocabulary-from", "other", "--vocabulary-size", 99
        ).model.vocabulary_size
        == 99
    )


def test_epochs_lift_the_time_limit_of_the_bundled_corpus_alone(monkeypatch):
    bundled, longer = resolved_options(monkeypatch), resolved_options(monkeypatch, "--epochs", 30)
    assert (longer.training.epochs, longer.training.time_limit) == (30, None)
    assert longer.model.units == bundled.model.units
    shorter = resolved_options(monkeypatch, "--time-limit", 9)
    assert shorter.training.epochs == bundled.training.epochs


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_corpus_of_more_than_a_window_is_learnt_from_its_file_or_kept_from_standard_input(
    tmp_path, monkeypatch, way
):
    monkeypatch.setattr(corpus_module, "WINDOW", 100)
    path = write_tsv(tmp_path / "data.tsv", digit_strings(250))
    with path.open("a") as file:
        file.write("no tab\n")
    options = ("--units", 8, "--embedding-size", 6, "--epochs", 1, "--output", tmp_path / "model")
    corpus, stdin = (path, None) if way == "file" else ("-", path.read_text())
    result = succeeds("train", corpus, *options, stdin=stdin)
    line = "250 sentence pairs: read from the files in windows of 100 every epoch."
    assert (line in result.stderr) == (way == "file")
    assert "Skipped 1 of 251 lines" in result.stderr
    assert "dev: 12 sentences" in result.stdout


def test_paths_are_stored_whole(folder):
    options = ("--units", 8, "--embedding-size", 6, "--epochs", 1)
    succeeds("train", "good.tsv", "--dev", "dev.tsv", "--output", "model", *options)
    stored = Configuration.load(folder / "model" / "config.toml")
    assert stored.corpus.corpus == (str(folder / "good.tsv"),)
    assert stored.corpus.dev == str(folder / "dev.tsv")
