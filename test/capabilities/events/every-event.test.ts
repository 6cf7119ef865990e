import { randomUUID } from 'node:crypto';
import t from 'tap';
import { serviceVersion } from '../../../src/version.ts';
import { countRows, eventKinds, statusCounts, storedRows } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** What all six events promise about storing and repeating. */
const s = await startTestService(t);
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Another spelling of the same content: times at another offset with digits that are cut, UUIDs in upper case. */
function respell(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^[0-9a-f-]{36}$/.test(value)) return value.toUpperCase();
  if (!/^\d{4}-.*Z$/.test(value)) return value;
  return new Date(Date.parse(value) + 5.5 * 3_600_000).toISOString().replace('Z', '999+05:30');
}

for (const kind of eventKinds) {
  t.test(`${kind.name}: a new event is created, and again is replayed with the first arrival`, async (t) => {
    const body = { id: randomUUID(), ...(await kind.body(s)) };
    const first = await s.owner.post(kind.path, body);
    t.equal(first.status, 201);
    t.match(first.body, { id: body.id, status: 'created', recorded_at: /^\d{4}-\d\d-\d\dT.*Z$/ });
    const again = await s.editor.post(kind.path, body);
    t.equal(again.status, 200);
    t.strictSame(again.body, { ...first.body, status: 'replayed' });
  });

  t.test(`${kind.name}: the same content in another spelling is the same event`, async (t) => {
    const body = { id: randomUUID(), ...(await kind.body(s)) };
    const first = await s.owner.post(kind.path, body);
    const entries = Object.entries(body).map(([key, value]) => [key, respell(value)]);
    const again = await s.owner.post(kind.path, Object.fromEntries(entries.reverse()));
    t.equal(again.status, 200);
    t.strictSame(again.body, { ...first.body, status: 'replayed' });
  });

  t.test(`${kind.name}: an id sent in upper case is answered and stored in lower case`, async (t) => {
    const id = randomUUID();
    const answer = await s.owner.post(kind.path, { id: id.toUpperCase(), ...(await kind.body(s)) });
    t.equal(answer.status, 201);
    t.equal(answer.body.id, id);
    t.equal((await storedRows(s, kind.table, id)).length, 1);
  });

  t.test(`${kind.name}: an id used for other content is a conflict and changes nothing`, async (t) => {
    const body = { id: randomUUID(), ...(await kind.body(s)) };
    await s.owner.post(kind.path, body);
    const before = await storedRows(s, kind.table, body.id);
    const answer = await s.owner.post(kind.path, kind.changed(body));
    t.equal(answer.status, 409);
    t.match(answer.body, { type: /id-conflict$/, status: 409, request_id: String });
    t.notMatch(answer.text, body.id);
    t.strictSame(await storedRows(s, kind.table, body.id), before);
    t.equal((await s.owner.post(kind.path, body)).status, 200, 'the first content is still the one');
  });

  t.test(`${kind.name}: without an id every request is a new event with a UUIDv7`, async (t) => {
    const body = await kind.body(s);
    const answers = [await s.owner.post(kind.path, body), await s.owner.post(kind.path, body)];
    t.strictSame(statusCounts(answers), { 201: 2 });
    for (const { body } of answers) {
      t.match(body.id, uuidV7);
      t.equal((await storedRows(s, kind.table, body.id)).length, 1);
    }
    t.not(answers[0]?.body.id, answers[1]?.body.id);
  });

  t.test(`${kind.name}: fifty at the same time under one id store one event`, async (t) => {
    const body = { id: randomUUID(), ...(await kind.body(s)) };
    const answers = await Promise.all(Array.from({ length: 50 }, () => s.owner.post(kind.path, body)));
    t.strictSame(statusCounts(answers), { 200: 49, 201: 1 });
    t.equal(new Set(answers.map((answer) => answer.body.recorded_at)).size, 1, 'all tell the same arrival');
    t.equal((await storedRows(s, kind.table, body.id)).length, 1);
  });

  t.test(`${kind.name}: two contents at the same time under one id store one of them`, async (t) => {
    const body = { id: randomUUID(), ...(await kind.body(s)) };
    const contents = Array.from({ length: 20 }, (_, i) => (i % 2 ? body : kind.changed(body)));
    const answers = await Promise.all(contents.map((content) => s.owner.post(kind.path, content)));
    t.strictSame(statusCounts(answers), { 200: 9, 201: 1, 409: 10 });
    t.equal((await storedRows(s, kind.table, body.id)).length, 1);
  });

  t.test(`${kind.name}: another organisation may use the same id for its own event`, async (t) => {
    const id = randomUUID();
    const ofA = { id, ...(await kind.body(s)) };
    const ofB = { id, ...kind.changed(await kind.body({ ...s, orgA: s.orgB, owner: s.ownerB })) };
    t.equal((await s.owner.post(kind.path, ofA)).status, 201);
    t.equal((await s.ownerB.post(kind.path, ofB)).status, 201);
    t.equal((await s.owner.post(kind.path, ofA)).status, 200);
    t.equal((await s.ownerB.post(kind.path, ofB)).status, 200);
    const owners = (await storedRows(s, kind.table, id)).map((row) => row[kind.orgField]);
    t.strictSame(owners.sort(), [s.orgA, s.orgB].sort());
  });

  t.test(
    `${kind.name}: the row says what was sent, when it arrived and which version wrote it`,
    async (t) => {
      const { recorded_at: ownTime, entity_key_hash: _, ...body } = await kind.body(s);
      const sent = { ...body, ...(ownTime !== undefined && { recorded_at: ownTime }) };
      const answer = await s.owner.post(kind.path, { ...(await kind.body(s)), ...sent });
      const [row = {}] = await storedRows(s, kind.table, answer.body.id);
      const text = Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          value instanceof Date ? value.toISOString() : value,
        ]),
      );
      t.match(text, body);
      if (ownTime) t.equal(text.preference_recorded_at, ownTime);
      t.equal(text.recorded_at, answer.body.recorded_at);
      t.equal(text.service_version, serviceVersion);
    },
  );
}

t.test(
  'an event may lie outside of the dates of its cycle, and its service need not be in scope',
  async (t) => {
    await s.asOwner((client) =>
      client.query(
        "INSERT INTO pilot.pilot_cycles (id, starts_on, ends_on) VALUES ('past', '2020-01-01', '2020-02-01')",
      ),
    );
    for (const kind of eventKinds.filter(({ name }) => name !== 'connection')) {
      const answer = await s.owner.post(kind.path, { ...(await kind.body(s)), pilot_cycle_id: 'past' });
      t.equal(answer.status, 201, kind.name);
    }
    t.equal(await countRows(s, 'pilot_service_scope'), 0);
  },
);

t.test('a missing table is named by a 501, and nothing is stored elsewhere', async (t) => {
  const other = await startTestService(t);
  const bodies = new Map<string, Record<string, unknown>>();
  for (const kind of eventKinds) bodies.set(kind.name, await kind.body(other));
  // The last first, so that the table of an anchor is still there when its connection's table goes.
  for (const kind of [...eventKinds].reverse()) {
    await other.asSuperuser((client) => client.query(`DROP TABLE pilot.${kind.table} CASCADE`));
    const answer = await other.owner.post(kind.path, bodies.get(kind.name));
    t.equal(answer.status, 501, kind.name);
    t.match(answer.body, { type: /missing-table$/, status: 501 });
    t.match(answer.body.detail, new RegExp(`pilot\\.${kind.table}\\b`));
  }
  t.equal(await countRows(other, 'pilot_referral_event_history'), 0);
});

t.test(
  'without the table of memberships nobody is permitted: 501, never 403 and never a write',
  async (t) => {
    const other = await startTestService(t);
    const bodies = new Map<string, Record<string, unknown>>();
    for (const kind of eventKinds) bodies.set(kind.name, await kind.body(other));
    const counts = () => Promise.all(eventKinds.map(({ table }) => countRows(other, table)));
    const before = await counts();
    await other.asSuperuser((client) => client.query('DROP TABLE pilot.organization_members CASCADE'));
    for (const kind of eventKinds) {
      for (const who of ['owner', 'viewer', 'stranger', 'appAdmin'] as const) {
        const answer = await other[who].post(kind.path, bodies.get(kind.name));
        t.equal(answer.status, 501, `${kind.name} by ${who}`);
        t.match(answer.body.detail, /pilot\.organization_members\b/);
      }
    }
    t.strictSame(await counts(), before);
  },
);
