import type pg from 'pg';
import { z } from 'zod';
import type { SqlValue, Statement } from './statement.ts';

/** One statement at a time, in a transaction of `pilot_owner`. */
export interface OwnerTransaction {
  run<Row>(statement: Statement<Row>, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs a statement that returns exactly one row. */
  one<Row>(statement: Statement<Row>, values?: readonly SqlValue[]): Promise<Row>;
  /** Runs a statement that changes rows. @returns how many it changed */
  change(statement: Statement<unknown>, values?: readonly SqlValue[]): Promise<number>;
  /** The rows of a statement that may return more than fit into memory, as they were when it began. Read to the end. */
  pieces<Row>(statement: Statement<Row>, values?: readonly SqlValue[]): AsyncGenerator<Row[]>;
}

/** Both see one state of the database; `read` cannot write. */
const beginByMode = {
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
} as const;

const rowsOfPiece = 10_000;

/** All of `work` or, on a failure, nothing of it. Which state it sees is decided by its first statement that reads. */
export async function ownerTransaction<Result>(
  client: pg.Client,
  mode: keyof typeof beginByMode,
  work: (transaction: OwnerTransaction) => Promise<Result>,
): Promise<Result> {
  await client.query(beginByMode[mode]);
  try {
    // Who waits for a lock has everybody behind it wait as well.
    await client.query("SET LOCAL lock_timeout = '5s'");
    const result = await work(transactionOn(client));
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('The database refused the transaction; nothing was stored.');
    return result;
  } catch (error) {
    // On a lost connection there is nothing to roll back, and the first error is the one to tell.
    await Promise.allSettled([client.query('ROLLBACK')]);
    throw error;
  }
}

function transactionOn(client: pg.Client): OwnerTransaction {
  const run: OwnerTransaction['run'] = async ({ text, row }, values = []) => {
    const { rows } = await client.query(text, [...values]);
    return rows.map((found) => row.parse(found));
  };
  return {
    run,
    async one(statement, values) {
      const [row] = z.tuple([statement.row]).parse(await run(statement, values));
      return row;
    },
    async change({ text }, values = []) {
      const { rowCount } = await client.query(text, [...values]);
      return rowCount ?? 0;
    },
    async *pieces({ text, row }, values = []) {
      await client.query(`DECLARE pieces NO SCROLL CURSOR FOR ${text}`, [...values]);
      for (;;) {
        const { rows } = await client.query(`FETCH ${rowsOfPiece} FROM pieces`);
        if (rows.length === 0) break;
        yield rows.map((found) => row.parse(found));
      }
      // A failure ends the transaction, and the cursor with it.
      await client.query('CLOSE pieces');
    },
  };
}
