import type { Cluster } from '../test/soak/support/cluster.ts';
import { withCluster } from '../test/soak/support/cluster.ts';
import { type Benchmark, type BenchOptions, median, type Row, rate } from './benchmark.ts';
import { withIntake } from './support/intake.ts';
import type { WrkResult } from './support/wrk.ts';

const connections = 64;
const poolSizes = [2, 4, 6, 10, 20] as const;
const usual = 10;

/** Which number of database connections serves intake best. */
export const poolSizesSweep: Benchmark = {
  name: 'pool-sizes',
  run: (options) => withCluster((cluster) => measure(cluster, options)),
};

async function measure(cluster: Cluster, { seconds, rounds }: BenchOptions): Promise<Row[]> {
  const measured = poolSizes.map((size) => ({ size, results: [] as WrkResult[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { size, results } of measured) {
      const settings = { DB_POOL_MAX: String(size) };
      const result = await withIntake(
        cluster,
        async ({ send }) => {
          await send({ connections, seconds: 2 });
          return send({ connections, seconds });
        },
        { settings },
      );
      results.push(result);
    }
  }
  const perSecond = (size: number) => {
    const { results } = measured.find((one) => one.size === size) ?? { results: [] };
    return median(results.map((result) => result.perSecond));
  };
  return measured.map(({ size, results }) => ({
    what: `ingest at ${connections} connections with DB_POOL_MAX=${size} over ${usual}`,
    figure: `${rate(perSecond(size))}; p50 ${median(results.map(({ p50Ms }) => p50Ms)).toFixed(1)} ms, p99 ${median(results.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`,
    value: perSecond(size) / perSecond(usual),
  }));
}
