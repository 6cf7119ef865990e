import { randomUUID } from 'node:crypto';
import t from 'tap';
import { createCycle } from '../../src/database/provisioning.ts';
import { storeBaseline } from '../support/baselines.ts';
import { contactAttemptBody } from '../support/events.ts';
import { service, startTestService } from '../support/service.ts';

/** GET /gate-0, from the state in which the customer's pilot was on 2026-03-29 to the end. */
const s = await startTestService(t);
const cycle = 'kingston-2026-spring';
const evidence = (name: string) => `evidence/${name}.pdf`;

interface Check {
  id: string;
  status: string;
  reason: string;
  references: { kind: string; id: string; revision: number | null }[];
}

const read = async (query = '', who = s.viewer) => {
  const answer = await who.get(`/gate-0?pilot_cycle_id=${cycle}${query}`);
  t.equal(answer.status, 200);
  return answer.body;
};
const checks = async (query = '', who = s.viewer): Promise<Check[]> => (await read(query, who)).checks;
const notPassing = async (query = '') =>
  (await checks(query)).filter(({ status }) => status !== 'pass').map(({ id, status }) => `${id} ${status}`);
const check = async (id: string) => (await checks()).find((one) => one.id === id);
const put = async (path: string, body: object) => {
  const answer = await s.appAdmin.put(path, body);
  t.match(answer.status, /^20[01]$/, `${path} ${answer.text}`);
};
const approve = (id: string, more = {}) =>
  put(`/gate-0/approvals/${id}`, {
    choice: `Choice of ${id}`,
    owner: 'governance-lead',
    decision_date: '2026-03-10',
    status: 'locked',
    ...more,
  });
const control = (code: string, more = {}) =>
  put(`/integration-feasibility/controls/${code}`, {
    owner: 'governance-lead',
    due_date: '2026-03-20',
    status: 'complete',
    evidence_reference: evidence(code),
    ...more,
  });
const partner = (id: string, role: string, more = {}) =>
  put(`/gate-0/partners/${id}`, {
    pilot_cycle_id: cycle,
    role,
    name: `Partner ${id}`,
    status: 'confirmed',
    ...more,
  });

const beforeThePilot = { startDate: '2026-02-10', endDate: '2026-03-10' };
const baseline = (orgId: string, days = beforeThePilot, cycleId = cycle) =>
  storeBaseline(s, orgId, days, cycleId);

async function databaseTime(): Promise<string> {
  const { rows } = await s.asSuperuser((client) => client.query('SELECT clock_timestamp() AS moment'));
  return rows[0]?.moment.toISOString();
}

t.before(async () => {
  await s.asOwner((client) => createCycle(client, cycle, '2026-03-30', '2026-06-30'));
});

t.test('with nothing recorded nothing is decided', async (t) => {
  const { verdict, checks } = await read();
  t.equal(verdict, 'no_go');
  t.same(
    checks.map(({ id, status }: Check) => `${id} ${status}`),
    [
      'G0-1 pending',
      'G0-2 pending',
      'G0-3 pending',
      'G0-4 pending',
      'G0-5 pending',
      'G0-6 pass',
      'G0-7 pass',
      'G0-8 pending',
    ],
  );
});

let before = '';

t.test("the customer's state is no_go, with exactly G0-3 and G0-8 not passing", async (t) => {
  for (const id of ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7']) await approve(id);
  const decision = await s.appAdmin.post('/integration-feasibility', {
    decision: 'conditional',
    decision_date: '2026-03-12',
    redline_checklist_version: 'redlines-v1',
    violations: ['retention_policy_conflict'],
    compensating_controls: ['Retention mapped and approved before activation'],
    owners: ['governance-lead'],
  });
  t.equal(decision.status, 201);
  await control('C1', { status: 'pending', evidence_reference: undefined });
  await control('C2');
  await control('C3');
  const finding = { likelihood: 'medium', status: 'mitigating' };
  await put('/gate-0/threat-findings/T1', { severity: 'critical', ...finding, status: 'resolved' });
  await put('/gate-0/threat-findings/T2', {
    severity: 'high',
    ...finding,
    mitigation: 'Encrypted storage on every device',
    owner: 'security-lead',
    due_date: '2026-04-30',
  });
  await put('/gate-0/claims/claim-1', {
    source_kind: 'external_agent',
    status: 'validated',
    evidence_reference: evidence('claim-1'),
  });
  const scoped = await s.owner.post('/scope/services', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    sla_tier: 'standard',
  });
  t.equal(scoped.status, 201);
  await baseline(s.orgA);

  before = await databaseTime();
  const answer = await read();
  t.equal(answer.verdict, 'no_go');
  t.same(await notPassing(), ['G0-3 fail', 'G0-8 pending']);
  t.match(await check('G0-3'), {
    reason: 'Control C1 is pending, and was due on 2026-03-20.',
    references: [{ kind: 'control', id: 'C1', revision: 1 }],
  });
  t.match(await check('G0-8'), { reason: /^0 of 5 to 10 providers and 0 of 2 to 3 frontline/ });
  for (const who of [s.owner, s.viewer, s.ownerB, s.appAdmin]) {
    t.strictSame(await checks('', who), answer.checks, 'whoever asks');
  }
});

t.test('completing them turns it to go, and the earlier moment still says no_go', async (t) => {
  await control('C1');
  for (const id of ['P1', 'P2', 'P3', 'P4', 'P5']) await partner(id, 'provider');
  await partner('F1', 'frontline', { org_id: s.orgA });
  await partner('F2', 'frontline', { org_id: s.orgB });
  t.match(await check('G0-2'), {
    status: 'pending',
    reason: '1 frontline organisation has no baseline.',
    references: [{ kind: 'organization', id: s.orgB }],
  });
  await baseline(s.orgB);
  t.equal((await read()).verdict, 'go');
  t.same(await notPassing(), []);
  const earlier = await read(`&as_of=${before}`);
  t.equal(earlier.verdict, 'no_go');
  t.equal(earlier.as_of, before);
  t.same(await notPassing(`&as_of=${before}`), ['G0-3 fail', 'G0-8 pending']);
});

const spoiled: [string, string, () => Promise<unknown>, () => Promise<unknown>][] = [
  [
    'an approval that is open again',
    'G0-1 pending',
    () => approve('D5', { status: 'open', unlock_reason_code: 'new_evidence' }),
    () => approve('D5'),
  ],
  [
    'a control that is pending again, and not yet due',
    'G0-4 pending',
    () => control('C2', { status: 'pending', due_date: '2999-01-01', evidence_reference: undefined }),
    () => control('C2'),
  ],
  [
    'a claim from outside that is looked into',
    'G0-6 pending',
    () => put('/gate-0/claims/claim-2', { source_kind: 'public_record', status: 'investigate' }),
    () => put('/gate-0/claims/claim-2', { source_kind: 'public_record', status: 'rejected' }),
  ],
  [
    'a critical finding',
    'G0-7 fail',
    () => put('/gate-0/threat-findings/T3', { severity: 'critical', likelihood: 'low', status: 'open' }),
    () => put('/gate-0/threat-findings/T3', { severity: 'critical', likelihood: 'low', status: 'resolved' }),
  ],
  [
    'a high finding without an owner',
    'G0-7 fail',
    () =>
      put('/gate-0/threat-findings/T4', {
        severity: 'high',
        likelihood: 'low',
        status: 'open',
        mitigation: 'Locked',
        due_date: '2026-05-01',
      }),
    () => put('/gate-0/threat-findings/T4', { severity: 'medium', likelihood: 'low', status: 'open' }),
  ],
  [
    'a partner too many',
    'G0-8 fail',
    () =>
      approve('D4', { status: 'open', unlock_reason_code: 'scope_changed' }).then(() =>
        approve('D4', { providers_min: 1, providers_max: 4, frontline_min: 1, frontline_max: 3 }),
      ),
    () =>
      approve('D4', { status: 'open', unlock_reason_code: 'recorded_in_error' }).then(() => approve('D4')),
  ],
];

for (const [what, state, spoil, mend] of spoiled) {
  t.test(`${what} keeps the pilot from starting`, async (t) => {
    await spoil();
    t.same(await notPassing(), [state]);
    t.equal((await read()).verdict, 'no_go');
    await mend();
    t.equal((await read()).verdict, 'go');
  });
}

t.test('numbers of partners count once D4 is locked', async (t) => {
  await approve('D4', { status: 'open', unlock_reason_code: 'scope_changed' });
  await approve('D4', {
    status: 'open',
    providers_min: 0,
    providers_max: 1,
    frontline_min: 0,
    frontline_max: 1,
  });
  t.match(await check('G0-8'), { status: 'pass', reason: /^5 of 5 to 10 providers/ });
  await approve('D4', { providers_min: 0, providers_max: 1, frontline_min: 0, frontline_max: 1 });
  t.match(await check('G0-8'), { status: 'fail', references: [{ kind: 'approval', id: 'D4' }] });
  await approve('D4', { status: 'open', unlock_reason_code: 'recorded_in_error' });
  await approve('D4');
  t.same(await notPassing(), []);
});

t.test('a claim of our own is not asked about', async (t) => {
  await put('/gate-0/claims/claim-3', { source_kind: 'internal', status: 'open' });
  t.same(await notPassing(), []);
});

t.test('an event that arrives late makes the baseline measure something else', async (t) => {
  const late = contactAttemptBody(s.orgB, {
    id: randomUUID(),
    pilot_cycle_id: cycle,
    attempted_at: '2026-02-20T15:00:00Z',
  });
  t.equal((await s.ownerB.post('/events/contact-attempt', late)).status, 201);
  t.match(await check('G0-2'), { status: 'fail', references: [{ kind: 'baseline' }] });
  t.same(await notPassing(), ['G0-2 fail']);
  await baseline(s.orgB);
  t.same(await notPassing(), [], 'the baseline was run again');
});

t.test('a baseline that ends after the start of the cycle does not count', async (t) => {
  const other = 'started-cycle';
  await s.asOwner((client) => createCycle(client, other, '2026-01-15', '2026-06-30'));
  await baseline(s.orgA, { startDate: '2026-01-01', endDate: '2026-01-29' }, other);
  const { body } = await s.viewer.get(`/gate-0?pilot_cycle_id=${other}`);
  t.match(body.checks[1], { status: 'fail', reason: 'A baseline ends after the start of the cycle.' });
});

t.test('a table of events that is missing is named', async (t) => {
  await s.asSuperuser((client) =>
    client.query('ALTER TABLE pilot.pilot_data_decay_audits RENAME TO elsewhere'),
  );
  t.match(await s.viewer.get(`/gate-0?pilot_cycle_id=${cycle}`), {
    status: 501,
    body: { detail: /pilot_data_decay_audits/ },
  });
  await s.asSuperuser((client) =>
    client.query('ALTER TABLE pilot.elsewhere RENAME TO pilot_data_decay_audits'),
  );
});

t.test('nobody sets it, strangers do not read it, and a cycle has to be there', async (t) => {
  t.equal((await s.stranger.get(`/gate-0?pilot_cycle_id=${cycle}`)).status, 403);
  t.match(await s.viewer.get('/gate-0?pilot_cycle_id=no-such-cycle'), {
    status: 422,
    body: { errors: [{ path: 'pilot_cycle_id' }] },
  });
  for (const query of [
    '',
    `?pilot_cycle_id=${cycle}&verdict=go`,
    `?pilot_cycle_id=${cycle}&as_of=2999-01-01T00:00:00Z`,
  ]) {
    t.equal((await s.viewer.get(`/gate-0${query}`)).status, 400, query);
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    t.equal(
      (await s.send(method, '/gate-0', { token: s.appAdmin.token, body: { verdict: 'go' } })).status,
      404,
      method,
    );
  }
});
