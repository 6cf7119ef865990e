/** A batch in parts that can be read one by one. */
export interface CutBatch {
  /** Without white space, and with a 0 in the place of each event; undefined when it is larger than a body may be. */
  envelope: Buffer | undefined;
  events: readonly Buffer[];
}

const [quote, backslash, comma] = Buffer.from('"\\,');
const [openObject, openList, closeObject, closeList] = Buffer.from('{[}]');
const placeholder = 0x30;

/**
 * Cuts the entries of the lists in the outer object out of a body, in one walk over its bytes. It knows no more of JSON than
 * where texts, objects and lists begin and end; but the body is JSON exactly when the envelope and all entries are. Entries
 * beyond one more than `mostEvents` are left out: such a batch is refused.
 */
export function cutEvents(body: Buffer, mostEvents: number, mostAround: number): CutBatch {
  const around = Buffer.alloc(Math.min(body.length, mostAround));
  const events: Buffer[] = [];
  let aroundLength = 0;
  let depth = 0;
  let list: { entryFrom: number; isEmpty: boolean } | undefined;

  // What has no room is counted, and that is enough to refuse it.
  const keep = (byte: number) => {
    around[aroundLength] = byte;
    aroundLength += 1;
  };
  const endEntry = (end: number, isLast: boolean) => {
    if (!list) return;
    if (events.length <= mostEvents) {
      const entry = body.subarray(list.entryFrom, end);
      const isNone = isLast && list.isEmpty && entry.every(isBlank);
      if (!isNone) {
        keep(placeholder);
        events.push(entry);
      }
    }
    list = isLast ? undefined : { entryFrom: end + 1, isEmpty: false };
  };

  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === quote) {
      const end = endOfText(body, at);
      for (; !list && at < end; at += 1) keep(body[at] ?? 0);
      at = end;
    }
    const separates = list !== undefined && depth === 2 && byte === comma;
    if (separates) endEntry(at, false);
    else if (byte === openObject || byte === openList) depth += 1;
    else if (byte === closeObject || byte === closeList) {
      if (depth === 2) endEntry(at, true);
      depth -= 1;
    }
    if (separates ? events.length <= mostEvents : !list && !isBlank(byte)) keep(byte);
    if (depth === 2 && byte === openList && around[0] === openObject && !list)
      list = { entryFrom: at + 1, isEmpty: true };
  }
  return { envelope: aroundLength > mostAround ? undefined : around.subarray(0, aroundLength), events };
}

/** Where the quote is that ends the text which begins here; the end of the body when there is none. */
function endOfText(body: Buffer, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at;
}

/** The white space of JSON. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
