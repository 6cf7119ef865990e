import type pg from 'pg';
import { waitingBackend } from './failure-points.ts';

/** A way in which PostgreSQL fails a statement, quoting what it was given in its words wherever it can. */
export interface DatabaseFailure {
  name: string;
  sqlstate: string;
  /** What a write that meets it is answered with. */
  status: number;
  /** What is done with the text of each row, in PL/pgSQL: when the row is written or read, or only at COMMIT. */
  body?: string;
  isAtCommit?: boolean;
  /** Whether a statement that only reads does not meet it. */
  sparesReads?: boolean;
  /** What is wrong with each table that is written. */
  alter?: (table: string) => { make: string; undo: string };
  /** What others do once a statement of the service waits for the lock `held` or `gate`. */
  meanwhile?: (others: Others) => Promise<void>;
}

/** Two sessions of the superuser. The first holds the lock `held`, the second the lock `gate`. */
export interface Others {
  first: pg.Client;
  second: pg.Client;
}

export const held = 7_415_601;
export const gate = 7_415_602;
const wanted = 7_415_603;

/** An error with the row in everything that an error has, after notices that have it as well. */
const raise = (sqlstate: string) => `
  RAISE LOG '%', written;
  RAISE WARNING '%', written USING DETAIL = written, HINT = written;
  RAISE EXCEPTION USING ERRCODE = '${sqlstate}', MESSAGE = written, DETAIL = written, HINT = written,
    COLUMN = written, CONSTRAINT = written, DATATYPE = written, TABLE = written, SCHEMA = written;`;

/** Those that open breakers stand between others that close them, so that each reaches the database. */
export const databaseFailures: readonly DatabaseFailure[] = [
  {
    name: 'a backend is terminated in the middle',
    sqlstate: '57P01',
    status: 503,
    body: `PERFORM pg_advisory_xact_lock(${held});`,
    meanwhile: async ({ second }) => {
      await second.query('SELECT pg_terminate_backend($1)', [await waitingBackend(second, 'service')]);
    },
  },
  {
    name: 'a value does not have the form of its type',
    sqlstate: '22P02',
    status: 500,
    body: 'PERFORM written::integer;',
  },
  { name: 'the disk is full', sqlstate: '53100', status: 503, body: raise('53100') },
  {
    name: 'a check refuses the row',
    sqlstate: '23514',
    status: 500,
    sparesReads: true,
    alter: (table) => ({
      make: `ALTER TABLE pilot.${table} ADD CONSTRAINT refuses CHECK (false) NOT VALID`,
      undo: `ALTER TABLE pilot.${table} DROP CONSTRAINT refuses`,
    }),
  },
  {
    name: 'two transactions wait for each other',
    sqlstate: '40P01',
    status: 503,
    // The first attempt meets a real deadlock; its repetitions, which find the gate open, an error like it.
    body: `
      PERFORM pg_advisory_xact_lock(${wanted});
      IF pg_try_advisory_xact_lock(${gate}) THEN ${raise('40P01')} END IF;
      PERFORM pg_advisory_xact_lock(${gate});
      PERFORM pg_advisory_xact_lock(${held});`,
    async meanwhile({ first, second }) {
      await waitingBackend(second, 'service');
      const turn = first.query('SELECT pg_advisory_lock($1)', [wanted]);
      await waitingBackend(second, 'superuser');
      await second.query('SELECT pg_advisory_unlock($1)', [gate]);
      // Granted when PostgreSQL has ended the service's transaction, whose next attempt waits for the unlocking.
      await turn;
      await first.query('SELECT pg_advisory_unlock($1)', [wanted]);
    },
  },
  {
    name: 'a lock is not to be had in time',
    sqlstate: '55P03',
    status: 503,
    body: `
      PERFORM set_config('lock_timeout', '1ms', true);
      PERFORM pg_advisory_xact_lock(${held});`,
  },
  {
    name: 'a table is not there',
    sqlstate: '42P01',
    status: 501,
    alter: (table) => ({
      make: `ALTER TABLE pilot.${table} RENAME TO was_${table}`,
      undo: `ALTER TABLE pilot.was_${table} RENAME TO ${table}`,
    }),
  },
  {
    name: 'a table is named after the row',
    sqlstate: '42P01',
    status: 500,
    body: "EXECUTE format('TABLE %I', written);",
  },
  {
    name: 'a statement is cancelled',
    sqlstate: '57014',
    status: 503,
    body: `PERFORM pg_advisory_xact_lock(${held});`,
    meanwhile: async ({ second }) => {
      await second.query('SELECT pg_cancel_backend($1)', [await waitingBackend(second, 'service')]);
    },
  },
  {
    name: 'a constraint fails at COMMIT',
    sqlstate: '23514',
    status: 500,
    body: raise('23514'),
    isAtCommit: true,
  },
  {
    name: 'the disk is full at COMMIT',
    sqlstate: '53100',
    status: 503,
    body: raise('53100'),
    isAtCommit: true,
  },
  ...[
    ['42501', 500],
    ['08006', 503],
    ['23503', 422],
    ['53300', 503],
    ['23505', 409],
    ['58030', 503],
    ['22021', 500],
    ['XX000', 503],
    ['P0001', 500],
    ['25006', 503],
    ['40001', 503],
  ].map(([sqlstate, status]) => ({
    name: `PostgreSQL answers ${sqlstate}`,
    sqlstate: String(sqlstate),
    status: Number(status),
    body: raise(String(sqlstate)),
  })),
];
