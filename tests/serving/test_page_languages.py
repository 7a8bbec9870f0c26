"""The page of a model of several languages: one entry in the list, and a choice of language."""

import pytest

from fixtures.browser import browser, needs_browser
from fixtures.serving import running, until

pytest.importorskip("selenium.webdriver", reason="needs the extra browser")
By = pytest.importorskip("selenium.webdriver.common.by").By
Select = pytest.importorskip("selenium.webdriver.support.ui").Select

pytestmark = needs_browser
pytest_plugins = ["fixtures.serving"]


@pytest.fixture(scope="module")
def page(directed, shouting):
    """A browser at the page of a server over models of two scripts, of one script, and of none."""
    mine = {
        "mine-en": directed("en", "ko", scripts=("HANGUL",)),
        "mine-ko": directed("ko", "en", scripts=("LATIN",)),
    }
    alike = {"alike-en": directed("en", "de"), "alike-de": directed("de", "en")}
    with running({**mine, **alike, "plain": shouting}) as client, browser() as driver:
        driver.get(f"http://127.0.0.1:{client.port}/")
        until(lambda: options(driver, "model"))
        yield driver


def by_id(page, name):
    return page.find_element(By.ID, name)


def options(page, name):
    return [option.text for option in Select(by_id(page, name)).options]


def choose(page, name, text):
    Select(by_id(page, name)).select_by_visible_text(text)


def type_text(page, text):
    by_id(page, "source").clear()
    by_id(page, "source").send_keys(text)


def translation(page):
    """The language and the text of each line, read at once: another answer replaces them."""
    script = (
        "return [...document.querySelectorAll('#translation [data-line]')]"
        ".map(line => [line.lang, line.innerText])"
    )
    return [tuple(line) for line in page.execute_script(script)]


def test_models_of_one_name_are_one_entry(page):
    assert options(page, "model") == ["mine", "alike", "plain"]


def test_letters_choose_the_language_of_each_line(page):
    choose(page, "model", "mine")
    assert options(page, "into") == ["By letters", "English", "Korean"]
    type_text(page, "hello\n가 나")
    until(lambda: translation(page) == [("ko", "HELLO"), ("en", "[가 나]")])
    assert by_id(page, "from").text == "Text"
    type_text(page, "go")
    until(lambda: translation(page) == [("ko", "GO")])
    assert Select(by_id(page, "into")).first_selected_option.text == "By letters: Korean"
    assert by_id(page, "from").text == "English"


def test_chosen_language_is_asked_for_and_is_kept_in_the_other_words(page):
    choose(page, "model", "mine")
    type_text(page, "hello")
    choose(page, "into", "English")
    until(lambda: translation(page) == [("en", "[hello]")])
    by_id(page, "language").click()
    assert by_id(page, "into-label").text.splitlines()[0] == "번역할 언어"
    assert options(page, "into") == ["글자에 따라", "영어", "한국어"]
    assert Select(by_id(page, "into")).first_selected_option.text == "영어"
    by_id(page, "language").click()
    until(lambda: translation(page) == [("en", "[hello]")])


def test_language_has_to_be_chosen_where_letters_do_not_tell(page):
    choose(page, "model", "alike")
    assert options(page, "into") == ["English", "German"]
    type_text(page, "hello")
    choose(page, "into", "German")
    until(lambda: translation(page) == [("de", "HELLO")])
    assert by_id(page, "from").text == "English"


def test_model_without_languages_has_no_choice(page):
    choose(page, "model", "plain")
    assert not by_id(page, "into").is_displayed() and by_id(page, "to").text == "Translation"
    type_text(page, "hello")
    until(lambda: [text for _, text in translation(page)] == ["HELLO"])
    assert by_id(page, "from").text == "Text"


def test_files_go_into_the_chosen_language(page, tmp_path):
    (tmp_path / "a.txt").write_text("hello\n")
    choose(page, "model", "mine")
    for into, name in (("English", "a.en.txt"), ("By letters", "a.ko.txt")):
        Select(by_id(page, "into")).select_by_index(options(page, "into").index(into))
        by_id(page, "file").send_keys(str(tmp_path / "a.txt"))
        until(lambda name=name: page.find_elements(By.CSS_SELECTOR, f'[download="{name}"]'))


def test_choice_fits_a_narrow_page_and_a_finger(page):
    page.set_window_size(500, 900)
    choose(page, "model", "mine")
    type_text(page, "hello")
    until(lambda: translation(page))
    size = by_id(page, "into").rect
    assert min(size["height"], size["width"]) >= 44
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    page.set_window_size(1200, 900)


def test_browser_has_nothing_to_complain_about(page):
    assert page.get_log("browser") == []
