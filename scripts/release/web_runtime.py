"""Fetches LiteRT's WebAssembly from npm into the package, for `seq2seq export --format web`.

python scripts/release/web_runtime.py

It takes the version that is pinned here, with npm if that is installed, and refuses any other
content. `hatch_build.py` does the same when the package is built.
"""

import argparse
import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

PACKAGE = "@litertjs/core"
VERSION = "2.5.3"
SHA512 = "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ=="
ADDRESS = f"https://registry.npmjs.org/{PACKAGE}/-/core-{VERSION}.tgz"

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "seq2seq" / "exports" / "web" / "runtime"

# Without relaxed SIMD, which not every browser has. The others of the package have the same size.
FILES = {
    "package/wasm/litert_wasm_compat_internal.js": "litert_wasm_compat_internal.js",
    "package/wasm/litert_wasm_compat_internal.wasm": "litert_wasm_compat_internal.wasm",
    "package/package.json": "package.json",
}
SECONDS = 60  # of waiting for npm or its registry


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--directory", type=Path, default=RUNTIME, help="where to put the files")
    directory = parser.parse_args().directory
    try:
        fetch(directory)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sys.exit(f"Expected {PACKAGE} {VERSION} from npm. Received: {error}")
    print(f"{PACKAGE} {VERSION} is in {directory}")


def fetch(directory: Path = RUNTIME) -> None:
    """Puts the runtime with its licence into a directory; nothing happens if it is there.

    Raises:
        OSError, ValueError, subprocess.SubprocessError: It cannot be had, or is not the pinned one.
    """
    if is_there(directory):
        return
    with tempfile.TemporaryDirectory() as temporary:
        archive = download(Path(temporary))
        expect_pinned(archive)
        complete = Path(temporary, "runtime")
        complete.mkdir()
        extract(archive, complete)
        # The package has no file of its licence, which package.json names: it is ours, too.
        shutil.copyfile(ROOT / "LICENSE", complete / "LICENSE")

        directory.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(complete, directory)


def is_there(directory: Path) -> bool:
    """Whether the directory has all the files, of the pinned version."""
    names = {*FILES.values(), "LICENSE"}
    if not all((directory / name).is_file() for name in names):
        return False
    return f'"version": "{VERSION}"' in (directory / "package.json").read_text(encoding="utf-8")


def download(directory: Path) -> Path:
    """Downloads the package: with npm, whose registry may be another, or from the public one."""
    npm = shutil.which("npm")
    if npm:
        command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", directory]
        subprocess.run(command, check=True, timeout=SECONDS, capture_output=True, cwd=directory)
        (archive,) = directory.glob("*.tgz")
        return archive

    archive = directory / "core.tgz"
    with urllib.request.urlopen(ADDRESS, timeout=SECONDS) as response:
        archive.write_bytes(response.read())
    return archive


def expect_pinned(archive: Path) -> None:
    """Refuses a package with another digest."""
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise ValueError(f"a package with the digest sha512-{digest}. Do not use it.")


def extract(archive: Path, directory: Path) -> None:
    """Writes the files that are needed."""
    with tarfile.open(archive) as package:
        for member, name in FILES.items():
            content = package.extractfile(member)
            if content is None:
                raise ValueError(f"a package without {member}.")
            (directory / name).write_bytes(content.read())


if __name__ == "__main__":
    main()
