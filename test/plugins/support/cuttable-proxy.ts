import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Test } from 'tap';
import { startTestService, type TestService, type TestServiceOptions } from '../../support/service.ts';
import { backendIn, endsTransaction, framesOf, statementIn, withStatement } from './postgres-frames.ts';

/** What happens to the next COMMIT: it never arrives, or its answer never comes back. */
type LostCommit = 'before' | 'after';

/** A statement on its way to PostgreSQL. */
export interface SentStatement {
  text: string;
  /** The server process that serves its connection. */
  backend: number;
}

/**
 * What becomes of it:
 * - `passed`: it goes on
 * - `cut`: the connection breaks in its place
 * - `silenced`: neither it nor anything after it arrives, and nobody answers
 * - `replaced`: another text goes on in its place
 * - `answered`: these bytes are the answer, instead of PostgreSQL's; then the connection ends, if it is to
 */
export type Fate =
  | 'passed'
  | 'cut'
  | 'silenced'
  | { replaced: string }
  | { answered: Buffer; hangUp: boolean };

/** What a connection that is opened meets: PostgreSQL, nobody, somebody who hangs up or says nothing, or these bytes. */
export type Welcome = 'postgresql' | 'refused' | 'reset' | 'silence' | Buffer;

export interface Line {
  /** Breaks every connection and refuses new ones until `restore`. */
  cut(): void;
  /** Breaks every connection, and lets new ones meet this until `restore`. */
  welcome(how: Welcome): Promise<void>;
  /** Decides about every statement from now on, until `restore`. */
  intercept(decide: (statement: SentStatement) => Fate | Promise<Fate>): void;
  restore(): Promise<void>;
  /** Loses the connection of the next COMMIT, once. */
  loseCommit(when: LostCommit): void;
}

/** A service whose connections to PostgreSQL go through a proxy that the test can cut; the test's own do not. */
export async function startOnCuttableLine(
  t: Pick<Test, 'teardown'>,
  options: TestServiceOptions = {},
): Promise<{ service: TestService; line: Line }> {
  const template = JSON.parse(process.env.TEST_TEMPLATE ?? '{}');
  const target = new URL(template.app);
  const open = new Set<Socket>();
  const pass = (): Fate => 'passed';
  let decide: Parameters<Line['intercept']>[0] = pass;
  let welcome: Welcome = 'postgresql';
  let toLose: LostCommit | undefined;

  /** Remembers a socket until it closes; an error of it is followed by its closing. */
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };

  const proxy = createServer({ noDelay: true }, (client) => {
    keep(client);
    if (welcome === 'reset') client.resetAndDestroy();
    else if (typeof welcome === 'object') client.end(welcome);
    else if (welcome === 'postgresql') {
      join(client, connect({ port: Number(target.port), host: target.hostname, noDelay: true }));
    }
  });

  /** Carries what two sockets say to each other, until one of them is gone. */
  function join(client: Socket, server: Socket): void {
    keep(server);
    const hangUp = () => {
      client.destroy();
      server.destroy();
    };
    server.on('close', () => client.end());
    client.on('close', hangUp);
    let backend = 0;
    let hangUpOnAnswer = false;

    const carryAnswers = async () => {
      for await (const frame of framesOf(server, 'server')) {
        if (hangUpOnAnswer) {
          // Not at once: the server may still be at what was sent together with COMMIT.
          if (endsTransaction(frame)) return hangUp();
          continue;
        }
        backend = backendIn(frame) ?? backend;
        client.write(frame.bytes);
      }
    };
    const carryStatements = async () => {
      let mute = false;
      for await (const frame of framesOf(client, 'client')) {
        const text = statementIn(frame);
        if (text === undefined || mute) {
          if (!mute) server.write(frame.bytes);
          continue;
        }
        if (toLose && text === 'COMMIT') {
          hangUpOnAnswer = toLose === 'after';
          toLose = undefined;
          if (!hangUpOnAnswer) return hangUp();
        }
        const fate = await decide({ text, backend });
        if (fate === 'cut') return hangUp();
        if (fate === 'passed') server.write(frame.bytes);
        else if (fate === 'silenced') mute = true;
        else if ('replaced' in fate) server.write(withStatement(frame, fate.replaced));
        else {
          mute = true;
          client.write(fate.answered);
          if (fate.hangUp) client.end();
        }
      }
    };
    for (const carry of [carryAnswers, carryStatements]) carry().catch(hangUp);
  }

  await listen(proxy, 0);
  const address = proxy.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const viaProxy = new URL(target);
  viaProxy.host = `127.0.0.1:${port}`;
  process.env.TEST_TEMPLATE = JSON.stringify({ ...template, app: viaProxy.href });
  const service = await startTestService(t, options);
  process.env.TEST_TEMPLATE = JSON.stringify(template);

  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  const stopListening = async () => {
    if (!proxy.listening) return;
    const closed = once(proxy, 'close');
    proxy.close();
    breakAll();
    await closed;
  };
  t.teardown(stopListening);

  const line: Line = {
    cut() {
      welcome = 'reset';
      breakAll();
    },
    async welcome(how) {
      welcome = how;
      breakAll();
      if (how === 'refused') await stopListening();
    },
    intercept(decider) {
      decide = decider;
    },
    async restore() {
      welcome = 'postgresql';
      decide = pass;
      toLose = undefined;
      if (!proxy.listening) await listen(proxy, port);
    },
    loseCommit(when) {
      toLose = when;
    },
  };
  return { service, line };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
