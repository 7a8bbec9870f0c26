"""What small letters and capitals cost."""

from collections.abc import Callable, Iterator

from real_texts.rows import Failure, Row, Sentences, scores, share

_CASES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "small letters": str.lower,
    "capitals": str.upper,
}


def measure_case(sentences: Sentences) -> Iterator[Row]:
    """A row for each case; case-folded scores compare what differs in case alone."""
    folded_references = list(map(str.casefold, sentences.references))
    for name, change in _CASES.items():
        texts = list(map(change, sentences.sources))
        translations = list(sentences.translate(texts)) if change is not str else sentences.plain

        bleu, _ = scores(translations, sentences.references)
        folded_bleu, folded_chrf = scores(list(map(str.casefold, translations)), folded_references)
        figures = {
            "sentences": len(texts),
            "BLEU": bleu,
            "BLEU, case folded": folded_bleu,
            "chrF2, case folded": folded_chrf,
            "letters in capitals": capitals("".join(translations)),
        }
        failures = [
            Failure(text, translation, f"expected {plain}, but for case")
            for text, translation, plain in zip(texts, translations, sentences.plain, strict=True)
            if translation.casefold() != plain.casefold()
        ]
        yield Row("case", sentences.corpus, name, figures, failures)


def capitals(text: str) -> float | None:
    """The share of capitals among the letters that have case; None without such letters."""
    upper = sum(letter.isupper() for letter in text)
    return share(upper, upper + sum(letter.islower() for letter in text))
