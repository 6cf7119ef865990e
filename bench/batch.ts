import { randomUUIDv7 } from 'node:crypto';
import { withCluster } from '../test/soak/support/cluster.ts';
import { at, contactAttemptBody, later, referralBody } from '../test/support/events.ts';
import { cycle, service } from '../test/support/service.ts';
import { type Benchmark, type BenchOptions, median, type Row, rate } from './benchmark.ts';
import { type Batch, sendBatches } from './support/batches.ts';
import { type Intake, withIntake } from './support/intake.ts';
import { personHash } from './support/people.ts';

const eventsPerBatch = 500;
const batchConnections = 4;
const singleConnections = 64;

/** Many events per request, as an offline queue sends them, beside one per request. */
export const batch: Benchmark = {
  name: 'batch',
  run: (options) => withCluster((cluster) => withIntake(cluster, (intake) => measure(intake, options))),
};

async function measure(intake: Intake, { seconds, rounds }: BenchOptions): Promise<Row[]> {
  const { orgId, token } = intake.member;
  const url = intake.api('/events/batch');
  const send = async (makeBatch: () => Batch) => {
    const load = { url, token, makeBatch, seconds, connections: batchConnections };
    const { perSecond, attempts } = await sendBatches(load);
    intake.acknowledge(attempts);
    return perSecond;
  };
  const attempts = () => attemptBatch(orgId);
  const mixed = () => mixedBatch(orgId);
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (answer.status === 404) return [{ what: 'batches', figure: 'not there' }];

  const single: number[] = [];
  const ofAttempts: number[] = [];
  const ofAllKinds: number[] = [];
  const singleLoad = { connections: singleConnections, seconds };
  await intake.send(singleLoad);
  await send(attempts);
  for (let round = 0; round < rounds; round++) {
    single.push((await intake.send(singleLoad)).perSecond);
    ofAttempts.push(await send(attempts));
    ofAllKinds.push(await send(mixed));
  }
  const beside = median(single);
  const row = (what: string, perSecond: number): Row => ({
    what: `events in batches of ${eventsPerBatch} (${what}) over single requests`,
    figure: `${rate(perSecond)} over ${rate(beside)}`,
    value: perSecond / beside,
  });
  return [
    { ...row('contact attempts', median(ofAttempts)), target: { atLeast: 2.5 } },
    row('events that refer to each other', median(ofAllKinds)),
  ];
}

function attemptBatch(orgId: string): Batch {
  const events = Array.from({ length: eventsPerBatch }, (_, person) => ({
    kind: 'contact-attempt',
    ...contactAttemptBody(orgId, { id: randomUUIDv7(), entity_key_hash: personHash(person) }),
  }));
  return { events, attempts: events.length };
}

/** A connection that refers to the attempt before it, and a referral with the update that ends it. */
function mixedBatch(orgId: string): Batch {
  const of = { pilot_cycle_id: cycle, org_id: orgId, service_id: service };
  const story = (_: unknown, person: number) => {
    const [attempt, referral] = [randomUUIDv7(), randomUUIDv7()];
    return [
      {
        kind: 'contact-attempt',
        ...contactAttemptBody(orgId, { id: attempt, entity_key_hash: personHash(person) }),
      },
      {
        kind: 'connection',
        id: randomUUIDv7(),
        ...of,
        connected_at: later,
        contact_attempt_event_id: attempt,
      },
      { kind: 'referral', ...referralBody(orgId, { id: referral }) },
      {
        kind: 'referral-update',
        referral_id: referral,
        source_org_id: orgId,
        referral_state: 'connected',
        updated_at: later,
        terminal_at: later,
      },
      { kind: 'service-status', id: randomUUIDv7(), ...of, checked_at: at, status_code: 'available' },
    ];
  };
  const stories = Array.from({ length: eventsPerBatch / 5 }, story);
  return { events: stories.flat(), attempts: stories.length };
}
