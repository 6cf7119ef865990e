import type { HistoryPage } from './answers.ts';
import { isOneWeek } from './days.ts';
import type { Window } from './selection.ts';
import type { ViewContext } from './view.ts';
import { isWithin } from './windows.ts';

type Snapshot = HistoryPage['items'][number];

/** The figures of one calculation. */
export interface Calculation {
  window: Window;
  calculatedAt: string;
  figures: ReadonlyMap<Snapshot['metric_id'], Snapshot>;
}

/** As the API pages its history: whole calculations of nine figures each. */
const perPage = String(11 * 9);
/** So many fit into a picture, and are computed at a click. */
export const mostWeeks = 26;

/** The latest calculation of each week that was computed on its own, the earliest week first; the last ones that end by a moment. */
export async function loadWeeks(context: ViewContext, until: string | null = null): Promise<Calculation[]> {
  const weeksIn = (calculations: readonly Calculation[]) =>
    calculations.filter(
      ({ window }) => isOneWeek(window, context.timeZone) && isWithin(window, { start: null, end: until }),
    );
  const { calculations } = await readHistory(
    context,
    { window: 'each' },
    12,
    (read) => weeksIn(read).length >= mostWeeks,
  );
  const startOf = ({ window }: Calculation) => Date.parse(window.start ?? '');
  return weeksIn(calculations)
    .sort((a, b) => startOf(a) - startOf(b))
    .slice(-mostWeeks);
}

/** The calculations of the chosen window, the earliest first; `isAll` is false when there are still earlier ones. */
export async function loadRecalculations(context: ViewContext): Promise<History> {
  const { start, end } = context.selection;
  const { calculations, isAll } = await readHistory(context, { window_start: start, window_end: end }, 5);
  return { calculations: calculations.reverse(), isAll };
}

interface History {
  calculations: Calculation[];
  isAll: boolean;
}

/** What the history says, the latest first, up to a number of pages, or until what was read is enough. */
async function readHistory(
  { api, selection }: ViewContext,
  what: Record<string, string | null>,
  mostPages: number,
  isEnough: (read: readonly Calculation[]) => boolean = () => false,
): Promise<History> {
  const snapshots: Snapshot[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const answer: HistoryPage = await api.getKept('/metrics/history', {
      pilot_cycle_id: selection.cycleId,
      org_id: selection.orgId,
      ...what,
      limit: perPage,
      cursor,
    });
    snapshots.push(...answer.items);
    cursor = answer.next_cursor;
    if (cursor === null || isEnough(calculationsOf(snapshots))) break;
  }
  return { calculations: calculationsOf(snapshots), isAll: cursor === null };
}

/** Snapshots put together by the recompute that made them, in the order in which they came. */
function calculationsOf(items: readonly Snapshot[]): Calculation[] {
  return [...Map.groupBy(items, ({ recompute_id }) => recompute_id).values()].flatMap((figures) => {
    const [first] = figures;
    if (!first) return [];
    const { window, calculated_at } = first;
    return [
      {
        window,
        calculatedAt: calculated_at,
        figures: new Map(figures.map((item) => [item.metric_id, item])),
      },
    ];
  });
}
