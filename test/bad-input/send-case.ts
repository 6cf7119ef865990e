import { sendPipelined } from '../plugins/support/raw-http.ts';
import { type BadInput, bytesOf } from './bad-input.ts';
import { faultsOf } from './faults.ts';

export interface Outcome {
  sent: Buffer;
  /** What is wrong with the answer; nothing when it is exactly the one of the table. */
  faults: string[];
  /** From connecting until the service hung up. */
  ms: number;
}

/** Sends one case to a running service. */
export async function sendCase(
  service: { url: string },
  words: ReadonlyMap<string, string>,
  bad: BadInput,
): Promise<Outcome> {
  const sent = bytesOf(bad.spoiling, words);
  const started = performance.now();
  const answers = await sendPipelined(service, sent);
  const ms = performance.now() - started;
  return { sent, ms, faults: faultsOf(bad, sent, answers) };
}
