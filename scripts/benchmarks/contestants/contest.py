"""What every contestant is given: sizes, cell, attention, and how much arithmetic they cost."""

import dataclasses
from dataclasses import dataclass

CELLS = ("gru", "lstm", "rnn")
ATTENTIONS = ("none", "luong", "bahdanau")
SYSTEMS = ("ours", "pytorch", "keras")

PAD_ID = 0
BOS_ID = 2
EOS_ID = 3

DROPOUT = 0.3
LABEL_SMOOTHING = 0.1
CLIP_NORM = 1.0
LEARNING_RATE = 1e-3

_GATES = {"gru": 3, "lstm": 4, "rnn": 1}
_STATES = {"gru": 1, "lstm": 2, "rnn": 1}


@dataclass(frozen=True)
class Sizes:
    """Widths of a model with one bidirectional encoder layer and a joint vocabulary.

    Attributes:
        embedding_size: Width of the embeddings and of the tanh layer before the logits.
        units: Width of the memory, both directions together.
        decoder_units: Width of the decoder.
        vocabulary_size: Number of tokens.
        batch_tokens: Upper limit of a batch's tokens on either side, padding included.
    """

    embedding_size: int
    units: int
    decoder_units: int
    vocabulary_size: int
    batch_tokens: int


SIZES = {
    "tiny": Sizes(8, 16, 8, 50, 100),  # for the tests
    "small": Sizes(256, 512, 256, 8_000, 1024),
    "large": Sizes(512, 1024, 1024, 16_000, 2048),
}


@dataclass(frozen=True)
class Contest:
    """One row of the table: a model that every system trains.

    Attributes:
        sizes: The widths.
        cell: "gru", "lstm" or "rnn".
        attention: "none", "luong" or "bahdanau".
        threads: Threads of a matrix product.
        pytorch_bfloat16: Whether the PyTorch contestant runs under bfloat16 autocast.
        decoder_layers: Layers of the decoder; 1 with "bahdanau".
        precision: Type of our matrix products; on a GPU of PyTorch's, too.
        on_gpu: Whether it is held on a GPU.
    """

    sizes: Sizes
    cell: str
    attention: str
    threads: int
    pytorch_bfloat16: bool = False
    decoder_layers: int = 1
    precision: str = "auto"
    on_gpu: bool = False

    def __post_init__(self):
        if self.attention == "bahdanau" and self.decoder_layers > 1:
            raise ValueError(
                f"Expected one decoder layer with bahdanau. Received: {self.decoder_layers}."
            )

    @classmethod
    def from_dictionary(cls, fields: dict) -> "Contest":
        """Undoes `dataclasses.asdict`."""
        return cls(**{**fields, "sizes": Sizes(**fields["sizes"])})

    def to_dictionary(self) -> dict:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class TextFacts:
    """What the arithmetic depends on besides the sizes, counted over real tokens, EOS included.

    Attributes:
        source_per_target: Source tokens per target token.
        sentences_per_target: Sentence pairs per target token.
        pairs_per_target: Pairs of a target and a source position in the same sentence, per target
            token.
        padding_share: Share of padding among all positions of both sides.
        vocabulary_size: Number of tokens, at most the one asked for.
        target_vocabulary_size: How many of them, the first, targets are made of. Our output layer
            has only these.
    """

    source_per_target: float
    sentences_per_target: float
    pairs_per_target: float
    padding_share: float
    vocabulary_size: int
    target_vocabulary_size: int


class Unavailable(Exception):
    """A system cannot take part; the message says why."""


def multiplications(contest: Contest, facts: TextFacts) -> dict[str, float]:
    """Multiply-adds of the products of a forward pass, per target token and part of the model.

    With E, U, D, V the sizes in the order of `Sizes`, G gates, and h = U / 2 units per direction::

        encoder     2 G h (E + h)             per source token
        bridges     D U                       per sentence, layer and state (LSTM: two)
        keys        U D                       per source token; with attention
        decoder     G D (E + D)               per target token; Bahdanau G D (E + U + D);
                                              each layer above the first G D (2 D),
                                              Luong G D (2 D + U)
        query       D D                       per target token; Bahdanau
        scores      D                         per pair of a target and a source position;
                                              with attention
        context     U                         per pair of a target and a source position;
                                              with attention
        readout     D E                       per target token; Luong (D + U) E;
                                              Bahdanau (D + U + E) E
        output      E V                       per target token; V of the tokens that targets
                                              are made of

    Embedding look-ups, gates, softmax, loss and optimizer are not products and count nothing.
    """
    gates = _GATES[contest.cell]
    embedding = contest.sizes.embedding_size
    units = contest.sizes.units
    decoder = contest.sizes.decoder_units
    half = units // 2

    attends = contest.attention != "none"
    recurs = contest.attention == "bahdanau"
    memory = units if attends else 0
    above = contest.decoder_layers - 1

    states = (1 + above) * _STATES[contest.cell]
    first_layer = embedding + (units if recurs else 0) + decoder
    other_layers = above * (2 * decoder + memory)

    return {
        "encoder": 2 * gates * half * (embedding + half) * facts.source_per_target,
        "bridges": states * units * decoder * facts.sentences_per_target,
        "keys": memory * decoder * facts.source_per_target,
        "decoder": gates * decoder * (first_layer + other_layers),
        "query": decoder * decoder if recurs else 0,
        "scores": (decoder if attends else 0) * facts.pairs_per_target,
        "context": memory * facts.pairs_per_target,
        "readout": (decoder + memory + (embedding if recurs else 0)) * embedding,
        "output": embedding * facts.target_vocabulary_size,
    }


def training_flops_per_token(contest: Contest, facts: TextFacts) -> float:
    """Floating point operations of one training step per target token.

    A multiply-add is two operations. Each product of the forward pass has two like it in the
    backward pass: the gradients of either factor.
    """
    return 2 * 3 * sum(multiplications(contest, facts).values())
