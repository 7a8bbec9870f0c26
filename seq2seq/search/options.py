"""How translations are searched for, or drawn: the options that `seq2seq translate` and the library share."""

import math
from dataclasses import dataclass

from seq2seq.errors import InputError

_LOWEST = {
    "beam_size": 1,
    "n_best": 1,
    "length_penalty": 0,
    "coverage_penalty": 0,
    "min_length": 0,
    "max_length": 1,
    "no_repeat_ngram": 0,
    "top_k": 1,
    "seed": 0,
}

_FEWEST = 16  # tokens on a shortlist, of which four are special


@dataclass(frozen=True)
class SearchOptions:
    """Beam search as it is set; random draws instead where `temperature`, `top_k` or `top_p` is given.

    Attributes:
        beam_size: Hypotheses kept per sentence; 1 is greedy search. Draws have none.
        n_best: Translations per sentence, at most `beam_size`; or the number of draws.
        length_penalty: 0 ranks by log-probability; larger values favour longer translations.
        coverage_penalty: Weight of the penalty for source words that got little attention, by which the translations
            in the beam are ranked at the end; see `search.coverage`. 0 leaves it out.
        min_length: Fewest tokens of a translation, a prefix counted and EOS not.
        max_length: Most tokens of a translation, EOS counted and a prefix not; by default 10 more than twice those of
            the source.
        no_repeat_ngram: No sequence of so many tokens stands twice in a translation; 0 allows all.
        shortlist: How many target tokens, the likeliest ones for a sentence, its translation may be made of, which is
            faster; see `shortlist`. Scores are then of probabilities among these tokens, a little higher than the
            model's. 0 allows the whole vocabulary, as a prefix needs it.
        prefix: Text that every translation begins with.
        temperature: Draws: above 1 flattens the distribution, below 1 sharpens it.
        top_k: Draws: only among so many most probable tokens.
        top_p: Draws: only among the fewest tokens whose probabilities sum up to it (Holtzman et al. 2020).
        seed: Of the draws; those of a sentence follow from it and from the sentence's place in the input.

    Raises:
        InputError: A value is out of its range, or two contradict each other.
    """

    beam_size: int = 5
    n_best: int = 1
    length_penalty: float = 1.0
    coverage_penalty: float = 0.0
    min_length: int = 0
    max_length: int | None = None
    no_repeat_ngram: int = 0
    shortlist: int = 0
    prefix: str = ""
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1

    def __post_init__(self):
        for name, low in _LOWEST.items():
            self._expect(name, f"at least {low}", lambda value, low=low: low <= value < math.inf)
        self._expect(
            "shortlist",
            f"0 or at least {_FEWEST}",
            lambda size: size == 0 or _FEWEST <= size < math.inf,
        )
        if self.shortlist and self.prefix:
            raise InputError("Expected a shortlist or a prefix. Received: both. Leave one out.")
        self._expect("temperature", "a number above 0", lambda value: 0 < value < math.inf)
        self._expect("top_p", "above 0 and at most 1", lambda value: 0 < value <= 1)
        if self.draws:
            if self.coverage_penalty:
                raise InputError(
                    "Expected a coverage penalty with beam search. Received: one with random draws. Leave one out."
                )
        elif self.n_best > self.beam_size:
            raise InputError(
                f"Expected n-best to be at most the beam size. Received: {self.n_best} best of a beam of "
                f"{self.beam_size}. Use a larger beam."
            )
        if self.max_length is not None and self.min_length >= self.max_length:
            raise InputError(
                f"Expected min-length to be below max-length. Received: {self.min_length} and {self.max_length}."
            )

    def _expect(self, name, wanted, holds):
        value = getattr(self, name)
        if value is not None and not holds(value):
            raise InputError(
                f"Expected {name.replace('_', '-')} to be {wanted}. Received: {value}. Give another."
            )

    @property
    def draws(self) -> bool:
        """Whether translations are drawn at random."""
        return not (self.temperature is self.top_k is self.top_p is None)
