import type { namesEn } from './names-en.ts';
import { oneFr as one } from './plural.ts';

/** How metrics and the values of events are named in French, as it is written in Canada. */
export const namesFr: typeof namesEn = {
  metrics: {
    M1: {
      name: 'Taux d’échec des contacts',
      short: 'Échecs',
      meaning: 'De toutes les tentatives de joindre un service, la part qui n’a pas abouti.',
      counted: (n, numerator, denominator) =>
        `${numerator} ${one(n, 'tentative', 'tentatives')} sur ${denominator} ${one(n, 'a échoué', 'ont échoué')}`,
      nothing: 'Aucune tentative de joindre un service n’a été consignée durant cette période.',
    },
    M2: {
      name: 'Délai de mise en relation',
      short: 'Délai médian',
      meaning: 'Le temps écoulé entre la tentative ou l’aiguillage et la mise en relation qui en a résulté.',
      counted: (n, denominator) =>
        `médiane de ${denominator} ${one(n, 'mise en relation', 'mises en relation')}`,
      nothing: 'Aucune mise en relation au délai mesurable n’a été consignée durant cette période.',
    },
    M3: {
      name: 'Taux d’aiguillages à l’issue connue',
      short: 'Issues connues',
      meaning: 'De tous les aiguillages, la part dont l’issue est connue, quelle qu’elle soit.',
      counted: (n, numerator, denominator) =>
        `issue connue pour ${numerator} ${one(n, 'aiguillage', 'aiguillages')} sur ${denominator}`,
      nothing: 'Aucun aiguillage n’a été fait durant cette période.',
    },
    M4: {
      name: 'Respect des délais de vérification',
      short: 'Vérifiés à temps',
      meaning: 'Des services visés, la part que quelqu’un a vérifiée assez récemment.',
      counted: (n, numerator, denominator) =>
        `${numerator} ${one(n, 'service', 'services')} sur ${denominator} ${one(n, 'vérifié', 'vérifiés')} à temps`,
      nothing: 'Aucun service n’est visé.',
    },
    M5: {
      name: 'Taux d’échecs répétés',
      short: 'Échecs répétés',
      meaning: 'Des personnes qui ont tenté de joindre un service, la part qui a échoué deux fois ou plus.',
      counted: (n, numerator, denominator) =>
        `${numerator} ${one(n, 'personne', 'personnes')} sur ${denominator} ${one(n, 'a échoué', 'ont échoué')} deux fois ou plus`,
      nothing: 'Personne n’a tenté de joindre un service durant cette période.',
    },
    M6: {
      name: 'Taux d’erreurs fatales dans les fiches',
      short: 'Erreurs fatales',
      meaning: 'De tous les audits de fiches, la part qui a révélé une erreur rendant la fiche inutile.',
      counted: (n, numerator, denominator) =>
        `erreur fatale dans ${numerator} ${one(n, 'audit', 'audits')} sur ${denominator}`,
      nothing: 'Aucune fiche n’a été auditée durant cette période.',
    },
    M7: {
      name: 'Indicateur de préférence',
      short: 'Préférence',
      meaning: 'De toutes les réponses à la question, la part qui préfère trouver de l’aide par CareConnect.',
      counted: (n, numerator, denominator) =>
        `${numerator} ${one(n, 'réponse', 'réponses')} sur ${denominator} ${one(n, 'préfère', 'préfèrent')} CareConnect`,
      nothing: 'Personne n’a répondu à la question durant cette période.',
    },
  },
  percentiles: { M2_P50: 'Médiane', M2_P75: '75e centile', M2_P90: '90e centile' },
  quality: { ok: 'Données suffisantes', below_minimum: 'Données insuffisantes', no_data: 'Aucune donnée' },
  measures: {
    outcome_completeness: (value, minimum) =>
      `${value} des tentatives ont un résultat consigné (il en faut ${minimum})`,
    usable_timestamps: (value, minimum) =>
      `${value} des mises en relation ont un délai mesurable (il en faut ${minimum})`,
    state_completeness: (value, minimum) =>
      `${value} des aiguillages ont un état consigné (il en faut ${minimum})`,
    tier_completeness: (value, minimum) =>
      `${value} des services sont classés par niveau (il en faut ${minimum})`,
    hash_coverage: (value, minimum) =>
      `${value} des tentatives portent un code qui distingue les personnes (il en faut ${minimum})`,
    sampled_records: (value, minimum, n) =>
      `${value} ${one(n, 'audit a été fait', 'audits ont été faits')} (il en faut ${minimum})`,
    dual_source_verification: (value, minimum) =>
      `${value} des audits ont été confirmés par appel ou par le fournisseur (il en faut ${minimum})`,
    cohort_attribution: (value, minimum) =>
      `${value} des réponses sont rattachées à une cohorte (il en faut ${minimum})`,
  },
  channels: {
    phone: 'téléphone',
    website: 'site Web',
    email: 'courriel',
    in_person: 'en personne',
    referral: 'aiguillage',
  },
  outcomes: {
    connected: 'Contact établi',
    disconnected_number: 'Numéro hors service',
    no_response: 'Aucune réponse',
    intake_unavailable: 'Accueil non disponible',
    invalid_routing: 'Mauvaise destination',
    other_failure: 'Autre échec',
  },
  states: {
    initiated: 'En cours',
    connected: 'Mise en relation',
    failed: 'Échec',
    client_withdrew: 'Désistement de la personne',
    no_response_timeout: 'Aucune réponse à temps',
  },
  reasons: {
    disconnected_number: 'Numéro hors service',
    no_response: 'Aucune réponse',
    intake_closed: 'Accueil fermé',
    ineligible: 'Non admissible',
    capacity_full: 'Aucune place',
    unknown_failure: 'Inconnue',
  },
  tiers: { crisis: 'Crise', high_demand: 'Forte demande', standard: 'Ordinaire' },
  statusCodes: {
    available: 'disponible',
    temporarily_unavailable: 'temporairement non disponible',
    closed: 'fermé',
    unknown: 'inconnu',
  },
  categories: {
    none: 'Aucune erreur fatale',
    wrong_or_disconnected_phone: 'Téléphone erroné ou hors service',
    invalid_or_defunct_intake_path: 'Voie d’accueil erronée ou disparue',
    materially_incorrect_eligibility: 'Critères d’admissibilité erronés',
    service_closed_or_unavailable_but_listed_available: 'Fermé ou non disponible, mais affiché disponible',
  },
  modes: {
    web_only: 'Web seulement',
    web_plus_call: 'Web et appel',
    provider_confirmation: 'confirmé par le fournisseur',
  },
};
