import type { StoredBaseline } from '../../../capabilities/metrics/baseline/schema.ts';
import { nullWhenRefused } from '../api.ts';
import type { ViewTools } from '../tools.ts';

/** The baseline that Gate 1 uses; null where there is none, as for the whole cycle. */
export async function loadBaseline({ context, chosen }: ViewTools): Promise<StoredBaseline | null> {
  const { pilot_cycle_id, org_id } = chosen;
  if (org_id === null) return null;
  return context.api
    .getKept('/metrics/baseline', { pilot_cycle_id, org_id })
    .catch(nullWhenRefused('not-found'));
}
