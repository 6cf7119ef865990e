import type { FastifyRequest } from 'fastify';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { Problem } from '../../errors.ts';
import { readAccessTo, refusalOf } from '../../plugins/authorisation.ts';
import type { Member, Outcome } from '../../plugins/group-commit.ts';
import type { Storage } from '../../plugins/storage.ts';
import type { Measured } from '../measure.ts';
import type { ScorecardAnswer } from './schema.ts';
import { type Baselines, judge, readFigures, readStoredBaselines } from './scorecard.ts';

/** What somebody wants to see: the figures of a window, and with both baselines the verdict of Gate 1. */
export interface ScorecardQuestion {
  measured: Measured;
  /** Given by the request, to be looked up, or one of them alone, which is as good as none. */
  baselines: Baselines | 'stored' | undefined;
}

/**
 * Reads scorecards. Those who ask at the same time share a transaction of one round trip, in which each is judged with their
 * own eyes; whoever asks the same twice in it is given one answer.
 * @returns what reads one. @throws Problem `forbidden`, `not-found`, or StorageFailure
 */
export function scorecardReader(
  storage: Storage,
): (request: FastifyRequest, question: ScorecardQuestion) => Promise<ScorecardAnswer> {
  return storage.shared<ScorecardQuestion, ScorecardAnswer>('read', async (transaction, members) => {
    const alike = Map.groupBy(members, ({ request, item }) => JSON.stringify([request.callerId, item]));
    const outcomes = new Map<Member<ScorecardQuestion>, Outcome<ScorecardAnswer>>();
    await Promise.all(
      [...alike.values()].map(async (askers) => {
        const [first] = askers;
        if (!first) return;
        const outcome = await answer(transaction.as(first.request.callerId), first);
        for (const asker of askers) outcomes.set(asker, outcome);
      }),
    );
    return async () => members.map((member) => outcomes.get(member) ?? 'again');
  });
}

async function answer(
  transaction: Transaction,
  { request, item: { measured, baselines } }: Member<ScorecardQuestion>,
): Promise<Outcome<ScorecardAnswer>> {
  // One round trip for all; nothing of the others is looked at before the first has permitted it.
  const [access, figures, found] = await Promise.all([
    readAccessTo(transaction, [measured.orgId]),
    readFigures(transaction, measured, null),
    baselines === 'stored' ? storedBaselines(transaction, measured) : baselines,
  ]);
  const refusal = refusalOf(access, request, measured.orgId);
  if (refusal) return { refusal };
  if (!figures) return { refusal: nothingComputed() };
  const gate_1 = found ? await judge(transaction, figures, found) : null;
  return { result: { scorecard: figures.scorecard, metrics: figures.metrics, gate_1 } };
}

/** Baselines are stored for organisations: over the whole cycle there is none to compare with. */
function storedBaselines(
  transaction: Transaction,
  { orgId, cycleId }: Measured,
): Promise<Baselines | undefined> | undefined {
  return orgId === null ? undefined : readStoredBaselines(transaction, orgId, cycleId);
}

function nothingComputed(): Problem {
  return new Problem(
    'not-found',
    'Nothing was computed for this cycle, organisation and window yet. Recompute first.',
  );
}
