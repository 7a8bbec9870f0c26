"""A map of sentence vectors, the sentences nearest to a text, and the mean of two."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import tensorflow as tf

from seq2seq.data.bundled import bundled_corpus
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError, shown
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.sentence import Sentence, pieces_of, read_source, single_model, spelt
from seq2seq.ids import PAD_ID
from seq2seq.search.beam import greedy_search
from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import length_limits
from seq2seq.translation.translator import Translator

COLOURINGS = ("length", "tense", "question")

Project = Callable[[np.ndarray], np.ndarray]  # vectors (…, units) to places (…, 2)

_MOST = 20_000  # sentences of a corpus
_BATCH = 256
_NEAREST = 5
_PAST = re.compile(r"\b(yesterday|ago|was|were|did|had|last (night|week|month|year)|\w+ed)\b", re.I)
_FUTURE = re.compile(r"\b(tomorrow|will|won't|shall|going to|next (week|month|year))\b|'ll\b", re.I)
_QUESTION = re.compile(r"[?？؟]\s*$")


@dataclass(frozen=True)
class Point:
    """A text on the map.

    Attributes:
        name: What it is.
        text: The text, or what is decoded from the vector.
        place: Where it lies on the map, `(2,)`.
    """

    name: str
    text: str
    place: np.ndarray


@dataclass(frozen=True)
class Near:
    """A sentence near a text.

    Attributes:
        source: The sentence.
        target: Its translation in the corpus.
        cosine: The cosine of the angle between both vectors.
    """

    source: str
    target: str
    cosine: float


@dataclass(frozen=True)
class Context(Explanation):
    """The sentence vectors of a corpus: the encoder's final states, from which the decoder starts.

    Attributes:
        sentences: The sentences, `(sentences,)`.
        places: Where they lie on the map, `(sentences, 2)`: the two directions in which the vectors
            differ most.
        explained: The share of the variance that each of the two directions holds, `(2,)`.
        by: What the colours show: "length", "tense" or "question".
        groups: The group of each sentence, `(sentences,)`.
        points: The text, the other text and their mean, as far as they were given.
        nearest: The sentences of the training corpus nearest to the text.
    """

    topic: ClassVar[str] = "context"

    sentences: list[str]
    places: np.ndarray
    explained: np.ndarray
    by: str
    groups: list[str]
    points: list[Point]
    nearest: list[Near]

    def lines(self) -> list[str]:
        """How much the map shows, the groups, the neighbours, and what the mean gives."""
        shares = " and ".join(f"{share:.0%}" for share in self.explained)
        lines = [
            f"{len(self.sentences)} sentence vectors; the map's axes hold {shares} of variance"
        ]
        for group in dict.fromkeys(sorted(self.groups)):
            lines.append(f"  {group}: {self.groups.count(group)}")
        for point in self.points:
            lines.append(f"{point.name}: {point.text}")
        if self.nearest:
            lines.append("nearest sentences, by cosine")
            lines += [
                f"  {near.cosine:.3f}  {near.source} → {near.target}" for near in self.nearest
            ]
        return lines


def context(
    translator: Translator,
    text: str | None = None,
    *,
    mean_with: str | None = None,
    by: str = "length",
    corpus: Corpus | None = None,
    training: Corpus | None = None,
) -> Context:
    """Makes a map of sentence vectors.

    Args:
        translator: The translator.
        text: A text to put on the map, whose nearest sentences are looked for.
        mean_with: Another text. What is decoded from the mean of both vectors is told, for a model
            without attention: it alone knows nothing else of the source.
        by: What the colours show: "length", "tense" (by English words) or "question".
        corpus: The sentences of the map; the bundled dev set by default.
        training: Where the nearest sentences are looked for; the map's by default.

    Raises:
        InputError: Something given cannot be used.
    """
    _expect_able(translator, text, mean_with, by)
    if corpus is None:
        corpus = bundled_corpus("dev")
    texts = list(corpus.source[:_MOST])
    if len(texts) < 2:
        raise InputError(
            f"Expected at least 2 sentences for a map. Received: {len(texts)}. Give more."
        )
    vectors = _vectors(translator, texts)
    project, explained = _principal_axes(vectors)

    points, nearest = [], []
    if text is not None:
        source = read_source(translator, text)
        own = _vector_of(translator, source)
        points.append(Point("text", source.text, project(own)))
        nearest = _nearest(translator, own, corpus if training is None else training)
        if mean_with is not None:
            points += _with_mean(translator, source, read_source(translator, mean_with), project)

    return Context(
        sentences=texts,
        places=project(vectors),
        explained=explained,
        by=by,
        groups=_groups(texts, by),
        points=points,
        nearest=nearest,
    )


def _expect_able(translator: Translator, text: str | None, mean_with: str | None, by: str) -> None:
    """Refuses an unknown colouring, and a mean that cannot be decoded.

    Raises:
        InputError: The colouring is unknown, a text is missing, or the model attends.
    """
    if by not in COLOURINGS:
        raise InputError(
            f"Expected by to be one of {', '.join(COLOURINGS)}. Received: {shown(by)}."
        )
    if mean_with is not None and text is None:
        raise InputError("Expected two texts to take the mean of. Received: one. Give both.")
    if single_model(translator).attends and mean_with is not None:
        raise InputError(
            "Expected a model without attention for the mean of two texts. Received: one that "
            "attends to the words of a text, of which a mean has none. "
            "Train one with --attention none."
        )


def _with_mean(
    translator: Translator, source: Sentence, other: Sentence, project: Project
) -> list[Point]:
    """The other text, and the mean of both with what is decoded from it."""
    vector = _vector_of(translator, other)
    mean = (_vector_of(translator, source) + vector) / 2
    decoded = _decode(translator, mean, source, other)
    return [
        Point("other text", other.text, project(vector)),
        Point("mean of both", decoded, project(mean)),
    ]


def _vectors(translator: Translator, texts: Sequence[str]) -> np.ndarray:
    """The context vectors of sentences, `(sentences, units)`, as `translate` reads them."""
    if translator.protector:
        texts = [translator.protector.protect(text, own=False).text for text in texts]

    vectors = []
    for start in range(0, len(texts), _BATCH):
        _, tokens = translator.tokenize(tf.constant(list(texts[start : start + _BATCH])))
        _, context = single_model(translator).encoder(tokens, tokens != PAD_ID)
        vectors.append(context.numpy())
    return np.concatenate(vectors)


def _vector_of(translator: Translator, source: Sentence) -> np.ndarray:
    tokens = tf.constant(source.tokens[np.newaxis])
    return single_model(translator).encoder(tokens, tokens != PAD_ID)[1].numpy()[0]


def _principal_axes(vectors: np.ndarray) -> tuple[Project, np.ndarray]:
    """The projection on the two directions of most variance, and their shares of it."""
    mean = vectors.mean(0)
    _, values, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    variances = values**2
    total = max(float(variances.sum()), np.finfo(np.float32).tiny)

    def project(those: np.ndarray) -> np.ndarray:
        return (those - mean) @ directions[:2].T

    return project, variances[:2] / total


def _nearest(translator: Translator, own: np.ndarray, corpus: Corpus) -> list[Near]:
    """The sentences whose vectors point the same way most."""
    texts = list(corpus.source[:_MOST])
    vectors = _vectors(translator, texts)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(own)
    cosines = vectors @ own / np.maximum(lengths, np.finfo(np.float32).tiny)
    order = np.argsort(-cosines, kind="stable")[:_NEAREST]
    return [Near(texts[place], corpus.target[place], float(cosines[place])) for place in order]


def _decode(translator: Translator, vector: np.ndarray, *sources: Sentence) -> str:
    """What the decoder writes from a context vector alone."""
    model = single_model(translator)
    longest = max((source.tokens for source in sources), key=len)
    limits = length_limits(tf.constant(longest[np.newaxis]), SearchOptions(beam_size=1))
    state = model.decoder.initial_state(tf.constant(vector[np.newaxis], tf.float32))

    found = greedy_search(model.step, state, (), max_lengths=limits)
    tokens = found.tokens.numpy()[0, 0]
    masks = {**sources[1].masks, **sources[0].masks}
    return spelt(pieces_of(translator.target_tokenizer, tokens[tokens != PAD_ID], masks))


def _groups(texts: Sequence[str], by: str) -> list[str]:
    """The group of each sentence."""
    if by == "question":
        return ["question" if _QUESTION.search(text) else "no question" for text in texts]
    if by == "tense":
        return [_tense(text) for text in texts]

    words = np.array([len(text.split()) for text in texts])
    limits = np.unique(np.quantile(words, [0, 0.25, 0.5, 0.75]).astype(int))
    places = np.searchsorted(limits, words, side="right") - 1
    ends = [*(limits[1:] - 1), words.max()]
    return [f"{limits[place]:>2}–{max(ends[place], limits[place])} words" for place in places]


def _tense(text: str) -> str:
    if _FUTURE.search(text):
        return "future"
    return "past" if _PAST.search(text) else "present"
