import type { View } from '../view.ts';
import { overview } from './overview.ts';

/** All views, in the order of the navigation; the first is shown first. */
export const views: readonly View<unknown>[] = [overview];
