import type { Language } from './view.ts';

/** How a day is written, with its year. */
export const dateParts = { day: 'numeric', month: 'short', year: 'numeric' } as const;

/** How the time of a day is written: "08:05", and "8 h 05" in French. */
export function clockIn(language: Language) {
  return { hour: language === 'fr' ? 'numeric' : '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
}

/** A date or a time that is not torn apart at the end of a line: only after a comma or a dash may it go on below. */
export function unbroken(said: string): string {
  return said.replaceAll(/(?<![,–])[ \u2009]/g, '\u00a0');
}
