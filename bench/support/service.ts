import { open, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type SpawnedService, spawnService } from '../../test/soak/support/service-process.ts';

export interface MeasuredService extends SpawnedService {
  /** From spawning it to its first 200 from /readyz. */
  millisecondsToReady: number;
  /** Stops it as a deploy does, so that what is under way is finished. */
  stop(): Promise<void>;
}

export interface MeasuredServiceOptions {
  /** For everything it writes: nobody reads it meanwhile, which would cost time. */
  logFile: string;
  settings?: Readonly<Record<string, string>>;
  nodeOptions?: readonly string[];
}

/** Starts the service and waits until it is ready. An empty `databaseUrl` gives it its embedded database. */
export async function startMeasuredService(
  databaseUrl: string,
  { logFile, ...options }: MeasuredServiceOptions,
): Promise<MeasuredService> {
  const log = await open(logFile, 'a');
  const started = performance.now();
  const service = await spawnService(databaseUrl, { ...options, output: log.fd });
  await log.close();
  const stop = async () => {
    service.child.kill('SIGTERM');
    await service.exited;
  };
  try {
    await Promise.race([
      untilReady(service.url),
      service.exited.then((code) => {
        throw new Error(`The service did not start: it ended with ${code}.`);
      }),
    ]);
  } catch (error) {
    await stop();
    console.error((await readFile(logFile, 'utf8')).split('\n').slice(-10).join('\n'));
    throw error;
  }
  return { ...service, millisecondsToReady: performance.now() - started, stop };
}

const pollMs = 5;
const longestMs = 60_000;

async function untilReady(url: string): Promise<void> {
  const end = performance.now() + longestMs;
  while (performance.now() < end) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await setTimeout(pollMs);
  }
  throw new Error('The service did not get ready.');
}
