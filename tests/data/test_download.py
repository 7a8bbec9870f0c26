"""Corpora are loaded from a server of this machine: whole, resumed, verified, attributed."""

import gzip
import hashlib
import io
import json
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from seq2seq.cli import main
from seq2seq.data.corpus import PairFiles
from seq2seq.data.download import catalogue, collect, fetch
from seq2seq.data.download.catalogue import COLLECTIONS, Collection, Part, find_collection
from seq2seq.errors import InputError

TEXT = "".join(f"Hello {k}.\t안녕 {k}.\tCC-BY\n" for k in range(2000)).encode()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return stream.getvalue()


def tarred(name, content):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        entry = tarfile.TarInfo(f"folder/{name}")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def server():
    """Files by path, with `server.cut` bytes sent of the next answers, and the ranges asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            if path not in site.files:
                self.send_error(404)
                return

            content = site.files[path]
            tag = hashlib.md5(content).hexdigest()
            wanted = self.headers.get("Range")
            site.ranges.append(wanted)
            first = 0
            if wanted and self.headers.get("If-Range", tag) == tag and site.resumes:
                first = int(wanted.removeprefix("bytes=").rstrip("-"))
            if first and first >= len(content):
                self.send_error(416)
                return

            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(content) - first))
            self.send_header("ETag", tag)
            self.end_headers()
            cut = site.cuts.pop(0) if site.cuts else None
            self.wfile.write(content[first:][:cut])

        def log_message(self, *_):
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.files = {}
    site.ranges = []
    site.cuts = []
    site.resumes = True
    site.url = f"http://127.0.0.1:{site.server_port}"
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(fetch, "_PAUSE", 0)


def test_file_is_loaded_once_and_pinned(server, tmp_path):
    server.files["/a"] = TEXT
    shown = []
    for _ in range(2):
        found = fetch.fetch(
            f"{server.url}/a", tmp_path / "a", tell=lambda done, of: shown.append((done, of))
        )
        assert found == hashlib.sha256(TEXT).hexdigest()
    assert (tmp_path / "a").read_bytes() == TEXT
    assert (tmp_path / "a.sha256").read_text().strip() == found
    assert len(server.ranges) == 1 and shown[-1] == (len(TEXT), len(TEXT))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.sha256"]


def test_load_that_is_cut_goes_on_where_it_ended(server, tmp_path):
    server.files["/a"] = TEXT
    server.cuts = [1000, 500]
    fetch.fetch(f"{server.url}/a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == TEXT
    assert server.ranges == [None, "bytes=1000-", "bytes=1500-"]


@pytest.mark.parametrize("resumes", [True, False])
def test_file_that_changed_in_between_is_loaded_anew(server, tmp_path, resumes):
    server.files["/a"] = b"old" * 900
    server.cuts = [100] * 4
    with pytest.raises(InputError, match=r"Expected to load http.*/a. Received: the connection en"):
        fetch.fetch(f"{server.url}/a", tmp_path / "a")
    assert not (tmp_path / "a").exists()

    server.files["/a"] = TEXT
    server.resumes = resumes
    fetch.fetch(f"{server.url}/a", tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == TEXT


def test_other_file_than_the_known_one_is_refused_and_gone(server, tmp_path):
    server.files["/a"] = TEXT
    with pytest.raises(InputError, match="Expected a file with the SHA-256 0000.* Received: "):
        fetch.fetch(f"{server.url}/a", tmp_path / "a", checksum="0" * 64)
    assert not (tmp_path / "a").exists()

    fetch.fetch(f"{server.url}/a", tmp_path / "a")
    (tmp_path / "a").unlink()
    server.files["/a"] = b"another"
    with pytest.raises(InputError, match=r"remove a\.sha256 to take the new one"):
        fetch.fetch(f"{server.url}/a", tmp_path / "a")


def test_missing_file_and_missing_server_are_named(server, tmp_path):
    with pytest.raises(InputError, match="Received: Not Found"):
        fetch.fetch(f"{server.url}/none", tmp_path / "a")
    with pytest.raises(InputError, match="Check the connection"):
        fetch.ask("http://127.0.0.1:9/")


def loaded(part, tmp_path):
    files, _ = collect.load_part(part, tmp_path, lambda name: lambda done, of: None)
    return list(collect.pair_lines(files, []))


def test_pairs_come_out_of_every_kind_of_file(server, tmp_path):
    sides = {"en": b"a\nb\n", "ko": "가\n나\n".encode()}
    server.files = {
        "/three.zip": zipped(kor_txt=TEXT),
        "/moses.zip": zipped(x_en=sides["en"], x_ko=sides["ko"]),
        "/a.en.gz": gzip.compress(sides["en"]),
        "/a.ko.gz": gzip.compress(sides["ko"]),
        "/a.tar.gz": tarred("kor.txt", TEXT),
    }
    two = ["a\t가\n", "b\t나\n"]
    moses = Part("train", (f"{server.url}/moses.zip",), ("x.en", "x.ko"))
    assert loaded(moses, tmp_path / "1") == two
    assert loaded(Part("t", (f"{server.url}/a.en.gz", f"{server.url}/a.ko.gz")), tmp_path) == two
    for name in ("three.zip", "a.tar.gz"):
        part = Part("train", (f"{server.url}/{name}",), ("kor.txt",), ("1", "2"))
        lines = loaded(part, tmp_path / name)
        assert len(lines) == 2000 and lines[0] == "Hello 0.\t안녕 0.\n"


def test_archive_without_the_pairs_is_refused(server, tmp_path, monkeypatch):
    server.files = {"/a.zip": zipped(a_txt=b"x"), "/b.tar.gz": b"no archive"}
    for name in ("a.zip", "b.tar.gz"):
        with pytest.raises(InputError, match=r"Expected an archive with kor.txt. Received: "):
            loaded(Part("train", (f"{server.url}/{name}",), ("kor.txt",)), tmp_path)
    monkeypatch.setattr(collect, "MOST_BYTES", 0)
    with pytest.raises(InputError, match="Expected text of at most 0 GiB"):
        loaded(Part("train", (f"{server.url}/a.zip",), ("a.txt",)), tmp_path)


def test_command_writes_pairs_and_attribution(server, tmp_path, monkeypatch):
    server.files["/a.zip"] = zipped(kor_txt=TEXT)
    part = Part("train", (f"{server.url}/a.zip",), ("kor.txt",), ("1", "2"))
    mine = Collection("mine", "en-ko", 2000, "CC BY 4.0", "by me", (part,))
    monkeypatch.setitem(COLLECTIONS, "mine", mine)

    result = CliRunner().invoke(main, ["data", "download", "mine", "--output", str(tmp_path / "c")])
    assert result.exit_code == 0, result.output
    assert len(list(PairFiles(tmp_path / "c" / "train.tsv", strict=True).pairs([]))) == 2000
    text = (tmp_path / "c" / "ATTRIBUTION.txt").read_text()
    assert "Licence: CC BY 4.0" in text and "by me" in text
    assert hashlib.sha256(server.files["/a.zip"]).hexdigest() in text

    listed = CliRunner().invoke(main, ["data", "list"]).output
    assert all(name in listed for name in COLLECTIONS)


def test_index_of_opus_tells_the_file(server, monkeypatch):
    answer = {"corpora": [{"url": f"{server.url}/en-ko.txt.zip", "alignment_pairs": 77}]}
    server.files["/index"] = json.dumps(answer).encode()
    monkeypatch.setattr(catalogue, "OPUS", f"{server.url}/index")
    found = find_collection("opus/Tatoeba/ko-en", fetch.ask)
    assert found.lines == 77 and found.parts[0].files == (f"{server.url}/en-ko.txt.zip",)
    assert found.parts[0].members == ("Tatoeba.en-ko.ko", "Tatoeba.en-ko.en")

    for content in (b"{}", b'{"corpora": []}', b"<html>"):
        server.files["/index"] = content
        with pytest.raises(InputError, match="of which its index has no text"):
            find_collection("opus/Tatoeba/ko-en", fetch.ask)


def test_unknown_name_is_refused():
    with pytest.raises(InputError, match="Received: 'nothing'. seq2seq data list"):
        find_collection("nothing", fetch.ask)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_collection_says_where_whose_and_how_many(name):
    collection = COLLECTIONS[name]
    assert collection.lines > 0 and collection.licence and "http" in collection.attribution
    for part in collection.parts:
        assert all(url.startswith("https://") for url in part.files)
        assert len(part.members or part.files) in (1, 2)
