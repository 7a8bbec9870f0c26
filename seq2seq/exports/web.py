"""A translator as a folder of static files: a page that translates in the browser.

The page, its scripts and LiteRT's WebAssembly are copied from this package (`web_files`). The
folder `model` holds the TFLite model of fixed shapes, the two SentencePiece models, which the
scripts read as they are, and a description with their sizes and digests.

The scripts are ES modules that browsers run as they stand: nothing is bundled or built.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.exports.fixed_shapes import ATTENTION_LENGTHS, LENGTHS, convert_fixed
from seq2seq.exports.saved_model import note_of
from seq2seq.exports.tflite_translator import MODEL, SOURCE, TARGET
from seq2seq.exports.web_files import WEB_FILES, expect_runtime
from seq2seq.storage.directory import expect_room
from seq2seq.storage.lock import locked
from seq2seq.storage.recording import write_artefact
from seq2seq.storage.version import package_version
from seq2seq.translation.translator import Translator

PAGE = "index.html"
DESCRIPTION = "model.json"
RELEASE = "release.js"

_FORMAT = 2  # of the description
_FOR_OTHERS = {"README.md", "LICENSE", "package.json", "seq2seq.d.ts"}  # files no browser asks for


def export_web(
    translator: Translator,
    directory: str | Path,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    quantize: bool = True,
) -> None:
    """Writes a page that translates in the browser.

    Args:
        translator: The translator that is exported.
        directory: A directory that does not exist yet or is empty; an exported page in it is
            replaced.
        beam_size: Hypotheses that beam search keeps.
        n_best: Translations that it returns; all of the beam by default.
        quantize: Whether to store matrices as int8.

    Raises:
        InputError: LiteRT's WebAssembly is not there, the translator is an ensemble or has several
            languages, or `directory` holds something other than an exported page, or cannot be
            written.
    """
    expect_runtime()
    if translator.languages:
        raise InputError(
            "Expected a model of one direction for a page. "
            "Received: one of several languages. Export it as a SavedModel or for TFLite."
        )
    directory = Path(directory)
    expect_room(directory, mark=PAGE)

    with locked(directory, "seq2seq export"):
        model = convert_fixed(
            translator,
            beam_size=beam_size,
            n_best=n_best,
            quantize=quantize,
            lengths=LENGTHS,
            attention_lengths=ATTENTION_LENGTHS,
        )

        def write(place: Path) -> None:
            shutil.copytree(WEB_FILES, place, dirs_exist_ok=True)
            _write_model(place / "model", translator, model, name=directory.resolve().name)
            _write_release(place)

        write_artefact(directory, write)


def _write_model(folder: Path, translator: Translator, model: bytes, *, name: str) -> None:
    """Writes the model, the tokenizers, and the description of both."""
    folder.mkdir()
    contents = {
        MODEL: model,
        SOURCE: translator.source_tokenizer.model,
        TARGET: translator.target_tokenizer.model,
    }
    for file, content in contents.items():
        (folder / file).write_bytes(content)

    note = note_of(translator)
    description: dict[str, Any] = {
        "format": _FORMAT,
        "seq2seq": package_version(),
        "name": name,
        "splitSentences": note.split_sentences,
        "placeholders": note.protector is not None,
        "lengths": LENGTHS,
        "attentionLengths": ATTENTION_LENGTHS if translator.model.attends else (),
        "files": {
            file: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for file, content in contents.items()
        },
    }
    text = json.dumps(description, indent=1, ensure_ascii=False) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def _write_release(place: Path) -> None:
    """Lists the files for the service worker, under a version that is another if one of them is.

    A file that a server does not show, as some do not show README.md, would keep it from working.
    """
    digest = hashlib.sha256()
    names = []
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        if path.name in _FOR_OTHERS:
            continue
        names.append(path.relative_to(place).as_posix())
        digest.update(names[-1].encode() + b"\0" + path.read_bytes())

    release = {"version": digest.hexdigest()[:16], "files": ["./", *names]}
    (place / RELEASE).write_text(f"self.RELEASE = {json.dumps(release, indent=1)};\n", "utf-8")
