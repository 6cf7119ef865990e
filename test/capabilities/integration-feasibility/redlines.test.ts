import { randomUUID } from 'node:crypto';
import t from 'tap';
import { serviceVersion } from '../../../src/version.ts';
import { countRows, errorsOf } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';
import {
  allOf,
  blocked,
  conditional,
  contingency,
  go,
  passes,
  path,
  redlineNames,
  unknowns,
} from './support/bodies.ts';

/** The redlines and the contingency of a decision, and GET /integration-feasibility. */
const s = await startTestService(t);
const table = 'pilot_integration_feasibility_decisions';
const send = (body: Record<string, unknown>) => s.appAdmin.post(path, body);
const newest = async () => (await s.viewer.get(`${path}?limit=1`)).body.items[0];

t.test(
  'each kind of decision is read as it was sent, with who decided, when and by which version',
  async (t) => {
    for (const body of [go(), conditional(), blocked()]) {
      const { status, body: receipt } = await send(body);
      t.equal(status, 201);
      t.strictSame(await newest(), {
        contingency: null,
        ...body,
        id: receipt.id,
        recorded_at: receipt.recorded_at,
        recorded_by: s.appAdmin.userId,
        service_version: serviceVersion,
      });
    }
  },
);

t.test('a decision without redlines has five unknown ones, and no new rule applies to it', async (t) => {
  for (const body of [go(), conditional({ violations: ['auditability_gap'] }), blocked()]) {
    const { redlines: _, contingency: __, ...old } = body;
    t.equal((await send(old)).status, 201);
    t.match(await newest(), { ...old, redlines: unknowns, contingency: null });
  }
  const id = randomUUID();
  const body = conditional({ id, redlines: undefined });
  t.equal((await send(body)).status, 201);
  t.match(
    await send({ ...body, redlines: unknowns }),
    { status: 200, body: { status: 'replayed' } },
    'five unknown are the same as none given',
  );
});

t.test('redlines and contingency are part of what a decision is', async (t) => {
  const body = blocked({ id: randomUUID(), violations: [], redlines: allOf('fail') });
  t.equal((await send(body)).status, 201);
  for (const other of [
    ...redlineNames.map((name) => ({ redlines: { ...allOf('fail'), [name]: 'unknown' } })),
    { violations: ['auditability_gap'] },
    { contingency: { ...contingency, kind: 'responsible_deprecation' } },
    { contingency: { ...contingency, trigger: 'Another' } },
    { contingency: { ...contingency, owner: 'another' } },
    { redlines: undefined, contingency: undefined },
  ]) {
    const answer = await send({ ...body, ...other });
    t.match(answer, { status: 409, body: { type: /id-conflict$/ } }, JSON.stringify(other));
  }
  t.equal((await send(body)).body.status, 'replayed');
});

const violations = {
  raw_query_text_required: 'no_raw_query_text',
  forced_user_identifying_telemetry: 'no_forced_user_identifying_telemetry',
  reidentification_capability_required: 'no_reidentification_capability',
  retention_policy_conflict: 'no_retention_conflict',
  auditability_gap: 'auditable_consent_and_privacy',
};
t.test('the redline of each violation fails', async (t) => {
  for (const [code, name] of Object.entries(violations)) {
    for (const make of [conditional, blocked]) {
      for (const result of ['pass', 'unknown']) {
        const redlines = { ...allOf('fail'), [name]: result };
        const answer = await send(make({ violations: [code], redlines }));
        t.equal(answer.status, 400);
        t.strictSame(errorsOf(answer), [`redlines.${name} fail_when_violated`]);
      }
      const redlines = { ...passes, [name]: 'fail' };
      t.equal((await send(make({ violations: [code], redlines }))).status, 201);
    }
  }
  const unlisted = conditional({ violations: [], redlines: allOf('fail') });
  t.equal((await send(unlisted)).status, 201, 'a redline may fail without a violation that has a code');
});

t.test('a go needs five passes', async (t) => {
  for (const name of redlineNames) {
    for (const result of ['fail', 'unknown']) {
      const answer = await send(go({ redlines: { ...passes, [name]: result } }));
      t.equal(answer.status, 400);
      t.strictSame(errorsOf(answer), [`redlines.${name} go_with_five_passes`]);
    }
  }
  t.equal(errorsOf(await send(go({ redlines: unknowns }))).length, 5);
});

t.test('blocked needs a contingency, and nothing else has one', async (t) => {
  const without = await send(blocked({ contingency: undefined }));
  t.strictSame(errorsOf(without), ['contingency blocked_with_contingency']);
  t.equal((await send(blocked({ redlines: undefined }))).status, 201, 'with a contingency alone');
  for (const make of [go, conditional]) {
    for (const redlines of [passes, undefined]) {
      const answer = await send(make({ redlines, contingency }));
      t.strictSame(errorsOf(answer), ['contingency only_when_blocked']);
    }
  }
});

t.test('redlines and contingency are whole, and their texts reach nobody', async (t) => {
  const before = await countRows(s, table);
  const { owner: _, ...ownerless } = contingency;
  const { no_raw_query_text: __, ...four } = passes;
  for (const [more, error] of [
    [{ redlines: four }, 'redlines.no_raw_query_text required'],
    [{ redlines: { ...passes, no_raw_query_text: 'maybe' } }, 'redlines.no_raw_query_text invalid_value'],
    [{ redlines: { ...passes, more: 'pass' } }, '(unknown field) unknown_field'],
    [{ redlines: null }, 'redlines invalid_type'],
    [{ contingency: ownerless }, 'contingency.owner required'],
    [{ contingency: { ...contingency, kind: 'hope' } }, 'contingency.kind invalid_value'],
    [{ contingency: { ...contingency, trigger: 'x'.repeat(501) } }, 'contingency.trigger too_big'],
    [
      { contingency: { ...contingency, trigger: 'Call 613-555-0134' } },
      'contingency.trigger no_contact_details',
    ],
    [{ contingency: { ...contingency, owner: 'ann@example.org' } }, 'contingency.owner no_contact_details'],
    [{ contingency: { ...contingency, notes: 'x' } }, ' privacy-key'],
  ] as const) {
    const answer = await send(blocked({ violations: [], ...more }));
    t.equal(answer.status, 400, error);
    if (error === ' privacy-key') t.match(answer.body, { type: /privacy-key$/ });
    else t.strictSame(errorsOf(answer), [error]);
    t.notMatch(answer.text, '555-0134');
  }
  t.equal(await countRows(s, table), before);
  t.notMatch(s.log(), '555-0134');
});

t.test('redlines do not open a way from conditional or blocked to go without a new checklist', async (t) => {
  for (const earlier of [conditional(), blocked()]) {
    const { redline_checklist_version } = earlier;
    t.equal((await send(earlier)).status, 201);
    for (const redlines of [passes, undefined]) {
      const upgrade = await send(go({ redline_checklist_version, redlines }));
      t.match(upgrade, { status: 409, body: { type: /state-conflict$/ } });
    }
    t.equal((await send(go())).status, 201, 'with a new one');
  }
});

t.test('decisions come newest by arrival first, in pages', async (t) => {
  const ids: string[] = [];
  for (const decision_date of ['2026-03-05', '2026-03-01', '2026-03-03']) {
    ids.unshift((await send(go({ decision_date }))).body.id);
  }
  const { items } = (await s.owner.get(path)).body;
  t.equal(items.length, await countRows(s, table));
  t.strictSame(
    items.slice(0, 3).map(({ id }: { id: string }) => id),
    ids,
  );
  const paged: unknown[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await s.owner.get(`${path}?limit=4${cursor && `&cursor=${cursor}`}`);
    t.ok(body.items.length <= 4);
    paged.push(...body.items);
    cursor = body.next_cursor;
  }
  t.strictSame(paged, items);
  for (const query of ['limit=0', 'limit=101', 'cursor=1', 'cursor=1&cursor=2', 'org_id=1']) {
    t.equal((await s.owner.get(`${path}?${query}`)).status, 400, query);
  }
});

t.test('a decision of before the migration says that nobody knows who made it', async (t) => {
  const { id } = (await send(go())).body;
  await s.asSuperuser((client) =>
    client.query(`UPDATE pilot.${table} SET recorded_by = NULL WHERE id = $1`, [id]),
  );
  t.match(await newest(), { id, recorded_by: null });
});

t.test('everybody who takes part reads decisions, and nobody else', async (t) => {
  for (const caller of [s.owner, s.admin, s.editor, s.viewer, s.ownerB, s.appAdmin]) {
    t.equal((await caller.get(path)).status, 200);
  }
  t.equal((await s.stranger.get(path)).status, 403);
  t.equal((await s.send('GET', path)).status, 401);
});
