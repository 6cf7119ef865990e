import { cycle } from '../../test/support/service.ts';
import type { Member, Setting } from './setting.ts';

/** Has the open window of an organisation, or of the whole cycle, computed. @returns the milliseconds until the answer */
export async function recompute(
  { api }: Setting,
  { orgId, token }: Pick<Member, 'token'> & { orgId: string | null },
): Promise<number> {
  const started = performance.now();
  const answer = await fetch(api('/metrics/recompute'), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ pilot_cycle_id: cycle, ...(orgId !== null && { org_id: orgId }) }),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`A recompute was answered with ${answer.status}.`);
  return performance.now() - started;
}
