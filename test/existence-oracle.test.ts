import { randomUUID } from 'node:crypto';
import t from 'tap';
import { createCycle } from '../src/database/provisioning.ts';
import { bytesOf, type GoodRequestName, type Spoiling } from './bad-input/bad-input.ts';
import { settle, wordsOf } from './bad-input/world.ts';
import { exchange } from './plugins/support/raw-http.ts';
import { contactAttemptBody, later } from './support/events.ts';
import { startTestService } from './support/service.ts';

/**
 * Whoever asks about an id cannot tell whether another organisation has it (spec 2.1): requests that differ in that id
 * alone and carry the same X-Request-Id get the same bytes, but for the Date. `{id}` is where the id goes.
 */
interface Question {
  request: Spoiling;
  status: number;
  /** What exists, but not for the caller. */
  foreign: readonly string[];
  /** What does not exist at all; new UUIDs unless said otherwise. */
  random?: readonly string[];
}

const pairsPerEndpoint = 100;
/** How many of each thing exist. */
const many = 40;
const half = many / 2;
const ids = () => Array.from({ length: many }, (): string => randomUUID());
const names = (prefix: string) => Array.from({ length: many }, (_, i) => `${prefix}-${100 + i}`);

/** One of the six events: its organisation's field, other content, and ids that organisations A and B have of it. */
const event = (of: GoodRequestName, orgField: string, other: Record<string, unknown>) => ({
  of,
  orgField,
  other,
  ofA: ids(),
  ofB: ids(),
});

const attempt = event('contact-attempt', 'recorded_by_org_id', { attempt_outcome: 'connected' });
const referral = event('referral', 'source_org_id', { referral_state: 'failed', terminal_at: later });
const connection = event('connection', 'org_id', { connected_at: '2026-03-02T17:00:00Z' });
const status = event('service-status', 'org_id', { status_code: 'closed' });
const audit = event('data-decay-audit', 'org_id', { verification_mode: 'web_only' });
const preference = event('preference-fit', 'org_id', { cohort_label: 'adults' });
const decisions = ids();
const scopedByB = names('service-b');
const scopedByNobody = names('service-0');
const cyclesOfB = names('cycle-b');
const cyclesOfNobody = names('cycle-0');

const service = await startTestService(t);
const words = wordsOf(service);

const send = (request: Spoiling, more: Record<string, string>) =>
  exchange(service.url, bytesOf(request, new Map([...words, ...Object.entries(more)])));

async function store(request: Spoiling, id = ''): Promise<void> {
  const answer = String(await send(request, { id }));
  if (!answer.startsWith('HTTP/1.1 20')) throw new Error(`What the test needs was not stored: ${answer}`);
}

/** Of half the ids the stored content is what will be asked for, of the others it is something else. */
async function storeNumber(i: number): Promise<void> {
  for (const { of, orgField, other, ofA, ofB } of [
    attempt,
    referral,
    connection,
    status,
    audit,
    preference,
  ]) {
    const content = { id: '{id}', ...(i % 2 === 1 && other) };
    const anchor = of === 'connection' && { contact_attempt_event_id: '{attemptB}' };
    await store({ of, with: content }, ofA[i]);
    await store({ of, as: 'ownerB', with: { ...content, ...anchor, [orgField]: '{orgB}' } }, ofB[i]);
  }
  const inB = { org_id: '{orgB}' };
  await store({ of: 'decision', as: 'appAdmin', with: { id: '{id}' } }, decisions[i]);
  await store({ of: 'scope', as: 'ownerB', with: { ...inB, service_id: '{id}' } }, scopedByB[i]);
  await store({ as: 'ownerB', with: { ...inB, pilot_cycle_id: '{id}' } }, cyclesOfB[i]);
  await store({ of: 'recompute', as: 'ownerB', with: { ...inB, pilot_cycle_id: '{id}' } }, cyclesOfB[i]);
}

t.before(async () => {
  await settle(service, words);
  await service.asOwner(async (client) => {
    for (const id of [...cyclesOfB, ...cyclesOfNobody]) await createCycle(client, id);
    const sql = `INSERT INTO pilot.services (id, name, fields_present, has_place)
      SELECT id, id, '{phone}', true FROM unnest($1::text[]) AS id`;
    await client.query(sql, [[...scopedByB, ...scopedByNobody]]);
  });
  // A few at a time: the service has no room for all at once.
  const lanes = Array.from({ length: 10 }, async (_, lane) => {
    for (let i = lane; i < many; i += 10) await storeNumber(i);
  });
  await Promise.all(lanes);
});

const organization = (request: Spoiling): Question => ({ request, status: 403, foreign: [service.orgB] });

const aboutEvent = ({ of, orgField, ofA, ofB }: typeof attempt): Record<string, Question> => {
  const request: Spoiling = { of, with: { id: '{id}' } };
  return {
    'an organisation': organization({ of, with: { [orgField]: '{id}' } }),
    // These become A's as well; the others stay B's alone.
    'an id of another organisation, for an event of the own': {
      request,
      status: 201,
      foreign: ofB.slice(half),
    },
    'an id of the organisation that is written to': {
      request: { ...request, as: 'ownerB' },
      status: 403,
      foreign: ofA,
    },
    'an id, asked for by a viewer': { request: { ...request, as: 'viewer' }, status: 403, foreign: ofA },
    'an id, asked for without a token': {
      request: { ...request, authorization: [] },
      status: 401,
      foreign: ofA,
    },
  };
};

const update = (more: Spoiling): Spoiling => ({
  of: 'referral-update',
  path: '/api/v1/pilot/events/referral/{id}',
  ...more,
});
const scorecard = (query: string): Spoiling => ({
  of: 'scorecard',
  path: `/api/v1/pilot/metrics/scorecard?${query}`,
});
const decision = (more: Spoiling): Question => ({
  request: { of: 'decision', ...more, with: { id: '{id}', ...more.with } },
  status: 403,
  foreign: decisions,
});

const inBatch = (kind: string, payload: Record<string, unknown>): Spoiling => ({
  of: 'batch',
  with: { events: [{ kind, ...payload }] },
});
const connectionTo = (anchor: Record<string, unknown>) => ({
  id: '{connection}',
  pilot_cycle_id: 'cycle-a',
  org_id: '{orgA}',
  service_id: 'service-one',
  connected_at: later,
  ...anchor,
});

const questions: Record<GoodRequestName, Record<string, Question>> = {
  'contact-attempt': aboutEvent(attempt),
  referral: aboutEvent(referral),
  'referral-update': {
    'a referral': { request: update({}), status: 404, foreign: referral.ofB },
    'a referral, moved to what is forbidden': {
      request: update({ without: 'terminal_at', with: { referral_state: 'initiated' } }),
      status: 404,
      foreign: referral.ofB,
    },
    'a referral, with an old update': {
      request: update({ with: { updated_at: '2026-03-01T00:00:00Z' } }),
      status: 404,
      foreign: referral.ofB,
    },
    'a referral, in the name of its organisation': {
      request: update({ with: { source_org_id: '{orgB}' } }),
      status: 403,
      foreign: referral.ofB,
    },
    'a referral, asked for by a viewer': {
      request: update({ as: 'viewer' }),
      status: 403,
      foreign: referral.ofA,
    },
    'a referral, asked for by a stranger': {
      request: update({ as: 'stranger' }),
      status: 403,
      foreign: referral.ofA,
    },
    'a referral, asked for without a token': {
      request: update({ authorization: [] }),
      status: 401,
      foreign: referral.ofA,
    },
    'an organisation': organization({ of: 'referral-update', with: { source_org_id: '{id}' } }),
  },
  connection: {
    ...aboutEvent(connection),
    'an attempt as the anchor': {
      request: { of: 'connection', with: { contact_attempt_event_id: '{id}' } },
      status: 422,
      foreign: attempt.ofB,
    },
    'a referral as the anchor': {
      request: { of: 'connection', without: 'contact_attempt_event_id', with: { referral_event_id: '{id}' } },
      status: 422,
      foreign: referral.ofB,
    },
    'an anchor of the organisation that is written to': {
      request: { of: 'connection', as: 'ownerB', with: { contact_attempt_event_id: '{id}' } },
      status: 403,
      foreign: attempt.ofA,
    },
  },
  'service-status': aboutEvent(status),
  'data-decay-audit': aboutEvent(audit),
  'preference-fit': aboutEvent(preference),
  batch: {
    'an organisation of an event': {
      request: inBatch('contact-attempt', contactAttemptBody('{id}', { id: '{attempt}' })),
      status: 200,
      foreign: [service.orgB],
    },
    'an id of the organisation that is written to': {
      request: inBatch('contact-attempt', contactAttemptBody('{orgB}', { id: '{id}' })),
      status: 200,
      foreign: attempt.ofB,
    },
    'an attempt as the anchor': {
      request: inBatch('connection', connectionTo({ contact_attempt_event_id: '{id}' })),
      status: 200,
      foreign: attempt.ofB,
    },
    'a referral as the anchor': {
      request: inBatch('connection', connectionTo({ referral_event_id: '{id}' })),
      status: 200,
      foreign: referral.ofB,
    },
    'a referral that is updated': {
      request: inBatch('referral-update', {
        referral_id: '{id}',
        source_org_id: '{orgA}',
        referral_state: 'failed',
        updated_at: later,
        terminal_at: later,
      }),
      status: 200,
      foreign: referral.ofB,
    },
  },
  scope: {
    'an organisation': organization({ of: 'scope', with: { org_id: '{id}' } }),
    'a service that another organisation has in scope': {
      request: { of: 'scope', with: { service_id: '{id}' } },
      status: 201,
      foreign: scopedByB,
      random: scopedByNobody,
    },
    'the scope of the organisation that is written to': {
      request: { of: 'scope', with: { service_id: '{id}', org_id: '{orgB}' } },
      status: 403,
      foreign: scopedByB,
      random: scopedByNobody,
    },
  },
  recompute: {
    'an organisation': organization({ of: 'recompute', with: { org_id: '{id}' } }),
    // Of these A has a scorecard afterwards; of the others only B has one, or nobody.
    'a cycle in which another organisation has events': {
      request: { of: 'recompute', with: { pilot_cycle_id: '{id}' } },
      status: 200,
      foreign: cyclesOfB.slice(0, half),
      random: cyclesOfNobody.slice(0, half),
    },
  },
  scorecard: {
    'an organisation': organization(scorecard('pilot_cycle_id=cycle-a&org_id={id}')),
    'a cycle of which another organisation has a scorecard': {
      request: scorecard('pilot_cycle_id={id}&org_id={orgA}'),
      status: 404,
      foreign: cyclesOfB.slice(half),
      random: cyclesOfNobody.slice(half),
    },
    'a cycle that is registered': {
      request: scorecard('pilot_cycle_id={id}&org_id={orgA}'),
      status: 404,
      foreign: cyclesOfNobody.slice(half),
      random: names('cycle-x'),
    },
    'a scorecard of the organisation that is asked for': {
      request: scorecard('pilot_cycle_id={id}&org_id={orgB}'),
      status: 403,
      foreign: cyclesOfB,
      random: cyclesOfNobody,
    },
  },
  decision: {
    'a decision, asked for by an owner': decision({}),
    'other content of it': decision({ with: { owners: ['somebody'] } }),
    'a go after it': decision({ with: { decision: 'go' } }),
    'a decision, asked for by a stranger': decision({ as: 'stranger' }),
    'a decision, asked for without a token': { ...decision({ authorization: [] }), status: 401 },
  },
};

/** An answer but for its Date; of one that tells about what was stored, also without the ids and times in it. */
function visible(answer: Buffer, id: string): string {
  const text = answer.toString('latin1').replace(/^date: .*\r\n/im, '');
  if (!/^HTTP\/1.1 20/.test(text)) return text;
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  const body = text.slice(head.length).replaceAll(id, '(id)');
  return head + body.replace(/[0-9a-f-]{36}/g, '(id)').replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '(time)');
}

for (const [endpoint, asked] of Object.entries(questions)) {
  t.test(`${endpoint}: what others have answers like what nobody has`, async (t) => {
    const kinds = Object.entries(asked);
    for (let round = 0; round < pairsPerEndpoint / kinds.length; round += 1) {
      for (const [what, { request, status, foreign, random }] of kinds) {
        const requestId = randomUUID();
        const answer = async (id: string = randomUUID()) =>
          visible(await send({ ...request, headers: [`x-request-id: ${requestId}`] }, { id }), id);
        const known = await answer(foreign[round % foreign.length]);
        const unknown = await answer(random?.[round % random.length]);
        t.match(unknown, `HTTP/1.1 ${status} `, what);
        t.match(unknown, `x-request-id: ${requestId}`, what);
        t.equal(known, unknown, what);
      }
    }
  });
}
