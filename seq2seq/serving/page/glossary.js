// Terms and their translations, which are kept in the browser and go with every text.

const $ = (id) => document.getElementById(id);

/** Makes the field work. `stored` keeps its text, and `changed` is called when the terms are others. */
export function startGlossary({ words, stored, changed }) {
  let sent;

  function show() {
    const { terms, wrong } = read($("terms").value, lineOfCaret());
    const count = Object.keys(terms).length;
    $("terms-count").textContent = count ? words().terms(count) : "";
    $("terms-trouble").textContent = wrong ? words()[wrong.reason](wrong.line, wrong.term) : "";
    $("terms-trouble").hidden = !wrong;
    $("terms").setAttribute("aria-invalid", Boolean(wrong));
    return terms;
  }

  /** The number of the line that is being written, which may be wrong for a while; 0 if none is. */
  function lineOfCaret() {
    const { value, selectionStart } = $("terms");
    return document.activeElement === $("terms") ? value.slice(0, selectionStart).split("\n").length : 0;
  }

  $("terms").value = stored("glossary") ?? "";
  sent = JSON.stringify(read($("terms").value).terms);
  function update() {
    stored("glossary", $("terms").value);
    const now = JSON.stringify(show());
    if (now === sent) return;
    sent = now;
    changed();
  }

  // Chromium tells of a field that WebDriver, or a form, empties by "change" alone.
  $("terms").addEventListener("input", update);
  $("terms").addEventListener("change", update);
  $("terms").addEventListener("blur", show);

  return {
    /** The terms as the translator takes them; null if there are none. */
    terms() {
      const { terms } = read($("terms").value);
      return Object.keys(terms).length ? terms : null;
    },
    showWords() {
      $("terms").placeholder = words().glossaryExample;
      show();
    },
  };
}

/** The terms on the lines of a text, and the first line that is none: its number, and what is wrong with it.
 *  The unfinished line is not blamed. As in files, blank lines, and lines that begin with "# ", are no terms. */
export function read(text, unfinished = 0) {
  const terms = Object.create(null);
  let wrong = null;
  text.split("\n").forEach((line, place) => {
    if (!line.trim() || /^#\s/.test(line)) return;
    const [term, translation, ...more] = line.split(line.includes("\t") ? /\t+/ : "=").map((side) => side.trim());
    let reason = null;
    if (!term || !translation || more.length) reason = "noTranslation";
    else if ((terms[term] ?? translation) !== translation) reason = "twoTranslations";
    else terms[term] = translation;
    if (reason && place + 1 !== unfinished) wrong ??= { line: place + 1, reason, term };
  });
  return { terms, wrong };
}
