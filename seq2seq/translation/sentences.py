"""Texts of several sentences: divided, translated one by one, and joined again.

A model that has learnt from single sentences translates the first of several and drops the rest.
So a text is divided where sentences end, and what stood between them (spaces, line breaks) is put
between their translations. All that translates shares this: the library, the commands, the exported
models and the server.

Where a sentence ends is what the library sentencex finds, which knows abbreviations, numbers,
addresses and quotations. Its English and its German have to agree: either one alone ends sentences
after abbreviations of the other, and the English after "Ms.". It knows no language by the text, and
all languages end their sentences in these ways. Thai, which marks no end, stays whole.

Reference:
    https://github.com/wikimedia/sentencex
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from sentencex import segment as _segment  # pyright: ignore[reportAttributeAccessIssue]

from seq2seq.errors import InputError
from seq2seq.translation.confidence import joined_confidence
from seq2seq.translation.result import Hypothesis, Translation

_WINDOW = 2000  # characters looked at together: sentencex takes quadratic time for some texts
_ENDS_WITHOUT_SPACE = "。｡！？"
# Words that sentencex takes for abbreviations (Maine, Artikel, Nummer), though far more sentences
# end in them; of "No. 5" and "art. 5" it is right. After a short month comes a number, or a new
# sentence.
_MONTH = "(?:Jan|Feb|Mar|Mär|Apr|Jun|Jul|Aug|Sept?|Okt|Oct|Nov|Dec|Dez)"
_WORD_AT_END = re.compile(
    r"(?<![\w.-])(?:[Aa]rt|Bart|DC|etc|fed|ill|May|me|miss|[Nn]o|ok|OK|usw|"
    rf"{_MONTH})\.\s+(?=[A-ZÄÖÜ])"
)
_DAY = re.compile(rf"(?<!\d)\d{{1,2}}\.\s+(?={_MONTH}\b)")  # German, of a date
_ITEM = re.compile(r"\d{1,3}[.)]\s")
_PARAGRAPH = re.compile(r"\n\s*\n\s*\Z")
_SEVERAL = 0.1  # share of the lines of a corpus from which on several sentences are usual in a line
_LINES_LOOKED_AT = 20_000
_NEXT_SENTENCE = 1 << 40  # more than there are lines

_NONE = Hypothesis(text="", score=0.0, pieces=[])  # of a sentence to which a search allows none


@dataclass(frozen=True)
class Divided:
    """A text in its sentences; both parts in turn, gaps first, make up the text.

    Attributes:
        sentences: At least one; a text that is not divided is one, with the spaces around it.
        gaps: The spaces before the first sentence, between two, and after the last.
    """

    sentences: list[str]
    gaps: list[str]

    @property
    def text(self) -> str:
        """The text that was divided."""
        pairs = zip(self.gaps, [*self.sentences, ""], strict=True)
        return "".join(gap + sentence for gap, sentence in pairs)

    def join(self, translations: Sequence[str]) -> str:
        """One text of the translations of the sentences, with the gaps that were between these.

        Where there was none, as in Chinese, a space divides translations that do not end as
        sentences do there.
        """
        joined = [translations[0]]
        for gap, before, after in zip(
            self.gaps[1:-1], translations, translations[1:], strict=False
        ):
            if not gap and before and after and before[-1] not in _ENDS_WITHOUT_SPACE:
                gap = " "
            joined += [gap, after]
        return "".join(joined)


def whole(text: str) -> Divided:
    """A text as one sentence."""
    return Divided([text], ["", ""])


def divide(text: str) -> Divided:
    """Divides a text where sentences end, in a time proportional to its length."""
    parts = _whole_sentences(_parts(text))
    if len(parts) < 2:
        return whole(text)

    sentences = []
    gaps = [""]
    for part in parts:
        sentence = part.strip()
        before, after = part.split(sentence, maxsplit=1)
        gaps[-1] += before
        gaps.append(after)
        sentences.append(sentence)
    return Divided(sentences, gaps)


def _parts(text: str) -> Iterator[str]:
    """The parts between the ends that the languages agree on, window after window.

    What comes after the last end in a window is looked at again, in the next one. A sentence may be
    longer than a window.
    """
    beginning: list[str] = []  # of a part that goes on
    start = 0
    while start < len(text):
        window = text[start : start + _WINDOW]
        ends = _ends(window)
        if start + len(window) == len(text):
            ends.append(len(window))
        if not ends:
            beginning.append(window)
            start += len(window)
            continue

        for begin, end in pairwise([0, *ends]):
            yield "".join([*beginning, window[begin:end]])
            beginning = []
        start += ends[-1]


def _ends(text: str) -> list[int]:
    """Where sentences end within a text, in order."""
    try:
        english, german = (_ends_in(language, text) for language in ("en", "de"))
    except UnicodeEncodeError:  # half a surrogate pair
        return []

    # In German, a number with a full stop may be an ordinal, so that it sees no items of a list.
    items = {end for end in english - german if _ITEM.match(text, end)}
    words = {match.end() for match in _WORD_AT_END.finditer(text)}
    days = {match.end() for match in _DAY.finditer(text)}
    return sorted((english & german | items | words) - days - {0, len(text)})


def _ends_in(language: str, text: str) -> set[int]:
    return set(accumulate(map(len, _segment(language, text))))


def _whole_sentences(parts: Iterable[str]) -> list[str]:
    """Puts parts together that are no sentences of their own, such as the number of an item."""
    sentences: list[list[str]] = []
    has_letters = False
    for part in parts:
        if not sentences or (has_letters and _are_apart(sentences[-1][-1], part)):
            sentences.append([])
            has_letters = False
        sentences[-1].append(part)
        has_letters = has_letters or any(map(str.isalpha, part))

    return ["".join(sentence) for sentence in sentences]


def _are_apart(before: str, after: str) -> bool:
    """Whether a sentence ends between two parts: a space is there, and no small letter follows."""
    first = next(filter(str.isalnum, after), "")
    if not first:
        return False
    if before[-1] in _ENDS_WITHOUT_SPACE or _PARAGRAPH.search(before):
        return True
    return before[-1].isspace() and not first.islower()


def several_are_usual(lines: Iterable[str]) -> bool:
    """Whether a corpus has lines of several sentences, so that its model can translate these.

    Args:
        lines: Its source sentences. The first 20,000 are looked at.
    """
    count = 0
    several = 0
    for line, _ in zip(lines, range(_LINES_LOOKED_AT), strict=False):
        count += 1
        several += len(divide(line).sentences) > 1
    return several > _SEVERAL * count


def divides(asked: bool | None, usual: bool | None, has_prefix: bool = False) -> bool:
    """Whether texts are translated sentence by sentence.

    Args:
        asked: What was asked for, if anything.
        usual: What a model's configuration says, if anything.
        has_prefix: Whether it is given what a translation begins with, which is that of a whole
            text.

    Raises:
        InputError: What was asked for is neither True, False nor None.
    """
    if asked not in (True, False, None):
        raise InputError(
            f"Expected split_sentences to be true or false. Received: {asked!r}. Give another."
        )
    if has_prefix:
        return False
    return usual is not False if asked is None else asked


class Numbered(NamedTuple):
    """A sentence and its place in the input, from which random draws follow."""

    place: int
    text: str


def translate_divided(
    texts: Iterable[Numbered],
    translate: Callable[[Iterator[Numbered]], Iterable[Translation]],
    *,
    n_best: int,
) -> Iterator[Translation]:
    """Translates texts sentence by sentence; result k belongs to text k.

    Args:
        texts: Any number of texts, read when they are needed. The first sentence of a text has the
            place of the text, and all others have places that no text has.
        translate: Translates a stream of sentences, in their order.
        n_best: Most translations of a text.
    """
    waiting: deque[Divided] = deque()

    def sentences() -> Iterator[Numbered]:
        for place, text in texts:
            divided = divide(text)
            waiting.append(divided)
            for number, sentence in enumerate(divided.sentences):
                yield Numbered(place + number * _NEXT_SENTENCE, sentence)

    done: list[Translation] = []
    for translation in translate(sentences()):
        done.append(translation)
        if len(done) == len(waiting[0].sentences):
            yield joined(waiting.popleft(), done, n_best=n_best)
            done = []


def joined(divided: Divided, translations: Sequence[Translation], *, n_best: int) -> Translation:
    """The translation of a text, of those of its sentences.

    A single sentence has its own. Of several, a hypothesis is one of each sentence, and the best
    combinations are kept: its score is the sum of theirs, and so is what it is ranked by; its
    pieces are theirs, each with its EOS, and its attention has theirs as blocks, and zeros between.
    A sentence to which the search allows no translation counts as one with an empty translation.

    Args:
        divided: The text.
        translations: One of each sentence.
        n_best: Most translations of the text.
    """
    if len(translations) == 1:
        return translations[0]

    choices = [found.hypotheses or [_NONE] for found in translations]
    widths = [len(found.source_pieces) for found in translations]
    hypotheses = []
    seen = set()
    scores = [[one.ranking_score for one in found] for found in choices]
    for ranks in best_combinations(scores, n_best):
        chosen = [found[rank] for found, rank in zip(choices, ranks, strict=True)]
        text = divided.join([one.text for one in chosen])
        if text in seen:
            continue
        seen.add(text)
        hypothesis = Hypothesis(
            text=text,
            score=sum(one.score for one in chosen),
            pieces=[piece for one in chosen for piece in one.pieces],
            restored=[part for one in chosen for part in one.restored],
            attention=blocks(
                [one.attention for one in chosen], [len(one.pieces) for one in chosen], widths
            ),
            log_probability=_sum_if_known([one.log_probability for one in chosen]),
            reranking_score=_sum_if_known([one.reranking_score for one in chosen]),
        )
        hypotheses.append(hypothesis)

    return Translation(
        source=divided.text,
        hypotheses=hypotheses,
        source_pieces=[piece for found in translations for piece in found.source_pieces],
        cut=any(found.cut for found in translations),
        copied=[word for found in translations for word in found.copied],
        confidence=joined_confidence((found.confidence, found.text) for found in translations),
    )


def _sum_if_known(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def best_combinations(scores: Sequence[Sequence[float]], count: int) -> list[list[int]]:
    """The combinations of one choice from each list that have the largest sums, the best first.

    Args:
        scores: The scores of the choices in each list, at least one.
        count: Most combinations.

    Returns:
        The ranks of the choices in their lists, for each combination. Time and memory are
        proportional to the number of lists.
    """
    # A combination is its sum, the rank in the last list, and the combination of the lists before.
    kept: list[tuple[float, int, object]] = [(0.0, 0, None)]
    for choices in scores:
        longer = [
            (before[0] + score, rank, before)
            for before in kept
            for rank, score in enumerate(choices)
        ]
        kept = nlargest(count, longer, key=_sum_of)

    return [_ranks(combination, len(scores)) for combination in kept]


def _sum_of(combination: tuple[float, int, object]) -> float:
    return combination[0]


def _ranks(combination: object, length: int) -> list[int]:
    ranks = []
    for _ in range(length):
        _, rank, combination = combination  # pyright: ignore[reportGeneralTypeIssues]
        ranks.append(rank)
    return ranks[::-1]


def blocks(
    attentions: Sequence[np.ndarray | None], heights: Sequence[int], widths: Sequence[int]
) -> np.ndarray | None:
    """The attention of a text, `(target_length, source_length)`; None unless a sentence has any.

    Args:
        attentions: Those of its sentences.
        heights: The lengths of their translations in pieces.
        widths: Their own.
    """
    given = [array for array in attentions if array is not None]
    if not given:
        return None

    blocks = np.zeros((sum(heights), sum(widths)), given[0].dtype)
    row = 0
    column = 0
    for array, height, width in zip(attentions, heights, widths, strict=True):
        if array is not None:
            blocks[row : row + height, column : column + width] = array
        row += height
        column += width
    return blocks
