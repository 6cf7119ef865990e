import { checkTitlesFr, reasonFr } from './gate-0-fr.ts';
import { namesFr } from './names-fr.ts';
import type { ViewMessages } from './views-en.ts';

/** In French, zero is singular, too. */
const one = (n: number, singular: string, plural: string) => (n < 2 ? singular : plural);

/** What the views say, in French as it is written in Canada: a no-break space before the colon, none before the question mark. */
export const viewsFr: ViewMessages = {
  ...namesFr,

  titles: {
    overview: 'Aperçu',
    trends: 'Tendances',
    calls: 'Appels',
    time: 'Délai de mise en relation',
    referrals: 'Aiguillages',
    freshness: 'Vérifications',
    audits: 'Fiches',
    gateZero: 'Jalon 0',
    organizations: 'Organismes',
  },

  lowerIsBetter: 'Plus c’est bas, mieux c’est.',
  higherIsBetter: 'Plus c’est haut, mieux c’est.',
  wholeCycle: 'Cycle entier',
  none: 'aucune',

  change: {
    better: (distance) => `${distance} de mieux`,
    worse: (distance) => `${distance} de moins bien`,
    than: (since) => `qu’au calcul du ${since}`,
    none: (since) => `Inchangé depuis le calcul du ${since}`,
    first: 'Calculé pour la première fois',
    nowMeasured: (since) => `N’était pas mesuré au calcul du ${since}`,
    noLonger: (value, since) => `Était de ${value} au calcul du ${since}`,
  },

  calculated: (moment) => `Calculé le ${moment}.`,
  notComputed:
    'Cette période n’a pas encore été calculée; les événements ci-dessous sont comptés dans leur état actuel.',
  missed: (measure, value, minimum) => `${measure} : ${value}, minimum ${minimum}`,

  overview: {
    connecting: 'Mettons-nous plus de gens en relation qu’avant?',
    fewerFail: 'Oui, plus de tentatives aboutissent',
    moreFail: 'Non, moins de tentatives aboutissent',
    sameFail: 'Non, autant de tentatives échouent qu’avant',
    nothingToCompare: 'Rien à quoi comparer pour l’instant',
    fewerSinceFirst: 'Oui, depuis la première semaine',
    moreSinceFirst: 'Non, pas depuis la première semaine',
    weekOf: (day) => `semaine du ${day}`,
    overall: (share, numerator, denominator) =>
      `Sur toute la période, ${share} : ${numerator} tentatives échouées sur ${denominator}.`,
    fewInWeeks: (first, last) => `Les deux semaines ne comptent que ${first} et ${last} tentatives.`,
    notMeasured: 'Impossible à dire : il n’y a eu aucune tentative',
    now: 'maintenant',
    baseline: 'avant le projet',
    failed: (numerator, denominator) => `${numerator} tentatives sur ${denominator} ont échoué.`,
    targetMet: (target) => `Le jalon 1 admet au plus ${target} : atteint.`,
    targetMissed: (target) => `Le jalon 1 admet au plus ${target} : pas encore atteint.`,
    noBaseline:
      'Aucune mesure de référence d’avant le projet n’est conservée pour cet organisme; il n’y a donc pas d’« avant » auquel comparer.',
    noCycleBaseline:
      'Les mesures de référence sont propres à chaque organisme. Choisissez-en un pour comparer avec la situation d’avant le projet.',
    trusting: 'Peut-on se fier à ce chiffre?',
    trust: 'Oui',
    trustWithCare: 'Avec prudence',
    noTrust: 'Non, il n’y a aucune donnée',
    meetsMinimum: (measure, value, minimum) =>
      `Il atteint son minimum : ${measure} ${value}, au moins ${minimum}.`,
    belowMinimum: (measure, value, minimum) =>
      `Il est sous son minimum : ${measure} ${value}, au moins ${minimum}.`,
    oneWeighs: (n, count, points) =>
      `Il compte ${count} ${one(n, 'tentative', 'tentatives')} : une de plus ou de moins le déplace d’au plus ${points}.`,
    few: (n, count, points) =>
      `Il ne compte que ${count} ${one(n, 'tentative', 'tentatives')} : une de plus ou de moins le déplace d’au plus ${points}.`,
    upToDate: (moment) => `Calculé le ${moment}; aucune tentative de cette période n’est arrivée depuis.`,
    outdated: (moment, n, count) =>
      `Calculé le ${moment}; ${count} ${one(n, 'tentative est arrivée', 'tentatives sont arrivées')} depuis. Recalculez pour ${one(n, 'la', 'les')} compter.`,
    deleted: (moment, n, count) =>
      `Calculé le ${moment}; ${count} ${one(n, 'tentative n’est plus conservée', 'tentatives ne sont plus conservées')}, et le calcul ne peut donc plus être refait.`,
    ageUnknown: (moment) =>
      `Calculé le ${moment}. Impossible de dire pour l’instant si des événements sont arrivés depuis.`,
    othersOk: (total) => `Les ${total} chiffres du tableau de bord atteignent tous leur minimum.`,
    othersNoData: (n, count, total) =>
      `${count} ${one(n, 'chiffre', 'chiffres')} du tableau de bord sur ${total} ${one(n, 'est', 'sont')} sans données.`,
    othersBelow: (n, count, total) =>
      `${count} ${one(n, 'chiffre', 'chiffres')} du tableau de bord sur ${total} ${one(n, 'n’atteint pas son', 'n’atteignent pas leur')} minimum.`,
    weeksTitle: 'Taux d’échec des contacts, semaine par semaine',
    weeksFinding: (first, last, n) =>
      n === 1
        ? `${last} pour la seule semaine calculée.`
        : `De ${first} la première semaine à ${last} la dernière.`,
    weeksBaseline: (baseline) => `Avant le projet : ${baseline}.`,
    before: 'Avant',
    targetLine: (target) => `Jalon 1 : ${target}`,
    noWeeks:
      'Aucune semaine n’a encore été calculée séparément; le recalcul s’en charge, et elles s’affichent alors ici.',
    metrics: 'Les sept indicateurs',
    empty: 'Rien n’a encore été calculé pour cette période',
    emptyHint: 'Recalculez pour compter ce qui a été consigné.',
    emptyReader: 'Une personne autorisée à écrire pour l’organisme doit d’abord lancer le calcul.',
  },

  gateOne: {
    title: 'Jalon 1',
    subtitle: 'Le projet vaut-il la peine d’être poursuivi?',
    decisions: {
      proceed: 'Poursuivre',
      iterate_one_more_cycle: 'Refaire un cycle',
      kill_weakest_and_rerun: 'Abandonner le plus faible et recommencer',
    },
    check: 'Critère',
    measured: 'Mesuré',
    threshold: 'Seuil',
    baseline: 'Avant le projet',
    result: 'Résultat',
    atMost: (threshold) => `au plus ${threshold}`,
    atLeast: (threshold) => `au moins ${threshold}`,
    pass: 'Atteint',
    fail: 'Manqué',
    reasons: {
      not_measured: 'rien n’a été mesuré',
      baseline_is_zero: 'rien ne peut être sous une référence de zéro',
      above_threshold: 'au-dessus du seuil',
      below_threshold: 'sous le seuil',
    },
    notJudged:
      'Le jalon 1 n’a pas été évalué : aucune mesure de référence d’avant le projet n’est conservée.',
    notJudgedCycle: 'Le jalon 1 est évalué pour chaque organisme, d’après sa propre mesure de référence.',
    met: (count, total) => `${count} critères atteints sur ${total}.`,
    stored: 'Comparé avec la mesure de référence conservée de l’organisme.',
  },

  recompute: {
    button: 'Recalculer',
    hint: 'Compte ce qui a été consigné pour cette période et pour chaque semaine complète qu’elle contient.',
    under: (position, total, window) => `Calcul ${position} sur ${total} : ${window}`,
    wait: (seconds) => `Le nombre de calculs par minute est limité; reprise dans ${seconds}.`,
    done: (n, count) => `${count} ${one(n, 'période recalculée', 'périodes recalculées')}.`,
    stop: 'Arrêter',
    stopped: (done, total) => `Arrêté après ${done} sur ${total}.`,
    elsewhere: 'Ce qui était choisi auparavant est encore en cours de calcul.',
    failed: (done, total, why) => `Arrêté après ${done} sur ${total}. ${why}`,
  },

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
    belowMinimum: 'Un point vide est sous son minimum.',
    empty: 'Aucune semaine n’a encore été calculée',
    emptyHint: 'Recalculez depuis l’aperçu : chaque semaine complète de la période est aussi calculée.',
    emptyRecalculations: 'La période choisie n’a pas encore été calculée',
    more: (count) => `Les ${count} derniers calculs sont affichés.`,
  },

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

  gateZero: {
    question: 'Le projet peut-il commencer?',
    go: 'Oui',
    no_go: 'Pas encore',
    met: (count, total) => `${count} critères remplis sur ${total}.`,
    missing: 'Ce qui manque',
    passed: 'Ce qui est rempli',
    statuses: { pass: 'Rempli', fail: 'Non rempli', pending: 'En attente' },
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
    reason: reasonFr,
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
