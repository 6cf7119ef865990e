import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { createScanner } from 'jsonc-parser';
import { Problem } from '../errors.ts';
import { isRepeated } from '../repeated-headers.ts';

const deepest = 8;
const acceptedMediaType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

type Fault = 'not_json' | 'duplicate_key' | 'too_deep' | 'too_much_around' | 'unexpected_body';

const faultDetails: Readonly<Record<Fault, string>> = {
  not_json: 'The body is not JSON in UTF-8 without a byte-order mark.',
  duplicate_key: 'The body names a field twice in one object. Send every field once.',
  too_deep: `The body nests deeper than ${deepest} levels. Send a flat object.`,
  too_much_around:
    'The body has far more around its events than a batch has. Send { "events": [...] } and nothing else.',
  unexpected_body: 'A GET takes no body. Send everything in the query string.',
};

/** What the body was found to be before any schema saw it. */
export interface BodyReading {
  /** Every key in the text, at any depth, repeated ones included. */
  keys: readonly string[];
  fault: Fault | undefined;
}

/**
 * Accepts exactly `application/json` in UTF-8 (spec 9): no other charset, no content encoding, no byte-order mark, no
 * duplicate keys, no deep nesting. What is wrong is kept on the request, because a privacy key wins over it (spec 2.1).
 */
export default plugin(
  async (app: FastifyInstance) => {
    app.decorateRequest('bodyReading');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser<Buffer>(
      'application/json',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, bytes: Buffer) => {
        const { value, ...reading } = readJson(bytes);
        request.bodyReading = reading;
        return value;
      },
    );
    app.addHook('preParsing', async (request) => {
      if (request.method === 'GET') {
        if (announcesBody(request)) request.bodyReading = { keys: [], fault: 'unexpected_body' };
        return;
      }
      const mediaType = request.headers['content-type'] ?? '';
      if (
        isRepeated(request.raw, 'content-type') ||
        !acceptedMediaType.test(mediaType) ||
        request.headers['content-encoding'] !== undefined
      ) {
        throw new Problem(
          'unsupported-media-type',
          'Send the body as application/json in UTF-8, without a content encoding.',
        );
      }
    });
  },
  { name: 'json-body' },
);

function announcesBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The refusal of a body that was read and cannot be used. */
export function unreadable(reading: BodyReading | undefined): Problem | undefined {
  if (!reading?.fault) return undefined;
  const message = faultDetails[reading.fault];
  return new Problem('malformed-json', message, {
    errors: [{ path: '(whole)', code: reading.fault, message }],
  });
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder();

/** Reads a body, or a part of one that is to be judged like a body of its own. */
export function readJson(bytes: Uint8Array): BodyReading & { value: unknown } {
  // Keys are looked for even in what is not JSON: a privacy key is said to be one wherever it stands.
  const { keys, fault } = readKeys(lenientUtf8.decode(bytes));
  try {
    return { value: JSON.parse(strictUtf8.decode(bytes)), keys, fault };
  } catch {
    return { value: undefined, keys, fault: 'not_json' };
  }
}

function readKeys(text: string): BodyReading {
  const walk = walkKeys(text);
  while (true) {
    const { done, value } = walk.next();
    if (done) return value;
  }
}

/** Every key of a text that may be long, read a few milliseconds at a time. */
export async function readKeysInTurns(bytes: Uint8Array): Promise<readonly string[]> {
  // White space makes no difference to a key, and long runs of it would be read in one turn.
  const walk = walkKeys(lenientUtf8.decode(bytes).replace(/[ \t\r\n]{2,}/g, ' '));
  while (true) {
    const { done, value } = walk.next();
    if (done) return value.keys;
    await nextTurn();
  }
}

const tokensPerTurn = 20_000;

/** Walks the tokens of a text without recursion. JSON.parse would keep only the last of two equal keys. */
function* walkKeys(text: string): Generator<undefined, BodyReading> {
  const scanner = createScanner(text, true);
  const keys: string[] = [];
  const objects: (Set<string> | undefined)[] = [];
  let fault: Fault | undefined;
  let lastString = '';
  for (let tokens = 1; ; tokens += 1) {
    scanner.scan();
    // A token is known by its first character: a string by its quote, and the end of the text by none.
    switch (text.charAt(scanner.getTokenOffset())) {
      case '{':
      case '[':
        objects.push(objects.length < deepest ? new Set() : undefined);
        if (objects.length > deepest) fault ??= 'too_deep';
        break;
      case '}':
      case ']':
        objects.pop();
        break;
      case '"':
        lastString = scanner.getTokenValue();
        break;
      case ':':
        keys.push(lastString);
        if (objects.at(-1)?.has(lastString)) fault ??= 'duplicate_key';
        objects.at(-1)?.add(lastString);
        break;
      case '':
        return { keys, fault };
    }
    if (tokens % tokensPerTurn === 0) yield;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    bodyReading?: BodyReading;
  }
}
