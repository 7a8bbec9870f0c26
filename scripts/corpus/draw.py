"""What one sentence is drawn with: the random generator, the register and the names in use.

The bundled corpus is rebuilt byte for byte from one seed. The order in which patterns draw random
numbers is therefore part of the data: a draw moved by a line changes every sentence after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, overload

import korean as ko
from hangul import final_consonant
from lexicon.names import WESTERN_NAMES, genders

Kind = Literal["statement", "question", "inquiry", "command", "ready"]
Pair = tuple[str, str]  # the same words in English and in Korean
NOTHING: Pair = ("", "")

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages, without capital letter, polite cue and final punctuation.

    An inquiry is a question that strangers may be asked ("excuse me, where is the station"). A
    ready sentence has its polite cue already. A personal one asks who the listener is, so it is not
    addressed to "doctor" or "teacher".
    """

    english: str
    korean: str
    kind: Kind = "statement"
    personal: bool = False


@dataclass
class Draw:
    """The state of drawing one sentence.

    Attributes:
        rng: The random generator.
        names: The given names in use, romanised to Hangul.
        polite: Whether Korean speaks in the polite register.
        tags: The names and word combinations drawn so far; `build.py` keeps some out of training.
    """

    rng: random.Random
    names: Mapping[str, str]
    polite: bool = False
    tags: set[str] = field(default_factory=set)

    @overload
    def pick(self, options: Mapping[K, V]) -> tuple[K, V]: ...

    @overload
    def pick(self, options: Iterable[T]) -> T: ...

    def pick(self, options: Mapping[K, V] | Iterable[T]) -> object:
        """Returns one of the options: an element, or a (key, value) pair of a mapping."""
        pairs_or_elements = options.items() if isinstance(options, Mapping) else options
        return self.rng.choice(list(pairs_or_elements))

    def roll(self) -> float:
        """Returns a random number from 0 to 1."""
        return self.rng.random()

    def chance(self, probability: float) -> bool:
        """Returns True with the given probability."""
        return self.roll() < probability

    def number(self, low: int, high: int) -> int:
        """Returns a whole number from `low` to `high`, both included."""
        return self.rng.randint(low, high)

    def name(self, gender: str = "") -> Pair:
        """Returns a given name, romanised and in Hangul; of one gender ("m" or "f") when asked."""
        while gender:
            roman, hangul = self.pick(self.names)
            if gender in genders(roman):
                self.tags.add(f"name:{roman}")
                return roman, hangul

        if self.chance(0.08):
            return self.pick(WESTERN_NAMES)

        roman, hangul = self.pick(self.names)
        self.tags.add(f"name:{roman}")
        return roman, hangul

    def called(self, roman: str, hangul: str) -> str:
        """Returns a third person's name as Korean says it: 민준이, 지우; politely 민준 씨."""
        if self.polite:
            return hangul + " 씨"

        closed = final_consonant(hangul) != "" and roman not in WESTERN_NAMES
        return hangul + ("이" if closed else "")

    def own(self, korean: str) -> str:
        """Puts a first-person word into the register: 나, 내, 우리; politely 저, 제, 저희."""
        return ko.humble(korean) if self.polite else korean


def by_share(roll: float, table: Sequence[tuple[float, T]]) -> T:
    """Returns the first entry of a table of (bound, entry) whose bound is above the roll."""
    for bound, entry in table:
        if roll < bound:
            return entry
    raise ValueError(f"Expected a last bound above {roll}. Received: {table[-1][0]}.")


def redrawn(make: Callable[P, T | None]) -> Callable[P, T]:
    """Makes a function draw again until its draw gives something that makes sense, not None.

    The tags of a rejected draw stay with the sentence: what is held out depends on them.
    """

    @wraps(make)
    def until_fit(*args: P.args, **kwargs: P.kwargs) -> T:
        made = make(*args, **kwargs)
        while made is None:
            made = make(*args, **kwargs)
        return made

    return until_fit


def join(*parts: str) -> str:
    """Joins the parts that are not empty with spaces."""
    return " ".join(part for part in parts if part)
