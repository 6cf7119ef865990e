import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { rawRequest, sendRaw } from './plugins/support/raw-http.ts';
import { contactAttemptBody, eventKinds } from './support/events.ts';
import { type Answer, type SendOptions, startTestService, type TestService } from './support/service.ts';

/** A word that nobody else uses. As a token part or an identifier it is acceptable, as anything else it is not. */
const canary = `canary-${randomUUID().replaceAll(/[^a-f]/g, '')}-parrot`;
const inHeaders = {
  'user-agent': canary,
  cookie: `a=${canary}`,
  referer: `https://${canary}/`,
  [`x-${canary}`]: canary,
};

const service = await startTestService(t);
const answers: Answer[] = [];

/** Sends with the canary in every header, too, and keeps the answer to be searched. */
async function send(
  method: string,
  path: string,
  options: SendOptions & { token?: string } = {},
): Promise<Answer> {
  const answer = await service.send(method, path, {
    ...options,
    headers: { ...inHeaders, ...options.headers },
  });
  answers.push(answer);
  return answer;
}

/** Everything that any table of the database holds, as text. */
function dump({ asSuperuser }: TestService): Promise<string> {
  return asSuperuser(async (client) => {
    const { rows } = await client.query(`
      SELECT table_schema, table_name,
        query_to_xml(format('TABLE %I.%I', table_schema, table_name), true, false, '')::text AS content
      FROM information_schema.tables
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
    `);
    return JSON.stringify(rows);
  });
}

async function nowhere(t: Test, word = canary): Promise<void> {
  const serverLog = process.env.TEST_SERVER_LOG;
  // Each place with something that has to be found there, or the search proves nothing.
  const places: [place: string, content: string, certain: string][] = [
    [
      'an answer',
      answers.map(({ text, headers }) => text + JSON.stringify([...headers])).join('\n'),
      'request_id',
    ],
    ['the log', service.log(), '"event":"request"'],
    ['a table', await dump(service), 'Organisation A'],
  ];
  if (serverLog) places.push(["PostgreSQL's log", readFileSync(serverLog, 'utf8'), 'LOG:']);
  for (const [place, content, certain] of places) {
    t.ok(content.includes(certain), `${place} was searched`);
    const at = content.toLowerCase().indexOf(word.toLowerCase());
    t.equal(at, -1, `${place} has it: ${at < 0 ? 'no' : content.slice(Math.max(0, at - 100), at + 100)}`);
  }
}

const { owner, appAdmin, stranger, orgA } = service;
const token = owner.token;
const decision = {
  decision: 'conditional',
  decision_date: '2026-03-01',
  redline_checklist_version: 'v1',
  violations: [],
  compensating_controls: ['A control'],
  owners: ['somebody'],
};
const bodies: { path: string; body: Record<string, unknown>; token: string }[] = [
  ...(await Promise.all(
    eventKinds.map(async (kind) => ({
      path: kind.path,
      body: { id: randomUUID(), ...(await kind.body(service)) },
      token,
    })),
  )),
  {
    path: '/scope/services',
    body: { pilot_cycle_id: 'cycle-a', org_id: orgA, service_id: 'service-one', sla_tier: 'crisis' },
    token,
  },
  {
    path: '/metrics/recompute',
    body: { pilot_cycle_id: 'cycle-a', org_id: orgA, window_start: '2026-01-01T00:00:00Z' },
    token,
  },
  { path: '/integration-feasibility', body: decision, token: appAdmin.token },
];

t.test('a word in any field of a refused body, as a key or as a value, is nowhere afterwards', async (t) => {
  for (const { path, body, token } of bodies) {
    for (const field of Object.keys(body)) {
      const spoilt: unknown[] = [
        { ...body, [field]: `${canary} ${canary}` },
        { ...body, [field]: [{ [canary]: canary }] },
        { ...body, [field]: { notes: canary } },
        { ...body, [`${field}_${canary}`]: canary },
        { ...body, [`${field}.notes`]: canary },
      ];
      for (const body of spoilt)
        t.equal((await send('POST', path, { token, body })).status, 400, `${path} ${field}`);
    }
    for (const text of [
      canary,
      `{"${canary}"`,
      `{"${canary}":1,"${canary}":2}`,
      `["${canary}"]`,
      `"${canary}"`,
    ]) {
      t.equal((await send('POST', path, { token, body: text })).status, 400);
    }
    t.equal((await send('POST', path, { token, body: canary.repeat(4_000) })).status, 413);
    t.equal(
      (await send('POST', path, { token, body, headers: { 'content-type': `text/${canary}` } })).status,
      415,
    );
    t.equal((await send('POST', path, { body: { notes: canary } })).status, 401);
    t.equal((await send('POST', `${path}?${canary}=${canary}&notes=${canary}`, { token, body })).status, 400);
    t.equal((await send('POST', `${path}?${canary}=${canary}`, { token, body })).status, 400);
  }
  await nowhere(t);
});

t.test('a word in an address, a header or a token is nowhere afterwards', async (t) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'none', kid: canary })}.${part({ sub: canary })}.${canary}`;
  await send('GET', `/${canary}`, { token });
  await send('GET', `//${canary}?${canary}=${canary}`);
  await send('GET', `//${canary}/%zz`);
  await send('GET', `/${canary}/%zz`, { token });
  await send('POST', `/events/${canary}`, { token, body: { [canary]: canary } });
  await send('PATCH', `/events/referral/${canary}`, { token, body: {} });
  await send('PATCH', `/events/referral/${canary.repeat(9)}`, { token, body: {} });
  await send('GET', `/metrics/scorecard?pilot_cycle_id=${canary}&org_id=${canary}&${canary}=1`, { token });
  await send('GET', `/metrics/scorecard?pilot_cycle_id=${canary}&org_id=${orgA}`, { token });
  for (const bad of [canary, unsigned]) await send('GET', '/metrics/scorecard', { token: bad });
  await send('GET', '/metrics/scorecard', { headers: { authorization: `${canary} ${canary}` } });
  await send('GET', '/metrics/scorecard', {
    token,
    headers: { 'x-request-id': canary, 'x-forwarded-for': canary },
  });
  const raw = [
    rawRequest('GET', `/${canary}`, [`x: ${canary}`]),
    `${canary.toUpperCase()} / HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${canary}\x01: ${canary}\r\n\r\n`,
    `GET / HTTP/1.1\r\nx: ${canary.repeat(1_000)}\r\n\r\n`,
  ];
  for (const bytes of raw) answers.push(await sendRaw(service, bytes));
  await nowhere(t);
});

t.test('a word in a request that is well-formed and yet refused is nowhere afterwards', async (t) => {
  const id = randomUUID();
  const attempt = (more: object) => ({ token, body: contactAttemptBody(orgA, { id, ...more }) });
  t.equal((await send('POST', '/events/contact-attempt', attempt({}))).status, 201);
  t.equal((await send('POST', '/events/contact-attempt', attempt({ service_id: canary }))).status, 422);
  t.equal((await send('POST', '/events/contact-attempt', attempt({ pilot_cycle_id: canary }))).status, 422);
  const fit = {
    pilot_cycle_id: 'cycle-a',
    org_id: orgA,
    cohort_label: canary,
    recorded_at: '2026-03-02T15:00:00Z',
  };
  const body = { id, ...fit, preferred_via_careconnect: true };
  t.equal((await send('POST', '/events/preference-fit', { token: stranger.token, body })).status, 403);
  const control = { ...decision, compensating_controls: [canary] };
  t.equal((await send('POST', '/integration-feasibility', { token, body: control })).status, 403);
  const contact = { ...decision, compensating_controls: [`${canary}@example.org`] };
  t.equal(
    (await send('POST', '/integration-feasibility', { token: appAdmin.token, body: contact })).status,
    400,
  );
  await nowhere(t);
});

t.test('a word in a request that the database refuses is nowhere afterwards', async (t) => {
  const fit = {
    pilot_cycle_id: 'cycle-a',
    org_id: orgA,
    cohort_label: canary,
    recorded_at: '2026-03-02T15:00:00Z',
    preferred_via_careconnect: true,
  };
  const control = { ...decision, compensating_controls: [canary], owners: [canary] };
  const ask = async (status: number, what: string) => {
    t.equal((await send('POST', '/events/preference-fit', { token, body: fit })).status, status, what);
    const answer = await send('POST', '/integration-feasibility', { token: appAdmin.token, body: control });
    t.equal(answer.status, status, what);
  };
  const tables = ['pilot.pilot_preference_fit_events', 'pilot.pilot_integration_feasibility_decisions'];
  const inBoth = async (sql: (table: string) => string) => {
    await service.asSuperuser(async (client) => {
      for (const table of tables) await client.query(sql(table));
    });
  };

  await inBoth((table) => `ALTER TABLE ${table} ADD CONSTRAINT no CHECK (false) NOT VALID`);
  await ask(500, 'a constraint that refuses the row');
  await inBoth((table) => `ALTER TABLE ${table} DROP CONSTRAINT no`);

  await service.asSuperuser((client) =>
    client.query(`CREATE FUNCTION pilot.tattle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'refused: %', NEW USING DETAIL = NEW::text, HINT = NEW::text; END $$`),
  );
  await inBoth(
    (table) => `CREATE TRIGGER tattle BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION pilot.tattle()`,
  );
  await ask(500, 'an error that quotes the row');
  await inBoth((table) => `DROP TRIGGER tattle ON ${table}`);

  await inBoth((table) => `DROP TABLE ${table} CASCADE`);
  await ask(501, 'a table that is not there');
  await nowhere(t);
});

t.test('the hash of an identifier is nowhere, even when its event is accepted', async (t) => {
  const hash = `${'c0ffee'.repeat(10)}1234`;
  const body = contactAttemptBody(orgA, { entity_key_hash: hash });
  t.equal((await send('POST', '/events/contact-attempt', { token, body })).status, 201);
  for (const word of [hash, Buffer.from(hash, 'hex').toString('base64'), Buffer.from(hash).toString('hex')]) {
    await nowhere(t, word);
  }
});

t.test('accepted requests leave no trace of who sent them and from where in the log', async (t) => {
  const body = { pilot_cycle_id: 'cycle-a', org_id: orgA, service_id: 'service-one', sla_tier: 'standard' };
  t.equal((await send('POST', '/scope/services', { token, body })).status, 201);
  await nowhere(t);
  for (const word of [owner.userId, token, token.split('.')[1] ?? '', '127.0.0.1', orgA]) {
    t.notOk(service.log().includes(word), 'not in the log');
  }
});
