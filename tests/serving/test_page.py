"""The page in a browser: type, see, click, read."""

import contextlib

import pytest

from fixtures.browser import browser, needs_browser
from fixtures.serving import running, until

webdriver = pytest.importorskip("selenium.webdriver", reason="needs the extra browser")
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys

pytestmark = needs_browser
pytest_plugins = ["fixtures.commands", "fixtures.serving"]


@pytest.fixture(scope="module")
def page(exported):
    """A browser at the page of a server over the reverse task."""
    with running({"reverse": exported}) as client, browser() as driver:
        driver.get(f"http://127.0.0.1:{client.port}/")
        yield driver


def all_of(page, selector):
    return page.find_elements(By.CSS_SELECTOR, selector)


def by_id(page, name):
    return page.find_element(By.ID, name)


def translation(page):
    """The text of the lines of the translation without the sign of the end."""
    script = (
        "return [...document.querySelectorAll('#translation [data-line]')]"
        ".map(line => line.innerText)"
    )
    return [" ".join(line.replace("∎", "").split()) for line in page.execute_script(script)]


def type_text(page, text):
    source = by_id(page, "source")
    source.clear()
    source.send_keys(text)


def expected(reverse_translator, *texts):
    return [" ".join(text.split()) for text in reverse_translator.translate(texts)]


@contextlib.contextmanager
def pieces_shown(page):
    """Shows pieces instead of words for a while."""
    button = by_id(page, "pieces")
    button.click()
    yield
    if button.get_attribute("aria-pressed") == "true":
        button.click()


@contextlib.contextmanager
def window(page, width, height):
    """Resizes the window for a while."""
    page.set_window_size(width, height)
    yield
    page.set_window_size(1200, 900)


def test_translation_appears_while_typing(page, reverse_translator):
    type_text(page, "b c d")
    until(lambda: translation(page) == expected(reverse_translator, "b c d"))
    type_text(page, "e f g\nh i")
    until(lambda: translation(page) == expected(reverse_translator, "e f g", "h i"))


def test_translation_is_text_until_pieces_are_asked_for(page):
    type_text(page, "b c d e")
    until(lambda: translation(page) == ["e d c b"])
    assert all_of(page, "#translation .word") and not all_of(page, ".piece")
    with pieces_shown(page):
        assert all_of(page, "#translation .piece") and all_of(page, "#reading .piece")
        assert by_id(page, "legend").is_displayed()
    assert not all_of(page, "#translation .piece") and not by_id(page, "legend").is_displayed()


def test_pointing_at_a_word_lights_up_its_row_and_what_it_looked_at(page):
    type_text(page, "b c d e")
    until(lambda: translation(page) == ["e d c b"])
    word = all_of(page, "#translation .word")[1]
    webdriver.ActionChains(page).move_to_element(word).perform()
    until(lambda: all_of(page, "#map th[data-target='1'].lit"))
    assert all_of(page, "#map th[data-source].lit")
    rows = all_of(page, "#map tr")
    assert len(rows) == len(all_of(page, "#translation .word")) + 1


def test_pointing_at_a_piece_lights_up_both_sides(page):
    type_text(page, "b c d e")
    until(lambda: translation(page) == ["e d c b"])
    with pieces_shown(page):
        piece = all_of(page, "#translation .piece")[1]
        webdriver.ActionChains(page).move_to_element(piece).perform()
        until(lambda: all_of(page, "#reading .lit"))
        assert all_of(page, "#map th[data-target='1'].lit")
        rows = all_of(page, "#map tr")
        assert len(rows) == len(all_of(page, "#translation .piece")) + 1


def test_attention_map_has_rows_that_sum_to_one_in_words_and_in_pieces(page, reverse_translator):
    def sums():
        script = (
            "return [...document.querySelectorAll('#map tr')].slice(1).map(row => "
            "[...row.querySelectorAll('.weight')].reduce((sum, cell) => "
            "sum + Number(cell.style.getPropertyValue('--weight')), 0))"
        )
        return page.execute_script(script)

    type_text(page, "bc def g")
    until(lambda: translation(page) == expected(reverse_translator, "bc def g"))
    assert len(sums()) == len(all_of(page, "#translation .word"))
    assert sums() == pytest.approx([1] * len(sums()), abs=0.02)
    with pieces_shown(page):
        assert sums() == pytest.approx([1] * len(sums()), abs=0.02)


def test_candidates_can_be_shown(page):
    type_text(page, "j i h")
    until(lambda: translation(page) == ["h i j"])
    others = all_of(page, "#list .other")
    text = others[1].find_element(By.CLASS_NAME, "text").text
    others[1].click()
    until(lambda: translation(page)[0] == " ".join(text.split()))


def test_bars_of_candidates_fall_in_their_order(page):
    type_text(page, "f e b h")
    until(lambda: translation(page) == ["h b e f"])
    script = (
        "return [...document.querySelectorAll('#list .other')]"
        ".map(bar => Number(bar.style.getPropertyValue('--share')))"
    )
    shares = page.execute_script(script)
    assert len(shares) > 1 and shares[0] == 1 and shares == sorted(shares, reverse=True)


def test_terms_of_the_glossary_are_written_and_kept_in_the_browser(page):
    type_text(page, "b c d")
    until(lambda: translation(page) == ["d c b"])
    all_of(page, "#glossary summary")[0].click()
    by_id(page, "terms").send_keys("c = zebra")
    until(lambda: "zebra" in translation(page)[0])
    assert by_id(page, "terms-count").text == "1 term"

    page.refresh()
    assert by_id(page, "terms").get_attribute("value") == "c = zebra"
    type_text(page, "b c d")
    until(lambda: translation(page) and "zebra" in translation(page)[0])
    all_of(page, "#glossary summary")[0].click()
    by_id(page, "terms").clear()
    until(lambda: translation(page) == ["d c b"])
    assert page.execute_script("return localStorage.glossary") == ""


def test_line_that_is_no_term_is_named_when_another_is_written(page):
    terms = by_id(page, "terms")
    if not terms.is_displayed():
        all_of(page, "#glossary summary")[0].click()
    terms.send_keys("c")
    assert not by_id(page, "terms-trouble").is_displayed()
    terms.send_keys("\nb = x\nb = y\n")
    until(lambda: by_id(page, "terms-trouble").text.startswith("Line 1: expected a term"))
    assert terms.get_attribute("aria-invalid") == "true"
    terms.send_keys(Keys.CONTROL + Keys.HOME, Keys.CONTROL, Keys.NULL, " = z")
    until(lambda: by_id(page, "terms-trouble").text.startswith("Line 3: “b” has another"))
    terms.clear()
    until(lambda: not by_id(page, "terms-trouble").is_displayed())


def test_long_sentence_is_said_to_be_cut(page):
    type_text(page, "b " * 300)
    until(lambda: "too long" in by_id(page, "translation").text)
    type_text(page, "b c")
    until(lambda: translation(page) == ["c b"])
    assert "too long" not in by_id(page, "translation").text


def test_field_is_as_high_as_its_text_again_after_a_longer_one(page):
    def height():
        return by_id(page, "source").rect["height"]

    type_text(page, "b")
    low = height()
    type_text(page, "\n".join("bcdefghij"))
    assert height() > low
    type_text(page, "b")
    assert height() == low


def test_text_can_be_cleared(page):
    type_text(page, "b c")
    until(lambda: translation(page) == ["c b"])
    by_id(page, "clear").click()
    until(lambda: translation(page) == [])
    assert page.execute_script("return document.activeElement.id + source.value") == "source"
    assert not by_id(page, "clear").is_displayed() and not by_id(page, "details").is_displayed()


def choose_another(page, place):
    """Chooses another piece than the model's for a word, by keyboard, and returns it."""
    all_of(page, "#translation .word")[place].send_keys(Keys.ENTER)
    other = ".alternative[aria-pressed=false] span:first-child:not(.quiet)"  # quiet: the end
    alternatives = until(lambda: all_of(page, other))
    chosen = alternatives[0].text
    alternatives[0].click()
    return chosen


def test_chosen_piece_is_kept_and_the_rest_follows(page):
    type_text(page, "b c d e")
    until(lambda: translation(page) == ["e d c b"])
    chosen = choose_another(page, 0)
    pinned = until(lambda: all_of(page, "#translation .pinned"))
    assert [piece.text for piece in pinned] == [chosen]
    by_id(page, "again").click()
    until(lambda: translation(page) == ["e d c b"])
    by_id(page, "pieces").click()


def test_language_and_theme_can_be_switched(page):
    by_id(page, "language").click()
    assert by_id(page, "to").text == "번역"
    by_id(page, "language").click()
    body = page.find_element(By.TAG_NAME, "body")
    before = body.value_of_css_property("background-color")
    by_id(page, "theme").click()
    assert body.value_of_css_property("background-color") != before
    by_id(page, "theme").click()


def test_narrow_page_does_not_scroll_sideways(page):
    with window(page, 500, 900):
        type_text(page, "b c d e f g h i j a")
        until(lambda: translation(page) == ["a j i h g f e d c b"])
        assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_targets_on_a_narrow_page_are_large_enough_for_a_finger(page):
    script = """
        const selector = "button, select:not(:disabled), a, .piece:not(span)";
        return [...document.querySelectorAll(selector)]
            .filter(target => target.checkVisibility())
            .map(target => [target.outerHTML, target.getBoundingClientRect()])
            .filter(([, {width, height}]) => Math.min(width, height) < 44)
            .map(([name]) => name)
    """
    with window(page, 500, 900):
        type_text(page, "b c d e")
        until(lambda: translation(page) == ["e d c b"])
        assert page.execute_script(script) == []
        with pieces_shown(page):
            assert page.execute_script(script) == []


def test_languages_and_samples_are_those_of_the_name_of_the_model(page, exported):
    with running({"en-ko": exported}) as other:
        page.get(f"http://127.0.0.1:{other.port}/")
        samples = until(lambda: all_of(page, ".sample"))
        assert [by_id(page, name).text for name in ("from", "to")] == ["English", "Korean"]
        before = by_id(page, "translation").rect["y"]
        samples[0].click()
        until(lambda: translation(page))
        assert by_id(page, "translation").rect["y"] == before
        assert by_id(page, "samples").rect["y"] > before


def test_server_that_has_gone_is_said(page, exported):
    with running({"reverse": exported}) as other:
        page.get(f"http://127.0.0.1:{other.port}/")
        type_text(page, "b")
        until(lambda: translation(page) == ["b"])
    type_text(page, "c")
    until(lambda: "does not answer" in by_id(page, "trouble").text)


def test_browser_has_nothing_to_complain_about(page):
    complaints = [
        entry
        for entry in page.get_log("browser")
        if "ERR_CONNECTION_REFUSED" not in entry["message"]
    ]
    assert complaints == []


def files_of(page):
    """The names of the downloads that are offered."""
    return [link.get_attribute("download") for link in all_of(page, ".download")]


def test_chosen_files_are_translated_and_can_be_had(page, exported, tmp_path):
    (tmp_path / "a.txt").write_text("a b c\n")
    (tmp_path / "t.csv").write_text("id,text\n1,a b c\n")
    with running({"en-ko": exported}) as other:
        page.get(f"http://127.0.0.1:{other.port}/")
        until(lambda: by_id(page, "choose").text == "Choose files")
        by_id(page, "file").send_keys(f"{tmp_path / 'a.txt'}\n{tmp_path / 't.csv'}")
        field = until(lambda: all_of(page, ".column input"))[0]
        assert "whose columns are: id, text" in all_of(page, ".failed .note")[0].text
        field.send_keys("text" + Keys.ENTER)
        until(lambda: files_of(page) == ["a.ko.txt", "t.ko.csv"])
        all_of(page, ".file .close")[0].click()
        assert files_of(page) == ["t.ko.csv"]
        assert page.execute_script("return document.activeElement.id") == "choose"
    page.get_log("browser")  # a refused request is noted there


def test_dropped_file_is_translated_and_dropped_text_is_not(page, exported):
    drop = """
        const data = new DataTransfer();
        if (arguments[1]) data.items.add(new File([arguments[1]], arguments[0]));
        else data.items.add("text", "text/plain");
        const options = {bubbles: true, cancelable: true, dataTransfer: data};
        const target = document.querySelector("#source");
        target.dispatchEvent(new DragEvent("dragover", options));
        const isOver = document.querySelector("#document").classList.contains("over");
        return [isOver, target.dispatchEvent(new DragEvent("drop", options))];
    """
    with running({"en-ko": exported}) as other:
        page.get(f"http://127.0.0.1:{other.port}/")
        until(lambda: by_id(page, "choose").text)
        assert page.execute_script(drop, "a.txt", "a b c") == [True, False]
        until(lambda: files_of(page) == ["a.ko.txt"])
        assert page.execute_script(drop, "", "") == [False, True]
        assert len(all_of(page, ".file")) == 1
