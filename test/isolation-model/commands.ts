import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type pg from 'pg';
import { errorsOf } from '../support/events.ts';
import type { Answer } from '../support/service.ts';
import { type Again, anyAgain, repeated } from './again.ts';
import { anyBatch, anyCall, type Call } from './calls.ts';
import { comparable, type Expected } from './expected.ts';
import type { ModelService } from './model-service.ts';
import type { PilotModel } from './pilot-model.ts';
import { shortened } from './pool.ts';
import { anyProvisioning, type Provisioning, provision } from './provisioning.ts';

/** What commands act on beside the model. */
export interface Real {
  service: ModelService;
  owner: pg.Client;
  /** Takes each answer that was as expected: route, status, and what it said. */
  answered(kind: string): void;
}

export type Command = fc.AsyncCommand<PilotModel, Real>;

const mostCommands = 100;
const requestId = '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12';

const request = (call: Call): Command => ({
  check: () => true,
  run: (model, real) => ask(call, model, real),
  toString: () => described(call),
});

const batch = (calls: Call[]): Command => ({
  check: () => true,
  run: (model, real) => askTogether(calls, model, real),
  toString: () => calls.map((call) => `in a batch: ${described(call)}`).join(''),
});

const requestAgain = (again: Again): Command => {
  let call: Call | undefined;
  return {
    check: ({ requests }) => requests.length > 0,
    async run(model, real) {
      call = repeated(model.requests, again);
      if (call) await ask(call, model, real);
    },
    toString: () => (call ? described(call) : ''),
  };
};

const provisioning = (done: Provisioning): Command => ({
  check: () => true,
  async run(model, { owner }) {
    const told = await provision(owner, done);
    const expected = model.provision(done);
    if (told !== expected) throw new Error(`the operator was told ${told}\ninstead of ${expected}`);
  },
  toString: () => shortened(`\n${Object.values(done).join(' ')}`),
});

/** A sequence of requests, new ones and earlier ones again, with memberships granted and revoked in between. */
export const sequences: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [
    fc.oneof(
      { weight: 10, arbitrary: anyCall.map(request) },
      { weight: 2, arbitrary: anyBatch.map(batch) },
      { weight: 8, arbitrary: anyAgain.map(requestAgain) },
      { weight: 2, arbitrary: anyProvisioning.map(provisioning) },
    ),
  ],
  { maxCommands: mostCommands, size: 'max' },
);

/** Makes a request and compares its answer with the model's. */
async function ask(call: Call, model: PilotModel, { service, answered }: Real): Promise<void> {
  const answer = await send(service, call);
  const expected = model.expect(call, answer);
  compare(service.refusals, expected, answer);
  const whole = call.path.startsWith('/metrics') && !call.orgField ? ' of a whole cycle' : '';
  const route = `${call.method} ${call.path.replace(/[\da-f-]{36}$/, '{id}')}${whole}`;
  const said = 'reason' in expected ? expected.reason : (answer.body.status ?? 'read');
  answered(`${route} ${answer.status} ${said}`);
}

/** Makes a batch of the calls, and compares each result with what the model answers to the call alone, in their order. */
async function askTogether(calls: Call[], model: PilotModel, { service, answered }: Real): Promise<void> {
  const token = service.tokens.get(calls[0]?.caller ?? 'stranger') ?? '';
  const headers = { 'x-request-id': requestId };
  const body = { events: calls.map(eventOf) };
  const answer = await service.send('POST', '/events/batch', { token, headers, body });
  assertSame([answer.status, answer.body.results?.length], [200, calls.length]);
  for (const [index, call] of calls.entries()) {
    const { index: position, problem, ...receipt } = answer.body.results[index];
    assertSame(position, index);
    const text = JSON.stringify(problem ?? receipt);
    const status: number = problem?.status ?? (receipt.status === 'created' ? 201 : 200);
    const alone = { ...answer, status, text, body: JSON.parse(text) };
    const expected = model.expect(call, alone);
    compare(service.refusals, expected, alone);
    answered(`POST /events/batch ${status} ${'reason' in expected ? expected.reason : receipt.status}`);
  }
}

/** A request for one event as an event of a batch. */
function eventOf({ method, path, fields }: Call) {
  const [kind, referral_id] = path.replace('/events/', '').split('/');
  return method === 'PATCH' ? { kind: 'referral-update', referral_id, ...fields } : { kind, ...fields };
}

function send(service: ModelService, { caller, method, path, fields }: Call): Promise<Answer> {
  const token = service.tokens.get(caller) ?? '';
  const headers = { 'x-request-id': requestId };
  if (method !== 'GET') return service.send(method, path, { token, headers, body: fields });
  const query = Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]);
  return service.send(method, `${path}?${new URLSearchParams(query)}`, { token, headers });
}

/**
 * Refusals of one reason have to be the same to the byte: `refusals` keeps the first of each.
 * @throws Error when the answer is not the expected one, apart from what the service may choose
 */
function compare(refusals: Map<string, string>, expected: Expected, answer: Answer): void {
  const found = { status: answer.status, ...('reason' in expected ? refused(answer) : accepted(answer)) };
  const { reason, ...wanted } = { reason: undefined, ...expected };
  assertSame(comparable(found), comparable(wanted));
  if (reason === undefined) return;
  const before = refusals.get(reason) ?? answer.text;
  refusals.set(reason, before);
  assertSame(answer.text, before);
}

function assertSame(found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`answered ${JSON.stringify(found)}\ninstead of ${JSON.stringify(wanted)}`);
}

function refused(answer: Answer) {
  return { type: answer.body?.type, errors: errorsOf(answer) };
}

/** The body without the names of the queries that the figures come from. */
function accepted({ body }: Answer) {
  if (!Array.isArray(body?.metrics)) return { body };
  const metrics = body.metrics.map(
    ({ query_id, query_version, ...metric }: Record<string, unknown>) => metric,
  );
  return { body: { ...body, metrics } };
}

function described({ caller, method, path, fields }: Call): string {
  return shortened(`\n${caller} ${method} ${path} ${JSON.stringify(fields)}`);
}
