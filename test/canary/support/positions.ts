import { z } from 'zod';
import type { Operation } from './operations.ts';
import { inChunks, requestOf, targetOf } from './requests.ts';

/** A place in a request where a caller can put words. */
export interface Position {
  name: string;
  /** Whether the service may accept and keep what stands here. */
  isKept: boolean;
  request(text: string): Buffer;
}

/** The fields in which the contract lets a caller choose words (spec 2.4). */
const keptFields = [
  ...['cohort_label', 'redline_checklist_version', 'compensating_controls', 'owners'],
  ...['choice', 'owner', 'mitigation', 'evidence_reference', 'name'],
];
const here = '<here>';

/** Every place in the body and the query string of an operation. */
export function positionsIn(operation: Operation): Position[] {
  const { name, method, fields, queryNames } = operation;
  const position = (what: string, request: Position['request'], isKept = false): Position => ({
    name: `${name}, ${what}`,
    isKept,
    request,
  });
  const body = operation.body ?? {};
  const json = (what: string, shape: unknown, isKept = false) =>
    position(what, (text) => requestOf(operation, { body: written(shape, text) }), isKept);
  const raw = (what: string, content: (text: string) => string) =>
    position(what, (text) => requestOf(operation, { body: content(text) }));
  const query = (what: string, parameter: (text: string) => string) =>
    position(what, (text) => requestOf(operation, { target: targetOf(operation, parameter(text)) }));

  const values = fields.flatMap((field) => {
    const isKept = keptFields.includes(field);
    // What is kept is kept under an id of its own, or it would be in conflict with what was kept before.
    const base = isKept ? { ...body, id: undefined } : body;
    return [
      json(field, { ...base, [field]: here }, isKept),
      json(`${field}, in an array`, { ...base, [field]: [here] }, isKept),
      json(`${field}, in an object in an array`, { ...base, [field]: [{ [here]: here }] }),
    ];
  });
  const [event, ...others] = z.array(z.looseObject({})).catch([]).parse(body.events);
  const inEvent = (what: string, changed: unknown) =>
    json(`${what} of an event`, { events: [changed, ...others] });
  const events = Object.keys(event ?? {}).flatMap((field) => [
    inEvent(field, { ...event, [field]: here }),
    inEvent(`${field}, in an object in an array`, { ...event, [field]: [{ [here]: here }] }),
  ]);
  const eventShapes = event
    ? [
        inEvent('an unknown field', { ...event, [here]: here }),
        inEvent('a privacy key', { ...event, notes: here }),
        inEvent('a text instead', here),
        raw('a repeated field of an event', (text) =>
          written({ events: [{ [here]: 1, x: here }] }, text).replace('"x"', () => jsonText(text)),
        ),
      ]
    : [];
  const shapes = [
    json('an unknown field', { ...body, [here]: here }),
    json('a field that begins as a known one', { ...body, [`${fields[0]}${here}`]: 1 }),
    json('a privacy key', { ...body, notes: here }),
    json('a nested privacy key', { ...body, [here]: [{ 'query-text': { [here]: here } }] }),
    json('a deep body', { a: { b: { c: { d: { e: { f: { g: { h: { [here]: [here] } } } } } } } } }),
    json('an array for a body', [here, { [here]: here }]),
    json('a text for a body', here),
    raw('a repeated field', (text) =>
      written({ [here]: 1, x: here }, text).replace('"x"', () => jsonText(text)),
    ),
    raw('not JSON', (text) => text),
    raw('JSON that breaks off', (text) => `{"a":${text}`),
    raw('after the JSON', (text) => JSON.stringify(body) + text),
    raw('after a byte-order mark', (text) => `\ufeff${written({ [here]: here }, text)}`),
    position('split over chunks', (text) =>
      requestOf(operation, {
        headers: ['transfer-encoding: chunked'],
        body: inChunks(written({ ...body, [here]: here }, text)),
      }),
    ),
    position('a body without a token', (text) =>
      requestOf(operation, { token: '', body: written({ ...body, [here]: here }, text) }),
    ),
  ];
  const queries = [
    ...queryNames.map((name) => query(`${name}, repeated`, (text) => `${name}=${text}`)),
    ...queryNames.map((name) =>
      position(name, (text) =>
        requestOf(operation, {
          target: targetOf({ ...operation, query: { ...operation.query, [name]: text } }),
        }),
      ),
    ),
    query('an unknown parameter', (text) => `${text}=${text}`),
    query('a privacy key in the query', (text) => `user%5Ftext=${text}`),
  ];
  return [...(method === 'GET' ? [] : [...values, ...events, ...eventShapes, ...shapes]), ...queries];
}

/** A JSON text with `text` wherever the shape says so. What is in JSON's own escapes already stays in them. */
function written(shape: unknown, text: string): string {
  return JSON.stringify(shape).replaceAll(here, () => jsonText(text).slice(1, -1));
}

function jsonText(text: string): string {
  return /^(?:\\u[0-9a-f]{4})+$/.test(text) ? `"${text}"` : JSON.stringify(text);
}
