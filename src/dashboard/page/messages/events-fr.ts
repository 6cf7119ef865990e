import type { eventsEn } from './events-en.ts';
import { oneFr as one } from './plural.ts';

/** What the views of events say, in French. */
export const eventsFr: typeof eventsEn = {
  byPeriod: {
    choice: 'Compter par',
    per: { day: 'Par jour', week: 'Par semaine', month: 'Par mois' },
    period: { day: 'Jour', week: 'Semaine du', month: 'Mois du' },
    total: 'Total',
    counted: (moment) => `Compté d’après les événements tels qu’ils étaient le ${moment}.`,
    zone: (zone) => `Jours et semaines du fuseau ${zone}.`,
    zones: 'Jours et semaines du fuseau de chaque organisme.',
  },

  calls: {
    byChannel: 'Où les tentatives échouent : résultat par moyen de contact',
    byPeriod: { day: 'Résultats par jour', week: 'Résultats par semaine', month: 'Résultats par mois' },
    channel: 'Moyen',
    attempts: 'Tentatives',
    failed: 'Échecs',
    failedShare: 'Part d’échecs',
    finding: (failed, total, share) => `${failed} tentatives sur ${total} ont échoué (${share}).`,
    worst: (channel, share) => `Le plus souvent : ${channel}, ${share}.`,
    none: 'Aucune tentative n’a été consignée durant cette période',
    noneHint: 'Les tentatives apparaissent ici dès qu’elles sont consignées, sans recalcul.',
  },

  time: {
    title: 'Le temps qu’il a fallu',
    taken: 'Délai',
    connections: 'Mises en relation',
    share: 'Part',
    under: (to) => `moins de ${to}`,
    between: (from, to) => `${from} à ${to}`,
    over: (from) => `${from} ou plus`,
    finding: (share, total) => `${share} des ${total} mises en relation se sont faites en moins d’un jour.`,
    percentiles: {
      M2_P50: (value) => `La moitié des mises en relation ont pris au plus ${value}.`,
      M2_P75: (value) => `Trois sur quatre ont pris au plus ${value}.`,
      M2_P90: (value) => `Neuf sur dix ont pris au plus ${value}.`,
    },
    marks: { M2_P50: 'p50', M2_P75: 'p75', M2_P90: 'p90' },
    percentilesOf: (moment) => `Centiles calculés le ${moment}.`,
    noPercentiles: 'Les centiles n’ont pas encore été calculés pour cette période.',
    unequal: 'Les barres représentent des intervalles de longueur inégale.',
    without:
      'Les personnes qui n’ont jamais été mises en relation n’y figurent pas : à lire avec le taux d’échec des contacts.',
    none: 'Aucune mise en relation n’a été consignée durant cette période',
    noneHint: 'Les mises en relation apparaissent ici dès qu’elles sont consignées.',
  },

  referrals: {
    flow: 'Où mènent les aiguillages',
    byPeriod: { day: 'Aiguillages par jour', week: 'Aiguillages par semaine', month: 'Aiguillages par mois' },
    made: 'Aiguillages faits',
    state: 'État',
    reason: 'Raison',
    count: 'Aiguillages',
    share: 'Part',
    noReason: 'Sans raison indiquée',
    labelled: (name, count) => `${name} : ${count}`,
    finding: (connected, total, share) =>
      `${connected} aiguillages sur ${total} ont mené à une mise en relation (${share}).`,
    open: (n, count) => `${count} ${one(n, 'est encore en cours', 'sont encore en cours')}.`,
    none: 'Aucun aiguillage n’a été fait durant cette période',
    noneHint: 'Les aiguillages apparaissent ici dès qu’ils sont consignés.',
  },

  freshness: {
    title: 'À vérifier en premier',
    asOf: (moment) => `Au ${moment}.`,
    finding: (within, total, share) =>
      `${within} services sur ${total} ont été vérifiés dans le délai de leur niveau (${share}).`,
    tiersTitle: 'Vérifiés à temps, par niveau',
    service: 'Service',
    organization: 'Organisme',
    tier: 'Niveau',
    lastCheck: 'Dernière vérification',
    status: 'Constat',
    due: 'Échéance',
    state: 'État',
    overdueBy: (time) => `en retard de ${time}`,
    dueIn: (time) => `dans ${time}`,
    never: 'jamais',
    now: 'maintenant',
    states: { never_checked: 'Jamais vérifié', overdue: 'En retard', within_limit: 'Vérifié à temps' },
    none: 'Aucun service n’est visé',
    noneHint: 'Les services visés sont désignés par le système de l’organisme ou par un opérateur.',
    todo: (n, count) => `${count} ${one(n, 'service doit être vérifié', 'services doivent être vérifiés')}.`,
    allDone: 'Tous les services ont été vérifiés à temps.',
  },

  audits: {
    byCategory: 'Ce que les vérifications ont révélé',
    byPeriod: {
      day: 'Vérifications par jour',
      week: 'Vérifications par semaine',
      month: 'Vérifications par mois',
    },
    category: 'Constat',
    fatal: 'Erreurs fatales',
    noneFatal: 'Aucune erreur fatale',
    total: 'Total',
    finding: (fatal, total, share) =>
      `${fatal} vérifications sur ${total} ont révélé une erreur fatale (${share}).`,
    webOnly: (n, count) =>
      `${count} ${one(n, 'vérification s’est faite', 'vérifications se sont faites')} sur le Web seulement; le minimum exige chaque fois un appel ou l’avis du fournisseur.`,
    none: 'Aucune fiche n’a été vérifiée durant cette période',
    noneHint: 'Les vérifications apparaissent ici dès qu’elles sont consignées.',
  },
};
