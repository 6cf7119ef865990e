import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from '../src/cli/table.ts';
import { withCluster } from '../test/soak/support/cluster.ts';
import type { BenchOptions } from './benchmark.ts';
import { bySource, readCpuProfile, type SelfTime, type Span, selfTimes } from './support/cpu-profile.ts';
import { withIntake } from './support/intake.ts';

const connections = 64;
const longest = 25;
const leastShare = 0.005;

/** Two tables of where the service's own time goes while it takes in contact attempts: by source, and by function. */
export async function profile({ seconds }: BenchOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-bench-'));
  try {
    const span = await withCluster((cluster) =>
      withIntake(
        cluster,
        async ({ send }): Promise<Span> => {
          await send({ connections, seconds });
          const from = microseconds();
          await send({ connections, seconds });
          return { from, to: microseconds() };
        },
        { nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${directory}`] },
      ),
    );
    const times = selfTimes(await readCpuProfile(directory), span);
    const total = times.reduce((sum, time) => sum + time.microseconds, 0);
    const share = (time: SelfTime) => `${((100 * time.microseconds) / total).toFixed(1)} %`;
    const sources = bySource(times).filter((time) => time.microseconds > total * leastShare);
    return [
      table(
        ['source', 'self time'],
        sources.map((time) => [time.source, share(time)]),
      ),
      table(
        ['function', 'source', 'self time'],
        times.slice(0, longest).map((time) => [time.name, time.source, share(time)]),
      ),
    ].join('\n');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The machine's monotonic clock, by which profiles tell the time. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
