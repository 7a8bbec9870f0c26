"""A row of the figures, and the sentences and the translator that rows are made of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

from seq2seq.evaluation.bleu_tokenizer import AUTO, choose_tokenizer
from seq2seq.evaluation.metrics import make_metrics


class Translate(Protocol):
    """Translates texts in their order, with a glossary if there is one."""

    def __call__(
        self, texts: Iterable[str], glossary: dict[str, str] | None = None
    ) -> Iterator[str]: ...


class Failure(NamedTuple):
    """A text, its translation, and what is wrong with it."""

    text: str
    translation: str
    wrong: str


@dataclass(frozen=True)
class Row:
    """What was measured of one kind of texts.

    Attributes:
        section: The table that it belongs to.
        corpus: The languages, such as "en-de".
        name: The kind.
        figures: By name; counts are whole numbers, shares and scores are of 100, None is none.
        failures: Texts, their translations and what is wrong with these; some of them.
    """

    section: str
    corpus: str
    name: str
    figures: dict[str, float | None]
    failures: list[Failure] = field(default_factory=list, compare=False)

    def as_dict(self) -> dict:
        """What is kept of it: no text of a corpus is."""
        figures = {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in self.figures.items()
        }
        return {
            "section": self.section,
            "corpus": self.corpus,
            "name": self.name,
            "figures": figures,
        }

    def __str__(self) -> str:
        figures = [f"{name} {shown(value)}" for name, value in self.figures.items()]
        return f"{self.corpus}  {self.section:10}  {self.name:24}  {'   '.join(figures)}"


@dataclass(frozen=True)
class Sentences:
    """Sentences with their references, and what translates them.

    Attributes:
        corpus: The languages, such as "en-de".
        sources: The sentences.
        references: Their translations.
        translate: The translator.
    """

    corpus: str
    sources: list[str]
    references: list[str]
    translate: Translate

    @cached_property
    def plain(self) -> list[str]:
        """The translations of the sentences as they are."""
        return list(self.translate(self.sources))


def shown(value: float | None) -> str:
    """A figure as it is printed: a share or a score with one decimal."""
    if value is None:
        return "–"
    return f"{value:.1f}" if isinstance(value, float) else f"{value:,}"


def share(part: int, whole: int) -> float | None:
    """A part of 100; None of nothing."""
    return 100 * part / whole if whole else None


def scores(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[float, float]:
    """BLEU and chrF2."""
    metrics = make_metrics(choose_tokenizer(AUTO, references))
    bleu, chrf = (
        metrics[name].corpus_score(list(hypotheses), [list(references)]).score
        for name in ("bleu", "chrf2")
    )
    return float(bleu), float(chrf)
