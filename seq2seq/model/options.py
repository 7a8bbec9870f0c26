"""The options of a model: which cell, which attention, how wide and how deep.

No TensorFlow is imported, so that the command line can read them.
"""

from dataclasses import dataclass

_GATES = {"gru": 3, "lstm": 4, "rnn": 1}  # matrices of a cell, for its input and for its state
CELL_NAMES = tuple(_GATES)
ATTENTION_NAMES = ("none", "luong", "bahdanau")


@dataclass(frozen=True)
class ModelOptions:
    """What a `Seq2Seq` is made of, apart from its vocabularies and its training.

    Values are checked by the layers that use them, when the model is made.

    Attributes:
        cell: One of `CELL_NAMES`.
        attention: One of `ATTENTION_NAMES`; see `Decoder`.
        units: Width of the encoder's memory.
        decoder_units: Width of the decoder; None stands for `units`.
        embedding_size: Width of the embeddings and of the tanh layer before the logits.
        encoder_layers: Number of recurrent layers of the encoder.
        decoder_layers: Number of recurrent layers of the decoder.
        bidirectional: Whether the encoder reads in both directions.
        dropout: Share of features dropped, the same ones at every position of a sentence.
        shared_vocabulary: Whether a target token is the source token of the same number, so that
            one embedding serves both sides.
    """

    cell: str = "gru"
    attention: str = "luong"
    units: int = 512
    decoder_units: int | None = None
    embedding_size: int = 256
    encoder_layers: int = 1
    decoder_layers: int = 1
    bidirectional: bool = True
    dropout: float = 0.0
    shared_vocabulary: bool = False

    def fewest_weights(self, source_vocabulary_size: int, target_vocabulary_size: int) -> int:
        """How many weights such a model has at least: all but biases and attention."""
        gates = _GATES[self.cell]
        directions = 2 if self.bidirectional else 1
        width = self.units // directions
        decoder = self.decoder_units or self.units
        tokens = source_vocabulary_size
        if not self.shared_vocabulary:
            tokens += target_vocabulary_size

        # Of each layer, the widths of what it reads: its input and its own state.
        encoder_reads = self.embedding_size + (self.encoder_layers - 1) * self.units
        encoder_reads += self.encoder_layers * width
        decoder_reads = self.embedding_size + (2 * self.decoder_layers - 1) * decoder
        return (
            tokens * self.embedding_size
            + directions * gates * width * encoder_reads
            + gates * decoder * decoder_reads
            + decoder * (self.units * self.decoder_layers + self.embedding_size)
        )
