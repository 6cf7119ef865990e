import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { failingInsert } from '../../plugins/support/ailments.ts';
import { at, contactAttemptBody, eventKinds, later, referralBody } from '../../support/events.ts';
import { cycle, otherCycle, service, startTestService, type TestService } from '../../support/service.ts';
import { batchPath, inBatch, sendBatch, statusesOf } from './support/batches.ts';

/** A rejected event has the problem that it would get in a request of its own, to the byte. */
const s = await startTestService(t);
type Body = Record<string, unknown>;
type Who = 'owner' | 'viewer' | 'stranger' | 'ownerB';

interface Kind {
  name: string;
  orgField: string;
  /** What is stored already, under an id of its own. */
  stored: Body;
  /** A request of its own for a payload in JSON. */
  alone(
    payload: string,
    who: Who,
    headers: Record<string, string>,
  ): Promise<{ text: string; status: number }>;
  /** The payload as an event of a batch. */
  event(payload: string): string;
}

const withMembers = (object: string, members: string) => `{${members},${object.slice(1)}`;

async function kindsOf(service: TestService): Promise<Kind[]> {
  const kinds: Kind[] = [];
  for (const { name, path, orgField, body } of eventKinds) {
    const stored = { id: randomUUID(), ...(await body(service)) };
    await service.owner.post(path, stored);
    kinds.push({
      name,
      orgField,
      stored,
      alone: (payload, who, headers) => service[who].post(path, payload, { headers }),
      event: (payload) => (/^\{"/.test(payload) ? withMembers(payload, `"kind":"${name}"`) : payload),
    });
  }
  const referral = randomUUID();
  await service.owner.post('/events/referral', referralBody(service.orgA, { id: referral }));
  const state = { referral_state: 'failed', updated_at: later, terminal_at: later };
  const name = 'referral-update';
  kinds.push({
    name,
    orgField: 'source_org_id',
    stored: { source_org_id: service.orgA, ...state },
    alone: (payload, who, headers) =>
      service[who].patch(`/events/referral/${referral}`, payload, { headers }),
    event: (payload) =>
      /^\{"/.test(payload) ? withMembers(payload, `"kind":"${name}","referral_id":"${referral}"`) : payload,
  });
  return kinds;
}

const levels = (count: number) => `${'['.repeat(count)}${']'.repeat(count)}`;

/** What can be wrong with a payload before the database is asked. */
function faultsOf({ stored, orgField }: Kind): Record<string, string> {
  const text = JSON.stringify(stored);
  const but = (changes: Body) => JSON.stringify({ ...stored, ...changes });
  const [time] = Object.keys(stored).filter((name) => name.endsWith('_at'));
  return {
    'a field that is missing': but({ [orgField]: undefined }),
    'two fields that are missing': but({ [orgField]: undefined, [time ?? '']: undefined }),
    'a wrong type': but({ [orgField]: 1 }),
    'no UUID': but({ [orgField]: 'parrot' }),
    'a time without an offset': but({ [time ?? '']: '2026-03-02T15:00:00' }),
    'a time in the future': but({ [time ?? '']: '2999-01-01T00:00:00Z' }),
    'unknown fields': but({ parrot: 1, 'she said': 2 }),
    __proto__: withMembers(text, '"__proto__":{"id":"parrot"}'),
    constructor: withMembers(text, '"constructor":1,"toString":2'),
    'an empty name': withMembers(text, '"":1'),
    'a privacy key': but({ notes: 'parrot' }),
    'two privacy keys, one of them deep inside': but({ notes: 1, x: [{ 'Query-Text': 1 }] }),
    'a privacy key and a field twice': withMembers(text, `"message":1,"${orgField}":2`),
    'a privacy key too deep inside': withMembers(text, `"x":${levels(8).replace('[]', '[{"notes":1}]')}`),
    'a field twice': withMembers(text, `"${orgField}":1`),
    'a field twice, once in escapes': withMembers(text, '"\\u0061":1,"a":1'),
    'nine levels': withMembers(text, `"x":${levels(8)}`),
    'eight levels': withMembers(text, `"x":${levels(7)}`),
    'an infinite number': withMembers(text, '"x":1e999'),
    'a NUL': but({ [orgField]: 'a\0b' }),
    'a lone surrogate': withMembers(text, '"x":"\\ud800"'),
    'a list': '[]',
    'a list of events': `[${text}]`,
    null: 'null',
    'a number': '1e999',
    'a text': '"parrot"',
    true: 'true',
    'more than 64 KiB': text.padEnd(64 * 1024 + 1),
    'more than 64 KiB, of whatever': withMembers(text, `"notes":"${'x'.repeat(64 * 1024)}"`),
  };
}

async function sameProblem(
  t: Test,
  kind: Kind,
  payload: string,
  what: string,
  who: Who = 'owner',
): Promise<void> {
  const headers = { 'x-request-id': randomUUID() };
  const alone = await kind.alone(payload, who, headers);
  t.ok(alone.status >= 400, `${what}: refused alone, with ${alone.status}`);
  const { body } = await s[who].post(batchPath, `{"events":[${kind.event(payload)}]}`, { headers });
  const [result] = body.results ?? [];
  t.equal(JSON.stringify(result?.problem), alone.text, what);
  t.match(result, { index: 0, status: 'rejected' });
}

const kinds = await kindsOf(s);

for (const kind of kinds) {
  const { name, stored, orgField } = kind;
  const but = (changes: Body) => JSON.stringify({ ...stored, ...changes });

  t.test(`${name}: what is refused alone is refused in a batch in the same words`, async (t) => {
    for (const [what, payload] of Object.entries(faultsOf(kind))) await sameProblem(t, kind, payload, what);
    await sameProblem(t, kind, but({}), 'a viewer', 'viewer');
    await sameProblem(t, kind, but({}), 'a stranger', 'stranger');
    await sameProblem(t, kind, but({ [orgField]: s.orgB }), 'a foreign organisation');
    await sameProblem(t, kind, but({ [orgField]: randomUUID() }), 'an organisation that does not exist');
  });

  t.test(`${name}: so is what only the database can refuse`, async (t) => {
    const nowhere = randomUUID();
    const refused: Record<string, Body> =
      name === 'referral-update'
        ? {
            'an update to the beginning': { referral_state: 'initiated', terminal_at: undefined },
            'an update that is too old': { updated_at: at },
            'an end before the beginning': { terminal_at: '2026-03-01T00:00:00Z' },
          }
        : {
            'an unregistered cycle': { pilot_cycle_id: 'nope' },
            'other content under the same id': { pilot_cycle_id: otherCycle },
          };
    if (name === 'connection') {
      refused['no such anchor'] = { contact_attempt_event_id: nowhere };
      refused['no such anchor of another kind'] = {
        contact_attempt_event_id: undefined,
        referral_event_id: nowhere,
      };
      refused['a connection before its anchor'] = { connected_at: '2026-03-01T00:00:00Z' };
      delete refused['other content under the same id'];
    }
    for (const [what, changes] of Object.entries(refused)) await sameProblem(t, kind, but(changes), what);
  });
}

const attempt = (more: Body = {}) =>
  inBatch('contact-attempt', contactAttemptBody(s.orgA, { id: randomUUID(), ...more }));
t.test('a failure of one kind of event is that of its events alone', async (t) => {
  const [kind] = kinds;
  if (!kind) return;
  const status = inBatch('service-status', {
    id: randomUUID(),
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    checked_at: at,
    status_code: 'closed',
  });
  const payload = () => JSON.stringify({ ...kind.stored, id: randomUUID() });
  const ill = failingInsert(s, 'pilot_contact_attempt_events', '23514');
  await ill.make();
  await sameProblem(t, kind, payload(), 'a defect');
  t.same(statusesOf(await sendBatch(s.owner, [attempt(), status])), ['internal-error', 'created']);
  await ill.heal();

  const rename = (from: string, to: string) =>
    s.asSuperuser((client) => client.query(`ALTER TABLE pilot.${from} RENAME TO ${to}`));
  await rename('pilot_contact_attempt_events', 'elsewhere');
  await sameProblem(t, kind, payload(), 'a table that is missing');
  t.same(statusesOf(await sendBatch(s.owner, [attempt(), status])), ['missing-table', 'replayed']);
  await rename('elsewhere', 'pilot_contact_attempt_events');
});
