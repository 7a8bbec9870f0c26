"""Laws of the training pairs that have placeholders, and of the words found in a corpus."""

import random
import re
from collections import Counter

import pytest

from seq2seq.data.alignment import Aligner
from seq2seq.data.corpus import Corpus
from seq2seq.data.placeholders import PLACEHOLDER_IDS, PLACEHOLDERS, Part
from seq2seq.data.token_pairs import tokenize_pairs
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.training.masking import Masking, mask_common, mask_words
from seq2seq.training.word_links import WordLink, link_words
from seq2seq.training.word_pairs import word_pairs

# A language of twenty words, whose translations are written backwards, the last word first.
WORDS = ["apple", "bread", "chair", "dance", "eagle", "flame", "grape", "house", "ivory", "juice"]
WORDS += ["knife", "lemon", "music", "night", "ocean", "piano", "queen", "river", "storm", "tiger"]


def translation_of(sentence):
    return " ".join(word[::-1] for word in reversed(sentence.rstrip(".").split())) + "."


@pytest.fixture(scope="module")
def corpus():
    chance = random.Random(3)
    source = [" ".join(chance.sample(WORDS, chance.randint(2, 6))) + "." for _ in range(600)]
    return Corpus(source, [translation_of(sentence) for sentence in source])


@pytest.fixture(scope="module")
def tokenizers(corpus):
    source = Tokenizer.train(corpus.source, 80)
    return source, Tokenizer.train(corpus.target, 80, keep_letters=True)


@pytest.fixture(scope="module")
def aligner(corpus, tokenizers):
    sizes = tuple(tokenizer.vocabulary_size for tokenizer in tokenizers)
    pairs = tokenize_pairs(corpus, *tokenizers, max_length=100)
    return Aligner.learn(pairs, sizes, copied=PLACEHOLDER_IDS)


def words_learnt_of(corpus, target_pieces=80):
    """The words of a corpus with tokenizers and an alignment of its own."""
    tokenizers = (
        Tokenizer.train(corpus.source, 80),
        Tokenizer.train(corpus.target, target_pieces, keep_letters=True),
    )
    sizes = tuple(tokenizer.vocabulary_size for tokenizer in tokenizers)
    pairs = tokenize_pairs(corpus, *tokenizers, max_length=100)
    return word_pairs(corpus, tokenizers, Aligner.learn(pairs, sizes))


def placeholders_in(text):
    return Counter(letter for letter in text if letter in PLACEHOLDERS)


@pytest.mark.parametrize(
    "source, target, kept",
    [
        ("I have 12,345 books.", "나는 책이 12,345권 있다.", ["12,345"]),
        ("It is 7 of 17.", "17 중 7이다.", ["7", "17"]),
        ("2 men, 2 women", "2 Männer, 2 Frauen", ["2", "2"]),
        ("2 men, 2 women", "2 Männer, zwei Frauen", []),
        ("See https://a.org/10 in 10 days", "In 10 Tagen: https://a.org/10", ["10", "https://a.org/10"]),
        ("ᎠᏂ Melanie Frye ᎦᏬᏂ", "Melanie Frye speaks", ["Melanie Frye"]),
        ("It is 1 day", "13 Tage", []),
    ],
)  # fmt: skip
def test_what_stands_on_both_sides_has_one_placeholder(source, target, kept):
    scripts = ("CHEROKEE",) if "Ꭰ" in source else ("LATIN",)
    masked, other = mask_common(source, target, scripts, random.Random(1))

    assert placeholders_in(masked) == placeholders_in(other)
    assert placeholders_in(masked).total() == len(kept)
    assert all(count == 1 for count in placeholders_in(masked).values())
    for text in kept:
        assert text not in masked or text in [other for other in kept if other != text]


def test_a_word_is_linked_to_its_translation(corpus, tokenizers, aligner):
    right = 0
    wrong = 0
    for place, links in enumerate(link_words(corpus.source, corpus.target, tokenizers, aligner)):
        for link in links:
            word = corpus.source[place][link.source.start : link.source.end]
            translation = corpus.target[place][link.target.start : link.target.end]
            right += translation == word[::-1]
            wrong += translation != word[::-1]

    words = sum(len(sentence.split()) for sentence in corpus.source)
    assert right > 0.8 * words
    assert wrong < 0.02 * words


def test_a_word_whose_space_is_a_piece_of_its_own_is_linked(corpus):
    """As in Korean of a small vocabulary: `▁`, a syllable, and the particle."""
    syllable = {word: chr(ord("가") + 28 * place) for place, word in enumerate(WORDS)}
    target = [
        " ".join(syllable[word] + "을" for word in sentence.rstrip(".").split())
        for sentence in corpus.source
    ]
    spelt = Corpus(corpus.source, target)
    pieces = 4 + len(PLACEHOLDERS) + len({letter for text in target for letter in text})
    tokenizer = Tokenizer.train(spelt.target, pieces, keep_letters=True)
    assert b"\xe2\x96\x81" in tokenizer.pieces(tokenizer.tokenize(target[:1])[0]).numpy()

    found = words_learnt_of(spelt, pieces)
    assert set(zip(found.source, found.target, strict=True)) <= set(syllable.items())
    assert len(found) > 0.8 * len(WORDS)


def test_a_model_learns_to_carry_placeholders(corpus, tokenizers, aligner):
    masked = Masking(tokenizers, aligner, ("LATIN",), 0.15, seed=1)(corpus, 0)
    pairs = list(zip(masked.source, masked.target, strict=True))

    changed = [
        place for place, source in enumerate(masked.source) if source != corpus.source[place]
    ]
    assert 0.1 * len(corpus) < len(changed) < 0.2 * len(corpus)
    assert all(placeholders_in(source) == placeholders_in(target) for source, target in pairs)
    used = Counter(letter for place in changed for letter in placeholders_in(masked.source[place]))
    assert set(used) == set(PLACEHOLDERS)


def test_a_placeholder_stands_for_a_word_or_beside_one(corpus, tokenizers, aligner):
    masked = Masking(tokenizers, aligner, ("LATIN",), 0.15, seed=1)(corpus, 0)

    for source, target in zip(masked.source, masked.target, strict=True):
        words = source.rstrip(".").split()
        translated = [word if word in PLACEHOLDERS else word[::-1] for word in words]
        assert Counter(translated) == Counter(target.rstrip(".").split())


def test_the_changes_follow_from_the_seed_and_the_epoch(corpus, tokenizers, aligner):
    def masked(seed, epoch):
        return Masking(tokenizers, aligner, ("LATIN",), 0.15, seed)(corpus, epoch)

    assert masked(1, 0) == masked(1, 0)
    assert masked(1, 0) != masked(2, 0)
    assert masked(1, 0) != masked(1, 1)


def test_no_pair_is_without_its_words_in_every_epoch(corpus, tokenizers, aligner):
    mask = Masking(tokenizers, aligner, ("LATIN",), 0.15, seed=1)
    epochs = [mask(corpus, epoch).source for epoch in range(8)]

    for place, sentence in enumerate(corpus.source):
        assert any(epoch[place] == sentence for epoch in epochs)


def test_words_of_a_corpus_are_pairs(corpus, tokenizers, aligner):
    found = word_pairs(corpus, tokenizers, aligner)
    pairs = dict(zip(found.source, found.target, strict=True))

    assert set(pairs) <= set(WORDS)
    assert len(pairs) > 0.8 * len(WORDS)
    assert all(translation == word[::-1] for word, translation in pairs.items())


def test_what_several_words_give_is_the_translation_of_none(corpus):
    """As "is" and "has" may give a part of the same verb."""
    alike = WORDS[:3]
    target = [
        " ".join("same" if word in alike else word[::-1] for word in sentence.rstrip(".").split())
        for sentence in corpus.source
    ]
    found = words_learnt_of(Corpus(corpus.source, target))
    assert len(found) > 0.8 * len(WORDS[3:])
    assert not set(alike) & set(found.source)


def test_the_last_word_is_linked_before_its_full_stop(corpus, tokenizers, aligner):
    """Here it gives the first word of the translation, and the full stop gives the full stop."""
    links = link_words(corpus.source, corpus.target, tokenizers, aligner)
    last = [source.split()[-1].strip(".") for source in corpus.source]

    linked = [
        word in {source[slice(*link.source)] for link in of_pair}
        for source, word, of_pair in zip(corpus.source, last, links, strict=True)
    ]
    assert sum(linked) > 0.9 * len(corpus)


@pytest.mark.parametrize(
    "target, word, is_noun",
    [
        ("코트는 비싸.", "비싸", False),
        ("나는 유솔을 만났어.", "유솔", True),
        ("나는 유솔이야.", "유솔", True),
        ("저는 민지예요.", "민지", True),
        ("물 주세요.", "주세요", False),
        ("Der Mantel ist teuer.", "teuer", True),
    ],
)
def test_in_korean_a_placeholder_stands_for_a_noun_alone(target, word, is_noun):
    start = target.index(word)
    end = re.compile(r"\w*").match(target, start).end()
    links = [WordLink(Part(0, 4), Part(start, start + len(word)), end)]

    for seed in range(8):
        source, masked = mask_words("word", target, links, random.Random(seed))
        assert (source != "word") == (masked != target) == is_noun
