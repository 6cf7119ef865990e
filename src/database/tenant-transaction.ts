import type pg from 'pg';
import { z } from 'zod';
import { StorageFailure } from '../errors.ts';
import { serviceVersion } from '../version.ts';
import { toStorageFailure } from './failures.ts';
import { loadStatement, type SqlValue, type Statement } from './statement.ts';

/**
 * - `read`: sees one committed state, cannot write
 * - `write`: READ COMMITTED
 * - `snapshot`: REPEATABLE READ, for a calculation that must see one state and then writes its result
 */
export type TransactionMode = 'read' | 'write' | 'snapshot';

const beginByMode: Readonly<Record<TransactionMode, string>> = {
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'BEGIN',
  snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
};

export interface TransactionOptions {
  /** Whose eyes the database sees with: a UUID in lower case. */
  userId: string;
  mode: TransactionMode;
  /** Milliseconds that one statement may take on the server; the client gives up half a second later. */
  statementTimeoutMs: number;
  /** The moment, as `performance.now()` counts, from which no further statement is sent; none when it is not given. */
  deadline?: number;
  watch?: StatementWatch | undefined;
}

/**
 * Is told of each statement when it is sent, by the name of its file or, for the brackets around a transaction, by its text.
 * What it returns is called when the answer is there, with the failure if it was one.
 */
export type StatementWatch = (statement: string) => (failure?: StorageFailure) => void;

/**
 * What the work inside a tenant transaction can do. Statements that are sent without waiting for the one before share its
 * round trip. One that nobody waits for goes out together with the COMMIT; its rows are there once the transaction has succeeded.
 */
export interface Transaction {
  run<Row>(statement: Statement<Row>, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs a statement that returns exactly one row. Anything else is a defect. */
  one<Row>(statement: Statement<Row>, values?: readonly SqlValue[]): Promise<Row>;
  /** The same transaction with another caller's eyes: whatever runs through it is preceded by that caller's id. */
  as(userId: string): Transaction;
}

const openTransaction = loadStatement(import.meta.url, 'open-transaction.sql', z.unknown());
const changeCaller = loadStatement(import.meta.url, 'change-caller.sql', z.unknown());

/** pg reads the client's own time-out from the query, which its types do not say. */
type TimedQuery = pg.QueryConfig & { query_timeout: number };

/** How long the client waits after the server should have given up: a frozen server cannot time itself out. */
const clientGraceMs = 500;

/** How long the client waits for what asks nothing of a table: to open a transaction, and to commit what was done in time. */
const openMs = 2_000;
const commitMs = 1_000;

/**
 * The only way to the database: begin, the caller's session variables, the work, commit (spec 4.2, 9).
 * Success means that every statement succeeded, and that the COMMIT was answered with COMMIT; a failed transaction answers it
 * with ROLLBACK. The opening shares the round trip of the work's first statements: should BEGIN have failed, the caller's id is
 * gone after its own statement, and without it row-level security shows and stores nothing.
 * A client goes back to the pool only when it is idle; otherwise it is destroyed, so that the next borrower cannot
 * find itself in somebody else's transaction.
 * @throws StorageFailure, or whatever `work` threw
 */
export async function tenantTransaction<Result>(
  pool: pg.Pool,
  preparedStatements: boolean,
  options: TransactionOptions,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await connect(pool);
  const { mode, deadline = Number.POSITIVE_INFINITY } = options;
  const left = () => deadline - performance.now();
  const limit = Math.max(1, Math.min(options.statementTimeoutMs, left()));
  let eyes = options.userId;
  let committing = false;
  let firstFailure: { error: unknown } | undefined;
  const notes: Promise<void>[] = [];

  const query = async (timeoutMs: number, text: string, values?: readonly SqlValue[], name?: string) => {
    if (timeoutMs <= 0) throw new StorageFailure('overload');
    const config: TimedQuery = {
      text,
      query_timeout: Math.ceil(timeoutMs),
      ...(values && { values: [...values] }),
      ...(name && preparedStatements && { name }),
    };
    const answered = options.watch?.(name ?? text);
    try {
      const result = await client.query(config);
      answered?.();
      return result;
    } catch (error) {
      const failure = toStorageFailure(error);
      answered?.(failure);
      const cutOff = failure.sqlstate === undefined && left() <= 0 && !committing;
      // The server had less than the time it may take, so its silence says nothing about its health.
      throw cutOff ? new StorageFailure('overload') : failure;
    }
  };
  /** Takes note when it fails, whether or not somebody waits for it. */
  const noted = <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const note = (error: unknown) => {
      firstFailure ??= { error };
    };
    notes.push(answer.then(() => undefined, note));
    return answer;
  };

  const open = async () => {
    const timeoutMs = Math.min(openMs, limit + clientGraceMs, left());
    const limits = [limit, limit * 3, limit / 3].map((milliseconds) => String(Math.ceil(milliseconds)));
    const [begun] = await Promise.all([
      noted(query(timeoutMs, beginByMode[mode])),
      noted(query(timeoutMs, openTransaction.text, [eyes, serviceVersion, ...limits], openTransaction.name)),
    ]);
    if (begun.command !== 'BEGIN') throw new StorageFailure('unavailable');
  };
  const send = (statement: Statement<unknown>, values: readonly SqlValue[]) => {
    const timeoutMs = Math.min(limit + clientGraceMs, left());
    return noted(query(timeoutMs, statement.text, values, statement.name));
  };

  try {
    const opened = noted(open());
    const seenBy = (userId: string): Transaction => ({
      run<Row>(statement: Statement<Row>, values: readonly SqlValue[] = []) {
        // Statements arrive in the order in which they are sent, so each finds its own caller's id set.
        if (eyes !== userId) void send(changeCaller, [userId]);
        eyes = userId;
        const answer = send(statement, values);
        return noted(
          opened.then(() => answer).then(({ rows }) => rows.map((row) => statement.row.parse(row))),
        );
      },
      async one(statement, values) {
        const [row, ...others] = await this.run(statement, values);
        if (row === undefined || others.length > 0) throw new StorageFailure('defect');
        return row;
      },
      as: seenBy,
    });
    const result = await work(seenBy(options.userId));
    await opened;
    if (left() <= 0) throw new StorageFailure('overload');

    committing = true;
    const committed = await query(Math.max(commitMs, Math.min(limit + clientGraceMs, left())), 'COMMIT');
    committing = false;
    await Promise.all(notes);
    if (firstFailure) throw firstFailure.error;
    if (committed.command !== 'COMMIT') throw new StorageFailure('defect');
    client.release();
    return result;
  } catch (error) {
    await abandon(client);
    // Statements behind the one that failed fail because of it, and may be heard of sooner.
    const cause = error instanceof StorageFailure && firstFailure ? firstFailure.error : error;
    const lostDuringCommit =
      committing && mode !== 'read' && cause instanceof StorageFailure && cause.meaning === 'unavailable';
    throw lostDuringCommit ? new StorageFailure('outcome_unknown') : cause;
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toStorageFailure(error);
  }
}

/** Rolls back and returns the client, or destroys it when it cannot be brought to rest. */
async function abandon(client: pg.PoolClient): Promise<void> {
  const status = client.getTransactionStatus();
  if (status === 'T' || status === 'E') {
    const rollback: TimedQuery = { text: 'ROLLBACK', query_timeout: clientGraceMs };
    await client.query(rollback).then(
      () => client.release(client.getTransactionStatus() !== 'I'),
      () => client.release(true),
    );
  } else {
    client.release(true);
  }
}
