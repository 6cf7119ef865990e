import { rawRequest } from '../../plugins/support/raw-http.ts';
import type { Operation } from './operations.ts';

/** What differs from the operation's own valid request. */
interface Differences {
  method?: string;
  /** What stands in the request line. */
  target?: string;
  token?: string;
  headers?: readonly string[];
  body?: string | Buffer;
}

/** The bytes of an operation's request, valid except for `differences`. */
export function requestOf(operation: Operation, differences: Differences = {}): Buffer {
  const {
    method = operation.method,
    target = targetOf(operation),
    token = `Bearer ${operation.token}`,
    headers = [],
    body = operation.body ? JSON.stringify(operation.body) : '',
  } = differences;
  const usual = [
    `authorization: ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const given = new Set(headers.map(nameOf));
  if (given.has('transfer-encoding')) given.add('content-length');
  const lines = [...usual.filter((line) => !given.has(nameOf(line))), ...headers];
  let head = rawRequest(method, target, lines);
  for (const line of ['host: localhost', 'connection: close']) {
    if (given.has(nameOf(line))) head = head.replace(`${line}\r\n`, '');
  }
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

const nameOf = (line: string) => line.split(':')[0]?.toLowerCase();

/** The address of an operation, with `more` parameters in its query string. */
export function targetOf({ path, query }: Operation, more = ''): string {
  const parameters = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`,
  );
  const all = [...parameters, more].filter((part) => part !== '').join('&');
  return all === '' ? path : `${path}?${all}`;
}

/** A body in chunks of a few bytes, each with `extension`, and `trailers` after the last. */
export function inChunks(body: string, extension = '', trailers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 5) {
    const chunk = bytes.subarray(at, at + 5);
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(['0', ...trailers, '', ''].join('\r\n'))]);
}
