"""Every format is opened by its name, and refuses what cannot be read in one line."""

import json
import random
import subprocess
import sys
import time

import pytest

from seq2seq.documents.document import FORMATS, open_document, translate_document
from seq2seq.errors import InputError


def test_formats_are_suffixes():
    assert FORMATS == tuple(sorted(FORMATS))
    assert {".srt", ".vtt", ".html", ".htm", ".md", ".po", ".pot"} <= set(FORMATS)
    assert {".xliff", ".xlf", ".docx", ".json", ".csv", ".tsv"} <= set(FORMATS)


@pytest.mark.parametrize("format", ["json", ".json", "JSON"])
def test_format_may_be_given_where_the_name_does_not_say_it(opened, format):
    assert opened("a.txt", '["Hello."]', format=format).segments == ["Hello."]


def test_suffix_may_be_of_capital_letters(opened):
    assert opened("A.JSON", '["Hello."]').segments == ["Hello."]


def test_document_without_text_is_never_translated(opened):
    def never(texts):
        raise NotImplementedError

    assert translate_document(opened("a.json", "[1]"), never) == b"[1]"


def test_documents_need_neither_tensorflow_nor_other_packages_when_imported():
    program = "import sys, seq2seq.documents.document as _; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    loaded = set(result.stdout.decode().split())
    assert not loaded & {"tensorflow", "keras", "numpy", "markdown_it", "lxml", "docx"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_missing_file_and_directory_are_one_clear_line(tmp_path, suffix):
    with pytest.raises(InputError, match="No such file"):
        open_document(tmp_path / f"a{suffix}")

    (tmp_path / f"b{suffix}").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        open_document(tmp_path / f"b{suffix}")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\0\x01\x02", b"\xb3\xaa\xb4\xc2", b"\x1f\x8b\x08\0"]
)
def test_content_that_is_no_text_is_one_clear_line(opened, suffix, data):
    with pytest.raises(InputError) as error:
        opened(f"a{suffix}", data)

    assert "\n" not in str(error.value) and f"a{suffix}" in str(error.value)


def test_unknown_suffix_and_format_name_those_that_are_known(opened):
    with pytest.raises(InputError, match=r"ends in \.csv, .*\.xliff\. Received: .*a\.pdf"):
        opened("a.pdf", "Hello.")
    with pytest.raises(InputError, match="Received: format 'pdf'"):
        opened("a.md", "Hello.", format="pdf")


def test_column_is_for_tables_alone(opened):
    with pytest.raises(InputError, match="a column for a table alone"):
        opened("a.json", "[]", column="a")


SAMPLES = {
    "a.csv": 'a,b\n"hello, you",1\nbye,2\n',
    "a.html": "<!DOCTYPE html><p class=x>Hello <b>you</b>.<br>Go <!-- c --><img alt='a b'></p>",
    "a.json": '{"a": ["Hello \\"you\\".", 1.5, {"b": null}], "c": "Bye\\n\\u00e9."}',
    "a.md": "---\na: b\n---\n# Hello\n\n- a `b` [c](d)\n  e\n\n| a | b |\n|---|---|\n| c | d |\n",
    "a.po": 'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "a"\nmsgid_plural "b %d"\nmsgstr[0] ""\n',
    "a.srt": "1\n00:00:01,000 --> 00:00:02,000\n- <i>Go\nhome</i>\n\n"
    "2\n00:00:02,000 --> 00:00:03,000\nnow.\n",
    "a.tsv": 'a\tb\n"hello"\t1\nbye\t2\n',
    "a.vtt": "WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000 line:0\n<v Bob>Go\nhome.</v>\n",
    "a.xlf": '<?xml version="1.0"?><xliff><trans-unit id="1"><source>Hi <g id="2">you</g>'
    "</source><target/></trans-unit></xliff>",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_damaged_document_is_read_or_refused_in_one_line(opened, name):
    """Bytes that are cut off, taken out, doubled or changed: what is read can be written too."""
    random_numbers = random.Random(name)
    options = {"column": 1} if name in ("a.csv", "a.tsv") else {}
    refused = 0
    for _ in range(300):
        data = bytearray(SAMPLES[name].encode())
        for _ in range(random_numbers.randint(1, 3)):
            place = random_numbers.randrange(len(data))
            kind = random_numbers.randrange(4)
            if kind == 0:
                del data[place:]
                data += b" "
            elif kind == 1:
                del data[place : place + random_numbers.randint(1, 9)]
                data += b" "
            elif kind == 2:
                data[place:place] = data[place : place + random_numbers.randint(1, 30)]
            else:
                data[place] = random_numbers.choice(b"<>\"'&;|[]{}\\ \n\r\tx1\xff")

        try:
            document = opened(name, bytes(data), **options)
        except InputError as error:
            assert "\n" not in str(error)
            refused += 1
            continue

        if not name.endswith((".po", ".xlf")):
            assert document.rendered(document.segments) == bytes(data)
        assert document.rendered([segment.upper() for segment in document.segments])
        assert all(segment.strip() for segment in document.segments)

    assert refused > 0


def test_document_may_be_given_as_bytes_with_a_name():
    document = open_document("elsewhere/a.json", data=b'["Hello."]')
    assert document.rendered(["Bye."]) == b'["Bye."]'
    with pytest.raises(InputError, match=r"Received: elsewhere/a\.json, which is empty"):
        open_document("elsewhere/a.json", data=b"")


@pytest.mark.parametrize("language", ["", "k", 'ko"', "ko kr", "ko\n", "한국어", "x" * 9])
def test_language_that_is_no_code_is_refused(opened, language):
    with pytest.raises(InputError, match="a code such as ko or pt-BR") as error:
        opened("a.xlf", SAMPLES["a.xlf"], target_language=language)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["a.html", "a.json", "a.md", "a.srt", "a.txt"])
@pytest.mark.parametrize("part", ["{{", "{%", "<!--", "$a_", "<b>x ", "a, ", "``a", "<p>", "[a]("])
def test_time_is_linear_in_the_length_of_a_segment(opened, name, part):
    """Each took a minute or more where a literal was looked for behind each of its beginnings."""
    text = part * (50_000 // len(part))
    written = {"a.json": json.dumps([text]), "a.srt": SAMPLES["a.srt"] + text}.get(name, text)
    started = time.process_time()
    try:
        document = opened(name, written)
    except InputError:
        return
    document.rendered([segment.upper() for segment in document.segments])
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "name, content, places",
    [
        ("a.txt", "One.\n\nTwo.\r\nThree.\n", [1, 3, 4]),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello,\nyou.\n\n"
                  "2\n00:00:03,000 --> 00:00:04,000\nBye.\n", [3, 8]),
        ("a.md", "# Title\n\nSome text\nin lines.\n\n- One\n- Two\n", [1, 3, 6, 7]),
        ("a.html", "<p>One.</p>\n<p>Two\n<b>three</b>.</p>\n<img alt='A dog'>", [1, 2, 4]),
        ("a.json", '{\n "a": "One.",\n "b": ["Two.", "Three."]\n}', [2, 3, 3]),
        ("a.po", 'msgid ""\nmsgstr ""\n\nmsgid "A dog"\nmsgstr ""\n', [5]),
    ],
)  # fmt: skip
def test_every_text_has_a_place(opened, name, content, places):
    document = opened(name, content)
    assert document.places == [f"line {number}" for number in places]
    assert len(document.places) == len(document.segments)
