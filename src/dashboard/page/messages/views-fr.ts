import { eventsFr } from './events-fr.ts';
import { checkTitlesFr, reasonFr } from './gate-0-fr.ts';
import { namesFr } from './names-fr.ts';
import { overviewFr } from './overview-fr.ts';
import { oneFr as one } from './plural.ts';
import type { ViewMessages } from './views-en.ts';

/** What the views say, in French as it is written in Canada: a no-break space before the colon, none before the question mark. */
export const viewsFr: ViewMessages = {
  ...namesFr,
  ...overviewFr,
  ...eventsFr,

  titles: {
    overview: 'Aperçu',
    trends: 'Tendances',
    calls: 'Tentatives',
    time: 'Délai de mise en relation',
    referrals: 'Aiguillages',
    freshness: 'Vérifications',
    audits: 'Audits de fiches',
    gateZero: 'Jalon 0',
    organizations: 'Organismes',
  },

  lowerIsBetter: 'Plus c’est bas, mieux c’est.',
  higherIsBetter: 'Plus c’est haut, mieux c’est.',

  calculated: (moment) => `Calculé le ${moment}.`,
  notComputed:
    'Cette période n’a pas encore été calculée; les événements ci-dessous sont comptés dans leur état actuel.',

  picture: {
    table: 'Tableau',
    copy: 'Copier en CSV',
    copied: 'Copié en CSV.',
    notCopied: 'Le navigateur n’a pas permis de copier le tableau; il est affiché à la place.',
    download: 'Télécharger en PNG',
    actions: (title) => `Que faire de « ${title} »`,
  },

  trends: {
    weeks: 'Par semaine',
    weeksHint: 'Le calcul le plus récent de chaque semaine.',
    recalculations: 'Par calcul',
    recalculationsHint:
      'La période choisie, telle qu’elle a été calculée chaque fois : ce qui arrive en retard la modifie.',
    week: 'Semaine du',
    calculated: 'Calculé le',
    numerator: 'Numérateur',
    denominator: 'Dénominateur',
    quality: 'Qualité',
    finding: (first, firstAt, last, lastAt) => `De ${first} (${firstAt}) à ${last} (${lastAt}).`,
    findingOne: (value, at) => `${value} (${at}).`,
    findingNone: 'Il n’y avait rien à mesurer.',
    empty: 'Aucune semaine n’a encore été calculée',
    emptyHint: 'Recalculez depuis l’aperçu : chaque semaine complète de la période est aussi calculée.',
    emptyRecalculations: 'La période choisie n’a pas encore été calculée',
    more: (count) => `Les ${count} derniers calculs sont affichés.`,
  },

  gateZero: {
    question: 'Le projet peut-il commencer?',
    go: 'Oui',
    no_go: 'Pas encore',
    met: (n, count, total) => `${count} ${one(n, 'critère rempli', 'critères remplis')} sur ${total}.`,
    missing: 'Ce qui manque',
    passed: 'Ce qui est rempli',
    statuses: { pass: 'Rempli', fail: 'Non rempli', overdue: 'En retard', pending: 'En attente' },
    check: ({ id }) => checkTitlesFr[id],
    records: (n, count) => `D’après ${count} ${one(n, 'document', 'documents')}`,
    kinds: {
      approval: 'approbation',
      baseline: 'mesure de référence',
      control: 'contrôle',
      claim: 'affirmation',
      threat_finding: 'menace',
      partner: 'partenaire',
      organization: 'organisme',
    },
    anotherOrganization: 'un autre organisme',
    reason: reasonFr,
    baselineOf: (days) => `mesure de référence du ${days}`,
    revision: (revision) => `révision ${revision}`,
    asOf: (moment) => `D’après les documents arrivés au ${moment}.`,
    wholeCycle: 'Le jalon 0 porte sur le cycle entier, quel que soit l’organisme choisi.',
  },

  organizations: {
    title: 'Côte à côte',
    organization: 'Organisme',
    notComputed: 'non calculé pour cette période',
    none: 'Il n’y a encore aucun organisme',
    noneHint: 'Un opérateur en crée un avec « pilot org create ».',
    noneComputed: 'Rien n’a été calculé pour cette période dans aucun organisme',
    same: (value) => `Partout ${value}.`,
    lowest: (name, value) => `Le plus bas : ${name}, ${value}.`,
    highest: (name, value) => `Le plus haut : ${name}, ${value}.`,
    caution:
      'Les organismes servent des personnes et des services différents; un écart est une question, pas un classement.',
  },
};
