import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Test } from 'tap';
import { contactAttemptBody } from '../support/events.ts';
import type { TestService } from '../support/service.ts';
import { type Outcome, pilot } from './pilot.ts';

/** A file of events, and what a run of "events send" leaves beside it. */
export interface Queue {
  file: string;
  rejectedFile: string;
  progressFile: string;
  /** What was rejected so far. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into lines of every shape
  rejected(): any[];
  /** Sends the file to the service of the test, with these options. */
  send(...more: string[]): Promise<Outcome>;
}

type Body = Record<string, unknown>;

export const attemptLine = ({ orgA }: TestService, more: Body = {}): Body => ({
  kind: 'contact-attempt',
  ...contactAttemptBody(orgA, { id: randomUUID(), ...more }),
});

export const attemptLines = (service: TestService, count: number): string[] =>
  Array.from({ length: count }, () => JSON.stringify(attemptLine(service)));

/** Makes a file with these lines, in a directory of the test's own. */
export async function makeQueue(t: Test, service: TestService, lines: readonly string[]): Promise<Queue> {
  const file = join(t.testdir(), 'queue.ndjson');
  await writeFile(file, lines.join('\n'));
  const rejectedFile = `${file}.rejected.ndjson`;
  const settings = { PILOT_TOKEN: service.owner.token };
  return {
    file,
    rejectedFile,
    progressFile: `${file}.progress`,
    rejected: () =>
      existsSync(rejectedFile)
        ? readFileSync(rejectedFile, 'utf8')
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line))
        : [],
    send: (...more) => pilot(settings, 'events', 'send', file, '--url', service.url, ...more),
  };
}

/** A service that answers like this. @returns its address */
export async function startAnswering(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
