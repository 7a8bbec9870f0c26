"""The options of a model, without TensorFlow: commands and files name them before there is a model."""

from dataclasses import dataclass

CELL_NAMES = ("gru", "lstm", "rnn")
ATTENTION_NAMES = ("none", "luong", "bahdanau")


@dataclass(frozen=True)
class ModelOptions:
    """The sizes of a `Seq2Seq` and the kinds of its layers.

    Attributes:
        cell: The recurrent cell, one of `CELL_NAMES`.
        attention: The attention, one of `ATTENTION_NAMES`; see `Decoder`.
        units: Width of the encoder's memory.
        decoder_units: Width of the decoder; that of the memory by default.
        embedding_size: Width of the embeddings and of the tanh layer before the logits.
        encoder_layers: Number of recurrent layers of the encoder.
        decoder_layers: Number of recurrent layers of the decoder.
        bidirectional: Whether the encoder reads in both directions.
        dropout: Share of features dropped in training, per sentence.
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
