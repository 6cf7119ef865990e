import { randomInt } from 'node:crypto';

const letters = 'bcdfghjklmnpqrstvwxz';

/** Letters that nobody else writes. As an identifier or a header they are acceptable, as anything else they are not. */
export function randomWord(): string {
  return Array.from({ length: 16 }, () => letters.charAt(randomInt(letters.length))).join('');
}

const shifted = (word: string, from: number) =>
  word.replace(/[a-z]/g, (letter) => String.fromCodePoint(from + letter.charCodeAt(0) - 97));
const hexOf = (text: string) => Buffer.from(text).toString('hex');
const percent = (text: string) => hexOf(text).replace(/../g, '%$&');
const escaped = (word: string) =>
  word.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The ways in which a caller may write a word down. What lies around it in some belongs to the attempt. */
export const encodings: Readonly<Record<string, (word: string) => string>> = {
  plain: (word) => word,
  'upper case': (word) => word.toUpperCase(),
  'percent-encoded': percent,
  'percent-encoded twice': (word) => percent(percent(word)),
  base64: (word) => Buffer.from(word).toString('base64'),
  'base64url, not at its beginning': (word) => Buffer.from(`?>${word}`).toString('base64url'),
  hex: hexOf,
  'JSON escapes': escaped,
  'JSON escapes of JSON escapes': (word) => escaped(escaped(word)),
  'HTML entities': (word) => word.replace(/./gs, (unit) => `&#${unit.charCodeAt(0)};`),
  'UTF-16': (word) => word.replace(/./gs, '$&\0'),
  'hex of UTF-16': (word) => Buffer.from(word, 'utf16le').toString('hex'),
  'full width': (word) => shifted(word, 0xff41),
  'mathematical letters': (word) => shifted(word, 0x1d41a),
  'invisible characters in between': (word) => word.split('').join('\u200b'),
  'hyphens in between': (word) => word.split('').join('-'),
  'on a line of its own': (word) => `x\r\n${word}: ${word}\r\n\u001b[2K`,
  'beside half a surrogate pair': (word) => `\ud83d${word}`,
};
