"""What a translator says of a sentence: its translations, or how probable a given one is."""

import logging
import math
from dataclasses import dataclass

import numpy as np

from seq2seq.ids import MAX_SOURCE_LENGTH

_EOS = "</s>"  # the piece of EOS_ID in SentencePiece

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Translation:
    """The translations of one sentence, best first.

    Attributes:
        source: The sentence.
        translations: Texts.
        scores: For each, log-probability / length penalty, and the coverage penalty if there is one; see
            `search.beam_search`, `search.coverage`.
        source_tokens: Pieces of the source, EOS last.
        tokens: For each translation, its pieces; EOS last if the model ended it itself.
        attention: For each translation, `(target_length, source_length)`; None unless asked for and there is any.
        cut: Whether the sentence is longer than what was read of it, its first 256 tokens.
    """

    source: str
    translations: list[str]
    scores: list[float]
    source_tokens: list[str]
    tokens: list[list[str]]
    attention: list[np.ndarray] | None = None
    cut: bool = False

    def ended(self) -> bool:
        """Whether the model ended the best translation itself, before the length limit; an empty one always has."""
        return not self.tokens[0] or self.tokens[0][-1] == _EOS


def warn_of_cut(text: str) -> None:
    """Says in the log that no more than the beginning of a sentence is read."""
    _log.warning("Sentence cut to its first %d tokens: %.40s…", MAX_SOURCE_LENGTH, text)


@dataclass(frozen=True)
class PairScore:
    """How probable a given translation is.

    Attributes:
        source: The sentence.
        target: The translation.
        tokens: Its pieces, EOS last.
        log_probabilities: The natural logarithm of the probability of each piece after those before it.
    """

    source: str
    target: str
    tokens: list[str]
    log_probabilities: list[float]

    @property
    def log_probability(self) -> float:
        """Of the whole translation."""
        return math.fsum(self.log_probabilities)
