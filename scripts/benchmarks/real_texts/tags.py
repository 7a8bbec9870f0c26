"""Whether tags around words stand around words of the translation."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from real_texts.inserting import without_mark
from real_texts.rows import Failure, Row, Sentences, share
from real_texts.spans import rest_figures

_MOST = 3  # pairs of a sentence, and words of a pair
_NESTED = 0.2  # of the pairs stand around another one
_TAGS = (
    "b",
    "i",
    "u",
    "em",
    "strong",
    "mark",
    'a href="https://example.org/?a=1&b=2"',
    'span class="red"',
    'g id="1"',
)


class Pair(NamedTuple):
    """An opening tag and its closing one."""

    opening: str
    closing: str


class Tagged(NamedTuple):
    """A sentence with its pairs of tags."""

    text: str
    pairs: list[Pair]


def measure_tags(sentences: Sentences, seed: int) -> Iterator[Row]:
    """A row of the pairs that stand in the translation once, opened before closed, uncrossed."""
    random = Random(f"{seed} tags")
    texts = [tag(source, random) for source in sentences.sources]
    translations = list(sentences.translate(tagged.text for tagged in texts))

    kept = 0
    around_words = 0
    failures = []
    for tagged, translation in zip(texts, translations, strict=True):
        whole = whole_pairs(tagged.pairs, translation)
        kept += len(whole)
        around_words += sum(bool(inside(pair, tagged.pairs, translation)) for pair in whole)
        if len(whole) < len(tagged.pairs):
            lost = [pair.opening for pair in tagged.pairs if pair not in whole]
            failures.append(Failure(tagged.text, translation, ", ".join(lost)))

    rest = [
        without_tags(tagged.pairs, translation)
        for tagged, translation in zip(texts, translations, strict=True)
    ]
    pairs = sum(len(tagged.pairs) for tagged in texts)
    figures = {
        "sentences": len(texts),
        "spans": pairs,
        "kept": share(kept, pairs),
        **rest_figures(rest, sentences),
        "around words": share(around_words, pairs),
    }
    yield Row("spans", sentences.corpus, "tags", figures, failures)


def tag(sentence: str, random: Random) -> Tagged:
    """Puts one to three pairs around one to three words each, some around another pair."""
    body, mark = without_mark(sentence)
    words = body.split()
    names = random.sample(_TAGS, 2 * _MOST)
    pairs = []

    start = 0
    for _ in range(random.randint(1, _MOST)):
        start += random.randint(0, 3)
        end = start + random.randint(1, _MOST)
        if end > len(words):
            break
        for _ in range(1 + (random.random() < _NESTED)):
            pair = pair_of(names.pop())
            words[start] = pair.opening + words[start]
            words[end - 1] += pair.closing
            pairs.append(pair)
        start = end

    if not pairs:  # a short sentence
        pairs.append(pair_of(names.pop()))
        words[0] = pairs[0].opening + words[0]
        words[-1] += pairs[0].closing
    return Tagged(" ".join(words) + mark, pairs)


def pair_of(tag: str) -> Pair:
    """The tags of a name with its attributes."""
    return Pair(f"<{tag}>", f"</{tag.split()[0]}>")


def whole_pairs(pairs: list[Pair], translation: str) -> list[Pair]:
    """The pairs that stand there once, opened before closed, and that cross no other such pair."""
    once = [pair for pair in pairs if all(translation.count(part) == 1 for part in pair)]
    ranges = {pair: tuple(map(translation.index, pair)) for pair in once}
    return [
        pair
        for pair, (start, end) in ranges.items()
        if start < end
        and not any(
            start < other_start < end < other_end or other_start < start < other_end < end
            for other_start, other_end in ranges.values()
        )
    ]


def inside(pair: Pair, pairs: list[Pair], translation: str) -> str:
    """The words between the tags of a pair."""
    _, _, after = translation.partition(pair.opening)
    return without_tags(pairs, after.partition(pair.closing)[0])


def without_tags(pairs: list[Pair], translation: str) -> str:
    """The translation without the tags, its spaces collapsed."""
    for pair in pairs:
        for part in pair:
            translation = translation.replace(part, "")
    return " ".join(translation.split())
