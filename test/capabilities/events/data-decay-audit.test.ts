import { randomUUID } from 'node:crypto';
import t from 'tap';
import { at, countRows, errorsOf, storedRows } from '../../support/events.ts';
import { cycle, service, startTestService } from '../../support/service.ts';

const s = await startTestService(t);
const table = 'pilot_data_decay_audits';
const send = (more: Record<string, unknown>) =>
  s.owner.post('/events/data-decay-audit', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    audited_at: at,
    is_fatal: false,
    verification_mode: 'web_only',
    ...more,
  });
const categories = [
  'wrong_or_disconnected_phone',
  'invalid_or_defunct_intake_path',
  'materially_incorrect_eligibility',
  'service_closed_or_unavailable_but_listed_available',
];

t.test('a fatal audit has one of the categories', async (t) => {
  for (const category of categories) {
    const answer = await send({ is_fatal: true, fatal_error_category: category });
    t.equal(answer.status, 201, category);
    t.match(await storedRows(s, table, answer.body.id), [{ is_fatal: true, fatal_error_category: category }]);
  }
  for (const category of ['other', '', null, 'Wrong_or_disconnected_phone']) {
    const answer = await send({ is_fatal: true, fatal_error_category: category });
    t.equal(answer.status, 400, `${category}`);
    t.strictSame(errorsOf(answer), ['fatal_error_category invalid_value']);
  }
});

t.test('the category is there exactly when the audit is fatal', async (t) => {
  const before = await countRows(s, table);
  for (const wrong of [{ is_fatal: true }, { is_fatal: false, fatal_error_category: categories[0] }]) {
    const answer = await send(wrong);
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), ['fatal_error_category exactly_when_fatal']);
  }
  t.equal(await countRows(s, table), before);
  const harmless = await send({});
  t.equal(harmless.status, 201);
  t.match(await storedRows(s, table, harmless.body.id), [{ is_fatal: false, fatal_error_category: null }]);
});

t.test('is_fatal is a boolean and nothing like one', async (t) => {
  for (const value of ['false', 0, null, '']) {
    const answer = await send({ is_fatal: value });
    t.equal(answer.status, 400, JSON.stringify(value));
    t.strictSame(errorsOf(answer), ['is_fatal invalid_type']);
  }
});

t.test('verification_mode takes exactly its codes', async (t) => {
  for (const mode of ['web_only', 'web_plus_call', 'provider_confirmation']) {
    t.equal((await send({ verification_mode: mode })).status, 201, mode);
  }
  for (const mode of ['phone', '', null]) {
    const answer = await send({ verification_mode: mode });
    t.equal(answer.status, 400, `${mode}`);
    t.strictSame(errorsOf(answer), ['verification_mode invalid_value']);
  }
});

t.test('a fatal finding and a harmless one are different contents of one id', async (t) => {
  const id = randomUUID();
  const fatal = { id, is_fatal: true, fatal_error_category: categories[0] };
  t.equal((await send(fatal)).status, 201);
  t.equal((await send({ id })).status, 409);
  t.equal((await send({ ...fatal, fatal_error_category: categories[1] })).status, 409);
  t.equal((await send(fatal)).status, 200);
});
