import type { TemplateResult } from 'lit-html';
import type { AccessAnswer } from '../../capabilities/access/schema.ts';
import type { Api, ApiProblem } from './api.ts';

export type { AccessAnswer };

export type Language = 'en' | 'fr';

/** What is chosen: a null organisation is the whole cycle. Bounds are ISO instants, or null (open). */
export interface Selection {
  cycleId: string;
  orgId: string | null;
  start: string | null;
  end: string | null;
  language: Language;
}

/** A change of what is looked at. A cycle that is chosen without bounds has its usual window. */
export type FragmentChange = Partial<Selection> & { view?: string };

/** How far a recompute is, or how it ended. */
export interface RecomputeProgress {
  /** What was chosen when it began. */
  selection: Selection;
  phase: 'running' | 'done' | 'stopped' | 'failed';
  done: number;
  total: number;
  /** The window that is computed now. */
  window: Pick<Selection, 'start' | 'end'>;
  /** How long the service has asked to wait before going on. */
  waitSeconds: number | null;
  problem?: ApiProblem;
}

/** Computes what is chosen anew, and tells how far that is. */
export interface Recomputing {
  readonly progress: RecomputeProgress | undefined;
  /** Tells of every change, until what is returned is called. */
  watch(listener: () => void): () => void;
  /** Begins, unless one is under way already. */
  start(context: ViewContext): Promise<void>;
  /** Ends it after the window that is under way. */
  stop(): void;
}

/** What the shell gives to a view. */
export interface ViewContext {
  selection: Selection;
  access: AccessAnswer;
  api: Api;
  /** Of the chosen organisation; for the whole cycle, the one that most organisations have. */
  timeZone: string;
  /** Computes what is chosen anew, at a click. */
  recompute: Recomputing;
  /** Changes what is looked at; a cycle alone brings its usual window with it. */
  select(change: FragmentChange): void;
  /** Loads and draws the view again. */
  reload(): void;
  /** Says a sentence to those who hear the page. */
  announce(text: string): void;
}

/** One view of the page: the shell shows that it loads, or why it could not, and draws what was loaded. */
export interface View<Data> {
  /** As in the fragment of the page's address. */
  id: string;
  title(language: Language): string;
  /** Of whom and of when it is, in one line. */
  subject(context: ViewContext, language: Language): string;
  /** Whether the caller may see it for what is chosen. */
  isOffered(context: ViewContext): boolean;
  /** Fetches all that the view shows. */
  load(context: ViewContext): Promise<Data>;
  render(data: Data, context: ViewContext): TemplateResult;
}
