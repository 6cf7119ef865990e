import type { View } from '../view.ts';

/** All views, in the order of the navigation; the first is shown first. */
export const views: readonly View<unknown>[] = [];
