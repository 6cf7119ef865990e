import t from 'tap';
import { formatFragment, parseFragment, timeZoneOf } from '../../src/dashboard/page/selection.ts';
import {
  dayAfter,
  dayOf,
  isShort,
  startOfDay,
  usualWindow,
  windowLabel,
} from '../../src/dashboard/page/windows.ts';

const span = (start: string | null, end: string | null) => ({ start, end });
const zone = 'America/Toronto';
const [february, march, april] = ['2026-02-02T05:00:00Z', '2026-03-02T05:00:00Z', '2026-03-30T04:00:00Z'];
const week = span(march, '2026-03-09T04:00:00Z');

t.test('a day begins when the clocks of its zone say so, also where they change', async (t) => {
  t.equal(startOfDay('2026-03-08', zone), '2026-03-08T05:00:00.000Z');
  t.equal(startOfDay('2026-03-09', zone), '2026-03-09T04:00:00.000Z');
  t.equal(startOfDay('2026-11-01', zone), '2026-11-01T04:00:00.000Z');
  t.equal(startOfDay('2026-11-02', zone), '2026-11-02T05:00:00.000Z');
  t.equal(startOfDay('2026-01-01', 'Pacific/Kiritimati'), '2025-12-31T10:00:00.000Z');
  t.equal(startOfDay('2026-04-05', 'Australia/Lord_Howe'), '2026-04-04T13:00:00.000Z');
  for (const day of ['2026-03-08', '2026-03-09', '2026-11-01', '2026-12-31'])
    for (const timeZone of [zone, 'UTC', 'Asia/Kolkata', 'Pacific/Auckland'])
      t.equal(dayOf(Date.parse(startOfDay(day, timeZone)), timeZone), day);
  t.equal(dayAfter('2026-02-28'), '2026-03-01');
  t.equal(dayAfter('2026-12-31'), '2027-01-01');
});

t.test(
  'a window is named by its days, the last one included, and to the minute where it is no days',
  async (t) => {
    const label = (start: string | null, end: string | null, language: 'en' | 'fr' = 'en') =>
      windowLabel(span(start, end), language, zone).replaceAll(/\s+/g, ' ').replaceAll(' – ', '–');
    t.equal(label(march, april), 'Mar 2–29, 2026');
    t.equal(label(march, '2026-03-03T05:00:00Z'), 'Mar 2, 2026');
    t.equal(label(march, null), 'Since Mar 2, 2026');
    t.equal(label(null, april), 'Through Mar 29, 2026');
    t.equal(label(null, null), 'Everything recorded');
    t.equal(label(null, null, 'fr'), 'Tout ce qui est enregistré');
    t.match(label('2026-03-02T15:30:00Z', april), /Mar 2, 2026, 10:30.*Mar 30, 2026, 00:00/);
    t.match(label(march, april, 'fr'), /2.*29 mars 2026/);
    t.match(windowLabel(span(march, '2026-03-02T14:05:00Z'), 'fr', zone), /9\u00a0h\u00a005$/);
  },
);

t.test('what is shown first is the latest computed window that is no part of another', async (t) => {
  t.same(usualWindow([]), span(null, null));
  t.same(usualWindow([week]), week);
  t.same(usualWindow([week, span(march, april), span(february, march)]), span(march, april));
  t.same(usualWindow([week, span(march, april), span(null, null)]), span(null, null));
  t.same(usualWindow([span(march, null), span(null, april)]), span(march, null));
  t.ok(isShort(week));
  t.notOk(isShort(span(march, april)));
  t.notOk(isShort(span(null, april)));
});

t.test('a fragment says all of a selection, and what it cannot mean is not said', async (t) => {
  const selection = {
    cycleId: 'a b&c',
    orgId: null,
    start: '2026-03-02T05:00:00.000Z',
    end: null,
    language: 'fr' as const,
  };
  const { start, end } = selection;
  t.same(parseFragment(formatFragment('trends', selection)), {
    view: 'trends',
    cycleId: 'a b&c',
    orgId: null,
    window: { start, end },
    language: 'fr',
  });
  t.equal(parseFragment(formatFragment('trends', { ...selection, orgId: 'x' })).orgId, 'x');
  const nothing = {
    view: undefined,
    cycleId: undefined,
    orgId: undefined,
    window: undefined,
    language: undefined,
  };
  for (const fragment of [
    '',
    '#',
    '#main',
    '#view=&cycle=&lang=de',
    '#from=open',
    '#from=today&to=open',
    '#from=2026-13-01T00:00:00Z&to=open',
  ])
    t.same(parseFragment(fragment), nothing, fragment);
});

t.test('days of the whole cycle are those of most of its organisations, for whoever looks', async (t) => {
  const organization = (org_id: string, time_zone: string) => ({
    org_id,
    name: org_id,
    time_zone,
    role: null,
    permissions: [],
  });
  const access = (...zones: string[]) => ({
    is_app_admin: true,
    organizations: zones.map((time_zone, index) => organization(`org-${index}`, time_zone)),
    cycles: [],
  });
  const { timeZone: own } = Intl.DateTimeFormat().resolvedOptions();
  t.equal(timeZoneOf(null, access('America/Winnipeg', 'America/Winnipeg')), 'America/Winnipeg');
  t.equal(
    timeZoneOf(null, access('America/Winnipeg', 'America/Halifax', 'America/Winnipeg')),
    'America/Winnipeg',
  );
  t.equal(timeZoneOf(null, access('America/Winnipeg', 'America/Halifax')), 'America/Halifax', 'by name');
  t.equal(timeZoneOf(null, access()), own);
  t.equal(timeZoneOf('org-1', access('America/Winnipeg', 'America/Halifax')), 'America/Halifax');
});
