"""Laws of the tokenizer: in the graph it does what `sentencepiece` does, on any text."""

import unicodedata

import pytest
import sentencepiece
import tensorflow as tf

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import read_tsv
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.data.tokenizer_training import ROUND
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID

SIDES = ("source", "target")
ODD = {
    "empty": "",
    "spaces": "     ",
    "spaces_around": "  나는  학생이야   I am  ",
    "tabs": "\tI\tam\t",
    "newlines": "I am\nhere\r\n",
    "emoji": "👍 I 👩‍👩‍👧‍👦 love 🇰🇷 you ❤️",
    "decomposed_hangul": unicodedata.normalize("NFD", "나는 학생이야"),
    "compatibility_jamo": "ㅋㅋㅋ ㅠㅠ",
    "decomposed_latin": unicodedata.normalize("NFD", "Café naïve"),
    "full_width": "Ｉ ａｍ　Ｙｕｓｏｌ！",
    "half_width": "ﾊﾝｸﾞﾙ ￦100",
    "zero_width": "I\u200bam\u200d \ufeffhere\u2060",
    "no_break_space": "I\u00a0am\u3000here\u2028now",
    "chinese": "我愛你，再見。",
    "unknown_scripts": "ሰላም 𓀀𓁐 ꙮ ไทย",
    "right_to_left": "שלום \u202eabc",
    "control_characters": "a\x01b\x07c\x1bd\x7fe\x85f",
    "null": "a\0b",
    "private_use": "\ue000\U0010ffff\ufffd",
    "ligatures": "ﬁne ½ ① ㎏ Ⅻ",
    "symbols_of_the_model": "▁I▁am <unk> <s> </s> <pad>",
    "very_long_word": "가나다" * 5000,
    "very_long_text": "I am here. " * 3000,
}

SIZE = 1500  # pieces of a vocabulary; the English sentences hold about 1,900


@pytest.fixture(scope="module")
def corpus():
    parts = [read_tsv(bundled_file(part)) for part in ("train", "dev", "test", "test-unseen")]
    return {
        side: [sentence for part in parts for sentence in getattr(part, side)] for side in SIDES
    }


@pytest.fixture(scope="module")
def tokenizers(corpus):
    """A tokenizer for each side of the bundled corpus, trained once."""
    return {side: Tokenizer.train(corpus[side][:13_000], SIZE) for side in SIDES}


@pytest.fixture(scope="module")
def packages(tokenizers):
    """The `sentencepiece` package with the same models."""
    return {side: processor(tokenizers[side]) for side in SIDES}


def processor(tokenizer):
    return sentencepiece.SentencePieceProcessor(model_proto=tokenizer.model)


def pieces_and_scores(tokenizer):
    package = processor(tokenizer)
    return [
        (package.id_to_piece(index), package.get_score(index))
        for index in range(package.vocab_size())
    ]


def detokenize(tokenizer, *sentences):
    tokens = tf.ragged.constant(sentences, dtype=tf.int32).to_tensor(PAD_ID)
    return [text.decode() for text in tokenizer.detokenize(tokens).numpy()]


@pytest.fixture(scope="module")
def joint(corpus):
    """The two tokenizers of a joint vocabulary of the bundled corpus."""
    return Tokenizer.train_joint(*(corpus[side][:13_000] for side in SIDES), 2000)


def test_target_tokens_of_a_joint_vocabulary_are_its_first(joint):
    source, target = map(pieces_and_scores, joint)
    assert target == source[: len(target)]
    assert len(target) < len(source) == 2000


def test_target_text_has_the_same_tokens_in_both_tokenizers_of_a_joint_vocabulary(joint, corpus):
    sentences = tf.constant(corpus["target"][:13_000])
    source, target = (tokenizer.tokenize(sentences).to_list() for tokenizer in joint)
    assert source == target


def test_target_tokens_of_a_joint_vocabulary_are_those_of_its_text_and_the_characters(
    joint, corpus
):
    used = set(
        joint[1].tokenize(tf.constant(corpus["target"][:13_000])).flat_values.numpy().tolist()
    )
    unused = [
        piece for token, (piece, _) in enumerate(pieces_and_scores(joint[1])) if token not in used
    ]
    assert {"q", "z"} < set(unused)  # English letters, in no Korean sentence
    special = {"<pad>", "<unk>", "<s>"}
    others = {piece for piece in unused if len(piece) > 1}
    assert special < others and len(others - special) < ROUND
    assert joint[1].vocabulary_size % ROUND == 0


def test_joint_vocabulary_is_the_one_of_the_two_texts_together(joint, corpus):
    one = Tokenizer.train([*corpus["source"][:13_000], *corpus["target"][:13_000]], 2000)
    assert sorted(pieces_and_scores(joint[0])) == sorted(pieces_and_scores(one))
    sentences = corpus["source"][:1000]
    one, other = (
        processor(tokenizer).encode(sentences, out_type=str) for tokenizer in (one, joint[0])
    )
    assert one == other


@pytest.mark.parametrize("side", SIDES)
def test_tokens_equal_those_of_sentencepiece_on_the_whole_corpus(
    side, corpus, tokenizers, packages
):
    tokens = tokenizers[side].tokenize(tf.constant(corpus[side]))
    assert tokens.dtype == tf.int32
    assert tokens.to_list() == [[*ids, EOS_ID] for ids in packages[side].encode(corpus[side])]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_tokens_equal_those_of_sentencepiece_on_odd_text(side, text, tokenizers, packages):
    (tokens,) = tokenizers[side].tokenize(tf.constant([text])).to_list()
    assert tokens == [*packages[side].encode(text), EOS_ID]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_round_trip_equals_that_of_sentencepiece_on_odd_text(side, text, tokenizers, packages):
    (tokens,) = tokenizers[side].tokenize(tf.constant([text])).to_list()
    assert detokenize(tokenizers[side], tokens) == [
        packages[side].decode(packages[side].encode(text))
    ]


@pytest.mark.parametrize("side", SIDES)
def test_round_trip_gives_back_the_normalised_text_of_the_corpus(
    side, corpus, tokenizers, packages
):
    tokenizer = tokenizers[side]
    sentences = corpus[side][:13_000]
    tokens = tokenizer.tokenize(tf.constant(sentences))
    texts = [text.decode() for text in tokenizer.detokenize(tokens.to_tensor(PAD_ID)).numpy()]
    assert texts == packages[side].decode(packages[side].encode(sentences))
    assert texts == [
        " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())
        for sentence in sentences
    ]


def test_decomposed_and_full_width_text_has_the_tokens_of_the_usual_form(tokenizers):
    pairs = [(ODD["decomposed_hangul"], "나는 학생이야"), (ODD["full_width"], "I am Yusol!")]
    for text, usual in pairs:
        for tokenizer in tokenizers.values():
            one, other = tokenizer.tokenize(tf.constant([text, usual])).to_list()
            assert one == other


def unusual(sentences):
    """The sentences decomposed, in full width, with no-break, ideographic or doubled spaces."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    yield [unicodedata.normalize("NFD", sentence) for sentence in sentences]
    yield [sentence.translate(wide) for sentence in sentences]
    for space in ("\u00a0", "\u3000", "  ", " \u200b"):
        yield [f"{space}{sentence.replace(' ', space)}{space}" for sentence in sentences]


@pytest.mark.parametrize("side", SIDES)
def test_spellings_of_the_corpus_have_the_same_tokens_in_a_graph(side, corpus, tokenizers):
    graph = tf.function(
        tokenizers[side].tokenize, input_signature=[tf.TensorSpec([None], tf.string)]
    )
    sentences = corpus[side][::7]
    expected = graph(tf.constant(sentences)).to_list()
    for spelling in unusual(sentences):
        assert spelling != sentences or side == "source"
        assert graph(tf.constant(spelling)).to_list() == expected


def test_every_hangul_syllable_of_the_training_text_has_a_piece(corpus, packages):
    package = packages["target"]
    syllables = {
        letter for text in corpus["target"][:13_000] for letter in text if "가" <= letter <= "힣"
    }
    assert len(syllables) > 500
    assert syllables <= {package.id_to_piece(index) for index in range(package.vocab_size())}


def test_decomposed_training_text_gives_the_same_pieces(corpus):
    composed = corpus["target"][:2000]
    decomposed = [unicodedata.normalize("NFD", sentence) for sentence in composed]
    assert composed != decomposed
    one, other = (Tokenizer.train(sentences, 900) for sentences in (composed, decomposed))
    assert pieces_and_scores(one) == pieces_and_scores(other)


def test_sentence_is_tokenized_alone_as_in_a_batch_and_in_a_graph(tokenizers):
    tokenizer = tokenizers["target"]
    texts = list(ODD.values())
    graph = tf.function(tokenizer.tokenize, input_signature=[tf.TensorSpec([None], tf.string)])
    batch = graph(tf.constant(texts)).to_list()
    assert batch == [tokenizer.tokenize(tf.constant([text])).to_list()[0] for text in texts]


def test_setting_a_random_seed_leaves_the_tokenizer_as_it_was(tokenizers):
    texts = tf.constant(["Hello there.", "I am a student."])
    before = tokenizers["source"].tokenize(texts).to_list()
    tf.random.set_seed(1)
    assert tokenizers["source"].tokenize(texts).to_list() == before


def test_padding_and_sentence_marks_leave_no_trace_in_text(tokenizers):
    tokenizer = tokenizers["target"]
    *tokens, end = tokenizer.tokenize(tf.constant(["나는 학생이야"])).to_list()[0]
    assert end == EOS_ID
    marked = [
        [BOS_ID, *tokens, EOS_ID, PAD_ID, PAD_ID],
        [*tokens, PAD_ID],
        tokens,
        [EOS_ID],
        [PAD_ID, PAD_ID],
    ]
    assert detokenize(tokenizer, *marked) == ["나는 학생이야"] * 3 + ["", ""]


@pytest.mark.parametrize("side", SIDES)
def test_special_tokens_are_the_first_four(side, tokenizers, packages):
    assert (PAD_ID, UNK_ID, BOS_ID, EOS_ID) == (0, 1, 2, 3)
    package = packages[side]
    assert (package.pad_id(), package.unk_id(), package.bos_id(), package.eos_id()) == (0, 1, 2, 3)
    tokens = tokenizers[side].tokenize(tf.constant(["<s> I am </s> <pad>", "ሰላም"])).to_list()
    assert not {PAD_ID, BOS_ID, EOS_ID} & {
        token for row in tokens for token in row[:-1]
    }  # text makes no mark
    assert UNK_ID in tokens[1]


def test_pieces_are_those_of_sentencepiece_and_spell_the_text(tokenizers, packages):
    tokens = tokenizers["target"].tokenize(tf.constant(["나는 학생이야"]))
    pieces = [piece.decode() for piece in tokenizers["target"].pieces(tokens).to_list()[0]]
    assert pieces[:-1] == packages["target"].encode("나는 학생이야", out_type=str)
    assert "".join(pieces[:-1]) == "▁나는▁학생이야"


def test_vocabulary_has_the_size_asked_for_where_the_text_holds_as_much(tokenizers, packages):
    assert [tokenizers[side].vocabulary_size for side in SIDES] == [SIZE, SIZE]
    assert [packages[side].vocab_size() for side in SIDES] == [SIZE, SIZE]


def test_vocabulary_is_smaller_where_the_text_holds_no_more():
    tokenizer = Tokenizer.train(["나는 학생이야", "나는 유솔이야"] * 3, 4000)
    assert tokenizer.vocabulary_size == processor(tokenizer).vocab_size() < 100
    (tokens,) = tokenizer.tokenize(tf.constant(["나는 유솔이야"])).to_list()
    assert UNK_ID not in tokens and detokenize(tokenizer, tokens) == ["나는 유솔이야"]


def test_every_character_of_the_training_text_has_a_piece(corpus, tokenizers):
    for side in SIDES:
        tokens = tokenizers[side].tokenize(tf.constant(corpus[side][:13_000]))
        assert not tf.reduce_any(tokens.flat_values == UNK_ID)


def test_character_coverage_leaves_the_rarest_characters_unknown(corpus):
    tokenizer = Tokenizer.train(corpus["target"][:2000], 1000, character_coverage=0.98)
    tokens = tokenizer.tokenize(tf.constant(corpus["target"][:2000])).flat_values
    assert 0 < tf.reduce_mean(tf.cast(tokens == UNK_ID, tf.float32)) < 0.05


def test_training_twice_learns_the_same_pieces(corpus):
    one, other = (Tokenizer.train(corpus["source"][:3000], 500) for _ in range(2))
    assert pieces_and_scores(one) == pieces_and_scores(other)


def test_loading_a_written_model_gives_the_same_tokenizer(tmp_path, corpus, tokenizers):
    path = tmp_path / "a.model"
    path.write_bytes(tokenizers["source"].model)
    loaded = Tokenizer.load(path)
    sentences = tf.constant(corpus["source"][:200])
    assert loaded.model == tokenizers["source"].model
    assert (
        loaded.tokenize(sentences).to_list() == tokenizers["source"].tokenize(sentences).to_list()
    )


def test_vocabulary_too_small_for_the_characters_is_an_error(corpus):
    with pytest.raises(
        InputError, match=r"at least \d+ pieces.*Received: 20\. Use a larger --vocabulary-size"
    ) as error:
        Tokenizer.train(corpus["target"][:500], 20)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("sentences", [[], [""], ["  ", ""]], ids=["nothing", "empty", "blank"])
def test_text_without_a_character_is_an_error(sentences):
    with pytest.raises(InputError, match="[Cc]heck that the corpus holds text") as error:
        Tokenizer.train(sentences, 100)
    assert "\n" not in str(error.value)
