import type { overviewEn } from './overview-en.ts';
import { oneFr as one } from './plural.ts';

/** What the overview says, in French. */
export const overviewFr: typeof overviewEn = {
  change: {
    better: (distance) => `${distance} de mieux`,
    worse: (distance) => `${distance} de moins bien`,
    than: (since) => `qu’au calcul du ${since}`,
    none: (since) => `Inchangé depuis le calcul du ${since}`,
    first: 'Calculé pour la première fois',
    nowMeasured: (since) => `N’était pas mesuré au calcul du ${since}`,
    noLonger: (value, since) => `Était de ${value} au calcul du ${since}`,
  },

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
};
