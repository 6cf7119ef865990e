import type { namesEn } from './names-en.ts';

/** How metrics and the values of events are named in French, as it is written in Canada. */
export const namesFr: typeof namesEn = {
  metrics: {
    M1: {
      name: 'Taux d’échec des contacts',
      meaning: 'De toutes les tentatives de joindre un service, la part qui n’a pas abouti.',
      counted: (numerator, denominator) => `${numerator} tentatives échouées sur ${denominator}`,
      nothing: 'Aucune tentative de joindre un service n’a été consignée durant cette période.',
    },
    M2: {
      name: 'Délai de mise en relation',
      meaning: 'Le temps écoulé entre la tentative ou l’aiguillage et la mise en relation qui en a résulté.',
      counted: (_, denominator, n) =>
        `médiane de ${denominator} ${n < 2 ? 'mise en relation' : 'mises en relation'}`,
      nothing: 'Aucune mise en relation au délai mesurable n’a été consignée durant cette période.',
    },
    M3: {
      name: 'Taux d’aiguillages à l’issue connue',
      meaning: 'De tous les aiguillages, la part dont l’issue est connue, quelle qu’elle soit.',
      counted: (numerator, denominator) => `issue connue pour ${numerator} aiguillages sur ${denominator}`,
      nothing: 'Aucun aiguillage n’a été fait durant cette période.',
    },
    M4: {
      name: 'Respect des délais de vérification',
      meaning: 'Des services visés, la part que quelqu’un a vérifiée assez récemment.',
      counted: (numerator, denominator) => `${numerator} services sur ${denominator} vérifiés à temps`,
      nothing: 'Aucun service n’est visé.',
    },
    M5: {
      name: 'Taux d’échecs répétés',
      meaning: 'Des personnes qui ont tenté de joindre un service, la part qui a échoué deux fois ou plus.',
      counted: (numerator, denominator) =>
        `${numerator} personnes sur ${denominator} ont échoué deux fois ou plus`,
      nothing: 'Personne n’a tenté de joindre un service durant cette période.',
    },
    M6: {
      name: 'Taux d’erreurs fatales dans les fiches',
      meaning:
        'De toutes les vérifications de fiches, la part qui a révélé une erreur rendant la fiche inutile.',
      counted: (numerator, denominator) => `erreur fatale dans ${numerator} vérifications sur ${denominator}`,
      nothing: 'Aucune fiche n’a été vérifiée durant cette période.',
    },
    M7: {
      name: 'Indicateur de préférence',
      meaning: 'De toutes les réponses à la question, la part qui préfère cette façon de trouver de l’aide.',
      counted: (numerator, denominator) => `${numerator} réponses sur ${denominator} préfèrent cette façon`,
      nothing: 'Personne n’a répondu à la question durant cette période.',
    },
  },
  percentiles: { M2_P50: 'Médiane', M2_P75: '75e centile', M2_P90: '90e centile' },
  quality: { ok: 'Minimum atteint', below_minimum: 'Sous le minimum', no_data: 'Aucune donnée' },
  measures: {
    outcome_completeness: 'tentatives au résultat consigné',
    usable_timestamps: 'mises en relation au délai mesurable',
    state_completeness: 'aiguillages à l’état consigné',
    tier_completeness: 'services classés par niveau',
    never_checked: 'services jamais vérifiés',
    hash_coverage: 'tentatives distinguant les personnes',
    sampled_records: 'vérifications de fiches',
    dual_source_verification: 'vérifications par appel ou auprès du fournisseur',
    cohort_attribution: 'réponses rattachées à une cohorte',
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
    provider_confirmation: 'auprès du fournisseur',
  },
};
