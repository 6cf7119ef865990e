import type { Cluster } from '../test/soak/support/cluster.ts';
import { withCluster } from '../test/soak/support/cluster.ts';
import { pgBouncerVersion, startPgBouncer } from '../test/support/pgbouncer.ts';
import { type Benchmark, type BenchOptions, median, type Row, rate } from './benchmark.ts';
import { type Intake, withIntake } from './support/intake.ts';

const connections = 64;
const serverConnections = 10;

/** Intake through a PgBouncer that pools transactions, beside intake without it. */
export const pgbouncer: Benchmark = {
  name: 'pgbouncer',
  async run(options) {
    if (pgBouncerVersion === undefined) return [{ what: 'PgBouncer', figure: 'not installed' }];
    return withCluster(async (cluster) => {
      const bouncer = await startPgBouncer(cluster.urls.app, serverConnections);
      try {
        return await measure(cluster, bouncer.url, options);
      } finally {
        await bouncer.stop();
      }
    });
  },
};

/** Both services run all the time; the one that has nothing to do costs nothing. */
async function measure(
  cluster: Cluster,
  pooledUrl: string,
  { seconds, rounds }: BenchOptions,
): Promise<Row[]> {
  const load = { connections, seconds };
  const inTurn = async (direct: Intake, pooled: Intake) => {
    const rates = { direct: [] as number[], pooled: [] as number[] };
    await direct.send(load);
    await pooled.send(load);
    for (let round = 0; round < rounds; round++) {
      rates.direct.push((await direct.send(load)).perSecond);
      rates.pooled.push((await pooled.send(load)).perSecond);
    }
    return { direct: median(rates.direct), pooled: median(rates.pooled) };
  };
  const { direct, pooled } = await withIntake(cluster, (direct) =>
    withIntake(cluster, (pooled) => inTurn(direct, pooled), {
      databaseUrl: pooledUrl,
      settings: { DB_PREPARED_STATEMENTS: 'false' },
    }),
  );
  return [
    {
      what: `ingest at ${connections} connections through PgBouncer ${pgBouncerVersion} over without`,
      figure: `${rate(pooled)} over ${rate(direct)}`,
      value: pooled / direct,
    },
  ];
}
