"""What a comparison has found: its results side by side, as a table and as JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq.comparison.plan import Data, Plan
from seq2seq.comparison.result import Result
from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.scores import Score
from seq2seq.explain.explanation import json_ready

if TYPE_CHECKING:
    from seq2seq.explain.topics.length import Length

_SENTENCES = 5  # side by side


@dataclass(frozen=True)
class Comparison:
    """What was measured on several models that have learnt the same data for as long.

    `str(comparison)` is a table with a line for each model.

    Attributes:
        settings: What all models share, by name and in words.
        results: What was measured on each model.
        failures: Why the others could not be trained or measured, by name.
        test: The pairs that were scored.
        length: BLEU and chrF2 by the length of the source.
        examples: The places of some test pairs, from the shortest source to the longest.
    """

    settings: dict[str, str]
    results: list[Result]
    failures: dict[str, str]
    test: Corpus
    length: "Length"
    examples: list[int]

    @classmethod
    def of(
        cls, plan: Plan, data: Data, results: list[Result], failures: dict[str, str]
    ) -> "Comparison":
        """Sets results side by side; TensorFlow must be loaded."""
        from seq2seq.explain.topics.length import by_length

        tokenize = plan.configuration.training.tokenize
        hypotheses = {str(result.combination): result.hypotheses for result in results}
        return cls(
            settings=_settings(plan, data),
            results=results,
            failures=failures,
            test=data.test,
            length=by_length(hypotheses, data.test, tokenize=tokenize),
            examples=_spread(data.test.source),
        )

    @property
    def best(self) -> Result:
        """The result of the highest BLEU, and of the highest chrF2 where that is the same."""
        return max(self.results, key=lambda one: (one.scores["bleu"].value, _chrf2(one).value))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """A table with a line for each model, and a line for each that failed."""
        lines = [
            "model            weights    BLEU (95 %)           chrF2 (95 %)            steps"
            "  minutes  tokens/s"
        ]
        for result in self.results:
            training = result.training
            speed = training.tokens_per_second
            lines.append(
                f"{result.combination!s:13}{training.weights:11,}  "
                f"{_with_interval(result.scores['bleu']):20}  {_with_interval(_chrf2(result)):20}"
                f"{training.steps[-1]:9,.0f}{training.minutes[-1]:9.1f}"
                f"{'–' if speed is None else format(speed, ',.0f'):>10}"
            )
        return lines + [f"{name}: failed. {reason}" for name, reason in self.failures.items()]

    def as_dict(self) -> dict[str, Any]:
        """Returns everything as JSON-ready values, numbers with six significant digits."""
        return json_ready(
            {
                "settings": self.settings,
                "models": {str(one.combination): one.as_dict() for one in self.results},
                "failures": self.failures,
                "length": self.length.as_dict(),
                "source": self.test.source,
                "reference": self.test.target,
                "examples": self.examples,
            }
        )


def _chrf2(result: Result) -> Score:
    return result.scores["chrf2"]


def _with_interval(score: Score) -> str:
    low, high = score.confidence_interval or (score.value, score.value)
    return f"{score.value:6.2f} ({low:.2f}–{high:.2f})"


def _spread(sources: list[str]) -> list[int]:
    """Places of sentences from the shortest to the longest, no sentence twice."""
    by_length = sorted(range(len(sources)), key=lambda place: (len(sources[place]), place))
    distinct = list({sources[place]: place for place in by_length}.values())
    wanted = min(_SENTENCES, len(distinct))
    return [distinct[place] for place in np.linspace(0, len(distinct) - 1, wanted).astype(int)]


def _settings(plan: Plan, data: Data) -> dict[str, str]:
    """What all models share, in words."""
    corpus = plan.configuration.corpus
    files = ", ".join(Path(file).name for file in (*corpus.corpus, *corpus.source, *corpus.target))
    options = plan.configuration.training
    scored = f"{Path(plan.test).name}" if plan.test else "the dev pairs, which choose the weights"
    return {
        "learnt": f"{files}, {len(data.training):,} pairs",
        "dev": f"{len(data.dev):,} pairs",
        "scored": f"{len(data.test):,} sentences of {scored}; beam 5",
        "budget": f"{plan.budget} for each model",
        "preset": plan.configuration.model.preset,
        "seed": str(options.seed),
    }
