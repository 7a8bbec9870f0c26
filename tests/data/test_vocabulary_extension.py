"""Laws of an extended vocabulary: new text can be written, and old text is cut as before."""

import pytest
import tensorflow as tf

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, read_tsv
from seq2seq.data.placeholders import PLACEHOLDER_IDS, PLACEHOLDERS
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.data.vocabulary_extension import extend_vocabulary
from seq2seq.ids import UNK_ID

SIDES = ("source", "target")
SIZE = 600
WORDS = (
    "Ærøskøbing ist schön",
    "섊뙓은 ½ 정말 섊뙓 ▁ Ärger",
)  # letters that the bundled corpus lacks


@pytest.fixture(scope="module")
def old():
    corpus = read_tsv(bundled_file("train"))
    return Corpus(corpus.source[:2000], corpus.target[:2000])


@pytest.fixture(scope="module")
def new(old):
    """Pairs of other sentences, each with words of other letters."""
    corpus = read_tsv(bundled_file("test-unseen"))
    source = [f"{text} {WORDS[0]}" for text in corpus.source]
    target = [f"{WORDS[1]} {text}" for text in corpus.target]
    return Corpus(source, target)


@pytest.fixture(scope="module", params=["separate", "shared"])
def before(request, old):
    if request.param == "shared":
        return Tokenizer.train_joint(old.source, old.target, SIZE)
    source = Tokenizer.train(old.source, SIZE)
    return source, Tokenizer.train(old.target, SIZE, keep_letters=True)


@pytest.fixture(scope="module")
def extended(before, new):
    shared = pieces(before[0])[:50] == pieces(before[1])[:50]
    return extend_vocabulary(before, new, vocabulary_size=SIZE, shared=shared)


def pieces(tokenizer):
    return tokenizer.pieces(tf.range(tokenizer.vocabulary_size)).numpy().tolist()


def tokens(tokenizer, sentences):
    return tokenizer.tokenize(tf.constant(sentences)).to_list()


def sides(before, extended, corpus):
    """Of each side the tokenizer before and after, the parts of its tokens, and the sentences."""
    texts = (corpus.source, corpus.target)
    return zip(before, extended[:2], extended[2:], texts, strict=True)


def test_old_text_is_cut_as_before_with_some_neighbours_joined(before, extended, old):
    for tokenizer, longer, parts, texts in sides(before, extended, old):
        cut = tokens(longer, texts)
        expanded = [[part for token in row for part in parts[token]] for row in cut]
        assert expanded == tokens(tokenizer, texts)


def test_text_that_has_no_new_piece_is_cut_into_the_same_pieces(before, extended, old):
    for tokenizer, longer, _, texts in sides(before, extended, old):
        known = set(pieces(tokenizer))
        same = 0
        for first, second in zip(tokens(tokenizer, texts), tokens(longer, texts), strict=True):
            names = longer.pieces(tf.constant(second)).numpy().tolist()
            if set(names) <= known:
                same += 1
                assert names == tokenizer.pieces(tf.constant(first)).numpy().tolist()
        assert same


def test_new_text_can_be_written_in_no_more_pieces_than_before(before, extended, new):
    lacked = 0
    for tokenizer, longer, _, texts in sides(before, extended, new):
        for first, second in zip(tokens(tokenizer, texts), tokens(longer, texts), strict=True):
            lacked += UNK_ID in first
            assert UNK_ID not in second
    assert lacked
    written = extended.target_tokenizer.detokenize(
        extended.target_tokenizer.tokenize(tf.constant(new.target)).to_tensor()
    )
    assert [text.decode() for text in written.numpy()] == new.target


def test_reserved_pieces_keep_their_places_and_are_never_part_of_another(before, extended):
    for _, longer, parts, _ in sides(before, extended, Corpus([], [])):
        assert longer.ids(tf.constant(PLACEHOLDERS)).numpy().tolist() == [*PLACEHOLDER_IDS]
        assert all(parts[token] == [token] for token in PLACEHOLDER_IDS)
        text = f"a{PLACEHOLDERS[0]}b {PLACEHOLDERS[5]}"
        (found,) = tokens(longer, [text])
        assert [token for token in found if token in PLACEHOLDER_IDS] == [
            PLACEHOLDER_IDS[0],
            PLACEHOLDER_IDS[5],
        ]
        assert sum(
            any(name.encode() in piece for name in PLACEHOLDERS) for piece in pieces(longer)
        ) == len(PLACEHOLDERS)


def test_every_token_is_the_old_piece_or_made_of_old_pieces(before, extended):
    for tokenizer, longer, parts, _ in sides(before, extended, Corpus([], [])):
        names = pieces(tokenizer)
        assert len(parts) == longer.vocabulary_size > tokenizer.vocabulary_size
        for piece, own in zip(pieces(longer), parts, strict=True):
            if piece in names:
                assert [names[part] for part in own] == [piece]
            else:
                joined = b"".join(names[part] for part in own).decode()
                letters = iter(piece.decode())
                assert all(letter in letters for letter in joined)  # in this order


@pytest.mark.parametrize("before", ["shared"], indirect=True)
def test_target_tokens_of_a_shared_vocabulary_stay_its_first(extended):
    size = extended.target_tokenizer.vocabulary_size
    assert pieces(extended.source_tokenizer)[:size] == pieces(extended.target_tokenizer)
