import type { TemplateResult } from 'lit-html';
import type { AccessAnswer } from '../../capabilities/access/schema.ts';
import type { Recompute } from './recompute.ts';
import type { FragmentChange } from './selection.ts';

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

/** Requests with the caller's token, by paths below /api/v1/pilot; what is null is left out. They reject with an ApiProblem. */
export interface Api {
  get<Answer>(path: string, query?: Record<string, string | null | undefined>): Promise<Answer>;
  /** The same, of what changes only by a recompute: an answer of a moment ago will do. */
  getKept<Answer>(path: string, query?: Record<string, string | null | undefined>): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
}

/** What the shell gives to a view. */
export interface ViewContext {
  selection: Selection;
  access: AccessAnswer;
  api: Api;
  /** Of the chosen organisation; for the whole cycle, the one that most organisations have. */
  timeZone: string;
  /** Computes what is chosen anew, at a click. */
  recompute: Recompute;
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
