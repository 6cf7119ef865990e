import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import { Problem } from '../../../errors.ts';
import { assertPermitted } from '../../../plugins/authorisation.ts';
import type { Storage } from '../../../plugins/storage.ts';
import { type Receipt, receiptOf } from '../../receipt.ts';
import type { referralUpdateBody } from './schema.ts';

const arrivalRow = z.object({ recorded_at: z.date() });
const lockReferral = loadStatement(
  import.meta.url,
  'lock-referral.sql',
  z.object({ referral_state: z.string(), created_at: z.date(), updated_at: z.date() }),
);
const readAcceptedUpdate = loadStatement(import.meta.url, 'read-accepted-update.sql', arrivalRow);
const updateReferral = loadStatement(import.meta.url, 'update-referral.sql', z.object({ id: z.string() }));
const insertHistory = loadStatement(import.meta.url, 'insert-referral-history.sql', arrivalRow);

/**
 * Moves a referral to a terminal state, or corrects the one it has (spec 2.4). An update that was accepted before is a
 * replay; otherwise it has to be later than what is stored.
 * @throws Problem `forbidden`, `not-found`, `state-conflict`, or StorageFailure
 */
export function applyReferralUpdate(
  storage: Storage,
  request: FastifyRequest,
  id: string,
  update: z.infer<typeof referralUpdateBody>,
): Promise<Receipt> {
  const {
    source_org_id,
    referral_state,
    updated_at,
    terminal_at = null,
    failure_reason_code = null,
  } = update;
  const values = [source_org_id, id, referral_state, updated_at, terminal_at, failure_reason_code];
  return storage.transaction(request, 'write', async (transaction) => {
    await assertPermitted(transaction, request, source_org_id);
    const [stored] = await transaction.run(lockReferral, [source_org_id, id]);
    if (!stored) throw new Problem('not-found', 'This organisation has no referral with this id.');
    if (referral_state === 'initiated') throw conflict('A referral cannot go back to initiated.');
    const [accepted] = await transaction.run(readAcceptedUpdate, values);
    if (accepted) return receiptOf(id, accepted.recorded_at, 'replayed');
    if (updated_at <= stored.updated_at) {
      throw conflict(
        'The referral already has a state of this time or later. Send an update with a later updated_at.',
      );
    }
    if (terminal_at && terminal_at < stored.created_at)
      throw conflict('terminal_at is before the referral was created.');
    await transaction.one(updateReferral, values);
    const { recorded_at } = await transaction.one(insertHistory, values);
    return receiptOf(id, recorded_at, 'updated');
  });
}

function conflict(detail: string): Problem {
  return new Problem('state-conflict', detail);
}
