const pieceLength = 8;
const mostLayers = 3;

/**
 * Finds what a caller sent in a text, however it was written down on the way there, and returns what lies around it. Of a
 * word, eight letters are enough.
 */
export function findIn(text: string, sent: readonly string[]): string | undefined {
  const pieces = sent.flatMap(piecesOf).map(fold);
  let layer = [text];
  for (let depth = 0; depth < mostLayers; depth += 1) {
    const plain = layer.map(withoutEscapes);
    // Bytes that are no text, such as those of a UUID, are known by their hexadecimal digits.
    const digits = layer.map((bytes) => Buffer.from(bytes, 'latin1').toString('hex'));
    const found = excerpt([...layer, ...plain, ...digits].map(fold), pieces);
    if (found !== undefined) return found;
    layer = plain.flatMap(decoded);
  }
  return undefined;
}

/** Every piece of a word. Anything else, such as a UUID or a time, only as a whole: its pieces occur by chance. */
function piecesOf(sent: string): string[] {
  if (!/^[a-z]+$/.test(sent)) return [sent];
  const count = sent.length - pieceLength + 1;
  return Array.from({ length: count }, (_, start) => sent.slice(start, start + pieceLength));
}

const character = (digits: string, base = 16) => String.fromCodePoint(Number.parseInt(digits, base));

/** Undoes the escapes of JavaScript, JSON, HTML and URLs, also of escapes, and UTF-8 that was read as Latin-1. */
function withoutEscapes(text: string): string {
  const undone = text
    .replace(/\\+u([0-9a-f]{4})|\\+x([0-9a-f]{2})/gi, (_, four, two) => character(four ?? two))
    .replace(/&#x([0-9a-f]{1,5});/gi, (_, digits) => character(digits))
    .replace(/&#(\d{1,6});/g, (_, digits) => character(digits, 10))
    .replace(/%([0-9a-f]{2})/gi, (_, digits) => character(digits))
    .replace(/[\x80-\xff]{2,}/g, (bytes) => Buffer.from(bytes, 'latin1').toString('utf8'));
  return undone === text ? text : withoutEscapes(undone);
}

/** What remains when neither case nor width nor anything between letters and digits matters. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '');
}

/** Everything in a text that could be bytes in base64, hexadecimal or decimal digits, as text; from each possible beginning. */
function decoded(text: string): string[] {
  const all = (runs: RegExp, decode: (run: string) => Buffer) =>
    (text.match(runs) ?? []).map((run) => decode(run).toString('latin1')).join('\n');
  const base64 = [0, 1, 2, 3].map((start) =>
    all(/[\w+/-]{11,}/g, (run) => Buffer.from(run.slice(start), 'base64')),
  );
  const hexadecimal = [0, 1].map((start) =>
    all(/(?:[0-9a-f][\s:]?){16,}/gi, (run) => Buffer.from(run.replace(/[\s:]/g, '').slice(start), 'hex')),
  );
  const decimal = all(/(?:\d{1,3}[,\s]+){7,}\d{1,3}/g, (run) => Buffer.from(run.split(/[,\s]+/).map(Number)));
  return [...base64, ...hexadecimal, decimal].filter((bytes) => bytes.length > 0);
}

function excerpt(texts: readonly string[], pieces: readonly string[]): string | undefined {
  for (const text of texts) {
    for (const piece of pieces) {
      const at = text.indexOf(piece);
      if (at >= 0) return text.slice(Math.max(0, at - 100), at + piece.length + 100);
    }
  }
  return undefined;
}
