import { z } from 'zod';
import { anything, type DraftFacts, dayOf, isPresent, orNull } from './service-facts.ts';

/** Lists may be left out of an HSDS record, depending on how it was asked for. */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const phone = z.object({ number: anything });
const contact = z.object({ email: anything, phones: list(phone) });
const schedule = z.object({ opens_at: anything, closes_at: anything, description: anything });
const address = z.object({ address_1: anything, city: anything });

/** What a service, a place and a service at a place all may have. */
const reachable = { phones: list(phone), contacts: list(contact), schedules: list(schedule) };

const location = z.object({
  ...reachable,
  location_type: z.string().nullish(),
  latitude: anything,
  longitude: anything,
  addresses: list(address),
});

const service = z.object({
  ...reachable,
  id: anything,
  name: anything,
  status: z.string(),
  assured_date: anything,
  email: anything,
  url: anything,
  attributes: list(z.object({ taxonomy_term: z.object({ name: anything }).nullish() })),
  locations: list(location),
  service_at_locations: list(z.object({ ...reachable, location: location.nullish() })),
});

/**
 * A service in Open Referral HSDS 3. Contact details count that belong to the service or to a place where it is given, not
 * those of its organisation: who calls there does not reach the service. The category is its first taxonomy term.
 */
export const hsdsService = service.transform((record): DraftFacts => {
  const places = [
    ...record.locations,
    ...record.service_at_locations.flatMap(({ location }) => location ?? []),
  ];
  const physical = places.filter(isPhysical);
  const points = [record, ...record.service_at_locations, ...places];
  const contacts = points.flatMap((point) => point.contacts);
  const phones = [...points, ...contacts].flatMap((point) => point.phones);
  const schedules = points.flatMap((point) => point.schedules);
  const present: Record<string, boolean> = {
    phone: phones.some(({ number }) => isPresent(number)),
    email: isPresent(record.email) || contacts.some(({ email }) => isPresent(email)),
    url: isPresent(record.url),
    address: physical.some(hasAddress),
    coordinates: physical.some(hasCoordinates),
    hours: schedules.some(({ opens_at, closes_at }) => isPresent(opens_at) && isPresent(closes_at)),
    hours_text: schedules.some(({ description }) => isPresent(description)),
  };
  return {
    id: record.id,
    name: record.name,
    category: orNull(record.attributes.find(({ taxonomy_term }) => taxonomy_term)?.taxonomy_term?.name),
    verification_level: null,
    verified_on: dayOf(record.assured_date),
    fields_present: Object.keys(present).filter((field) => present[field]),
    has_place: physical.length > 0,
  };
});

type Location = z.output<typeof location>;

function isPhysical(place: Location): boolean {
  if (isPresent(place.location_type)) return place.location_type === 'physical';
  return hasAddress(place) || hasCoordinates(place);
}

function hasAddress({ addresses }: Location): boolean {
  return addresses.some(({ address_1, city }) => isPresent(address_1) || isPresent(city));
}

function hasCoordinates({ latitude, longitude }: Location): boolean {
  return isPresent(latitude) && isPresent(longitude);
}
