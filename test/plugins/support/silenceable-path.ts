import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { freePort } from '../../support/free-port.ts';

/** A way to the server of this URL, whose present connections can be made to swallow everything; those to come work. */
export async function silenceablePath(t: Test, url: string): Promise<{ url: string; silence(): void }> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const path = createServer((client) => {
    const server = connect(Number(port), hostname);
    open.add(client);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(client);
        client.destroy();
        server.destroy();
      });
    }
  });
  const listeningPort = await freePort();
  await new Promise<void>((listening) => path.listen(listeningPort, '127.0.0.1', listening));
  t.teardown(() => {
    for (const client of open) client.destroy();
    path.close();
  });
  const pathUrl = new URL(url);
  pathUrl.host = `127.0.0.1:${listeningPort}`;
  return {
    url: pathUrl.href,
    silence() {
      for (const client of open) client.unpipe().resume();
    },
  };
}
