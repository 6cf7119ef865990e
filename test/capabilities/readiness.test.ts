import { randomUUID } from 'node:crypto';
import t from 'tap';
import { errorsOf, visible } from '../support/events.ts';
import { importKingston, kingston, putInScope } from '../support/kingston.ts';
import { cycle, otherCycle, service, startTestService } from '../support/service.ts';

/** GET /scope/readiness (spec 5). */
const s = await startTestService(t);
const path = (org = s.orgA, more = '') => `/scope/readiness?pilot_cycle_id=${cycle}&org_id=${org}${more}`;
const allFields = ['phone', 'email', 'url', 'address', 'coordinates', 'hours', 'hours_text', 'access_script'];

interface Service {
  /** How many days ago it was verified; nobody did when it is not given. */
  age?: number;
  lacks?: string[];
  category?: string;
  place?: boolean;
}

/** Puts services in the directory, as an import would. */
async function addServices(services: Readonly<Record<string, Service>>): Promise<void> {
  const rows = Object.entries(services).map(([id, { age, lacks = [], category, place = true }]) => ({
    id,
    age,
    category,
    place,
    fields: allFields.filter((field) => !lacks.includes(field)),
  }));
  await s.asOwner((client) =>
    client.query(
      `INSERT INTO pilot.services (id, name, category, verified_on, fields_present, has_place)
       SELECT id, upper(id), category, (now() AT TIME ZONE 'UTC')::date - age, fields, place
       FROM json_to_recordset($1) AS given (id text, age integer, category text, place boolean, fields text[])`,
      [JSON.stringify(rows)],
    ),
  );
}

/** An organisation of its own whose scope is these services, so that tests do not meet. */
async function scopeOf(tiers: Readonly<Record<string, string>>): Promise<string> {
  const org = randomUUID();
  await s.asOwner(async (client) => {
    await client.query(
      "INSERT INTO pilot.organizations (id, name, time_zone) VALUES ($1, 'Its own', 'UTC')",
      [org],
    );
    await client.query(
      "INSERT INTO pilot.organization_members (org_id, user_id, role) VALUES ($1, $2, 'viewer')",
      [org, s.viewer.userId],
    );
  });
  await putInScope(s, cycle, org, tiers);
  return org;
}

async function read(org: string) {
  const answer = await s.viewer.get(path(org));
  t.equal(answer.status, 200);
  return answer.body;
}

t.test('a service stands once, with all of its gaps, where the most urgent one puts it', async (t) => {
  await addServices({
    'w-complete': { age: 1 },
    'w-email': { age: 1, lacks: ['email'] },
    'w-address': { age: 1, lacks: ['address', 'email'] },
    'w-coordinates': { age: 1, lacks: ['coordinates', 'address'] },
    'w-script': { age: 1, lacks: ['access_script', 'coordinates'] },
    'w-hours-text': { age: 1, lacks: ['hours_text'] },
    'w-hours-2': { age: 1, lacks: ['hours', 'hours_text', 'access_script', 'email'] },
    'w-hours-1': { age: 1, lacks: ['hours'] },
    'w-hours-urgent': { age: 1, lacks: ['hours'] },
    'w-due': { age: 100, lacks: ['email'] },
    'w-stale': { age: 200 },
    'w-never': { lacks: allFields },
  });
  const org = await scopeOf({
    'w-hours-text': 'standard',
    'w-complete': 'crisis',
    'w-never': 'high_demand',
    'w-email': 'standard',
    'w-hours-2': 'high_demand',
    'w-hours-1': 'standard',
    'w-hours-urgent': 'crisis',
    'w-script': 'standard',
    'w-due': 'standard',
    'w-address': 'standard',
    'w-stale': 'crisis',
    'w-coordinates': 'standard',
  });
  const body = await read(org);
  t.same(
    body.entries.map(({ service_id, step, gaps }: Record<string, unknown>) => [service_id, step, gaps]),
    [
      [
        'w-never',
        'verification',
        ['verification_missing', 'hours', 'hours_text', 'access_script', 'coordinates', 'address', 'email'],
      ],
      ['w-stale', 'verification', ['verification_stale']],
      ['w-due', 'verification', ['verification_due', 'email']],
      ['w-hours-urgent', 'hours', ['hours']],
      ['w-hours-1', 'hours', ['hours']],
      ['w-hours-2', 'hours', ['hours', 'hours_text', 'access_script', 'email']],
      ['w-hours-text', 'hours', ['hours_text']],
      ['w-script', 'access_script', ['access_script', 'coordinates']],
      ['w-coordinates', 'place', ['coordinates', 'address']],
      ['w-address', 'place', ['address', 'email']],
      ['w-email', 'email', ['email']],
      ['w-complete', null, []],
    ],
  );
  t.match(body, {
    pilot_cycle_id: cycle,
    org_id: org,
    scope: 'registered',
    as_of: new Date().toISOString().slice(0, 10),
    totals: { entries: 12, in_directory: 12, unmatched: 0, without_gaps: 1, without_place: 0 },
    verification: { missing: 1, fresh: 9, due: 1, stale: 1 },
    next_cursor: null,
  });
  t.same(
    body.gaps.map(({ gap, step, entries }: Record<string, unknown>) => [step, gap, entries]),
    [
      ['verification', 'verification_missing', 1],
      ['verification', 'verification_stale', 1],
      ['verification', 'verification_due', 1],
      ['hours', 'hours', 4],
      ['hours', 'hours_text', 3],
      ['access_script', 'access_script', 3],
      ['place', 'coordinates', 3],
      ['place', 'address', 3],
      ['email', 'email', 5],
      ['unmatched', 'directory_record', 0],
    ],
  );
  t.strictSame(body.entries[2], {
    service_id: 'w-due',
    name: 'W-DUE',
    category: null,
    sla_tier: 'standard',
    is_crisis: false,
    org_ids: [org],
    verification_level: null,
    verified_on: body.entries[2].verified_on,
    age_days: 100,
    verification: 'due',
    step: 'verification',
    gaps: ['verification_due', 'email'],
  });
  t.strictSame(await read(org), body, 'it is the same when it is read again');
});

t.test('how old a verification may be ends with the day, sooner for crisis services', async (t) => {
  const ages = [0, 30, 31, 90, 91, 180, 181, 4000, -1];
  const groups: [name: string, tier: string, category: string | undefined, expected: string[]][] = [
    [
      'crisis',
      'crisis',
      undefined,
      ['fresh', 'fresh', 'due', 'due', 'due', 'due', 'stale', 'stale', 'missing'],
    ],
    [
      'demand',
      'high_demand',
      'Food',
      ['fresh', 'fresh', 'fresh', 'fresh', 'due', 'due', 'stale', 'stale', 'missing'],
    ],
    [
      'plain',
      'standard',
      undefined,
      ['fresh', 'fresh', 'fresh', 'fresh', 'due', 'due', 'stale', 'stale', 'missing'],
    ],
    [
      'category',
      'standard',
      'CRISIS',
      ['fresh', 'fresh', 'due', 'due', 'due', 'due', 'stale', 'stale', 'missing'],
    ],
  ];
  for (const [name, tier, category, expected] of groups) {
    const ids = ages.map((age) => `age-${name}-${age}`);
    await addServices(
      Object.fromEntries(ages.map((age, i) => [ids[i], { age, ...(category && { category }) }])),
    );
    const body = await read(await scopeOf(Object.fromEntries(ids.map((id) => [id, tier]))));
    const states = new Map(
      body.entries.map((entry: Record<string, unknown>) => [entry.service_id, entry.verification]),
    );
    t.same(
      ids.map((id) => states.get(id)),
      expected,
      name,
    );
    for (const { service_id, is_crisis, age_days } of body.entries) {
      t.equal(is_crisis, ['crisis', 'category'].includes(name));
      t.equal(`age-${name}-${age_days ?? -1}`, service_id);
    }
  }
});

t.test('coordinates are asked for only where there is a place, an address everywhere', async (t) => {
  await addServices({
    'p-virtual': { age: 1, lacks: ['address', 'coordinates'], place: false },
    'p-place': { age: 1, lacks: ['address', 'coordinates'] },
  });
  const body = await read(await scopeOf({ 'p-virtual': 'standard', 'p-place': 'standard' }));
  t.match(body.entries, [
    { service_id: 'p-place', gaps: ['coordinates', 'address'] },
    { service_id: 'p-virtual', gaps: ['address'], step: 'place' },
  ]);
  t.match(body.totals, { entries: 2, without_gaps: 0, without_place: 1 });
});

t.test('all of the Kingston directory is counted as its records say, over pages', async (t) => {
  await importKingston(s);
  const { services } = kingston;
  t.equal(services.length, 196);
  const org = await scopeOf(Object.fromEntries(services.map(({ id }) => [id, 'standard'])));
  const first = await read(org);
  const lacking = (field: (typeof services)[number]['fields_present'][number], onlyPlaces = false) =>
    services.filter(
      ({ fields_present, has_place }) => !fields_present.includes(field) && (has_place || !onlyPlaces),
    ).length;
  const counted = Object.fromEntries(
    first.gaps.map(({ gap, entries }: { gap: string; entries: number }) => [gap, entries]),
  );
  t.match(counted, {
    hours: lacking('hours'),
    hours_text: lacking('hours_text'),
    access_script: lacking('access_script'),
    coordinates: lacking('coordinates', true),
    address: lacking('address'),
    email: lacking('email'),
    directory_record: 0,
  });
  t.ok(counted.hours && counted.email && counted.coordinates, 'it has gaps to find');
  const { missing, fresh, due, stale } = first.verification;
  t.equal(missing + fresh + due + stale, 196);
  t.equal(counted.verification_missing, services.filter(({ verified_on }) => verified_on === null).length);

  t.equal(first.entries.length, 100, 'a page has at most a hundred');
  const all = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await s.viewer.get(path(org, `&limit=77${cursor && `&cursor=${cursor}`}`));
    t.same(
      { ...body, entries: 0, next_cursor: 0 },
      { ...first, entries: 0, next_cursor: 0 },
      'the same counts',
    );
    all.push(...body.entries);
    cursor = body.next_cursor;
  }
  t.equal(all.length, 196);
  t.equal(new Set(all.map(({ service_id }) => service_id)).size, 196);
  t.same(all.slice(0, 100), first.entries, 'pages are cut from one order');
  const { body: beyond } = await s.viewer.get(path(org, '&cursor=196'));
  t.match(beyond, { entries: [], next_cursor: null, totals: { entries: 196 } });
});

t.test('only the scope of this organisation and this cycle counts', async (t) => {
  const put = (who: 'owner' | 'ownerB', org_id: string, pilot_cycle_id: string) =>
    s[who].post('/scope/services', { pilot_cycle_id, org_id, service_id: service, sla_tier: 'crisis' });
  t.equal((await s.viewer.get(path())).body.totals.entries, 0, 'an empty scope has an empty report');
  await put('ownerB', s.orgB, cycle);
  await put('owner', s.orgA, otherCycle);
  t.match((await s.viewer.get(path())).body, { totals: { entries: 0 }, entries: [] });
  t.match((await s.ownerB.get(path(s.orgB))).body.entries, [{ service_id: service, org_ids: [s.orgB] }]);
});

t.test('members of every role and app admins may read; others meet the same refusal', async (t) => {
  for (const who of ['owner', 'admin', 'editor', 'viewer', 'appAdmin'] as const) {
    t.equal((await s[who].get(path())).status, 200, who);
  }
  const headers = { 'x-request-id': randomUUID() };
  const foreign = await s.ownerB.get(path(), { headers });
  t.equal(foreign.status, 403);
  const nowhere = path().replace(cycle, 'not-registered');
  for (const answer of [
    await s.stranger.get(path(), { headers }),
    await s.owner.get(path(s.orgB), { headers }),
    await s.owner.get(path(randomUUID()), { headers }),
    await s.appAdmin.get(path(randomUUID()), { headers }),
    await s.ownerB.get(nowhere, { headers }),
  ]) {
    t.strictSame(visible(answer), visible(foreign));
  }
  const unregistered = await s.owner.get(nowhere);
  t.equal(unregistered.status, 422);
  t.same(errorsOf(unregistered), ['pilot_cycle_id not_registered']);
});

t.test('what is asked wrongly is refused and named', async (t) => {
  const refused: [string, string][] = [
    [`/scope/readiness?org_id=${s.orgA}`, 'pilot_cycle_id required'],
    [`/scope/readiness?pilot_cycle_id=${cycle}`, 'org_id required'],
    [path('everywhere'), 'org_id invalid_format'],
    [path(s.orgA, '&limit=101'), 'limit too_big'],
    [path(s.orgA, '&limit=0'), 'limit invalid_format'],
    [path(s.orgA, '&cursor=w-due'), 'cursor invalid_format'],
    [path(s.orgA, '&as_of=2026-01-01'), '(unknown field) unknown_field'],
  ];
  for (const [url, error] of refused) {
    const answer = await s.owner.get(url);
    t.equal(answer.status, 400, url);
    t.same(errorsOf(answer), [error]);
  }
});

t.test('a missing table is named by a 501', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) => client.query('DROP TABLE pilot.pilot_service_scope CASCADE'));
  const answer = await other.owner.get(path(other.orgA));
  t.equal(answer.status, 501);
  t.match(answer.body.detail, 'pilot.pilot_service_scope');
});

t.test('reading could not write, whatever it did', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) =>
    client.query(`CREATE OR REPLACE FUNCTION pilot.is_participant() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN UPDATE pilot.services SET name = 'changed'; RETURN true; END $$`),
  );
  const answer = await other.owner.get(path(other.orgA));
  t.equal(answer.status, 503, 'PostgreSQL refuses to write in a read-only transaction');
  const { rows } = await other.asSuperuser((client) =>
    client.query("SELECT FROM pilot.services WHERE name = 'changed'"),
  );
  t.equal(rows.length, 0);
});
