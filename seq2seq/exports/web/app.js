// The page: what is typed is translated, in a worker, after a short pause.

import { fillChoice } from "./choice.js";
import { element } from "./elements.js";
import { startGlossary } from "./glossary.js";
import { load } from "./seq2seq.js";
import { fillList, fillMap, inPieces, inWords, lineOf, partsOf } from "./view.js";
import { WORDS, languagesOf } from "./words.js";

const MOST = 5000; // characters that are translated at once
const MOST_WITH_ATTENTION = 300;
const PAUSE = 60; // milliseconds without a key
const FEWEST = 4; // alternatives that are shown however unlikely they are
const UNLIKELY = 0.002;

const at = (id) => document.getElementById(id);
const state = {
  language: chosenLanguage(),
  translator: null,
  text: "", // the text whose translation is shown
  lines: [], // its lines
  active: null, // the sentence that more is shown of; it has hypotheses
  inPieces: false, // whether pieces are shown; words otherwise
  running: null, // the question whose answer is awaited
  trouble: "",
};
let words = WORDS[state.language];

function chosenLanguage() {
  const stored = read("language");
  if (stored in WORDS) return stored;
  return navigator.language?.startsWith("ko") ? "ko" : "en";
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage may be forbidden
  }
}

function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice lasts as long as the page.
  }
}

function showWords() {
  words = WORDS[state.language];
  document.documentElement.lang = state.language;
  for (const one of document.querySelectorAll("[data-word]")) one.textContent = words[one.dataset.word];
  const [from, to] = languagesOf(state.translator?.description.name, state.language);
  at("from").textContent = from?.name ?? words.source;
  at("to").textContent = to?.name ?? words.translation;
  at("source").placeholder = words.placeholder;
  at("source").lang = from?.code ?? "";
  at("translation").lang = to?.code ?? "";
  at("language").textContent = words.language;
  at("language").title = words.languageTitle;
  at("pieces").title = words.piecesTitle;
  for (const attribute of ["title", "aria-label"]) at("theme").setAttribute(attribute, words.theme);
  at("samples").replaceChildren(element("span", "quiet", words.try), ...words.samples.map(sampleOf));
  glossary.showWords();
  at("glossary").hidden = !state.translator?.description.placeholders;
  if (state.isOffline) at("offline").textContent = words.offline;
  showTrouble();
  showLines();
}

function sampleOf(text) {
  const button = element("button", "sample", text, { type: "button", lang: "en" });
  button.addEventListener("click", () => {
    at("source").value = text;
    translate();
  });
  return button;
}

function showTrouble(message = state.trouble) {
  state.trouble = message;
  const text = typeof message === "function" ? message() : message;
  at("trouble").textContent = text;
  at("trouble").hidden = !text;
}

function showLines() {
  const { lines } = state;
  const shown = lines.map((line) => lineOf(line, sentenceOf));
  at("translation").replaceChildren(...(shown.length ? shown : [element("p", "line quiet", words.empty)]));
  at("copy").hidden = !shown.length;
  at("clear").hidden = !at("source").value;
  at("cut").hidden = !lines.some(({ cut }) => cut);
  at("pieces").hidden = !state.active;
  at("pieces").setAttribute("aria-pressed", state.inPieces);
  at("choice").hidden = true;
  showActive();
}

const sentences = () => state.lines.flatMap((line) => line.sentences);

function sentenceOf(sentence) {
  const made = state.inPieces ? inPieces(sentence, words) : inWords(sentence);
  made.dataset.sentence = sentences().indexOf(sentence);
  return made;
}

/** Shows more of the active sentence. */
function showActive() {
  const { active } = state;
  const isOneOfSeveral = sentences().length > 1;
  for (const made of document.querySelectorAll(".sentence")) {
    made.classList.toggle("several", isOneOfSeveral);
    made.classList.toggle("active", sentences()[made.dataset.sentence] === active);
  }
  at("help").textContent = state.inPieces ? words.pieceHelp : words.wordHelp;
  at("help").hidden = !active || Boolean(active.chosen);
  at("chosen").hidden = !active?.chosen;
  at("details").hidden = !active;
  if (!active) return;

  fillList(at("list"), active.hypotheses);
  at("attention").hidden = !active.attention;
  if (active.attention) fillMap(at("map"), active, words);
}

function showPieces(inPieces) {
  state.inPieces = inPieces;
  showLines();
}

/** Shows translated lines, and more of the first sentence that has candidates. */
function show(text, lines) {
  state.text = text;
  state.lines = lines;
  state.active = sentences().find(({ hypotheses }) => hypotheses.length) ?? null;
  showLines();
}

/** Makes the sentence of an element the active one. */
function activate({ target }) {
  const made = target.closest(".sentence");
  const sentence = sentences()[made?.dataset.sentence];
  if (!sentence?.hypotheses.length || sentence === state.active) return;
  state.active = sentence;
  at("choice").hidden = true;
  showActive();
}

/** The translations of the lines of a text; none where another question came meanwhile, or something went wrong. */
async function ask(text, options) {
  state.running?.abort();
  const running = (state.running = new AbortController());
  showTrouble("");
  const busy = setTimeout(() => (at("state").textContent = words.working), 150);
  try {
    const attention = text.length <= MOST_WITH_ATTENTION;
    const { placeholders } = state.translator.description;
    const terms = placeholders ? glossary.terms() : null;
    const asked = { attention, glossary: terms, ...options, signal: running.signal };
    const lines = await state.translator.translateLines(text, asked);
    return state.running === running ? lines : null;
  } catch (error) {
    if (error.name !== "AbortError") report(error);
    return null;
  } finally {
    clearTimeout(busy);
    if (state.running === running) at("state").textContent = "";
  }
}

/** Translates what is there now, and gives up what was under way. */
async function translate() {
  const text = at("source").value;
  const count = Array.from(text).length;
  if (count > MOST || !text.trim()) {
    state.running?.abort();
    const tooLong = () => words.tooLong(count.toLocaleString(state.language), MOST.toLocaleString(state.language));
    showTrouble(count > MOST ? tooLong : "");
    at("state").textContent = "";
    show(text, []);
    return;
  }
  if (!state.translator) return;
  const lines = await ask(text);
  if (lines) show(text, lines);
}

const pieceAt = (place) => document.querySelector(`.sentence.active [data-piece="${place}"]`);

/** Offers what else could stand in the place of a piece of the active sentence. */
async function offerAlternatives(place) {
  const { active, text } = state;
  if (at("source").value !== text) return; // It is being translated, and the words will be others.
  const { pieces } = active.hypotheses[0];
  const before = pieces.slice(0, place);
  const lines = await ask(active.source, { prefix: before });
  if (!lines) return;

  showPieces(true);
  const [{ alternatives }] = lines[0].sentences;
  const likely = alternatives.filter(({ probability }, rank) => rank < FEWEST || probability >= UNLIKELY);
  const close = () => {
    at("choice").hidden = true;
    pieceAt(place)?.focus();
  };
  const choose = (piece) => continueFrom(active, [...before, piece]);
  fillChoice(at("choice"), likely, pieces[place], words, { choose, close });
  pieceAt(place)?.classList.add("asked");
  at("choice").querySelector(".alternative")?.focus();
}

/** Puts the translation that begins with a prefix in the place of that of a sentence. */
async function continueFrom(sentence, prefix) {
  const lines = await ask(sentence.source, { prefix });
  if (!lines) return;

  const found = { ...lines[0].sentences[0], chosen: prefix.length };
  state.lines = state.lines.map((line) => {
    if (!line.sentences.includes(sentence)) return line;
    const text = partsOf(line).map((part) => (part === sentence ? found : part).text ?? part).join("");
    return { ...line, text, sentences: line.sentences.map((one) => (one === sentence ? found : one)) };
  });
  state.active = found;
  showLines();
  (pieceAt(prefix.length) ?? pieceAt(prefix.length - 1))?.focus();
}

function report(error) {
  console.error(error);
  const code = error.code in WORDS.en ? error.code : "failed";
  showTrouble(() => words[code]);
}

function askFor(unit) {
  offerAlternatives(Number(unit.dataset.piece));
}

function listenToTranslation() {
  at("translation").addEventListener("focusin", activate);
  at("translation").addEventListener("click", (event) => {
    activate(event);
    const unit = event.target.closest(".unit");
    if (unit) askFor(unit);
  });
  at("translation").addEventListener("keydown", (event) => {
    const unit = event.target.closest(".unit");
    if (!unit) return;
    if (unit.matches(".word") && (event.key === "Enter" || event.key === " ")) {
      askFor(unit);
      event.preventDefault();
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const units = [...at("translation").querySelectorAll(".unit")];
    units[units.indexOf(unit) + step]?.focus();
    event.preventDefault();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !at("choice").hidden) at("choice").querySelector("button").click();
  });
  at("pieces").addEventListener("click", () => showPieces(!state.inPieces));
  at("again").addEventListener("click", translate);
}

let waiting;

function translateSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(translate, PAUSE);
}

const glossary = startGlossary({
  words: () => words,
  stored: (name, value) => (value === undefined ? read(name) : store(name, value)),
  changed: translateSoon,
});

function listen() {
  at("source").addEventListener("input", () => {
    translateSoon();
    at("clear").hidden = !at("source").value;
  });
  at("clear").addEventListener("click", () => {
    at("source").value = "";
    at("source").focus();
    translate();
  });
  at("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(state.lines.map(({ text }) => text).join("\n"));
    at("copy").textContent = words.copyDone;
    setTimeout(() => (at("copy").textContent = words.copy), 1500);
  });
  at("language").addEventListener("click", () => {
    state.language = state.language === "en" ? "ko" : "en";
    store("language", state.language);
    showWords();
  });
  at("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = getComputedStyle(root).colorScheme === "light dark" ? matchMedia("(prefers-color-scheme: dark)").matches : root.dataset.theme === "dark";
    root.dataset.theme = isDark ? "light" : "dark";
    store("theme", root.dataset.theme);
  });
}

async function start() {
  showWords();
  listen();
  listenToTranslation();
  at("state").textContent = words.loading;
  try {
    state.translator = await load("./model/");
  } catch (error) {
    report(error);
    return;
  } finally {
    at("state").textContent = "";
  }
  at("name").textContent = state.translator.description.name;
  showWords();
  await translate();
}

async function keepForOffline() {
  if (!("serviceWorker" in navigator)) return;
  // Past the HTTP cache, which could hold the list of files of an older export.
  await navigator.serviceWorker.register("service-worker.js", { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  state.isOffline = true;
  at("offline").textContent = words.offline;
}

await start();
keepForOffline().catch((error) => console.warn(error)); // without it the page needs a network
