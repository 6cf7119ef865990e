import type { Check } from '../../../gate-0/verdict/schema.ts';

/** What the checks ask, which the service says in English, too. */
export const checkTitlesFr: Readonly<Record<Check['id'], string>> = {
  'G0-1': 'Les sept approbations D1 à D7 sont verrouillées',
  'G0-2': 'Une mesure de référence a été prise avant le projet et se reproduit à l’identique',
  'G0-3': 'Contrôle C1 : l’examen juridique des conditions des partenaires est terminé',
  'G0-4': 'Contrôle C2 : la conservation des données est documentée et approuvée',
  'G0-5': 'Contrôle C3 : la protection de l’activation est en place',
  'G0-6': 'Toute affirmation venue de l’extérieur est validée ou rejetée',
  'G0-7': 'Aucune menace critique n’est sans solution, et chaque menace élevée est prise en charge',
  'G0-8': 'Les partenaires sont nommés, au nombre approuvé',
};

/** The sentences in which Gate 0 gives its reasons, which the service says in English, and what they are in French. */

const plural = (count: string | undefined, one: string, many: string) =>
  `${count} ${Number(count) < 2 ? one : many}`;

const sentences: readonly (readonly [english: RegExp, french: (...found: string[]) => string])[] = [
  [/^All seven are locked\./, () => 'Les sept sont verrouillées.'],
  [/^Not locked: ([D\d, ]+)\./, (ids) => `Non verrouillées : ${ids}.`],
  [
    /^The cycle has no start, so nothing can be said to lie before it\./,
    () => 'Le cycle n’a pas de début; rien ne peut donc être situé avant lui.',
  ],
  [
    /^Measured again, a baseline has other figures or another version of a query; run it again\./,
    () =>
      'Mesurée de nouveau, une référence donne d’autres chiffres ou vient d’une autre version d’une requête; reprenez-la.',
  ],
  [
    /^A baseline ends after the start of the cycle\./,
    () => 'Une mesure de référence se termine après le début du cycle.',
  ],
  [
    /^(\d+) frontline organisations? (?:has|have) no baseline\./,
    (n) =>
      `${plural(n, 'organisme de première ligne n’a', 'organismes de première ligne n’ont')} pas de mesure de référence.`,
  ],
  [/^There is no baseline of this cycle\./, () => 'Ce cycle n’a pas de mesure de référence.'],
  [
    /^(\d+) baselines? from before the start, measured again with the same figures\./,
    (n) =>
      `${plural(n, 'mesure de référence prise', 'mesures de référence prises')} avant le début et reproduite${Number(n) < 2 ? '' : 's'} à l’identique.`,
  ],
  [
    /^(\d+) windows? (?:is|are) not of four weeks\./,
    (n) => `${plural(n, 'période ne dure', 'périodes ne durent')} pas quatre semaines.`,
  ],
  [/^Control (\S+) is not recorded\./, (id) => `Le contrôle ${id} n’est pas consigné.`],
  [/^Control (\S+) names no evidence\./, (id) => `Le contrôle ${id} ne nomme aucune preuve.`],
  [/^Control (\S+) is complete, with evidence\./, (id) => `Le contrôle ${id} est terminé, preuve à l’appui.`],
  [
    /^Control (\S+) is pending, and was due on ([\d-]+)\./,
    (id, day) => `Le contrôle ${id} est en attente; il était dû le ${day}.`,
  ],
  [
    /^Control (\S+) is pending, and due on ([\d-]+)\./,
    (id, day) => `Le contrôle ${id} est en attente; il est dû le ${day}.`,
  ],
  [
    /^(\d+) claims? from outside (?:is|are) neither validated nor rejected\./,
    (n) =>
      `${plural(n, 'affirmation de l’extérieur n’est ni validée ni rejetée', 'affirmations de l’extérieur ne sont ni validées ni rejetées')}.`,
  ],
  [
    /^(\d+) claims? from outside, none of them unsettled\./,
    (n) => `${plural(n, 'affirmation', 'affirmations')} de l’extérieur, aucune en suspens.`,
  ],
  [
    /^(\d+) critical findings? (?:is|are) unresolved\./,
    (n) => `${plural(n, 'menace critique est', 'menaces critiques sont')} sans solution.`,
  ],
  [
    /^(\d+) high findings? lacks? an owner, a due date or a mitigation\./,
    (n) =>
      `Il manque un responsable, une échéance ou une mesure d’atténuation à ${plural(n, 'menace élevée', 'menaces élevées')}.`,
  ],
  [
    /^No critical finding is unresolved; (\d+) high ones? (?:has|have) an owner, a due date and a mitigation\./,
    (n) =>
      `Aucune menace critique n’est sans solution; ${plural(n, 'menace élevée a', 'menaces élevées ont')} un responsable, une échéance et une mesure d’atténuation.`,
  ],
  [
    /^(\d+) of (\d+) to (\d+) providers and (\d+) of (\d+) to (\d+) frontline organisations are confirmed\./,
    (providers, least, most, frontline, fewest, highest) =>
      `Fournisseurs confirmés : ${providers}, sur ${least} à ${most}. Organismes de première ligne confirmés : ${frontline}, sur ${fewest} à ${highest}.`,
  ],
];

/** A reason in French; as it came, and marked as English, where a sentence of it is not known here. */
export function reasonFr(reason: string): { text: string; lang: string } {
  const said: string[] = [];
  let rest = reason;
  while (rest !== '') {
    const [found, french] =
      sentences.map(([english, french]) => [english.exec(rest), french] as const).find(([found]) => found) ??
      [];
    if (!found || !french) return { text: reason, lang: 'en' };
    said.push(french(...found.slice(1)));
    rest = rest.slice(found[0].length).trimStart();
  }
  return { text: said.join(' '), lang: 'fr' };
}
