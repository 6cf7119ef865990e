import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { framesOf, statementIn } from '../../plugins/support/postgres-frames.ts';

/** A line to PostgreSQL that can go bad: it loses answers then, and breaks while transactions commit. */
export interface CuttingProxy {
  /** The same connection, by way of this proxy. */
  url: string;
  goBad(): void;
  /** How many transactions began since it went bad, and what became of some of them. */
  readonly counts: { transactions: number; answersDropped: number; commitsCut: number };
  close(): Promise<void>;
}

/** Of every so many transactions one loses an answer, or breaks at its COMMIT. */
const dropsEvery = 5;
const cutsEvery = 7;
const mostStatements = 7;

/** The server never sees the COMMIT, sees half of it, or sees it and is not heard. */
const cuts = ['before', 'within', 'after'] as const;

/** What is to happen to the transaction that a connection is in. */
interface Plan {
  /** The number of the statement whose answer is dropped; the COMMIT's, when there are fewer. */
  dropAt: number | undefined;
  cut: (typeof cuts)[number] | undefined;
}

export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const open = new Set<Socket>();
  const counts = { transactions: 0, answersDropped: 0, commitsCut: 0 };

  let isBad = false;

  const nextPlan = (): Plan => {
    if (!isBad) return { dropAt: undefined, cut: undefined };
    counts.transactions += 1;
    const { transactions } = counts;
    if (transactions % dropsEvery === 0) {
      return { dropAt: 1 + ((transactions / dropsEvery) % mostStatements), cut: undefined };
    }
    return {
      dropAt: undefined,
      cut: transactions % cutsEvery === 0 ? cuts[counts.commitsCut % cuts.length] : undefined,
    };
  };

  const proxy = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    const hangUp = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('error', hangUp);
      socket.on('close', () => {
        open.delete(socket);
        hangUp();
      });
    }
    let plan: Plan = { dropAt: undefined, cut: undefined };
    let statements = 0;
    let isDeaf = false;

    const carryStatements = async () => {
      for await (const frame of framesOf(client, 'client')) {
        const text = statementIn(frame);
        if (text?.startsWith('BEGIN')) {
          plan = nextPlan();
          statements = 0;
        }
        if (frame.type === 'Q' || frame.type === 'E') statements += 1;
        const commits = text === 'COMMIT';
        if (plan.dropAt !== undefined && (statements === plan.dropAt || commits) && !isDeaf) {
          isDeaf = true;
          counts.answersDropped += 1;
        }
        if (commits && plan.cut) {
          counts.commitsCut += 1;
          if (plan.cut === 'before') return hangUp();
          if (plan.cut === 'within') {
            server.end(frame.bytes.subarray(0, frame.bytes.length / 2), hangUp);
            return;
          }
          isDeaf = true;
        }
        server.write(frame.bytes);
      }
    };
    const carryAnswers = async () => {
      for await (const { bytes } of framesOf(server, 'server')) {
        if (isDeaf) return hangUp();
        client.write(bytes);
      }
    };
    for (const carry of [carryStatements, carryAnswers]) carry().catch(hangUp);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const viaProxy = new URL(url);
  viaProxy.port = String(address.port);

  return {
    url: viaProxy.href,
    goBad() {
      isBad = true;
    },
    counts,
    async close() {
      const closed = once(proxy, 'close');
      proxy.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
