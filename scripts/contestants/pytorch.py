"""The same model and training step written by hand in PyTorch.

Its batches lie ready in memory: an input pipeline costs it nothing.
"""

import contextlib
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
        self.embedding, self.dropout = embedding, SentenceDropout(dropout)
        self.layer = _LAYERS[contest.cell](
            contest.sizes.embedding_size, contest.sizes.units // 2, batch_first=True, bidirectional=True
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
    """Bahdanau's score and the context, for one query per sentence."""

    def __init__(self, units: int, decoder_units: int):
        super().__init__()
        self.key_projection = nn.Linear(units, decoder_units, bias=False)
        self.query_projection = nn.Linear(decoder_units, decoder_units)
        self.energy = nn.Linear(decoder_units, 1, bias=False)

    def forward(self, query, memory, keys, padding):
        hidden = torch.tanh(keys + self.query_projection(query)[:, None])  # (batch, source_length, decoder_units)
        scores = self.energy(hidden)[..., 0].masked_fill(padding, float("-inf"))
        return torch.bmm(scores.softmax(-1)[:, None], memory)[:, 0]


class Decoder(nn.Module):
    """One layer over the whole target, and Luong's attention after it or none."""

    def __init__(self, embedding: nn.Embedding, contest: Contest, dropout: float):
        super().__init__()
        sizes = contest.sizes
        self.embedding, self.dropout = embedding, SentenceDropout(dropout)
        self.layer = _LAYERS[contest.cell](sizes.embedding_size, sizes.decoder_units, batch_first=True)
        self.attention = GeneralAttention(sizes.units, sizes.decoder_units) if contest.attention == "luong" else None
        features = sizes.decoder_units + (sizes.units if self.attention else 0)
        self.readout = nn.Linear(features, sizes.embedding_size)

    def forward(self, tokens, states, memory, padding):
        initial = tuple(state[None] for state in states)
        outputs, _ = self.layer(self.dropout(self.embedding(tokens)), initial if len(initial) > 1 else initial[0])
        features = outputs = self.dropout(outputs)
        if self.attention:
            context = self.attention(outputs, memory, self.attention.key_projection(memory), padding)
            features = torch.cat([outputs, context], -1)
        return self.dropout(torch.tanh(self.readout(features)))


class AttentiveDecoder(nn.Module):
    """Bahdanau's recurrence: attend with the previous state, then step on input and context."""

    def __init__(self, embedding: nn.Embedding, contest: Contest, dropout: float):
        super().__init__()
        sizes = contest.sizes
        self.embedding, self.dropout = embedding, SentenceDropout(dropout)
        self.attention = AdditiveAttention(sizes.units, sizes.decoder_units)
        self.cell = _CELLS[contest.cell](sizes.embedding_size + sizes.units, sizes.decoder_units)
        self.readout = nn.Linear(sizes.decoder_units + sizes.units + sizes.embedding_size, sizes.embedding_size)

    def forward(self, tokens, states, memory, padding):
        embedded = self.dropout(self.embedding(tokens))
        keys = self.attention.key_projection(memory)
        state = tuple(states) if len(states) > 1 else states[0]
        outputs, contexts = [], []
        for inputs in embedded.unbind(1):
            hidden = state[0] if isinstance(state, tuple) else state
            context = self.attention(hidden, memory, keys, padding)
            state = self.cell(torch.cat([inputs, context], -1), state)
            outputs.append(state[0] if isinstance(state, tuple) else state)
            contexts.append(context)
        outputs, contexts = self.dropout(torch.stack(outputs, 1)), torch.stack(contexts, 1)
        return self.dropout(torch.tanh(self.readout(torch.cat([outputs, contexts, embedded], -1))))


class Translator(nn.Module):
    """Encoder, bridges, decoder and the tied output layer."""

    def __init__(self, contest: Contest, vocabulary_size: int, *, dropout: float = DROPOUT):
        super().__init__()
        sizes = contest.sizes
        self.embedding = nn.Embedding(vocabulary_size, sizes.embedding_size)
        nn.init.normal_(self.embedding.weight, std=sizes.embedding_size**-0.5)
        self.encoder = Encoder(self.embedding, contest, dropout)
        states = 2 if contest.cell == "lstm" else 1
        self.bridges = nn.ModuleList(nn.Linear(sizes.units, sizes.decoder_units) for _ in range(states))
        decoder = AttentiveDecoder if contest.attention == "bahdanau" else Decoder
        self.decoder = decoder(self.embedding, contest, dropout)

    def forward(self, source_tokens, lengths, labels):
        """The smoothed loss in nats per target token."""
        target_tokens = functional.pad(labels[:, :-1], (1, 0), value=BOS_ID)
        memory, context = self.encoder(source_tokens, lengths)
        states = [torch.tanh(bridge(context)) for bridge in self.bridges]
        features = self.decoder(target_tokens, states, memory, source_tokens == PAD_ID)
        logits = functional.linear(features, self.embedding.weight)
        return functional.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=PAD_ID, label_smoothing=LABEL_SMOOTHING
        )


def tensors(source_tokens: np.ndarray, labels: np.ndarray) -> tuple:
    """A batch as `Translator` takes it: source tokens, their number in each sentence, labels."""
    lengths = torch.from_numpy(np.count_nonzero(source_tokens, axis=1))
    return torch.from_numpy(source_tokens).long(), lengths, torch.from_numpy(labels).long()


def run(contest: Contest, directory: Path, referee) -> None:
    """Trains until the referee raises."""
    torch.set_num_threads(contest.threads)
    model = Translator(contest, load_facts(directory).vocabulary_size)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
    precision = torch.autocast("cpu", torch.bfloat16) if contest.pytorch_bfloat16 else contextlib.nullcontext()
    batches = [tensors(*batch) for batch in load_batches(directory)]
    referee.start()
    for step in count():
        optimizer.zero_grad()
        with precision:
            loss = model(*batches[step % len(batches)])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
        optimizer.step()
        referee.stepped(step + 1)
