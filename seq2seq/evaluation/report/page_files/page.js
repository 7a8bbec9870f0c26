"use strict";
// The sentences of the report: filtered, sorted, a page at a time. Texts are set as text, never as HTML.
const { rows, model, baseline } = JSON.parse(document.getElementById("data").textContent);
const PER_PAGE = 25;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const $ = (id) => document.getElementById(id);
const state = { page: 0, group: null, name: "", found: rows };

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

const plain = (parts) => parts.map((part) => part.slice(1)).join("");
const difference = (row) => (row.baseline ? row.output.chrf2 - row.baseline.chrf2 : 0);
const length = (row) => row.source.length;
const ifKnown = (value) => value ?? Infinity; // what is not known comes last

const ORDERS = {
  "worst first": (row) => row.output.chrf2,
  "best first": (row) => -row.output.chrf2,
  ...(baseline && { "lost most against the baseline": difference, "won most": (row) => -difference(row) }),
  ...(rows.some((row) => row.output.confidence !== null) && {
    "least confidence": (row) => ifKnown(row.output.confidence),
    "confident and wrong": (row) => row.output.chrf2 - (row.output.confidence ?? 0),
  }),
  "least log-probability": (row) => ifKnown(row.output.log),
  longest: (row) => -length(row),
  shortest: length,
  "order of the file": null,
};
rows.forEach((row, place) => (row.place = place));

/** The text that a search looks at, made when it is first needed. */
function searched(row) {
  row.searched ??= [row.source, plain(row.reference), plain(row.output.text), row.baseline ? plain(row.baseline.text) : ""].join("\n").toLowerCase();
  return row.searched;
}

function find() {
  const words = $("filter").value.trim().toLowerCase();
  const fault = $("fault").value;
  state.found = rows.filter(
    (row) =>
      (state.group === null || row.groups.includes(state.group)) &&
      (!fault || row.output.faults.includes(fault)) &&
      (!words || searched(row).includes(words)),
  );
  const key = ORDERS[$("sort").value];
  if (key) state.found.sort((one, other) => key(one) - key(other) || one.place - other.place);
  else state.found.sort((one, other) => one.part.localeCompare(other.part) || one.line - other.line);
  state.page = 0;
  show();
}

const TAGS = { "=": null, "!": "del", "~": "i" };

/** A line of a sentence; its parts are marked by their first letters. */
function line(name, parts) {
  const made = element("p");
  const text = element("bdi");
  text.dir = "auto";
  for (const part of parts) {
    const tag = TAGS[part[0]];
    text.append(tag ? element(tag, part.slice(1)) : part.slice(1));
  }
  made.append(element("span", name, "name"), text);
  return made;
}

function meta(row) {
  const made = element("p", "", "meta");
  const { log, confidence, faults } = row.output;
  const known = [`${row.part} line ${row.line}`.trim()];
  if (log !== null) known.push(`log-probability ${log.toFixed(2).replace("-", "−")}`);
  if (confidence !== null) known.push(`confidence ${confidence}`);
  const text = element("span", known.join(" · "));
  if (faults.length) text.append(" · ", element("b", faults.join(", ")));
  made.append(element("span", "", "name"), text);
  return made;
}

function badge(row) {
  const made = element("div", row.output.chrf2.toFixed(0), "badge");
  made.style.setProperty("--quality", row.output.chrf2);
  made.append(element("small", "chrF2"));
  if (row.baseline) {
    const change = difference(row);
    made.append(element("small", `${change < 0 ? "−" : "+"}${Math.abs(change).toFixed(0)}`));
  }
  return made;
}

function item(row) {
  const made = element("li");
  const texts = element("div", "", "texts");
  texts.append(line("source", ["=" + row.source]), line("reference", row.reference), line(baseline ? "model" : "translation", row.output.text));
  if (row.baseline) texts.append(line("baseline", row.baseline.text));
  texts.append(meta(row));
  made.append(badge(row), texts);
  if (row.output.attention || row.baseline?.attention) {
    made.tabIndex = 0;
    made.setAttribute("aria-expanded", "false");
    made.addEventListener("click", (event) => toggle(made, row, event));
    made.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === made) toggle(made, row, event);
    });
  } else made.style.cursor = "auto";
  return made;
}

/** Shows the attention of a sentence, or hides it again. */
function toggle(made, row, event) {
  if (event.target.closest(".maps") || String(getSelection())) return;
  const shown = made.querySelector(".maps");
  made.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const maps = element("div", "", "maps");
  for (const [name, output] of [[baseline ? model : "", row.output], [baseline, row.baseline]]) {
    if (output?.attention) maps.append(map(name, output));
  }
  made.append(maps);
}

/** The attention as a table: a row for each piece of the translation, a column for each of the source. */
function map(name, output) {
  const made = element("table", "", "map");
  made.append(element("caption", `Attention ${name}`));
  const head = element("tr");
  head.append(element("td"), ...output.source_pieces.map((piece) => element("th", piece.replaceAll("▁", "␣"))));
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  output.attention.forEach((weights, place) => {
    const line = element("tr");
    line.append(element("th", (output.pieces[place] ?? "").replaceAll("▁", "␣")));
    [...weights].forEach((digit, source) => {
      const weight = DIGITS.indexOf(digit) / 63;
      const cell = element("td");
      cell.style.setProperty("--weight", weight.toFixed(3));
      cell.title = `${output.pieces[place]} → ${output.source_pieces[source]}: ${Math.round(100 * weight)} %`;
      line.append(cell);
    });
    body.append(line);
  });
  made.append(top, body);
  return made;
}

function show() {
  const pages = Math.max(1, Math.ceil(state.found.length / PER_PAGE));
  const first = state.page * PER_PAGE;
  const shown = state.found.slice(first, first + PER_PAGE);
  $("list").replaceChildren(...shown.map(item));
  const whole = rows.length.toLocaleString("en");
  $("count").textContent = `${state.found.length.toLocaleString("en")} of ${whole} sentences`;
  $("group").hidden = state.group === null;
  $("group").textContent = `${state.name} ×`;

  const go = (text, page, name) => {
    const button = element("button", text);
    button.type = "button";
    button.setAttribute("aria-label", name);
    button.disabled = page < 0 || page >= pages || page === state.page;
    button.addEventListener("click", () => {
      state.page = page;
      show();
      $("sentences").scrollIntoView();
    });
    return button;
  };
  const place = element("span", `${state.page + 1} of ${pages}`);
  $("pages").replaceChildren(go("«", 0, "first page"), go("‹", state.page - 1, "page before"), place, go("›", state.page + 1, "next page"), go("»", pages - 1, "last page"));
  $("pages").hidden = pages === 1;
}

const faults = [...new Set(rows.flatMap((row) => row.output.faults))].sort();
$("fault").append(new Option("all sentences", ""), ...faults.map((fault) => new Option(`fault: ${fault}`, fault)));
$("fault").hidden = !faults.length;
$("sort").append(...Object.keys(ORDERS).map((name) => new Option(name, name)));
for (const id of ["filter", "sort", "fault"]) $(id).addEventListener("input", find);
$("group").addEventListener("click", () => {
  state.group = null;
  find();
});
for (const button of document.querySelectorAll(".pick")) {
  button.addEventListener("click", () => {
    state.group = Number(button.dataset.group);
    state.name = button.textContent;
    find();
    $("sentences").scrollIntoView();
  });
}
find();
