import { rawRequest } from '../plugins/support/raw-http.ts';
import { at, contactAttemptBody, later, referralBody } from '../support/events.ts';
import { cycle, service } from '../support/service.ts';

/** What a bad request is made of: which good request it spoils, and how. `{name}` stands for a word of the world. */
export interface Spoiling {
  /** The good request; a preference fit unless said otherwise. */
  of?: GoodRequestName;
  /** Whose token it carries; the owner's unless said otherwise. */
  as?: string;
  /** The Authorization header lines, in the place of the token. */
  authorization?: readonly string[];
  method?: string;
  path?: string;
  query?: string;
  contentType?: readonly string[];
  /** More header lines. */
  headers?: readonly string[];
  /** Fields that are changed or added. */
  with?: Readonly<Record<string, unknown>>;
  without?: string;
  /** JSON that is put in front of the fields as it is, such as `"x":1`. */
  members?: string;
  /** The body as it is, in the place of the fields. */
  body?: string | Buffer;
  /** White space is put behind the body until it has this length. */
  padTo?: number;
  /** How the length of the body is told: by a header, by chunks of so many bytes, or by header lines of the case's own. */
  framing?: 'content-length' | Chunks | readonly string[];
  /** Follows the body on the same connection. */
  afterwards?: string;
  /** All bytes of the request, in the place of everything else. */
  bytes?: string | Buffer;
}

interface Chunks {
  chunksOf: number;
  /** The header lines that announce them. */
  announcedBy?: readonly string[];
}

export interface BadInput {
  section: string;
  name: string;
  /** The exact answer: its status, and how its `type` ends. */
  status: number;
  problem: string;
  spoiling: Spoiling;
  /** Decided by asking the database. Everything else has to be refused without it. */
  asksDatabase: boolean;
  /** Sent when the limits of its address are used up. */
  limited: boolean;
}

type Sort = Pick<BadInput, 'section' | 'status' | 'problem'> &
  Partial<Pick<BadInput, 'asksDatabase' | 'limited'>>;

/** Cases of one sort, each with its name. */
export function cases(sort: Sort, spoilings: Readonly<Record<string, Spoiling>>): BadInput[] {
  return Object.entries(spoilings).map(([name, spoiling]) => ({
    asksDatabase: false,
    limited: false,
    ...sort,
    name,
    spoiling,
  }));
}

/** What most refusals of a body are. */
export const malformed = { status: 400, problem: 'invalid-request' };

/** One spoiling for each of these values of a field. */
export function eachValue(
  of: GoodRequestName,
  field: string,
  values: Readonly<Record<string, unknown>>,
): Record<string, Spoiling> {
  return Object.fromEntries(
    Object.entries(values).map(([what, value]): [string, Spoiling] => [
      `${field} of a ${of}: ${what}`,
      { of, with: { [field]: value } },
    ]),
  );
}

interface GoodRequest {
  method?: 'GET' | 'PATCH';
  path: string;
  body?: Readonly<Record<string, unknown>>;
}

const inCycle = { pilot_cycle_id: cycle, org_id: '{orgA}' };

/** A request that is accepted, of each endpoint of events, metrics and decisions. */
const goodRequests = {
  'contact-attempt': { path: '/events/contact-attempt', body: contactAttemptBody('{orgA}') },
  referral: { path: '/events/referral', body: referralBody('{orgA}') },
  'referral-update': {
    method: 'PATCH',
    path: '/events/referral/{referral}',
    body: { source_org_id: '{orgA}', referral_state: 'failed', updated_at: later, terminal_at: later },
  },
  connection: {
    path: '/events/connection',
    body: { ...inCycle, service_id: service, connected_at: later, contact_attempt_event_id: '{attempt}' },
  },
  'service-status': {
    path: '/events/service-status',
    body: { ...inCycle, service_id: service, checked_at: at, status_code: 'available' },
  },
  'data-decay-audit': {
    path: '/events/data-decay-audit',
    body: {
      ...inCycle,
      service_id: service,
      audited_at: at,
      is_fatal: false,
      verification_mode: 'web_plus_call',
    },
  },
  'preference-fit': {
    path: '/events/preference-fit',
    body: { ...inCycle, cohort_label: 'youth', recorded_at: at, preferred_via_careconnect: true },
  },
  batch: {
    path: '/events/batch',
    body: { events: [{ kind: 'contact-attempt', ...contactAttemptBody('{orgA}', { id: '{inBatch}' }) }] },
  },
  scope: { path: '/scope/services', body: { ...inCycle, service_id: service, sla_tier: 'crisis' } },
  recompute: { path: '/metrics/recompute', body: inCycle },
  scorecard: { method: 'GET', path: `/metrics/scorecard?pilot_cycle_id=${cycle}&org_id={orgA}` },
  decision: {
    path: '/integration-feasibility',
    body: {
      decision: 'conditional',
      decision_date: at.slice(0, 10),
      redline_checklist_version: 'redlines-v1',
      violations: [],
      compensating_controls: ['Retention mapped'],
      owners: ['governance-lead'],
    },
  },
} as const satisfies Record<string, GoodRequest>;

export type GoodRequestName = keyof typeof goodRequests;

/** Puts the words of the world in the place of their names. */
function fillIn(part: string | Buffer, words: ReadonlyMap<string, string>): Buffer {
  if (typeof part !== 'string') return part;
  return Buffer.from(part.replace(/\{(\w+)\}/g, (whole, name: string) => words.get(name) ?? whole));
}

/** The bytes of a request. It carries `parrot`, too, where browsers tell about themselves. */
export function bytesOf(spoiling: Spoiling, words: ReadonlyMap<string, string>): Buffer {
  if (spoiling.bytes !== undefined) return fillIn(spoiling.bytes, words);
  const good: GoodRequest = goodRequests[spoiling.of ?? 'preference-fit'];
  const unpadded = fillIn(bodyOf(spoiling, good), words);
  const missing = Math.max(0, (spoiling.padTo ?? 0) - unpadded.length);
  const body = Buffer.concat([unpadded, Buffer.alloc(missing, ' ')]);
  const { framing = body.length > 0 || good.body ? 'content-length' : [] } = spoiling;
  const path = spoiling.path ?? `/api/v1/pilot${good.path}`;
  const query = spoiling.query === undefined ? '' : `${path.includes('?') ? '&' : '?'}${spoiling.query}`;
  const authorization = spoiling.authorization ?? [`Bearer {${spoiling.as ?? 'owner'}}`];
  const contentType = spoiling.contentType ?? (good.body ? ['application/json'] : []);
  const head = rawRequest(spoiling.method ?? good.method ?? 'POST', path + query, [
    'user-agent: parrot',
    'referer: https://parrot.example/parrot',
    ...authorization.map((value) => `authorization: ${value}`),
    ...contentType.map((value) => `content-type: ${value}`),
    ...framingLines(framing, body),
    ...(spoiling.headers ?? []),
  ]);
  const framed =
    typeof framing === 'object' && 'chunksOf' in framing ? inChunks(body, framing.chunksOf) : body;
  return Buffer.concat([fillIn(head, words), framed, fillIn(spoiling.afterwards ?? '', words)]);
}

function bodyOf({ body, members, without, with: changes }: Spoiling, good: GoodRequest): string | Buffer {
  if (body !== undefined) return body;
  if (!good.body) return '';
  const fields = Object.entries({ ...good.body, ...changes }).filter(([name]) => name !== without);
  const text = JSON.stringify(Object.fromEntries(fields));
  return members === undefined ? text : `{${members},${text.slice(1)}`;
}

function framingLines(framing: NonNullable<Spoiling['framing']>, body: Buffer): readonly string[] {
  if (framing === 'content-length') return [`content-length: ${body.length}`];
  if (!('chunksOf' in framing)) return framing;
  return framing.announcedBy ?? ['transfer-encoding: chunked'];
}

function inChunks(body: Buffer, size: number): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; start < body.length; start += size) {
    const chunk = body.subarray(start, start + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}
