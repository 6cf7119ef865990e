import { randomUUID } from 'node:crypto';
import { type Answer, cycle, type TestService } from './service.ts';
import { everyWrite } from './writes.ts';

/** A request with which something is wrong, and the status that says so. */
export interface CallerError {
  what: string;
  status: number;
  send(): Promise<Answer>;
}

/** What callers can do wrong at every endpoint that has a breaker. What such a request presupposes is stored. */
export async function callerErrors(service: TestService): Promise<CallerError[]> {
  const errors: CallerError[] = [];
  const add = (what: string, status: number, send: () => Promise<Answer>) =>
    errors.push({ what, status, send });

  for (const { name, who, request, other } of everyWrite) {
    const { method, path, body } = await request(service);
    const caller = service[who];
    const send = (sent: object) => service.send(method.toUpperCase(), path, { token: caller.token, ...sent });
    const text = { 'content-type': 'text/plain' };
    add(`${name} without a token`, 401, () => service.send(method.toUpperCase(), path, { body }));
    add(`${name} with a token that does not verify`, 401, () => send({ token: `${caller.token}x`, body }));
    add(`${name} as text`, 415, () => send({ body: 'a text', headers: text }));
    add(`${name} that is too large`, 413, () => send({ body: { ...body, padding: 'x'.repeat(65_536) } }));
    add(`half a ${name}`, 400, () => send({ body: '{"id":' }));
    add(`${name} with an unknown field`, 400, () => caller[method](path, { ...body, mood: 'good' }));
    add(`${name} with a privacy key`, 400, () => caller[method](path, { ...body, notes: 'a text' }));
    add(`${name} without its fields`, 400, () => caller[method](path, {}));
    add(`${name} by a stranger`, 403, () => service.stranger[method](path, body));
    add(`${name} by a viewer`, 403, () => service.viewer[method](path, body));
    for (const field of ['pilot_cycle_id', 'service_id', 'target_service_id', 'contact_attempt_event_id']) {
      const unknown = { ...body, [field]: randomUUID() };
      if (field in body) add(`${name} with an unknown ${field}`, 422, () => caller[method](path, unknown));
    }
    if (other) {
      await caller[method](path, body);
      add(`${name} with other content`, 409, () => caller[method](path, other.content(body)));
    }
  }

  const update = {
    source_org_id: service.orgA,
    referral_state: 'initiated',
    updated_at: new Date().toISOString(),
  };
  for (const [id, status] of [
    [randomUUID(), 404],
    ['1', 400],
  ] as const) {
    add(`update of ${id}`, status, () => service.owner.patch(`/events/referral/${id}`, update));
  }
  const scorecard = `/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${service.orgA}`;
  const window = 'window_start=2026-01-01T00:00:00Z&window_end=2026-01-02T00:00:00Z';
  add('scorecard without a token', 401, () => service.send('GET', scorecard));
  add('scorecard of a stranger', 403, () => service.stranger.get(scorecard));
  add('scorecard that was not computed', 404, () => service.viewer.get(`${scorecard}&${window}`));
  add('scorecard with an unknown parameter', 400, () => service.viewer.get(`${scorecard}&mood=good`));
  add('address that leads nowhere', 404, () => service.viewer.get('/metrics'));
  return errors;
}

export interface SentErrors {
  sent: number;
  /** Answers with another status than the error's. */
  unexpected: string[];
  /** What the breakers did meanwhile. */
  transitions: string[];
}

const senders = 12;

/** Sends caller errors of every kind in turn, several at a time. */
export async function sendCallerErrors(service: TestService, count: number): Promise<SentErrors> {
  const errors = await callerErrors(service);
  const result: SentErrors = { sent: 0, unexpected: [], transitions: [] };
  const sender = async () => {
    while (result.sent < count) {
      const error = errors[result.sent % errors.length];
      result.sent += 1;
      const answer = await error?.send();
      if (answer?.status !== error?.status) result.unexpected.push(`${error?.what}: ${answer?.status}`);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  result.transitions = service.log().match(/"event":"breaker_[^}]*/g) ?? [];
  return result;
}
