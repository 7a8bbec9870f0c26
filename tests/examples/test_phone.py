"""The samples for phones name what an export has, and translate as the library does.

What runs a sample needs its compilers: `java`, `javac` and `kotlinc`, or `swiftc`. In the place of
LiteRT for phones stands a class of the same name, which asks this process to run the model.
"""

import base64
import random
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from sentencepiece import SentencePieceProcessor

from fixtures.commands import letter_strings
from fixtures.odd_texts import random_texts
from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.exports.note import NOTE, Note
from seq2seq.exports.tflite_translator import MODEL, SOURCE, TARGET, TFLiteTranslator
from seq2seq.ids import EOS_ID, LANGUAGE_TAGS, MAX_SOURCE_LENGTH, UNK_ID
from seq2seq.translation.protection import Protector

interpreter = pytest.importorskip("ai_edge_litert.interpreter", reason="needs LiteRT")
pytest_plugins = ["fixtures.commands"]

EXAMPLES = Path(__file__).parents[2] / "examples"
STAND_INS = Path(__file__).parents[1] / "fixtures" / "phone"
SUFFIXES = {"kotlin": "kt", "swift": "swift"}

TEXTS = ["", " ", "\x01", "x", "b\tc", "가 b", "🙂", "ｂｃ d \ufde0", *letter_strings(30, seed=4)]
LONG = " ".join("bcdefghija" * 30)


def code(name):
    files = [
        EXAMPLES / name / f"{stem}.{SUFFIXES[name]}" for stem in ("SentencePiece", "Translator")
    ]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", SUFFIXES)
def test_sample_names_what_an_export_has(name, exported_tflite):
    text = code(name)
    model = interpreter.Interpreter(model_path=str(exported_tflite / MODEL))
    signature = re.search(r'(?i)\bsignature = "(\w+)"', text)[1]
    runner = model.get_signature_runner(signature)
    inputs = set(runner.get_input_details())
    outputs = set(runner.get_output_details())
    files = {path.name for path in exported_tflite.iterdir()}

    named = set(re.findall(r'"([\w.]+)"', text))
    assert named <= {*model.get_signature_list(), *inputs, *outputs, *files}
    assert {signature, *inputs, "tokens", MODEL, SOURCE, TARGET, NOTE} <= named


@pytest.mark.parametrize("name", SUFFIXES)
def test_sample_has_the_numbers_of_the_library(name, tmp_path):
    text = code(name)
    found = {
        constant.replace("_", "").lower(): int(value)
        for constant, value in re.findall(r"(?i)\b(unk|eos|max_?source_?length) = (\d+)", text)
    }
    assert found == {"unk": UNK_ID, "eos": EOS_ID, "maxsourcelength": MAX_SOURCE_LENGTH}

    write_tag(tmp_path)
    (line,) = re.findall("language-tag.*", (tmp_path / NOTE).read_text(encoding="utf-8"))
    assert line == f'language-tag = "{LANGUAGE_TAGS[0]}"'
    assert 'language-tag = \\"' in text


def write_tag(directory):
    """Writes the note of a model that was made of one of several languages."""
    Note(protector=Protector(frozenset("ab"), (), True, LANGUAGE_TAGS[0])).write(directory)


class Program:
    """A compiled sample with a directory, and LiteRT that answers what it asks."""

    def __init__(self, command, directory):
        self.model = interpreter.Interpreter(model_path=str(directory / MODEL))
        self.asked = []
        self.process = subprocess.Popen(
            [*command, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.communicate()

    def encode(self, file, text):
        return [int(number) for number in self.call("encode", file, encoded(text)).split()]

    def decode(self, file, ids):
        return decoded(self.call("decode", file, " ".join(map(str, ids))))

    def translate(self, text):
        return decoded(self.call("translate", "", encoded(text)))

    def call(self, *words):
        self.write("\t".join(words))
        while True:
            word, *rest = self.process.stdout.readline().rstrip("\n").split("\t")
            if word == "answer":
                return rest[0]
            assert word == "ask", "the program has ended"
            self.write("\t".join(" ".join(map(str, part)) for part in self.answer(*rest)))

    def write(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self, signature, output, name, tokens):
        """The sizes of an output, and its values."""
        runner = self.model.get_signature_runner(signature)
        if not tokens:
            return [runner.get_output_details()[output]["shape"]]

        self.asked.append([int(token) for token in tokens.split()])
        found = runner(**{name: np.array(self.asked[-1:], np.int32)})[output]
        return [found.shape, found.ravel()]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def decoded(text):
    return base64.b64decode(text).decode()


def compiled_kotlin(folder):
    files = [*sorted((EXAMPLES / "kotlin").glob("*.kt")), STAND_INS / "Main.kt"]
    subprocess.run(["javac", "-d", folder, STAND_INS / "Interpreter.java"], check=True)
    options = ["-Werror", "-cp", folder, "-include-runtime", "-d", folder / "sample.jar"]
    subprocess.run(["kotlinc", *options, *files], check=True)
    return ["java", "-cp", f"{folder}:{folder / 'sample.jar'}", "MainKt"]


def compiled_swift(folder):
    library = ["-emit-module", "-emit-library", "-module-name", "TensorFlowLite"]
    stand_in = STAND_INS / "TensorFlowLite.swift"
    subprocess.run(["swiftc", *library, stand_in], cwd=folder, check=True)
    files = [*sorted((EXAMPLES / "swift").glob("*.swift")), STAND_INS / "main.swift"]
    options = ["-I", folder, "-L", folder, "-lTensorFlowLite", "-Xlinker", f"-rpath={folder}"]
    subprocess.run(
        ["swiftc", "-O", "-warnings-as-errors", *options, *files, "-o", folder / "sample"],
        check=True,
    )
    return [folder / "sample"]


@pytest.fixture(scope="module", params=SUFFIXES)
def command(request, tmp_path_factory):
    """What runs a sample with a directory."""
    compilers = {"kotlin": ["java", "javac", "kotlinc"], "swift": ["swiftc"]}[request.param]
    if not all(map(shutil.which, compilers)):
        pytest.skip(f"needs {', '.join(compilers)}")

    compiled = {"kotlin": compiled_kotlin, "swift": compiled_swift}[request.param]
    return compiled(tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def bundled(exported_tflite, tmp_path_factory):
    """An export with tokenizers of the bundled corpus."""
    directory = shutil.copytree(exported_tflite, tmp_path_factory.mktemp("bundled") / "model")
    corpus = bundled_corpus("dev")
    tokenizers = Tokenizer.train_joint(corpus.source, corpus.target, 1000)
    for file, tokenizer in zip((SOURCE, TARGET), tokenizers, strict=True):
        (directory / file).write_bytes(tokenizer.model)
    return directory


@pytest.mark.slow
def test_pieces_are_those_of_sentencepiece(command, bundled):
    source, target = (
        SentencePieceProcessor(model_file=str(bundled / file)) for file in (SOURCE, TARGET)
    )
    corpus = bundled_corpus("test")
    pieces = [source.id_to_piece(index) for index in range(len(source))]
    generator = random.Random(3)

    with Program(command, bundled) as program:
        for text in [*corpus.source, *random_texts(pieces, 3000)]:
            assert program.encode(SOURCE, text) == source.encode(text), ascii(text)
        for text in corpus.target:
            ids = target.encode(text)
            assert program.decode(TARGET, ids) == target.decode(ids), ascii(text)
        for _ in range(3000):
            ids = generator.choices(range(len(target)), k=generator.randrange(20))
            assert program.decode(TARGET, ids) == target.decode(ids), ids


@pytest.mark.slow
def test_translations_are_those_of_the_library(command, exported_tflite):
    library = TFLiteTranslator.load(exported_tflite)
    with Program(command, exported_tflite) as program:
        for text in [LONG, *TEXTS]:
            hypotheses = library.search(re.sub("[\ufdd0-\ufdef]", "", text)).hypotheses
            expected = hypotheses[0].text if hypotheses else ""
            assert program.translate(text) == re.sub("[\ufdd0-\ufdef]", "", expected).strip()

    assert [len(tokens) for tokens in program.asked[:2]] == [MAX_SOURCE_LENGTH, 2]
    assert max(map(len, program.asked)) == MAX_SOURCE_LENGTH


@pytest.mark.slow
def test_model_of_several_languages_is_told_which(command, exported_tflite, tmp_path):
    directory = shutil.copytree(exported_tflite, tmp_path / "model")
    write_tag(directory)
    source = SentencePieceProcessor(model_file=str(directory / SOURCE))
    with Program(command, directory) as program:
        program.translate("b c")
    assert program.asked[-1] == [*source.encode(f"{LANGUAGE_TAGS[0]} b c"), EOS_ID]
