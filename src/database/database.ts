import { Socket } from 'node:net';
import pg from 'pg';
import { z } from 'zod';
import { loadStatement } from './statement.ts';
import { type Transaction, type TransactionOptions, tenantTransaction } from './tenant-transaction.ts';

/** The user that the service itself is in its own transactions: a well-formed id that nobody has. */
export const nobody = '00000000-0000-0000-0000-000000000000';

/** The user that the service is when it judges Gate 0: it reads the rows of every organisation, and writes none. No token carries it. */
export const evaluator = '00000000-0000-0000-0000-000000000001';

/** What the rest of the service knows about the database. */
export interface Database {
  transaction<Result>(
    options: TransactionOptions,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result>;
  /** The first of these `pilot` tables that does not exist, or undefined when all do. */
  missingTable(tables: readonly string[]): Promise<string | undefined>;
  /** How its connections are used at this moment. */
  connections(): ConnectionCounts;
  close(): Promise<void>;
}

export interface ConnectionCounts {
  /** How many there may be. */
  max: number;
  inUse: number;
  idle: number;
  /** Transactions that wait for one. */
  waiting: number;
}

export interface DatabaseSettings {
  connectionString: string;
  poolMax: number;
  preparedStatements: boolean;
  /** Called when an idle or lost connection reports an error; carries no detail on purpose. */
  onConnectionError: () => void;
}

/** Waiting for a connection, a statement's limit and the client's grace stay within 4.5 s together. */
const connectTimeoutMs = 1_500;
const idleTimeoutMs = 60_000;
const catalogueTimeoutMs = 1_000;

const missingTables = loadStatement(import.meta.url, 'missing-tables.sql', z.object({ name: z.string() }));

/** Opens a pool for the service's role. Nothing is connected until the first transaction. */
export function openDatabase(settings: DatabaseSettings): Database {
  const pool = new pg.Pool({
    connectionString: settings.connectionString,
    max: settings.poolMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    application_name: 'pilot-evidence',
    keepAlive: true,
    pipeline: true,
    stream: () => new ServerSocket(),
  });
  pool.on('error', settings.onConnectionError);
  // A client that is checked out when its backend dies emits an error of its own; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', settings.onConnectionError));

  return {
    transaction: (options, work) => tenantTransaction(pool, settings.preparedStatements, options, work),

    async missingTable(tables) {
      const options: TransactionOptions = {
        userId: nobody,
        mode: 'read',
        statementTimeoutMs: catalogueTimeoutMs,
      };
      const missing = await tenantTransaction(pool, settings.preparedStatements, options, (transaction) =>
        transaction.run(missingTables, [tables]),
      );
      return missing[0]?.name;
    },

    connections: () => ({
      max: settings.poolMax,
      inUse: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),

    close: () => pool.end(),
  };
}

/** One transaction over a connection of its own, for commands, which need no pool. */
export async function inOneTransaction<Result>(
  connectionString: string,
  options: TransactionOptions,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const database = openDatabase({
    connectionString,
    poolMax: 1,
    preparedStatements: false,
    onConnectionError: () => undefined,
  });
  return database.transaction(options, work).finally(() => database.close());
}

class ServerSocket extends Socket {
  /** What pg sends in one turn goes out as one piece: the server wakes up once, and not for each statement. */
  override cork(): void {
    if (this.writableCorked === 0) {
      super.cork();
      process.nextTick(() => this.uncork());
    }
    super.cork();
  }

  /** pg reads what the server sends inside of this event; what it throws at something malformed would end the process. */
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    try {
      return super.emit(event, ...values);
    } catch (error) {
      if (event !== 'data') throw error;
      this.destroy(new Error('The server does not speak the protocol of PostgreSQL.'));
      return true;
    }
  }
}
