import t from 'tap';
import { activation } from '../../../src/capabilities/integration-feasibility/activation.ts';
import { readIntegrationState } from '../../../src/capabilities/integration-feasibility/state.ts';
import { evaluator, openDatabase } from '../../../src/database/database.ts';
import { startTestService } from '../../support/service.ts';
import { blocked, complete, conditional, control, go, passes, path, unknowns } from './support/bodies.ts';

/** GET /integration-feasibility/current: whether the integration may be activated, and why not. */
type Body = Record<string, unknown>;

const s = await startTestService(t);
const decide = async (body: Body) => {
  const answer = await s.appAdmin.post(path, body);
  t.equal(answer.status, 201);
  return answer.body;
};
const put = async (id: string, body: Body) => {
  const answer = await s.appAdmin.put(`${path}/controls/${id}`, body);
  t.ok(answer.status < 300);
  return answer.body;
};
const current = async () => (await s.viewer.get(`${path}/current`)).body;
/** What stands in the way, each as its code and what it concerns. */
const obstacles = async () => {
  const { integration_activation_allowed, reasons } = await current();
  t.equal(integration_activation_allowed, reasons.length === 0);
  for (const { message } of reasons) t.match(message, /^[A-Z][^.]+\.$/);
  return reasons.map(({ code, refs }: { code: string; refs: string[] }) => [code, ...refs].join(' '));
};

t.test('before anything is recorded, activation is not allowed', async (t) => {
  t.match(await current(), { decision: null, controls: [] });
  t.strictSame(await obstacles(), ['no_decision', 'control_missing C1 C2']);
});

t.test('a go of five passes is allowed once C1, C2 and every other control are complete', async (t) => {
  await decide(go());
  t.strictSame(await obstacles(), ['control_missing C1 C2']);
  await put('C1', complete());
  await put('C2', control());
  t.strictSame(await obstacles(), ['control_open C2']);
  await put('C2', complete());
  t.strictSame(await obstacles(), []);
  await put('C3', control());
  await put('privacy', control({ due_date: '2026-03-20' }));
  t.strictSame(await obstacles(), ['control_open C3', 'control_overdue PRIVACY']);
  t.match(
    (await current()).controls.map(({ id, is_overdue }: Body) => [id, is_overdue]),
    [
      ['C1', false],
      ['C2', false],
      ['C3', false],
      ['PRIVACY', true],
    ],
  );
  await put('C3', complete());
  await put('privacy', complete());
  t.strictSame(await obstacles(), []);
  t.strictSame(await current(), {
    decision: (await s.viewer.get(path)).body.items[0],
    controls: (await s.viewer.get(`${path}/controls`)).body.items,
    integration_activation_allowed: true,
    reasons: [],
  });
});

t.test('the latest decision by arrival governs, whatever its date', async (t) => {
  const failed = 'auditable_consent_and_privacy';
  const { id } = await decide(blocked({ decision_date: '2020-01-01' }));
  t.strictSame(await obstacles(), [`decision_blocked ${id}`, `redline_failed ${failed}`]);
  await decide(go({ decision_date: '2019-01-01' }));
  t.strictSame(await obstacles(), []);
});

t.test('without redlines activation is not allowed, and the reason says that they are unknown', async (t) => {
  const all = `redlines_unknown ${Object.keys(unknowns).join(' ')}`;
  for (const body of [go({ redlines: undefined }), conditional({ redlines: undefined })]) {
    await decide(body);
    t.strictSame(await obstacles(), [all]);
  }
  const { id } = await decide(blocked({ redlines: undefined, contingency: undefined }));
  t.strictSame(await obstacles(), [`decision_blocked ${id}`, all]);
});

t.test(
  'a conditional decision is allowed when its controls are complete and no redline is unknown',
  async (t) => {
    await decide(conditional({ redlines: { ...passes, no_retention_conflict: 'unknown' } }));
    t.strictSame(await obstacles(), ['redlines_unknown no_retention_conflict']);
    await decide(
      conditional({
        violations: ['retention_policy_conflict'],
        redlines: { ...passes, no_retention_conflict: 'fail' },
      }),
    );
    t.strictSame(await obstacles(), [], 'one that fails is what the controls are for');
    await put('C1', control({ due_date: '2026-03-20' }));
    t.strictSame(await obstacles(), ['control_overdue C1'], 'an overdue one counts as open');
    await put('C1', complete());
  },
);

t.test('what governed at an earlier moment of arrival can be read again', async (t) => {
  const before = await current();
  const late = await put('C2', control());
  const later = await decide(blocked());
  const database = openDatabase({
    connectionString: s.urls.app,
    poolMax: 1,
    preparedStatements: true,
    onConnectionError: () => undefined,
  });
  t.teardown(() => database.close());
  const stateAt = (moment: Date | null) =>
    database.transaction({ userId: evaluator, mode: 'read', statementTimeoutMs: 3_000 }, (transaction) =>
      readIntegrationState(transaction, moment),
    );
  const justBefore = (time: string) => new Date(new Date(time).getTime() - 1);
  const { decision, controls } = before;
  t.strictSame(await stateAt(justBefore(late.recorded_at)), { decision, controls });
  t.match(await stateAt(new Date(later.recorded_at)), { decision: { id: later.id } });
  t.strictSame(await stateAt(new Date('2020-01-01T00:00:00Z')), { decision: null, controls: [] });
  const [c1] = controls;
  t.match(await stateAt(null), { controls: [c1, { id: 'C2', status: 'pending' }] });

  await s.asSuperuser((client) =>
    client.query(`
      INSERT INTO pilot.integration_controls
        (id, revision, owner, due_date, status, evidence_reference, recorded_at, recorded_by, service_version)
      VALUES
        ('C9', 1, 'x', '2026-03-20', 'pending', NULL, '2026-03-01Z', gen_random_uuid(), 'test'),
        ('C9', 2, 'x', '2026-03-20', 'complete', 'x', '2026-03-21T12:00:00Z', gen_random_uuid(), 'test')`),
  );
  for (const [moment, state] of [
    ['2026-03-20T23:59:59.999Z', { status: 'pending', is_overdue: false }],
    ['2026-03-21T00:00:00Z', { status: 'pending', is_overdue: true }],
    ['2026-03-21T12:00:00Z', { status: 'complete', is_overdue: false }],
  ] as const) {
    t.match(await stateAt(new Date(moment)), { decision: null, controls: [state] }, moment);
  }
});

t.test('a control is overdue from the day after it was due', async (t) => {
  const decision = { id: 'x', decision: 'go' as const, redlines: (await current()).decision.redlines };
  const due = (today: string) =>
    activation({
      decision,
      controls: [{ id: 'C1', status: 'pending', due_date: '2026-03-20', evidence_reference: null }],
      today,
    }).reasons.map(({ code }) => code);
  t.ok(due('2026-03-20').includes('control_open'));
  t.ok(due('2026-03-21').includes('control_overdue'));
});

t.test('everybody who takes part reads it, nobody else does, and nobody sets it', async (t) => {
  for (const caller of [s.owner, s.viewer, s.ownerB, s.appAdmin]) {
    t.equal((await caller.get(`${path}/current`)).status, 200);
  }
  t.equal((await s.stranger.get(`${path}/current`)).status, 403);
  t.equal((await s.viewer.get(`${path}/current?as=admin`)).status, 400);
  for (const method of ['PUT', 'POST', 'PATCH'] as const) {
    const { status } = await s.send(method, `${path}/current`, {
      token: s.appAdmin.token,
      body: { integration_activation_allowed: true },
    });
    t.equal(status, 404, method);
  }
  const told = await s.appAdmin.post(path, go({ integration_activation_allowed: true }));
  t.equal(told.status, 400);
});

t.test('a missing table of controls is named by a 501', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) => client.query('DROP TABLE pilot.integration_controls'));
  for (const where of [`${path}/current`, `${path}/controls`]) {
    const answer = await other.viewer.get(where);
    t.equal(answer.status, 501);
    t.match(answer.body.detail, 'pilot.integration_controls');
  }
  t.equal((await other.appAdmin.post(path, go())).status, 201, 'decisions do not need it');
});
