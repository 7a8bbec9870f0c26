"""The languages of a model of several, as the options of training name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from seq2seq.errors import InputError, shown
from seq2seq.ids import LANGUAGE_TAGS

_TWO = re.compile(r"\s*(\w[\w-]*)\s*,\s*(\w[\w-]*)\s*")


@dataclass(frozen=True)
class Languages:
    """The languages of a model; false of a model that was told of none.

    Attributes:
        pairs: The language of the source and that of the target, of each corpus.
        both: Whether pairs are learnt in both directions.
        scripts: What each language is written in, in the order of `names`; none of models of older
            versions. They do not count in comparisons.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    both: bool = False
    scripts: tuple[tuple[str, ...], ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, options: Sequence[str], direction: str, scripts: Sequence[str] = ()) -> "Languages":
        """The languages that the options `languages`, `direction` and `language_scripts` name.

        Args:
            options: Two languages of each corpus, such as "en,ko"; none for a model without tags.
            direction: "both" or "forward".
            scripts: Those of each language, with spaces between them. Those of other languages,
                which a file of options may have, are left out.

        Raises:
            InputError: An option is no two languages, there are more languages than tags, or the
                two options do not go together.
        """
        languages = cls(tuple(map(_two, options)), direction == "both")
        if len(scripts) == len(languages.names):
            languages = replace(languages, scripts=tuple(tuple(some.split()) for some in scripts))
        if len(languages.names) > len(LANGUAGE_TAGS):
            raise InputError(
                f"Expected at most {len(LANGUAGE_TAGS)} languages. "
                f"Received: {len(languages.names)}. Train two models."
            )
        if languages.both and not languages:
            raise InputError(
                "Expected --direction both with the names of the two languages. "
                "Received: no --languages. Add, for example, --languages en,ko."
            )
        if len(languages.pairs) == 1 and not languages.both:
            raise InputError(
                "Expected --languages with --direction both. "
                f"Received: {shown(options[0])} alone. Add it, or leave --languages out."
            )
        return languages

    def __bool__(self) -> bool:
        return bool(self.pairs)

    @property
    def names(self) -> tuple[str, ...]:
        """All languages, in the order of their tags."""
        return tuple(dict.fromkeys(name for pair in self.pairs for name in pair))

    @property
    def targets(self) -> tuple[str, ...]:
        """The languages that are translated into."""
        written = {target for _, target in self.pairs}
        if self.both:
            written.update(source for source, _ in self.pairs)
        return tuple(name for name in self.names if name in written)

    def sources(self, language: str) -> tuple[str, ...]:
        """The languages that are translated into a language."""
        learnt = set(self.pairs)
        if self.both:
            learnt.update((target, source) for source, target in self.pairs)
        return tuple(name for name in self.names if (name, language) in learnt)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all languages."""
        return LANGUAGE_TAGS[: len(self.names)]

    def tag(self, language: str | None) -> str:
        """The tag of a language that is translated into; "" of a model without languages.

        Raises:
            InputError: The language is none of them, or None for a model of several, or there is
                one for a model without languages.
        """
        if not self and language is None:
            return ""
        if not self:
            raise InputError(
                "Expected no language to translate into: the model has only one. "
                f"Received: {shown(language)}. Leave --to out."
            )
        if language not in self.targets:
            received = "none" if language is None else shown(language)
            raise InputError(
                f"Expected the language to translate into: {' or '.join(self.targets)}. "
                f'Received: {received}. Give --to, in Python to="{self.targets[-1]}".'
            )
        return LANGUAGE_TAGS[self.names.index(language)]

    def language(self, tag: str) -> str:
        """The language of a tag."""
        return self.names[LANGUAGE_TAGS.index(tag)]

    def tags_of(self, place: int = 0) -> tuple[str, ...]:
        """The tags of the pairs of a corpus, as `data.directions` takes them."""
        source, target = (self.names.index(name) for name in self.pairs[place])
        forward = LANGUAGE_TAGS[target]
        return (forward, LANGUAGE_TAGS[source]) if self.both else (forward,)

    def is_reversed(self, language: str) -> bool:
        """Whether pairs have to change their sides to be translated into a language."""
        return all(target != language for _, target in self.pairs)


def _two(option: str) -> tuple[str, str]:
    match = _TWO.fullmatch(option)
    if not match or match[1] == match[2]:
        raise InputError(
            "Expected two languages with a comma between them, such as en,ko. "
            f"Received: {shown(option)}. Give the source's and the target's."
        )
    return match[1], match[2]
