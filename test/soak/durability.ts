import { setTimeout } from 'node:timers/promises';
import { withClient } from '../../src/database/owner-connection.ts';
import { freePort } from '../support/free-port.ts';
import { type Audit, audit } from './durability-audit.ts';
import { writeBatches } from './durability-batches.ts';
import { type Entry, mostScopedServices, scopedServicePrefix, write } from './durability-writers.ts';
import type { Figure, Scenario } from './scenario.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { startCuttingProxy } from './support/cutting-proxy.ts';
import { provision, startServiceProcess } from './support/service-process.ts';

const persistentWriters = 5;
const impatientWriters = 3;
const recoversWithinMs = 30_000;

interface Restartable {
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** What goes wrong while the writers write. */
interface Trouble {
  promise: string;
  /** None where the breakers of all kinds are never closed at the same time, which a batch of all kinds needs. */
  batchWriters: number;
  /** Where the service finds its database. */
  databaseUrl: string;
  /** Causes it, and resolves with what happened, in words, when it is over. */
  cause(service: Restartable, acknowledged: () => number): Promise<string>;
}

/**
 * An acknowledged event survives the death of PostgreSQL, that of the service, and a line that loses answers. The operating
 * system and what it has yet to write outlive a kill: nothing here tests fsync or a loss of power.
 */
export const durability: Scenario = {
  name: 'durability',
  async run({ short }) {
    const kills = short ? 2 : 20;
    const everyMs = short ? 2_000 : 5_000;
    const transactionsOnBadLine = short ? 300 : 5_000;
    const cluster = await startCluster();
    const proxy = await startCuttingProxy(cluster.urls.app);
    const { app } = cluster.urls;
    const databaseDies: Trouble = {
      promise: 'an acknowledged event survives kill -9 of PostgreSQL',
      batchWriters: 2,
      databaseUrl: app,
      cause: (_, acknowledged) => killAgain(cluster, kills, everyMs, acknowledged),
    };
    const serviceDies: Trouble = {
      promise: 'an acknowledged event survives kill -9 of the service',
      batchWriters: 2,
      databaseUrl: app,
      cause: (service, acknowledged) => killAgain(service, kills, everyMs, acknowledged),
    };
    const lineIsBad: Trouble = {
      promise: 'an acknowledged event survives lost answers and cut COMMITs',
      batchWriters: 0,
      databaseUrl: proxy.url,
      async cause(_, acknowledged) {
        proxy.goBad();
        await until(() => proxy.counts.transactions >= transactionsOnBadLine, acknowledged);
        const { transactions, answersDropped, commitsCut } = proxy.counts;
        return `${transactions} transactions, ${answersDropped} answers dropped, ${commitsCut} COMMITs cut`;
      },
    };
    try {
      await registerScopedServices(cluster);
      const alone = await writeThrough(databaseDies, cluster);
      const together = [writeThrough(serviceDies, cluster), writeThrough(lineIsBad, cluster)];
      await Promise.allSettled(together);
      return [alone, ...(await Promise.all(together))];
    } finally {
      await proxy.close();
      await cluster.remove();
    }
  },
};

async function registerScopedServices({ urls }: Cluster): Promise<void> {
  await withClient(urls.superuser, (client) =>
    client.query(
      `INSERT INTO pilot.services (id, name, fields_present, has_place)
       SELECT $1 || number, 'Scoped', '{}', false FROM generate_series(0, $2::integer) AS number`,
      [scopedServicePrefix, mostScopedServices],
    ),
  );
}

/** Kills it again and again, each time while writes are being acknowledged, and starts it at once. */
async function killAgain(
  victim: Restartable,
  kills: number,
  everyMs: number,
  acknowledged: () => number,
): Promise<string> {
  for (let kill = 0; kill < kills; kill += 1) {
    const before = acknowledged();
    await setTimeout(everyMs);
    await until(() => acknowledged() > before, acknowledged);
    await victim.kill();
    await victim.start();
  }
  return `${kills} kills`;
}

/** @throws Error when nothing is acknowledged for too long before `holds` */
async function until(holds: () => boolean, acknowledged: () => number): Promise<void> {
  let known = acknowledged();
  let since = performance.now();
  while (!holds()) {
    if (acknowledged() > known) {
      known = acknowledged();
      since = performance.now();
    } else if (performance.now() - since > recoversWithinMs) {
      throw new Error('Nothing is acknowledged any more.');
    }
    await setTimeout(20);
  }
}

async function writeThrough(
  { promise, batchWriters, databaseUrl, cause }: Trouble,
  { urls }: Cluster,
): Promise<Figure> {
  const { orgId, token } = await provision(urls);
  const settings = { PORT: String(await freePort()) };
  let service = await startServiceProcess(databaseUrl, settings);
  const restartable: Restartable = {
    async kill() {
      service.child.kill('SIGKILL');
      await service.exited;
    },
    async start() {
      service = await startServiceProcess(databaseUrl, settings);
    },
  };
  const sender = { serviceUrl: service.url, orgId, token };
  const account: Entry[] = [];
  let isOver = false;
  let numbers = 0;
  const writer = (isPersistent: boolean) =>
    write(
      sender,
      isPersistent,
      () => numbers++,
      () => !isOver,
      account,
    );
  const acknowledged = () => account.filter(({ knowledge }) => knowledge === 'acknowledged').length;
  const end = () => {
    isOver = true;
  };

  const trouble = cause(restartable, acknowledged).finally(end);
  const writers = Array.from({ length: persistentWriters + impatientWriters }, (_, place) =>
    writer(place < persistentWriters).finally(end),
  );
  const batches = Array.from({ length: batchWriters }, () =>
    writeBatches(
      sender,
      () => numbers++,
      () => !isOver,
      account,
    ).finally(end),
  );
  // Whatever fails, nothing of it goes on when the next trouble starts.
  await Promise.allSettled([trouble, ...writers, ...batches]);
  await restartable.kill();
  await Promise.all([...writers, ...batches]);
  const happened = await trouble;
  const found = await withClient(urls.superuser, (client) => audit(client, orgId, account));
  return { promise, figure: `${happened}: ${wordsOf(found)}`, pass: isKept(found) };
}

function wordsOf(found: Audit): string {
  return [
    `${found.acknowledged} acknowledged (${found.afterRepeats} of them after repeats)`,
    `${found.missing} missing`,
    `${found.different} different`,
    `${found.duplicates} duplicates`,
    `${found.torn} torn`,
    `${found.misanswered} misanswered`,
    `${found.refused} refused`,
    `${found.refusedYetStored} of them stored`,
    `${found.unknown} unknown`,
    `${found.unknownStored} of them stored`,
  ].join(', ');
}

function isKept(found: Audit): boolean {
  const { missing, different, duplicates, torn, misanswered, refusedYetStored } = found;
  return (
    found.acknowledged > 0 && missing + different + duplicates + torn + misanswered + refusedYetStored === 0
  );
}
