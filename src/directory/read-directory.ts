import { z } from 'zod';
import { careconnectMarkers, careconnectRecord } from './careconnect-record.ts';
import { hsdsService } from './hsds-service.ts';
import { type ServiceFacts, serviceFacts } from './service-facts.ts';

/** The forms in which a directory may come. */
export type DirectoryForm = 'careconnect' | 'hsds' | 'facts';

/** A record that is not taken over. The reason repeats nothing of it. */
export interface Refusal {
  /** From 1, in the order of the file. */
  position: number;
  reason: string;
}

export interface Directory {
  form: DirectoryForm;
  services: ServiceFacts[];
  refused: Refusal[];
  /** Every id in the file, of refused records too. */
  ids: ReadonlySet<string>;
}

const progressEvery = 1_000;

const readers: Readonly<Record<DirectoryForm, z.ZodType>> = {
  careconnect: careconnectRecord,
  hsds: hsdsService,
  facts: z.looseObject({}),
};

const object = z.looseObject({});
const page = z.looseObject({ contents: z.array(z.unknown()) });
const organization = z.looseObject({ services: z.array(z.unknown()) });

/**
 * Reads a directory, whichever form it has, down to the facts that the mirror keeps (rule 7). A record that does not do is
 * refused by itself.
 * @throws Error with one sentence when the file as a whole is no directory
 */
export function readDirectory(text: string, onProgress: (done: number) => void = () => undefined): Directory {
  const records = recordsIn(parseJson(text));
  if (records.length === 0) throw new Error('The file holds no services.');
  const form = formOf(records);
  const ids = new Set<string>();
  const services: ServiceFacts[] = [];
  const refused: Refusal[] = [];
  for (const [index, record] of records.entries()) {
    if (index % progressEvery === 0) onProgress(index);
    const read = readRecord(readers[form], record);
    const repeated = read.id !== undefined && ids.has(read.id);
    if (read.id !== undefined) ids.add(read.id);
    const reason = repeated ? 'an earlier record of the file has the same id' : read.reason;
    if (read.facts && reason === undefined) services.push(read.facts);
    else refused.push({ position: index + 1, reason: reason ?? 'it has no facts' });
  }
  return { form, services, refused, ids };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new Error('The file is not JSON.');
  }
}

/** A list, a page of one, or one record; the services of an organisation in place of it. */
function recordsIn(document: unknown): unknown[] {
  const paged = page.safeParse(document);
  const list = paged.success ? paged.data.contents : Array.isArray(document) ? document : [document];
  return list.flatMap((item: unknown) => {
    const parsed = organization.safeParse(item);
    return parsed.success ? parsed.data.services : [item];
  });
}

function formOf(records: readonly unknown[]): DirectoryForm {
  const have = (...keys: string[]) =>
    records.some((record) => {
      const parsed = object.safeParse(record);
      return parsed.success && keys.some((key) => key in parsed.data);
    });
  if (have('fields_present')) return 'facts';
  if (have(...careconnectMarkers)) return 'careconnect';
  // The status is what HSDS asks of every service, and tells one from an organisation.
  if (have('status')) return 'hsds';
  throw new Error(
    'The file has none of the known forms: careconnect JSON, Open Referral HSDS 3 JSON, or the facts-only form.',
  );
}

const identified = z.looseObject({ id: serviceFacts.shape.id });

interface ReadRecord {
  id?: string;
  facts?: ServiceFacts;
  reason?: string;
}

function readRecord(reader: z.ZodType, record: unknown): ReadRecord {
  const draft = reader.safeParse(record);
  if (!draft.success) return { reason: 'it does not have the shape of the other records' };
  const id = identified.safeParse(draft.data);
  const facts = serviceFacts.safeParse(draft.data);
  const known = id.success ? { id: id.data.id } : {};
  return facts.success ? { ...known, facts: facts.data } : { ...known, reason: reasonOf(facts.error) };
}

function reasonOf(error: z.ZodError): string {
  const field = String(error.issues[0]?.path[0] ?? '');
  const shape: Readonly<Record<string, z.ZodType>> = serviceFacts.shape;
  return shape[field]?.description ?? 'it has a field that the facts-only form does not know';
}
