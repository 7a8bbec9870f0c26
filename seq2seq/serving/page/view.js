// From answers of the server to elements of the page; what is clicked is handed back.

const END = "</s>";

/** An element with a class, a text and attributes. */
export function element(tag, className = "", text = "", attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export const percent = (probability) =>
  probability >= 0.995 ? "100 %" : `${(100 * probability).toFixed(probability < 0.0995 ? 1 : 0)} %`;

/** How a piece is shown: its leading space is the element's business, and the end has a sign. */
export const shown = (piece) => (piece === END ? "∎" : piece.replaceAll("▁", " ").trim() || "␣");

const beginsWord = (piece, place) => piece.startsWith("▁") && place > 0;

/** A translation as a line of pieces, each a button that knows its place; plain text where there are no pieces. */
export function translationLine(hypothesis, words, { line, pinned, canChoose }) {
  const made = element("p", "line", "", { "data-line": line });
  if (!hypothesis?.pieces) {
    made.textContent = hypothesis?.text ?? "";
    return made;
  }
  let word;
  hypothesis.pieces.forEach((piece, place) => {
    if (!word || beginsWord(piece, place) || piece === END) {
      if (word) made.append(" ");
      word = element("span", "word"); // a line breaks between words, not within
      made.append(word);
    }
    const probability = hypothesis.probabilities?.[place];
    const button = element("button", "piece", shown(piece), { type: "button", "data-target": place });
    button.classList.toggle("end", piece === END);
    button.classList.toggle("space", piece === "▁");
    button.classList.toggle("pinned", place < pinned);
    button.disabled = !canChoose;
    const name = piece === END ? words.end : shown(piece);
    if (probability !== undefined) {
      button.style.setProperty("--doubt", (1 - probability).toFixed(3));
      button.title = `${name} · ${words.pieceTitle} ${percent(probability)}`;
      button.setAttribute("aria-label", `${name}, ${words.pieceTitle} ${percent(probability)}`);
    }
    word.append(button);
  });
  return made;
}

/** The text in the pieces that the model reads. */
export function fillReading(line, sourcePieces) {
  const words = [];
  sourcePieces.forEach((piece, place) => {
    if (!words.length || beginsWord(piece, place) || piece === END) words.push(element("span", "word"));
    const made = element("span", "read", shown(piece), { "data-source": place });
    made.classList.toggle("end", piece === END);
    words.at(-1).append(made);
  });
  line.replaceChildren(...words.flatMap((word) => [word, " "]));
}

/** The attention map: a row per piece of the translation, a column per piece of the text. */
export function fillMap(table, sourcePieces, hypothesis) {
  const head = element("tr");
  head.append(element("td"));
  sourcePieces.forEach((piece, place) => {
    const cell = element("th", "", "", { scope: "col", "data-source": place, tabindex: 0 });
    cell.append(element("span", "", shown(piece)));
    head.append(cell);
  });
  const rows = hypothesis.attention.map((weights, place) => {
    const row = element("tr");
    row.append(element("th", "", shown(hypothesis.pieces[place]), { scope: "row", "data-target": place, tabindex: 0 }));
    weights.forEach((weight, source) => {
      const cell = element("td", "weight", "", { "data-target": place, "data-source": source, title: percent(weight) });
      cell.style.setProperty("--weight", weight.toFixed(3));
      row.append(cell);
    });
    return row;
  });
  table.replaceChildren(head, ...rows);
}

/** The n best, each text once, as buttons. */
export function fillList(list, hypotheses, rank, words, choose) {
  const seen = new Set();
  const whole = hypotheses.map(({ probabilities }) => (probabilities ?? []).reduce((product, next) => product * next, 1));
  const most = Math.max(...whole);
  const items = hypotheses.flatMap((hypothesis, place) => {
    if (seen.has(hypothesis.text)) return [];
    seen.add(hypothesis.text);
    const button = element("button", "other", "", { type: "button", "aria-pressed": place === rank });
    button.append(element("span", "text", hypothesis.text), element("span", "score", hypothesis.score.toFixed(2)));
    if (hypothesis.probabilities) {
      button.style.setProperty("--share", (whole[place] / most || 0).toFixed(3));
      button.title = `${words.pieceTitle} ${percent(whole[place])}`;
    }
    button.addEventListener("click", () => choose(place));
    const item = element("li");
    item.append(button);
    return [item];
  });
  list.replaceChildren(...items);
}

/** The alternatives at a place of the translation. */
export function fillChoice(panel, alternatives, current, words, { choose, close }) {
  const heading = element("div", "heading");
  const closing = element("button", "plain", "×", { type: "button", "aria-label": words.close });
  closing.addEventListener("click", close);
  heading.append(element("h3", "", words.alternatives), closing);
  const buttons = alternatives.map(({ piece, probability }) => {
    const button = element("button", "alternative", "", { type: "button", "aria-pressed": piece === current });
    button.style.setProperty("--share", probability.toFixed(3));
    const name = piece === END ? words.end : shown(piece);
    button.append(element("span", piece === END ? "quiet" : "", name), element("span", "score", percent(probability)));
    button.addEventListener("click", () => choose(piece));
    return button;
  });
  panel.replaceChildren(heading, ...buttons);
  panel.hidden = false;
}

/** Lights up what a piece on one side has to do with the other side. */
export function light(root, attention, target, source) {
  for (const lit of root.querySelectorAll(".lit")) {
    lit.classList.remove("lit");
    lit.style.removeProperty("--light");
  }
  if (!attention) return;
  const brighten = (selector, weight) => {
    for (const found of root.querySelectorAll(selector)) {
      found.classList.add("lit");
      found.style.setProperty("--light", Math.max(weight, 0.06).toFixed(3));
    }
  };
  const sides = ":not(td)";
  if (target !== null) {
    brighten(`.active [data-target="${target}"], th[data-target="${target}"]`, 1);
    if (source === null) attention[target]?.forEach((weight, place) => brighten(`[data-source="${place}"]${sides}`, weight));
  }
  if (source !== null) {
    brighten(`[data-source="${source}"]${sides}`, 1);
    if (target === null)
      attention.forEach((weights, place) =>
        brighten(`.active [data-target="${place}"], th[data-target="${place}"]`, weights[source]),
      );
  }
}
