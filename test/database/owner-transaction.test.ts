import t from 'tap';
import { z } from 'zod';
import { withClient } from '../../src/database/owner-connection.ts';
import { type OwnerTransaction, ownerTransaction } from '../../src/database/owner-transaction.ts';
import { forTable, type Statement } from '../../src/database/statement.ts';
import { cloneDatabase } from '../support/template-database.ts';

const { urls, drop } = await cloneDatabase();
t.teardown(drop);

const statement = (text: string): Statement<unknown> => ({ name: 'test', text, row: z.unknown() });
const addCycle = statement('INSERT INTO pilot.pilot_cycles (id) VALUES ($1)');
const cycles = statement('SELECT id FROM pilot.pilot_cycles ORDER BY id');

const run = <Result>(mode: 'read' | 'write', work: (transaction: OwnerTransaction) => Promise<Result>) =>
  withClient(urls.owner, (client) => ownerTransaction(client, mode, work));

t.test('a transaction that reads cannot write', async (t) => {
  await t.rejects(
    run('read', (transaction) => transaction.change(addCycle, ['one'])),
    { code: '25006' },
  );
  t.same(await run('read', (transaction) => transaction.run(cycles)), []);
});

t.test('what is written is stored as a whole or not at all', async (t) => {
  await t.rejects(
    run('write', async (transaction) => {
      t.equal(await transaction.change(addCycle, ['one']), 1);
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  const swallowed = run('write', async (transaction) => {
    await transaction.change(addCycle, ['one']);
    await transaction.run(statement('SELECT 1/0')).catch(() => 'as if nothing had happened');
  });
  await t.rejects(swallowed, /The database refused the transaction; nothing was stored\./);
  await run('write', (transaction) => transaction.change(addCycle, ['two']));
  t.same(await run('read', (transaction) => transaction.run(cycles)), [{ id: 'two' }]);
});

t.test('it sees one state of the database, from its first look on', async (t) => {
  const seen = await run('write', async (transaction) => {
    const before = await transaction.run(cycles);
    await run('write', (other) => other.change(addCycle, ['three']));
    return [before.length, (await transaction.run(cycles)).length];
  });
  t.same(seen, [1, 1]);
});

t.test('pieces hold all rows as they were when reading began, whatever the work does to them', async (t) => {
  const pieces = await run('write', async (transaction) => {
    await transaction.change(
      statement(
        "INSERT INTO pilot.services SELECT 's' || n, 'x', NULL, NULL, NULL, '{}', false FROM generate_series(1, $1) AS n",
      ),
      [25_001],
    );
    const lengths: number[] = [];
    for await (const piece of transaction.pieces(statement('SELECT id FROM pilot.services'))) {
      lengths.push(piece.length);
      await transaction.change(statement("UPDATE pilot.services SET name = 'y'"));
    }
    return lengths;
  });
  t.same(pieces, [10_000, 10_000, 5_001]);
});

t.test('a statement is for a table with a plain name', async (t) => {
  const any = statement('SELECT count(*)::integer AS count FROM pilot.any_table');
  t.same(await run('read', (transaction) => transaction.run(forTable(any, 'organizations'))), [{ count: 0 }]);
  for (const name of ['', 'Organizations', 'a b', 'a;b', 'a.b', '"a"', '$1']) {
    t.throws(() => forTable(any, name), /plain name/);
  }
});
