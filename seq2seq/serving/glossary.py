"""The glossary of a request, and where its terms stand: both take long, and hold up no one."""

from collections.abc import Sequence

from seq2seq.errors import InputError
from seq2seq.serving.aside import aside_if
from seq2seq.serving.refusal import Refusal
from seq2seq.serving.translation import TranslateRequest
from seq2seq.serving.version import Version
from seq2seq.translation.glossary import Glossary, glossary_for
from seq2seq.translation.protected import Term

# What is searched at once, because a thread takes a while, too. With a thousand terms, a thousand
# characters take 2 ms.
FEW_SEARCHED = 2048  # characters


def glossary_of(
    request: TranslateRequest, version: Version, glossary: Glossary | None
) -> Glossary | None:
    """The terms of a request, and those of the server that these do not replace.

    Raises:
        Refusal: The terms are no glossary, or the model knows no placeholders.
    """
    try:
        if request.glossary is not None:
            own = Glossary(request.glossary)
            glossary = glossary | own if glossary else own
        return glossary_for(version.note.protector, glossary)
    except InputError as error:
        raise Refusal(400, str(error)) from error


async def find_terms(parts: Sequence[str], glossary: Glossary | None) -> list[list[Term]]:
    """The terms of a glossary in each sentence; none without a glossary."""
    if not glossary:
        return [[] for _ in parts]

    def find() -> list[list[Term]]:
        return [glossary.find(part) for part in parts]

    return await aside_if(sum(map(len, parts)) > FEW_SEARCHED, find)
