// Lines of several sentences: a model that has learnt from single ones drops all but the first.

// Words before a full stop that ends no sentence.
const ABBREVIATION = /(?:^|[\s("'“‘])(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|e\.g|i\.e|cf|No|Fig|\p{Lu})\.$/u;

// Where a sentence may end: marks, closing quotes or brackets, and spaces before what may begin one.
const END = /(?<=[.!?…]["'”’)\]]*)\s+(?=["'“‘(\[]*[\p{Lu}\p{Lo}\d])|(?<=[。！？]["'”’)\]」』]*)\s*(?=\S)/u;

/** The sentences of a line and what stands between them, in turn: sentence, gap, sentence, … */
export function divide(line) {
  const parts = [];
  let rest = line;
  let kept = "";
  for (let found = END.exec(rest); found; found = END.exec(rest)) {
    const sentence = kept + rest.slice(0, found.index);
    rest = rest.slice(found.index + found[0].length);
    if (ABBREVIATION.test(sentence)) {
      kept = sentence + found[0];
    } else {
      parts.push(sentence, found[0]);
      kept = "";
    }
  }
  return [...parts, kept + rest];
}
