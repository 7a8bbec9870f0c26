"""The law of letters: a target tokenizer gives back every text that it was trained on, in NFC."""

import random
import re
import unicodedata
from pathlib import Path

import pytest
import sentencepiece
import tensorflow as tf

from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import UNK_ID

LETTERS = Path("/work/shared/cases/letters.tsv")
EXCEPTED = {"\0", "\ufdd0", "\ufdd1"}  # see the tokenizer's module
PLANES = [range(1, 0xD800), *(range(plane << 16, (plane + 1) << 16) for plane in range(1, 17))]
ODD = [
    "그 영화 진짜 웃기다 ㅋㅋㅋ ㅠㅠ",
    "你好，今天怎么样？（很好！） １２３Ａ",
    "ﾃﾚﾋﾞは１０〜１２時です。",
    "20㎡ ① ㈜ ½ cup, 1º, Acme™, H₂O, x² … ﬁ Ⅻ",
    "ฉันอยากดื่มน้ำ",
    "می‌رود क्‍ष",
    "Vraiment ? « Oui ! » 10 000",
    "👍🏽 🇰🇷 👨‍👩‍👧 ❤️ ☺︎ 1️⃣ 🏴\U000e0067\U000e0062\U000e007f",
    "Straße, STRAẞE, İstanbul ılık",
    "sales ▁▂▃▄▅▆▇█ ▁▁ x▁y ▁",
    "▅",
    "<s> a </s> <unk><pad> <<s>> <s",
    "a\tb\rc\x01\x7f\x85\u2028\u2029d\u200b\ufeff\u00ad\u2060e",
    "\ud7a3\u11a8 \uffff\ufffe\ufffd \U0010ffff \ue000",
    "  runs   of  spaces  ",
    "a line\nfeed\n\n",
    "q" * 50_000 + "\U0001f9ff",
    unicodedata.normalize("NFD", "Tiếng Việt có nhiều dấu, 나는 학생이야, Ångström"),
    "a\u0316\u0301 a\u0301\u0316 \u212b \u2126 \u0958 \ufb1d",
]


def written(text):
    """What a target tokenizer has to give back."""
    return re.sub(" +", " ", unicodedata.normalize("NFC", text).replace("\n", " ")).strip(" ")


def round_trip(tokenizer, texts):
    tokens = tokenizer.tokenize(tf.constant(texts))
    return [text.decode() for text in tokenizer.detokenize(tokens).numpy()]


def random_texts(seed, count=120):
    """Sentences of random characters of all planes, with marks, spaces and SentencePiece's own."""
    chance = random.Random(seed)
    marks = [chr(code) for code in range(0x300, 0x370)]
    special = ["▁", "▅", "<s>", "</s>", "<unk>", "<pad>", "\u200d", "\ufe0f", "\t", "  ", "\u3000"]
    texts = []
    for _ in range(count):
        words = []
        for _ in range(chance.randint(1, 9)):
            letters = [chr(chance.choice(chance.choice(PLANES))) for _ in range(5)]
            latin = chance.choices("aeouAEOU<>/sk ", k=2) + chance.choices(marks, k=3)
            words.append("".join([*letters, *latin, chance.choice(special)]))
        text = chance.choice([" ", ""]).join(words)
        texts.append("".join(letter for letter in text if letter not in EXCEPTED))
    return texts


def models(texts):
    """A target tokenizer of these texts alone, and one of a joint vocabulary."""
    source = ["the source says ﬁ ½ ▁ ▅ <s> something else"] * len(texts)
    alone = Tokenizer.train(texts, 60_000, keep_letters=True)
    _, joint = Tokenizer.train_joint(source, texts, 60_000)
    return alone, joint


@pytest.mark.parametrize("texts", [ODD, *map(random_texts, range(6))], ids=["odd", *"123456"])
def test_target_tokenizer_gives_back_all_text_that_it_was_trained_on(texts):
    expected = [written(text) for text in texts]
    for tokenizer in models(texts):
        assert round_trip(tokenizer, texts) == expected
        assert round_trip(tokenizer, expected) == expected


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_target_tokenizer_gives_back_a_text_that_is_the_whole_corpus(text):
    for tokenizer in models([text]):
        assert round_trip(tokenizer, [text]) == [written(text)]


def test_target_tokenizer_gives_back_the_shared_cases():
    if not LETTERS.exists():
        pytest.skip(f"{LETTERS} is not here")
    lines = LETTERS.read_text(encoding="utf-8").splitlines()[1:]
    texts = [line.split("\t")[2] for line in lines]
    assert len(texts) == 17
    for tokenizer in models(texts):
        assert round_trip(tokenizer, texts) == [written(text) for text in texts]


def test_nul_and_the_stand_ins_are_the_exceptions():
    tokenizer = Tokenizer.train(["a b ▁ ▅"] * 9, 60, keep_letters=True)
    assert round_trip(tokenizer, ["a \ufdd0 \ufdd1 b"]) == ["a ▁ ▅ b"]
    assert UNK_ID in tokenizer.tokenize(tf.constant(["a\0b"])).to_list()[0]


def test_source_tokenizers_fold_and_target_tokenizers_do_not():
    texts = ["ﬁne ½ ２０㎡ fine 1⁄2 20m2"] * 9
    source, target = Tokenizer.train_joint(texts, texts, 200)
    folding = Tokenizer.train(texts, 200)
    keeping = Tokenizer.train(texts, 200, keep_letters=True)
    for tokenizer in (source, folding):
        assert not tokenizer.keeps_letters
        assert round_trip(tokenizer, texts[:1]) == ["fine 1⁄2 20m2 fine 1⁄2 20m2"]
    for tokenizer in (target, keeping):
        assert tokenizer.keeps_letters
        assert round_trip(tokenizer, texts[:1]) == texts[:1]


def test_target_pieces_of_a_joint_vocabulary_keep_their_numbers():
    texts = [written(text) for text in ODD]
    source, target = Tokenizer.train_joint(["a source ﬁ of ㎡ letters"] * 9, texts, 2000)
    tokens = tf.range(target.vocabulary_size)
    assert (source.pieces(tokens) == target.pieces(tokens)).numpy().all()


def test_joint_source_text_has_the_tokens_of_its_folded_form():
    texts = ["ﬁne ２０㎡ ▁ ▅ text"] * 9
    source, _ = Tokenizer.train_joint(texts, ["other ｔｅｘｔ"] * 9, 200)
    one, other = source.tokenize(tf.constant(["ﬁne　２０㎡ text", "fine 20m2 text"])).to_list()
    assert one == other and UNK_ID not in one


def test_decomposed_target_text_has_the_tokens_of_the_composed_in_a_graph():
    tokenizer = Tokenizer.train(["나는 학생이야 a\u0316\u0301"] * 9, 60, keep_letters=True)
    graph = tf.function(tokenizer.tokenize, input_signature=[tf.TensorSpec([None], tf.string)])
    text = "나는 학생이야 a\u0301\u0316"
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    one, other = graph(tf.constant(forms)).to_list()
    assert forms[0] != forms[1] and one == other and UNK_ID not in one


def test_sentencepiece_alone_reads_composed_text_and_writes_as_the_graph_does():
    texts = [written(text) for text in ODD]
    tokenizer = Tokenizer.train(texts, 2000, keep_letters=True)
    package = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.model)
    tokens = [row[:-1] for row in tokenizer.tokenize(tf.constant(texts)).to_list()]
    assert package.decode(tokens) == texts
    # Of two equally probable ways to cut "ㅋㅋㅋ" the two versions of SentencePiece choose either.
    assert [len(row) for row in tokens] == [len(row) for row in package.encode(texts)]


def test_plain_text_has_the_same_pieces_whether_letters_are_kept_or_not():
    texts = [f"plain words {number} and, well, more of them." for number in range(300)]
    kept = Tokenizer.train(texts, 120, keep_letters=True)
    folded = Tokenizer.train(texts, 120)
    tokens = tf.range(kept.vocabulary_size)
    assert kept.vocabulary_size == folded.vocabulary_size
    assert (kept.pieces(tokens) == folded.pieces(tokens)).numpy().all()
    assert kept.tokenize(texts).to_list() == folded.tokenize(texts).to_list()


def test_loaded_tokenizer_keeps_letters_as_before(tmp_path):
    tokenizer = Tokenizer.train(ODD, 2000, keep_letters=True)
    path = tmp_path / "target.model"
    path.write_bytes(tokenizer.model)
    loaded = Tokenizer.load(path)
    assert loaded.keeps_letters
    assert round_trip(loaded, ODD) == [written(text) for text in ODD]


def test_vocabulary_too_small_for_the_letters_is_an_error():
    with pytest.raises(InputError, match=r"at least \d+ pieces"):
        Tokenizer.train(ODD, 20, keep_letters=True)
