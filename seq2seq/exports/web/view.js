// From translations to elements of the page; what is clicked is handed back.

import { element, percent } from "./elements.js";
import { attentionBetween, pieceUnits, wordUnits } from "./units.js";

/** A text as a page shows it, any number of spaces as one. */
const collapsed = (text) => text.trim().replaceAll(/\s+/g, " ");

/** The sentences of a line and what stands between them, in turn: gap, sentence, gap, … */
export function partsOf(line) {
  const parts = [];
  let rest = line.text;
  for (const sentence of line.sentences) {
    const place = Math.max(rest.indexOf(sentence.text), 0);
    parts.push(rest.slice(0, place), sentence);
    rest = rest.slice(place + sentence.text.length);
  }
  return [...parts, rest];
}

/** A line of the translation, its sentences as `made` makes them. */
export function lineOf(line, made) {
  const shownLine = element("p", "line");
  shownLine.append(...partsOf(line).map((part) => (typeof part === "string" ? part : made(part))));
  return shownLine;
}

/** A sentence in words, each an element that knows its first piece; in plain text if the words do not make it up. */
export function inWords({ text, hypotheses: [first] }) {
  const made = element("span", "sentence");
  const words = wordUnits(first?.pieces ?? []).filter(({ end }) => !end);
  if (!words.length || words.map((word) => word.text).join(" ") !== collapsed(text)) {
    made.textContent = text;
    return made;
  }
  words.forEach(({ text: word, places }, place) => {
    if (place) made.append(" ");
    made.append(element("span", "unit word", word, { role: "button", tabindex: 0, "data-piece": places[0] }));
  });
  return made;
}

/** A sentence in pieces, each a button that knows its place; the first ones may be chosen ones. */
export function inPieces({ text, hypotheses: [first], chosen = 0 }, words) {
  const made = element("span", "sentence pieces", first ? "" : text);
  const groups = [];
  pieceUnits(first?.pieces ?? []).forEach(({ text: piece, word, end }, place) => {
    const button = element("button", "unit piece", piece, { type: "button", "data-piece": place });
    if (end) button.setAttribute("aria-label", words.endOfSentence);
    button.classList.toggle("faint", end || piece === "␣");
    button.classList.toggle("chosen", place < chosen);
    groups[word] ??= element("span", "group"); // A line breaks between words, not within.
    groups[word].append(button);
  });
  made.append(...groups.filter(Boolean).flatMap((group) => [group, " "]));
  return made;
}

/** The n best as a list, a bar for how probable each is beside the first. */
export function fillList(list, hypotheses) {
  const items = hypotheses.map(({ text, score }) => {
    const item = element("li", "bar");
    item.append(element("span", "", text), element("span", "score", score.toFixed(2).replace("-", "−")));
    item.style.setProperty("--share", Math.exp(score - hypotheses[0].score).toFixed(3));
    return item;
  });
  list.replaceChildren(...items);
}

/** The attention as a table: a row for each word of the translation, a column for each of the text. */
export function fillMap(table, sentence, words) {
  const sources = wordUnits(sentence.sourcePieces);
  const targets = wordUnits(sentence.hypotheses[0].pieces);
  const weights = attentionBetween(targets, sources, sentence.attention);
  const name = ({ text, end }) => (end ? words.end : text);
  const heading = (unit, scope) => {
    const cell = element("th", "", "", { scope });
    cell.append(element("span", "", name(unit)));
    return cell;
  };

  const head = element("tr");
  head.append(element("td"), ...sources.map((source) => heading(source, "col")));
  const rows = targets.map((target, place) => {
    const row = element("tr");
    row.append(heading(target, "row"));
    sources.forEach((source, column) => {
      const share = weights[place][column];
      const cell = element("td", "weight", "", { title: `${name(target)} → ${name(source)}: ${percent(share)}` });
      cell.style.setProperty("--weight", share.toFixed(3));
      row.append(cell);
    });
    return row;
  });
  table.style.setProperty("--columns", sources.length);
  table.replaceChildren(head, ...rows);
}
