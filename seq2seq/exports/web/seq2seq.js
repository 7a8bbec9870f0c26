// A translator that runs in the browser: nothing is sent anywhere.
//
//   import { load } from "./seq2seq.js";
//   const translator = await load("./model/");
//   await translator.translate("I am Yusol");

import { Trouble, expectSupport } from "./trouble.js";

export { Trouble };

const WORKER = new URL("./worker.js", import.meta.url);

/** Loads a model's folder, whose address is relative to the page; it ends in "/". */
export async function load(folder = "./model/") {
  expectSupport();
  const worker = new Questions(new Worker(WORKER));
  try {
    const description = await worker.ask({ call: "load", folder: new URL(folder, document.baseURI).href });
    return new Translator(worker, description);
  } catch (error) {
    worker.end();
    throw error;
  }
}

class Translator {
  #worker;

  constructor(worker, description) {
    this.#worker = worker;
    this.description = description;
  }

  /** The translation of a text, line by line. */
  async translate(text, options = {}) {
    const lines = await this.translateLines(text, options);
    return lines.map((line) => line.text).join("\n");
  }

  /**
   * The translation of each line of a text, with the n best of each sentence, and the attention if it is asked for.
   * With a prefix, the pieces that it begins with: the text is one sentence, and the next pieces are told, too.
   */
  async translateLines(text, { greedy = false, attention = false, prefix, glossary, signal } = {}) {
    const lines = text.split(/\r\n|\r|\n/);
    if (prefix) expectPrefix(prefix, lines, greedy);
    if (glossary && typeof glossary !== "object") {
      throw new Trouble("refused", `Expected a glossary: terms and their translations. Received: ${glossary}.`);
    }
    const options = { greedy, attention, prefix, glossary };
    const translated = [];
    for (const line of lines) {
      signal?.throwIfAborted();
      translated.push(await this.#worker.ask({ call: "translate", line, options }, signal));
    }
    return translated;
  }

  /** Ends the worker and frees its memory. */
  close() {
    this.#worker.end();
  }
}

function expectPrefix(prefix, lines, greedy) {
  const isList = Array.isArray(prefix) && prefix.every((piece) => typeof piece === "string");
  if (!isList) throw new Trouble("refused", `Expected a prefix to be a list of pieces. Received: ${JSON.stringify(prefix)}.`);
  if (lines.length > 1) throw new Trouble("refused", `Expected one sentence with a prefix. Received: ${lines.length} lines.`);
  if (greedy) throw new Trouble("refused", "Expected beam search with a prefix. Received: greedy. Leave greedy out.");
}

/** Messages to a worker and its answers to them. */
class Questions {
  #worker;
  #waiting = new Map();
  #last = 0;

  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#answer(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(new Trouble("failed", `Expected the worker to run. Received: ${event.message ?? "an error"}.`));
    });
  }

  ask(message, signal) {
    const id = ++this.#last;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const cancel = () => this.#worker.postMessage({ call: "cancel", id });
    signal?.addEventListener("abort", cancel);
    this.#worker.postMessage({ ...message, id });
    return answer.finally(() => signal?.removeEventListener("abort", cancel));
  }

  end() {
    this.#worker.terminate();
    this.#fail(new Trouble("failed", "Expected a translator that is open. Received: one that was closed."));
  }

  #answer({ id, result, error }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (!error) resolve(result);
    else if (error.name === "AbortError") reject(new DOMException(error.message, error.name));
    else reject(new Trouble(error.code ?? "failed", error.message));
  }

  #fail(trouble) {
    for (const { reject } of this.#waiting.values()) reject(trouble);
    this.#waiting.clear();
  }
}
