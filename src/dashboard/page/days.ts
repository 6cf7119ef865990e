import type { Window } from './selection.ts';
import { dayOf, startOfDay } from './windows.ts';

const dayMs = 86_400_000;

export interface Span {
  start: string;
  end: string;
}

/** The whole weeks, from Monday on, that lie between two moments, the first one first. */
export function weeksBetween(start: string, end: string, timeZone: string): Span[] {
  const weeks: Span[] = [];
  let monday = mondayOf(dayOf(Date.parse(start), timeZone));
  for (;;) {
    const next = addDays(monday, 7);
    const week = { start: startOfDay(monday, timeZone), end: startOfDay(next, timeZone) };
    if (Date.parse(week.end) > Date.parse(end)) return weeks;
    if (Date.parse(week.start) >= Date.parse(start)) weeks.push(week);
    monday = next;
  }
}

/** Whether a window is seven days long, or an hour off, as the weeks are in which the clocks change. */
export function isOneWeek(window: Window): window is Span {
  const { start, end } = window;
  if (start === null || end === null) return false;
  return Math.abs(Date.parse(end) - Date.parse(start) - 7 * dayMs) <= 3_600_000;
}

function mondayOf(day: string): string {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}
