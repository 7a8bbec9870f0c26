"""The page's own text to pieces is SentencePiece's, and it loses nothing that it keeps."""

import json
import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor

from fixtures.odd_texts import random_texts
from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.exports.web_files import WEB_FILES
from seq2seq.translation.listed import terms_to_write
from seq2seq.translation.particles import agreeing, follow_noun
from seq2seq.translation.protected import Term

NODE = shutil.which("node")
FIXTURES = Path(__file__).parents[1] / "fixtures"
DRIVER = FIXTURES / "tokenizer.mjs"
SHARED = Path(__file__).parents[3] / "shared"

pytestmark = pytest.mark.skipif(not NODE, reason="needs node")


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


def test_placeholder_that_stands_for_nothing_is_no_part_of_a_word():
    """It is shown by a sign among the pieces, because fonts have none for it."""
    pieces = ["▁나", "는", "▁\ufde1", "\ufde0", "▁가", "</s>"]
    alone, words = evaluated(
        'import { pieceUnits, wordUnits } from "./units.js";'
        f"const pieces = {json.dumps(pieces)};"
        "const texts = (units) => units.map(({ text }) => text);"
        "console.log(JSON.stringify([texts(pieceUnits(pieces)), texts(wordUnits(pieces))]))"
    )
    assert alone == ["나", "는", "∅", "∅", "가", "∎"]
    assert words == ["나는", "가", "∎"]


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


def asked(script, cases):
    """What a function of the page's scripts makes of cases, each the list of its arguments."""
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        input=json.dumps(cases),
        cwd=WEB_FILES,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


ASKED = """
    import {{ readFileSync }} from "node:fs";
    import {{ {name} as called }} from "./{file}.js";
    const cases = JSON.parse(readFileSync(0, "utf8"));
    console.log(JSON.stringify(cases.map((one) => {expression})));
"""


def test_glossary_finds_the_terms_of_the_specification():
    cases = json.loads((FIXTURES / "glossary.json").read_text(encoding="utf-8"))
    expression = (
        "new called(one.terms).find(one.sentence)"
        ".map(({ start, end, written }) => [one.sentence.slice(start, end), written])"
    )
    script = ASKED.format(name="Glossary", file="terms", expression=expression)
    for case, found in zip(cases, asked(script, cases), strict=True):
        assert found == case["found"], case


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"": "b"}, "line of text"),
        ({"a": " "}, "line of text"),
        ({"a": None}, "line of text"),
        ({"a": "b\nc"}, "line of text"),
        ({"a\ufde0": "b"}, "line of text"),
        ({"a": "\ud800"}, "line of text"),
        ({"caf\u00e9": "b", "cafe\u0301": "c"}, "one translation of a term"),
    ],
)
def test_glossary_refuses_what_is_no_term(terms, message):
    script = (
        'import { Glossary } from "./terms.js";'
        f"try {{ new Glossary({json.dumps(terms)}) }}"
        "catch ({ code, message }) { console.log(JSON.stringify([code, message])) }"
    )
    code, told = evaluated(script)
    assert code == "refused"
    assert message in told


NOUNS = """
    도서관 학교 서울 3 10 8 3,000 12:30 2024-05-01 5km $10 {x} 제5 종로3 책) 『책』 학교(x) </b>
    IBM PDF MySQL robot café station 漢字 パン
""".split()
PARTICLES = """
    을 를 은 는 이 가 과 와 으로 로 으로부터 로부터 이나 나 이라고 라고 이랑 이든지 이야말로 야 아
    이에요 예요 이었다 였다 은커녕 다 지만 니까 을(를) (으)로 를/을 은행 가게 나무 에서는 들은 장
    여 라면 이다 입니다 </b>을 ’는 야,
""".split()
PARTICLES += ["", "를 보았다", " 을", "이고 싶다"]


def test_particles_agree_as_in_the_library():
    cases = [[noun, particle] for noun in ["", *NOUNS] for particle in PARTICLES]
    script = ASKED.format(name="agreeing", file="particles", expression="called(...one)")
    for case, found in zip(cases, asked(script, cases), strict=True):
        assert found == agreeing(*case), case

    script = ASKED.format(name="followNoun", file="particles", expression="called(one)")
    for letters, found in zip(PARTICLES, asked(script, PARTICLES), strict=True):
        assert found == follow_noun(letters), letters


TERMS = [Term(4, 11, "도서관"), Term(0, 2, "나"), Term(5, 8, "역")]


def test_terms_to_write_are_those_of_the_library():
    texts = ["나는 도서관에 간다", "역에 간다", "도서관, 역, 나", "도서관장", ""]
    cases = [
        [TERMS, written, some]
        for written in ([], TERMS[:1], TERMS[1:], TERMS)
        for some in (texts[:1], texts[1:2], texts[2:3], texts[2:], texts)
    ]
    script = ASKED.format(
        name="termsToWrite",
        file="terms",
        expression="called(...one.slice(0, 2).map((some) => some.map("
        "([start, end, written]) => ({ start, end, written }))), one[2])"
        ".map(({ start, end, written }) => [start, end, written])",
    )
    for case, found in zip(cases, asked(script, cases), strict=True):
        assert found == [[*term] for term in terms_to_write(*case)], case
