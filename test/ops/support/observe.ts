import type { FastifyInstance } from 'fastify';
import type { Test } from 'tap';
import { startAdminServer } from '../../../src/admin-server.ts';
import { type Exposition, parseExposition } from './exposition.ts';

/** Gives this application an admin address, and returns what reads it, as Prometheus would. */
export async function observe(
  t: Pick<Test, 'teardown'>,
  app: FastifyInstance,
): Promise<() => Promise<Exposition>> {
  const admin = await startAdminServer({ host: '127.0.0.1', port: 0 }, app.signals, app.log);
  t.teardown(() => admin.close());
  return async () => {
    const answer = await fetch(`${admin.url}/metrics`);
    if (!answer.ok) throw new Error(`The admin address answered ${answer.status}.`);
    return parseExposition(await answer.text());
  };
}

/** How much a sum has grown from one exposition to another; a series that was not there counts as 0. */
export function growth(
  [before, after]: readonly [Exposition, Exposition],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return (after.sum(name, labels) ?? Number.NaN) - (before.sum(name, labels) ?? 0);
}
