import t from 'tap';
import { chooseValues } from './support/chosen-values.ts';
import { operationsFor, statusOf } from './support/operations.ts';
import { startSearchedService } from './support/places.ts';
import { requestOf } from './support/requests.ts';
import { findIn } from './support/search.ts';

const searched = await startSearchedService(t);
const { service } = searched;
const operations = operationsFor(service);
for (const operation of operations) await searched.send(requestOf(operation));

t.test('values of a request that is well-formed and yet refused are nowhere afterwards', async (t) => {
  const values = chooseValues();
  const writes = operations.filter(({ body }) => body !== undefined);
  const send = async (status: number, operation: (typeof operations)[number], what: string) => {
    const answer = await searched.send(requestOf(operation));
    t.equal(answer.status, status, `${operation.name}, ${what}`);
  };
  for (const operation of operations) {
    const chosen = values.in(operation);
    await send(401, { ...chosen, token: 'none' }, 'without a token that verifies');
    await send(
      statusOf(operation, 403),
      { ...chosen, token: service.stranger.token },
      'by somebody who is no member',
    );
  }
  for (const operation of writes) {
    await send(
      statusOf(operation, 403),
      { ...values.in(operation), token: service.viewer.token },
      'by somebody who may only read',
    );
  }
  for (const name of ['pilot_cycle_id', 'service_id', 'target_service_id']) {
    for (const operation of writes.filter(({ fields }) => fields.includes(name))) {
      const chosen = values.in(operation);
      await send(
        422,
        { ...chosen, body: { ...chosen.body, [name]: values.word } },
        `with an unregistered ${name}`,
      );
    }
  }
  for (const operation of writes.filter(({ fields }) => fields.includes('id'))) {
    const chosen = values.in(operation);
    await send(
      409,
      { ...chosen, body: { ...chosen.body, id: operation.body?.id } },
      'under an id that is taken',
    );
  }
  for (const operation of operations) {
    const chosen = values.in(operation);
    if (operation.method === 'PATCH') {
      await send(
        404,
        { ...chosen, path: operation.path.replace(/[^/]+$/, values.id) },
        'of what is not there',
      );
    }
    if (operation.path.endsWith('/scorecard')) await send(404, chosen, 'of a window without a result');
  }
  const decision = operations.find(({ fields }) => fields.includes('owners'));
  for (const contact of [`${values.word}@example.org`, `${values.word}, 613 555 0123`]) {
    if (decision)
      await send(400, { ...decision, body: { ...decision.body, owners: [contact] } }, 'with contact details');
  }
  await searched.nowhere(t, values.sent);
});

t.test(
  'accepted values are in tables and in answers to their sender only, and a hash not even there',
  async (t) => {
    const values = chooseValues();
    for (const operation of operations) {
      const { status } = await searched.send(requestOf(values.in(operation)));
      t.ok(status === 200 || status === 201, `${operation.name} answered ${status}`);
    }
    await searched.nowhere(t, values.sent, { except: ['an answer', 'a table'] });
    await searched.nowhere(t, [values.hash]);
  },
);

t.test(
  'neither the caller, nor the token, nor the address of an accepted request is in the log',
  async (t) => {
    const { owner, appAdmin, orgA } = service;
    const parts = [owner, appAdmin].flatMap(({ userId, token }) => [userId, ...token.split('.')]);
    const log = searched.process.stdout();
    t.match(log, '"status":201');
    t.equal(findIn(log, [orgA, ...parts]), undefined);
    t.notMatch(log, '127.0.0.1');
  },
);
