"""Clauses: who, does what, when, where, in both languages at once.

`Draw` holds what one sentence is made with: the random generator, the register and the names in use. It records in
`tags` every name and word combination the sentence used, so that `build.py` can keep some of them out of training.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import korean as ko
import lexicon as lx


@dataclass(frozen=True)
class Sentence:
    """One sentence in both languages, without final punctuation; kind: statement, question, inquiry, command or ready.

    A `personal` one asks who the listener is, so it does not go to "doctor" or "teacher".
    """

    english: str
    korean: str
    kind: str = "statement"
    personal: bool = False


@dataclass(frozen=True)
class Subject:
    """A grammatical subject. person: "1", "2", "3" or "p" (plural); honor: Korean uses -(으)시-."""

    english: str
    korean: str
    person: str
    possessive: str = ""
    honor: bool = False


@dataclass
class Draw:
    """The state of drawing one sentence."""

    rng: random.Random
    names: dict[str, str]
    polite: bool = False
    habit: bool = False
    tags: set[str] = field(default_factory=set)

    def pick(self, options):
        """Returns one of the options (any sequence, or the items of a dict)."""
        return self.rng.choice(
            list(options.items()) if isinstance(options, dict) else list(options)
        )

    def chance(self, probability: float) -> bool:
        """Returns True with the given probability."""
        return self.rng.random() < probability

    def name(self, gender: str = "") -> tuple[str, str]:
        """Returns a given name, romanised and Hangul; of a gender ("m" or "f") when asked."""
        while gender:
            roman, hangul = self.pick(self.names)
            if gender in lx.genders(roman):
                self.tags.add(f"name:{roman}")
                return roman, hangul
        if self.chance(0.08):
            return self.pick(lx.WESTERN_NAMES)
        roman, hangul = self.pick(self.names)
        self.tags.add(f"name:{roman}")
        return roman, hangul

    def called(self, roman: str, hangul: str) -> str:
        """Returns a third person's name as Korean says it: 민준이 or 지우; 민준 씨 in the polite register."""
        if self.polite:
            return hangul + " 씨"
        closed = ko.final_consonant(hangul) != "" and roman not in lx.WESTERN_NAMES
        return hangul + ("이" if closed else "")

    def own(self, korean: str) -> str:
        """Puts 나, 내 and 우리 into the register."""
        if not self.polite:
            return korean
        head, gap, rest = korean.partition(" ")
        return {"나": "저", "내": "제", "우리": "저희"}.get(head, head) + gap + rest


def me(d: Draw) -> Subject:
    """Returns the first person."""
    return Subject("I", d.own("나"), "1", "my")


def you(d: Draw) -> Subject:
    """Returns the listener, honoured and unnamed in the polite register."""
    return Subject("you", "" if d.polite else "너", "2", "your", honor=d.polite)


def he_or_she(d: Draw) -> Subject:
    """Returns he or she."""
    return d.pick([Subject("he", "그", "3", "his"), Subject("she", "그녀", "3", "her")])


def named(d: Draw) -> Subject:
    """Returns somebody by name."""
    roman, hangul = d.name()
    return Subject(roman, d.called(roman, hangul), "3")


MALE = ("father", "grandfather", "dad", "brother", "son", "uncle", "husband", "boy", "man")
FEMALE = ("mother", "grandmother", "mom", "sister", "daughter", "aunt", "wife", "girl", "woman")


def relative(d: Draw) -> Subject:
    """Returns a member of the family or another person."""
    english, korean = d.pick(lx.PEOPLE)
    plural = "*" in korean
    last = english.split()[-1]
    possessive = "their" if plural else "his" if last in MALE else "her" if last in FEMALE else ""
    return Subject(
        english, d.own(korean.rstrip("+*")), "p" if plural else "3", possessive, honor="+" in korean
    )


def gender(s: Subject) -> str:
    """Returns "m", "f" or, when it is open, "mf"."""
    known = {"his": "m", "her": "f"}.get(s.possessive)
    return known or (lx.genders(s.english) if s.person == "3" else "mf")


def group(d: Draw) -> Subject:
    """Returns we or they."""
    return d.pick([Subject("we", d.own("우리"), "p", "our"), Subject("they", "그들", "p", "their")])


def anybody(d: Draw) -> Subject:
    """Returns any subject but the listener."""
    roll = d.rng.random()
    for share, make in ((0.29, me), (0.42, he_or_she), (0.50, group), (0.77, named)):
        if roll < share:
            return make(d)
    return relative(d)


def third(d: Draw) -> Subject:
    """Returns a third person."""
    return d.pick([he_or_she, named, relative])(d)


def asked(d: Draw) -> Subject:
    """Returns whom a question is about."""
    if d.chance(0.65):
        return you(d)
    if d.polite or d.chance(0.6):
        return d.pick([he_or_she, named])(d)
    s = relative(d)
    while not s.english.startswith("my "):
        s = relative(d)
    theirs = s.korean.replace("우리 ", "너희 ", 1).replace("내 ", "네 ", 1)
    return Subject("your" + s.english[2:], theirs, s.person, s.possessive, s.honor)


def third_form(base: str) -> str:
    """Returns the third-person singular of an English verb."""
    irregular = {"have": "has", "do": "does", "go": "goes", "be": "is"}
    if base in irregular:
        return irregular[base]
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "sh", "ch", "o", "z")) else "s")


def be(s: Subject, tense: str = "present") -> str:
    """Returns am, is, are, was or were."""
    if tense == "past":
        return "was" if s.person in "13" else "were"
    return {"1": "am", "3": "is"}.get(s.person, "are")


def article(noun: str) -> str:
    """Returns the noun with a or an."""
    vowel = noun[0].lower() in "aeiou" and not noun.startswith(("uni", "one", "Eur"))
    return ("an " if vowel or noun.startswith("hour") else "a ") + noun


DEFINITE = ("open", "close", "clean", "find", "lose", "fix", "paint", "wash", "break", "hide", "remember", "understand",
            "know", "wait", "catch", "throw", "memorize")  # fmt: skip
IN_GENERAL = (
    "eat",
    "read",
    "write",
    "watch",
    "buy",
    "draw",
    "sing",
    "make",
    "bake",
    "plant",
    "memorize",
    "cook",
    "drink",
    "borrow",
    "send",
    "listen",
)
OWNED = ("thing", "clothes", "shoes", "headwear")


def determined(
    d: Draw, noun: lx.Noun, *, definite: bool = False, generic: bool = False, mine: bool = False
):
    """Returns a noun with a determiner in both languages."""
    shown, single = noun.english, noun.kind == "count"
    roll = d.rng.random()
    if noun.category in ("study", "sport", "meal") or (noun.kind == "mass" and not definite):
        return (
            (shown, noun.korean)
            if noun.category != "dish" or roll > 0.15
            else (f"this {shown}", f"이 {noun.korean}")
        )
    if generic and roll < 0.7:
        return (lx.plural(shown) if single else shown), noun.korean
    if mine and noun.category in OWNED and roll < 0.5:
        return f"my {shown}", d.own("내 " + noun.korean)
    if not definite and not generic and roll < 0.62:
        return (article(shown) if single else shown), noun.korean
    if noun.kind == "mass" or roll < 0.78:
        return f"the {shown}", noun.korean
    if noun.kind == "plural":
        return f"these {shown}", f"이 {noun.korean}"
    return d.pick([(f"this {shown}", f"이 {noun.korean}"), (f"that {shown}", f"그 {noun.korean}")])


def many_or_one(noun: lx.Noun, many: bool) -> str:
    """Returns a countable noun in the plural or with an article; one that is only plural as it is."""
    if noun.kind != "count":
        return noun.english
    return lx.plural(noun.english) if many else article(noun.english)


def fill(pattern: str, noun: str) -> str:
    """Puts a Korean noun into a pattern whose slot names its particle: "{을} 먹다"; "{}" takes none."""
    before, _, rest = pattern.partition("{")
    kind, _, after = rest.partition("}")
    return before + (ko.particle(noun, kind) if kind else noun) + after


@dataclass(frozen=True)
class Deed:
    """An action with its object chosen: English verb forms, English tail, Korean verb with its object."""

    action: lx.Action
    tail: str
    verb: ko.Verb

    def english(self, verb: str) -> str:
        """Returns the verb form followed by the tail."""
        return f"{verb} {self.tail}".strip()


YOUNG = (
    "the boy",
    "the girl",
    "the children",
    "my son",
    "my daughter",
    "your son",
    "your daughter",
)
GROWN_UP_VERBS = ("drive", "work", "teach", "sell", "fix", "raise")
SKIRTS = ("skirt", "dress")
GROWN_UP_NOUNS = ("beer", "wine", "report", "car", "coffee")


def choose(d: Draw, subject: Subject, flags: str = "", without: str = "x") -> Deed:
    """Returns a deed the subject can do; `flags` it must have, `without` those it must not."""
    while True:
        action = d.pick(lx.ACTIONS)
        personal = "{my}" in action.tail or "k" in action.flags
        if personal and (not subject.possessive or subject.honor):
            continue
        if subject.english in YOUNG and action.base in GROWN_UP_VERBS:
            continue
        if all(f in action.flags for f in flags) and not any(f in action.flags for f in without):
            return deed(d, action, subject)


def deed(d: Draw, action: lx.Action, subject: Subject) -> Deed:
    """Chooses the object of an action."""
    tail, korean = action.tail.replace("{my}", subject.possessive or "their"), action.korean
    if action.objects:
        young = subject.english in YOUNG
        unfit = (GROWN_UP_NOUNS if young else ()) + (SKIRTS if gender(subject) == "m" else ())
        key = d.pick([k for k in action.objects if k not in unfit])
        if len(action.objects) > 3:
            d.tags.add(f"{action.base} {key}")
        noun = lx.NOUNS[key]
        definite = action.base in DEFINITE
        mine = subject.person == "1" and action.base in (*DEFINITE, "wear", "bring", "use")
        if action.base in ("like", "hate"):
            english, object_ = determined(d, noun, generic=True)
        elif action.tail.startswith(("the {", "by {")) or key == "news":
            english, object_ = ("the " if key == "news" else "") + noun.english, noun.korean
        elif action.base == "watch" and key == "television":
            english, object_ = noun.english, noun.korean
        elif action.base == "take":
            english, object_ = ("a " if key == "taxi" else "the ") + noun.english, noun.korean
        elif action.base in ("wear", "ride") and d.habit:
            many = subject.person == "p" or noun.kind == "plural"
            english, object_ = many_or_one(noun, many), noun.korean
        elif action.base in ("learn", "practice") and key in ("piano", "guitar", "violin"):
            english, object_ = f"the {noun.english}", noun.korean
        elif action.base == "sell" or (d.habit and action.base in IN_GENERAL and key != "radio"):
            english, object_ = "the sea" if key == "sea" else many_or_one(noun, True), noun.korean
        elif action.base == "talk" or (action.base == "listen" and key == "radio"):
            english, object_ = (
                (noun.english if noun.kind == "mass" else f"the {noun.english}"),
                noun.korean,
            )
            english = {"weather": "the weather", "sport": "sports"}.get(key, english)
        else:
            english, object_ = determined(d, noun, definite=definite, mine=mine)
        tail, korean = tail.replace("{}", english), fill(korean, object_)
    return Deed(action, tail, ko.verb(korean))


def long_negative(v: ko.Verb) -> ko.Verb:
    """Returns -지 않다."""
    return ko.Verb(v.stem + "지 않")


def respectful(v: ko.Verb, honor: bool) -> ko.Verb:
    """Returns the honorific verb when the subject is honoured."""
    return ko.honorific(v) if honor else v


def denied(v: ko.Verb, honor: bool) -> ko.Verb:
    """Returns the negated verb, honoured or not (안 드시다, 공부하지 않으시다); 이해하다 and 기억하다 with 못."""
    unable = v.stem.endswith(("이해하", "기억하"))
    return respectful(ko.unable(v) if unable else ko.negative(v), honor)


def predicate(
    form: str, v: ko.Verb, s: Subject, *, negated: bool = False, polite: bool = False
) -> str:
    """Returns the Korean predicate of a clause in one of the forms `english_parts` knows."""
    own, honor = s.person in "12" or s.english == "we", s.honor
    if form in ("present", "past", "future", "going_to"):
        whole = denied(v, honor) if negated else respectful(v, honor)
        ending = {"present": ko.present, "past": ko.past}.get(form, ko.future)
        return ending(whole, polite=polite)
    if form == "could_not":
        return ko.past(respectful(ko.unable(v), honor), polite=polite)
    if form == "must":
        whole = ko.need_not(v, honor=honor) if negated else ko.must(v, honor=honor)
    elif form == "can":
        whole = ko.cannot(v, honor=honor) if negated else ko.can(v, honor=honor)
    else:
        wish = form.startswith("want")
        late = honor and negated and wish
        whole = (
            ko.want(v, own=own, honor=honor and not late)
            if wish
            else ko.progressive(v, honor=honor)
        )
        whole = respectful(long_negative(whole), late) if negated else whole
    ending = ko.past if form.endswith("_past") else ko.present
    return ending(whole, polite=polite)


def english_parts(form: str, s: Subject, deed: Deed) -> tuple[str, str, str]:
    """Returns (auxiliary, rest after the auxiliary, finite verb phrase used when there is no auxiliary)."""
    action = deed.action
    do = "does" if s.person == "3" else "do"
    bare, ing = deed.english(action.base), deed.english(action.ing)
    if form == "present":
        return do, bare, deed.english(third_form(action.base)) if s.person == "3" else bare
    if form == "past":
        return "did", bare, deed.english(action.past)
    if form in ("progressive", "progressive_past"):
        return be(s, "past" if form.endswith("past") else "present"), ing, ""
    if form == "want":
        return do, "want to " + bare, ("wants to " if s.person == "3" else "want to ") + bare
    if form == "want_past":
        return "did", "want to " + bare, "wanted to " + bare
    if form == "must":
        return do, "have to " + bare, ("has to " if s.person == "3" else "have to ") + bare
    if form == "going_to":
        return be(s), "going to " + bare, ""
    if form == "could_not":
        return "could not", bare, ""
    return {"future": "will", "can": "can"}[form], bare, ""


def english_clause(
    form: str,
    s: Subject,
    deed: Deed,
    *,
    negated: bool = False,
    question: bool = False,
    adverb: str = "",
) -> str:
    """Returns the English clause; `adverb` (often, always, ...) stands before the main verb."""
    auxiliary, rest, finite = english_parts(form, s, deed)
    adverb = adverb + " " if adverb else ""
    if question:
        return f"{auxiliary} {s.english} {adverb}{rest}"
    if negated:
        return f"{s.english} {auxiliary} not {adverb}{rest}".replace("can not", "cannot")
    if finite:
        return f"{s.english} {adverb}{finite}"
    return f"{s.english} {auxiliary} {rest}"


def join(*parts: str) -> str:
    """Joins the parts that are not empty with spaces."""
    return " ".join(part for part in parts if part)


def about(s: Subject) -> str:
    """Returns the Korean topic; nothing for an unnamed subject."""
    return ko.topic(s.korean) if s.korean else ""


def doer(s: Subject) -> str:
    """Returns the Korean subject with 이/가; nothing for an unnamed subject."""
    return ko.subject(s.korean) if s.korean else ""


PUT = ("plant", "hide")  # their place is where the thing ends up: 정원에 심다


def place(d: Draw, deed: Deed, s: Subject) -> tuple[str, str]:
    """Returns where the deed is done: ("at the library", "도서관에서")."""
    options = [p for p in deed.action.places if p != "room" or s.possessive]
    if not options:
        return "", ""
    key = d.pick(options)
    at = "에" if deed.action.base in PUT else "에서"
    if key in lx.PLACES:
        english, korean = lx.PLACES[key]
        return english.replace("{my}", s.possessive), korean + at
    noun = lx.NOUNS[key]
    return f"at the {noun.english}", noun.korean + at


def companion(d: Draw, s: Subject) -> tuple[str, str]:
    """Returns with whom: ("with Minjun", "민준이와")."""
    if d.chance(0.5):
        roman, hangul = d.name()
        if roman == s.english:
            return "", ""
        return f"with {roman}", ko.together(d.called(roman, hangul))
    options = {"with a friend": "친구", "with friends": "친구들", "with the children": "아이들"}
    if s.person == "1":
        options |= {
            "with my family": d.own("우리 가족"),
            "with my sister": d.own("내 여동생"),
            "with my friend": d.own("내 친구"),
        }
        options |= {"with my brother": d.own("내 남동생"), "with my parents": d.own("우리 부모님")}
    english, korean = d.pick(options)
    return english, ko.together(korean)
