"""LiteRT's WebAssembly comes from npm as it was pinned, or not at all; a build goes on without."""

import importlib.util
import io
import tarfile
from pathlib import Path

import pytest

import web_runtime

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook():
    """The module of the build hook."""
    pytest.importorskip("hatchling", reason="needs hatchling")
    specification = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def archive_of(files, directory):
    """An archive of a package with these files."""
    place = directory / "core.tgz"
    with tarfile.open(place, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return place


def package(version=web_runtime.VERSION):
    contents = dict.fromkeys(web_runtime.FILES, b"script")
    return {**contents, "package/package.json": f'{{"version": "{version}"}}'.encode()}


def test_pinned_package_is_taken_with_its_licence_once(monkeypatch, tmp_path):
    calls = []

    def download(directory):
        calls.append(directory)
        return archive_of(package(), directory)

    monkeypatch.setattr(web_runtime, "download", download)
    monkeypatch.setattr(web_runtime, "expect_pinned", lambda archive: None)
    for _ in range(2):
        web_runtime.fetch(tmp_path / "runtime")
    names = {path.name for path in (tmp_path / "runtime").iterdir()}
    assert names == {*web_runtime.FILES.values(), "LICENSE"}
    assert len(calls) == 1


def test_other_version_is_replaced(monkeypatch, tmp_path):
    monkeypatch.setattr(web_runtime, "expect_pinned", lambda archive: None)
    for version in ("1.0.0", web_runtime.VERSION):
        made = package(version)
        monkeypatch.setattr(
            web_runtime, "download", lambda directory, made=made: archive_of(made, directory)
        )
        web_runtime.fetch(tmp_path / "runtime")
    assert web_runtime.is_there(tmp_path / "runtime")


def test_package_with_another_digest_is_refused_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(web_runtime, "download", lambda directory: archive_of(package(), directory))
    with pytest.raises(ValueError, match="a package with the digest sha512-"):
        web_runtime.fetch(tmp_path / "runtime")
    assert not (tmp_path / "runtime").exists()


def test_build_goes_on_without_a_network(hook, monkeypatch):
    warnings = []

    class Application:
        display_warning = staticmethod(warnings.append)

    class Script:
        """Stands for the loader, whose module cannot fetch anything."""

        @staticmethod
        def exec_module(module):
            def fetch():
                raise OSError("no network")

            module.fetch = fetch
            module.PACKAGE = web_runtime.PACKAGE

    made = hook.WebRuntimeHook(str(ROOT), {}, None, None, "", "", Application())
    specification = importlib.util.spec_from_loader("web_runtime", Script())
    monkeypatch.setattr(importlib.util, "spec_from_file_location", lambda *_: specification)
    monkeypatch.setattr(importlib.util, "module_from_spec", lambda _: type("Module", (), {})())
    made.initialize("standard", {})
    assert "Received: no network" in warnings[0]
