"""Greedy and beam search over the PyTorch model, written by hand.

It is written with the care of one who knows PyTorch: the source is encoded once, the hypotheses of
a sentence share its memory and keys, nothing is copied to Python but whether to stop, and the
search of a batch ends as soon as ours does.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from contestants.contest import BOS_ID, EOS_ID, PAD_ID, Contest, Sizes
from contestants.decoding import Architecture, Batch, Task, load_architecture
from contestants.pytorch import Translator, load_weights, torch

_IMPOSSIBLE = float("-inf")


def make_model(architecture: Architecture, weights) -> Translator:
    """The model of these weights, which are under the names of its parameters."""
    sizes = Sizes(
        architecture.embedding_size,
        architecture.units,
        architecture.decoder_units,
        architecture.source_vocabulary_size,
        batch_tokens=0,
    )

    model = Translator(
        Contest(
            sizes,
            architecture.cell,
            architecture.attention,
            threads=0,
            decoder_layers=architecture.decoder_layers,
        ),
        architecture.source_vocabulary_size,
        target_vocabulary_size=architecture.target_vocabulary_size,
        shared_vocabulary=architecture.shared_vocabulary,
    )

    load_weights(model, weights)
    return model.eval()


def decoder(directory: Path, task: Task) -> Callable[[Batch], np.ndarray]:
    """A function from a batch to the tokens found, `(batch, length)`."""
    torch.set_num_threads(max(1, task.threads // task.at_once))
    model = make_model(load_architecture(directory), np.load(directory / "pytorch.npz"))
    return lambda batch: search(model, batch, task.beam_size)


def search(model: Translator, batch: Batch, beam_size: int) -> np.ndarray:
    """The tokens found, `(batch, length)`: EOS included, PAD after it."""
    lengths = torch.from_numpy(np.count_nonzero(batch.source_tokens, axis=1))
    arguments = (
        torch.from_numpy(batch.source_tokens).long(),
        lengths,
        torch.from_numpy(batch.limits).long(),
    )

    found = (
        greedy_search(model, *arguments)
        if beam_size == 1
        else beam_search(model, *arguments, beam_size)
    )

    return found.numpy()


@torch.inference_mode()
def greedy_search(model, source_tokens, lengths, limits):
    """Follows the most probable token until EOS or the limit."""
    states, source = model.encode(source_tokens, lengths)
    last = torch.full((len(limits), 1), BOS_ID)
    found = []
    finished = limits < 1

    while not finished.all():
        features, states = model.decoder.step(last, states, source)
        logits = model.logits(features[:, 0])
        logits[:, :EOS_ID] = _IMPOSSIBLE  # PAD, UNK and BOS

        tokens = logits.argmax(-1).masked_fill_(finished, PAD_ID)
        found.append(tokens)
        finished = finished | (tokens == EOS_ID) | (limits <= len(found))
        last = tokens[:, None]

    return torch.stack(found, 1) if found else torch.empty((len(limits), 0), dtype=torch.long)


@torch.inference_mode()
def beam_search(model, source_tokens, lengths, limits, beam_size):
    """The best of each sentence; scores, limits and end are those of `seq2seq.beam_search`."""
    batch = len(limits)
    longest = int(limits.max())
    states, source = model.encode(source_tokens, lengths)
    states = [state.repeat_interleave(beam_size, 0) for state in states]
    penalties = (5.0 + torch.arange(longest + 1)) / 6.0  # by the number of tokens
    first_rows = beam_size * torch.arange(batch)[:, None]
    limits = limits[:, None]

    tokens = torch.full((batch, beam_size, longest), PAD_ID)
    last = torch.full((batch, beam_size), BOS_ID)
    log_probs = torch.full((batch, beam_size), _IMPOSSIBLE)
    log_probs[:, 0] = 0.0
    counts = torch.zeros((batch, beam_size), dtype=torch.long)
    finished = (limits < 1).expand(batch, beam_size)

    for time in range(longest):
        features, states = model.decoder.step(last, states, source)
        candidates = model.logits(features.flatten(0, 1)).log_softmax(-1)
        candidates[:, :EOS_ID] = _IMPOSSIBLE  # PAD, UNK and BOS
        candidates, ids = (
            best.view(batch, beam_size, beam_size) for best in candidates.topk(beam_size)
        )

        candidates.masked_fill_(finished[..., None], _IMPOSSIBLE)
        candidates[..., 0].masked_fill_(finished, 0.0)
        ids.masked_fill_(finished[..., None], PAD_ID)
        candidates += log_probs[..., None]
        counts = counts + ~finished

        scores, chosen = (candidates / penalties[counts][..., None]).flatten(1).topk(beam_size)
        parents = chosen // beam_size
        last = ids.flatten(1).gather(1, chosen)
        log_probs = candidates.flatten(1).gather(1, chosen)
        counts = counts.gather(1, parents)
        finished = finished.gather(1, parents) | (last == EOS_ID) | (counts >= limits)
        tokens = tokens.gather(1, parents[..., None].expand_as(tokens))
        tokens[..., time] = last

        bounds = log_probs.masked_fill(finished, _IMPOSSIBLE).amax(1) / penalties[limits[:, 0]]
        if ((scores[:, 0] > bounds) | (bounds == _IMPOSSIBLE)).all():
            break

        rows = (first_rows + parents).flatten()
        states = [state[rows] for state in states]

    return tokens[:, 0]
