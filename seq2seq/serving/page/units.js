// Pieces, or the words that they make up, and the attention between them.

export const END = "</s>";

const PLACEHOLDER = /[\ufde0-\ufdef]/g; // one that the model wrote, and that stands for nothing; fonts have no sign for it

/** How a piece is written where it stands alone. */
export const shown = (piece) =>
  piece === END ? "∎" : piece.replaceAll("▁", " ").replaceAll(PLACEHOLDER, "∅").trim() || "␣";

/** Every piece for itself: `{text, places, word, end}`, `word` being the number of the word it belongs to. */
export function pieceUnits(pieces) {
  let word = -1;
  return pieces.map((piece, place) => {
    if (place === 0 || piece.startsWith("▁") || piece === END) word += 1;
    return { text: shown(piece), places: [place], word, end: piece === END };
  });
}

/** Words, each with the places of its pieces; a space that begins no word belongs to the next one. */
export function wordUnits(pieces) {
  const words = [];
  for (const { text, word, places, end } of pieceUnits(pieces)) {
    let last = words.at(-1);
    if (!last || (last.word !== word && last.text)) words.push((last = { text: "", places: [] }));
    Object.assign(last, { word, end });
    last.text += end ? text : pieces[places[0]].replaceAll("▁", "").replaceAll(PLACEHOLDER, "");
    last.places.push(...places);
  }
  return words;
}

/** The mean attention of each target unit's pieces, summed over the pieces of each source unit: rows sum to 1. */
export function attentionBetween(targets, sources, attention) {
  const weight = (target, source) => {
    let sum = 0;
    for (const row of target.places) for (const column of source.places) sum += attention[row][column];
    return sum / target.places.length;
  };
  return targets.map((target) => sources.map((source) => weight(target, source)));
}
