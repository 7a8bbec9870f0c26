"""Which of several languages a text is written in, as far as its letters tell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seq2seq.data.scripts import script_of, usual_scripts
from seq2seq.data.spans import find_spans

_LEAST = 0.25  # share of a language's letters from which on it is written in a script


def main_scripts(lines: Iterable[str]) -> tuple[str, ...]:
    """Returns the scripts that a language is written in, the commonest first.

    A script that only its foreign words have, such as LATIN in Korean text, is not among them.

    Args:
        lines: Sentences of the language. The first 20,000 are looked at.
    """
    return usual_scripts(lines, least=_LEAST)


@dataclass(frozen=True)
class Letters:
    """Tells languages apart that are written in different scripts.

    Attributes:
        scripts: Those of each language.
    """

    scripts: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, scripts: Iterable[Iterable[str]]) -> "Letters | None":
        """What tells languages of these scripts apart.

        Returns:
            None if two of them share a script, or that of one is not known.
        """
        sets = tuple(map(frozenset, scripts))
        is_apart = len(frozenset().union(*sets)) == sum(map(len, sets))
        return cls(sets) if is_apart and all(sets) else None

    def language(self, texts: Sequence[str]) -> int | None:
        """The place of the language that most letters of some texts are of.

        Links, tags and the like, which translations keep as they are, do not count.

        Returns:
            None if no letter is of any of the languages, or two have as many.
        """
        counts = Counter(script_of(letter) for text in texts for letter in _letters(text))
        numbers = [sum(counts[script] for script in some) for some in self.scripts]
        most = max(numbers)
        return numbers.index(most) if numbers.count(most) == 1 else None


def _letters(text: str) -> Iterator[str]:
    end = 0
    for span in find_spans(text):
        yield from filter(str.isalpha, text[end : span.start])
        end = span.end
    yield from filter(str.isalpha, text[end:])
