"""How many inserted spans stand in the translation once, and what they cost the rest of it."""

import re
from collections.abc import Iterator
from itertools import chain, islice
from random import Random

from real_texts.inserting import Marked, different, insert, occurrences, remove
from real_texts.kinds import KINDS, SCRIPTS, word_of
from real_texts.rows import Failure, Row, Sentences, scores, share


def measure_spans(sentences: Sentences, seed: int) -> Iterator[Row]:
    """A row for each kind of span, each inserted into all sentences."""
    texts = {}
    for kind, make in KINDS.items():
        random = Random(f"{seed} {kind}")
        texts[kind] = [
            insert(source, make, random, anywhere=kind == "emoji") for source in sentences.sources
        ]

    # One stream: its batches hold sentences of one length, whatever their kind.
    translations = sentences.translate(marked.text for marked in chain(*texts.values()))
    for kind, of_kind in texts.items():
        found = list(islice(translations, len(of_kind)))
        figures, failures = kept_figures(of_kind, found)
        figures |= rest_figures(without_spans(of_kind, found), sentences)
        yield Row("spans", sentences.corpus, kind, figures, failures)


def measure_replaced(sentences: Sentences, terms: dict[str, str], seed: int) -> Iterator[Row]:
    """A row of sentences in which spans take the place of words, as they do in their references.

    Args:
        sentences: The sentences.
        terms: Words of the sentences, in small letters, and their usual translations.
        seed: Says which words, and which spans take their places.
    """
    random = Random(f"{seed} replaced")
    makes = [make for kind, make in KINDS.items() if kind != "emoji"]
    texts: list[Marked] = []
    references: list[str] = []
    for place, (source, reference) in enumerate(
        zip(sentences.sources, sentences.references, strict=True)
    ):
        words = replaceable(source, reference, terms)
        if words:
            word = random.choice(words)
            (span,) = different(1, makes[place % len(makes)], random, source)
            texts.append(Marked(_exchanged(word, span, source), [span]))
            references.append(_exchanged(terms[word.lower()], span, reference))
    if not texts:
        return

    found = list(sentences.translate(marked.text for marked in texts))
    figures, failures = kept_figures(texts, found)
    bleu, chrf = scores(found, references)
    figures |= {"BLEU": bleu, "chrF2": chrf}
    yield Row("spans", sentences.corpus, "in the place of a word", figures, failures)


def replaceable(source: str, reference: str, terms: dict[str, str]) -> list[str]:
    """The words of a sentence that stand in it once, as their translations do in the reference."""
    return [
        word
        for word in re.findall(r"[^\W\d_]{4,}", source)
        if word.lower() in terms
        and len(_word(word).findall(source)) == 1
        and len(_word(terms[word.lower()]).findall(reference)) == 1
    ]


def _exchanged(word: str, span: str, text: str) -> str:
    return _word(word).sub(lambda _: span, text)


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def measure_scripts(sentences: Sentences, seed: int) -> Iterator[Row]:
    """A row for each script that the model does not read, with its share of the sentences.

    The last row is of all of them.
    """
    random = Random(f"{seed} letters")
    words = [*map(word_of, SCRIPTS)]
    texts = [
        insert(source, words[place % len(words)], random)
        for place, source in enumerate(sentences.sources)
    ]
    translations = list(sentences.translate(marked.text for marked in texts))

    for number, script in enumerate(SCRIPTS):
        of_script = slice(number, None, len(SCRIPTS))
        figures, failures = kept_figures(texts[of_script], translations[of_script])
        yield Row("letters", sentences.corpus, script, figures, failures)

    figures, _ = kept_figures(texts, translations)
    rest = without_spans(texts, translations)
    figures |= rest_figures(rest, sentences)
    yield Row("letters", sentences.corpus, "all of them", figures)


def kept_figures(
    texts: list[Marked], translations: list[str]
) -> tuple[dict[str, float | None], list[Failure]]:
    """The share of spans that stand in the translation once, and the texts that lost one."""
    kept = 0
    failures = []
    for marked, translation in zip(texts, translations, strict=True):
        lost = [span for span in marked.spans if occurrences(span, translation) != 1]
        kept += len(marked.spans) - len(lost)
        if lost:
            failures.append(Failure(marked.text, translation, ", ".join(lost)))

    spans = sum(len(marked.spans) for marked in texts)
    return {"sentences": len(texts), "spans": spans, "kept": share(kept, spans)}, failures


def without_spans(texts: list[Marked], translations: list[str]) -> list[str]:
    """The translations without the spans of their texts."""
    pairs = zip(texts, translations, strict=True)
    return [remove(marked.spans, translation) for marked, translation in pairs]


def rest_figures(rest: list[str], sentences: Sentences) -> dict[str, float | None]:
    """Scores of translations without their spans, beside those of the plain sentences."""
    bleu, chrf = scores(rest, sentences.references)
    plain_bleu, plain_chrf = scores(sentences.plain, sentences.references)
    return {
        "BLEU of the rest": bleu,
        "BLEU, plain": plain_bleu,
        "chrF2 of the rest": chrf,
        "chrF2, plain": plain_chrf,
    }
