/**
 * What went wrong: a browser that is too old, a file that is missing or damaged, a failure of the runtime, or a
 * question that cannot be answered, of which the message says why.
 */
export class Trouble extends Error {
  readonly code: "unsupported" | "missing" | "damaged" | "failed" | "refused";
}

/** What `model.json` says of a model. */
export interface Description {
  readonly format: 2;
  readonly name: string;
  readonly splitSentences: boolean;
  readonly placeholders: boolean;
  /** Source lengths in pieces that the model has searches for. */
  readonly lengths: readonly number[];
  /** Those that it has attention for; none without attention. */
  readonly attentionLengths: readonly number[];
}

export interface Options {
  /** Whether to search greedily, which takes less time and finds one translation. */
  greedy?: boolean;
  /** Whether to tell the attention. */
  attention?: boolean;
  /**
   * Pieces that the translation is to begin with, such as `pieces` of a hypothesis has: it is continued, and
   * `alternatives` lists what may come next. For one sentence, and not for greedy search.
   */
  prefix?: readonly string[];
  /**
   * Terms and their translations, such as `{ station: "정거장" }`: a term that the model does not write so by itself is
   * put in, whole words only, the longest that fits, particles after it agreeing.
   */
  glossary?: Readonly<Record<string, string>>;
  /** Gives a translation up: the promise is rejected with an `AbortError`. */
  signal?: AbortSignal;
}

export interface Hypothesis {
  text: string;
  /** Log-probability divided by the length penalty. */
  score: number;
  /** Its pieces; `▁` stands for a space, `</s>` for the end. */
  pieces: string[];
}

/** A piece that may come after the prefix. */
export interface Alternative {
  piece: string;
  probability: number;
}

export interface Sentence {
  source: string;
  text: string;
  /** The n best, the best first; none of a sentence that is its own translation. */
  hypotheses: Hypothesis[];
  sourcePieces: string[];
  /** Whether only the beginning was read. */
  cut: boolean;
  /** A row for each piece of the first hypothesis, a column for each source piece; rows sum to 1. */
  attention?: number[][];
  /** What may come after the prefix, likeliest first; with a prefix alone. */
  alternatives?: Alternative[];
}

export interface Line {
  source: string;
  text: string;
  sentences: Sentence[];
  cut: boolean;
}

export class Translator {
  readonly description: Description;
  /** The translation of a text, line by line. */
  translate(text: string, options?: Options): Promise<string>;
  /** The translation of each line of a text. */
  translateLines(text: string, options?: Options): Promise<Line[]>;
  /** Ends the worker and frees its memory. */
  close(): void;
}

/** Loads a model's folder, whose address is relative to the page; it ends in "/". */
export function load(folder?: string): Promise<Translator>;
