// The worker: it loads the engine, and answers one question after the other.
// A classic worker, because LiteRT's script is one; what is ours it imports as modules.

const cancelled = new Set();
let engine;

const CALLS = {
  async load({ folder }) {
    const { loadEngine } = await import("./engine.js");
    engine = await loadEngine(folder);
    return engine.description;
  },

  /** Translates a line; between its sentences, other messages are read. */
  translate({ id, line, options }) {
    return engine.translate(line, options, async () => {
      await new Promise((resolve) => setTimeout(resolve));
      if (cancelled.delete(id)) throw new DOMException("The translation was given up.", "AbortError");
    });
  },
};

self.addEventListener("message", async ({ data }) => {
  if (data.call === "cancel") {
    cancelled.add(data.id);
    return;
  }
  try {
    self.postMessage({ id: data.id, result: await CALLS[data.call](data) });
  } catch (error) {
    const { name, code, message } = error;
    self.postMessage({ id: data.id, error: { name, code, message: message ?? String(error) } });
  } finally {
    cancelled.delete(data.id);
  }
});
