export const demoCycle = 'demo-kingston-2026-spring';
export const windowStart = '2026-03-02T05:00:00.000Z';
export const windowEnd = '2026-03-30T04:00:00.000Z';

/** Where the weeks begin in Toronto, where the clocks change on the second Sunday, and where the last one ends. */
const weekBounds = [
  windowStart,
  '2026-03-09T04:00:00.000Z',
  '2026-03-16T04:00:00.000Z',
  '2026-03-23T04:00:00.000Z',
  windowEnd,
];

/** A window as the API takes it. */
export interface DemoWindow {
  window_start: string;
  window_end: string;
}

export const wholeWindow: DemoWindow = { window_start: windowStart, window_end: windowEnd };

export const weeks: readonly DemoWindow[] = weekBounds.slice(1).map((window_end, i) => ({
  window_start: weekBounds[i] ?? windowStart,
  window_end,
}));
