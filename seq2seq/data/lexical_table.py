"""IBM Model 1: how probably one token is translated by another.

The model assumes that one of the source tokens of a sentence gave each target token.
Expectation-maximisation finds which token gave which, and with what probability.

Reference:
    Brown et al. 1993, https://aclanthology.org/J93-2003.
"""

import numpy as np

_ITERATIONS = 5


def lexical_table(
    source: np.ndarray, target: np.ndarray, position: np.ndarray, sizes: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Learns the probability that a source token gives a target token.

    The arguments are flat arrays of equal length: every target token beside every source token of
    its sentence.

    Args:
        source: Source tokens.
        target: Target tokens.
        position: The position of the target token in the whole text.
        sizes: Numbers of source and of target tokens.

    Returns:
        Source tokens, target tokens and probabilities, one of each for every pair of tokens that
        stand in the same sentence pair, ascending by source and then by target.
    """
    source_size, target_size = sizes
    links, link = np.unique(source.astype(np.int64) * target_size + target, return_inverse=True)
    link = link.astype(np.int32)
    source, target = np.divmod(links, target_size)

    probability = np.ones(len(links))
    for _ in range(_ITERATIONS):
        # Expectation: each target position is shared out among the tokens of its source sentence.
        shares = probability[link]
        shares /= np.bincount(position, shares)[position]
        # Maximisation: the probabilities of a source token sum to 1.
        counts = np.bincount(link, shares)
        probability = counts / np.bincount(source, counts, source_size)[source]

    return source, target, probability
