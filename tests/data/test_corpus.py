"""Text files to sentence pairs: what is read, what is skipped and what is refused."""

import gzip
import io
import subprocess
import sys
import unicodedata

import pytest

from seq2seq.data.corpus import Corpus, PairFiles, read_corpus, read_parallel, read_tsv
from seq2seq.data.lines import read_lines
from seq2seq.errors import InputError


@pytest.fixture
def write(tmp_path):
    """Writes a file into the test's folder and returns its path as a string."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return str(path)

    return write_file


def give_stdin(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def message_of(function, *arguments, **options):
    """Returns the message of the InputError of a call, which is one line of the agreed form."""
    with pytest.raises(InputError) as caught:
        function(*arguments, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("Expected ") and "Received: " in message
    return message


def test_tsv_gives_pairs_in_order(write):
    corpus = read_tsv(write("data.tsv", "Hello.\t안녕.\nGo!\t가!\n"))
    assert corpus == Corpus(["Hello.", "Go!"], ["안녕.", "가!"])
    assert len(corpus) == 2
    assert corpus.skipped_report() == ""


def test_parallel_files_give_pairs_in_order(write):
    corpus = read_parallel(write("a.en", "Hello.\nGo!\n"), write("a.ko", "안녕.\n가!\n"))
    assert corpus == Corpus(["Hello.", "Go!"], ["안녕.", "가!"])


def test_path_objects_are_accepted(tmp_path):
    (tmp_path / "data.tsv").write_text("a\tb\n", encoding="utf-8")
    assert read_tsv(tmp_path / "data.tsv").source == ["a"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark_are_no_text(write, end, mark, last):
    text = mark + f"a\tb{end}c\td" + (end if last else "")
    assert read_tsv(write("data.tsv", text)) == Corpus(["a", "c"], ["b", "d"])
    assert list(read_lines(write("data.txt", text))) == ["a\tb", "c\td"]


@pytest.mark.parametrize("inside", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\r"])
def test_only_lf_and_crlf_end_a_line(write, inside):
    sentence = f"one{inside}sentence"
    assert read_tsv(write("data.tsv", f"{sentence}\tb\n")) == Corpus([sentence], ["b"])
    assert list(read_lines(write("data.txt", f"{sentence}\nnext\n"))) == [sentence, "next"]


def test_decomposed_letters_are_composed(write):
    composed = "각하 café"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    corpus = Corpus([composed], [composed])
    assert read_tsv(write("data.tsv", f"{decomposed}\t{composed}\n")) == corpus
    side = write("data.txt", decomposed + "\n")
    assert read_parallel(side, side) == corpus and list(read_lines(side)) == [composed]


def test_surrounding_whitespace_is_stripped(write):
    assert read_tsv(write("data.tsv", "  a b \t\u3000c d\u00a0\n")) == Corpus(["a b"], ["c d"])
    assert list(read_lines(write("data.txt", "  a b  \n\n c\n"))) == ["a b", "", "c"]


@pytest.mark.parametrize("name", ["data.tsv.gz", "data.tsv"])
def test_gzip_is_known_by_suffix_and_by_content(write, name):
    path = write(name, gzip.compress("\ufeffa\tb\r\n가\t나\n".encode()))
    assert read_tsv(path) == Corpus(["a", "가"], ["b", "나"])


def test_dash_is_standard_input(monkeypatch, write):
    give_stdin(monkeypatch, "\ufeffHello.\r\n\nGo!".encode())
    assert list(read_lines("-")) == ["Hello.", "", "Go!"]
    give_stdin(monkeypatch, b"a\tb\n")
    assert read_tsv("-") == Corpus(["a"], ["b"])
    give_stdin(monkeypatch, b"a\nc\n")
    assert read_parallel("-", write("a.ko", "b\nd\n")) == Corpus(["a", "c"], ["b", "d"])


def test_very_long_lines_are_read_and_shown_shortened(write):
    long = "word " * 200_000
    corpus = read_tsv(write("data.tsv", f"{long}\tb\n{long}\n"))
    assert corpus.source == [long.strip()]
    assert len(corpus.skipped_report()) < 300


TSV_WITH_FAULTS = "a\tb\nno tab\nc\td\te\n\tempty source\nempty target\t \n\nf\tg\n"


def test_faulty_tsv_lines_are_skipped_and_reported(write):
    path = write("data.tsv", TSV_WITH_FAULTS)
    corpus = read_tsv(path)
    assert corpus == Corpus(["a", "f"], ["b", "g"], corpus.skipped)
    assert corpus.skipped_report().split("\n") == [
        f"Skipped 5 of 7 lines of {path}: 2 with an empty side, 1 without a TAB, "
        "1 with more than two columns, 1 blank. First ones:",
        "  line 2 (without a TAB): 'no tab'",
        r"  line 3 (with more than two columns): 'c\td\te'",
        r"  line 4 (with an empty side): '\tempty source'",
        r"  line 5 (with an empty side): 'empty target\t '",
        "  line 6 (blank): ''",
    ]


def test_only_the_first_five_skipped_lines_are_kept(write):
    corpus = read_tsv(write("data.tsv", "a\tb\n" + "no tab\n" * 2000))
    assert "Skipped 2,000 of 2,001 lines of" in corpus.skipped_report()
    assert [line.number for line in corpus.skipped[0].first] == [2, 3, 4, 5, 6]


def test_tab_in_a_sentence_of_parallel_files_is_a_space(write):
    corpus = read_parallel(write("a.en", "a\tb\n"), write("a.ko", "\tc\t\td\n"))
    assert corpus == Corpus(["a b"], ["c  d"])


def test_report_stays_one_line_per_skipped_line(write):
    corpus = read_tsv(write("data.tsv", "a\tb\nx\u2028y\x0cz\r!\n"))
    assert len(corpus.skipped_report().splitlines()) == 2


def test_strict_tsv_refuses_faulty_lines(write):
    path = write("data.tsv", TSV_WITH_FAULTS)
    message = message_of(read_tsv, path, strict=True)
    assert f"5 of 7 lines of {path}" in message
    assert "line 2 (without a TAB): 'no tab'; line 3 (with more than two columns)" in message
    assert "Correct or remove them" in message


def test_strict_accepts_a_clean_file(write):
    assert len(read_tsv(write("data.tsv", "a\tb\n"), strict=True)) == 1
    assert len(read_parallel(write("a.en", "a\n"), write("a.ko", "b\n"), strict=True)) == 1


def test_parallel_pairs_with_an_empty_side_are_skipped_and_reported(write):
    source = write("a.en", "a\n\nc\n \n")
    target = write("a.ko", "b\nx\n\n\n")
    corpus = read_parallel(source, target)
    assert (corpus.source, corpus.target) == (["a"], ["b"])
    report = corpus.skipped_report()
    assert (
        f"Skipped 3 of 4 lines of {source} and {target}: 2 with an empty side, 1 blank." in report
    )
    assert r"line 2 (with an empty side): '\tx'" in report
    with pytest.raises(
        InputError, match=r"a sentence on every line.*3 of 4 lines.*line 2 \(with an empty"
    ):
        read_parallel(source, target, strict=True)


@pytest.mark.parametrize(
    ("source", "target"), [("a\nb\nc\n", "x\n"), ("a\n\n\n", "x"), ("a\n", "x\ny\nz\n")]
)
def test_unequal_line_counts_are_refused_with_both_counts(write, source, target):
    counts = [f"{text.count(chr(10)) or 1} line" for text in (source, target)]
    message = message_of(read_parallel, write("a.en", source), write("a.ko", target))
    assert f"{counts[0]}" in message and f"{counts[1]}" in message
    assert "same number of lines" in message


def test_standard_input_for_both_sides_is_refused():
    assert "'-' for both" in message_of(read_parallel, "-", "-")


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ("", "Received: an empty file"),
        ("\n\n", "Received: 2 of 2 lines of"),
        ("\tb\na\t\n", "2 with an empty side, so no sentence pair"),
        ("a\tb\tc\nd\te\tf\n", "use cut -f1,2"),
        ("one\ntwo\n\n", "3 lines, none with a TAB. It does not look like TSV"),
        ("one\n", "give them with --source and --target"),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_tsv_without_a_usable_pair_is_refused(write, content, fragment, strict):
    path = write("data.tsv", content)
    message = message_of(read_tsv, path, strict=strict)
    assert fragment in message and path in message


@pytest.mark.parametrize(
    ("source", "target", "fragment"),
    [("", "", "an empty file"), ("a\n\n", "\nb\n", "2 with an empty side, so no")],
)
def test_parallel_files_without_a_usable_pair_are_refused(write, source, target, fragment):
    assert fragment in message_of(read_parallel, write("a.en", source), write("a.ko", target))


def test_invalid_utf8_is_refused_with_its_place(write):
    path = write("data.tsv", b"a\tb\nab\t\xb0\xa1\n")
    message = message_of(read_tsv, path)
    assert f"{path}, line 2, where byte 4 of the line is 0xb0" in message
    assert "iconv -f cp949 -t utf-8" in message


def test_utf16_is_refused_with_its_own_advice(write):
    assert "iconv -f utf-16 -t utf-8" in message_of(
        read_tsv, write("data.tsv", "a\tb\n".encode("utf-16"))
    )


def test_gzip_on_standard_input_is_refused_with_its_own_advice(monkeypatch):
    """Also when its header, which holds a time, has the byte of a carriage return."""
    for second in (0, 0x0D0D0D):
        give_stdin(monkeypatch, gzip.compress(b"a\tb\n", mtime=second))
        message = message_of(read_tsv, "-")
        assert "standard input, line 1" in message and "gunzip -c" in message


def test_missing_file_is_refused(tmp_path):
    path = str(tmp_path / "none.tsv")
    assert f"{path}: No such file or directory" in message_of(read_tsv, path)
    assert f"{path}: No such file or directory" in message_of(list, read_lines(path))


def test_directory_is_refused(tmp_path):
    assert f"{tmp_path}: Is a directory" in message_of(read_tsv, str(tmp_path))


def test_a_file_taken_for_a_directory_is_refused(write):
    path = write("data.tsv", "a\tb\n") + "/child.tsv"
    assert f"{path}: Not a directory" in message_of(read_tsv, path)


PACKED = gzip.compress(b"".join(b"source %d\ttarget\n" % number for number in range(1000)))
FLIPPED = PACKED[:60] + bytes(byte ^ 0xFF for byte in PACKED[60:90]) + PACKED[90:]


@pytest.mark.parametrize(
    "content",
    [PACKED[:-20], FLIPPED, b"a\tb\n", PACKED[:-8] + bytes(8), PACKED + b"rubbish"],
    ids=["truncated", "damaged", "plain text", "wrong checksum", "rubbish after the end"],
)
def test_broken_gzip_is_refused(write, content):
    path = write("data.tsv.gz", content)
    message = message_of(read_tsv, path)
    assert "Expected a complete gzip file" in message and path in message and "gzip -t" in message


def test_corpus_with_sides_of_unequal_length_is_refused():
    with pytest.raises(InputError, match="Received: 2 source and 1 target"):
        Corpus(["a", "b"], ["c"])


def test_several_inputs_are_one_corpus_in_order_with_all_reports(write):
    first = write("first.tsv", "a\tb\nno tab\n")
    second = write("second.tsv", "c\td\n\tempty\n")
    source = write("third.en", "e\n\n")
    target = write("third.ko", "f\ng\n")
    whole = read_corpus([PairFiles(first), PairFiles(source, target), PairFiles(second)])
    assert (whole.source, whole.target) == (["a", "e", "c"], ["b", "f", "d"])
    parts = [read_tsv(first), read_parallel(source, target), read_tsv(second)]
    assert whole.skipped_report() == "\n".join(part.skipped_report() for part in parts)


def test_input_without_a_pair_is_refused_among_others(write):
    files = [PairFiles(write("first.tsv", "a\tb\n")), PairFiles(write("empty.tsv", ""))]
    assert "empty.tsv" in message_of(read_corpus, files)


def test_corpus_imports_no_tensorflow():
    code = "import seq2seq.data.corpus, sys; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
