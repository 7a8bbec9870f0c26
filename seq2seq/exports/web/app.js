// The page: what is typed is translated, in a worker, after a short pause.

import { load } from "./seq2seq.js";
import { element, fillList, fillMap, lineOf } from "./view.js";
import { WORDS, languagesOf } from "./words.js";

const MOST = 5000; // characters that are translated at once
const MOST_WITH_ATTENTION = 300;
const PAUSE = 60; // milliseconds without a key

const at = (id) => document.getElementById(id);
const state = { language: chosenLanguage(), translator: null, lines: [], active: null, running: null, trouble: "" };
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
  for (const attribute of ["title", "aria-label"]) at("theme").setAttribute(attribute, words.theme);
  at("samples").replaceChildren(element("span", "quiet", words.try), ...words.samples.map(sampleOf));
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
  const { lines, active } = state;
  const shown = lines.map((line) => lineOf(line, active, choose));
  at("translation").replaceChildren(...(shown.length ? shown : [element("p", "line quiet", words.empty)]));
  at("copy").hidden = !shown.length;
  at("clear").hidden = !at("source").value;
  at("cut").hidden = !lines.some(({ cut }) => cut);
  at("details").hidden = !active?.hypotheses.length;
  if (!active?.hypotheses.length) return;

  fillList(at("list"), active.hypotheses);
  at("attention").hidden = !active.attention;
  if (active.attention) fillMap(at("map"), active, words.end);
}

/** Shows translated lines, and more of the first sentence that has candidates. */
function show(lines) {
  state.lines = lines;
  state.active = lines.flatMap((line) => line.sentences).find(({ hypotheses }) => hypotheses.length) ?? null;
  showLines();
}

function choose(sentence) {
  state.active = sentence;
  showLines();
}

/** Translates what is there now, and gives up what was under way. */
async function translate() {
  state.running?.abort();
  const running = (state.running = new AbortController());
  const text = at("source").value;
  const count = Array.from(text).length;
  if (count > MOST) {
    showTrouble(() => words.tooLong(count.toLocaleString(state.language), MOST.toLocaleString(state.language)));
    at("state").textContent = "";
    show([]);
    return;
  }
  if (!state.translator) return;
  showTrouble("");
  const busy = setTimeout(() => (at("state").textContent = words.working), 150);
  try {
    const attention = text.length <= MOST_WITH_ATTENTION;
    show(text.trim() ? await state.translator.translateLines(text, { attention, signal: running.signal }) : []);
  } catch (error) {
    if (error.name !== "AbortError") report(error);
  } finally {
    clearTimeout(busy);
    if (state.running === running) at("state").textContent = "";
  }
}

function report(error) {
  console.error(error);
  const code = error.code in WORDS.en ? error.code : "failed";
  showTrouble(() => words[code]);
}

function listen() {
  let waiting;
  at("source").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(translate, PAUSE);
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
