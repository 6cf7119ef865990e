import { createHash, createHmac, randomUUID } from 'node:crypto';
import t from 'tap';
import {
  at,
  contactAttemptBody,
  countRows,
  errorsOf,
  hash,
  later,
  storedRows,
} from '../../support/events.ts';
import { pepper, startTestService } from '../../support/service.ts';

const s = await startTestService(t);
const path = '/events/contact-attempt';
const table = 'pilot_contact_attempt_events';
const send = (more: Record<string, unknown>) => s.owner.post(path, contactAttemptBody(s.orgA, more));

const enums = {
  attempt_channel: ['phone', 'website', 'email', 'in_person', 'referral'],
  attempt_outcome: [
    'connected',
    'disconnected_number',
    'no_response',
    'intake_unavailable',
    'invalid_routing',
    'other_failure',
  ],
  outcome_notes_code: [
    'busy_signal',
    'voicemail_only',
    'eligibility_mismatch',
    'hours_mismatch',
    'capacity_full',
    'unknown_failure',
  ],
};

for (const [field, values] of Object.entries(enums)) {
  t.test(`${field} takes exactly its codes`, async (t) => {
    for (const value of values) {
      const answer = await send({ [field]: value });
      t.equal(answer.status, 201, value);
      t.equal((await storedRows(s, table, answer.body.id))[0]?.[field], value);
    }
    for (const value of [
      '',
      values[0]?.toUpperCase(),
      ` ${values[0]}`,
      'called Jane',
      null,
      1,
      [values[0]],
    ]) {
      const answer = await send({ [field]: value });
      t.equal(answer.status, 400, `${value}`);
      t.strictSame(errorsOf(answer), [`${field} invalid_value`]);
      t.notMatch(answer.text, 'Jane');
    }
  });
}

t.test('the entity hash is stored only as the HMAC of the organisation and the hash', async (t) => {
  const answer = await send({});
  const [row = {}] = await storedRows(s, table, answer.body.id);
  const input = Buffer.concat([Buffer.from(s.orgA), Buffer.from([0]), Buffer.from(hash)]);
  const expected = createHmac('sha256', pepper).update(input).digest();
  t.ok(Buffer.isBuffer(row.entity_key_hash) && row.entity_key_hash.equals(expected));
  const dump = await s.asSuperuser((client) =>
    client.query(`SELECT row_to_json(stored)::text AS row FROM pilot.${table} AS stored`),
  );
  t.notMatch(JSON.stringify(dump.rows), hash, 'what was sent is in no column');
  t.notMatch(s.log(), hash, 'nor in the log');
});

t.test('the letter case of the hash and of the organisation does not matter', async (t) => {
  const id = randomUUID();
  t.equal((await send({ id })).status, 201);
  t.equal((await send({ id, entity_key_hash: hash.toUpperCase() })).status, 200);
  t.equal((await send({ id, recorded_by_org_id: s.orgA.toUpperCase() })).status, 200);
  const fresh = await send({ recorded_by_org_id: s.orgA.toUpperCase(), entity_key_hash: hash.toUpperCase() });
  const [one, other] = [await storedRows(s, table, id), await storedRows(s, table, fresh.body.id)];
  t.strictSame(one[0]?.entity_key_hash, other[0]?.entity_key_hash);
});

t.test('one hash is stored differently for two organisations', async (t) => {
  const ofA = await send({});
  const ofB = await s.ownerB.post(path, contactAttemptBody(s.orgB));
  const stored = async (id: string) => (await storedRows(s, table, id))[0]?.entity_key_hash;
  t.notSame(await stored(ofA.body.id), await stored(ofB.body.id));
});

t.test('another hash under the same id is other content', async (t) => {
  const id = randomUUID();
  t.equal((await send({ id })).status, 201);
  t.equal((await send({ id, entity_key_hash: hash.replace('a7', 'a8') })).status, 409);
});

t.test('hashes of nothing and texts that are no hashes are refused', async (t) => {
  const before = await countRows(s, table);
  const ofNothing = createHash('sha256').update('').digest('hex');
  const refused: [string, string][] = [
    [ofNothing, 'real_hash'],
    [ofNothing.toUpperCase(), 'real_hash'],
    ['0'.repeat(64), 'real_hash'],
    ['f'.repeat(64), 'real_hash'],
    ['fF'.repeat(32), 'real_hash'],
    [hash.slice(1), 'invalid_format'],
    [`${hash}0`, 'invalid_format'],
    [`${hash}\n`, 'invalid_format'],
    [`g${hash.slice(1)}`, 'invalid_format'],
    ['613-555-0123', 'invalid_format'],
  ];
  for (const [value, code] of refused) {
    const answer = await send({ entity_key_hash: value });
    t.equal(answer.status, 400, value);
    t.strictSame(errorsOf(answer), [`entity_key_hash ${code}`]);
    t.notOk(answer.text.includes(value), 'the value is not repeated');
  }
  t.equal(await countRows(s, table), before);
});

t.test('resolved_at is not before attempted_at, compared after the cut to milliseconds', async (t) => {
  const early = await send({ resolved_at: '2026-03-02T14:59:59.999Z' });
  t.equal(early.status, 400);
  t.strictSame(errorsOf(early), ['resolved_at not_before_attempted_at']);
  t.equal((await send({ resolved_at: at })).status, 201);
  t.equal((await send({ resolved_at: later })).status, 201);
  const sameMillisecond = {
    attempted_at: '2026-03-02T15:00:00.000900Z',
    resolved_at: '2026-03-02T15:00:00.0001Z',
  };
  t.equal((await send(sameMillisecond)).status, 201);
});

t.test('an absent optional field is other content than a present one', async (t) => {
  const id = randomUUID();
  t.equal((await send({ id, resolved_at: later })).status, 201);
  t.equal((await send({ id })).status, 409);
  t.equal((await send({ id, resolved_at: later, outcome_notes_code: 'busy_signal' })).status, 409);
  t.equal((await send({ id, resolved_at: later })).status, 200);
});
