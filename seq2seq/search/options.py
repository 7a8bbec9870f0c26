"""The options of a search for translations, or of random draws, and the checks of their values."""

import dataclasses
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from seq2seq.errors import InputError, is_real, is_utf8, is_whole, shown

_LOWEST_WHOLE = {
    "beam_size": 1,
    "n_best": 1,
    "min_length": 0,
    "max_length": 1,
    "no_repeat_ngram": 0,
    "top_k": 1,
    "seed": 0,
}
_MOST_WHOLE = 2**31 - 1  # what 32 bits hold, as the graph has it
_HIGHEST_WHOLE = {  # far beyond what helps, so that a slip ends; a seed has no limit
    "beam_size": 1_000,
    "n_best": 10_000,
    "min_length": 10_000,
    "max_length": 10_000,
    "no_repeat_ngram": _MOST_WHOLE,
    "top_k": _MOST_WHOLE,
}
_MOST_REAL = 1e6  # far beyond what means anything
_LEAST_TEMPERATURE = 1e-6  # logits divided by it are finite in 32 bits
_LOWEST_REAL = {"length_penalty": 0, "coverage_penalty": 0}
_OPTIONAL = ("max_length", "temperature", "top_k", "top_p")  # may be None

_SMALLEST_SHORTLIST = 16  # tokens, of which four are special
_MBR_CANDIDATES = (2, 1_000)  # fewest and most


@dataclass(frozen=True)
class SearchOptions:
    """The options of a beam search, or of random draws.

    Translations are drawn where `temperature`, `top_k` or `top_p` is given.

    Attributes:
        beam_size: Hypotheses kept per sentence; 1 is greedy search. Draws have none.
        n_best: Translations per sentence, at most `beam_size`, or `mbr`; or the number of draws.
        length_penalty: 0 ranks by log-probability; larger values favour longer translations.
        coverage_penalty: Weight of the penalty for source words that got little attention. By it
            the translations in the beam are ranked at the end; see `decoding.coverage`. 0 leaves it
            out.
        min_length: Fewest tokens of a translation, a prefix counted and EOS not.
        max_length: Most tokens of a translation, EOS counted and a prefix not; by default 10 more
            than twice those of the source.
        no_repeat_ngram: No sequence of so many tokens stands twice in a translation; 0 allows all.
        shortlist: How many target tokens, the likeliest ones for a sentence, its translation may be
            made of, which is faster; see `shortlist`. Scores are then of probabilities among these
            tokens, a little higher than the model's. 0 allows the whole vocabulary, as a prefix
            needs it.
        prefix: Text that every translation begins with.
        mbr: Candidates of minimum Bayes risk decoding, which the beam is widened to: the one that
            is likest to all others comes first; see `translation.reranking`. 0 ranks by score.
        temperature: Draws: above 1 flattens the distribution, below 1 sharpens it.
        top_k: Draws: only among so many most probable tokens.
        top_p: Draws: only among the fewest tokens whose probabilities sum up to it (Holtzman et al.
            2020).
        seed: Draws: those of a sentence follow from it and from the sentence's place in the input.

    Raises:
        InputError: A value is of a wrong type or out of its range, or two contradict each other.
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
    mbr: int = 0
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, _plain(getattr(self, field.name)))

        self._check_each()
        self._check_together()

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "SearchOptions":
        """Makes the options of a search from keyword arguments that a user wrote.

        Raises:
            InputError: A name is no option of a search, or a value is not what it should be.
        """
        names = [field.name for field in dataclasses.fields(cls)]
        if not isinstance(options, Mapping):
            raise InputError(
                "Expected options of a search by their names. "
                f'Received: {shown(options)}. Give a dictionary, such as {{"beam_size": 5}}.'
            )

        for name in options:
            if name not in names:
                similar = difflib.get_close_matches(str(name), names, n=1)
                advice = f"Did you mean {similar[0]}?" if similar else "Leave it out."
                raise InputError(
                    f"Expected options of a search: {', '.join(names)}. "
                    f"Received: {shown(name)}. {advice}"
                )

        return cls(**options)

    @property
    def draws(self) -> bool:
        """Whether translations are drawn at random."""
        return not (self.temperature is self.top_k is self.top_p is None)

    def _check_each(self) -> None:
        """Refuses values of a wrong type or out of their range."""
        for name, lowest in _LOWEST_WHOLE.items():
            value = getattr(self, name)
            highest = _HIGHEST_WHOLE.get(name)
            wanted = f"a whole number of at least {lowest}"
            if highest is not None and is_whole(value) and value > highest:
                wanted += f" and at most {highest:,}"
            holds = is_whole(value) and lowest <= value <= (highest or math.inf)
            self._expect(name, wanted, holds)

        for name, lowest in _LOWEST_REAL.items():
            value = getattr(self, name)
            holds = is_real(value) and lowest <= value <= _MOST_REAL
            self._expect(
                name, f"a number of at least {lowest} and at most {_MOST_REAL:,.0f}", holds
            )

        holds = is_whole(self.shortlist) and (
            self.shortlist == 0 or _SMALLEST_SHORTLIST <= self.shortlist <= _MOST_WHOLE
        )
        self._expect("shortlist", f"0 or a whole number of at least {_SMALLEST_SHORTLIST}", holds)

        lowest, highest = _MBR_CANDIDATES
        holds = is_whole(self.mbr) and (self.mbr == 0 or lowest <= self.mbr <= highest)
        self._expect("mbr", f"0 or a whole number of {lowest} to {highest:,}", holds)

        temperature = self.temperature
        wanted = "a number above 0"
        holds = False
        if temperature is not None and is_real(temperature):
            holds = _LEAST_TEMPERATURE <= temperature <= _MOST_REAL
            wanted += f", from {_LEAST_TEMPERATURE:g} to {_MOST_REAL:,.0f}"
        self._expect("temperature", wanted, holds)

        top_p = self.top_p
        holds = top_p is not None and is_real(top_p) and 0 < top_p <= 1
        self._expect("top_p", "a number above 0 and at most 1", holds)

        self._expect("prefix", "text", isinstance(self.prefix, str))
        self._expect("prefix", "text that UTF-8 can hold", is_utf8(self.prefix))

    def _expect(self, name: str, wanted: str, holds: bool) -> None:
        value = getattr(self, name)
        if holds or (value is None and name in _OPTIONAL):
            return

        raise InputError(
            f"Expected {name.replace('_', '-')} to be {wanted}. "
            f"Received: {shown(value)}. Give another."
        )

    def _check_together(self) -> None:
        """Refuses values that contradict each other."""
        if self.shortlist and self.prefix:
            raise InputError("Expected a shortlist or a prefix. Received: both. Leave one out.")

        if self.draws and self.coverage_penalty:
            raise InputError(
                "Expected a coverage penalty with beam search. Received: one with random draws. "
                "Leave one out."
            )

        if self.mbr:
            self._check_mbr()
        elif not self.draws and self.n_best > self.beam_size:
            raise InputError(
                f"Expected n-best to be at most the beam size. Received: {self.n_best} best of "
                f"a beam of {self.beam_size}. Use a larger beam."
            )

        if self.max_length is not None and self.min_length >= self.max_length:
            raise InputError(
                "Expected min-length to be below max-length. "
                f"Received: {self.min_length} and {self.max_length}."
            )

    def _check_mbr(self) -> None:
        """Refuses what contradicts minimum Bayes risk decoding."""
        if self.draws:
            raise InputError(
                "Expected mbr with beam search. Received: it with random draws. Leave one out."
            )
        if self.beam_size == 1:
            raise InputError(
                "Expected mbr with beam search. Received: it with a beam of 1, which is greedy "
                "search. Leave one out."
            )
        if self.coverage_penalty:
            raise InputError("Expected a coverage penalty or mbr. Received: both. Leave one out.")
        if self.n_best > self.mbr:
            raise InputError(
                f"Expected n-best to be at most the candidates of mbr. Received: {self.n_best} "
                f"best of {self.mbr} candidates. Use more candidates."
            )


def _plain(value: Any) -> Any:
    """The Python number that a NumPy scalar is; anything else stays as it is."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else value
