import t from 'tap';
import { metricQueries } from '../../src/capabilities/metric-queries.ts';
import { isOneWeek, weeksBetween } from '../../src/dashboard/page/days.ts';
import { formatsFor } from '../../src/dashboard/page/format.ts';
import { better, familyOf } from '../../src/dashboard/page/metrics.ts';
import { csvOf, number, text } from '../../src/dashboard/page/table.ts';
import { isWithin } from '../../src/dashboard/page/windows.ts';

/** What the views say and calculate where no browser is needed to see it. */
const toronto = 'America/Toronto';
const plain = (said: string) => said.replaceAll(/[\u00a0\u202f]/g, ' ');

t.test('numbers and times are said as people write them', async (t) => {
  const [en, fr] = [formatsFor('en', toronto), formatsFor('fr', toronto)];
  t.equal(plain(en.ratio(0.3256)), '32.6%');
  t.equal(plain(fr.ratio(0.3256)), '32,6 %');
  t.equal(plain(fr.count(12_345)), '12 345');
  t.equal(plain(en.points(-0.021)), '2.1 points');
  const durations: [number, string][] = [
    [0, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3_599, '1 h'],
    [15_300, '4 h 15 min'],
    [86_400, '24 h'],
    [172_800, '2 d'],
    [180_000, '2 d 2 h'],
  ];
  for (const [seconds, said] of durations) t.equal(plain(en.duration(seconds)), said);
  t.equal(plain(fr.duration(180_000)), '2 j 2 h');
  t.equal(plain(en.moment('2026-03-02T04:30:00.000Z')), 'Mar 1, 2026, 23:30', 'in the time zone');
  t.equal(plain(en.calendarDay('2026-03-02')), 'Mar 2', 'a day stays itself');
});

t.test('weeks begin on Monday where the organisation is, and may be an hour longer or shorter', async (t) => {
  const weeks = weeksBetween('2026-03-04T00:00:00.000Z', '2026-03-24T00:00:00.000Z', toronto);
  t.same(weeks, [
    { start: '2026-03-09T04:00:00.000Z', end: '2026-03-16T04:00:00.000Z' },
    { start: '2026-03-16T04:00:00.000Z', end: '2026-03-23T04:00:00.000Z' },
  ]);
  const exact = weeksBetween('2026-03-02T05:00:00.000Z', '2026-03-09T04:00:00.000Z', toronto);
  t.same(exact, [{ start: '2026-03-02T05:00:00.000Z', end: '2026-03-09T04:00:00.000Z' }], 'of 167 hours');
  for (const week of [...weeks, ...exact]) t.ok(isOneWeek(week, toronto));
  t.notOk(isOneWeek({ start: '2026-03-02T05:00:00.000Z', end: '2026-03-08T05:00:00.000Z' }, toronto));
  t.notOk(
    isOneWeek({ start: '2026-03-11T04:00:00.000Z', end: '2026-03-18T04:00:00.000Z' }, toronto),
    'seven days from Wednesday on are none',
  );
  t.notOk(isOneWeek({ start: null, end: '2026-03-08T05:00:00.000Z' }, toronto));
  const [week = { start: null, end: null }] = weeks;
  t.ok(isWithin(week, { start: null, end: null }) && isWithin(week, week));
  t.notOk(isWithin({ start: null, end: week.end }, week));
});

t.test('which direction is better is what the headers of the saved queries say', async (t) => {
  for (const { header, metrics } of metricQueries) {
    for (const id of metrics) t.equal(better[familyOf(id)], header.better, id);
  }
});

t.test('a CSV holds numbers as they are, and no text that a spreadsheet would calculate', async (t) => {
  const columns = [{ label: 'Name, in full' }, { label: 'Value' }];
  const rows = [
    [text('plain'), number(1 / 3, () => 'a third')],
    [text('=1+1'), number(null, String)],
    [text('with "quotes", and a comma'), number(-2, String)],
  ];
  t.equal(
    csvOf({ columns, rows }),
    [
      '"Name, in full",Value',
      'plain,0.3333333333333333',
      "'=1+1,",
      '"with ""quotes"", and a comma",-2',
      '',
    ].join('\r\n'),
  );
});
