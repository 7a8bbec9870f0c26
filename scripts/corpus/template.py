"""Sentence templates: both languages of a sentence with named slots.

    Template("{s} {have} {thing:a}", "{s:은} {thing:이} {있다}")

A slot in braces names what a pattern has drawn. After a colon stands the form that it takes.

- A noun in English: `a` with its article, `s` in the plural. In Korean: with a particle (은 topic,
  이 subject, 을 object, ...) or as what somebody is (이다), was (이었다) or is not (아니다).
- A verb in Korean: `past`, `future`, `shall`, `not` and `not past`; `own` for "there is" of what
  somebody has. Without a form it is in the present.
- A number is written in words; in Korean `native` or `sino` names the series.

A slot that the pattern did not draw is a word of the sentence itself. In English it is a verb that
agrees with the subject, which is the slot `s`: "{be}", "{have}". In Korean it is a verb in
dictionary form ("{있다}"), a first-person word ("{나:은}") or another noun ("{언제:이다}").

Korean words take the register of the sentence, and Korean verbs honour the subject `s`. Where a
slot is empty, the space beside it goes as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import hangul
import korean as ko
import lexicon as lx
from draw import Draw, Kind, Sentence
from english import article, plural
from numerals import english_number, native_number, sino_number
from people import Subject, agree

SLOT = re.compile(r"\{([^{}:]+)(?::([^{}]+))?\}")

# What a slot may hold; a pair is (English, Korean), a single text the same in both.
Value = str | int | tuple[str, str] | tuple[str, ko.Verb] | lx.Noun | Subject
Slots = Mapping[str, Value]

AGREEING_VERBS = ("be", "was", "do", "have", "like", "know", "want", "need", "enjoy")
ENGLISH_FORMS = {"a": article, "s": plural}
COPULAS = {"이다": ko.is_, "이었다": ko.was, "아니다": ko.is_not}
NUMERALS = {"native": native_number, "sino": sino_number}
ENDINGS = {"": ko.present, "past": ko.past, "future": ko.future, "shall": ko.shall}


@dataclass(frozen=True)
class Template:
    """A sentence in both languages with slots, and what kind of sentence it is."""

    english: str
    korean: str
    kind: Kind = "statement"
    personal: bool = False

    def fill(self, d: Draw, **slots: Value) -> Sentence:
        """Returns the sentence with its slots filled."""
        english = SLOT.sub(partial(english_slot, slots), self.english)
        korean = SLOT.sub(partial(korean_slot, d, slots), self.korean)
        return Sentence(tidy(english), tidy(korean), self.kind, self.personal)


def question(english: str, korean: str, *, personal: bool = False) -> Template:
    """Returns the template of a question."""
    return Template(english, korean, "question", personal)


def inquiry(english: str, korean: str) -> Template:
    """Returns the template of a question that one may ask a stranger."""
    return Template(english, korean, "inquiry")


def tidy(text: str) -> str:
    """Closes the gaps that empty slots leave."""
    return " ".join(text.split())


def english_slot(slots: Slots, slot: re.Match[str]) -> str:
    """Returns what stands in a slot of the English sentence."""
    name, form = slot.groups()
    if name not in slots:
        return agreeing_verb(name, slots)

    value = slots[name]
    text = english_side(value)
    uncountable = isinstance(value, lx.Noun) and value.kind != "count"
    return text if form is None or uncountable else ENGLISH_FORMS[form](text)


def agreeing_verb(verb: str, slots: Slots) -> str:
    """Returns a verb of the English sentence itself, which agrees with the subject."""
    s = slots.get("s")
    if verb not in AGREEING_VERBS or not isinstance(s, Subject):
        raise ValueError(
            f"Expected one of the slots {sorted(slots)} or a verb. Received: {verb!r}."
        )
    return agree(verb, s)


def english_side(value: Value) -> str:
    """Returns what a value is in English."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return english_number(value)
    return value[0] if isinstance(value, tuple) else value.english


def korean_slot(d: Draw, slots: Slots, slot: re.Match[str]) -> str:
    """Returns what stands in a slot of the Korean sentence."""
    name = slot[1]
    form = slot[2] or ""
    word = korean_side(slots[name]) if name in slots else own_word(d, name)

    s = slots.get("s")
    honor = isinstance(s, Subject) and s.honor
    if isinstance(word, int):
        return NUMERALS[form](word)
    if isinstance(word, ko.Verb):
        return inflected(word, form, honor=honor, polite=d.polite)
    if form in COPULAS:
        return COPULAS[form](word, honor=honor, polite=d.polite)
    return declined(word, form)


def own_word(d: Draw, word: str) -> str | ko.Verb:
    """Returns a word of the Korean sentence itself: a verb in dictionary form, or a noun."""
    return ko.verb(word) if word.endswith("다") else d.own(word)


def korean_side(value: Value) -> str | int | ko.Verb:
    """Returns what a value is in Korean."""
    if isinstance(value, str | int):
        return value
    return value[1] if isinstance(value, tuple) else value.korean


def inflected(verb: ko.Verb, form: str, *, honor: bool, polite: bool) -> str:
    """Returns a Korean verb in a form: "past", "not", "not past", "own", ..."""
    if form == "own":
        return ko.present(ko.owning(verb, honor), polite=polite)

    if form.startswith("not"):
        verb = ko.negative(verb)
        form = form.removeprefix("not").strip()
    return ENDINGS[form](ko.respectful(verb, honor), polite=polite)


def declined(noun: str, form: str) -> str:
    """Returns a Korean noun with a particle; nothing where the noun is left unsaid."""
    if not noun or not form:
        return noun
    return hangul.subject(noun) if form == "이" else hangul.particle(noun, form)
