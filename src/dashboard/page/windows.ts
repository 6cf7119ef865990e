import { clockIn, dateParts, unbroken } from './dates.ts';
import { messagesIn } from './messages/index.ts';
import { type Choice, placeOf, timeZoneOf, type Window } from './selection.ts';
import type { AccessAnswer, FragmentChange, Language } from './view.ts';

const longestShortMs = 8 * 24 * 60 * 60 * 1000;

const numberOf = (bound: string | null, whenOpen: number) => (bound === null ? whenOpen : Date.parse(bound));
const spanOf = ({ start, end }: Window): [number, number] => [
  numberOf(start, Number.NEGATIVE_INFINITY),
  numberOf(end, Number.POSITIVE_INFINITY),
];

export const isSameWindow = (one: Window, other: Window) =>
  spanOf(one).every((bound, index) => bound === spanOf(other)[index]);

/** Whether a window lies in another one; an open bound lies beyond every other. */
export function isWithin(inner: Window, outer: Window): boolean {
  const [[start, end], [from, to]] = [spanOf(inner), spanOf(outer)];
  return start >= from && end <= to;
}

/** Whether it is a week or less, which people compare, rather than a period that they judge. */
export function isShort(window: Window): boolean {
  const [start, end] = spanOf(window);
  return end - start <= longestShortMs;
}

/** What is shown where nothing was chosen: of the windows that were computed (latest first), the latest that is no part of another. */
export function usualWindow(computed: readonly Window[]): Window {
  const isPartOf = (inner: Window, outer: Window) => isWithin(inner, outer) && !isSameWindow(inner, outer);
  const whole = computed.find((window) => !computed.some((other) => isPartOf(window, other)));
  return whole ?? { start: null, end: null };
}

/** A window in words: by days where it begins and ends with days of the zone, and otherwise to the minute. */
export function windowLabel({ start, end }: Window, language: Language, timeZone: string): string {
  const words = messagesIn(language).window;
  const wholeDays = [start, end].every((bound) => bound === null || isMidnight(bound, timeZone));
  const format = new Intl.DateTimeFormat(`${language}-CA`, {
    ...dateParts,
    ...(!wholeDays && clockIn(language)),
    timeZone,
  });
  const from = start === null ? undefined : new Date(start);
  // The bound itself no longer counts.
  const to = end === null ? undefined : new Date(Date.parse(end) - (wholeDays ? 1 : 0));
  if (from && to) return unbroken(from < to ? format.formatRange(from, to) : format.format(from));
  if (from) return words.since(unbroken(format.format(from)));
  if (to) return (wholeDays ? words.through : words.until)(unbroken(format.format(to)));
  return words.everything;
}

/** A change of the organisation together with the same days where that one has them. */
export function inItsDays(change: FragmentChange, choice: Choice, access: AccessAnswer): FragmentChange {
  const place = placeOf(choice, access);
  if (!place || !choice.window || change.orgId === undefined) return change;
  const [from, to] = [timeZoneOf(place.orgId, access), timeZoneOf(change.orgId, access)];
  return { ...sameDaysIn(choice.window, from, to), ...change };
}

/** The same days where another zone has them; a window that does not begin and end with days stays as it is. */
function sameDaysIn(window: Window, from: string, to: string): Window {
  const moved = (bound: string | null) =>
    bound === null ? null : startOfDay(dayOf(Date.parse(bound), from), to);
  const { start, end } = window;
  const wholeDays = [start, end].every((bound) => bound === null || isMidnight(bound, from));
  return wholeDays ? { start: moved(start), end: moved(end) } : window;
}

function isMidnight(instant: string, timeZone: string): boolean {
  const { hour, minute, second } = wallClock(Date.parse(instant), timeZone);
  return hour + minute + second + (Date.parse(instant) % 1000) === 0;
}

/** The instant at which a day ("2026-03-02") begins in a zone. */
export function startOfDay(day: string, timeZone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const offsetAt = (instant: number) => {
    const { year, month, day, hour, minute, second } = wallClock(instant, timeZone);
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  };
  // The first guess can lie on the other side of a change of the clocks.
  const guess = midnight - offsetAt(midnight);
  return new Date(midnight - offsetAt(guess)).toISOString();
}

/** The day of a zone in which an instant lies, as "2026-03-02". */
export function dayOf(instant: number, timeZone: string): string {
  const { year, month, day } = wallClock(instant, timeZone);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** The day after "2026-03-02". */
export function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making a clock takes much longer than reading it. */
function wallClockFormat(timeZone: string): Intl.DateTimeFormat {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  clocks.set(timeZone, clock);
  return clock;
}

function wallClock(instant: number, timeZone: string) {
  const parts = new Map(
    wallClockFormat(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}
