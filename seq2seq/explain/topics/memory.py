"""How much each source piece moves each target piece, beside what the attention looks at."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from seq2seq.explain.columns import padded
from seq2seq.explain.explanation import Explanation
from seq2seq.explain.saliency import gradient_times_input
from seq2seq.explain.sentence import best_or_given, read_source, single_model
from seq2seq.explain.topics.attention import attention_of
from seq2seq.translation.translator import Translator


@dataclass(frozen=True)
class Memory(Explanation):
    """What of the source moves the translation.

    Attributes:
        source: The text.
        source_pieces: Its pieces, `(source_length,)`.
        target: The translation.
        target_pieces: Its pieces, `(target_length,)`.
        contributions: Gradient times input of the log-probability of each target piece, `(target_
            length, source_length)`, in nats: positive where the source piece speaks for it.
        attention: The same shape; None without attention.
        disagree: For each target piece, whether the source piece that moves it most is another
            than that which the attention looks at most; all False without attention.
    """

    topic: ClassVar[str] = "memory"

    source: str
    source_pieces: list[str]
    target: str
    target_pieces: list[str]
    contributions: np.ndarray
    attention: np.ndarray | None
    disagree: list[bool]

    def shares(self) -> np.ndarray:
        """The size of each contribution as a share of its row, of the same shape."""
        sizes = np.abs(self.contributions)
        return sizes / np.maximum(sizes.sum(1, keepdims=True), np.finfo(np.float32).tiny)

    def lines(self) -> list[str]:
        """For each target piece, what moves it most, and what the attention looks at."""
        lines = [f"{self.source} → {self.target}"]
        for row, piece in enumerate(self.target_pieces):
            most = int(np.abs(self.contributions[row]).argmax())
            share = self.shares()[row, most]
            said = f"  {padded(piece, 12)} moved by {self.source_pieces[most]} ({share:.0%})"
            if self.attention is not None:
                looked = int(self.attention[row].argmax())
                said += (
                    f", looks at {self.source_pieces[looked]} ({self.attention[row, looked]:.0%})"
                )
            lines.append(said + ("  they disagree" if self.disagree[row] else ""))

        if self.attention is None:
            lines.append("The model has no attention: all comes through the context vector.")
        else:
            lines.append(f"They disagree at {sum(self.disagree)} of {len(self.disagree)} pieces.")
        return lines


def memory(
    translator: Translator, text: str, *, target: str | None = None, beam_size: int = 5
) -> Memory:
    """Tells how much each source piece moves each piece of the translation.

    Args:
        translator: The translator, with or without attention.
        text: The source text.
        target: The translation; the best one by default.
        beam_size: Hypotheses that the search for it keeps.

    Raises:
        InputError: Something given cannot be used.
    """
    model = single_model(translator)
    source = read_source(translator, text)
    written = best_or_given(translator, source, target, beam_size=beam_size)
    contributions = gradient_times_input(model, source.tokens, written.tokens.astype(np.int32))

    attention = attention_of(translator, source, written) if model.attends else None
    disagree = np.zeros(len(written), bool)
    if attention is not None:
        disagree = np.abs(contributions).argmax(1) != attention.argmax(1)
    return Memory(
        source=source.text,
        source_pieces=source.pieces,
        target=written.text,
        target_pieces=written.pieces,
        contributions=contributions,
        attention=attention,
        disagree=disagree.tolist(),
    )
