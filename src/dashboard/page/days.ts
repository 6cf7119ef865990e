import type { Window } from './selection.ts';
import { dayOf, isSameWindow, startOfDay } from './windows.ts';

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

/** Whether a window is a whole week of a zone, from Monday on; one in which the clocks change is an hour longer or shorter. */
export function isOneWeek({ start, end }: Window, timeZone: string): boolean {
  if (start === null || end === null) return false;
  const [week] = weeksBetween(start, end, timeZone);
  return week !== undefined && isSameWindow(week, { start, end });
}

function mondayOf(day: string): string {
  return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** The first day of the month after the one that a day is in. */
export function monthAfter(day: string): string {
  const date = new Date(day);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)).toISOString().slice(0, 10);
}
