// From translations to elements of the page.

const SPACE = "▁";
const END = "</s>";

/** An element with a class, a text and attributes. */
export function element(tag, className = "", text = "", attributes = {}) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const percent = (share) => `${Math.round(100 * share)} %`;

/** A line of the translation, each sentence a button that shows more of it. */
export function lineOf(line, active, choose) {
  const made = element("p", "line");
  const several = line.sentences.length > 1;
  let rest = line.text;
  for (const sentence of line.sentences) {
    const place = Math.max(rest.indexOf(sentence.text), 0);
    made.append(rest.slice(0, place));
    rest = rest.slice(place + sentence.text.length);
    const button = element("span", "sentence", sentence.text, { tabindex: 0, role: "button" });
    button.classList.toggle("active", several && sentence === active);
    button.addEventListener("click", () => choose(sentence));
    button.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") choose(sentence);
    });
    made.append(button);
  }
  made.append(rest);
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
export function fillMap(table, sentence, end) {
  const sources = wordsOf(sentence.sourcePieces, end);
  const targets = wordsOf(sentence.hypotheses[0].pieces, end);
  const heading = (text, scope) => {
    const cell = element("th", "", "", { scope });
    cell.append(element("span", "", text));
    return cell;
  };

  const head = element("tr");
  head.append(element("td"), ...sources.map(({ text }) => heading(text, "col")));
  const rows = targets.map((target) => {
    const row = element("tr");
    row.append(heading(target.text, "row"));
    for (const source of sources) {
      const share = shareOf(sentence.attention, target.places, source.places);
      const cell = element("td", "weight", "", { title: `${target.text} → ${source.text}: ${percent(share)}` });
      cell.style.setProperty("--weight", share.toFixed(3));
      row.append(cell);
    }
    return row;
  });
  table.style.setProperty("--columns", sources.length);
  table.replaceChildren(head, ...rows);
}

/** The words that pieces make up, and the places of their pieces. */
function wordsOf(pieces, end) {
  const words = [];
  pieces.forEach((piece, place) => {
    const starts = piece.startsWith(SPACE) || piece === END || !words.length;
    if (starts) words.push({ text: "", places: [] });
    const word = words.at(-1);
    word.text += piece === END ? end : piece.replaceAll(SPACE, "");
    word.places.push(place);
  });
  return words.filter(({ text }) => text);
}

/** How much of its attention a word gave to another: the mean of its pieces, the sum over those of the other. */
function shareOf(attention, targets, sources) {
  const shares = targets.map((target) => sources.reduce((sum, source) => sum + attention[target][source], 0));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
