import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** What became of one request: a status, or the code of the error that the client met instead. */
export interface Outcome {
  status: number | undefined;
  error: string | undefined;
  retryAfter: string | undefined;
  /** From sending to the end of the answer. */
  milliseconds: number;
}

export interface Sending {
  token?: string;
  /** Sent as JSON; without it the request is a GET. */
  body?: unknown;
  /** false: a connection of its own. */
  keepAlive?: boolean;
}

const kept = new Agent({ keepAlive: true });

export async function send(url: string, { token, body, keepAlive = true }: Sending = {}): Promise<Outcome> {
  const started = performance.now();
  const outcome = { status: undefined, error: undefined, retryAfter: undefined };
  const took = () => performance.now() - started;
  try {
    const sent = request(url, {
      method: body === undefined ? 'GET' : 'POST',
      agent: keepAlive ? kept : false,
      headers: { ...(body !== undefined && jsonBody), ...(token && { authorization: `Bearer ${token}` }) },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer]: IncomingMessage[] = await once(sent, 'response');
    if (!answer) throw new Error('no answer');
    await text(answer);
    const retryAfter = answer.headers['retry-after'];
    return { ...outcome, status: answer.statusCode, retryAfter, milliseconds: took() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { ...outcome, error: code, milliseconds: took() };
  }
}

const jsonBody = { 'content-type': 'application/json' };

/** Starts `perSecond` requests in every second, evenly, whatever becomes of those before, until `enough` says so. */
export async function steadily(
  perSecond: number,
  enough: () => boolean,
  sendOne: () => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  const started = performance.now();
  while (!enough()) {
    outcomes.push(sendOne());
    const next = started + (outcomes.length * 1000) / perSecond;
    await setTimeout(Math.max(0, next - performance.now()));
  }
  return Promise.all(outcomes);
}

/** Says yes once this much time has passed since it was made. */
export function after(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() >= end;
}

/** The value below which this share of them lies. */
export function percentile(outcomes: readonly Outcome[], share: number): number {
  const sorted = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** How many ended in which way: "1200 x 201, 3 x ECONNRESET". */
export function summary(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { status, error } of outcomes) {
    const end = String(status ?? error);
    counts.set(end, (counts.get(end) ?? 0) + 1);
  }
  return [...counts].map(([end, count]) => `${count} x ${end}`).join(', ');
}
