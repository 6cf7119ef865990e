import type { WindowsPage } from './answers.ts';
import { type Api, ApiProblem } from './api.ts';
import type { Window } from './selection.ts';
import type { AccessAnswer, Selection } from './view.ts';

/** More windows than ten years of weeks. */
const mostPages = 6;

/** What the caller may choose from. Somebody who takes part in nothing is told so by the page, and not by a refusal. */
export async function readAccess(api: Api): Promise<AccessAnswer> {
  try {
    return await api.getKept('/access');
  } catch (error) {
    if (!(error instanceof ApiProblem && error.type === 'forbidden')) throw error;
    return { is_app_admin: false, organizations: [], cycles: [] };
  }
}

/** The windows that were computed, the one that was computed last first. */
export async function readWindows(
  api: Api,
  { cycleId, orgId }: Pick<Selection, 'cycleId' | 'orgId'>,
): Promise<Window[]> {
  const windows: Window[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: WindowsPage = await api.getKept('/metrics/windows', {
      pilot_cycle_id: cycleId,
      org_id: orgId,
      cursor,
    });
    const { items, next_cursor } = answer;
    windows.push(...items.map(({ window }) => window));
    cursor = next_cursor;
    if (cursor === null) break;
  }
  return windows;
}
