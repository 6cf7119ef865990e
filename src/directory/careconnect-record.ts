import { z } from 'zod';
import { anything, contactFields, type DraftFacts, dayOf, isPresent, orNull } from './service-facts.ts';

/** Fields by which a record of the careconnect directory is recognised. */
export const careconnectMarkers = ['intent_category', 'verification_level', 'provenance'] as const;

/** A record in the format of `kingston-services.json`. Only what the facts follow from is read. */
export const careconnectRecord = z
  .looseObject({
    id: anything,
    name: anything,
    intent_category: anything,
    verification_level: anything,
    provenance: z.looseObject({ verified_at: anything }).nullish(),
    virtual_delivery: anything,
    address: anything,
  })
  .transform(
    (record): DraftFacts => ({
      id: record.id,
      name: record.name,
      category: orNull(record.intent_category),
      verification_level: orNull(record.verification_level),
      verified_on: dayOf(record.provenance?.verified_at),
      fields_present: contactFields.filter((field) => isPresent(record[field])),
      has_place: record.virtual_delivery !== true && isPresent(record.address),
    }),
  );
