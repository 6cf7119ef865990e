import { createHash } from 'node:crypto';
import t from 'tap';
import type { Metric } from '../../../src/capabilities/metrics/schema.ts';
import { end, inParallel, iso, type Org, services, start, startWorld, windows } from './oracle-world.ts';

/** Many events, and events that arrive while the figures are computed. */
const world = await startWorld(t);
const table = 'pilot.pilot_contact_attempt_events';

t.test('1,750 attempts of each of two organisations through the API', async (t) => {
  const { a, b, cycle } = await world.tenants();
  const outcomes = ['connected', 'no_response', 'invalid_routing'];
  const send = (org: Org, index: number) =>
    org.record('contact-attempt', cycle, start + ((index * 7_919) % 1_750) * 400_000, {
      entity_key_hash: createHash('sha256')
        .update(`person ${(index * index) % 1_019}`)
        .digest('hex'),
      attempt_outcome: outcomes[(index * (org === a ? 5 : 11)) % 17] ?? 'other_failure',
    });
  await inParallel(16, Array(3_500).keys(), (index) => send(index % 2 ? a : b, index >> 1));
  await inParallel(2, [a, b], async (org) => {
    t.equal((await org.compare(cycle, windows.open)).M1?.denominator, 1_750);
    await org.compare(cycle, windows.closed);
  });
});

t.test('more than 25,000 attempts of one organisation, and 6,000 connections', async (t) => {
  const { a, b, cycle } = await world.tenants();
  // The superuser writes them: so many requests would take minutes.
  const rows = await world.service.asSuperuser(async (client) => {
    await client.query("SET pilot.service_version = 'test'");
    await client.query(
      `INSERT INTO ${table} (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel,
                             attempt_outcome, attempted_at)
       SELECT CASE WHEN i % 17 = 0 THEN $2::uuid ELSE $1::uuid END, gen_random_uuid(), $3, $4,
              sha256(convert_to('person ' || (i::bigint * i) % 30011, 'UTF8')), 'phone',
              CASE WHEN i % 4 = 0 THEN 'connected' WHEN i % 3 = 0 THEN 'no_response' ELSE 'invalid_routing' END,
              $5::timestamptz + i % 3 * interval '1 millisecond' - interval '1 millisecond'
                + (i % 8) * ($6::timestamptz - $5::timestamptz) / 7
       FROM generate_series(1, 27000) AS i`,
      [a.id, b.id, cycle, services[0], iso(start), iso(end)],
    );
    await client.query(
      `INSERT INTO pilot.pilot_connection_events
         (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at)
       SELECT recorded_by_org_id, gen_random_uuid(), pilot_cycle_id, service_id, id,
              attempted_at + get_byte(entity_key_hash, 0) * get_byte(entity_key_hash, 1) * interval '0.75 seconds'
       FROM ${table} WHERE pilot_cycle_id = $1 AND attempt_outcome = 'connected'`,
      [cycle],
    );
    const attempts = await client.query(
      `SELECT recorded_by_org_id, id, pilot_cycle_id, attempt_outcome,
              encode(entity_key_hash, 'hex') AS entity_key_hash, attempted_at
       FROM ${table} WHERE pilot_cycle_id = $1`,
      [cycle],
    );
    const connections = await client.query(
      `SELECT org_id, id, pilot_cycle_id, contact_attempt_event_id, connected_at
       FROM pilot.pilot_connection_events WHERE pilot_cycle_id = $1`,
      [cycle],
    );
    return { 'contact-attempt': attempts.rows, connection: connections.rows };
  });
  for (const [kind, events] of Object.entries(rows)) {
    for (const { attempted_at, connected_at, ...event } of events) {
      const at =
        kind === 'connection' ? { connected_at: iso(connected_at) } : { attempted_at: iso(attempted_at) };
      world.oracle.post(`/events/${kind}`, { ...event, ...at });
    }
  }
  const { M1, M2_P50 } = await a.compare(cycle, windows.open);
  t.ok(Number(M1?.denominator) > 25_000);
  t.ok(Number(M2_P50?.denominator) > 6_000);
  for (const org of [a, b]) await org.compare(cycle, windows.closed);
});

/** One event of every kind, a service in scope and its check: the same step for all nine figures. */
const oneOfEach = `
  WITH given (org, cycle, service, at) AS (VALUES ($1::uuid, $2::text, $3::text, $4::timestamptz)),
  service AS (
    INSERT INTO pilot.services (id, name, fields_present, has_place) SELECT service, service, '{}', true FROM given
  ),
  scope AS (
    INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
    SELECT org, gen_random_uuid(), cycle, service, 'crisis' FROM given
  ),
  status AS (
    INSERT INTO pilot.service_operational_status_events
      (org_id, id, pilot_cycle_id, service_id, status_code, checked_at)
    SELECT org, gen_random_uuid(), cycle, service, 'closed', at FROM given
  ),
  referral AS (
    INSERT INTO pilot.pilot_referral_events
      (source_org_id, id, pilot_cycle_id, target_service_id, referral_state, created_at, updated_at, terminal_at)
    SELECT org, gen_random_uuid(), cycle, service, 'connected', at, at, at FROM given
  ),
  attempt AS (
    INSERT INTO pilot.pilot_contact_attempt_events
      (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome, attempted_at)
    SELECT org, gen_random_uuid(), cycle, service, sha256(convert_to(service, 'UTF8')), 'phone', 'no_response', at
    FROM given
    RETURNING id
  ),
  connection AS (
    INSERT INTO pilot.pilot_connection_events
      (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at)
    SELECT org, gen_random_uuid(), cycle, service, id, at FROM given, attempt
  ),
  audit AS (
    INSERT INTO pilot.pilot_data_decay_audits
      (org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at)
    SELECT org, gen_random_uuid(), cycle, service, true, 'wrong_or_disconnected_phone', 'web_only', at FROM given
  )
  INSERT INTO pilot.pilot_preference_fit_events
    (org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at)
  SELECT org, gen_random_uuid(), cycle, service, true, at FROM given`;

t.test('the nine figures of a recompute see one state while others write', async (t) => {
  const { a, cycle } = await world.tenants();
  const recomputes = 24;
  let done = 0;
  const write = (writer: string) =>
    world.service.asSuperuser(async (client) => {
      await client.query("SET pilot.service_version = 'test'");
      let written = 0;
      for (; done < recomputes; written += 1) {
        await client.query(oneOfEach, [a.id, cycle, `${writer}-${written}`, iso(world.now)]);
      }
      return written;
    });
  const recompute = async () => {
    const { body } = await a.caller.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: a.id });
    done += 1;
    const metrics: Metric[] = body.metrics;
    const ratios = metrics.filter(({ metric_id, unit }) => unit === 'ratio' && metric_id !== 'M5');
    const counts = [
      ...metrics.map(({ denominator }) => denominator),
      ...ratios.map(({ numerator }) => numerator),
    ];
    t.equal(new Set(counts).size, 1, counts.join(' '));
    return counts[0] ?? 0;
  };
  const seen: number[] = [];
  const recomputing = inParallel(2, Array(recomputes).keys(), async () => seen.push(await recompute()));
  await Promise.all([write('one'), write('two'), recomputing]);
  t.ok(new Set(seen).size > recomputes / 2, 'and the state did change from one to the next');
});
