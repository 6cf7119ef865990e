import { randomUUID } from 'node:crypto';
import t from 'tap';
import { encodings, randomWord } from './support/encodings.ts';
import { findIn } from './support/search.ts';

/** How something that was sent could come to light: in an answer, a log line, a table, an error message. */
const surroundings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in the middle of a line': (text) => `GET /?a=${text}&b=1`,
  'in JSON': (text) => JSON.stringify({ error: { message: `"${text}" is not valid` } }),
  'in JSON in JSON': (text) => JSON.stringify(JSON.stringify([text])),
  'in JSON with ASCII letters only': (text) =>
    JSON.stringify(text).replace(/[\x80-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`),
  'as the printed bytes': (text) => Buffer.from(text).toString('hex').replace(/../g, '$& '),
  'as the bytes of a Buffer in JSON': (text) => JSON.stringify(Buffer.from(text)),
  'as UTF-8 that was read as Latin-1': (text) => Buffer.from(text).toString('latin1'),
  'in percent-encoding': (text) => encodeURIComponent(text.toWellFormed()),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64url after one byte': (text) => Buffer.from(`/${text}`).toString('base64url'),
  'in base64 after two bytes': (text) => Buffer.from(`[1${text}]`).toString('base64'),
  'in hexadecimal digits': (text) => `\\x${Buffer.from(text).toString('hex').toUpperCase()}`,
};

t.test('a word is found in every encoding, in whatever surroundings', async (t) => {
  const word = randomWord();
  for (const [encoding, encode] of Object.entries(encodings)) {
    for (const [surrounding, surround] of Object.entries(surroundings)) {
      t.ok(findIn(surround(encode(word)), [word]), `${encoding}, ${surrounding}`);
    }
  }
});

t.test(
  'of a word, a piece is found; of other values, the whole in every form that a store would give it',
  async (t) => {
    const word = randomWord();
    t.ok(findIn(`Unexpected token in "...${word.slice(5, 13)}..."`, [word]));
    const id = randomUUID();
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    for (const form of [
      id,
      id.toUpperCase(),
      id.replaceAll('-', ''),
      `\\x${bytes.toString('hex')}`,
      bytes.toString('base64'),
    ])
      t.ok(findIn(`(${form})`, [id]), form);
  },
);

t.test('what is not there is not found', async (t) => {
  const text =
    Object.values(encodings)
      .map((encode) => encode(randomWord()))
      .join('\n') + randomUUID().repeat(1_000);
  t.equal(findIn(text, [randomWord(), randomUUID()]), undefined);
});
