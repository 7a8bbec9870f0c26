"""The folder of static files: what is in it, and its page in a browser."""

import contextlib
import functools
import http.server
import json
import shutil
import threading

import pytest

from fixtures.browser import browser, needs_browser
from fixtures.commands import fails
from fixtures.serving import until
from seq2seq.errors import InputError
from seq2seq.exports import web, web_files
from seq2seq.exports.whole import expect_whole

pytest_plugins = ["fixtures.commands", "fixtures.serving"]

RUNTIME_IS_THERE = any(web_files.RUNTIME.glob("*.wasm"))
needs_runtime = pytest.mark.skipif(
    not RUNTIME_IS_THERE, reason="needs LiteRT: python scripts/release/web_runtime.py"
)


@pytest.fixture(scope="module")
def folder(reverse_translator, tmp_path_factory):
    """An exported page of the reverse task, of short sentences alone: all that take less time."""
    directory = tmp_path_factory.mktemp("web") / "reverse"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "LENGTHS", (16,))
        patch.setattr(web, "ATTENTION_LENGTHS", (16,))
        if not RUNTIME_IS_THERE:
            patch.setattr(web, "expect_runtime", lambda: None)
        web.export_web(reverse_translator, directory)
    return directory


def release_of(directory):
    """What the service worker reads of an exported page: its version and its files."""
    text = (directory / "release.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("self.RELEASE = ").rstrip(";\n"))


def test_folder_is_whole_and_lists_its_files(folder):
    expect_whole(folder)
    release = release_of(folder)
    assert "default-src 'none'" in (folder / "index.html").read_text(encoding="utf-8")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    listed = set(release["files"])
    assert listed - there == {"./"} and len(listed) == len(release["files"])
    unlisted = {name.rpartition("/")[2] for name in there - listed}
    assert unlisted == {*web._FOR_OTHERS, "release.js", "manifest.json"} - (
        set() if RUNTIME_IS_THERE else {"LICENSE"}
    )


def test_export_without_the_runtime_says_what_to_run(monkeypatch, tmp_path, reverse_model):
    monkeypatch.setattr(web_files, "RUNTIME", tmp_path)
    command = ["export", tmp_path / "page", "--model", reverse_model, "--format", "web"]
    assert "python scripts/release/web_runtime.py" in fails(*command)
    assert not (tmp_path / "page").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "web", "--shortlist", 16], "no --shortlist with --format web"),
        (["--format", "web", "--quantize", "--dev", __file__], "--dev with --format tflite"),
        (["--no-quantize"], "--quantize with --format tflite or web"),
    ],
)
def test_options_of_other_formats_are_refused(options, message, tmp_path, reverse_model):
    result = fails("export", tmp_path / "page", "--model", reverse_model, *options, code=2)
    assert message in result


def test_place_of_something_else_is_refused(reverse_translator, tmp_path, monkeypatch):
    monkeypatch.setattr(web, "expect_runtime", lambda: None)
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        web.export_web(reverse_translator, tmp_path)


# In a browser.


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing."""

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def served(directory):
    """The address of a server of static files, and a function that stops it."""
    handler = functools.partial(Quiet, directory=directory)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop():
        server.shutdown()
        server.server_close()

    try:
        yield f"http://127.0.0.1:{server.server_port}/", stop
    finally:
        stop()


@pytest.fixture(scope="module")
def driver():
    pytest.importorskip("selenium.webdriver", reason="needs the extra browser")
    with browser() as opened:
        yield opened


def type_text(page, text):
    """Puts a text into the field at once, as pasting does."""
    script = (
        "const field = document.getElementById('source'); field.value = arguments[0];"
        "field.dispatchEvent(new Event('input'))"
    )
    page.execute_script(script, text)


def text_of(page, name):
    return page.execute_script("return document.getElementById(arguments[0]).innerText", name)


def shows(page, text):
    until(lambda: text_of(page, "translation").split() == text.split())


def marked(test):
    """Marks a test that needs a browser and the runtime."""
    for mark in (needs_runtime, *needs_browser):
        test = mark(test)
    return test


@marked
def test_page_translates_as_the_library_and_opens_without_a_network(
    folder, driver, reverse_translator
):
    with served(folder) as (address, stop):
        driver.get(address)
        for text in ("b c d", "e f g h i j", "bcd ef", "j", "b c\nd e f"):
            type_text(driver, text)
            shows(driver, "\n".join(reverse_translator.translate(text.split("\n"))))
        type_text(driver, "b c 12,345 d")
        until(lambda: "12,345" in text_of(driver, "translation"))
        until(lambda: text_of(driver, "offline"))
        script = "return performance.getEntriesByType('resource').map((one) => one.name)"
        assert all(name.startswith(address) for name in driver.execute_script(script))

        stop()
        driver.refresh()
        type_text(driver, "b c d e")
        shows(driver, reverse_translator.translate("b c d e"))
    assert not driver.get_log("browser")  # nor a violation of the Content-Security-Policy


@marked
def test_new_export_takes_the_place_of_the_one_that_is_kept(folder, driver, tmp_path):
    copy = tmp_path / "page"
    shutil.copytree(folder, copy)
    with served(copy) as (address, _):
        driver.get(address)
        until(lambda: text_of(driver, "offline"))
        for name, old, new in (
            ("index.html", "<title>seq2seq", "<title>another"),
            ("release.js", '"version": "', '"version": "another'),
        ):
            text = (copy / name).read_text(encoding="utf-8")
            (copy / name).write_text(text.replace(old, new), encoding="utf-8")
        driver.refresh()
        expected = [f"seq2seq {address} {release_of(copy)['version']}"]
        until(lambda: driver.execute_async_script("caches.keys().then(arguments[0])") == expected)
        driver.refresh()
        assert driver.title == "another"


@marked
def test_module_translates_for_other_pages(folder, driver, reverse_translator):
    script = """
        const answer = arguments[arguments.length - 1];
        const { load } = await import("./seq2seq.js");
        const translator = await load("./model/");
        const greedy = await translator.translate("b c d e", { greedy: true });
        const [line] = await translator.translateLines("b c d e", { attention: true });
        const [found] = line.sentences;
        const given = new AbortController();
        const long = translator.translate("b c.\\n".repeat(500), { signal: given.signal });
        given.abort();
        const name = await long.catch((error) => error.name);
        translator.close();
        answer([greedy, found, name]);
    """
    with served(folder) as (address, _):
        driver.get(address)
        greedy, found, name = driver.execute_async_script(script)
    assert greedy == reverse_translator.translate("b c d e", beam_size=1)
    (expected,) = reverse_translator.stream(["b c d e"], n_best=5, attention=True)
    assert [one["text"] for one in found["hypotheses"]] == [one.text for one in expected.hypotheses]
    for one, other in zip(found["hypotheses"], expected.hypotheses, strict=True):
        assert one["score"] == pytest.approx(other.score, abs=0.02)  # int8
    for row, weights in zip(found["attention"], expected.hypotheses[0].attention, strict=True):
        assert row == pytest.approx(weights.tolist(), abs=0.05)
    assert name == "AbortError"


DAMAGES = {
    "a changed byte": ("model/source.model", lambda content: content[:-1] + b"x"),
    "half a file": ("model/model.tflite", lambda content: content[:1000]),
    "no JSON": ("model/model.json", lambda content: content[:20]),
}


@marked
@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_folder_that_is_not_whole_is_told_on_the_page(folder, driver, tmp_path, name, damage):
    copy = tmp_path / "page"
    shutil.copytree(folder, copy)
    (copy / name).write_bytes(damage((copy / name).read_bytes()))
    with served(copy) as (address, _):
        driver.get(address)
        until(lambda: "not whole" in text_of(driver, "trouble"))
    assert name.rpartition("/")[2] in str(driver.get_log("browser"))


@marked
def test_missing_file_and_long_text_are_told_on_the_page(
    folder, driver, tmp_path, reverse_translator
):
    copy = tmp_path / "page"
    shutil.copytree(folder, copy)
    (copy / "model" / "target.model").unlink()
    with served(copy) as (address, _):
        driver.get(address)
        until(lambda: "could not be loaded" in text_of(driver, "trouble"))
    driver.get_log("browser")
    with served(folder) as (address, _):
        driver.get(address)
        type_text(driver, "b c d")
        shows(driver, reverse_translator.translate("b c d"))
        type_text(driver, "b" * 10_000)
        until(lambda: "10,000 characters" in text_of(driver, "trouble"))
        assert text_of(driver, "translation") == "The translation appears here."
        type_text(driver, "b c")
        until(lambda: not text_of(driver, "trouble"))


@marked
def test_browser_without_webassembly_is_told_so(folder, driver):
    command = "Page.addScriptToEvaluateOnNewDocument"
    added = driver.execute_cdp_cmd(command, {"source": "delete globalThis.WebAssembly"})
    with served(folder) as (address, _):
        driver.get(address)
        until(lambda: "too old" in text_of(driver, "trouble"))
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)
    driver.get_log("browser")
