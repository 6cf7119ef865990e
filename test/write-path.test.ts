import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import t, { type Test } from 'tap';
import { type Fate, type SentStatement, startOnCuttableLine } from './plugins/support/cuttable-proxy.ts';
import { eventKinds } from './support/events.ts';
import { stateChanges, storedState } from './support/stored-state.ts';
import { everyWrite, type Write } from './support/writes.ts';

/**
 * A rollback is never reported as success: wherever a write fails on its way, the answer says so, nothing of it is
 * stored, and whoever comes next on the same connection is not touched by it. All of them share one connection.
 */
const { service, line } = await startOnCuttableLine(t, {
  config: { poolMax: 1, preparedStatements: false, statementTimeoutMs: 1_000 },
});
const superuser = new pg.Client(service.urls.superuser);
await superuser.connect();
t.teardown(() => superuser.end());

/** Something wrong on the way of a write, until it is mended. */
interface Fault {
  make(): Promise<unknown>;
  mend(): Promise<unknown>;
}

/** Sends a write under a fault, which must fail with this status; then somebody else's write, and the same one again. */
async function failsCleanly(t: Test, write: Write, fault: Fault, status: number, what: string) {
  const { method, path, body } = await write.request(service);
  const send = () => service[write.who][method](path, body);
  const before = await storedState(superuser);
  await fault.make();
  const answer = await send();
  await fault.mend();
  t.equal(answer.status, status, `${what}: no success`);
  t.same(stateChanges(before, await storedState(superuser)), [], `${what}: nothing is stored`);
  await nextCallerIsThemselves(t, what);
  t.match(await send(), write.first, `${what}: without the fault it is stored`);
}

async function nextCallerIsThemselves(t: Test, what: string): Promise<void> {
  const { ownerB, orgA, orgB } = service;
  const kind = eventKinds.find(({ name }) => name === 'service-status');
  const body = await kind?.body(service);
  const statuses: number[] = [];
  for (const org_id of [orgA, orgB]) {
    statuses.push((await ownerB.post('/events/service-status', { ...body, org_id })).status);
  }
  t.same(statuses, [403, 201], `${what}: the next caller is who they are`);
}

type DecideFate = (statement: SentStatement) => Promise<Fate>;

/** The statements of a write that nothing is wrong with, in their order. */
async function statementsOf(write: Write): Promise<string[]> {
  const { method, path, body } = await write.request(service);
  const texts: string[] = [];
  line.intercept(({ text }) => {
    texts.push(text);
    return 'passed';
  });
  await service[write.who][method](path, body);
  await line.restore();
  return texts;
}

/** A fault of the `nth` statement, counted from one. */
function faultOfStatement(nth: number, fate: DecideFate): Fault {
  let sent = 0;
  return {
    async make() {
      line.intercept(async (statement) => {
        sent += 1;
        return sent === nth ? fate(statement) : 'passed';
      });
    },
    mend: () => line.restore(),
  };
}

/** A fault that a trigger makes. */
function faultOfTable(body: string, trigger: string): Fault {
  const make = `
    CREATE FUNCTION pilot.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; END $$;
    ${trigger} FOR EACH ROW EXECUTE FUNCTION pilot.fault()`;
  return {
    make: () => superuser.query(make),
    mend: () => superuser.query('DROP FUNCTION pilot.fault CASCADE'),
  };
}

/** Ends the server process of a connection, so that the statement comes too late. */
async function terminate({ backend }: SentStatement): Promise<Fate> {
  await superuser.query('SELECT pg_terminate_backend($1)', [backend]);
  const remaining = () => superuser.query('SELECT FROM pg_stat_activity WHERE pid = $1', [backend]);
  while ((await remaining()).rowCount) await setTimeout(2);
  return 'cut';
}

const statementFaults: [what: string, status: number, fate: DecideFate][] = [
  ['fails', 500, async () => ({ replaced: 'FAIL' })],
  ['is lost with its connection', 503, async () => 'cut'],
  ['finds its server process gone', 503, terminate],
];

for (const write of everyWrite) {
  for (const [what, status, fate] of statementFaults) {
    t.test(`${write.name}: when a statement ${what}, whichever it is, nothing is written`, async (t) => {
      const statements = await statementsOf(write);
      t.match(statements.at(0), /^BEGIN/);
      t.equal(statements.at(-1), 'COMMIT');
      for (const [index, text] of statements.entries()) {
        const label = `${index + 1} of ${statements.length}, ${text.slice(0, 30)}`;
        await failsCleanly(t, write, faultOfStatement(index + 1, fate), status, label);
      }
    });
  }

  t.test(`${write.name}: when BEGIN does not begin a transaction, nothing is written`, async (t) => {
    const fault = faultOfStatement(1, async () => ({ replaced: 'SELECT 1' }));
    await failsCleanly(t, write, fault, 503, 'BEGIN');
  });

  t.test(`${write.name}: when COMMIT rolls back, it is no success`, async (t) => {
    const last = (await statementsOf(write)).length;
    const fault = faultOfStatement(last, async () => ({ replaced: 'ROLLBACK' }));
    await failsCleanly(t, write, fault, 500, 'COMMIT');
  });

  for (const table of write.tables) {
    for (const [sqlstate, status] of [
      ['23514', 500],
      ['40001', 503],
    ] as const) {
      t.test(
        `${write.name}: when ${table} refuses it at COMMIT with ${sqlstate}, it is no success`,
        async (t) => {
          const fault = faultOfTable(
            `RAISE 'refused' USING ERRCODE = '${sqlstate}'`,
            `CREATE CONSTRAINT TRIGGER fault AFTER INSERT OR UPDATE ON pilot.${table} DEFERRABLE INITIALLY DEFERRED`,
          );
          await failsCleanly(t, write, fault, status, sqlstate);
        },
      );
    }

    t.test(`${write.name}: when ${table} drops a row without a word, it is no success`, async (t) => {
      const fault = faultOfTable(
        'RETURN NULL',
        `CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON pilot.${table}`,
      );
      await failsCleanly(t, write, fault, 500, table);
    });
  }
}

/** The smallest of the writes, for what is the same in all of them. */
const smallest = everyWrite.filter(({ name }) => name === 'preference-fit');

for (const write of smallest) {
  for (const [what, fate] of [
    ['fails', { replaced: 'FAIL' }],
    ['is lost with its connection', 'cut'],
    ['is never answered', 'silenced'],
  ] as const) {
    t.test(
      `when the ROLLBACK of a refused write ${what}, the next caller is still who they are`,
      async (t) => {
        const { method, path, body } = await write.request(service);
        const before = await storedState(superuser);
        line.intercept(({ text }) => (text === 'ROLLBACK' ? fate : 'passed'));
        const { status } = await service.stranger[method](path, body);
        await line.restore();
        t.equal(status, 403);
        t.same(stateChanges(before, await storedState(superuser)), [], 'nothing is stored');
        await nextCallerIsThemselves(t, what);
      },
    );
  }

  t.test('when the server says nothing more, the next caller does not wait for it', async (t) => {
    const { length } = await statementsOf(write);
    for (const nth of [1, length - 1, length]) {
      const fault = faultOfStatement(nth, async () => 'silenced');
      await failsCleanly(t, write, fault, 503, `${nth} of ${length}`);
    }
  });
}
