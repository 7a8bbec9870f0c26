"""Whether the translation of a paragraph has those of its sentences."""

from collections.abc import Iterator
from random import Random

from real_texts.rows import Failure, Row, Sentences, scores, share
from seq2seq.translation.sentences import divide

_LENGTHS = (2, 3, 4, 5)


def measure_paragraphs(sentences: Sentences, seed: int) -> Iterator[Row]:
    """A row for each number of sentences; each has all sentences that end in a mark."""
    random = Random(f"{seed} paragraphs")
    ended = [
        place
        for place, source in enumerate(sentences.sources)
        if source.endswith((".", "!", "?")) and source[0].isupper()
    ]
    for length in _LENGTHS:
        random.shuffle(ended)
        paragraphs = [
            ended[start : start + length] for start in range(0, len(ended) - length + 1, length)
        ]
        if paragraphs:
            yield _row(sentences, length, paragraphs)


def _row(sentences: Sentences, length: int, paragraphs: list[list[int]]) -> Row:
    """The row of the paragraphs, whose sentences are given by their places."""
    texts = [" ".join(sentences.sources[place] for place in places) for places in paragraphs]
    joined = [" ".join(sentences.plain[place] for place in places) for places in paragraphs]
    translations = list(sentences.translate(texts))

    kept = 0
    failures = []
    for text, translation, expected in zip(texts, translations, joined, strict=True):
        # A mark within a sentence may look like an end, on both sides alike.
        if len(divide(translation).sentences) == len(divide(expected).sentences):
            kept += 1
        if translation != expected:
            failures.append(Failure(text, translation, f"expected {expected}"))

    _, chrf = scores(translations, joined)
    figures = {
        "paragraphs": len(texts),
        "as many sentences": share(kept, len(texts)),
        "the same text": share(len(texts) - len(failures), len(texts)),
        "chrF2 to the sentences' translations": chrf,
    }
    return Row("paragraphs", sentences.corpus, f"of {length} sentences", figures, failures)
