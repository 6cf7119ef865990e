import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { forTable, loadStatement, type Statement } from '../database/statement.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { Problem } from '../errors.ts';
import { assertParticipant, assertPermitted } from '../plugins/authorisation.ts';
import type { Storage } from '../plugins/storage.ts';
import { readAnswers } from './answers.ts';
import { identifier, revisionNumber } from './fields.ts';
import type { insertedRow } from './idempotency.ts';
import { pageFrom, pageOf, pageQuery, rowsFor } from './pages.ts';
import { type Receipt, receiptOf } from './receipt.ts';

/** What every revision carries beside its own fields: who wrote it, when it arrived, and by which version of the service. */
export const provenance = {
  revision: z.number(),
  recorded_at: z.string(),
  recorded_by: z.string(),
  service_version: z.string().nullable(),
};

export type Provenance = z.infer<z.ZodObject<typeof provenance>>;

/** A moment as PostgreSQL gives it and as it is answered. */
export const answeredTime = z.date().transform((moment) => moment.toISOString());

/** The revision that the writer has seen. */
export const expectedRevision = z.int().min(0).optional().meta({
  description: 'The latest revision that you have seen, 0 for none; refused when there is a later one.',
});

const lockRecords = loadStatement(import.meta.url, 'lock-records.sql', z.unknown());

/** The latest revision of a record, and whether it has the content that is to be written, compared as stored. */
export const latestRow = z.object({
  revision: z.number(),
  recorded_at: z.date(),
  same_content: z.boolean(),
});

type LatestRow = z.infer<typeof latestRow>;

const readLatestRecord = loadStatement(import.meta.url, 'read-latest-record.sql', latestRow);

export interface RecordStatements<Item> {
  /** $1: the revision that is to be written, as JSON. */
  insert: Statement<z.infer<typeof insertedRow>>;
  /** The latest revision of each. $1: a moment of arrival, NULL for now; $2: the id after which to begin, or NULL; $3: how many. */
  readCurrent: Statement<Item>;
  /** The newest first. $1: the id; $2: the revision before which to begin, or NULL; $3: how many. */
  readHistory: Statement<Item>;
}

export interface RecordKind<Item extends z.ZodType<Provenance & { id: string }>, Latest extends LatestRow> {
  /** Where the records are under /api/v1/pilot, such as /gate-0/approvals. */
  path: string;
  /** Where they are stored: a table of schema pilot. */
  table: string;
  /** What one of them is called in a sentence, and what all of them. */
  one: string;
  many: string;
  id: z.ZodType<string, string>;
  /** One of them, as it is answered. */
  item: Item;
  /** What a change is judged by: `latestRow`, with what a refusal looks at as its `content`. */
  latest: z.ZodType<Latest>;
  statements: RecordStatements<z.infer<Item>>;
}

/** Why a record may not be changed, or undefined; decided after the permission, before the revision that was expected. */
type Refusal<Latest> = (
  latest: Latest | undefined,
  transaction: Transaction,
) => Problem | undefined | Promise<Problem | undefined>;

/** What is to be written: the fields of a record, by the names of its columns. */
export interface Revised {
  id: string;
  /** Whoever does not say which revision they have seen takes the record as it is. */
  expected_revision?: number | undefined;
}

/**
 * The records of one kind of governance: written by app admins, read by all who take part. A record is known by its id. Every
 * change is a row of its own, a revision, and the latest one holds: the history is complete, and the state at any past moment
 * of arrival can be read again.
 */
export class GovernanceRecords<
  Item extends z.ZodType<Provenance & { id: string }>,
  Latest extends LatestRow,
> {
  readonly #storage: Storage;
  readonly #kind: RecordKind<Item, Latest>;
  readonly #readLatest: Statement<Latest>;

  constructor(storage: Storage, kind: RecordKind<Item, Latest>) {
    this.#storage = storage;
    this.#kind = kind;
    this.#readLatest = forTable({ ...readLatestRecord, row: kind.latest }, kind.table);
  }

  /**
   * Writes a revision, unless the record has this content already, which is a replay. Two who change records of one kind at once
   * do it one after the other. `refusal` says why a change is not allowed in the present state, which it may look at in the same
   * transaction.
   * @throws Problem `forbidden`, what `refusal` returned, `state-conflict`, or StorageFailure
   */
  revise(
    request: FastifyRequest,
    { expected_revision, ...record }: Revised,
    refusal?: Refusal<Latest>,
  ): Promise<Receipt> {
    const { table, one, statements } = this.#kind;
    const { id } = record;
    return this.#storage.transaction(request, 'write', async (transaction) => {
      await assertPermitted(transaction, request, null);
      const [, [latest]] = await Promise.all([
        transaction.run(lockRecords, [table]),
        transaction.run(this.#readLatest, [JSON.stringify(record)]),
      ]);
      if (latest?.same_content) return receiptOf(id, latest.recorded_at, 'replayed');
      const refused = await refusal?.(latest, transaction);
      if (refused) throw refused;
      const revision = latest?.revision ?? 0;
      if (expected_revision !== undefined && expected_revision !== revision) {
        throw new Problem(
          'state-conflict',
          `This ${one} was changed by somebody else meanwhile. Read it again, then decide.`,
        );
      }
      const values = JSON.stringify({ ...record, revision: revision + 1 });
      const { recorded_at } = await transaction.one(statements.insert, [values]);
      return receiptOf(id, recorded_at, latest ? 'updated' : 'created');
    });
  }

  /** Adds the GET of all records as they are now, and of the history of one. */
  addReadingRoutes(app: FastifyInstance): void {
    const { path, one, many, id, item, statements } = this.#kind;
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const guard = app.guard({ bucket: 'reads', permission: 'canViewGovernance', storage: this.#storage });
    const examples = item.meta()?.examples;
    const items = pageOf(item).meta({ examples: [{ items: examples, next_cursor: null }] });
    const page: Record<number, z.ZodType> = readAnswers(items);
    const history: Record<number, z.ZodType> = readAnswers(items, 404);

    routes.get(path, {
      ...guard,
      schema: {
        tags: ['Governance'],
        summary: `Read ${many} as they are now`,
        querystring: z.strictObject(pageQuery(identifier)),
        response: page,
      },
      handler: async (request) => {
        const { limit, cursor = null } = request.query;
        const rows = await this.#read(request, (transaction) =>
          transaction.run(statements.readCurrent, [null, cursor, rowsFor(limit)]),
        );
        return pageFrom(rows, limit, (last) => last.id);
      },
    });

    routes.get(`${path}/:id/history`, {
      ...guard,
      schema: {
        tags: ['Governance'],
        summary: `Read every revision of one ${one}, the newest first`,
        params: z.strictObject({ id }),
        querystring: z.strictObject(pageQuery(revisionNumber)),
        response: history,
      },
      handler: async (request) => {
        const { limit, cursor = null } = request.query;
        const rows = await this.#read(request, (transaction) =>
          transaction.run(statements.readHistory, [request.params.id, cursor, rowsFor(limit)]),
        );
        if (rows.length === 0)
          throw new Problem('not-found', `There is no such ${one}, or no earlier revision of it.`);
        return pageFrom(rows, limit, (last) => String(last.revision));
      },
    });
  }

  async #read<Row>(
    request: FastifyRequest,
    work: (transaction: Transaction) => Promise<Row[]>,
  ): Promise<Row[]> {
    return this.#storage.transaction(request, 'read', async (transaction) => {
      const [rows] = await Promise.all([work(transaction), assertParticipant(transaction)]);
      return rows;
    });
  }
}
