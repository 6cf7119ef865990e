import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { Transaction } from '../../../database/tenant-transaction.ts';
import { Problem } from '../../../errors.ts';
import { readAccessTo, refusalOf } from '../../../plugins/authorisation.ts';
import type { Member, Outcome } from '../../../plugins/group-commit.ts';
import type { Storage } from '../../../plugins/storage.ts';
import { type Receipt, receiptOf } from '../../receipt.ts';
import type { referralUpdateBody } from './schema.ts';

const arrivalRow = z.object({ recorded_at: z.date() });
const lockedReferral = z.object({ referral_state: z.string(), created_at: z.date(), updated_at: z.date() });
const lockReferral = loadStatement(import.meta.url, 'lock-referral.sql', lockedReferral);
const readAcceptedUpdate = loadStatement(import.meta.url, 'read-accepted-update.sql', arrivalRow);
const updateReferral = loadStatement(import.meta.url, 'update-referral.sql', z.object({ id: z.string() }));
const insertHistory = loadStatement(import.meta.url, 'insert-referral-history.sql', arrivalRow);

/** One update on its way to its referral. */
interface UpdateToApply {
  id: string;
  update: z.infer<typeof referralUpdateBody>;
}

/**
 * Moves referrals to terminal states, or corrects those that they have (spec 2.4). An update that was accepted before is a
 * replay; otherwise it has to be later than what is stored. Those that are sent at the same time share a transaction.
 * @returns what applies one. @throws Problem `forbidden`, `not-found`, `state-conflict`, or StorageFailure
 */
export function referralUpdater(
  storage: Storage,
): (request: FastifyRequest, update: UpdateToApply) => Promise<Receipt> {
  return storage.shared<UpdateToApply, Receipt>('write', async (transaction, members) => {
    const outcomes = new Map<Member<UpdateToApply>, Outcome<Receipt>>();
    const ofReferrals = Map.groupBy(members, ({ item }) => `${item.update.source_org_id}/${item.id}`);
    // In the order of the keys, so that two transactions do not wait for each other.
    const inOrder = [...ofReferrals.keys()].sort().map((key) => ofReferrals.get(key) ?? []);
    await Promise.all(
      inOrder.map(async (updates) => {
        for (const member of updates) {
          const { request, item } = member;
          outcomes.set(member, await applyUpdate(transaction.as(request.callerId), request, item));
        }
      }),
    );
    return async () => members.map((member) => outcomes.get(member) ?? 'again');
  });
}

/** Two round trips, which are those of all others at the same time: what decides, and what is written. */
async function applyUpdate(
  transaction: Transaction,
  request: FastifyRequest,
  { id, update }: UpdateToApply,
): Promise<Outcome<Receipt>> {
  const {
    source_org_id,
    referral_state,
    updated_at,
    terminal_at = null,
    failure_reason_code = null,
  } = update;
  const values = [source_org_id, id, referral_state, updated_at, terminal_at, failure_reason_code];
  const [access, [stored], [accepted]] = await Promise.all([
    readAccessTo(transaction, [source_org_id]),
    transaction.run(lockReferral, [source_org_id, id]),
    transaction.run(readAcceptedUpdate, values),
  ]);
  const refusal = refusalOf(access, request, source_org_id) ?? refusalOfUpdate(update, stored, accepted);
  if (refusal) return { refusal };
  if (accepted) return { result: receiptOf(id, accepted.recorded_at, 'replayed') };
  const [, { recorded_at }] = await Promise.all([
    transaction.one(updateReferral, values),
    transaction.one(insertHistory, values),
  ]);
  return { result: receiptOf(id, recorded_at, 'updated') };
}

function refusalOfUpdate(
  { referral_state, updated_at, terminal_at }: UpdateToApply['update'],
  stored: z.infer<typeof lockedReferral> | undefined,
  accepted: z.infer<typeof arrivalRow> | undefined,
): Problem | undefined {
  if (!stored) return new Problem('not-found', 'This organisation has no referral with this id.');
  if (referral_state === 'initiated') return conflict('A referral cannot go back to initiated.');
  if (accepted) return undefined;
  if (updated_at <= stored.updated_at) {
    return conflict(
      'The referral already has a state of this time or later. Send an update with a later updated_at.',
    );
  }
  return terminal_at && terminal_at < stored.created_at
    ? conflict('terminal_at is before the referral was created.')
    : undefined;
}

function conflict(detail: string): Problem {
  return new Problem('state-conflict', detail);
}
