import type { AccessAnswer, FragmentChange, Language, Selection } from './view.ts';

/** A span of time by ISO instants; null is open. */
export interface Window {
  start: string | null;
  end: string | null;
}

/** What the fragment of the address says, as far as it says it. A window is there as a whole or not at all. */
export interface Choice {
  view: string | undefined;
  cycleId: string | undefined;
  /** Null is the whole cycle. */
  orgId: string | null | undefined;
  window: Window | undefined;
  language: Language | undefined;
}

/** How the whole cycle is named where an organisation would be. */
export const wholeCycle = 'all';
const open = 'open';

/** Reads a fragment; what it cannot mean counts as not said. */
export function parseFragment(fragment: string): Choice {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (name: string) => parameters.get(name) || undefined;
  const [org, language] = [text('org'), text('lang')];
  const [start, end] = [boundIn(text('from')), boundIn(text('to'))];
  return {
    view: text('view'),
    cycleId: text('cycle'),
    orgId: org === wholeCycle ? null : org,
    window: start === undefined || end === undefined ? undefined : { start, end },
    language: language === 'en' || language === 'fr' ? language : undefined,
  };
}

/** A fragment with some of what it says changed, and the rest as it was. */
export function changeFragment(fragment: string, change: FragmentChange): string {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const { view, cycleId, orgId, start, end, language } = change;
  const said = {
    view,
    cycle: cycleId,
    org: orgId === null ? wholeCycle : orgId,
    from: start === null ? open : start,
    to: end === null ? open : end,
    lang: language,
  };
  for (const [name, value] of Object.entries(said)) if (value !== undefined) parameters.set(name, value);
  if (cycleId !== undefined && start === undefined) {
    parameters.delete('from');
    parameters.delete('to');
  }
  return `#${parameters}`;
}

/** The fragment of a view, by which a link shows the same again. */
export function formatFragment(view: string, selection: Selection): string {
  return changeFragment('', { view, ...selection });
}

/** Whether two fragments show the same, though perhaps in another language. */
export function showTheSame(one: string, other: string): boolean {
  return changeFragment(one, { language: 'en' }) === changeFragment(other, { language: 'en' });
}

/** Whether the same is chosen, though perhaps in another language. */
export function isSameSelection(one: Selection, other: Selection): boolean {
  return showTheSame(formatFragment('', one), formatFragment('', other));
}

function boundIn(text: string | undefined): string | null | undefined {
  if (text === open) return null;
  if (text === undefined || !/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** The language of a choice; of the browser where it says none. */
export function languageOf({ language }: Choice): Language {
  return language ?? (navigator.language.toLowerCase().startsWith('fr') ? 'fr' : 'en');
}

/** The cycle and organisation of a choice, or what is nearest to it for this caller; undefined where there is nothing to choose. */
export function placeOf(
  choice: Choice,
  access: AccessAnswer,
): { cycleId: string; orgId: string | null } | undefined {
  const { is_app_admin: isAdmin, organizations, cycles } = access;
  const cycle = cycles.find(({ pilot_cycle_id }) => pilot_cycle_id === choice.cycleId) ?? cycles[0];
  if (!cycle) return undefined;
  const cycleId = cycle.pilot_cycle_id;
  if (choice.orgId === null && isAdmin) return { cycleId, orgId: null };
  const organization =
    organizationIn(access, choice.orgId) ??
    organizations.find(({ role }) => role !== null) ??
    organizations[0];
  if (organization) return { cycleId, orgId: organization.org_id };
  return isAdmin ? { cycleId, orgId: null } : undefined;
}

/** The organisation of an id, as far as this caller may see it. */
export function organizationIn({ organizations }: AccessAnswer, orgId: string | null | undefined) {
  return organizations.find(({ org_id }) => org_id === orgId);
}

/**
 * The zone in which a selection's days begin: of the organisation; for the whole cycle, the one that most of them have, so that
 * all who look at it mean the same days.
 */
export function timeZoneOf(orgId: string | null, { organizations }: AccessAnswer): string {
  const concerned = organizations.filter(({ org_id }) => orgId === null || org_id === orgId);
  const byZone = Map.groupBy(concerned, ({ time_zone }) => time_zone);
  const [most] = [...byZone].toSorted(
    ([zone, inZone], [other, inOther]) => inOther.length - inZone.length || zone.localeCompare(other),
  );
  return most?.[0] ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether a choice names what this caller does not find, so that something else is shown. */
export function isMissing({ cycleId, orgId }: Choice, access: AccessAnswer): boolean {
  const hasCycle = access.cycles.some(({ pilot_cycle_id }) => pilot_cycle_id === cycleId);
  const hasOrganization = orgId === null ? access.is_app_admin : organizationIn(access, orgId) !== undefined;
  return (cycleId !== undefined && !hasCycle) || (orgId !== undefined && !hasOrganization);
}
