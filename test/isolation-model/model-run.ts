import fc from 'fast-check';
import type pg from 'pg';
import { withClient } from '../../src/database/owner-connection.ts';
import { addAdmin, addMember } from '../../src/database/provisioning.ts';
import { type Command, sequences } from './commands.ts';
import type { ModelService } from './model-service.ts';
import { PilotModel } from './pilot-model.ts';
import { firstRoles, people, shortened } from './pool.ts';
import { prepareReading, tablesOf, visibleRowDivergences } from './visible-rows.ts';

export interface ModelRunOptions {
  seed: number;
  sequences: number;
  /** Whether the shortest sequence that diverges is looked for, or the first one will do. */
  shrink?: boolean;
}

export interface ModelRun {
  /** Sequences that ended without a divergence, and the requests they made. */
  sequences: number;
  calls: number;
  /** Each kind of answer that was seen: route, status, and what it said. */
  answers: Set<string>;
  /** The shortest sequence that was found to diverge, and what differed. */
  divergence: string | undefined;
}

/**
 * Runs random sequences of calls against the service and the model side by side. Every answer is compared, and after each
 * sequence what everybody can read through pilot_app.
 */
export async function runModel(
  service: ModelService,
  { seed, sequences: numRuns, shrink = true }: ModelRunOptions,
): Promise<ModelRun> {
  const run: ModelRun = { sequences: 0, calls: 0, answers: new Set(), divergence: undefined };
  const answered = (kind: string) => {
    run.calls += 1;
    run.answers.add(kind);
  };
  await service.asSuperuser((superuser) =>
    service.asOwner((owner) =>
      withClient(service.urls.app, async (app) => {
        const tables = await tablesOf(superuser);
        await prepareReading(app, tables);
        const property = fc.asyncProperty(sequences, async (sequence) => {
          await empty(superuser, tables);
          for (const [person, org, role] of firstRoles) await addMember(owner, org, people[person], role);
          await addAdmin(owner, people.appAdmin);
          const model = new PilotModel();
          await fc.asyncModelRun(() => ({ model, real: { service, owner, answered } }), sequence);
          const divergences = await visibleRowDivergences(app, tables, model);
          if (divergences.length > 0) throw new Error(divergences.join('\n'));
          run.sequences += 1;
        });
        const details = await fc.check(property, { seed, numRuns, endOnFailure: !shrink });
        if (details.failed) run.divergence = describeFailure(details);
      }),
    ),
  );
  return run;
}

/** Leaves no row of the sequence before. DELETE, unlike TRUNCATE, leaves the plans alone that connections hold. */
async function empty(superuser: pg.Client, tables: readonly string[]): Promise<void> {
  const constant = ['organizations', 'pilot_cycles', 'services'];
  const deletions = tables
    .filter((table) => !constant.includes(table))
    .map((table) => `DELETE FROM pilot.${table}`);
  // As a replica, no foreign key asks for an order.
  await superuser.query(['SET session_replication_role = replica', ...deletions].join('; '));
}

function describeFailure(details: fc.RunDetails<[Iterable<Command>]>): string {
  const { seed, counterexample, errorInstance } = details;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `seed ${seed}: ${counterexample?.[0]}\n${shortened(reason)}`;
}
