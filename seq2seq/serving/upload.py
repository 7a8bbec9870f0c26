"""The file in a request: its body, or the part of a form that has a file name."""

import re
from collections.abc import Mapping
from email.message import Message
from typing import NamedTuple

from seq2seq.errors import printable
from seq2seq.serving.refusal import Refusal

_FORM = "multipart/form-data"


class Upload(NamedTuple):
    """What was uploaded.

    Attributes:
        name: The name of the file, without folders; empty if none is given.
        data: Its bytes.
        fields: The other fields of the form, by name.
    """

    name: str
    data: bytes
    fields: Mapping[str, str]


def read_upload(headers: Mapping[str, str], body: bytes) -> Upload:
    """Reads what was uploaded.

    Args:
        headers: Those of the request, by names in small letters.
        body: Its body.

    Raises:
        Refusal: The form has no single file, or is damaged.
    """
    content_type = _header("content-type", headers.get("content-type", ""))
    if content_type.get_content_type() != _FORM:
        disposition = _header("content-disposition", headers.get("content-disposition", ""))
        return Upload(base_name(disposition.get_filename() or ""), body, {})

    files: list[tuple[str, bytes]] = []
    fields: dict[str, str] = {}
    for part, data in _parts(content_type.get_boundary() or "", body):
        name = part.get_filename()
        if name is None:
            field = part.get_param("name", "", "content-disposition")
            fields[str(field)] = data.decode(errors="replace")
        else:
            files.append((base_name(name), data))

    if len(files) != 1:
        raise Refusal(
            400,
            f"Expected a form with one file. Received: {len(files)}. "
            "Send it as curl -F file=@lesson.srt does, and others in requests of their own.",
        )
    return Upload(*files[0], fields)


def base_name(name: str) -> str:
    """Returns the last part of a path of any system, without what a line cannot show."""
    return printable(re.split(r"[/\\]", name)[-1])


def _header(name: str, value: str) -> Message:
    """Returns a header as the standard library reads it, its letters being UTF-8."""
    message = Message()
    message[name] = value.encode("latin-1", "replace").decode("utf-8", "replace")
    return message


def _parts(boundary: str, body: bytes) -> list[tuple[Message, bytes]]:
    """Returns the parts of a form, each with its headers.

    Raises:
        Refusal: The form does not end as it should.
    """
    mark = re.escape(b"--" + boundary.encode("latin-1", "replace"))
    pieces = re.split(rb"(?:\A|\r\n)" + mark + rb"(?=--|[ \t]*\r\n)", body)
    if not boundary or len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Refusal(
            400,
            "Expected a whole form. Received: one whose boundary is missing. "
            "Send the file alone as the body, as curl --data-binary @lesson.srt does.",
        )

    parts: list[tuple[Message, bytes]] = []
    for piece in pieces[1:-1]:
        head, _, data = re.sub(rb"\A[ \t]*\r\n", b"", piece).partition(b"\r\n\r\n")
        lines = re.findall(rb"(?im)^content-disposition:([^\r\n]*)", head)
        value = lines[0].decode("latin-1").strip() if lines else ""
        parts.append((_header("content-disposition", value), data))

    return parts
