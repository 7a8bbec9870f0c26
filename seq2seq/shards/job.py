"""The shards of one corpus in a folder: which there are, and doing those that are not."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError
from seq2seq.shards.manifest import Damaged, Manifest, TextDigest, file_blocks
from seq2seq.shards.ranges import cut_lines
from seq2seq.shards.source import SourceLines
from seq2seq.storage.files import write_lines
from seq2seq.storage.lock import locked
from seq2seq.storage.version import package_version

_MOST_NAMED = 10  # missing shards

Translate = Callable[..., Iterable[str]]  # of lines, and `first`, the number of the first, from 0


@dataclass(frozen=True, kw_only=True)
class Job:
    """What has to be translated, by what, into which folder. It is the same in all processes.

    Attributes:
        inputs: Files of lines.
        folder: The folder of the shards.
        suffix: The end of their names, such as ".txt".
        shards: How many there are.
        together: Lines between which no cut is made, see `cut_lines`.
        model_sha256: The digest of each model, in their order.
        options: What else the translations depend on, as JSON holds it.
    """

    inputs: Sequence[str]
    folder: Path
    suffix: str
    shards: int
    together: int
    model_sha256: Sequence[str]
    options: Mapping[str, Any]

    def output(self, shard: int) -> Path:
        """The file of the translations of a shard."""
        return self.folder / f"shard-{shard:05d}-of-{self.shards:05d}{self.suffix}"

    def manifest(self, shard: int) -> Path:
        """The file of its manifest."""
        return self.folder / f"shard-{shard:05d}-of-{self.shards:05d}.json"

    def expect_all(self, advice: str) -> None:
        """Refuses a folder that lacks shards; whether those that are there are valid is not asked.

        Args:
            advice: What to do; `{first}` stands for the number of the first that is missing.

        Raises:
            InputError: It lacks some.
        """
        missing = [shard for shard in range(self.shards) if not self.manifest(shard).exists()]
        if not missing:
            return

        named = ", ".join(map(str, missing[:_MOST_NAMED]))
        more = ", …" if len(missing) > _MOST_NAMED else ""
        raise InputError(
            f"Expected {self.shards:,} shards in {self.folder}. "
            f"Received: {self.shards - len(missing):,}, without {named}{more}. "
            + advice.format(first=missing[0])
        )


class Shards:
    """The shards of a job, read and written by this process.

    Args:
        job: The job.

    Raises:
        InputError: An input cannot be read.
    """

    def __init__(self, job: Job):
        self.job = job
        self._source = SourceLines(job.inputs)
        self.ranges = cut_lines(len(self._source), job.shards, together=job.together)

    def do(
        self, shard: int, translate: Translate, *, say: Callable[[str], object] = lambda line: None
    ) -> bool:
        """Translates a shard unless it is there and valid, and returns whether it did.

        The translations are written to a file of another name, which is then renamed. The manifest
        comes last. So a process may be killed at any moment.

        Args:
            shard: Its number, from 0.
            translate: Gives the lines of the output for some lines of the input.
            say: Is given a line about a shard that is damaged, and therefore done again.

        Raises:
            Taken: Another process is doing it.
            InputError: What is there belongs to another job, or a file cannot be read or written.
        """
        with locked(self.job.output(shard), "seq2seq translate"):
            try:
                if self._is_valid(shard):
                    return False
            except Damaged as damage:
                say(f"{damage}: shard {shard} is translated again.")

            self._write(shard, translate)
            return True

    def _is_valid(self, shard: int) -> bool:
        """Whether a shard is done; it is not if it has no manifest.

        Raises:
            Damaged: It has to be done again.
            InputError: It belongs to another job.
        """
        manifest = self.read_manifest(shard)
        if manifest is None:
            return False

        for _ in file_blocks(self.job.output(shard), manifest.output_sha256):
            pass
        self.expect_same_input(shard, manifest)
        return True

    def read_manifest(self, shard: int) -> Manifest | None:
        """The manifest of a shard; None if it is not done.

        Raises:
            Damaged: It is not whole.
            InputError: It says that the shard was made by another model, with other options, by
                another version, or of other lines.
        """
        manifest = Manifest.read(self.job.manifest(shard))
        if manifest is None:
            return None

        lines = self.ranges[shard]
        fits = {
            "model": manifest.model_sha256 == list(self.job.model_sha256),
            "options": manifest.options == dict(self.job.options),
            "version": manifest.seq2seq == package_version(),
            "input": (manifest.shard, manifest.first, manifest.lines)
            == (shard, lines.start, len(lines)),
        }
        for what, fit in fits.items():
            if not fit:
                raise self._misfit(shard, what, manifest)
        return manifest

    def expect_own(self) -> None:
        """Refuses a folder with shards of another job, as far as their manifests tell.

        Raises:
            InputError: There is one.
        """
        for shard in range(self.job.shards):
            with contextlib.suppress(Damaged):
                self.read_manifest(shard)

    def expect_same_input(self, shard: int, manifest: Manifest) -> None:
        """Refuses a shard that was made of other lines than those that are there now.

        Raises:
            InputError: It was.
        """
        digest = TextDigest()
        for _ in digest.over(self._source.between(self.ranges[shard]), end="\n"):
            pass
        if digest.value() != manifest.input_sha256:
            raise self._misfit(shard, "input", manifest)

    def _misfit(self, shard: int, what: str, manifest: Manifest) -> InputError:
        """The error for a shard of another job."""
        received = {
            "model": "which another model made",
            "options": f"which was made with other options: {self._other_options(manifest)}",
            "version": f"which seq2seq {manifest.seq2seq} made, not {package_version()}",
            "input": "which was made of other lines of input",
        }
        return InputError(
            f"Expected shards of this job in {self.job.folder}. Received: "
            f"{self.job.manifest(shard).name}, {received[what]}. "
            "Give another --output, or remove what is there."
        )

    def _other_options(self, manifest: Manifest) -> str:
        """The options that are not those of the job, as they were."""
        names = sorted({*self.job.options, *manifest.options})
        return ", ".join(
            f"{name} {manifest.options.get(name)}"
            for name in names
            if self.job.options.get(name) != manifest.options.get(name)
        )

    def _write(self, shard: int, translate: Translate) -> None:
        lines = self.ranges[shard]
        source = TextDigest()
        output = TextDigest()
        translated = translate(
            source.over(self._source.between(lines), end="\n"), first=lines.start
        )
        write_lines(self.job.output(shard), output.over(translated))

        manifest = Manifest(
            shard=shard,
            shards=self.job.shards,
            first=lines.start,
            lines=source.count,
            input_sha256=source.value(),
            output_sha256=output.value(),
            model_sha256=list(self.job.model_sha256),
            options=dict(self.job.options),
            seq2seq=package_version(),
        )
        manifest.write(self.job.manifest(shard))
