import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Metric } from '../../../src/capabilities/metrics/schema.ts';
import { addMember, createOrganization } from '../../../src/database/provisioning.ts';
import { type Answer, cycle, type TestService } from '../../support/service.ts';
import { openJointWriter } from './joint-writer.ts';

/** With more of them in one organisation, what was written before would make each slow. */
const recomputesPerOrganization = 25;
const mostWrites = 2_000;

export interface Consistency {
  recomputes: number;
  /** How many different states the recomputes saw. */
  states: number;
  /** Commits of the writers, and corrections of referrals through the API. */
  writes: number;
  corrections: number;
  /** Scorecards read. */
  reads: number;
  /** Whatever mixes two states. */
  torn: string[];
}

/** Recomputes while writers add to all figures at once, referrals are corrected, and scorecards are read. */
export async function recomputeAmongWriters(service: TestService, recomputes: number): Promise<Consistency> {
  const seen: Consistency = { recomputes: 0, states: 0, writes: 0, corrections: 0, reads: 0, torn: [] };
  await service.asOwner((client) =>
    client.query(
      `INSERT INTO pilot.services (id, name, fields_present, has_place)
       SELECT 'joint-' || number, 'A service', '{}', true FROM generate_series(1, $1::integer) AS number`,
      [mostWrites],
    ),
  );
  while (seen.recomputes < recomputes) {
    await inOneOrganization(service, Math.min(recomputesPerOrganization, recomputes - seen.recomputes), seen);
  }
  return seen;
}

async function inOneOrganization(service: TestService, recomputes: number, seen: Consistency): Promise<void> {
  const { owner, urls, asOwner, asSuperuser } = service;
  const orgId = await asOwner(async (client) => {
    const id = await createOrganization(client, 'An organisation', 'America/Toronto');
    await addMember(client, id, owner.userId, 'owner');
    return id;
  });
  const at = new Date();
  const states = new Set<number>();
  let referral = '';
  let written = 0;
  let left = recomputes;

  const look = (what: string, { status, text, body }: Answer) => {
    assert.equal(status, 200, text);
    const { counts, moments } = agreement(body.metrics);
    if (counts.size > 1) seen.torn.push(`${what} counts ${[...counts]}`);
    if (moments.size > 1) seen.torn.push(`${what} is of ${[...moments]}`);
    for (const count of counts) states.add(count);
  };
  const recompute = async () => {
    left -= 1;
    look('a recompute', await owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: orgId }));
    seen.recomputes += 1;
  };
  const read = async () => {
    look('a read', await owner.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${orgId}`));
    seen.reads += 1;
  };
  const correct = async () => {
    const updated_at = new Date().toISOString();
    const state = { referral_state: 'failed', updated_at, terminal_at: updated_at };
    const { status, text } = await owner.patch(`/events/referral/${referral}`, {
      source_org_id: orgId,
      ...state,
    });
    assert.ok([200, 409].includes(status), text);
    seen.corrections += 1;
  };
  const writers = [
    await openJointWriter(urls.app, owner.userId),
    await openJointWriter(urls.app, owner.userId),
  ];
  const writes = writers.map((writer) => async () => {
    if (written < mostWrites) written += 1;
    else return setImmediate();
    referral = await writer.write(orgId, cycle, `joint-${written}`, at);
    seen.writes += 1;
  });
  const untilRecomputed = async (step: () => Promise<unknown>) => {
    while (left > 0) await step();
  };

  await writes[0]?.();
  await recompute();
  try {
    await Promise.all([
      ...[recompute, recompute, correct, read, ...writes].map(untilRecomputed),
      asSuperuser((client) =>
        untilRecomputed(async () => {
          const { rows } = await client.query<{ torn: string }>(tornRows, [orgId]);
          seen.torn.push(...rows.map(({ torn }) => torn));
        }),
      ),
    ]);
  } finally {
    left = 0;
    for (const writer of writers) await writer.close();
  }
  seen.states += states.size;
}

/** What nine figures count, the same in all of them, and when they were calculated. */
function agreement(metrics: readonly Metric[]) {
  const ratios = metrics.filter(({ metric_id, unit }) => unit === 'ratio' && metric_id !== 'M5');
  const numerators = ratios.map(({ numerator }) => Number(numerator));
  return {
    counts: new Set([...metrics.map(({ denominator }) => denominator), ...numerators]),
    moments: new Set(
      metrics.map(({ calculated_at, previous }) => `${calculated_at} after ${previous?.calculated_at}`),
    ),
  };
}

/** Recomputes of which not all nine snapshots are there and of one moment; referrals that are not as their history ends. */
const tornRows = `
  SELECT 'snapshots of ' || recompute_id AS torn
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
  GROUP BY recompute_id
  HAVING (count(*), count(DISTINCT calculated_at), count(DISTINCT denominator)) <> (9, 1, 1)
  UNION ALL
  SELECT 'referral ' || id
  FROM pilot.pilot_referral_events AS referral
  WHERE source_org_id = $1 AND NOT EXISTS (
    SELECT FROM (
      SELECT * FROM pilot.pilot_referral_event_history
      WHERE source_org_id = $1 AND referral_id = referral.id
      ORDER BY updated_at DESC
      LIMIT 1
    ) AS latest
    WHERE (latest.referral_state, latest.updated_at, latest.terminal_at)
      IS NOT DISTINCT FROM (referral.referral_state, referral.updated_at, referral.terminal_at)
  )`;
