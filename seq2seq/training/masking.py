"""Training pairs with placeholders, so that a model learns to carry these over.

- What stands on both sides of a pair and is to be kept (`data.scripts.kept_spans`) is always
  replaced: the model sees such parts nowhere else.
- In a share of the pairs, a word and what it is aligned to are replaced, or a placeholder is put
  behind them. So a model of a corpus without links and numbers learns it, too.

Which pairs, words and placeholders these are follows from the text of the pair, the seed and the
epoch. Another epoch has others, so that no word is kept from the model.
"""

import random
from collections.abc import Sequence

from seq2seq.data.alignment import Aligner
from seq2seq.data.corpus import Corpus
from seq2seq.data.placeholders import PLACEHOLDERS, Part, matches, replaced
from seq2seq.data.scripts import kept_spans
from seq2seq.data.spans import Kind
from seq2seq.training.vocabulary import Tokenizers
from seq2seq.training.word_links import WordLink, link_words, may_be_noun

_MOST = 3  # of these in a pair


class Masking:
    """Puts placeholders into training pairs.

    Args:
        tokenizers: Those of the model, which have placeholders.
        aligner: Which source token gives which target token.
        scripts: The usual scripts of the source text.
        share: Share of the pairs that get placeholders for words.
        seed: The seed of the choices.
    """

    def __init__(
        self,
        tokenizers: Tokenizers,
        aligner: Aligner,
        scripts: Sequence[str],
        share: float,
        seed: int,
    ) -> None:
        self._tokenizers = tokenizers
        self._aligner = aligner
        self._scripts = scripts
        self._share = share
        self._seed = seed

    def __call__(self, corpus: Corpus, epoch: int) -> Corpus:
        """The pairs with the placeholders of an epoch, in the same order."""
        source = []
        target = []
        chosen = []
        for place, pair in enumerate(zip(corpus.source, corpus.target, strict=True)):
            chance = random.Random(f"{self._seed} {epoch} {pair}")
            masked = mask_common(*pair, self._scripts, chance)
            source.append(masked[0])
            target.append(masked[1])
            if chance.random() < self._share and masked == pair:
                chosen.append(place)

        links = link_words(
            [source[place] for place in chosen],
            [target[place] for place in chosen],
            self._tokenizers,
            self._aligner,
        )
        for place, of_pair in zip(chosen, links, strict=True):
            chance = random.Random(f"{self._seed} {epoch} {source[place]}")
            pair = mask_words(source[place], target[place], of_pair, chance)
            source[place], target[place] = pair

        return Corpus(source, target)


def mask_common(
    source: str, target: str, scripts: Sequence[str], chance: random.Random
) -> tuple[str, str]:
    """Replaces what is to be kept and stands on both sides of a pair."""
    literals = [span for span in kept_spans(source, scripts) if span.kind is Kind.LITERAL]
    found = matches(source, target, literals)[: len(PLACEHOLDERS)] if literals else []
    placeholders = chance.sample(PLACEHOLDERS, len(found))

    return (
        replaced(source, [match.source for match in found], placeholders),
        replaced(target, [match.target for match in found], placeholders),
    )


def mask_words(
    source: str, target: str, links: Sequence[WordLink], chance: random.Random
) -> tuple[str, str]:
    """Replaces some linked words of a pair by placeholders, or puts placeholders behind them.

    A placeholder stands for a name, a number or the like. Where it stood for 비싸 in 코트는 비싸,
    a model would learn to leave out the verb behind one.
    """
    links = [link for link in links if may_be_noun(target, link)]
    count = min(len(links), chance.choice([1, 1, 2, _MOST]))
    chosen = chance.sample(links, count)
    placeholders = chance.sample(PLACEHOLDERS, count)
    behind = chance.random() < 0.5
    if behind:
        spaces = [" " * (" " in text) for text in (source, target)]
        source_parts = [Part(link.source.end, link.source.end) for link in chosen]
        target_parts = [Part(link.target_word_end, link.target_word_end) for link in chosen]
    else:
        spaces = ["", ""]
        source_parts = [link.source for link in chosen]
        target_parts = [link.target for link in chosen]

    return (
        replaced(source, source_parts, [spaces[0] + placeholder for placeholder in placeholders]),
        replaced(target, target_parts, [spaces[1] + placeholder for placeholder in placeholders]),
    )
