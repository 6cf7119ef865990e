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
    [59.6, '1 min'],
    [60, '1 min'],
    [3_599, '1 h'],
    [15_300, '4 h 15 min'],
    [86_400, '24 h'],
    [172_800, '2 d'],
    [180_000, '2 d 2 h'],
  ];
  for (const [seconds, said] of durations) t.equal(plain(en.duration(seconds)), said);
  t.equal(plain(fr.duration(180_000)), '2 j 2 h');
  t.equal(plain(fr.points(0.007)), '0,7 point', 'singular below two');
  t.equal(plain(fr.points(0.0196)), '2,0 points');
  t.equal(plain(en.shift(-0.021, 'ratio') ?? ''), '−2.1 points');
  t.equal(plain(en.shift(90, 'seconds') ?? ''), '+2 min');
  t.equal(en.shift(0.0001, 'ratio'), null, 'too little to be said');
  t.equal(en.value(null, 'seconds'), '–');
  t.equal(plain(en.moment('2026-03-02T04:30:00.000Z')), 'Mar 1, 2026, 23:30', 'in the time zone');
  t.equal(plain(en.calendarDay('2026-03-02')), 'Mar 2', 'a day stays itself');
  t.equal(plain(en.calendarDate('2026-03-02')), 'Mar 2, 2026');
  t.equal(plain(en.calendarDays('2026-02-02', '2026-03-02')), 'Feb 2–Mar 1', 'without the last one');
  t.equal(fr.moment('2026-03-02T12:57:00.000Z'), '2\u00a0mars\u00a02026, 7\u00a0h\u00a057', 'in one piece');
  const [moment, apart] = ['2026-03-02T12:57:10.000Z', '2026-03-02T12:57:40.000Z'];
  t.equal(plain(en.momentApartFrom(moment, apart)), 'Mar 2, 2026, 07:57:40');
  t.equal(plain(en.momentApartFrom('2026-03-02T12:58:00.000Z', apart)), 'Mar 2, 2026, 07:57');
});

t.test('an axis has steps that can be told apart, and one unit', async (t) => {
  const [en, hour] = [formatsFor('en', toronto), 3600];
  t.same([0, 0.005, 0.01, 0.2].map(en.ratioStep), ['0%', '0.5%', '1%', '20%']);
  const steps = (longest: number, ...hours: number[]) =>
    hours.map((each) => plain(en.durationStep(each * hour, longest * hour)));
  t.same(steps(60, 0, 12, 24, 48, 60), ['0', '12 h', '24 h', '48 h', '60 h']);
  t.same(steps(96, 24, 48, 72, 96), ['1 d', '2 d', '3 d', '4 d']);
  t.same(steps(1, 0.25, 1), ['15 min', '60 min']);
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
