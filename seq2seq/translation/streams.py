"""Streams of sentences through a model: window after window, in batches of similar lengths."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from seq2seq.ids import MAX_SOURCE_LENGTH
from seq2seq.search.options import SearchOptions
from seq2seq.translation.batching import WINDOW, in_batches, windows
from seq2seq.translation.confidence import Confidence
from seq2seq.translation.found import translations
from seq2seq.translation.glossary import Glossary
from seq2seq.translation.keeping import kept
from seq2seq.translation.listed import translate_listed
from seq2seq.translation.protected import Protected, Term
from seq2seq.translation.protection import Protector
from seq2seq.translation.readings import Question, Read, read_sentences
from seq2seq.translation.reranking import Reranking
from seq2seq.translation.restoration import needs_attention
from seq2seq.translation.result import PairScore, Translation
from seq2seq.translation.sentences import Numbered
from seq2seq.translation.text_model import Search, Sources, TextModel


def stream_translations(
    model: TextModel,
    protector: Protector | None,
    sentences: Iterable[Numbered],
    *,
    options: SearchOptions,
    batch_size: int,
    threads: int,
    attention: bool,
    glossary: Glossary | None = None,
    reranking: Reranking | None = None,
    tag: str = "",
) -> Iterator[Translation]:
    """Translates sentences in their order.

    Args:
        model: The model.
        protector: What it cannot read; None of a model without placeholders.
        sentences: Any number of sentences.
        options: How to search.
        batch_size: Most sentences in a batch.
        threads: Batches translated at once.
        attention: Whether to report the attention.
        glossary: Terms whose translations are given, for a model with a protector alone.
        reranking: How all that a search finds is ranked anew; None ranks it as the search does.
        tag: What a model without a protector reads before each sentence; a protector has its own.
    """
    search = model.search(_reranked(options) if reranking else _with_spare(options))
    penalty = None if options.draws or options.coverage_penalty else options.length_penalty
    confidence = None if options.prefix or reranking else model.confidence
    n_best = None if options.draws or reranking else options.n_best
    # A greedy search is asked for to be fast, and draws are no search for the best.
    twice = protector if options.beam_size > 1 and not options.draws else None
    work = partial(in_batches, batch_size=batch_size, threads=threads)

    def read(readings: Sequence[Protected], numbers: np.ndarray) -> list[Read]:
        is_second = any(one.apart for one in readings)  # what is cut has been said of the first
        shown = None if is_second else [one.source for one in readings]
        sources = model.read([one.text for one in readings], shown)

        def search_batch(places: np.ndarray) -> list[Read]:
            chosen = [readings[place] for place in places]
            return _searched(
                model,
                search,
                chosen,
                sources,
                places,
                numbers,
                attention=attention,
                length_penalty=penalty,
                confidence=confidence,
            )

        return work(search_batch, sources.lengths)

    def score(questions: Sequence[Question]) -> list[list[float]]:
        sources = model.read([one.reading.text for one in questions], None)

        def score_batch(places: np.ndarray) -> list[list[float]]:
            pieces = [questions[place].pieces for place in places]
            return model.score_pieces(sources.batch(places), pieces)

        return work(score_batch, sources.lengths)

    def attempt(
        numbered: list[Numbered], places: Sequence[int], terms: Sequence[Sequence[Term]]
    ) -> list[Translation]:
        chosen = [numbered[place] for place in places]
        protected = [
            _protected(protector, sentence.text, some, options.prefix, tag)
            for sentence, some in zip(chosen, terms, strict=True)
        ]
        numbers = np.array([sentence.place for sentence in chosen])
        found = read_sentences(
            twice, protected, lambda readings, at: read(readings, numbers[[*at]]), score
        )
        shown = [kept(one.protected, one.found, one.attend, n_best=n_best) for one in found]
        return reranking.rank(shown) if reranking else shown

    for window in windows(sentences, WINDOW * batch_size):
        texts = [sentence.text for sentence in window]
        yield from translate_listed(texts, glossary, partial(attempt, window))


def _searched(
    model: TextModel,
    search: Search,
    readings: list[Protected],
    sources: Sources,
    places: np.ndarray,
    numbers: np.ndarray,
    *,
    attention: bool,
    length_penalty: float | None,
    confidence: Confidence | None,
) -> list[Read]:
    """Searches for a batch of readings.

    Args:
        model: The model.
        search: What searches.
        readings: The readings, `(batch,)`.
        sources: The tokens of all readings.
        places: Which of these the readings are, `(batch,)`.
        numbers: The places of all readings in the input.
        attention: Whether to report the attention.
        length_penalty: As in `found.translations`.
        confidence: Likewise.
    """
    source_tokens = sources.batch(places)
    found = search(source_tokens, numbers[places], [one.prefix for one in readings])
    weights = None
    if attention and model.model.attends:
        weights = model.attend(source_tokens, found.tokens).numpy()

    read = translations(
        [one.text for one in readings],
        source_tokens,
        found,
        attention=weights,
        cut=(sources.lengths[places] > MAX_SOURCE_LENGTH).tolist(),
        length_penalty=length_penalty,
        confidence=confidence,
    )
    needed = _needed_attention(model, readings, read, source_tokens, found.tokens)
    return [
        Read(one, translation, weights.__getitem__)
        for one, translation, weights in zip(readings, read, needed, strict=True)
    ]


def _with_spare(options: SearchOptions) -> SearchOptions:
    """The options with the whole beam, of which some may be left out that have the same text."""
    if options.n_best == 1 or options.draws:
        return options
    return dataclasses.replace(options, n_best=options.beam_size)


def _reranked(options: SearchOptions) -> SearchOptions:
    """The options of a search for candidates that are ranked anew: the whole beam by default."""
    candidates = options.mbr or options.beam_size
    beam_size = max(options.beam_size, candidates)
    return dataclasses.replace(options, mbr=0, beam_size=beam_size, n_best=candidates)


def _protected(
    protector: Protector | None, sentence: str, terms: Sequence[Term], prefix: str, tag: str
) -> Protected:
    if protector:
        return protector.protect(sentence, terms, prefix=prefix)
    return Protected(sentence, sentence, prefix=prefix).behind(tag)


def _needed_attention(
    model: TextModel,
    sentences: list[Protected],
    found: list[Translation],
    source_tokens: np.ndarray,
    tokens: np.ndarray,
) -> list[dict[int, np.ndarray | None]]:
    """The attention of the hypotheses by their ranks, where a sentence cannot be restored without.

    Args:
        model: The model.
        sentences: The sentences, `(batch,)`.
        found: What the search found for each.
        source_tokens: `(batch, source_length)`.
        tokens: What the search found, `(batch, n_best, length)`.
    """
    needed: list[dict[int, np.ndarray | None]] = [{} for _ in sentences]
    rows = [
        row
        for row, (sentence, translation) in enumerate(zip(sentences, found, strict=True))
        if sentence.own is None
        and any(needs_attention(sentence, one.text) for one in translation.hypotheses)
    ]
    if not rows:
        return needed

    weights = (
        model.attend(source_tokens[rows], tokens[rows]).numpy() if model.model.attends else None
    )
    for place, row in enumerate(rows):
        width = len(found[row].source_pieces)
        for rank, hypothesis in enumerate(found[row].hypotheses):
            length = len(hypothesis.pieces)
            needed[row][rank] = None if weights is None else weights[place, rank, :length, :width]
    return needed


class _Pair(NamedTuple):
    """A sentence with a translation, as the model reads them."""

    source: str
    target: str
    shown: dict[str, str]  # what placeholders stand for


def _as_it_is(source: str, target: str, tag: str) -> _Pair:
    return _Pair(Protected(source, source).behind(tag).text, target, {})


def stream_scores(
    model: TextModel,
    protector: Protector | None,
    pairs: Iterable[tuple[str, str]],
    *,
    batch_size: int,
    threads: int,
    quiet: bool = False,
    tag: str = "",
) -> Iterator[PairScore]:
    """Scores pairs of a sentence and a translation in their order.

    Args:
        model: The model.
        protector: What it cannot read; None of a model without placeholders.
        pairs: Any number of pairs.
        batch_size: Most pairs in a batch.
        threads: Batches scored at once.
        quiet: Whether to keep from the log which sentences are cut: nobody wrote them.
        tag: As in `stream_translations`.
    """
    for window in windows(pairs, WINDOW * batch_size):
        read = [
            _Pair(*protector.protect_pair(*pair)) if protector else _as_it_is(*pair, tag)
            for pair in window
        ]
        named = None if quiet else [source for source, _ in window]
        sources = model.read([pair.source for pair in read], named)
        yield from in_batches(
            partial(_scores, model, window, read, sources),
            [len(pair.target) for pair in read],
            batch_size=batch_size,
            threads=threads,
        )


def _scores(
    model: TextModel,
    pairs: list[tuple[str, str]],
    read: list[_Pair],
    sources: Sources,
    places: np.ndarray,
) -> list[PairScore]:
    """The scores of the pairs at some places, `(batch,)`, of a window."""
    targets = tf.constant([read[place].target for place in places])
    log_probs, labels = model.score_pairs(sources.batch(places), targets)
    log_probs = log_probs.numpy()
    pieces = model.target_tokenizer.pieces(labels).numpy()
    lengths = tf.math.count_nonzero(labels, 1).numpy()

    scores = []
    for row, place in enumerate(places):
        source, target = pairs[place]
        length = lengths[row]
        written = [piece.decode() for piece in pieces[row, :length]]
        score = PairScore(
            source=source,
            target=target,
            pieces=[read[place].shown.get(piece, piece) for piece in written],
            log_probabilities=log_probs[row, :length].tolist(),
        )
        scores.append(score)
    return scores
