"""Reads inputs of one form that are bred to reach ever more of our own parsers' code.

    python -m mishaps.parser_worker FORM FOLDER RUNS SEED

atheris, which is built on libFuzzer, breeds the inputs from the `samples`. FOLDER keeps those
that reached something new, and the input that broke a promise, if one has. What it has done is
told on standard error, and the status is not 0 where an input

- raised anything but an `InputError` of one line,
- was a document that its own text does not give back byte for byte,
- took more than 5 seconds, or more than 2 GiB of memory.
"""

import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["seq2seq"], enable_loader_override=False):
    from seq2seq.data.spans import find_spans
    from seq2seq.documents.document import open_document, translate_document
    from seq2seq.errors import InputError
    from seq2seq.storage.ancestry import read_ancestry
    from seq2seq.storage.configuration import load_options
    from seq2seq.storage.directory import ANCESTRY, ModelDirectory
    from seq2seq.storage.manifest import MANIFEST, expect_unchanged
    from seq2seq.translation.glossary import Glossary

LONGEST = 4096  # bytes of an input
SECONDS = 5
MEGABYTES = 2048
SAMPLES = Path(__file__).with_name("samples")

# Their text that is its own translation stays as it is. String tables get it as a translation.
DOCUMENTS = ("csv", "tsv", "txt", "srt", "vtt", "html", "md", "json", "docx")


def main(form: str, folder: str, runs: str, seed: str) -> None:
    """Breeds inputs, and ends the process."""
    place = Path(folder)
    corpus = place / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / f"sample.{form}", corpus)

    read = reader(form, place)
    options = {
        "runs": runs,
        "seed": seed,
        "max_len": LONGEST,
        "timeout": SECONDS,
        "rss_limit_mb": MEGABYTES,
        "artifact_prefix": f"{place}/broken-",
        "print_final_stats": 1,
    }
    words = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *words, str(corpus)], lambda data: expect_clear(read, data))
    atheris.Fuzz()


def expect_clear(read: Callable[[bytes], object], data: bytes) -> None:
    """Reads an input, which may be refused on a line."""
    try:
        read(data)
    except InputError as error:
        if "\n" in str(error):
            raise AssertionError(f"Expected one line. Received: {error}") from error


def reader(form: str, place: Path) -> Callable[[bytes], object]:
    """What reads an input of this form; a file that it needs lies in the folder."""
    file = place / {"manifest": MANIFEST, "ancestry": ANCESTRY}.get(form, f"read.{form}")

    def from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
        def write_and_read(data: bytes) -> None:
            file.write_bytes(data)
            read(file)

        return write_and_read

    match form:
        case "text":
            return read_text
        case "glossary":
            return from_file(Glossary.read)
        case "manifest":
            return from_file(lambda path: refused(expect_unchanged, path.parent))
        case "ancestry":
            return from_file(lambda path: ancestors(path.parent))
        case "options":
            return from_file(load_options)
        case _:
            return lambda data: read_document(form, data)


def read_text(data: bytes) -> None:
    """Finds what is to be kept in a text."""
    text = data.decode(errors="replace")
    for span in find_spans(text):
        if not text[span.start : span.end]:
            raise AssertionError(f"Expected parts of the text. Received: {span}")


def refused(read: Callable[[Path], object], path: Path) -> None:
    """Reads what is refused by the errors that its callers name damage."""
    try:
        read(path)
    except (OSError, ValueError):
        return


def ancestors(folder: Path) -> None:
    """Reads the ancestry of a model whose weights are there."""
    directory = ModelDirectory(folder)
    directory.weights_file.touch()
    if not read_ancestry(directory):
        raise AssertionError("Expected the model itself at least.")


def read_document(form: str, data: bytes) -> None:
    """Opens a document and writes it again."""
    if form == "docx":
        data = word_document(data)
    document = open_document(f"read.{form}", data=data)
    rendered = translate_document(document, list)
    if form in DOCUMENTS and rendered != data:
        raise AssertionError(f"Expected the same document. Received: {rendered[:500]!r}")


def word_document(xml: bytes) -> bytes:
    """The archive around the text of a Word document."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
    return stream.getvalue()


if __name__ == "__main__":
    main(*sys.argv[1:])
