import t from 'tap';
import { readDirectory } from '../../src/directory/read-directory.ts';

const read = (document: unknown) => readDirectory(JSON.stringify(document));

const careconnect = {
  id: 'harbour-kitchen',
  name: 'Harbour Kitchen',
  description: 'Hot meals',
  intent_category: 'Food',
  verification_level: 'L2',
  provenance: { verified_by: 'somebody', verified_at: '2026-01-03T23:57:50.846Z' },
  status: 'Active',
  phone: '613-555-0134',
  email: '',
  url: 'https://kitchen.example',
  address: '1 Dock Street',
  coordinates: { lat: 44.2, lng: -76.5 },
  hours: { monday: { open: '09:00', close: '17:00' } },
  hours_text: 'weekdays',
  access_script: 'Hello, I would like to eat.',
};

const hsds = {
  id: 'AC148810-D857-441C-9679-408F346DE14B',
  name: 'Community Counselling',
  status: 'active',
  assured_date: '2005-01-01',
  email: 'desk@counselling.example',
  url: 'http://counselling.example',
  attributes: [{ taxonomy_term: { name: 'Counselling' } }],
  schedules: [{ opens_at: '10:00:00', closes_at: '18:00:00', description: 'weekdays' }],
  organization: { id: 'o', phones: [{ number: '+1 613 555 0134' }] },
  service_at_locations: [
    {
      contacts: [{ name: 'Ann Persona', phones: [{ number: '+1 613 555 0134' }] }],
      location: {
        location_type: 'physical',
        latitude: 44.2,
        longitude: -76.5,
        addresses: [{ address_1: '1-30 Main Street', city: 'Kingston', address_type: 'postal' }],
      },
    },
  ],
};

const facts = {
  id: 'one',
  name: 'One',
  category: null,
  verification_level: null,
  verified_on: null,
  fields_present: ['url', 'phone'],
  has_place: false,
};

t.test('a careconnect directory is read down to its facts', async (t) => {
  const { form, services, refused, ids } = read([
    careconnect,
    { ...careconnect, id: 'virtual', virtual_delivery: true },
    { id: 'bare', name: 'Bare', intent_category: 'Food', address: ' ', hours: {}, coordinates: null },
  ]);
  t.equal(form, 'careconnect');
  t.same(refused, []);
  t.same([...ids], ['harbour-kitchen', 'virtual', 'bare']);
  t.same(services[0], {
    id: 'harbour-kitchen',
    name: 'Harbour Kitchen',
    category: 'Food',
    verification_level: 'L2',
    verified_on: '2026-01-03',
    fields_present: ['phone', 'url', 'address', 'coordinates', 'hours', 'hours_text', 'access_script'],
    has_place: true,
  });
  t.equal(services[1]?.has_place, false, 'a virtual service has no place');
  t.same(services[2], { ...facts, id: 'bare', name: 'Bare', category: 'Food', fields_present: [] });
});

t.test('an HSDS service is read alone, in a list, in a page, and inside its organisation', async (t) => {
  const documents = [
    hsds,
    [hsds],
    { total_pages: 10, contents: [hsds] },
    { id: 'o', name: 'Organisation', description: 'd', services: [hsds] },
    [{ id: 'o', name: 'Organisation', description: 'd', services: [hsds] }],
  ];
  for (const document of documents) {
    const { form, services, refused } = read(document);
    t.equal(form, 'hsds');
    t.same(refused, []);
    t.same(services, [
      {
        id: 'ac148810-d857-441c-9679-408f346de14b',
        name: 'Community Counselling',
        category: 'Counselling',
        verification_level: null,
        verified_on: '2005-01-01',
        fields_present: ['phone', 'email', 'url', 'address', 'coordinates', 'hours', 'hours_text'],
        has_place: true,
      },
    ]);
  }
});

t.test(
  'what an HSDS service leaves out is not there, and its organisation does not make up for it',
  async (t) => {
    const bare = {
      id: 'bare',
      name: 'Bare',
      status: 'active',
      organization: hsds.organization,
      phones: null,
    };
    t.same(read(bare).services, [{ ...facts, id: 'bare', name: 'Bare', fields_present: [] }]);
    const place = (location: unknown) =>
      read({ ...bare, service_at_locations: [{ location }] }).services[0]?.has_place;
    const addresses = [{ address_1: '1 Dock Street' }];
    t.equal(place({ location_type: 'virtual', addresses }), false);
    t.equal(place({ location_type: 'postal', addresses }), false);
    t.equal(place({ location_type: 'physical' }), true);
    t.equal(place({ addresses }), true);
    t.equal(place({}), false);
  },
);

t.test('the facts-only form is read as it is, its fields in one order', async (t) => {
  const { form, services } = read([facts]);
  t.equal(form, 'facts');
  t.same(services, [{ ...facts, fields_present: ['phone', 'url'] }]);
  t.same(read(services).services, services);
});

t.test('a record that does not do is refused by itself, without repeating it', async (t) => {
  const { services, refused, ids } = read([
    facts,
    { ...facts, id: '613-555-0134' },
    { ...facts, id: 'two', name: 'Call 613-555-0134 now' },
    { ...facts, id: 'three', name: 'Write to ann@persona.example' },
    { ...facts, id: 'one' },
    { ...facts, id: 'four', phone: '613-555-0134' },
    { ...facts, id: 'five', fields_present: ['fax'] },
    { ...facts, id: 'six', verified_on: '2026-02-30' },
    { ...facts, id: 'seven', name: '' },
    'a word',
    null,
    { ...facts, id: 'eight', category: 'ask ann@persona.example' },
    { ...facts, id: 'nine', has_place: 'yes' },
    { ...facts, id: 'last' },
  ]);
  t.same(
    services.map(({ id }) => id),
    ['one', 'last'],
  );
  t.match(refused, [
    { position: 2, reason: /its id/ },
    { position: 3, reason: /its name/ },
    { position: 4, reason: /its name/ },
    { position: 5, reason: /same id/ },
    { position: 6, reason: /a field that the facts-only form does not know/ },
    { position: 7, reason: /its list of fields/ },
    { position: 8, reason: /its verification date/ },
    { position: 9, reason: /its name/ },
    { position: 10, reason: /shape/ },
    { position: 11, reason: /shape/ },
    { position: 12, reason: /its category/ },
    { position: 13, reason: /a place to go to/ },
  ]);
  t.notMatch(JSON.stringify(refused), /555|persona|fax|two/);
  t.ok(ids.has('two'), 'the id of a refused record is in the file');
  t.notOk(ids.has('613-555-0134'));
});

t.test('a UUID in other letters is the same id', async (t) => {
  const { services, refused } = read([hsds, { ...hsds, id: hsds.id.toLowerCase() }]);
  t.equal(services.length, 1);
  t.match(refused, [{ position: 2, reason: /same id/ }]);
});

t.test('a verification moment counts by its day in UTC', async (t) => {
  const day = (verified_at: unknown) =>
    read([{ ...careconnect, provenance: { verified_at } }]).services[0]?.verified_on;
  t.equal(day('2026-01-03T23:30:00-05:00'), '2026-01-04');
  t.equal(day('2026-01-03T23:30:00'), '2026-01-03');
  t.equal(day('2026-01-03'), '2026-01-03');
  t.equal(day(''), null);
  t.equal(day('yesterday'), undefined, 'another text refuses the record');
});

t.test('a file that is no directory is refused as a whole', async (t) => {
  t.throws(() => readDirectory('{ "id": '), { message: 'The file is not JSON.' });
  for (const document of [[], { contents: [] }, { id: 'o', services: [] }]) {
    t.throws(() => read(document), { message: 'The file holds no services.' });
  }
  for (const document of ['text', 7, null, {}, [1, 2], { type: 'FeatureCollection', features: [] }]) {
    t.throws(() => read(document), { message: /^The file has none of the known forms/ });
  }
});

t.test('a byte order mark does no harm', async (t) => {
  t.equal(readDirectory(`\uFEFF${JSON.stringify([facts])}`).services.length, 1);
});
