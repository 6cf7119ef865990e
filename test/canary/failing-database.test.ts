import t from 'tap';
import { chooseValues } from './support/chosen-values.ts';
import { type DatabaseFailure, databaseFailures } from './support/database-failures.ts';
import { headersWith } from './support/envelope-positions.ts';
import { installFailurePoints } from './support/failure-points.ts';
import { type Operation, operationsFor, statusOf } from './support/operations.ts';
import { startSearchedService } from './support/places.ts';
import { requestOf } from './support/requests.ts';
import { findIn } from './support/search.ts';
import { whileFailing } from './support/while-failing.ts';

const failuresToOpen = 5;

const searched = await startSearchedService(t);
const { service, process } = searched;
const values = chooseValues();
const headers = headersWith(values.word);
const operations = operationsFor(service);

await service.asSuperuser(installFailurePoints);
for (const operation of operations) await searched.send(requestOf(operation));

/** What reads nothing that requests write. */
const readsNothingWritten = /\/(access|metrics\/baseline)$/;

/** What reads snapshots. */
const snapshotReads = /\/metrics\/(scorecard|organizations|windows|history)$/;

/**
 * The operation with a chosen value wherever it takes one, such that it writes, or reads what is there. The answer of a read
 * says of which moments it is, so those are not chosen.
 */
function writing(operation: Operation): Operation {
  const chosen = values.in(operation);
  if (operation.method === 'GET') {
    const { as_of, calculated_from, calculated_to, ...query } = chosen.query;
    return { ...chosen, query: { ...query, ...operation.query } };
  }
  return 'sla_tier' in Object(chosen.body)
    ? { ...chosen, body: { ...chosen.body, sla_tier: 'standard' } }
    : chosen;
}

/** Of what is read, only snapshots meet a failure; a table that is not there meets everybody who reads what is written. */
const meets = ({ method, path }: Operation, { isAtCommit, sparesReads, status }: DatabaseFailure) =>
  method !== 'GET' ||
  (status === 501 && !readsNothingWritten.test(path)) ||
  (snapshotReads.test(path) && !(isAtCommit || sparesReads));

for (const failure of databaseFailures) {
  t.test(`while ${failure.name} (${failure.sqlstate}), no answer has what was sent`, (t) =>
    whileFailing(service, failure, async (attempt) => {
      for (const operation of operations) {
        const isMet = meets(operation, failure);
        const request = requestOf(writing(operation), { headers });
        const answer = await attempt(() => searched.send(request), isMet);
        t.equal(answer.status, isMet ? statusOf(operation, failure.status) : 200, operation.name);
        t.equal(findIn(answer.text, values.sent), undefined);
      }
    }),
  );
}

t.test('while breakers are open, no answer has what was sent', async (t) => {
  const failure = databaseFailures.find(({ sqlstate }) => sqlstate === '53100');
  if (!failure) throw new Error('There is no failure that opens breakers.');
  await whileFailing(service, failure, async (attempt) => {
    for (const operation of operations.filter((one) => meets(one, failure))) {
      const send = () => searched.send(requestOf(writing(operation), { headers }));
      for (let count = 0; count < failuresToOpen; count += 1) await attempt(send);
      const answer = await attempt(send);
      t.match(answer.text, 'holding back', operation.name);
      t.equal(findIn(answer.text, values.sent), undefined);
    }
  });
});

t.test(
  'what was sent while the database failed is nowhere afterwards, and each failure was a real one',
  async (t) => {
    await searched.nowhere(t, values.sent);
    for (const { name, sqlstate, status } of databaseFailures) {
      if (status !== 501) t.match(process.stdout(), `"sqlstate":"${sqlstate}"`, name);
    }
    const attempts = databaseFailures.length * operations.length * headers.length;
    t.ok(attempts >= 400, `${attempts} attempts in headers alone`);
  },
);
