// Files that are dropped or chosen, translated one after the other; each is a row with its progress or its download.

import { element, percent } from "./elements.js";

const NAMES_TABLE = /\.(csv|tsv)$/i;
const LONGEST = 8; // rows; of more, the first ones that are finished go

const $ = (id) => document.getElementById(id);

/** Makes the list of files work. `words`, `model`, `into` and `language` give what the page says and asks, the language that is chosen, and the code of the one that is known. */
export function startDocuments({ words, model, into, language }) {
  const rows = [];
  let isBusy = false;

  function add(files) {
    for (const file of files) {
      const row = { file, part: 0, column: "", request: new AbortController(), line: element("li", "file") };
      rows.push(row);
      $("files").append(row.line);
      show(row);
    }
    while (rows.length > LONGEST && (rows[0].result || rows[0].error)) remove(rows[0]);
    work();
  }

  function remove(row) {
    row.request.abort();
    if (row.url) URL.revokeObjectURL(row.url);
    row.line.remove();
    rows.splice(rows.indexOf(row), 1);
  }

  async function work() {
    if (isBusy) return;
    isBusy = true;
    for (let row; (row = rows.find(({ result, error }) => !result && !error)); ) {
      row.begun = true;
      show(row);
      await translate(row);
      if (rows.includes(row)) show(row);
    }
    isBusy = false;
  }

  async function translate(row) {
    const options = { name: row.file.name, model: model(), to: into(), column: row.column.trim(), target_language: language() };
    const given = Object.entries({ ...options, progress: true }).filter(([, value]) => value);
    try {
      const response = await fetch(`translate/document?${new URLSearchParams(given)}`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream" },
        body: row.file,
        signal: row.request.signal,
      });
      if (!response.ok) row.error = (await response.json()).error;
      else for await (const step of stepsOf(response.body)) take(row, step);
      if (!row.result && !row.error) throw new Error("The answer ended too early.");
    } catch {
      row.error ??= words().unreachable;
    }
  }

  function take(row, step) {
    if (step.error) row.error = step.error;
    else if (step.content === undefined) {
      row.part = step.of ? step.done / step.of : 1;
      row.line.querySelector("progress").value = row.part;
      row.line.querySelector(".share").textContent = percent(row.part);
    } else {
      const bytes = Uint8Array.from(atob(step.content), (letter) => letter.charCodeAt(0));
      row.url = URL.createObjectURL(new Blob([bytes], { type: step.type }));
      row.result = step;
    }
  }

  function show(row) {
    const hadFocus = row.line.contains(document.activeElement);
    row.line.replaceChildren(element("span", "name", row.file.name));
    row.line.classList.toggle("failed", Boolean(row.error));
    if (row.result) showResult(row);
    else if (row.error) showError(row);
    else showProgress(row);

    const label = `${row.result || row.error ? words().remove : words().cancel}: ${row.file.name}`;
    const closing = element("button", "plain close", "×", { type: "button", "aria-label": label, title: label });
    closing.addEventListener("click", () => {
      remove(row);
      $("choose").focus();
    });
    row.line.append(closing);
    if (hadFocus) row.line.querySelector("a, input, button").focus();
  }

  function showProgress(row) {
    const bar = element("progress", "", "", { max: 1, value: row.part, "aria-label": row.file.name });
    row.line.append(bar, element("span", "share quiet", row.begun ? percent(row.part) : words().waiting));
  }

  function showResult({ line, result, url }) {
    const link = element("a", "download", `${words().download} `, { href: url, download: result.name });
    link.append(element("bdi", "", result.name));
    line.append(link);
    const copied = [...new Set(result.notices.flatMap((notice) => notice.copied ?? []))];
    if (copied.length) line.append(element("p", "note quiet", `${words().copied} ${copied.join(", ")}`));
    if (result.cut) line.append(element("p", "note quiet", words().documentCut));
    $("document-state").textContent = `${words().finished}: ${result.name}`;
  }

  function showError(row) {
    row.line.append(element("p", "note", row.error, { role: "alert" }));
    if (!NAMES_TABLE.test(row.file.name)) return;

    const label = element("label", "column", words().column);
    const field = element("input", "", "", { type: "text", value: row.column, title: words().columnHelp });
    const again = element("button", "plain strong", words().translate, { type: "button" });
    const retry = () => {
      Object.assign(row, { error: null, begun: false, part: 0 });
      show(row);
      work();
    };
    again.addEventListener("click", retry);
    field.addEventListener("input", () => (row.column = field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // which would press the button that has the focus next
      retry();
    });
    label.append(field);
    row.line.append(label, again);
  }

  $("choose").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", () => {
    add($("file").files);
    $("file").value = ""; // so that the same file can be chosen again
  });
  listenForDrops(add);

  return { showWords: () => rows.forEach(show) };
}

/** The lines of JSON in a body, as soon as they are there. */
async function* stepsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part; !(part = await reader.read()).done; ) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}

/** Files may be dropped anywhere on the page; text that is dragged is left to the browser. */
function listenForDrops(add) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  const light = (isOver) => $("document").classList.toggle("over", isOver);
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    light(true);
  });
  addEventListener("dragleave", (event) => !event.relatedTarget && light(false));
  addEventListener("drop", (event) => {
    light(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}
