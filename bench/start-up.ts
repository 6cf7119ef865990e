import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, median, type Row } from './benchmark.ts';
import { startMeasuredService } from './support/service.ts';

/** From spawning the service to its first 200 from /readyz, its embedded database included, which was made before. */
export const startUp: Benchmark = {
  name: 'start-up',
  async run({ rounds }) {
    const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-bench-'));
    // The account that PostgreSQL runs as has to reach it.
    await chmod(directory, 0o755);
    const start = async () => {
      const service = await startMeasuredService('', {
        logFile: join(directory, 'service.log'),
        settings: { DATA_DIR: join(directory, 'data') },
      });
      const idleBytes = await service.residentBytes();
      await service.stop();
      return { seconds: service.millisecondsToReady / 1000, idleBytes };
    };
    try {
      const first = await start();
      const starts = [];
      for (let round = 0; round < rounds; round++) starts.push(await start());
      const seconds = median(starts.map((one) => one.seconds));
      const idle = median(starts.map((one) => one.idleBytes));
      return [
        {
          what: 'start to ready, embedded database already initialised',
          figure: `${seconds.toFixed(2)} s, and ${(idle / 1e6).toFixed(0)} MB; the very first ${first.seconds.toFixed(1)} s`,
          value: seconds,
          unit: 's',
          target: { below: 3 },
        } satisfies Row,
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
