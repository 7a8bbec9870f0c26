"""Pairs in all their directions, for a model of several; see `directions`."""

from collections.abc import Iterable, Iterator, Sequence

from seq2seq.data.directions import tagged


def in_directions(
    pairs: Iterable[tuple[str, str]], tags: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yields each pair in all its directions, one behind the other, the sources with their tags.

    Args:
        pairs: The pairs as they are in the files.
        tags: That of the target's language. If pairs are learnt in both directions, that of the
            source's, too.
    """
    forward, *backward = tags
    for source, target in pairs:
        yield tagged(source, forward), target
        for tag in backward:
            yield tagged(target, tag), source
