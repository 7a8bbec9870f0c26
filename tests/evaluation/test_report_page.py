"""The page of a report in a browser: search, order, pages, attention, and text that stays text."""

import shutil

import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.evaluation.evaluation import Evaluation
from seq2seq.evaluation.report.page import as_page
from seq2seq.evaluation.report.report import make_report
from seq2seq.evaluation.report.rows import make_rows
from seq2seq.evaluation.scores import score
from seq2seq.translation.result import Hypothesis, Translation

webdriver = pytest.importorskip("selenium.webdriver", reason="needs the extra browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs chromium"
    ),
]

HOSTILE = "</script><img src=x onerror=\"document.title='lost'\"> {{data}}"
COUNT = 60


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A browser of the width of a phone at a report of 60 sentences, one of them hostile."""
    import numpy as np

    sources = [f"sentence {number} of many" for number in range(COUNT - 1)] + [HOSTILE]
    outputs = [text.replace("many", "few") if len(text) % 2 else text for text in sources]
    found = []
    for text in outputs:
        pieces = ["▁a", "</s>"]
        best = Hypothesis(text, -1.0, pieces, np.eye(2), log_probability=-2.0)
        found.append(Translation(text, [best], pieces, confidence=len(text)))
    rows = make_rows("one", Corpus(sources, sources), range(1, COUNT + 1), found)
    scores = score(outputs, sources, bootstrap=0)
    report = make_report(rows, {"one": Evaluation(scores, outputs, 1.0, 1, [])}, model="m")
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(as_page(report), encoding="utf-8")

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(path.as_uri())
        yield driver
    finally:
        driver.quit()


def shown(page):
    return page.execute_script(
        "return [...document.querySelectorAll('#list > li')].map(item => item.innerText)"
    )


def enter(page, name, value):
    page.execute_script(
        "const it = document.getElementById(arguments[0]); it.value = arguments[1];"
        "it.dispatchEvent(new Event('input'))",
        name,
        value,
    )


def test_sentences_are_shown_a_page_at_a_time_and_every_one_once(page):
    enter(page, "sort", "order of the file")
    seen = []
    for _ in range(3):
        seen += shown(page)
        page.execute_script("document.querySelector('[aria-label=\"next page\"]').click()")
    assert len(seen) == COUNT
    assert all(f"line {number}" in text for number, text in enumerate(seen, 1))


def test_search_and_lines_of_tables_choose_sentences(page):
    enter(page, "filter", "SENTENCE 17 of")
    assert len(shown(page)) == 1
    enter(page, "filter", "")
    pick = page.execute_script(
        "const line = document.querySelector('.pick'); line.click();"
        "return Number(line.closest('tr').cells[1].innerText)"
    )
    count = page.execute_script("return document.getElementById('count').innerText")
    assert count.startswith(f"{pick} of {COUNT}")
    page.execute_script("document.getElementById('group').click()")
    count = page.execute_script("return document.getElementById('count').innerText")
    assert count.startswith(f"{COUNT} of {COUNT}")


def test_click_shows_the_attention_and_hides_it_again(page):
    first = "document.querySelector('#list > li')"
    for expected in (4, 0):
        page.execute_script(f"{first}.click()")
        cells = page.execute_script(f"return {first}.querySelectorAll('.map td[title]').length")
        assert cells == expected


def test_hostile_text_is_shown_as_it_is(page):
    enter(page, "filter", "onerror")
    (text,) = shown(page)
    assert text.count(HOSTILE) == 3
    assert page.execute_script("return document.images.length") == 0
    assert page.title == "m"
    enter(page, "filter", "")


def test_page_is_no_wider_than_a_phone_and_has_no_errors(page):
    width = page.execute_script("return document.documentElement.scrollWidth")
    assert width <= 390
    assert not page.get_log("browser")
