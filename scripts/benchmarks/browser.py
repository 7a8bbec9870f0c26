"""Measures an exported page in Chromium, beside a TFLite export and the library.

    python scripts/benchmarks/browser.py --page saved_models/en-ko-web --source test.en \
        --tflite saved_models/en-ko-int8 --model saved_models/en-ko

It prints the sizes, the time until the first answer, and the milliseconds of a sentence (median and
99 %), one after the other, greedily and with a beam. It counts the translations that differ from
those of the TFLite export; both have to be int8, or both float32. Needs the extras browser and
tflite, and chromium.
"""

import argparse
import contextlib
import functools
import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from selenium import webdriver

from seq2seq.data.lines import read_lines
from seq2seq.exports.signatures import BEAM, GREEDY
from seq2seq.exports.tflite_translator import TFLiteTranslator

MEASURE = """
    const [texts, greedy, answer] = arguments;
    const { load } = await import("./seq2seq.js");
    const start = performance.now();
    const translator = await load("./model/");
    const loaded = performance.now() - start;
    await translator.translate(texts[0], { greedy });
    const first = performance.now() - start;
    const times = [];
    const translations = [];
    for (const text of texts) {
      const before = performance.now();
      translations.push(await translator.translate(text, { greedy }));
      times.push(performance.now() - before);
    }
    translator.close();
    answer({ loaded, first, times, translations });
"""


def main(arguments: list[str] | None = None) -> None:
    """Prints a row for each form and search."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", required=True, metavar="DIR", help="an exported page")
    parser.add_argument("--source", required=True, metavar="FILE", help="sentences, one a line")
    parser.add_argument("--tflite", metavar="DIR", help="an exported TFLite model")
    parser.add_argument("--model", metavar="DIR", help="a model directory")
    options = parser.parse_args(arguments)
    texts = list(read_lines(options.source))

    sizes = {name: size_of(Path(options.page, name)) for name in (".", "runtime", "model")}
    print(", ".join(f"{name}: {size / 1e6:.2f} MB" for name, size in sizes.items()))
    found = {}
    with open_page(options.page) as driver:
        for greedy in (True, False):
            found[greedy] = measured = driver.execute_async_script(MEASURE, texts, greedy)
            show("browser", greedy, measured["times"])
            print(f"  loaded in {measured['loaded']:.0f} ms, answer after {measured['first']:.0f}")

    if options.tflite:
        translator = TFLiteTranslator.load(options.tflite)
        for greedy in (True, False):
            signature = GREEDY if greedy else BEAM
            ask = functools.partial(translator.translate, signature=signature)
            times, translations = timed(ask, texts)
            show("TFLite", greedy, times)
            pairs = zip(translations, found[greedy]["translations"], strict=True)
            print(f"  {sum(one != other for one, other in pairs)} of {len(texts):,} differ")

    if options.model:
        from seq2seq.translation.translator import Translator

        library = Translator.load(options.model)
        for greedy in (True, False):
            ask = functools.partial(library.translate, beam_size=1 if greedy else 5)
            show("library", greedy, timed(ask, texts)[0])


def size_of(folder: Path) -> int:
    """The bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def timed(ask: Callable[[str], str], texts: list[str]) -> tuple[list[float], list[str]]:
    """Milliseconds and translations of texts, one after the other, once the first is warmed up."""
    ask(texts[0])
    times = []
    translations = []
    for text in texts:
        start = time.perf_counter()
        translations.append(ask(text))
        times.append(1000 * (time.perf_counter() - start))
    return times, translations


def show(form: str, greedy: bool, times: list[float]) -> None:
    """Prints the median and the slowest hundredth."""
    median, slow = np.percentile(times, [50, 99])
    search = "greedy" if greedy else "beam"
    print(f"{form}, {search}: median {median:.1f} ms, 99 % {slow:.1f} ms")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing."""

    def log_message(self, *arguments: Any) -> None:
        pass


@contextlib.contextmanager
def open_page(folder: str) -> Iterator[webdriver.Chrome]:
    """Chromium at the page of a folder, which a server in this process serves."""
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    service = webdriver.ChromeService(shutil.which("chromedriver") or "")
    driver = webdriver.Chrome(options, service)
    driver.set_script_timeout(600)
    try:
        driver.get(f"http://127.0.0.1:{server.server_port}/README.md")  # no page that computes, too
        yield driver
    finally:
        driver.quit()
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
