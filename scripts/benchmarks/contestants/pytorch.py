"""The same model and training step written by hand in PyTorch.

Its batches lie ready in memory: an input pipeline costs it nothing.
"""

import contextlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import numpy as np

from contestants.contest import (
    BOS_ID,
    CLIP_NORM,
    DROPOUT,
    LABEL_SMOOTHING,
    LEARNING_RATE,
    PAD_ID,
    Contest,
    Unavailable,
)
from contestants.text import load_batches, load_facts

try:
    import torch
except ImportError as error:
    raise Unavailable('PyTorch is not installed: pip install -e ".[bench]"') from error

from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

_LAYERS = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}
_STEPS = {"GRU": torch.gru_cell, "LSTM": torch.lstm_cell, "RNN_TANH": torch.rnn_tanh_cell}
_CELLS = {"gru": nn.GRUCell, "lstm": nn.LSTMCell, "rnn": nn.RNNCell}


class SentenceDropout(nn.Module):
    """Drops the same features at every position of a sentence, of `(batch, length, features)`."""

    def __init__(self, rate: float):
        super().__init__()
        self.rate = rate

    def forward(self, inputs):
        if not self.training or not self.rate:
            return inputs
        kept = inputs.new_empty(len(inputs), 1, inputs.shape[-1]).bernoulli_(1 - self.rate)
        return inputs * kept.div_(1 - self.rate)


class Encoder(nn.Module):
    """Embedding and one bidirectional layer: memory and the final states of both directions."""

    def __init__(self, embedding: nn.Embedding, contest: Contest, dropout: float):
        super().__init__()
        self.embedding = embedding
        self.dropout = SentenceDropout(dropout)
        self.layer = _LAYERS[contest.cell](
            contest.sizes.embedding_size,
            contest.sizes.units // 2,
            batch_first=True,
            bidirectional=True,
        )

    def forward(self, tokens, lengths):
        inputs = self.dropout(self.embedding(tokens))
        packed = pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        outputs, final = self.layer(packed)
        memory, _ = pad_packed_sequence(outputs, batch_first=True, total_length=tokens.shape[1])
        final = final[0] if isinstance(final, tuple) else final
        return self.dropout(memory), torch.cat([final[0], final[1]], -1)


class GeneralAttention(nn.Module):
    """Luong's "general" score and the context, for all queries at once."""

    def __init__(self, units: int, decoder_units: int):
        super().__init__()
        self.key_projection = nn.Linear(units, decoder_units, bias=False)

    def forward(self, query, memory, keys, padding):
        scores = torch.bmm(query, keys.transpose(1, 2)).masked_fill(padding[:, None], float("-inf"))
        return torch.bmm(scores.softmax(-1), memory)


class AdditiveAttention(nn.Module):
    """Bahdanau's score and the context, for all queries at once."""

    def __init__(self, units: int, decoder_units: int):
        super().__init__()
        self.key_projection = nn.Linear(units, decoder_units, bias=False)
        self.query_projection = nn.Linear(decoder_units, decoder_units)
        self.energy = nn.Linear(decoder_units, 1, bias=False)

    def forward(self, query, memory, keys, padding):
        # (batch, queries, source_length, decoder_units)
        hidden = torch.tanh(keys[:, None] + self.query_projection(query)[:, :, None])
        scores = self.energy(hidden)[..., 0].masked_fill(padding[:, None], float("-inf"))
        return torch.bmm(scores.softmax(-1), memory)


class Decoder(nn.Module):
    """Layers over the whole target, with Luong's attention after the first, or none.

    The layers above the first read the attention. `source` is what it needs of the source
    sentences: their memory, keys and padding; nothing without attention. `states` are those of the
    first layer, then those of the next.
    """

    def __init__(self, embedding: nn.Embedding, contest: Contest, dropout: float):
        super().__init__()
        sizes = contest.sizes
        self.embedding = embedding
        self.dropout = SentenceDropout(dropout)
        self.attention = (
            GeneralAttention(sizes.units, sizes.decoder_units)
            if contest.attention == "luong"
            else None
        )

        features = sizes.decoder_units + (sizes.units if self.attention else 0)
        widths = [sizes.embedding_size] + [features] * (contest.decoder_layers - 1)

        recurrent = _LAYERS[contest.cell]
        self.layers = nn.ModuleList(
            recurrent(width, sizes.decoder_units, batch_first=True) for width in widths
        )

        self.readout = nn.Linear(features, sizes.embedding_size)

    def forward(self, tokens, states, source):
        def whole(layer, inputs, states):
            outputs, _ = layer(inputs, _joined([state[None] for state in states]))
            return outputs, ()

        features, _ = self._features(whole, self.dropout(self.embedding(tokens)), states, source)
        return self.dropout(features)

    def step(self, tokens, states, source):
        """One token of each hypothesis.

        Tokens are `(batch, beam_size)`, states `(batch * beam_size, units)` each.
        """

        # Called for one step, the layer is slower than its cell.
        def step(layer, inputs, states):
            weights = layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0
            states = _apart(_STEPS[layer.mode](inputs.flatten(0, 1), _joined(states), *weights))
            return states[0].view(*tokens.shape, -1), states

        return self._features(step, self.embedding(tokens), states, source)

    def _features(self, run, embedded, states, source):
        outputs = embedded
        context = None
        new_states = []
        parts = len(states) // len(self.layers)

        for index, layer in enumerate(self.layers):
            below = outputs
            states_here = states[index * parts : (index + 1) * parts]
            outputs, after = run(layer, _beside(below, context), states_here)
            outputs = self.dropout(outputs + below if index else outputs)
            new_states += after
            if self.attention and index == 0:
                context = self.attention(outputs, *source)
        return torch.tanh(self.readout(_beside(outputs, context))), new_states


class AttentiveDecoder(nn.Module):
    """Bahdanau's recurrence: attend with the previous state, then step on input and context."""

    def __init__(self, embedding: nn.Embedding, contest: Contest, dropout: float):
        super().__init__()
        sizes = contest.sizes
        self.embedding = embedding
        self.dropout = SentenceDropout(dropout)
        self.attention = AdditiveAttention(sizes.units, sizes.decoder_units)
        self.cell = _CELLS[contest.cell](sizes.embedding_size + sizes.units, sizes.decoder_units)
        self.readout = nn.Linear(
            sizes.decoder_units + sizes.units + sizes.embedding_size, sizes.embedding_size
        )

    def forward(self, tokens, states, source):
        embedded = self.dropout(self.embedding(tokens))
        outputs = []
        contexts = []
        for inputs in embedded.unbind(1):
            context = self.attention(states[0][:, None], *source)[:, 0]
            states = _apart(self.cell(torch.cat([inputs, context], -1), _joined(states)))
            outputs.append(states[0])
            contexts.append(context)

        outputs = self.dropout(torch.stack(outputs, 1))
        contexts = torch.stack(contexts, 1)
        return self.dropout(torch.tanh(self.readout(torch.cat([outputs, contexts, embedded], -1))))

    def step(self, tokens, states, source):
        """One token of each hypothesis, as `Decoder.step`."""
        embedded = self.embedding(tokens)
        context = self.attention(states[0].view(*tokens.shape, -1), *source)
        inputs = torch.cat([embedded, context], -1)
        states = _apart(self.cell(inputs.flatten(0, 1), _joined(states)))
        return torch.tanh(
            self.readout(torch.cat([states[0].view(*tokens.shape, -1), context, embedded], -1))
        ), states


def _beside(outputs, context):
    """Outputs and context side by side; without a context nothing is copied."""
    return outputs if context is None else torch.cat([outputs, context], -1)


def _joined(states):
    """The states as PyTorch's cells take them: a tuple of the LSTM's two, else the one."""
    return tuple(states) if len(states) > 1 else states[0]


def _apart(state):
    return state if isinstance(state, tuple) else (state,)


class Translator(nn.Module):
    """Encoder, bridges, decoder and the tied output layer.

    Args:
        contest: The sizes, of which the vocabulary's is not read.
        vocabulary_size: Number of source tokens.
        target_vocabulary_size: Number of target tokens; the same by default.
        shared_vocabulary: Whether one embedding serves both sides; the output layer is its first
            rows.
        dropout: Share of features dropped.
    """

    def __init__(
        self,
        contest: Contest,
        vocabulary_size: int,
        *,
        target_vocabulary_size: int | None = None,
        shared_vocabulary: bool = True,
        dropout: float = DROPOUT,
    ):
        super().__init__()
        sizes = contest.sizes
        self.target_vocabulary_size = target_vocabulary_size or vocabulary_size

        rows = vocabulary_size if shared_vocabulary else self.target_vocabulary_size
        self.embedding = _embedding(rows, sizes.embedding_size)
        source = (
            self.embedding
            if shared_vocabulary
            else _embedding(vocabulary_size, sizes.embedding_size)
        )
        self.encoder = Encoder(source, contest, dropout)

        states = (2 if contest.cell == "lstm" else 1) * contest.decoder_layers
        self.bridges = nn.ModuleList(
            nn.Linear(sizes.units, sizes.decoder_units) for _ in range(states)
        )
        decoder = AttentiveDecoder if contest.attention == "bahdanau" else Decoder
        self.decoder = decoder(self.embedding, contest, dropout)

    def encode(self, source_tokens, lengths):
        """The decoder's initial states, and what it needs of the source."""
        memory, context = self.encoder(source_tokens, lengths)
        states = tuple(torch.tanh(bridge(context)) for bridge in self.bridges)
        if not self.decoder.attention:
            return states, ()
        return states, (
            memory,
            self.decoder.attention.key_projection(memory),
            source_tokens == PAD_ID,
        )

    def logits(self, features):
        """The output layer."""
        return functional.linear(features, self.embedding.weight[: self.target_vocabulary_size])

    def forward(self, source_tokens, lengths, labels):
        """The smoothed loss in nats per target token."""
        target_tokens = functional.pad(labels[:, :-1], (1, 0), value=BOS_ID)
        logits = self.logits(self.decoder(target_tokens, *self.encode(source_tokens, lengths)))
        return functional.cross_entropy(
            logits.flatten(0, 1),
            labels.flatten(),
            ignore_index=PAD_ID,
            label_smoothing=LABEL_SMOOTHING,
        )


def _embedding(rows, size):
    embedding = nn.Embedding(rows, size)
    nn.init.normal_(embedding.weight, std=size**-0.5)
    return embedding


def load_weights(model: Translator, weights: Mapping[str, np.ndarray]) -> None:
    """Sets the parameters to the arrays of their names."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.from_numpy(weights[name]))


def tensors(source_tokens: np.ndarray, labels: np.ndarray) -> tuple:
    """A batch as `Translator` takes it: source tokens, their number in each sentence, labels."""
    lengths = torch.from_numpy(np.count_nonzero(source_tokens, axis=1))
    return torch.from_numpy(source_tokens).long(), lengths, torch.from_numpy(labels).long()


def run(contest: Contest, directory: Path, referee) -> None:
    """Trains until the referee raises."""
    torch.set_num_threads(contest.threads)
    if contest.on_gpu:
        if not torch.cuda.is_available():
            raise Unavailable("PyTorch sees no GPU.")
        torch.backends.cuda.matmul.allow_tf32 = True  # as TensorFlow does
        referee.device_memory = torch.cuda.max_memory_allocated
    device = "cuda" if contest.on_gpu else "cpu"

    facts = load_facts(directory)
    model = Translator(
        contest, facts.vocabulary_size, target_vocabulary_size=facts.target_vocabulary_size
    ).to(device)

    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    precision = _autocast(contest, device)
    batches = [
        (source_tokens.to(device), lengths, labels.to(device))  # lengths stay, as packing wants
        for source_tokens, lengths, labels in (tensors(*batch) for batch in load_batches(directory))
    ]

    referee.start()
    for step in count():
        optimizer.zero_grad()
        with precision:
            loss = model(*batches[step % len(batches)])

        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
        optimizer.step()
        if contest.on_gpu:
            torch.cuda.synchronize()
        referee.stepped(step + 1)


def _autocast(contest: Contest, device: str):
    """The context of the forward pass. There is no scaling of the loss: only speed is measured."""
    narrow = {"bfloat16": torch.bfloat16, "float16": torch.float16}
    if contest.on_gpu and contest.precision in narrow:
        return torch.autocast(device, narrow[contest.precision])
    if contest.pytorch_bfloat16:
        return torch.autocast(device, torch.bfloat16)
    return contextlib.nullcontext()
