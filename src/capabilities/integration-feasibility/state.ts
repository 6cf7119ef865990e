import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { answeredTime } from '../governance-records.ts';
import { type Control, control } from './control.ts';
import { type Decision, decision } from './schema.ts';

/** $1: a moment of arrival, NULL for now; $2: the id of the decision after which to begin, or NULL; $3: how many, or NULL. */
export const readDecisions = loadStatement(
  import.meta.url,
  'read-decisions.sql',
  decision.extend({ recorded_at: answeredTime }),
);

/** $1: a moment of arrival, NULL for now; $2: the id of the control after which to begin, or NULL; $3: how many, or NULL. */
export const readControls = loadStatement(
  import.meta.url,
  'read-controls.sql',
  control.extend({ recorded_at: answeredTime }),
);

/** The decision that governed at a moment of arrival (null is now), and every control as it was then. */
export async function readIntegrationState(
  transaction: Transaction,
  moment: Date | null,
): Promise<{ decision: Decision | null; controls: Control[] }> {
  const [[latest = null], controls] = await Promise.all([
    transaction.run(readDecisions, [moment, null, 1]),
    transaction.run(readControls, [moment, null, null]),
  ]);
  return { decision: latest, controls };
}
