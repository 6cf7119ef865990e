import type { Metric } from '../../capabilities/metrics/schema.ts';
import type { Window } from './selection.ts';
import type { Language } from './view.ts';
import { windowLabel } from './windows.ts';

/** Numbers and times as people read them, in their language and in the time zone of what they look at. */
export interface Formats {
  count(value: number): string;
  /** A ratio as per cent, with one decimal. */
  ratio(value: number): string;
  /** The same without decimals, for the steps of an axis. */
  wholeRatio(value: number): string;
  /** The distance of two ratios in percentage points, without its sign. */
  points(value: number): string;
  /** Seconds as the two largest units that they fill. */
  duration(seconds: number): string;
  /** Seconds in the largest unit alone, for the steps of an axis. */
  roundDuration(seconds: number): string;
  value(value: number, unit: Metric['unit']): string;
  /** How far two values lie apart, without its sign. */
  distance(value: number, unit: Metric['unit']): string;
  day(moment: string): string;
  /** A day that is given as YYYY-MM-DD, which no time zone moves, without its year. */
  calendarDay(day: string): string;
  /** Without the year. */
  shortDay(moment: string): string;
  moment(moment: string): string;
  /** Without the year. */
  shortMoment(moment: string): string;
  window(window: Window): string;
}

const locales = { en: 'en-CA', fr: 'fr-CA' } as const;
const units = { en: { day: 'd', points: 'points' }, fr: { day: 'j', points: 'points' } } as const;
const noBreak = '\u00a0';

export function formatsFor(language: Language, timeZone: string): Formats {
  const locale = locales[language];
  const { day: dayUnit, points: pointUnit } = units[language];
  const counts = new Intl.NumberFormat(locale);
  const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const percent = new Intl.NumberFormat(locale, { style: 'percent', ...one });
  const wholePercent = new Intl.NumberFormat(locale, { style: 'percent' });
  const decimal = new Intl.NumberFormat(locale, one);
  const days = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium' });
  const shortDays = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const calendarDays = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short' });
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const moments = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...clock,
  });
  const shortMoments = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    ...clock,
  });

  const points = (value: number) => `${decimal.format(Math.abs(value) * 100)}${noBreak}${pointUnit}`;
  const part = (value: number, unit: string) => `${counts.format(value)}${noBreak}${unit}`;
  const parts = (total: number, per: number, large: string, small: string) => {
    const rest = total % per;
    return `${part(Math.floor(total / per), large)}${rest === 0 ? '' : `${noBreak}${part(rest, small)}`}`;
  };
  const duration = (signed: number) => {
    const seconds = Math.abs(signed);
    const minutes = Math.round(seconds / 60);
    if (seconds < 60) return part(Math.round(seconds), 's');
    if (minutes < 60) return part(minutes, 'min');
    if (minutes < 48 * 60) return parts(minutes, 60, 'h', 'min');
    return parts(Math.round(seconds / 3600), 24, dayUnit, 'h');
  };
  const roundDuration = (seconds: number) => {
    if (seconds === 0) return counts.format(0);
    if (seconds < 3600) return part(Math.round(seconds / 60), 'min');
    return seconds <= 72 * 3600
      ? part(Math.round(seconds / 3600), 'h')
      : part(Math.round(seconds / 86_400), dayUnit);
  };
  return {
    count: (value) => counts.format(value),
    ratio: (value) => percent.format(value),
    wholeRatio: (value) => wholePercent.format(value),
    points,
    duration,
    roundDuration,
    value: (value, unit) => (unit === 'ratio' ? percent.format(value) : duration(value)),
    distance: (value, unit) => (unit === 'ratio' ? points(value) : duration(value)),
    day: (moment) => days.format(new Date(moment)),
    calendarDay: (day) => calendarDays.format(new Date(day)),
    shortDay: (moment) => shortDays.format(new Date(moment)),
    shortMoment: (moment) => shortMoments.format(new Date(moment)),
    moment: (moment) => moments.format(new Date(moment)),
    window: (window) => windowLabel(window, language, timeZone),
  };
}
