import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { startTestService, type TestService, type TestServiceOptions } from '../../support/service.ts';

/** What happens to the next COMMIT: it never arrives, or its answer never comes back. */
type LostCommit = 'before' | 'after';

export interface Line {
  /** Breaks every connection and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
  /** Loses the connection of the next COMMIT, once. */
  loseCommit(when: LostCommit): void;
}

/** A service whose connections to PostgreSQL go through a proxy that the test can cut; the test's own do not. */
export async function startOnCuttableLine(
  t: Test,
  options: TestServiceOptions = {},
): Promise<{ service: TestService; line: Line }> {
  const template = JSON.parse(process.env.TEST_TEMPLATE ?? '{}');
  const target = new URL(template.app);
  const open = new Set<Socket>();
  let isCut = false;
  let toLose: LostCommit | undefined;

  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const hangUp = () => {
      client.destroy();
      server.destroy();
    };
    let hangUpOnAnswer = false;
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on('error', hangUp);
      socket.on('close', () => {
        open.delete(socket);
        hangUp();
      });
    }
    if (isCut) hangUp();
    client.on('data', (bytes) => {
      if (toLose && bytes.includes('COMMIT\0')) {
        hangUpOnAnswer = toLose === 'after';
        toLose = undefined;
        if (!hangUpOnAnswer) return hangUp();
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => (hangUpOnAnswer ? hangUp() : client.write(bytes)));
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));

  const address = proxy.address();
  const viaProxy = new URL(target);
  viaProxy.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  process.env.TEST_TEMPLATE = JSON.stringify({ ...template, app: viaProxy.href });
  const service = await startTestService(t, options);
  process.env.TEST_TEMPLATE = JSON.stringify(template);
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    proxy.close();
  });

  const line: Line = {
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    restore() {
      isCut = false;
    },
    loseCommit(when) {
      toLose = when;
    },
  };
  return { service, line };
}
