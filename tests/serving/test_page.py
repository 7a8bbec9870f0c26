"""The page in a browser: type, see, click, read."""

import shutil

import pytest
from fixtures.serving import running, until

webdriver = pytest.importorskip("selenium.webdriver", reason="needs the extra browser")
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs chromium"
    ),
]
pytest_plugins = ["fixtures.commands", "fixtures.serving"]


@pytest.fixture(scope="module")
def page(exported):
    """A browser at the page of a server over the reverse task."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--lang=en",
        "--window-size=1200,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    with running({"reverse": exported}) as client:
        driver = webdriver.Chrome(options, service)
        try:
            driver.get(f"http://127.0.0.1:{client.port}/")
            yield driver
        finally:
            driver.quit()


def all_of(page, selector):
    return page.find_elements(By.CSS_SELECTOR, selector)


def translation(page):
    """The text of the lines of the translation without the sign of the end."""
    script = "return [...document.querySelectorAll('#translation [data-line]')].map(line => line.innerText)"
    return [" ".join(line.replace("∎", "").split()) for line in page.execute_script(script)]


def type_text(page, text):
    source = page.find_element(By.ID, "source")
    source.clear()
    source.send_keys(text)


def expected(reverse_translator, *texts):
    return [" ".join(text.split()) for text in reverse_translator.translate(texts)]


def test_translation_appears_while_typing(page, reverse_translator):
    type_text(page, "1 2 3")
    until(lambda: translation(page) == expected(reverse_translator, "1 2 3"))
    type_text(page, "4 5 6\n7 8")
    until(lambda: translation(page) == expected(reverse_translator, "4 5 6", "7 8"))


def test_pointing_at_a_piece_lights_up_both_sides(page):
    type_text(page, "1 2 3 4")
    until(lambda: translation(page) == ["4 3 2 1"])
    piece = all_of(page, "#translation .piece")[1]
    webdriver.ActionChains(page).move_to_element(piece).perform()
    until(lambda: all_of(page, "#reading .lit") and all_of(page, "#map th[data-target='1'].lit"))
    rows = all_of(page, "#map tr")
    assert len(rows) == len(all_of(page, "#translation .piece")) + 1


def test_other_translations_can_be_shown(page):
    type_text(page, "9 8 7")
    others = until(lambda: len(all_of(page, "#list .other")) > 1 and all_of(page, "#list .other"))
    text = others[1].find_element(By.CLASS_NAME, "text").text
    others[1].click()
    until(lambda: translation(page)[0] == " ".join(text.split()))


def test_long_sentence_is_said_to_be_cut(page):
    type_text(page, "1 " * 300)
    until(lambda: "too long" in page.find_element(By.ID, "translation").text)
    type_text(page, "1 2")
    until(lambda: translation(page) == ["2 1"])
    assert "too long" not in page.find_element(By.ID, "translation").text


def test_chosen_piece_is_kept_and_the_rest_follows(page):
    type_text(page, "1 2 3 4")
    until(lambda: translation(page) == ["4 3 2 1"])
    all_of(page, "#translation .piece")[0].send_keys(Keys.ENTER)  # by keyboard
    other = ".alternative[aria-pressed=false] span:first-child:not(.quiet)"  # quiet is the end of the sentence
    alternatives = until(lambda: all_of(page, other))
    chosen = alternatives[0].text
    alternatives[0].click()
    pinned = until(lambda: all_of(page, "#translation .pinned"))
    assert [piece.text for piece in pinned] == [chosen]
    page.find_element(By.ID, "again").click()
    until(lambda: translation(page) == ["4 3 2 1"])


def test_language_and_theme_can_be_switched(page):
    page.find_element(By.ID, "language").click()
    assert page.find_element(By.CSS_SELECTOR, "[data-word=translation]").text == "번역"
    page.find_element(By.ID, "language").click()
    before = page.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    page.find_element(By.ID, "theme").click()
    assert (
        page.find_element(By.TAG_NAME, "body").value_of_css_property("background-color") != before
    )
    page.find_element(By.ID, "theme").click()


def test_narrow_page_does_not_scroll_sideways(page):
    page.set_window_size(500, 900)
    type_text(page, "1 2 3 4 5 6 7 8 9 0")
    until(lambda: all_of(page, "#map td.weight"))
    assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    page.set_window_size(1200, 900)


def test_server_that_has_gone_is_said(page, exported):
    with running({"reverse": exported}) as other:
        page.get(f"http://127.0.0.1:{other.port}/")
        type_text(page, "1")
        until(lambda: translation(page) == ["1"])
    type_text(page, "2")
    until(lambda: "does not answer" in page.find_element(By.ID, "trouble").text)


def test_browser_has_nothing_to_complain_about(page):
    complaints = [
        entry
        for entry in page.get_log("browser")
        if "ERR_CONNECTION_REFUSED" not in entry["message"]
    ]
    assert complaints == []
