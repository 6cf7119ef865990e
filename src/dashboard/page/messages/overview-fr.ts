import type { overviewEn } from './overview-en.ts';
import { oneFr as one } from './plural.ts';

/** What the overview says, in French. */
export const overviewFr: typeof overviewEn = {
  change: {
    late: (shift, since) => `Des événements tardifs l’ont déplacé de ${shift} depuis le calcul du ${since}`,
    newer: (shift, since) => `Déplacé de ${shift} depuis le calcul du ${since}`,
    hardly: (since) => `À peine changé depuis le calcul du ${since}`,
    none: (since) => `Inchangé depuis le calcul du ${since}`,
    first: 'Calculé pour la première fois',
    nowMeasured: (since) => `N’était pas mesuré au calcul du ${since}`,
    noLonger: (value, since) => `Était de ${value} au calcul du ${since}`,
  },

  doubtful: {
    bar: (fewest) =>
      `Une barre hachurée repose sur moins de ${fewest} cas, ou sur des données insuffisantes.`,
    point: (fewest) => `Un point vide repose sur moins de ${fewest} cas, ou sur des données insuffisantes.`,
  },

  overview: {
    connecting: 'Mettons-nous plus de gens en relation qu’avant?',
    sinceBefore: {
      larger: 'Oui, une plus grande part aboutit',
      smaller: 'Non, une plus petite part aboutit',
      same: 'À peu près la même part des tentatives aboutit',
    },
    nothingToCompare: 'Rien à quoi comparer pour l’instant',
    sinceFirst: {
      larger: 'Oui, une plus grande part aboutit que lors de la première semaine',
      smaller: 'Non, une plus petite part aboutit que lors de la première semaine',
      same: 'À peu près la même part aboutit que lors de la première semaine',
    },
    through: (n, through, attempts) =>
      `${through} ${one(n, 'tentative', 'tentatives')} sur ${attempts} ${one(n, 'a abouti', 'ont abouti')}`,
    inNumbers: {
      more: (now, before) =>
        `En nombre, davantage ont abouti, ${now} après ${before}, car il y a eu plus de tentatives.`,
      fewer: (now, before) =>
        `En nombre, moins ont abouti, ${now} après ${before}, car il y a eu moins de tentatives.`,
    },
    fewCompared: (before, now) => `Seulement ${before} et ${now} tentatives sont comparées.`,
    median: (before, now) => `Délai médian de mise en relation : ${before} avant, ${now} maintenant.`,
    medianOfFew: (before, now) => `Seulement ${before} et ${now} mises en relation sont comparées.`,
    weekOf: (day) => `semaine du ${day}`,
    overall: (n, share, numerator, denominator) =>
      `Sur toute la période, ${share} : ${numerator} ${one(n, 'tentative', 'tentatives')} sur ${denominator} ${one(n, 'a échoué', 'ont échoué')}.`,
    notMeasured: 'Impossible à dire : il n’y a eu aucune tentative',
    now: 'maintenant',
    baseline: 'avant le projet',
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
    beforeWeighs: (days, n, count, points) =>
      `Avant le projet (${days}), ${count} ${one(n, 'tentative a été comptée', 'tentatives ont été comptées')} : une de plus ou de moins déplace ce chiffre d’au plus ${points}.`,
    beforeIsFew: (days, n, count, points) =>
      `Avant le projet (${days}), seulement ${count} ${one(n, 'tentative a été comptée', 'tentatives ont été comptées')} : une de plus ou de moins déplace ce chiffre d’au plus ${points}.`,
    beforeIsOk: 'Ses données sont suffisantes.',
    beforeIsBelow: (missed) => `Ses données sont insuffisantes : ${missed}.`,
    beforeUnknown:
      'Impossible de dire pour l’instant combien de tentatives ont été comptées avant le projet.',
    othersOk: (total) => `Les données des ${total} indicateurs sont suffisantes.`,
    othersNoData: (n, count, total) =>
      `${count} ${one(n, 'indicateur', 'indicateurs')} sur ${total} ${one(n, 'est', 'sont')} sans données.`,
    othersBelow: (n, count, total) =>
      `Les données de ${count} ${one(n, 'indicateur', 'indicateurs')} sur ${total} sont insuffisantes : ${one(n, 'sa tuile dit', 'leurs tuiles disent')} ce qui manque.`,
    weeksTitle: 'Taux d’échec des contacts, semaine par semaine',
    weeksFinding: (first, last) =>
      first.day === last.day
        ? `${last.value} la semaine du ${last.day}.`
        : `De ${first.value} la semaine du ${first.day} à ${last.value} la semaine du ${last.day}.`,
    weeksBaseline: (baseline) => `Avant le projet : ${baseline}.`,
    before: 'Avant',
    targetLine: (target) => `Jalon 1 : ${target}`,
    noWeeks:
      'Aucune semaine de cette période n’a encore été calculée séparément; le recalcul s’en charge, et elles s’affichent alors ici.',
    metrics: 'Les sept indicateurs',
    byWeek: (first, last) => `par semaine : ${first} → ${last}`,
    repeatsGrow:
      'Une période plus longue révèle plus de répétitions; semaines et périodes ne se comparent donc pas.',
    gateZero: {
      go: (passed, total) => ` : fermé; critères remplis : ${passed} sur ${total}.`,
      no_go: (passed, total) =>
        ` : non fermé; critères remplis : ${passed} sur ${total}. Le jalon 1 juge les chiffres, que le projet puisse commencer ou non.`,
    },
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
    met: (count, total) => `Critères atteints : ${count} sur ${total}.`,
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
