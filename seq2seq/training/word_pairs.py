"""Single words with their translations, found by the word alignment of a corpus.

A model that has seen sentences alone makes a sentence of a word. With these pairs among those that
it learns from, `bread` is a word.
"""

from collections import Counter

from seq2seq.data.alignment import Aligner
from seq2seq.data.corpus import Corpus
from seq2seq.data.directions import tagged, untagged
from seq2seq.data.stream import CorpusStream
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.training.korean_nouns import korean_nouns
from seq2seq.training.word_links import link_words
from seq2seq.translation.particles import follow_noun

_LOOKED_AT = 20_000  # pairs of the corpus
_LEAST = 3  # times that a word has to be given the same translation
_LEAST_SHARE = 0.5  # of the times that it is linked, and of those that the translation is
_MOST_SHARE = 0.1  # of the pairs that a model learns from are single words, at most
_MOST = 3000
_PUNCTUATION = ".,;:!?\"'…。，！？"


def with_words(
    corpus: Corpus | CorpusStream, tokenizers: tuple[Tokenizer, Tokenizer], aligner: Aligner
) -> Corpus | CorpusStream:
    """Returns a corpus with its words as further pairs.

    A corpus that is larger than memory stays as it is. It has short lines enough.
    """
    if not isinstance(corpus, Corpus):
        return corpus
    words = word_pairs(corpus, tokenizers, aligner)
    return Corpus(corpus.source + words.source, corpus.target + words.target)


def word_pairs(corpus: Corpus, tokenizers: tuple[Tokenizer, Tokenizer], aligner: Aligner) -> Corpus:
    """Returns words and their translations, the commonest first.

    Each is what the other is mostly linked to. So words such as "is" and "have", which give a part
    of a verb now and then, have no translation.

    Args:
        corpus: Sentence pairs.
        tokenizers: Of the source and of the target language.
        aligner: The links between their pieces.
    """
    counts = _counts(corpus, tokenizers, aligner)
    words = {word.strip(_PUNCTUATION) for sentence in corpus.target for word in sentence.split()}
    whole = words | korean_nouns(words)
    best: dict[str, tuple[str, int]] = {}
    times: Counter[str] = Counter()
    times_back: Counter[str] = Counter()
    for (word, translation), count in counts.most_common():
        best.setdefault(word, (translation, count))
        times[word] += count
        times_back[translation] += count

    pairs = [
        (word, translation)
        for word, (translation, count) in best.items()
        if translation in whole
        and count >= max(_LEAST, _LEAST_SHARE * max(times[word], times_back[translation]))
    ]
    return Corpus.collect(pairs[: min(_MOST, int(_MOST_SHARE * len(corpus)))])


def _counts(
    corpus: Corpus, tokenizers: tuple[Tokenizer, Tokenizer], aligner: Aligner
) -> Counter[tuple[str, str]]:
    """How often a word, small letters, is linked to a word; it has its sentence's tag."""
    source = corpus.source[:_LOOKED_AT]
    target = corpus.target[:_LOOKED_AT]
    counts: Counter[tuple[str, str]] = Counter()
    for place, links in enumerate(link_words(source, target, tokenizers, aligner)):
        tag, _ = untagged(source[place])
        for link in links:
            if not follow_noun(link.rest(target[place])):
                continue  # the part is not a whole word, nor a Korean noun before its particles
            word = source[place][slice(*link.source)].casefold()
            word = tagged(word, tag) if tag else word
            counts[word, target[place][slice(*link.target)]] += 1
    return counts
