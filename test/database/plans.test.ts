import { readFileSync } from 'node:fs';
import t from 'tap';
import { metricIds, metricQueries } from '../../src/capabilities/metric-queries.ts';
import { cycle, service, startTestService } from '../support/service.ts';
import { type PlannedStatement, scansOf } from './support/scans.ts';

/**
 * The plans of the reads that grow with the data, as the service's role gets them under row-level security. No times are
 * measured: what is here is which index a read leans on, so that one that is lost shows.
 */
const s = await startTestService(t);
const sources = new URL('../../src/capabilities/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, sources), 'utf8');
const planForManyRows = read('plan-for-many-rows.sql');
const planForFewGroups = read('breakdown/plan-for-few-groups.sql');
const scripts = new URL('../../sql/', import.meta.url);
const planForTheseValues = read('metrics/history/plan-for-these-values.sql');

const day = (number: number) => new Date(Date.UTC(2026, 2, number)).toISOString();
const window = [day(3), day(4)];
const open = [null, null];

await s.asSuperuser(async (client) => {
  await client.query("SET pilot.service_version = 'test'");
  // An autovacuum that is at work on one table would keep the VACUUM below from marking the rows of another as visible to all.
  await client.query(`DO $$
    DECLARE name text;
    BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'pilot' LOOP
        EXECUTE format('ALTER TABLE pilot.%I SET (autovacuum_enabled = false)', name);
      END LOOP;
    END
  $$`);
  // A month of events; the window below is one day of it.
  const at = `'${day(1)}'::timestamptz + number * interval '60 seconds'`;
  const rows = 'generate_series(1, 40000) AS number';
  const common = `$1, gen_random_uuid(), '${cycle}'`;
  for (const sql of [
    `INSERT INTO pilot.pilot_contact_attempt_events (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash,
                                                     attempt_channel, attempt_outcome, attempted_at)
     SELECT ${common}, '${service}', sha256((number % 13000)::text::bytea), 'phone', 'no_response', ${at} FROM ${rows}`,
    `INSERT INTO pilot.pilot_referral_events (source_org_id, id, pilot_cycle_id, target_service_id, referral_state,
                                              created_at, updated_at)
     SELECT ${common}, '${service}', 'initiated', ${at}, ${at} FROM ${rows}`,
    `INSERT INTO pilot.pilot_connection_events (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at)
     SELECT ${common}, '${service}', id, attempted_at FROM pilot.pilot_contact_attempt_events WHERE recorded_by_org_id = $1`,
    `INSERT INTO pilot.service_operational_status_events (org_id, id, pilot_cycle_id, service_id, status_code, checked_at)
     SELECT ${common}, '${service}', 'closed', ${at} FROM ${rows}`,
    `INSERT INTO pilot.pilot_data_decay_audits (org_id, id, pilot_cycle_id, service_id, is_fatal, verification_mode, audited_at)
     SELECT ${common}, '${service}', false, 'web_only', ${at} FROM ${rows}`,
    `INSERT INTO pilot.pilot_preference_fit_events (org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect,
                                                    preference_recorded_at)
     SELECT ${common}, 'youth', true, ${at} FROM ${rows}`,
    `INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
     SELECT ${common}, '${service}', 'crisis'`,
    // Of each of forty windows a hundred recomputes; one of the windows is open.
    `INSERT INTO pilot.pilot_metric_snapshots (org_id, id, recompute_id, pilot_cycle_id, window_start, metric_id, calculated_at,
                                               unit, denominator, note, quality, data_quality, query_id, query_version)
     SELECT $1, gen_random_uuid(), recompute_id, '${cycle}', '${day(3)}'::timestamptz + nullif(number % 40, 39) * interval '1 day',
            metric_id, now() - number * interval '1 minute', CASE WHEN metric_id LIKE 'M2%' THEN 'seconds' ELSE 'ratio' END,
            0, 'no_qualifying_events', 'no_data', '{}', 'none', 1
     FROM (SELECT number, gen_random_uuid() AS recompute_id FROM generate_series(1, 4000) AS number) AS recompute,
          unnest('{${metricIds}}'::text[]) AS metric_id`,
  ]) {
    await client.query(sql, [s.orgA]);
  }
  const columns = `id, recompute_id, pilot_cycle_id, window_start, metric_id, calculated_at, unit, denominator, note, quality,
    data_quality, query_id, query_version`;
  await client.query(
    `INSERT INTO pilot.pilot_cycle_metric_snapshots (${columns}) SELECT ${columns} FROM pilot.pilot_metric_snapshots`,
  );
  await client.query('VACUUM ANALYZE');
});

const scans = (statement: PlannedStatement, settings: string, user = s.owner.userId) =>
  scansOf(s.urls.app, user, statement, settings);

/** Snapshots of an organisation, read by its owner, and of the whole cycle, read by an app admin: their statements and indexes. */
const subjects = [
  { user: s.owner, whose: [s.orgA], uuid: 'uuid, ', cycleWide: '', table: 'pilot_metric_snapshots' },
  { user: s.appAdmin, whose: [], uuid: '', cycleWide: 'cycle-', table: 'pilot_cycle_metric_snapshots' },
];

const ofSnapshots = (scans: Iterable<string>) =>
  [...scans].filter((scan) => /snapshots/.test(scan)).toSorted();

const metric = (id: string, bounds: readonly unknown[], org: string | null = s.orgA) => {
  const query = metricQueries.find(({ file }) => file.startsWith(`${id}_`));
  return {
    text: query?.statement.text ?? '',
    types: '(text, uuid, timestamptz, timestamptz, timestamptz)',
    values: [cycle, org, ...bounds, day(28)],
  };
};

/** How a server may be set up to treat prepared statements; a recompute says itself how it wants to be planned. */
const servers = ['auto', 'force_custom_plan', 'force_generic_plan'].map(
  (mode) => `SET LOCAL plan_cache_mode = ${mode}; SET LOCAL work_mem = '64MB'`,
);

const ofOneDay: Record<string, string> = {
  m1: 'pilot_contact_attempt_events_window',
  m2: 'pilot_connection_events_window',
  m3: 'pilot_referral_events_window',
  m4: 'service_operational_status_events_latest',
  m5: 'pilot_contact_attempt_events_window',
  m6: 'pilot_data_decay_audits_window',
  m7: 'pilot_preference_fit_events_window',
};

for (const server of servers) {
  const settings = `${server}; ${planForManyRows}`;
  for (const [id, index] of Object.entries(ofOneDay)) {
    t.test(`${id} of one day reads that day by its index, with ${server}`, async (t) => {
      const found = [...(await scans(metric(id, window), settings))].join(', ');
      t.match(found, new RegExp(` ${index}\\b`));
    });
  }
  t.test(`m5 of all times reads people in their order, from the index alone, with ${server}`, async (t) => {
    const ofAttempts = [...(await scans(metric('m5', open), settings))].filter((scan) =>
      scan.includes('contact_attempt'),
    );
    t.same(ofAttempts, ['Index Only Scan pilot_contact_attempt_events_person']);
  });
  t.test(`the scorecard looks up snapshots by their index, with ${server}`, async (t) => {
    for (const { user, whose, uuid, cycleWide, table } of subjects) {
      const text = read(`metrics/read-latest-${cycleWide}snapshots.sql`);
      const types = `(${uuid}text, timestamptz, timestamptz, text[], timestamptz)`;
      for (const bounds of [open, window]) {
        const values = [...whose, cycle, ...bounds, `{${metricIds}}`, null];
        const found = await scans({ text, types, values }, server, user.userId);
        t.same(ofSnapshots(found), [`Index Scan ${table}_of_window`]);
      }
    }
  });
  t.test(
    `the scorecard of an organisation that is not the caller's reads no snapshot, with ${server}`,
    async (t) => {
      const text = read('metrics/read-latest-snapshots.sql');
      const types = '(uuid, text, timestamptz, timestamptz, text[], timestamptz)';
      const values = [s.orgA, cycle, day(4), null, `{${metricIds}}`, null];
      const readBy = async ({ userId }: { userId: string }) =>
        ofSnapshots(await scansOf(s.urls.app, userId, { text, types, values }, server, 'executed'));
      t.same(await readBy(s.owner), ['Index Scan pilot_metric_snapshots_of_window']);
      t.same(await readBy(s.ownerB), []);
      t.same(await readBy(s.stranger), []);
    },
  );
  t.test(
    `the history of one window and of all is read in the order of an index each, with ${server}`,
    async (t) => {
      for (const { user, whose, uuid, cycleWide, table } of subjects) {
        const text = read(`metrics/history/read-${cycleWide}history.sql`);
        const types = `(${uuid}text, text[], boolean, timestamptz, timestamptz, timestamptz, timestamptz, uuid, integer)`;
        for (const [isAny, index] of [
          [true, 'history'],
          [false, 'of_window'],
        ] as const) {
          const page = async (from: string | null, cursor: string | null) => {
            const values = [...whose, cycle, `{${metricIds}}`, isAny, day(4), null, from, null, cursor, 101];
            return ofSnapshots(
              await scans({ text, types, values }, `${server}; ${planForTheseValues}`, user.userId),
            );
          };
          // Without a cursor its place is not looked for, and its plan may be anything.
          for (const from of [null, day(1)])
            t.ok((await page(from, null)).includes(`Index Scan ${table}_${index}`));
          t.same(
            await page(null, s.orgA),
            [`Index Scan ${table}_${index}`, `Index Scan ${table}_pkey`].toSorted(),
          );
        }
      }
    },
  );
  t.test(`of each window what was calculated last is found in an index alone, with ${server}`, async (t) => {
    for (const { user, whose, uuid, cycleWide, table } of subjects) {
      const text = read(`metrics/history/read-${cycleWide}latest-of-windows.sql`);
      const types = `(${uuid}text, text[], timestamptz, timestamptz, uuid, integer)`;
      for (const cursor of [null, s.orgA]) {
        const values = [...whose, cycle, `{${metricIds}}`, null, null, cursor, 101];
        const found = await scans({ text, types, values }, `${server}; ${planForTheseValues}`, user.userId);
        t.ok(found.has(`Index Only Scan ${table}_history`));
        t.match([...found].join(), `${table}_${cycleWide ? '' : 'org_id_'}recompute_id_metric_id_key`);
        // Without a cursor its place is not looked for, and its plan may be anything.
        if (cursor !== null) t.notMatch([...found].join(), /Seq Scan/);
      }
    }
  });
  t.test(`the windows that were computed are read from an index alone, with ${server}`, async (t) => {
    for (const { user, whose, uuid, cycleWide, table } of subjects) {
      const text = read(`metrics/history/read-${cycleWide}windows.sql`);
      const values = [...whose, cycle, null, 101];
      const found = await scans({ text, types: `(${uuid}text, uuid, integer)`, values }, server, user.userId);
      t.match(ofSnapshots(found), [`Index Only Scan ${table}_history`]);
      t.notMatch(ofSnapshots(found).join(), /Seq Scan/);
    }
  });
  t.test(
    `over a whole cycle m5 reads people in their order, and m4 the last check of each, with ${server}`,
    async (t) => {
      const wide = (id: string) => scans(metric(id, open, null), settings, s.appAdmin.userId);
      const attempts = [...(await wide('m5'))].filter((scan) => scan.includes('contact_attempt'));
      t.same(attempts, ['Index Only Scan pilot_contact_attempt_events_person']);
      t.match([...(await wide('m4'))].join(), 'service_operational_status_events_latest');
    },
  );
}

t.test('a recompute has the same plans however the server treats prepared statements', async (t) => {
  for (const bounds of [open, window]) {
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']) {
      const plans = await Promise.all(
        servers.map((server) => scans(metric(id, bounds), `${server}; ${planForManyRows}`)),
      );
      t.equal(new Set(plans.map((plan) => JSON.stringify([...plan].sort()))).size, 1, id);
    }
  }
});

const breakdown = (part: string, orgId: string | null, bounds: readonly unknown[]): PlannedStatement => {
  const perPeriod = part !== 'times_to_connection';
  return {
    text: readFileSync(new URL(`breakdown/breakdown_${part}.sql`, scripts), 'utf8'),
    types: `(text, uuid, timestamptz, timestamptz${perPeriod ? ', text' : ''})`,
    values: [cycle, orgId, ...bounds, ...(perPeriod ? ['day'] : [])],
  };
};

const partsOfBreakdown = {
  attempts: 'pilot_contact_attempt_events_window',
  referrals: 'pilot_referral_events_window',
  audits: 'pilot_data_decay_audits_window',
  times_to_connection: 'pilot_connection_events_window',
};

for (const server of servers) {
  const settings = `${server}; ${planForFewGroups}`;
  t.test(`a breakdown of one day reads that day by its indexes, with ${server}`, async (t) => {
    for (const [part, index] of Object.entries(partsOfBreakdown)) {
      const found = [...(await scans(breakdown(part, s.orgA, window), settings))].join(', ');
      t.match(found, new RegExp(` ${index}\\b`), part);
    }
  });
  t.test(`the periods of a breakdown read no table of events as a whole, with ${server}`, async (t) => {
    for (const [user, orgId] of [
      [s.owner, s.orgA],
      [s.appAdmin, null],
    ] as const) {
      const found = await scans(breakdown('periods', orgId, open), settings, user.userId);
      const ofEvents = [...found].filter((scan) => /events|audits/.test(scan));
      const tables = ['contact_attempt_events', 'referral_events', 'data_decay_audits'];
      for (const table of tables) t.ok(ofEvents.includes(`Index Only Scan pilot_${table}_window`));
      t.notMatch(ofEvents.join(), /Seq Scan|Bitmap/);
    }
  });
  t.test(`the freshness of a scope looks up each latest check by its index, with ${server}`, async (t) => {
    const text = readFileSync(new URL('scope_freshness.sql', scripts), 'utf8');
    for (const orgId of [s.orgA, null]) {
      const question = { text, types: '(text, uuid, timestamptz)', values: [cycle, orgId, day(28)] };
      const found = [...(await scans(question, server, s.appAdmin.userId))];
      t.same(
        found.filter((scan) => /status_events/.test(scan)),
        ['Index Scan service_operational_status_events_latest'],
      );
    }
  });
}
