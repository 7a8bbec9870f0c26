// Type, and the translation appears; every word of it can be asked for what else could stand there.

import { fillChoice } from "./choice.js";
import { startDocuments } from "./documents.js";
import { element } from "./elements.js";
import { startGlossary } from "./glossary.js";
import { directionOf, entriesOf } from "./models.js";
import { END, attentionBetween, pieceUnits, wordUnits } from "./units.js";
import { fillList, fillMap, fillReading, light, pieceLine, wordLine } from "./view.js";
import { WORDS, languageName } from "./words.js";

const PAUSE = 250; // milliseconds without a key before the text is sent
const FEWEST = 4; // alternatives that are shown however unlikely they are
const UNLIKELY = 0.002;
const MOST_DETAILED = 20; // lines; of more, only the translations are asked for

const $ = (id) => document.getElementById(id);

const state = {
  language: stored("language") ?? (navigator.language.startsWith("ko") ? "ko" : "en"),
  models: [],
  inPieces: false, // whether pieces are shown; words otherwise
  lines: [], // of the text, each with its `sentence` from the server, the `rank` shown and the `pinned` pieces
  active: 0,
  request: null, // the one whose answer is awaited
};

function stored(name, value) {
  try {
    return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
  } catch {
    return null; // storage may be forbidden
  }
}

const words = () => WORDS[state.language];
const model = () => state.models.find(({ name }) => name === $("model").value) ?? state.models[0];
/** The language that is chosen; none where the letters of each text choose, or there is no choice. */
const into = () => $("into").value || undefined;
const offers = (signature) => model()?.signatures.includes(signature);
const activeLine = () => state.lines[state.active];
const hypothesisOf = (line) => line?.sentence?.translations[line.rank];
/** Whether a line is one sentence for the model, whose pieces can be chosen: another has ends between its sentences. */
const canChoose = (line) => offers("prefix") && !hypothesisOf(line)?.pieces?.slice(0, -1).includes(END);
const unitsOf = (pieces) => (state.inPieces ? pieceUnits(pieces) : wordUnits(pieces));

/** The parts of a line's translation and of its text that are shown, and the attention between them, if any. */
function partsOf(line) {
  const hypothesis = hypothesisOf(line);
  if (!hypothesis?.attention) return null;
  const sources = unitsOf(line.sentence.source_pieces);
  const targets = unitsOf(hypothesis.pieces).filter(({ end }) => state.inPieces || !end);
  return { sources, targets, attention: attentionBetween(targets, sources, hypothesis.attention) };
}

// Asking. A new question drops the answer to the one before.

async function ask(body) {
  state.request?.abort();
  const request = (state.request = new AbortController());
  const waiting = setTimeout(() => ($("state").textContent = words().working), 300);
  try {
    const response = await fetch("translate", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: model()?.name, to: into(), glossary: glossary.terms(), ...body }),
      signal: request.signal,
    });
    const answer = await response.json();
    if (request !== state.request) return null;
    complain(response.ok ? "" : answer.error);
    return response.ok ? answer : null;
  } catch (error) {
    if (error.name !== "AbortError") complain(words().unreachable);
    return null;
  } finally {
    clearTimeout(waiting);
    if (request === state.request) $("state").textContent = "";
  }
}

function complain(message) {
  $("trouble").textContent = message;
  $("trouble").hidden = !message;
}

async function translate() {
  const texts = $("source").value.split("\n").map((text) => text.trim()).filter(Boolean);
  $("choice").hidden = true;
  if (!texts.length) {
    state.request?.abort();
    state.lines = [];
    complain("");
    show();
    return;
  }
  const answer = await ask({ text: texts, n_best: null, details: texts.length <= MOST_DETAILED });
  if (!answer) return;
  state.lines = answer.sentences.map((sentence) => ({ sentence, rank: 0, pinned: 0 }));
  state.active = Math.min(state.active, state.lines.length - 1);
  show();
}

async function offerAlternatives(place) {
  const line = activeLine();
  const before = hypothesisOf(line).pieces.slice(0, place);
  const answer = await ask({ text: line.sentence.source, to: line.sentence.to, prefix: before });
  if (!answer) return;
  const choose = (piece) => continueFrom(line, [...before, piece]);
  const close = () => {
    $("choice").hidden = true;
    pieceAt(place)?.focus();
  };
  if (!state.inPieces) showPieces(true);
  const likely = ({ probability }, rank) => rank < FEWEST || probability >= UNLIKELY;
  const alternatives = (answer.sentences[0].alternatives ?? []).filter(likely);
  fillChoice($("choice"), alternatives, hypothesisOf(line).pieces[place], words(), { choose, close });
  for (const piece of document.querySelectorAll(".asked")) piece.classList.remove("asked");
  pieceAt(place)?.classList.add("asked");
  $("choice").querySelector(".alternative")?.focus();
}

async function continueFrom(line, prefix) {
  const answer = await ask({ text: line.sentence.source, to: line.sentence.to, prefix, n_best: null, details: true });
  if (!answer) return;
  Object.assign(line, { sentence: answer.sentences[0], rank: 0, pinned: prefix.length });
  show();
  (pieceAt(prefix.length) ?? pieceAt(prefix.length - 1))?.focus();
}

const pieceAt = (place) => document.querySelector(`.active [data-target="${place}"]`);

// Showing.

function show() {
  showLanguages();
  showTranslation();
  showDetails();
}

function showPieces(inPieces) {
  state.inPieces = inPieces;
  $("pieces").setAttribute("aria-pressed", inPieces);
  show();
}

function lineOf(line, place) {
  const hypothesis = hypothesisOf(line);
  const options = { line: place, pinned: line.pinned, canChoose: canChoose(line) };
  let made;
  if (!hypothesis?.pieces) made = element("p", "line", hypothesis?.text ?? "", { "data-line": place });
  else if (state.inPieces) made = pieceLine(hypothesis, pieceUnits(hypothesis.pieces), words(), options);
  else made = wordLine(hypothesis.text, wordUnits(hypothesis.pieces), options);
  if (line.sentence.to) made.lang = line.sentence.to;
  made.classList.toggle("active", place === state.active);
  return made;
}

function showTranslation() {
  $("choice").hidden = true;
  const lines = state.lines.map(lineOf);
  const hasPieces = state.lines.some((line) => hypothesisOf(line)?.pieces);
  const inPieces = hasPieces && state.inPieces;
  if (!lines.length) lines.push(element("p", "line quiet", words().empty));
  if (state.lines.some(({ sentence }) => sentence.cut)) lines.push(element("p", "note quiet", words().cut));
  const copied = [...new Set(state.lines.flatMap(({ sentence }) => sentence.copied ?? []))];
  if (copied.length) lines.push(element("p", "note quiet", `${words().copied} ${copied.join(", ")}`));
  const confidence = activeLine()?.rank === 0 ? activeLine().sentence.confidence : undefined;
  if (confidence !== undefined) {
    const title = words().confidenceTitle;
    lines.push(element("p", "note quiet", `${words().confidence} ${confidence} / 100`, { id: "confidence", title }));
  }
  if (activeLine()?.pinned) {
    const note = element("p", "note quiet", words().chosen + " ");
    const again = element("button", "plain", words().startOver, { type: "button", id: "again" });
    again.addEventListener("click", translate);
    note.append(again);
    lines.push(note);
  } else if (hasPieces && canChoose(activeLine())) {
    lines.push(element("p", "note quiet", inPieces ? words().pieceHelp : words().wordHelp));
  }
  $("clear").hidden = !$("source").value;
  $("pieces").hidden = !hasPieces;
  $("legend").hidden = !inPieces || !hypothesisOf(activeLine())?.probabilities;
  $("copy").hidden = !state.lines.length || !navigator.clipboard; // which a page without HTTPS has on localhost alone
  $("translation").classList.toggle("several", state.lines.length > 1);
  $("translation").replaceChildren(...lines);
}

function showDetails() {
  const line = activeLine();
  const parts = partsOf(line);
  const several = (line?.sentence.translations.length ?? 0) > 1;
  $("details").hidden = !parts && !several;
  $("attention").hidden = !parts;
  $("others").hidden = !several;
  $("reading").hidden = !line?.sentence.source_pieces || !state.inPieces;
  if (!$("reading").hidden) fillReading($("reading"), pieceUnits(line.sentence.source_pieces));
  if (parts) fillMap($("map"), parts.targets, parts.sources, parts.attention, words());
  showEdge();
  if (several) {
    fillList($("list"), line.sentence.translations, line.rank, (rank) => {
      line.rank = rank;
      show();
      $("list").querySelector("[aria-pressed=true]")?.focus();
    });
  }
}

/** Fades the map out to the right where there is more of it to scroll to. */
function showEdge() {
  const { scrollWidth, clientWidth, scrollLeft } = $("scroll");
  $("scroll").classList.toggle("more", scrollWidth - clientWidth - scrollLeft > 1);
}

function showLanguages() {
  const [from, to] = directionOf(model(), into() ?? found());
  $("from").textContent = (from && languageName(from, state.language)) ?? from ?? words().source;
  $("to").textContent = (to && languageName(to, state.language)) ?? to ?? words().translation;
  $("source").lang = from ?? "";
  $("translation").lang = $("list").lang = to ?? "";
  const letters = $("into").querySelector("[value='']");
  if (letters) letters.textContent = words().byLetters + (found() && !into() ? `: ${$("to").textContent}` : "");
}

/** The language that all lines were translated into; undefined of several. */
function found() {
  const languages = new Set(state.lines.map(({ sentence }) => sentence.to));
  return languages.size === 1 ? [...languages][0] : undefined;
}

/** Offers the languages of the model, if it has several, and keeps the one that is chosen. */
function showChoice() {
  const chosen = $("into").value;
  const { languages = [], byLetters } = model() ?? {};
  const offered = languages.length > 1 ? languages.map(({ to }) => to) : [];
  const options = offered.map((to) => element("option", "", languageName(to, state.language) ?? to, { value: to }));
  if (byLetters) options.unshift(element("option", "", words().byLetters, { value: "" }));
  $("into").replaceChildren(...options);
  if (offered.includes(chosen)) $("into").value = chosen;
  $("into-label").hidden = !offered.length;
  $("to").hidden = offered.length > 0;
}

function showSamples() {
  const samples = words().samples.map((text) => {
    const button = element("button", "sample", text, { type: "button", lang: "en" });
    button.addEventListener("click", () => write(text));
    return button;
  });
  $("samples").replaceChildren(element("span", "quiet", words().try), ...samples);
  const languages = model()?.languages.map(({ to }) => to) ?? [];
  const isChosen = languages.includes("en") && languages.includes("ko") && [undefined, "ko"].includes(into());
  $("samples").hidden = !(isChosen || /en.?ko/i.test(model()?.name ?? ""));
}

function showWords() {
  document.documentElement.lang = state.language;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words()[place.dataset.word];
  $("source").placeholder = words().placeholder;
  $("language").textContent = words().language;
  $("language").title = words().languageTitle;
  $("language").lang = state.language === "ko" ? "en" : "ko";
  $("pieces").title = words().piecesTitle;
  for (const attribute of ["title", "aria-label"]) {
    $("theme").setAttribute(attribute, words().theme);
    $("clear").setAttribute(attribute, words().clear);
  }
  showChoice();
  showSamples();
  documents.showWords();
  glossary.showWords();
  show();
}

/** Puts a text into the field and translates it. */
function write(text) {
  $("source").value = text;
  fit();
  $("source").focus();
  translate();
}

/** Makes the field as high as its text, in browsers that do not do so by `field-sizing`. */
function fit() {
  if (CSS.supports("field-sizing", "content")) return;
  $("source").style.height = "auto";
  $("source").style.height = `${$("source").scrollHeight}px`;
}

// Listening.

let pause;
function translateSoon() {
  clearTimeout(pause);
  pause = setTimeout(translate, PAUSE);
  state.request?.abort();
}

$("source").addEventListener("input", () => {
  fit();
  $("clear").hidden = !$("source").value;
  translateSoon();
});

$("scroll").addEventListener("scroll", showEdge);
addEventListener("resize", showEdge);

$("clear").addEventListener("click", () => write(""));
$("pieces").addEventListener("click", () => showPieces(!state.inPieces));

$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(state.lines.map((line) => hypothesisOf(line)?.text ?? "").join("\n"));
  $("state").textContent = words().copyDone;
  setTimeout(() => ($("state").textContent = ""), 1500);
});

$("model").addEventListener("change", () => {
  showWords();
  translate();
});

$("into").addEventListener("change", () => {
  showSamples();
  translate();
});

$("language").addEventListener("click", () => {
  state.language = state.language === "ko" ? "en" : "ko";
  stored("language", state.language);
  showWords();
});

$("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  stored("theme", root.dataset.theme);
});

function activate(event) {
  const line = event.target.closest("[data-line]");
  if (!line || Number(line.dataset.line) === state.active) return;
  state.active = Number(line.dataset.line);
  for (const other of document.querySelectorAll("[data-line]")) other.classList.toggle("active", other === line);
  $("choice").hidden = true;
  showDetails();
}

/** Asks for alternatives to a piece, or to the first piece of a word. */
function askFor(unit) {
  const line = activeLine();
  const { places } = unitsOf(hypothesisOf(line).pieces)[Number(unit.dataset.target)];
  offerAlternatives(places[0]);
}

$("translation").addEventListener("click", (event) => {
  activate(event);
  const unit = event.target.closest(".unit");
  if (unit && canChoose(activeLine())) askFor(unit);
});
$("translation").addEventListener("focusin", activate);

$("translation").addEventListener("keydown", (event) => {
  const unit = event.target.closest(".unit");
  if (!unit) return;
  if (unit.matches(".word") && (event.key === "Enter" || event.key === " ")) {
    askFor(unit);
    event.preventDefault();
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const units = [...unit.closest(".line").querySelectorAll(".unit")];
  units[units.indexOf(unit) + step]?.focus();
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!$("choice").hidden) $("choice").querySelector("button").click();
  else light(document, null);
});

function lightUp(event) {
  const lit = event.target.closest?.("[data-target], [data-source]");
  const elsewhere = lit?.closest("[data-line]:not(.active)");
  const attention = lit && partsOf(activeLine())?.attention;
  const { target = null, source = null } = (!elsewhere && lit?.dataset) || {};
  light(document, attention, target, source);
}
for (const name of ["pointerover", "focusin"]) document.addEventListener(name, lightUp);

const glossary = startGlossary({ words, stored, changed: translateSoon });

const documents = startDocuments({
  words,
  model: () => model()?.name,
  into,
  language: () => (into() || !model()?.byLetters ? directionOf(model(), into())[1] : null),
});

async function start() {
  try {
    state.models = entriesOf(await (await fetch("models")).json());
  } catch {
    complain(words().unreachable);
  }
  $("model").replaceChildren(...state.models.map(({ name }) => element("option", "", name, { value: name })));
  $("model").disabled = state.models.length < 2;
  showWords();
  fit();
  if ($("source").value) translate();
  $("source").focus();
}

start();
