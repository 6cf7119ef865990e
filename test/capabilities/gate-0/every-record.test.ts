import t from 'tap';
import { serviceVersion } from '../../../src/version.ts';
import { asApp, outcome } from '../../support/as-app.ts';
import { countRows, errorsOf, statusCounts } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';
import { recordKinds } from './support/kinds.ts';

/** What all four kinds of records of Gate 0 promise. */
const s = await startTestService(t);

const items = async (path: string) => (await s.viewer.get(path)).body.items;

for (const kind of recordKinds) {
  const { path, table, body, texts } = kind;
  const [first, second, third, fourth, fifth] = kind.ids;
  const changed = { ...body, ...kind.change };
  const put = (id: string, content: unknown) => s.appAdmin.put(`${path}/${id}`, content);

  t.test(
    `${path}: a record is created, updated and repeated, and its history says who, when and by which version`,
    async (t) => {
      const before = Date.now();
      const created = await put(first, body);
      t.match(created, { status: 201, body: { id: first, status: 'created' } });
      const updated = await put(first, changed);
      t.match(updated, { status: 200, body: { id: first, status: 'updated' } });
      const again = await put(first, changed);
      t.equal(again.status, 200);
      t.strictSame(again.body, { ...updated.body, status: 'replayed' });
      t.ok(before <= Date.parse(created.body.recorded_at));
      t.ok(created.body.recorded_at <= updated.body.recorded_at);

      const history = (await s.viewer.get(`${path}/${first}/history`)).body;
      const revision = (number: number, content: object, { recorded_at }: { recorded_at: string }) => ({
        id: first,
        ...content,
        ...kind.leftOut,
        revision: number,
        recorded_at,
        recorded_by: s.appAdmin.userId,
        service_version: serviceVersion,
      });
      t.same(history, {
        items: [revision(2, changed, updated.body), revision(1, body, created.body)],
        next_cursor: null,
      });
      t.strictSame(await items(path), [history.items[0]]);
    },
  );

  t.test(`${path}: only app admins write, everybody who takes part reads, and nobody else`, async (t) => {
    const before = await countRows(s, table);
    for (const caller of [s.owner, s.admin, s.editor, s.viewer, s.stranger]) {
      t.match(await caller.put(`${path}/${first}`, body), { status: 403, body: { type: /forbidden$/ } });
      t.equal((await caller.put(`${path}/${second}`, body)).status, 403);
    }
    t.equal(await countRows(s, table), before);
    for (const where of [path, `${path}/${first}/history`]) {
      for (const caller of [s.owner, s.viewer, s.ownerB, s.appAdmin]) {
        t.equal((await caller.get(where)).text, (await s.viewer.get(where)).text);
      }
      t.equal((await s.stranger.get(where)).status, 403);
    }
    t.equal((await s.viewer.get(`${path}/${second}/history`)).status, 404);
    t.equal((await s.viewer.get(`${path}/${first}/history?cursor=1`)).status, 404);
  });

  t.test(
    `${path}: of those who change one record at once, whoever said what they have seen hears of the others`,
    async (t) => {
      t.equal((await put(third, { ...body, expected_revision: 1 })).status, 409, 'there is none yet');
      const contents = Array.from({ length: 12 }, (_, index) => (index % 2 ? body : changed));
      const fresh = await Promise.all(contents.map(() => put(third, { ...body, expected_revision: 0 })));
      t.same(statusCounts(fresh), { 200: 11, 201: 1 }, 'the same from all of them is one record');
      const [text = ''] = Object.keys(texts);
      const different = contents.map((_, index) => ({
        ...body,
        [text]: `Text ${index}`,
        expected_revision: 1,
      }));
      const seen = await Promise.all(different.map((content) => put(third, content)));
      t.same(statusCounts(seen), { 200: 1, 409: 11 });
      t.match(seen.find(({ status }) => status === 409)?.body, {
        type: /state-conflict$/,
        detail: /^This [a-z ]+ was changed/,
      });
      const blind = await Promise.all(contents.map((content) => put(third, content)));
      t.same(statusCounts(blind), { 200: 12 });
      const revisions: { revision: number }[] = (await s.viewer.get(`${path}/${third}/history`)).body.items;
      t.same(
        revisions.map(({ revision }) => revision),
        revisions.map((_, index) => revisions.length - index),
      );
      t.ok(revisions.length >= 3);
    },
  );

  t.test(`${path}: texts hold no way to reach a person, and are never logged`, async (t) => {
    for (const [text, longest] of Object.entries(texts)) {
      const refusals = [
        ['Call 613-555-0134', 'no_contact_details'],
        ['ann@example.org', 'no_contact_details'],
        ['', 'too_small'],
        ['...', 'well_formed_text'],
        ['two\nlines', 'well_formed_text'],
        ['x'.repeat(longest + 1), 'too_big'],
        [7, 'invalid_type'],
      ] as const;
      for (const [value, code] of refusals) {
        const answer = await put(fourth, { ...body, [text]: value });
        t.equal(answer.status, 400, `${text} ${code}`);
        t.ok(errorsOf(answer).includes(`${text} ${code}`), `${text} ${code}`);
        t.notMatch(answer.text, /555-0134|example\.org/);
      }
      const accepted = `Xylophone ${'y'.repeat(longest - 10)}`;
      t.match(await put(fourth, { ...body, [text]: accepted }), { status: /20[01]/ });
      t.equal((await items(`${path}/${fourth}/history`))[0][text], accepted);
    }
    t.notMatch(s.log(), /555-0134|ann@|Xylophone/);
  });

  t.test(
    `${path}: every field is needed but the optional ones, with a known value, and no other is taken`,
    async (t) => {
      for (const name of Object.keys(body)) {
        const { [name]: _, ...rest } = body;
        t.same(errorsOf(await put(fifth, rest)), [`${name} required`]);
        if (!(name in texts))
          t.equal((await put(fifth, { ...body, [name]: 'no such thing' })).status, 400, name);
      }
      for (const more of [{ revision: 2 }, { recorded_by: s.owner.userId }, { id: fifth }, { [table]: 1 }]) {
        t.same(errorsOf(await put(fifth, { ...body, ...more })), ['(unknown field) unknown_field']);
      }
      t.match((await put(fifth, { ...body, notes: 'x' })).body, { type: /privacy-key$/ });
      for (const expected_revision of [-1, 1.5, '1', null]) {
        t.equal((await put(fifth, { ...body, expected_revision })).status, 400);
      }
      for (const id of ['two words', 'call-613-555-0134', 'x'.repeat(101)]) {
        t.equal((await put(encodeURIComponent(id), body)).status, 400, id);
      }
      t.equal((await s.viewer.get(`${path}/${fifth}/history`)).status, 404, 'nothing was stored');
    },
  );

  t.test(`${path}: lists and histories come in pages`, async (t) => {
    const pages = async (where: string) => {
      const found: unknown[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await s.viewer.get(`${where}?limit=2${cursor && `&cursor=${cursor}`}`);
        t.ok(body.items.length <= 2);
        found.push(...body.items);
        if (body.next_cursor === null) return found;
        cursor = body.next_cursor;
      }
    };
    await put(fifth, body);
    for (const where of [path, `${path}/${third}/history`]) {
      const whole = await items(where);
      t.ok(whole.length >= 3);
      t.strictSame(await pages(where), whole);
      for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=', 'cursor=1&cursor=2', 'offset=1']) {
        t.equal((await s.viewer.get(`${where}?${query}`)).status, 400, query);
      }
    }
  });

  t.test(`${path}: the state at any past moment of arrival can be read again`, async (t) => {
    const [latest, earlier] = await items(`${path}/${first}/history`);
    const revisionAt = (moment: number | null) =>
      asApp(s, s.viewer.userId, async (client) => {
        const values = [moment === null ? null : new Date(moment), null, 100];
        const { rows } = await client.query(kind.readCurrent.text, values);
        return rows.find(({ id }) => id === first)?.revision;
      });
    t.equal(await revisionAt(null), latest.revision);
    t.equal(await revisionAt(Date.parse(latest.recorded_at)), latest.revision);
    t.equal(await revisionAt(Date.parse(latest.recorded_at) - 1), earlier.revision);
    t.equal(await revisionAt(Date.parse(earlier.recorded_at) - 1), undefined);
  });

  t.test(
    `${path}: a second client under the service's role changes and deletes nothing, and inserts as app admins only`,
    async (t) => {
      const insert = (more = '', value = '') => {
        const columns = ['id', 'revision', ...Object.keys(body)];
        const parameters = columns.map((_, index) => `$${index + 1}`);
        return `INSERT INTO pilot.${table} (${columns}${more}) VALUES (${parameters}${value})`;
      };
      const values = [first, 1000, ...Object.values(body)];
      const as = (userId: string | undefined, sql: string, values?: unknown[]) =>
        asApp(s, userId, (client) => outcome(client, sql, values));
      const rows = await countRows(s, table);
      for (const { userId } of [s.appAdmin, s.owner, s.viewer]) {
        t.equal(await as(userId, `UPDATE pilot.${table} SET revision = revision + 100`), '42501');
        t.equal(await as(userId, `DELETE FROM pilot.${table}`), '42501');
        t.equal(await as(userId, `TRUNCATE pilot.${table}`), '42501');
        t.equal(await as(userId, `SELECT FROM pilot.${table}`), `accepted ${rows}`);
      }
      t.equal(await as(s.appAdmin.userId, insert(), values), 'accepted 1');
      for (const userId of [s.owner.userId, s.viewer.userId, s.stranger.userId, undefined]) {
        t.equal(await as(userId, insert(), values), '42501');
      }
      for (const userId of [s.stranger.userId, undefined]) {
        t.equal(await as(userId, `SELECT FROM pilot.${table}`), 'accepted 0');
      }
      for (const [column, value] of [
        ['recorded_by', 'gen_random_uuid()'],
        ['recorded_at', 'now()'],
        ['service_version', "'x'"],
      ] as const) {
        t.equal(await as(s.appAdmin.userId, insert(`, ${column}`, `, ${value}`), values), '42501', column);
      }
      t.equal(await as(s.appAdmin.userId, insert(), values.with(1, 1)), '23505', 'a revision is there once');
      t.equal(await countRows(s, table), rows);
    },
  );
}
