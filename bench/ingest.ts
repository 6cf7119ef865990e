import { setTimeout } from 'node:timers/promises';
import { withCluster } from '../test/soak/support/cluster.ts';
import { again, type Benchmark, type BenchOptions, median, type Row, rate } from './benchmark.ts';
import { ingestFloor } from './support/floor.ts';
import { type Intake, withIntake } from './support/intake.ts';
import type { PgbenchLoad } from './support/pgbench.ts';
import { processorTime } from './support/processor-time.ts';
import type { WrkResult } from './support/wrk.ts';

const connectionCounts = [1, 16, 64] as const;
const most = 64;

interface Step {
  connections: number;
  /** What pgbench did per second with as many clients. */
  floor: number[];
  service: ServiceResult[];
}

interface ServiceResult extends WrkResult {
  /** Milliseconds of a processor for each event. */
  serviceMs: number;
  postgresMs: number;
}

/** One contact attempt per request, beside the same transaction sent by pgbench. */
export const ingest: Benchmark = {
  name: 'ingest',
  run: (options) =>
    withCluster(async (cluster) => {
      const floor = await ingestFloor(cluster.urls);
      return withIntake(cluster, async (intake) => {
        const enough = new AbortController();
        const [steps, megabytes] = await Promise.all([
          measure(intake, floor, options).finally(() => enough.abort()),
          mostResident(intake, enough.signal),
        ]);
        return rowsOf(steps, megabytes);
      });
    }),
};

async function measure(
  intake: Intake,
  floor: (load: PgbenchLoad) => Promise<number>,
  { seconds, rounds }: BenchOptions,
): Promise<Step[]> {
  const steps = connectionCounts.map((connections): Step => ({ connections, floor: [], service: [] }));
  await floor({ clients: most, seconds });
  await intake.send({ connections: most, seconds });
  for (let round = 0; round < rounds; round++) {
    for (const { connections, floor: floorRates, service } of steps) {
      floorRates.push(await floor({ clients: connections, seconds }));
      service.push(await sendAndWatch(intake, connections, seconds));
    }
  }
  return steps;
}

async function sendAndWatch(intake: Intake, connections: number, seconds: number): Promise<ServiceResult> {
  const before = await processorTime(intake);
  const result = await intake.send({ connections, seconds });
  const after = await processorTime(intake);
  return {
    ...result,
    serviceMs: (after.service - before.service) / result.acknowledged,
    postgresMs: (after.postgres - before.postgres) / result.acknowledged,
  };
}

/** The most memory that the service was seen to hold until told to stop looking, in megabytes. */
async function mostResident({ service }: Intake, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  await again(async () => {
    bytes = Math.max(bytes, await service.residentBytes());
    await setTimeout(250);
  }, signal);
  return bytes / 1e6;
}

function rowsOf(steps: readonly Step[], megabytes: number): Row[] {
  const medians = steps.map(({ connections, floor, service }) => {
    const of = (figure: keyof ServiceResult) => median(service.map((result) => result[figure]));
    return {
      connections,
      floor: median(floor),
      perSecond: of('perSecond'),
      p50Ms: of('p50Ms'),
      p99Ms: of('p99Ms'),
      serviceMs: of('serviceMs'),
      postgresMs: of('postgresMs'),
      refused: service.reduce((sum, result) => sum + result.refused, 0),
    };
  });
  const best = medians.reduce((one, other) => (other.floor > one.floor ? other : one));
  const floors = medians.map(({ connections, floor }) => `${rate(floor)} at ${connections}`);
  const rows: Row[] = [{ what: 'the floor, by number of clients', figure: floors.join(', ') }];
  for (const { connections, floor, perSecond, p50Ms, p99Ms, serviceMs, postgresMs, refused } of medians) {
    const over = connections === 1 ? { clients: 1, floor } : { clients: best.connections, floor: best.floor };
    const target = targets.get(connections);
    rows.push({
      what: `ingest at ${connections} over the floor at ${over.clients}`,
      figure: `${rate(perSecond)} over ${rate(over.floor)}${refused > 0 ? `; ${refused} refused` : ''}`,
      value: perSecond / over.floor,
      ...(target && { target }),
    });
    rows.push({
      what: `p99 over p50 at ${connections}`,
      figure: `${p99Ms.toFixed(1)} ms over ${p50Ms.toFixed(1)} ms`,
      value: p99Ms / p50Ms,
      ...(connections === most && { target: { below: 4 } }),
    });
    rows.push({
      what: `processor time per event at ${connections}`,
      figure: `service ${serviceMs.toFixed(2)} ms, PostgreSQL ${postgresMs.toFixed(2)} ms`,
    });
  }
  rows.push({
    what: 'resident memory of the service under this load',
    figure: `at most ${megabytes.toFixed(0)} MB`,
    value: megabytes,
    unit: 'MB',
    target: { below: 220 },
  });
  return rows;
}

const targets = new Map([
  [1, { atLeast: 0.35 }],
  [64, { atLeast: 1 }],
]);
