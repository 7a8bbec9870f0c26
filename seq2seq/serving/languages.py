"""Which served models answer a request: those of its model, of its language, or by its letters.

A model of several languages is served once for each that it translates into. `mine-ko` and
`mine-en` are then together the model `mine`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seq2seq.data.letters import Letters
from seq2seq.exports.note import Direction
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.repository import Repository, ServedModel
from seq2seq.serving.translation import TranslateRequest, choose_signature
from seq2seq.serving.version import Signature, Version


@dataclass(frozen=True, eq=False)
class Route:
    """A served model, with what a request needs of it."""

    name: str
    version: Version
    signature: Signature

    @property
    def language(self) -> str | None:
        """The language that it translates into, if that is known."""
        direction = self.version.note.direction
        return direction.to if direction else None


@dataclass(frozen=True)
class Routes:
    """The served models that answer a request.

    Attributes:
        choices: One, or two among which letters choose.
        letters: What tells the languages apart that these translate from; None of one model.
    """

    choices: tuple[Route, ...]
    letters: Letters | None = None

    def route(self, texts: Sequence[str]) -> Route:
        """The one for texts that belong together; the first where their letters do not tell."""
        place = self.letters.language(texts) if self.letters else None
        return self.choices[place or 0]

    def into(self, language: str | None) -> Route:
        """The one that translates into a language; the first where none is known to."""
        found = (route for route in self.choices if route.language == language)
        return next(found, self.choices[0])

    def whole(self, texts: Sequence[str]) -> "Routes":
        """Those that answer texts which go to one model, such as those of a document."""
        return Routes((self.route(texts),))


def name_of_all(model: ServedModel) -> str:
    """The name of a model of several languages, of which a served model has one: `mine`."""
    direction = _direction(model)
    return model.name.removesuffix(f"-{direction.to}") if direction else model.name


def family_of(repository: Repository, name: str) -> list[ServedModel]:
    """The served models that are together a model of several languages; none of another name."""
    models = repository.models.values()
    return [model for model in models if _direction(model) and name_of_all(model) == name]


def letters_of(models: Sequence[ServedModel]) -> Letters | None:
    """What chooses among served models by the letters of a text; None where letters do not tell."""
    directions = [direction for model in models if (direction := _direction(model))]
    if len(models) != 2 or len(directions) != 2:
        return None
    return Letters.of(direction.scripts for direction in directions)


def find_routes(request: TranslateRequest, repository: Repository) -> Routes:
    """The served models that answer a request.

    Raises:
        Refusal: There is no such model, it does not translate into the language, or does not offer
            what is asked for; or the language is missing and letters do not tell.
    """
    models = _asked(request, repository)
    if request.to is not None:
        models = _of_language(request.to, models, repository)

    letters = letters_of(models)
    if not letters and request.model is None:
        models = models[:1]
    if not letters and len(models) > 1:
        raise Refusal(
            400,
            f"Expected the language to translate into: {_listed(models)}. "
            f'Received: none. Give it, such as "to": "{_language(models[0])}".',
        )
    return Routes(tuple(_route(request, model) for model in models), letters)


def described(repository: Repository, model: ServedModel) -> dict[str, object]:
    """What `/models` tells of the languages of a served model; nothing if they are not known."""
    direction = _direction(model)
    if not direction:
        return {}
    name = name_of_all(model)
    by_letters = letters_of(family_of(repository, name)) is not None
    languages = {"to": direction.to, "from": [*direction.sources]}
    return {"model": name, **languages, "by_letters": by_letters}


def _asked(request: TranslateRequest, repository: Repository) -> list[ServedModel]:
    """The served models among which a request may choose, by the name that it gives."""
    if request.model is None:
        first = repository.model()
        return family_of(repository, name_of_all(first)) or [first]
    if request.model in repository.models:
        return [repository.model(request.model)]
    return family_of(repository, request.model) or [repository.model(request.model)]


def _of_language(
    language: str, models: Sequence[ServedModel], repository: Repository
) -> list[ServedModel]:
    """The one of some served models that translates into a language.

    Raises:
        Refusal: None does.
    """
    found = [model for model in models if _language(model) == language]
    if found:
        return found[:1]

    model = models[0]
    if not _direction(model):
        raise Refusal(
            400,
            f'Expected no "to": {model.name} does not tell its languages. '
            f"Received: {language}. Leave it out, or choose a model that does in /models.",
        )

    advice = "Give one of them."
    siblings = family_of(repository, name_of_all(model))
    if len(models) < len(siblings):
        others = f"{name_of_all(model)}, which translates into {_listed(siblings)}"
        advice = f'Leave "to" out, or ask {others}.'
    raise Refusal(
        400,
        f"Expected the language to translate into: {_listed(models)}. "
        f"Received: {language}. {advice}",
    )


def _route(request: TranslateRequest, model: ServedModel) -> Route:
    version = model.version()
    return Route(model.name, version, choose_signature(request, version))


def _direction(model: ServedModel) -> Direction | None:
    return model.current.note.direction if model.current else None


def _language(model: ServedModel) -> str | None:
    direction = _direction(model)
    return direction.to if direction else None


def _listed(models: Iterable[ServedModel]) -> str:
    return " or ".join(str(_language(model)) for model in models)
