import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { countRows, type EventKind, errorsOf, eventKinds } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** What all six events refuse because of its form or because it names something unknown (spec 2.4). */
const now = new Date();
const s = await startTestService(t, { clock: () => now });
const ahead = (ms: number) => new Date(now.getTime() + 5 * 60_000 + ms).toISOString();
const isTime = (value: unknown) => typeof value === 'string' && /^\d{4}-.*Z$/.test(value);

const badTimes: [string, unknown][] = [
  ['no offset', '2026-03-02T15:00:00'],
  ['no seconds', '2026-03-02T15:00Z'],
  ['no time', '2026-03-02'],
  ['seven fraction digits', '2026-03-02T15:00:00.0000000Z'],
  ['no digit after the point', '2026-03-02T15:00:00.Z'],
  ['a space for the T', '2026-03-02 15:00:00Z'],
  ['the last moment of 1999', '1999-12-31T23:59:59.999999Z'],
  ['1999 in UTC', '2000-01-01T00:00:00+00:01'],
  ['the year 0000', '0000-01-01T00:00:00Z'],
  ['a year of five digits', '12026-03-02T15:00:00Z'],
  ['February 30', '2026-02-30T15:00:00Z'],
  ['February 29 of a common year', '2025-02-29T15:00:00Z'],
  ['hour 24', '2026-03-02T24:00:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['an offset of 25 hours', '2026-03-02T15:00:00+25:00'],
  ['an offset without a colon', '2026-03-02T15:00:00+0500'],
  ['something around it', ' 2026-03-02T15:00:00Z'],
  ['a line break behind it', '2026-03-02T15:00:00Z\n'],
  ['a number', 1_772_463_600_000],
  ['null', null],
];

const badIdentifiers: [string, unknown][] = [
  ['a sentence', 'she was crying'],
  ['seven digits', '5550123'],
  ['seven digits between letters', 'a5550123b'],
  ['a telephone number', '613-555-0123'],
  ['digits across every separator', 'a5.5_5:0-1.2_3'],
  ['digits across two separators in a row', '555--01..23'],
  ['a UUID and more', `${randomUUID()}-x1234567`],
  ['101 characters', 'a'.repeat(101)],
  ['a leading dot', '.a'],
  ['a leading separator', '-a'],
  ['an accent', 'é'],
  ['a line break behind it', 'cycle-a\n'],
  ['nothing', ''],
  ['a number', 12],
  ['null', null],
];

/** Sends a body in which exactly `field` is wrong. */
async function refuses(t: Test, kind: EventKind, body: unknown, field: string, what: string): Promise<void> {
  const answer = await s.owner.post(kind.path, body);
  t.equal(answer.status, 400, what);
  t.match(answer.body, { type: /invalid-request$/, status: 400 }, what);
  const errors = errorsOf(answer);
  t.ok(errors.length > 0 && errors.every((error) => error.startsWith(`${field} `)), `${what}: ${errors}`);
  t.equal(errors.length, 1, `${what} is said once`);
}

for (const kind of eventKinds) {
  t.test(`${kind.name}: refuses every bad time, and stores nothing`, async (t) => {
    const body = await kind.body(s);
    const before = await countRows(s, kind.table);
    for (const [what, value] of badTimes) {
      await refuses(t, kind, { ...body, [kind.timeField]: value }, kind.timeField, what);
    }
    t.equal(await countRows(s, kind.table), before);
  });

  t.test(`${kind.name}: takes times up to five minutes ahead of its clock and no further`, async (t) => {
    const body = await kind.body(s);
    const allTimes = (value: string) =>
      Object.fromEntries(Object.entries(body).map(([key, was]) => [key, isTime(was) ? value : was]));
    t.equal((await s.owner.post(kind.path, allTimes(ahead(0)))).status, 201);
    const tooLate = await s.owner.post(kind.path, allTimes(ahead(1)));
    t.equal(tooLate.status, 400);
    t.ok(errorsOf(tooLate).includes(`${kind.timeField} not_in_future`));
  });

  for (const field of ['pilot_cycle_id', kind.serviceField ?? 'cohort_label']) {
    t.test(`${kind.name}: refuses every bad ${field}, and stores nothing`, async (t) => {
      const body = await kind.body(s);
      const before = await countRows(s, kind.table);
      for (const [what, value] of badIdentifiers) {
        await refuses(t, kind, { ...body, [field]: value }, field, what);
      }
      t.equal(await countRows(s, kind.table), before);
    });
  }

  t.test(
    `${kind.name}: well-formed identifiers that nobody registered are told apart from bad ones`,
    async (t) => {
      const body = await kind.body(s);
      const before = await countRows(s, kind.table);
      for (const unregistered of [
        'a123456',
        'a.b_c:d-1-2-3',
        randomUUID(),
        randomUUID().toUpperCase(),
        'a'.repeat(100),
      ]) {
        const fields = ['pilot_cycle_id', ...(kind.serviceField ? [kind.serviceField] : [])];
        for (const wrong of [...fields.map((field) => [field]), fields]) {
          const values = Object.fromEntries(wrong.map((field) => [field, unregistered]));
          const answer = await s.owner.post(kind.path, { ...body, ...values });
          t.equal(answer.status, 422, unregistered);
          t.match(answer.body, { type: /unknown-reference$/, status: 422 });
          t.strictSame(
            errorsOf(answer),
            wrong.map((field) => `${field} not_registered`),
          );
          t.notOk(
            answer.text.toLowerCase().includes(unregistered.toLowerCase()),
            'the value is not repeated',
          );
        }
      }
      t.equal(await countRows(s, kind.table), before);
    },
  );

  t.test(`${kind.name}: says of every missing field that it is required`, async (t) => {
    const body = await kind.body(s);
    for (const field of Object.keys(body).filter((name) => name !== 'contact_attempt_event_id')) {
      const { [field]: _, ...rest } = body;
      const answer = await s.owner.post(kind.path, rest);
      t.equal(answer.status, 400);
      t.strictSame(errorsOf(answer), [`${field} required`]);
    }
    const nothing = await s.owner.post(kind.path, {});
    t.equal(nothing.status, 400);
    t.ok(
      errorsOf(nothing).every((error) => error.endsWith(' required')),
      `${errorsOf(nothing)}`,
    );
  });

  t.test(`${kind.name}: refuses unknown keys without repeating them, and stores nothing`, async (t) => {
    const body = await kind.body(s);
    const before = await countRows(s, kind.table);
    for (const key of ['Jane Doe called again', 'recorded_by', '', 'constructor', '__proto__']) {
      const text = JSON.stringify(body).replace(/}$/, `,${JSON.stringify(key)}:{"Jane":1}}`);
      const answer = await s.owner.post(kind.path, text);
      t.equal(answer.status, 400, `"${key}"`);
      t.strictSame(errorsOf(answer), ['(unknown field) unknown_field'], `"${key}"`);
      t.notMatch(answer.text, 'Jane');
      t.notOk(key && answer.text.includes(key), 'the key is not repeated');
    }
    const several = await s.owner.post(kind.path, { ...body, alice: 1, bob: 2, carol: 3 });
    t.match(several.body.errors, [{ path: '(unknown field)', message: /^3 / }]);
    t.notMatch(several.text, /alice|bob|carol/);
    t.equal(await countRows(s, kind.table), before);
  });

  t.test(`${kind.name}: refuses ids that are no UUIDs`, async (t) => {
    const body = await kind.body(s);
    const bad = ['', '1', 'g'.repeat(36), randomUUID().replaceAll('-', ''), `{${randomUUID()}}`, 7, null];
    for (const field of ['id', kind.orgField]) {
      for (const value of bad)
        await refuses(t, kind, { ...body, [field]: value }, field, `${field} ${value}`);
    }
  });

  t.test(`${kind.name}: takes any UUID as an id, whatever its version`, async (t) => {
    for (const id of ['00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      t.equal((await s.owner.post(kind.path, { id, ...(await kind.body(s)) })).status, 201);
    }
  });

  t.test(`${kind.name}: refuses bodies that are no objects, and undeclared query parameters`, async (t) => {
    const body = await kind.body(s);
    for (const value of [[], [body], 'text', 1, true, null]) {
      const answer = await s.owner.post(kind.path, JSON.stringify(value));
      t.equal(answer.status, 400, JSON.stringify(value));
    }
    const answer = await s.owner.post(`${kind.path}?page-of-jane=1`, body);
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), ['(unknown field) unknown_field']);
    t.notMatch(answer.text, 'jane');
  });
}
