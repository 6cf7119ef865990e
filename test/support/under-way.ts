import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Answer } from './service.ts';

const handlers = 'tracing:fastify.request.handler:start';

/** Sends requests, and resolves with their answers to come as soon as all of them are in the handler's hands. */
export async function underWay(
  send: readonly (() => Promise<Answer>)[],
): Promise<{ answers: Promise<Answer[]> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = send.length;
  const count = () => {
    left -= 1;
    if (left === 0) resolve();
  };
  subscribe(handlers, count);
  const answers = Promise.all(send.map((one) => one()));
  await promise;
  unsubscribe(handlers, count);
  return { answers };
}
