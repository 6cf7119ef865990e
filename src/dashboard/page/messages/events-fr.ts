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
    finding: (n, failed, total, share) =>
      `${failed} ${one(n, 'tentative', 'tentatives')} sur ${total} ${one(n, 'a échoué', 'ont échoué')} (${share}).`,
    worst: (channel, share, failed, total) =>
      `Le plus souvent : ${channel}, ${share} (${failed} sur ${total}).`,
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
    finding: (n, share, within, total) =>
      `${within} ${one(n, 'mise', 'mises')} en relation sur ${total} ${one(n, 's’est faite', 'se sont faites')} en moins d’un jour (${share}).`,
    percentiles: {
      M2_P50: (value) => `La moitié des mises en relation ont pris au plus ${value}.`,
      M2_P75: (value) => `Trois sur quatre ont pris au plus ${value}.`,
      M2_P90: (value) => `Neuf sur dix ont pris au plus ${value}.`,
    },
    mark: (percentile, time) => `${percentile} : ${time}`,
    marks: { M2_P50: 'Médiane', M2_P75: 'p75', M2_P90: 'p90' },
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
    finding: (n, connected, total, share) =>
      `${connected} ${one(n, 'aiguillage', 'aiguillages')} sur ${total} ${one(n, 'a mené', 'ont mené')} à une mise en relation (${share}).`,
    open: (n, count) => `${count} ${one(n, 'est encore en cours', 'sont encore en cours')}.`,
    none: 'Aucun aiguillage n’a été fait durant cette période',
    noneHint: 'Les aiguillages apparaissent ici dès qu’ils sont consignés.',
  },

  freshness: {
    title: 'À vérifier en premier',
    titleThen: 'Ce qui était à vérifier à la fin de la période',
    todoThen: (n, count) =>
      `${count} ${one(n, 'service devait être vérifié', 'services devaient être vérifiés')}.`,
    dueAtOnce: 'dès le début',
    isOver: 'La période est terminée; cette liste montre où on en était à sa fin.',
    showNow: 'Voir ce qui est à vérifier maintenant',
    asOf: (moment) => `Au ${moment}.`,
    finding: (n, within, total, share) =>
      `${within} ${one(n, 'service', 'services')} sur ${total} ${one(n, 'a été vérifié', 'ont été vérifiés')} dans le délai prévu (${share}).`,
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
    byCategory: 'Ce que les audits ont révélé',
    byPeriod: { day: 'Audits par jour', week: 'Audits par semaine', month: 'Audits par mois' },
    category: 'Constat',
    fatal: 'Erreurs fatales',
    noneFatal: 'Aucune erreur fatale',
    total: 'Total',
    finding: (n, fatal, total, share) =>
      `${fatal} ${one(n, 'audit', 'audits')} sur ${total} ${one(n, 'a révélé', 'ont révélé')} une erreur fatale (${share}).`,
    webOnly: (n, count) =>
      `${count} ${one(n, 'audit s’est fait', 'audits se sont faits')} sur le Web seulement; chacun devrait être confirmé par appel ou par le fournisseur.`,
    none: 'Aucune fiche n’a été auditée durant cette période',
    noneHint: 'Les audits apparaissent ici dès qu’ils sont consignés.',
  },
};
