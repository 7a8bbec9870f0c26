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
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.errors import InputError
from seq2seq.exports import web, web_files
from seq2seq.exports.signatures import GREEDY, PREFIX
from seq2seq.exports.tflite import convert
from seq2seq.exports.tflite_translator import TFLiteTranslator
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


@pytest.fixture(scope="module")
def lite(reverse_translator):
    """The int8 TFLite model of any length, in the library."""
    return TFLiteTranslator(
        convert(reverse_translator, quantize=True),
        reverse_translator.source_tokenizer.model,
        reverse_translator.target_tokenizer.model,
        protector=reverse_translator.protector,
    )


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
def test_page_translates_as_the_library_and_opens_without_a_network(folder, driver, lite):
    with served(folder) as (address, stop):
        driver.get(address)
        for text in ("b c d", "e f g h i j", "bcd ef", "j", "b c\nd e f"):
            type_text(driver, text)
            shows(driver, "\n".join(lite.translate(text.split("\n"))))
        type_text(driver, "b c 12,345 d")
        until(lambda: "12,345" in text_of(driver, "translation"))
        until(lambda: text_of(driver, "offline"))
        script = "return performance.getEntriesByType('resource').map((one) => one.name)"
        assert all(name.startswith(address) for name in driver.execute_script(script))

        stop()
        driver.refresh()
        type_text(driver, "b c d e")
        shows(driver, lite.translate("b c d e"))
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
def test_module_translates_for_other_pages(folder, driver, lite):
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
    assert greedy == lite.translate("b c d e", signature=GREEDY)
    (expected,) = lite.stream(["b c d e"], signature=PREFIX, n_best=5)
    assert [one["text"] for one in found["hypotheses"]] == [one.text for one in expected.hypotheses]
    for one, other in zip(found["hypotheses"], expected.hypotheses, strict=True):
        assert one["score"] == pytest.approx(other.score, abs=1e-3)
    for row, weights in zip(found["attention"], expected.hypotheses[0].attention, strict=True):
        assert row == pytest.approx(weights.tolist(), abs=0.01)
    assert name == "AbortError"


def begun(texts, translator):
    """Questions with a prefix: nothing, parts of translations, other pieces, and whole ones."""
    for text in texts:
        found = translator.run(text, PREFIX)
        pieces = translator.target.id_to_piece([*filter(None, found["tokens"][0].tolist())])
        other = translator.target.id_to_piece(found["next_tokens"][1].item())
        yield from ((text, prefix) for prefix in ([], [other], pieces[:2], pieces[:-1], pieces))


@marked
def test_begun_translation_is_continued_as_the_tflite_model_continues_it(folder, driver, lite):
    asked = [*begun(["b", "b c d e", "e f g. h i j", "j i h g f e d c b"], lite)]
    script = """
        const [asked, answer] = arguments;
        const { load } = await import("./seq2seq.js");
        const translator = await load("./model/");
        const found = [];
        for (const [text, prefix] of asked) {
          const [line] = await translator.translateLines(text, { prefix, attention: true });
          found.push(line.sentences);
        }
        translator.close();
        answer(found);
    """
    with served(folder) as (address, _):
        driver.get(address)
        answers = driver.execute_async_script(script, asked)
    for (text, prefix), (found,) in zip(asked, answers, strict=True):
        expected = lite.run(text, PREFIX, prefix)
        target = lite.target
        rows = [[*filter(None, row)] for row in expected["tokens"].tolist()]
        pieces = {target.decode(row): target.id_to_piece(row) for row in reversed(rows) if row}
        first = found["hypotheses"][0]
        assert first["pieces"] == target.id_to_piece(rows[0])
        assert first["pieces"][: len(prefix)] == prefix
        assert {one["text"] for one in found["hypotheses"]} == {*pieces}
        assert first["score"] == pytest.approx(expected["score"][0], abs=1e-3)
        for row, weights in zip(found["attention"], expected["attention"][0], strict=False):
            assert row == pytest.approx(weights.tolist(), abs=0.01)

        following = target.id_to_piece(expected["next_tokens"].tolist())
        probabilities = dict(zip(following, expected["next_probability"].tolist(), strict=True))
        told = {one["piece"]: one["probability"] for one in found["alternatives"]}
        assert [*told] == [one for one in following if one not in PLACEHOLDERS]
        assert told == pytest.approx({piece: probabilities[piece] for piece in told}, abs=1e-3)


REFUSED = {
    "no piece": ("b c", {"prefix": ["▁b", "no piece"]}, "pieces that the model has"),
    "padding": ("b c", {"prefix": ["<pad>"]}, "pieces that the model has"),
    "no list": ("b c", {"prefix": "▁b"}, "a list of pieces"),
    "two lines": ("b\nc", {"prefix": []}, "one sentence"),
    "greedy": ("b c", {"prefix": [], "greedy": True}, "beam search"),
    "too long": ("b c", {"prefix": ["▁b"] * 43}, "at most 42 pieces"),
}


@marked
def test_prefix_that_cannot_be_continued_is_refused(folder, driver):
    script = """
        const [cases, answer] = arguments;
        const { load } = await import("./seq2seq.js");
        const translator = await load("./model/");
        const told = [];
        for (const [text, options] of cases) {
          const asked = translator.translate(text, options);
          await asked.catch(({ code, message }) => told.push([code, message]));
        }
        translator.close();
        answer(told);
    """
    with served(folder) as (address, _):
        driver.get(address)
        told = driver.execute_async_script(script, [case[:2] for case in REFUSED.values()])
    for (code, message), (_, _, expected) in zip(told, REFUSED.values(), strict=True):
        assert code == "refused"
        assert expected in message


def click(page, selector, place=0):
    script = "document.querySelectorAll(arguments[0])[arguments[1]].click()"
    page.execute_script(script, selector, place)


def pieces_on(page, selector="#translation .piece"):
    script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)"
    return page.execute_script(script, selector)


@marked
def test_word_is_exchanged_on_the_page_and_the_rest_follows(folder, driver):
    with served(folder) as (address, _):
        driver.get(address)
        driver.get_log("browser")  # of pages before, whose servers have ended
        type_text(driver, "b c d e\nf g. h i")
        until(lambda: "i h" in text_of(driver, "translation"))
        before = text_of(driver, "translation").split()
        click(driver, ".word", 5)  # of the second line
        until(lambda: pieces_on(driver, "#choice .alternative"))
        assert driver.execute_script("return document.activeElement.matches('.alternative')")

        offered = pieces_on(driver, "#choice .alternative span:first-child")
        click(driver, "#choice .alternative", 1)
        until(lambda: pieces_on(driver, ".piece.chosen"))
        assert pieces_on(driver, ".piece.chosen")[-1] == offered[1]
        now = text_of(driver, "translation").replace("∎", "").split()
        assert now[:4] == before[:4]

        click(driver, "#again")
        until(lambda: not pieces_on(driver, ".piece.chosen"))
        click(driver, "#pieces")
        until(lambda: text_of(driver, "translation").split() == before)
        until(lambda: text_of(driver, "offline"))  # it asks the server until then
    assert not driver.get_log("browser")


TERMS = {"b": "x", "c d": "나무", "j": "j"}
SENTENCES = ["b", "a b c d e", "c d", "e f g", "B c", "h i j b a", "d c b a"]


@marked
def test_terms_are_written_as_in_the_library(folder, driver, lite):
    script = """
        const [texts, glossary, answer] = arguments;
        const { load } = await import("./seq2seq.js");
        const translator = await load("./model/");
        const found = [];
        for (const text of texts) found.push(await translator.translate(text, { glossary }));
        const refused = translator.translate("b", { glossary: { b: "" } });
        const code = await refused.catch(({ code }) => code);
        translator.close();
        answer([found, code]);
    """
    with served(folder) as (address, _):
        driver.get(address)
        found, code = driver.execute_async_script(script, SENTENCES, TERMS)
    expected = lite.stream(SENTENCES, n_best=5, glossary=TERMS)
    assert found == [translation.text for translation in expected]
    assert code == "refused"


@marked
def test_glossary_on_the_page_changes_the_translation_and_is_kept(folder, driver):
    with served(folder) as (address, _):
        driver.get(address)
        driver.get_log("browser")
        type_text(driver, "b c d e")
        until(lambda: "b" in text_of(driver, "translation"))
        write_terms = "const field = document.getElementById('terms'); field.value = arguments[0];"
        write_terms += "field.dispatchEvent(new Event('input'))"
        driver.execute_script(write_terms, "b = \u02bbx\nc =")
        until(lambda: "\u02bbx" in text_of(driver, "translation"))
        told = driver.execute_script("return document.querySelector('.wrong').textContent")
        assert "Line 2" in told

        driver.refresh()
        type_text(driver, "b c d e")
        until(lambda: "\u02bbx" in text_of(driver, "translation"))
        driver.execute_script(write_terms, "")
        until(lambda: "\u02bbx" not in text_of(driver, "translation"))
        until(lambda: text_of(driver, "offline"))
    assert not driver.get_log("browser")


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
