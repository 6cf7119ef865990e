import type { Answer, Caller, SendOptions } from '../../../support/service.ts';

export const batchPath = '/events/batch';

type Body = Record<string, unknown>;

/** An event as a batch takes it. */
export function inBatch(kind: string, payload: Body): Body {
  return { kind, ...payload };
}

export function sendBatch(
  caller: Caller,
  events: readonly unknown[],
  options?: SendOptions,
): Promise<Answer> {
  return caller.post(batchPath, { events }, options);
}

interface Result {
  status: string;
  problem?: { type: string };
}

/** What became of each event: its status, or the code of its problem. */
export function statusesOf(answer: Answer): string[] {
  const results: Result[] = answer.body?.results ?? [];
  return results.map(({ status, problem }) => problem?.type.replace('/problems/', '') ?? status);
}
