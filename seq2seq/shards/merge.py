"""Shards to one file: all are looked at, and a single one that does not fit stops it."""

from pathlib import Path

from seq2seq.errors import InputError
from seq2seq.shards.job import Shards
from seq2seq.shards.manifest import Damaged, Manifest, file_blocks
from seq2seq.storage.files import open_to_write, write_atomically


def merge(shards: Shards, path: str) -> None:
    """Joins the shards of a job in the order of their numbers.

    Args:
        shards: The shards.
        path: The file, which appears when it is complete; gzip if its name ends in .gz.

    Raises:
        InputError: A shard is missing, damaged, or of another job, or the file cannot be written.
    """
    manifests = _manifests(shards)
    for shard, manifest in enumerate(manifests):
        shards.expect_same_input(shard, manifest)

    def write(temporary: Path) -> None:
        with open_to_write(temporary) as file:
            for shard, manifest in enumerate(manifests):
                file.writelines(file_blocks(shards.job.output(shard), manifest.output_sha256))

    try:
        write_atomically(path, write)
    except Damaged as damage:
        raise _refusal(damage) from damage


def _manifests(shards: Shards) -> list[Manifest]:
    """The manifests of all shards.

    Raises:
        InputError: One is missing, damaged, or of another job.
    """
    found = []
    for shard in range(shards.job.shards):
        try:
            manifest = shards.read_manifest(shard)
        except Damaged as damage:
            raise _refusal(damage) from damage
        if manifest is not None:
            found.append(manifest)

    shards.job.expect_all("Run the same command without --merge to make them.")
    return found


def _refusal(damage: Damaged) -> InputError:
    return InputError(
        f"Expected whole shards. Received: {damage}. "
        "Run the same command without --merge to make it again."
    )
