import type { Metric } from '../../capabilities/metrics/schema.ts';
import { clockIn, dateParts, unbroken } from './dates.ts';
import type { Window } from './selection.ts';
import type { Language } from './view.ts';
import { windowLabel } from './windows.ts';

/** Numbers and times as people read them, in their language and in the time zone of what they look at. */
export interface Formats {
  count(value: number): string;
  /** A ratio as per cent, with one decimal. */
  ratio(value: number): string;
  /** The same with as few decimals as the steps of an axis need. */
  ratioStep(value: number): string;
  /** The distance of two ratios in percentage points, without its sign. */
  points(value: number): string;
  /** Seconds as the two largest units that they fill. */
  duration(seconds: number): string;
  /** Seconds in one unit alone; in which one of hours and days can be said by those beside whom they stand. */
  roundDuration(seconds: number, inDays?: boolean): string;
  /** Seconds as a step of an axis that ends at `longest`, with one unit on the whole axis. */
  durationStep(seconds: number, longest: number): string;
  /** A dash where there is none. */
  value(value: number | null, unit: Metric['unit']): string;
  /** How far a value has gone, with its sign; null where that is too little to be said. */
  shift(value: number, unit: Metric['unit']): string | null;
  day(moment: string): string;
  /** A day that is given as YYYY-MM-DD, which no time zone moves, without its year. */
  calendarDay(day: string): string;
  calendarDate(day: string): string;
  /** From one such day to the day before another one. */
  calendarDays(start: string, end: string, year?: 'with its year'): string;
  /** Without the year. */
  shortDay(moment: string): string;
  moment(moment: string): string;
  /** To the second where another moment would otherwise look the same. */
  momentApartFrom(other: string, moment: string): string;
  /** Without the year. */
  shortMoment(moment: string): string;
  window(window: Window): string;
}

const locales = { en: 'en-CA', fr: 'fr-CA' } as const;
const units = {
  en: { day: 'd', points: () => 'points' },
  fr: { day: 'j', points: (n: number) => (n < 2 ? 'point' : 'points') },
} as const;
const noBreak = '\u00a0';
const [minute, hour, day] = [60, 3600, 86_400];

export function formatsFor(language: Language, timeZone: string): Formats {
  const locale = locales[language];
  const { day: dayUnit, points: pointUnit } = units[language];
  const counts = new Intl.NumberFormat(locale);
  const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const percent = new Intl.NumberFormat(locale, { style: 'percent', ...one });
  const steps = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
  const decimal = new Intl.NumberFormat(locale, one);

  const dates = (options: Intl.DateTimeFormatOptions, zone = timeZone) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  const short = { day: 'numeric', month: 'short' } as const;
  const clock = clockIn(language);
  const formats = {
    day: dates(dateParts),
    shortDay: dates(short),
    moment: dates({ ...dateParts, ...clock }),
    second: dates({ ...dateParts, ...clock, second: '2-digit' }),
    shortMoment: dates({ ...short, ...clock }),
    calendarDay: dates(short, 'UTC'),
    calendarDate: dates(dateParts, 'UTC'),
  };
  const sayBy = (format: Intl.DateTimeFormat) => (moment: string) =>
    unbroken(format.format(new Date(moment)));
  const moment = sayBy(formats.moment);

  const points = (value: number) => {
    const said = Math.abs(value) * 100;
    return `${decimal.format(said)}${noBreak}${pointUnit(Math.round(said * 10) / 10)}`;
  };
  const part = (value: number, unit: string) => `${counts.format(value)}${noBreak}${unit}`;
  const parts = (total: number, per: number, large: string, small: string) => {
    const rest = total % per;
    return `${part(Math.floor(total / per), large)}${rest === 0 ? '' : `${noBreak}${part(rest, small)}`}`;
  };
  const duration = (signed: number) => {
    const seconds = Math.round(Math.abs(signed));
    const minutes = Math.round(seconds / minute);
    if (seconds < minute) return part(seconds, 's');
    if (minutes < 60) return part(minutes, 'min');
    if (minutes < 48 * 60) return parts(minutes, 60, 'h', 'min');
    return parts(Math.round(seconds / hour), 24, dayUnit, 'h');
  };
  const inUnit = (seconds: number, size: number) => {
    const names = { [minute]: 'min', [hour]: 'h', [day]: dayUnit };
    return seconds === 0
      ? counts.format(0)
      : part(Math.round((seconds / size) * 10) / 10, names[size] ?? 's');
  };
  return {
    count: (value) => counts.format(value),
    ratio: (value) => percent.format(value),
    ratioStep: (value) => steps.format(value),
    points,
    duration,
    roundDuration: (seconds, inDays = seconds >= 2 * day) =>
      inUnit(seconds, inDays ? day : seconds < hour ? minute : hour),
    // As clocks have it, the steps are whole days beyond 60 hours, and whole hours beyond 150 minutes.
    durationStep: (seconds, longest) =>
      inUnit(seconds, longest > 60 * hour ? day : longest > 150 * minute ? hour : minute),
    value: (value, unit) =>
      value === null ? '–' : unit === 'ratio' ? percent.format(value) : duration(value),
    shift: (value, unit) => {
      const say = unit === 'ratio' ? points : duration;
      const said = say(value);
      return said === say(0) ? null : `${value > 0 ? '+' : '−'}${said}`;
    },
    day: sayBy(formats.day),
    calendarDay: sayBy(formats.calendarDay),
    calendarDate: sayBy(formats.calendarDate),
    calendarDays: (start, end, year) => {
      const last = new Date(Date.parse(end) - day * 1000);
      return unbroken(formats[year ? 'calendarDate' : 'calendarDay'].formatRange(new Date(start), last));
    },
    shortDay: sayBy(formats.shortDay),
    shortMoment: sayBy(formats.shortMoment),
    moment,
    momentApartFrom: (other, at) => (moment(other) === moment(at) ? sayBy(formats.second)(at) : moment(at)),
    window: (window) => windowLabel(window, language, timeZone),
  };
}
