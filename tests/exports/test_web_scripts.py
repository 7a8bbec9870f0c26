"""The page's own text to pieces is SentencePiece's, and it loses nothing that it keeps."""

import json
import random
import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor

from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.exports.web_files import WEB_FILES

NODE = shutil.which("node")
DRIVER = Path(__file__).parents[1] / "fixtures" / "tokenizer.mjs"
SHARED = Path(__file__).parents[3] / "shared"

pytestmark = pytest.mark.skipif(not NODE, reason="needs node")

ODD = "abcdefgh \t\n\u3000\u00a0①ﬁＡÄé́ĭİ▁▅\ufdd0\ufde3\ufdef\0가각ㅋ⁇🙂"


@pytest.fixture(scope="module")
def corpus():
    """The sentences of the bundled corpus, source and target."""
    pairs = bundled_corpus("dev")
    return list(pairs.source), list(pairs.target)


@pytest.fixture(scope="module", params=["folding", "keeping"])
def model(request, corpus, tmp_path_factory):
    """The file of a tokenizer of source text, and of one of target text."""
    texts = corpus[request.param == "keeping"]
    tokenizer = Tokenizer.train(texts, 500, keep_letters=request.param == "keeping")
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.model"
    file.write_bytes(tokenizer.model)
    return file


def random_texts(pieces, count):
    """Texts of pieces, of odd letters, and of any code points."""
    generator = random.Random(7)
    points = [*range(0xD800), *range(0xE000, 0x110000)]
    for _ in range(count):
        letters = generator.choice([pieces, ODD, ODD, map(chr, generator.sample(points, 40))])
        text = "".join(generator.choices(list(letters), k=generator.randrange(30)))
        yield text.replace("▁", " ") if generator.random() < 0.8 else text


def shared_texts():
    """Real texts, where they are at hand."""
    for path in sorted([*SHARED.glob("data/multi30k/**/*"), *SHARED.glob("cases/**/*")]):
        if path.is_file():
            yield from islice(path.read_bytes().decode(errors="replace").split("\n"), 200)


def expect_same(model, texts):
    processor = SentencePieceProcessor(model_file=str(model))
    cases = [[text, processor.encode(text)] for text in texts]
    run = subprocess.run(
        [NODE, DRIVER, WEB_FILES / "tokenizer.js", model],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    for (text, ids), (found, back) in zip(cases, json.loads(run.stdout), strict=True):
        assert found == ids, ascii(text)
        assert back == processor.decode(ids), ascii(text)


def test_tokenizer_equals_sentencepiece(model, corpus):
    processor = SentencePieceProcessor(model_file=str(model))
    pieces = [processor.id_to_piece(index) for index in range(len(processor))]
    expect_same(model, [*corpus[0], *corpus[1], *shared_texts(), *random_texts(pieces, 3000)])


@pytest.mark.slow
def test_tokenizer_equals_sentencepiece_on_100_000_texts(model):
    processor = SentencePieceProcessor(model_file=str(model))
    pieces = [processor.id_to_piece(index) for index in range(len(processor))]
    expect_same(model, random_texts(pieces, 100_000))


def evaluated(script):
    """What a module prints that may import the page's scripts."""
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        cwd=WEB_FILES,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize("content", [b"", b"\x0a\xff", b"no model at all", bytes(40)])
def test_file_that_is_no_tokenizer_is_refused(content):
    message = evaluated(
        'import { Tokenizer } from "./tokenizer.js";'
        f"try {{ new Tokenizer(Uint8Array.from({list(content)})) }}"
        "catch (error) { console.log(JSON.stringify(error.message)) }"
    )
    assert message.startswith("Expected a")


@pytest.mark.parametrize("name", ["theme.js", "units.js"])
def test_both_pages_share_a_script(name):
    served = WEB_FILES.parents[1] / "serving" / "page" / name
    assert (WEB_FILES / name).read_text(encoding="utf-8") == served.read_text(encoding="utf-8")


TEXTS = [
    "${x} is 12,345 won.",
    "See https://example.org/a?b=1. Write to min.ji@example.org!",
    "<b>Hello</b> %(name)s, {{ user }} & @you",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
    "나는 3 students 🙂",
    'a <b class="x"> b {{ user }} c <i id="y z"> d',
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_literal_stands_in_the_translation_once(text):
    """Whatever the model makes of the reserved pieces: keeps, drops, doubles or invents some."""
    script = f"""
        import {{ protect, restore }} from "./literals.js";
        const latin = {{ encode: (word) => [/[a-z]/i.test(word) ? 4 : 1] }};
        const read = protect({json.dumps(text)}, latin);
        const {{ text }} = read;
        const without = text.replace(/[\\ufde0-\\ufdef]/, "");
        const turned = Array.from(text).reverse().join("");
        const made = [text, "", text + text, "\\ufde9 " + text, without, turned];
        const restored = made.map((one) => restore(one, read));
        const kept = [read.before, read.after, ...read.literals.map((one) => one.text)];
        console.log(JSON.stringify([kept.filter(Boolean), restored]));
    """
    literals, translations = evaluated(script)
    assert literals
    for translation in translations:
        assert not any("\ufdd0" <= letter <= "\ufdef" for letter in translation)
        for literal in sorted(literals, key=len, reverse=True):
            assert literal in translation
            translation = translation.replace(literal, " ", 1)
        assert not any(letter.isdecimal() for letter in translation)


LINES = [
    ("I am here. Where are you?", ["I am here.", "Where are you?"]),
    ("Mr. Kim met Dr. Lee. They talked.", ["Mr. Kim met Dr. Lee.", "They talked."]),
    ("It costs 3.50 at most", ["It costs 3.50 at most"]),
    ("“Go!” He went.", ["“Go!”", "He went."]),
    ("我来了。你呢？", ["我来了。", "你呢？"]),
    ("", [""]),
    ("  ", ["  "]),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_line_is_divided_into_its_sentences_and_nothing_is_lost(line, expected):
    parts = evaluated(
        'import { divide } from "./sentences.js";'
        f"console.log(JSON.stringify(divide({json.dumps(line)})))"
    )
    assert parts[::2] == expected
    assert "".join(parts) == line
