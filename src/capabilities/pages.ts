import { z } from 'zod';

const mostPerPage = 100;

/** How much of a list to answer; a page begins after the cursor of the page before. */
export function pageQuery<Cursor extends z.ZodType>(cursor: Cursor) {
  return {
    limit: z
      .stringFormat('count', /^[1-9]\d{0,2}$/)
      .transform(Number)
      .pipe(z.number().max(mostPerPage))
      .optional(),
    cursor: cursor.optional(),
  };
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next_cursor: z.string().nullable(),
  });
}

/** How many rows to read for a page: one more than it shows, which says whether there is a next one. */
export function rowsFor(limit: number | undefined): number {
  return (limit ?? mostPerPage) + 1;
}

/** The page that `rowsFor(limit)` rows make; `cursorOf` says where the next one begins. */
export function pageFrom<Item>(
  rows: readonly Item[],
  limit: number | undefined,
  cursorOf: (last: Item) => string,
) {
  const items = rows.slice(0, limit ?? mostPerPage);
  const last = items.at(-1);
  return { items, next_cursor: last !== undefined && rows.length > items.length ? cursorOf(last) : null };
}
