/** How many events there are in all. */
export function sumOf(groups: readonly { total: number }[]): number {
  return groups.reduce((sum, { total }) => sum + total, 0);
}

/** How many events there are in each place of the counts, as in each period. */
export function sumOfCounts(groups: readonly { counts: readonly number[] }[]): number[] {
  const places = groups[0]?.counts.length ?? 0;
  return Array.from({ length: places }, (_, index) =>
    groups.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0),
  );
}

/** The values that groups are told apart by, in the order in which they come. */
export function valuesOf<Group, Value>(groups: readonly Group[], valueIn: (group: Group) => Value): Value[] {
  return [...new Set(groups.map(valueIn))];
}
