"""Files are translated by the server as the library does, and what is wrong with one is said."""

import base64
import http.client
import io
import json
import shutil
import socket
import threading
import zipfile

import pytest

from fixtures.serving import running, until
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.documents.document import FORMATS
from seq2seq.exports.note import Note
from seq2seq.serving.limits import Limits
from seq2seq.serving.media_types import MEDIA_TYPES
from seq2seq.translation.protection import Protector

pytest_plugins = ["fixtures.serving"]

PATH = "/translate/document"
SUBTITLES = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hello.</i>\r\n"
SHOUTED = SUBTITLES.replace("Hello.", "HELLO.")
TABLE = "id,English\n1,hello\n2,bye\n"


@pytest.fixture(scope="module")
def loud(shouting):
    """A client of a server whose model writes in capitals."""
    limits = Limits(body=60_000, sentences=3, characters=200)
    with running({"loud": shouting, "other": shouting}, limits=limits) as client:
        yield client


def form(*parts):
    """A form as browsers and curl send it: pairs of the line that says what a part is, and it."""
    lines = [
        b'--x"y\r\nContent-Disposition: form-data; ' + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        for head, data in parts
    ]
    return b"".join(lines) + b'--x"y--\r\n'


FORM = {"Content-Type": 'multipart/form-data; boundary="x\\"y"'}


def test_file_is_the_body_and_its_name_in_the_query(loud):
    status, text = loud.ask("POST", f"{PATH}?name=a.srt&target_language=ko", SUBTITLES.encode())
    assert (status, text) == (200, SHOUTED)
    assert loud.headers["content-type"] == "application/x-subrip"
    disposition = "attachment; filename=\"a.ko.srt\"; filename*=UTF-8''a.ko.srt"
    assert loud.headers["content-disposition"] == disposition
    for what in ("cut", "copied", "restored"):
        assert loud.headers[f"x-sentences-{what}"] == "0"
    assert loud.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "value",
    [
        'attachment; filename="a b.srt"',
        "attachment; filename*=UTF-8''a%20b.srt",
        'form-data; name="x"; filename="/tmp/../a b.srt"',
        r'attachment; filename="C:\\new\\a b.srt"',
    ],
)
def test_name_may_stand_in_a_header(loud, value):
    headers = {"Content-Disposition": value}
    assert loud.ask("POST", PATH, SUBTITLES.encode(), **headers) == (200, SHOUTED)
    assert 'filename="a b.translated.srt"' in loud.headers["content-disposition"]


def test_name_of_other_letters_comes_back(loud):
    status, _ = loud.ask("POST", f"{PATH}?name=%EC%98%81%ED%99%94%22.srt", SUBTITLES.encode())
    assert status == 200
    assert (
        "filename*=UTF-8''%EC%98%81%ED%99%94%22.translated" in loud.headers["content-disposition"]
    )
    assert 'filename="___.translated.srt"' in loud.headers["content-disposition"]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_form_holds_the_file_and_options(loud, line_end):
    data = TABLE.encode().replace(b"\n", line_end) + b"--x" + line_end
    body = form(
        ('name="column"', b"English"),
        ('name="file"; filename="표.csv"', data),
        ('name="target_language"', b"ko"),
    )
    status, text = loud.ask("POST", PATH, body, **FORM)
    expected = data.decode().replace("hello", "HELLO").replace("bye", "BYE")
    assert (status, text) == (200, expected)
    assert "%ED%91%9C.ko.csv" in loud.headers["content-disposition"]


def test_bytes_of_a_form_are_those_of_the_file(loud):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats'
                         '.org/wordprocessingml/2006/main"><w:p><w:r><w:t>hi</w:t></w:r></w:p>'
                         "</w:document>")  # fmt: skip
        written.writestr("word/media/a.bin", bytes(range(256)) * 20 + b"\r\n--x\r\n\n\r")
    body = form(('name="file"; filename="a.docx"', archive.getvalue()))

    connection = http.client.HTTPConnection("127.0.0.1", loud.port)
    connection.request("POST", PATH, body, FORM)
    response = connection.getresponse()
    translated = zipfile.ZipFile(io.BytesIO(response.read()))
    connection.close()
    assert response.status == 200
    assert b"HI" in translated.read("word/document.xml")
    assert translated.read("word/media/a.bin") == bytes(range(256)) * 20 + b"\r\n--x\r\n\n\r"


def test_progress_is_told_line_by_line(loud):
    text = "".join(f"line number {number}\n" for number in range(150))
    status, body = loud.ask("POST", f"{PATH}?name=a.txt&progress=true", text.encode())
    *steps, last = map(json.loads, body.splitlines())
    assert (status, loud.headers["content-type"]) == (200, "application/x-ndjson")
    assert steps == [{"done": done, "of": 150} for done in (0, 64, 128, 150)]
    assert base64.b64decode(last.pop("content")).decode() == text.upper()
    assert last == {"name": "a.translated.txt", "type": "text/plain", "cut": 0, "notices": []}


def test_document_without_text_comes_back_as_it_is(loud):
    assert loud.ask("POST", f"{PATH}?name=a.json", b"[1, 2]") == (200, "[1, 2]")


def test_paragraph_may_be_long_if_its_sentences_are_not(loud):
    paragraph = "This is a sentence. " * 40
    query = f"{PATH}?name=a.txt&split_sentences="
    status, text = loud.ask("POST", f"{query}true", paragraph.encode())
    assert (status, text) == (200, paragraph.upper())
    message = loud.refused(f"{query}false", paragraph.encode(), status=413)
    assert "at most 200 characters" in message


def test_what_is_copied_is_told_with_its_place(shouting, tmp_path):
    letters = frozenset("abcdefghijklmnopqrstuvwxyz.,▁" + "".join(PLACEHOLDERS))
    shutil.copytree(shouting, tmp_path / "careful")
    Note(True, Protector(letters, folds_case=True)).write(tmp_path / "careful")

    text = "we see it.\n\nwe see 東京.\n" + "see 京都.\n" * 120
    with running({"careful": tmp_path / "careful"}) as client:
        status, answer = client.ask("POST", f"{PATH}?name=a.txt", text.encode())
        assert (status, answer.splitlines()[2]) == (200, "WE SEE 東京.")
        assert client.headers["x-sentences-copied"] == "121"
        assert client.headers["x-sentences-restored"] == "0"

        _, lines = client.ask("POST", f"{PATH}?name=a.txt&progress=true", text.encode())
    notices = json.loads(lines.splitlines()[-1])["notices"]
    assert notices[0] == {"place": "line 3", "copied": ["東京"]}
    assert len(notices) == 100


@pytest.mark.parametrize(
    ("query", "body", "status", "message"),
    [
        ("", b"x", 400, "Expected the name of the file. Received: none."),
        ("?name=.srt", b"x", 415, "Received: .srt"),
        ("?name=a.pdf", b"%PDF", 415, "ends in .csv, "),
        ("?name=a%0Ab.pdf", b"%PDF", 415, "Received: a�b.pdf"),
        ("?name=a.srt", b"\x89PNG\r\n\x1a\n\0", 400, "Received: a.srt, which is binary"),
        ("?name=../a.srt", b"", 400, "Received: a.srt, which is empty"),
        ("?name=a.csv", TABLE.encode(), 400, "whose columns are: id, English"),
        ("?name=a.csv&column=x", TABLE.encode(), 400, "None of them is 'x'"),
        ("?name=a.srt&column=x", SUBTITLES.encode(), 400, "a column for a table alone"),
        ("?name=a.xlf&target_language=%22", b"<xliff/>", 400, "a code such as ko"),
        ("?name=a.srt&model=none", SUBTITLES.encode(), 404, "Received: none"),
        ("?name=a.srt&search=beam", SUBTITLES.encode(), 400, "a search that the model offers"),
        ("?name=a.srt&search=wide", SUBTITLES.encode(), 400, "Received: search: Input should be"),
        ("?name=a.srt&colum=1", SUBTITLES.encode(), 400, "colum: Extra inputs"),
        ("?name=a.txt", b"a" * 60_001, 413, "at most 60000 bytes"),
        ("?name=a.txt", b"a" * 201, 413, "at most 200 characters"),
    ],
)
@pytest.mark.parametrize("progress", ["", "progress=1"])
def test_what_is_wrong_with_a_file_is_said(loud, query, body, status, message, progress):
    query += ("&" if query else "?") + progress
    assert message in loud.refused(PATH + query, body, status=status)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (form(), "Expected a form with one file. Received: 0."),
        (form(('name="file"', b"x")), "Received: 0."),
        (form(*[('name="f"; filename="a.srt"', b"x")] * 2), "Received: 2."),
        (form(('name="f"; filename=""', b"x")), "Expected the name of the file"),
        (form(('name="a"', b"1"), ('name="f"; filename="a.srt"', b"x")), "a: Extra inputs"),
        (form(('name="f"; filename="a.srt"', b"x"))[:-9], "Expected a whole form"),
        (b"", "Expected a whole form"),
        (b"name=a.srt", "Expected a whole form"),
    ],
)
def test_damaged_forms_are_refused(loud, body, message):
    assert message in loud.refused(PATH, body, **FORM)


def test_form_without_a_boundary_is_refused(loud):
    headers = {"Content-Type": "multipart/form-data"}
    assert "Expected a whole form" in loud.refused(PATH, b"--\r\n\r\n----", **headers)


def test_file_by_another_method_is_refused(loud):
    loud.refused(f"{PATH}?name=a.srt", SUBTITLES.encode(), status=405, method="PUT")


def test_openapi_describes_the_file_and_its_options(loud):
    described = json.loads(loud.get("/openapi.json"))["paths"][PATH]["post"]
    names = {parameter["name"] for parameter in described["parameters"]}
    assert names >= {"name", "model", "column", "target_language", "retranslate", "progress"}
    assert set(described["requestBody"]["content"]) == {
        "application/octet-stream",
        "multipart/form-data",
    }
    assert {"200", "400", "404", "413", "415", "503"} <= set(described["responses"])


def test_every_format_has_a_media_type():
    assert set(MEDIA_TYPES) == set(FORMATS)


def test_page_offers_files_of_every_format(loud):
    page = loud.get("/")
    assert f'accept="{",".join(FORMATS)}"' in page
    assert loud.ask("GET", "/documents.js")[0] == 200


def test_requests_are_answered_while_a_large_file_is_read(shouting):
    """Reading happens in a thread: a health check is not held up for as long."""
    table = ("hello you,1\n" * 300_000).encode()
    with running({"loud": shouting}) as client:
        done = threading.Event()

        def send():
            client_of_file = http.client.HTTPConnection("127.0.0.1", client.port)
            client_of_file.request("POST", f"{PATH}?name=a.csv&column=9", table)
            assert client_of_file.getresponse().status == 400
            client_of_file.close()
            done.set()

        thread = threading.Thread(target=send)
        thread.start()
        answered = 0
        while not done.is_set():
            assert client.get("/healthz") == "ok\n"
            answered += 1
        thread.join()
    assert answered > 3


def test_translation_ends_when_the_client_has_gone(shouting):
    text = "".join(f"line {number}\n" for number in range(200_000)).encode()
    with running({"loud": shouting}) as client:
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            head = f"POST {PATH}?name=a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: {len(text)}\r\n"
            connection.sendall(head.encode() + b"\r\n" + text)
            until(lambda: "seq2seq_batch_rows_count" in client.get("/metrics"))
        until(lambda: 'status="499"' in client.get("/metrics"))
