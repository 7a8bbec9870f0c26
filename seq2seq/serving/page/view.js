// From answers of the server to elements of the page; what is clicked is handed back.

import { element, percent } from "./elements.js";

/** A text as a page shows it, any number of spaces as one. */
const collapsed = (text) => text.trim().replaceAll(/\s+/g, " ");

/** The translation as text, each word an element that knows its place; in plain text if the words do not make it up. */
export function wordLine(text, units, { line, canChoose }) {
  const made = element("p", "line", "", { "data-line": line });
  const words = units.filter(({ end }) => !end);
  if (words.map((unit) => unit.text).join(" ") !== collapsed(text)) {
    made.textContent = text;
    return made;
  }
  const attributes = canChoose ? { role: "button", tabindex: 0 } : {};
  words.forEach(({ text: word }, place) => {
    if (place) made.append(" ");
    made.append(element("span", "unit word", word, { ...attributes, "data-target": place }));
  });
  return made;
}

/** The translation as pieces, each a button that knows its place and shows how sure the model was of it. */
export function pieceLine(hypothesis, units, words, { line, pinned, canChoose }) {
  const buttons = units.map(({ text, end }, place) => {
    const button = element("button", "unit piece", text, { type: "button", "data-target": place });
    button.classList.toggle("faint", end || text === "␣");
    button.classList.toggle("pinned", place < pinned);
    button.disabled = !canChoose;
    const probability = hypothesis.probabilities?.[place];
    if (probability !== undefined) {
      const name = end ? words.endOfSentence : text;
      button.style.setProperty("--doubt", (1 - probability).toFixed(3));
      button.title = `${name} · ${words.pieceTitle} ${percent(probability)}`;
      button.setAttribute("aria-label", `${name}, ${words.pieceTitle} ${percent(probability)}`);
    }
    return button;
  });
  const made = element("p", "line pieces", "", { "data-line": line });
  made.append(...byWord(units, buttons));
  return made;
}

/** The text in the pieces that the model reads. */
export function fillReading(line, units) {
  const made = units.map(({ text, end }, place) => {
    const piece = element("span", "unit piece", text, { "data-source": place });
    piece.classList.toggle("faint", end || text === "␣");
    return piece;
  });
  line.replaceChildren(...byWord(units, made));
}

/** The elements of the pieces of each word together: a line breaks between words, not within. */
function byWord(units, elements) {
  const words = [];
  units.forEach(({ word }, place) => {
    words[word] ??= element("span", "group");
    words[word].append(elements[place]);
  });
  return words.filter(Boolean).flatMap((word) => [word, " "]);
}

/** The attention map: a row per unit of the translation, a column per unit of the text. */
export function fillMap(table, targets, sources, attention, words) {
  const name = ({ text, end }) => (end ? words.endLabel : text);
  const heading = (unit, attributes) => {
    const cell = element("th", unit.end ? "faint" : "", "", { ...attributes, tabindex: 0 });
    cell.append(element("span", "", name(unit), { title: name(unit) }));
    return cell;
  };
  const head = element("tr");
  const columns = sources.map((unit, source) => heading(unit, { scope: "col", "data-source": source }));
  head.append(element("td", "corner"), ...columns);

  const rows = targets.map((unit, target) => {
    const row = element("tr");
    row.append(heading(unit, { scope: "row", "data-target": target }));
    attention[target].forEach((weight, source) => {
      const title = `${name(unit)} → ${name(sources[source])}: ${percent(weight)}`;
      const cell = element("td", "weight", "", { "data-target": target, "data-source": source, title });
      cell.style.setProperty("--weight", weight.toFixed(3));
      row.append(cell);
    });
    return row;
  });
  table.style.setProperty("--columns", sources.length);
  table.replaceChildren(head, ...rows);
}

/** The n best, those that look alike once, as buttons. */
export function fillList(list, hypotheses, rank, choose) {
  const seen = new Set();
  const items = hypotheses.flatMap((hypothesis, place) => {
    if (seen.has(collapsed(hypothesis.text))) return [];
    seen.add(collapsed(hypothesis.text));
    const button = element("button", "bar other", "", { type: "button", "aria-pressed": place === rank });
    const score = hypothesis.score.toFixed(2).replace("-", "−");
    button.append(element("span", "text", hypothesis.text), element("span", "score", score));
    // The score is a logarithm divided by the length penalty, so the bars fall in the order of the list.
    button.style.setProperty("--share", Math.exp(hypothesis.score - hypotheses[0].score).toFixed(3));
    button.addEventListener("click", () => choose(place));
    const item = element("li");
    item.append(button);
    return [item];
  });
  list.replaceChildren(...items);
}

/** Lights up what a unit on one side has to do with the other side. */
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
  const targetSelector = (place) => `.active [data-target="${place}"], th[data-target="${place}"]`;
  const sourceSelector = (place) => `[data-source="${place}"]:not(td)`;
  if (target !== null) {
    brighten(targetSelector(target), 1);
    if (source === null) attention[target]?.forEach((weight, place) => brighten(sourceSelector(place), weight));
  }
  if (source !== null) {
    brighten(sourceSelector(source), 1);
    if (target === null) attention.forEach((weights, place) => brighten(targetSelector(place), weights[source]));
  }
}
