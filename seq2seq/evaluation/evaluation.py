"""A translator and a corpus to scores, speed and faults."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.bleu_tokenizer import AUTO, choose_tokenizer
from seq2seq.evaluation.degenerate import Fault, find_faults
from seq2seq.evaluation.metrics import expect_tokenizer
from seq2seq.evaluation.scores import Score, score


class _Hypothesis(Protocol):
    """What evaluation reads of a `Hypothesis`, which this room must not import."""

    @property
    def pieces(self) -> Sequence[str]: ...

    @property
    def ended(self) -> bool: ...


class _Translation(Protocol):
    """What evaluation reads of a `Translation`, which this room must not import."""

    @property
    def source(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def best(self) -> _Hypothesis: ...


class _Translator(Protocol):
    """What evaluation needs of a `Translator`, which this room must not import."""

    def stream(self, texts: Iterable[str], **search: Any) -> Iterable[_Translation]: ...


@dataclass(frozen=True)
class Evaluation:
    """The scores of a translator on a corpus, its translations and its speed.

    `str(evaluation)` gives a table: a line for each score with its interval and signature, one for
    the speed, and one for each fault.

    >>> evaluation.bleu.value
    35.2
    >>> print(evaluation)

    Attributes:
        scores: Under "bleu", "chrf2" and "ter"; see `scores.score`.
        hypotheses: The translations.
        seconds: Time of translating, start-up included.
        tokens: Number of tokens generated, EOS included.
        faults: What is degenerate in the translations.
        tokenize: The sacreBLEU tokenizer of BLEU, which its signature names, too.
        translations: The `Translation` of each sentence.
    """

    scores: dict[str, Score]
    hypotheses: list[str]
    seconds: float
    tokens: int
    faults: list[Fault]
    tokenize: str = "13a"
    translations: Sequence[Any] = field(default=(), repr=False)

    @property
    def bleu(self) -> Score:
        """BLEU."""
        return self.scores["bleu"]

    @property
    def chrf2(self) -> Score:
        """The F-score of character n-grams, with β = 2."""
        return self.scores["chrf2"]

    @property
    def ter(self) -> Score:
        """The translation edit rate, of which less is better."""
        return self.scores["ter"]

    @property
    def sentences_per_second(self) -> float:
        """Sentences translated in a second."""
        return len(self.hypotheses) / self.seconds

    @property
    def tokens_per_second(self) -> float:
        """Tokens generated in a second, EOS included."""
        return self.tokens / self.seconds

    def __str__(self) -> str:
        return self.table()

    def table(self) -> str:
        """Returns a line for each score, one for the speed, and one for each fault."""
        scores = [f"  {score}" for score in self.scores.values()]
        speed = (
            f"  {self.sentences_per_second:,.0f} sentences and "
            f"{self.tokens_per_second:,.0f} tokens per second"
        )
        warnings = [f"  Warning: {fault}" for fault in self.faults]

        return "\n".join([*scores, speed, *warnings])

    def as_dict(self) -> dict[str, Any]:
        """Returns scores, speed and warnings as JSON-ready values."""
        return {
            **{name: score.as_dict() for name, score in self.scores.items()},
            "tokenize": self.tokenize,
            "sentences": len(self.hypotheses),
            "sentences_per_second": self.sentences_per_second,
            "tokens_per_second": self.tokens_per_second,
            "warnings": [fault.as_dict() for fault in self.faults],
        }


def evaluate_translator(
    translator: _Translator, corpus: Corpus, *, tokenize: str = AUTO, **search: Any
) -> Evaluation:
    """Translates a corpus and scores the translations.

    Args:
        translator: A `Translator`.
        corpus: The sentences and their references.
        tokenize: The sacreBLEU tokenizer for BLEU; "auto" takes the one that suits the references.
        **search: See `Translator.stream`.

    Raises:
        InputError: There is nothing to score, or an option cannot be used.
    """
    tokenize = choose_tokenizer(tokenize, corpus.target)
    expect_tokenizer(tokenize)  # an unknown one is better refused before the translation than after

    began = time.perf_counter()
    translations = list(translator.stream(corpus.source, **search))
    seconds = time.perf_counter() - began

    hypotheses = [translation.text for translation in translations]
    return Evaluation(
        scores=score(hypotheses, corpus.target, tokenize=tokenize),
        hypotheses=hypotheses,
        seconds=seconds,
        tokens=sum(len(translation.best.pieces) for translation in translations),
        faults=faults_of(translations, corpus.target),
        tokenize=tokenize,
        translations=translations,
    )


def faults_of(translations: Sequence[_Translation], references: Sequence[str]) -> list[Fault]:
    """Finds what is degenerate in the best of each `Translation`, given a reference for each."""
    return find_faults(
        sources=[translation.source for translation in translations],
        hypotheses=[translation.text for translation in translations],
        references=references,
        ended=[translation.best.ended for translation in translations],
    )
