import { randomUUID } from 'node:crypto';
import t from 'tap';
import { addAdmin, removeAdmin } from '../../src/database/provisioning.ts';
import { serviceVersion } from '../../src/version.ts';
import { countRows, errorsOf, statusCounts, storedRows, visible } from '../support/events.ts';
import { startTestService } from '../support/service.ts';

/** POST /integration-feasibility */
type Body = Record<string, unknown>;

const s = await startTestService(t);
const path = '/integration-feasibility';
const table = 'pilot_integration_feasibility_decisions';
let versions = 0;
const newVersion = () => `redlines-v${++versions}`;
const go = (more: Body = {}): Body => ({
  decision: 'go',
  decision_date: '2026-03-01',
  redline_checklist_version: newVersion(),
  violations: [],
  compensating_controls: [],
  owners: ['governance-lead'],
  ...more,
});
const conditional = (more: Body = {}): Body =>
  go({
    decision: 'conditional',
    violations: ['retention_policy_conflict'],
    compensating_controls: ['Mapped'],
    ...more,
  });
const blocked = (more: Body = {}): Body =>
  go({ decision: 'blocked', violations: ['auditability_gap'], ...more });
const send = (body: Body) => s.appAdmin.post(path, body);

t.test('a decision is created, stored whole, and the same again is replayed', async (t) => {
  const body: Body = {
    ...conditional({ owners: ['governance-lead', '@privacy', 'Board of directors'] }),
    violations: ['retention_policy_conflict', 'auditability_gap'],
    compensating_controls: ['Retention mapped before activation', 'Reviewed every 30 days'],
  };
  const first = await send({ id: randomUUID(), ...body });
  t.equal(first.status, 201);
  t.match(first.body, { status: 'created', recorded_at: /^\d{4}-.*Z$/ });
  const { id } = first.body;
  const [row = {}] = await storedRows(s, table, id);
  const { decision_date, ...rest } = body;
  t.match(row, { ...rest, service_version: serviceVersion });
  t.strictSame(row.recorded_at, new Date(first.body.recorded_at));
  const again = await send({ ...Object.fromEntries(Object.entries(body).reverse()), id: id.toUpperCase() });
  t.equal(again.status, 200);
  t.strictSame(again.body, { ...first.body, status: 'replayed' });
});

t.test('the same id for another content is a conflict', async (t) => {
  const body = conditional({ id: randomUUID(), compensating_controls: ['One', 'Two'], owners: ['a', 'b'] });
  t.equal((await send(body)).status, 201);
  for (const other of [
    { decision: 'blocked' },
    { decision_date: '2026-03-02' },
    { redline_checklist_version: newVersion() },
    { violations: [] },
    { compensating_controls: ['Two', 'One'] },
    { compensating_controls: ['One'] },
    { owners: ['b', 'a'] },
  ]) {
    const answer = await send({ ...body, ...other });
    t.equal(answer.status, 409, JSON.stringify(other));
    t.match(answer.body, { type: /id-conflict$/ });
  }
  t.equal((await send(body)).status, 200);
});

t.test('without an id every request is a new decision', async (t) => {
  const body = blocked();
  const answers = [await send(body), await send(body)];
  t.strictSame(statusCounts(answers), { 201: 2 });
  t.not(answers[0]?.body.id, answers[1]?.body.id);
  t.match(answers[0]?.body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

t.test('only app admins decide, whatever else somebody is', async (t) => {
  const headers = { 'x-request-id': randomUUID() };
  const before = await countRows(s, table);
  const answers = [];
  for (const who of ['owner', 'admin', 'editor', 'viewer', 'ownerB', 'stranger'] as const) {
    answers.push(await s[who].post(path, go(), { headers }));
  }
  t.strictSame(statusCounts(answers), { 403: 6 });
  t.equal(new Set(answers.map((answer) => JSON.stringify(visible(answer)))).size, 1);
  t.equal(await countRows(s, table), before);

  await s.asOwner((client) => addAdmin(client, s.stranger.userId));
  t.equal((await s.stranger.post(path, blocked())).status, 201, 'as an app admin from now on');
  await s.asOwner((client) => removeAdmin(client, s.stranger.userId));
  t.equal((await s.stranger.post(path, blocked())).status, 403, 'and no longer');
});

t.test('who may not decide cannot learn that a decision was made', async (t) => {
  const body = blocked({ id: randomUUID() });
  await send(body);
  t.equal((await s.owner.post(path, body)).status, 403);
});

const email = 'jane.doe@example.org';
const contactDetails = [
  email,
  `Ask ${email}.`,
  'jane＠example．org',
  'ｊａｎｅ@example.org',
  'jane@localhost',
  '613-555-0123',
  '613\u202e555\u202c0123',
  '613\ufe0f555\ufe0f0123',
  '(613) 544-1234',
  'Call +1 613 544 1234 first',
  '6135441234',
  '１-６１３-５４４-１２３４',
  '６１３５４４１２３４',
  '+44 20 7946 0958',
];
for (const field of ['compensating_controls', 'owners']) {
  t.test(`${field} take no e-mail address and no telephone number`, async (t) => {
    const before = await countRows(s, table);
    for (const text of contactDetails) {
      const answer = await send(conditional({ [field]: ['harmless', text] }));
      t.equal(answer.status, 400, text);
      t.strictSame(errorsOf(answer), [`${field}.1 no_contact_details`], text);
      t.notOk(answer.text.includes(text), 'the text is not repeated');
    }
    t.equal(await countRows(s, table), before);
    t.notMatch(s.log(), email, 'nor logged');
  });

  t.test(`${field} take ordinary words, numbers and handles`, async (t) => {
    for (const text of [
      'Review of 2026-03-01',
      '30 days',
      '@privacy-lead',
      'ISO 27001',
      'Équipe à Kingston',
      '6 of 10',
    ]) {
      t.equal((await send(conditional({ [field]: [text] }))).status, 201, text);
    }
  });

  t.test(`${field} take well-formed text of limited length`, async (t) => {
    const longest = field === 'owners' ? 120 : 500;
    for (const texts of [
      [''],
      [' '],
      ['a\u0000b'],
      ['line\nbreak'],
      ['\u200e\ud800'],
      [1],
      [null],
      'text',
      null,
    ]) {
      t.equal((await send(conditional({ [field]: texts }))).status, 400, JSON.stringify(texts));
    }
    t.equal((await send(conditional({ [field]: ['x'.repeat(longest + 1)] }))).status, 400, 'one too many');
    t.equal((await send(conditional({ [field]: ['x'.repeat(longest)] }))).status, 201, 'just long enough');
    t.equal((await send(conditional({ [field]: Array(21).fill('x') }))).status, 400, '21 entries');
    t.equal((await send(conditional({ [field]: Array(20).fill('x') }))).status, 201, '20 entries');
  });
}

t.test('every field is required and checked', async (t) => {
  const before = await countRows(s, table);
  const refused: [Body, string][] = [
    ...Object.keys(go()).map((field): [Body, string] => [{ [field]: undefined }, `${field} required`]),
    [{ decision: 'maybe' }, 'decision invalid_value'],
    [{ decision_date: '2026-02-30' }, 'decision_date invalid_format'],
    [{ decision_date: '2026-3-1' }, 'decision_date invalid_format'],
    [{ decision_date: '10000-01-01' }, 'decision_date invalid_format'],
    [{ decision_date: '2026-03-01T00:00:00Z' }, 'decision_date invalid_format'],
    [{ decision_date: '1999-12-31' }, 'decision_date from_2000'],
    [{ redline_checklist_version: 'v'.repeat(51) }, 'redline_checklist_version too_big'],
    [{ redline_checklist_version: '' }, 'redline_checklist_version invalid_format'],
    [{ redline_checklist_version: 'call 613' }, 'redline_checklist_version invalid_format'],
    [{ redline_checklist_version: '613-555-0123' }, 'redline_checklist_version few_digits'],
    [{ violations: ['other'] }, 'violations.0 invalid_value'],
    [{ violations: ['auditability_gap', 'auditability_gap'] }, 'violations no_repeats'],
    [{ violations: {} }, 'violations invalid_type'],
    [{ owners: [] }, 'owners too_small'],
    [{ org_id: s.orgA }, '(unknown field) unknown_field'],
    [{ id: '1' }, 'id invalid_format'],
  ];
  for (const [more, error] of refused) {
    const answer = await send(blocked(more));
    t.equal(answer.status, 400, error);
    t.strictSame(errorsOf(answer), [error]);
  }
  t.equal(await countRows(s, table), before);
  t.equal((await send(blocked({ redline_checklist_version: 'v'.repeat(50) }))).status, 201);
});

t.test('a go has no violations, a conditional has a control, a blocked needs neither', async (t) => {
  const violating = await send(go({ violations: ['auditability_gap'] }));
  t.equal(violating.status, 400);
  t.strictSame(errorsOf(violating), ['violations go_without_violations']);
  const uncontrolled = await send(conditional({ compensating_controls: [] }));
  t.equal(uncontrolled.status, 400);
  t.strictSame(errorsOf(uncontrolled), ['compensating_controls conditional_with_control']);
  t.equal((await send(conditional({ violations: [] }))).status, 201);
  t.equal((await send(go({ compensating_controls: ['Kept anyway'] }))).status, 201);
  t.equal((await send(blocked({ violations: [] }))).status, 201);
});

t.test('a go needs a checklist version that no earlier conditional or blocked used', async (t) => {
  for (const earlier of [conditional(), blocked()]) {
    const { redline_checklist_version } = earlier;
    const accepted = go({ id: randomUUID(), redline_checklist_version });
    t.equal((await send(accepted)).status, 201, 'nothing is in the way yet');
    t.equal((await send(go({ redline_checklist_version }))).status, 201, 'an earlier go is not in the way');
    t.equal((await send(earlier)).status, 201);
    const before = await countRows(s, table);
    const upgrade = await send(go({ redline_checklist_version }));
    t.equal(upgrade.status, 409);
    t.match(upgrade.body, { type: /state-conflict$/ });
    t.equal(await countRows(s, table), before);
    t.equal((await send(accepted)).status, 200, 'a replay is found first');
    t.equal((await send({ ...accepted, decision_date: '2026-03-02' })).status, 409, 'and so is a used id');
    t.equal((await send(go())).status, 201, 'a newer checklist is fine');
    t.equal(
      (await send(go({ redline_checklist_version }))).status,
      409,
      'a go in between takes nothing back',
    );
  }
});

t.test('a go and a blocked for one version at the same time never end with the go last', async (t) => {
  for (let round = 0; round < 10; round += 1) {
    const redline_checklist_version = newVersion();
    const bodies = [go, blocked]
      .flatMap((make) => [make, make])
      .map((make) => make({ redline_checklist_version }));
    const answers = await Promise.all(bodies.map(send));
    t.ok(answers.every(({ status }) => status === 201 || status === 409));
    t.strictSame(statusCounts(answers.slice(2)), { 201: 2 }, 'a blocked is always accepted');
    const rows = await storedRows(s, table, redline_checklist_version, 'redline_checklist_version');
    const byArrival = rows
      .sort((a, b) => Number(a.arrival) - Number(b.arrival))
      .map(({ decision }) => decision);
    t.ok(byArrival.lastIndexOf('go') < byArrival.indexOf('blocked'), byArrival.join());
  }
});

t.test('one decision sent many times at the same time is stored once', async (t) => {
  const body = go({ id: randomUUID() });
  const answers = await Promise.all(Array.from({ length: 15 }, () => send(body)));
  t.strictSame(statusCounts(answers), { 200: 14, 201: 1 });
  t.equal((await storedRows(s, table, String(body.id))).length, 1);
});

t.test('a missing table is named by a 501', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) => client.query(`DROP TABLE pilot.${table}`));
  const answer = await other.appAdmin.post(path, go());
  t.equal(answer.status, 501);
  t.match(answer.body.detail, `pilot.${table}`);
});
