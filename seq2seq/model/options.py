"""The options of a model: which cell, which attention, how wide and how deep.

No TensorFlow is imported, so that the command line can read them.
"""

from dataclasses import dataclass

CELL_NAMES = ("gru", "lstm", "rnn")
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
