import { html, nothing, type TemplateResult } from 'lit-html';
import { AsyncDirective } from 'lit-html/async-directive.js';
import { type DirectiveResult, directive } from 'lit-html/directive.js';
import { sentenceFor } from './failures.ts';
import { mayRecompute } from './recompute.ts';
import { isSameSelection } from './selection.ts';
import type { ViewTools } from './tools.ts';
import type { RecomputeProgress } from './view.ts';

/** The button that recomputes what is chosen, and how far that is; nothing for those who may not. */
export function recomputeControl(tools: ViewTools): DirectiveResult | typeof nothing {
  return mayRecompute(tools.context) ? control(tools) : nothing;
}

/** Draws itself at each step, so that the view around it need not be drawn again. */
class RecomputeControl extends AsyncDirective {
  #tools: ViewTools | undefined;
  #unwatch: (() => void) | undefined;

  override render(tools: ViewTools): TemplateResult {
    this.#tools = tools;
    this.#unwatch ??= this.#watch(tools);
    return template(tools);
  }

  override disconnected(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  override reconnected(): void {
    if (!this.#tools) return;
    this.#unwatch = this.#watch(this.#tools);
    this.setValue(template(this.#tools));
  }

  #watch({ context }: ViewTools): () => void {
    return context.recompute.watch(() => this.#tools && this.setValue(template(this.#tools)));
  }
}

const control = directive(RecomputeControl);

function template(tools: ViewTools): TemplateResult {
  const { context, messages } = tools;
  const { progress } = context.recompute;
  const isRunning = progress?.phase === 'running';
  const isHere = progress && isSameSelection(progress.selection, context.selection);
  return html`<div class="recompute">
    <button
      type="button"
      class="primary"
      aria-disabled=${isRunning ? 'true' : nothing}
      @click=${() => void context.recompute.start(context)}
    >${messages.recompute.button}</button>
    ${
      isRunning
        ? html`<button type="button" class="quiet" @click=${() => context.recompute.stop()}>${messages.recompute.stop}</button>`
        : nothing
    }
    <p class="hint">${messages.recompute.hint}</p>
    <div class="recompute-progress" role="status">
      ${isRunning && !isHere ? html`<p>${messages.recompute.elsewhere}</p>` : nothing}
      ${progress && (isHere || isRunning) ? progressOf(progress, tools) : nothing}
    </div>
  </div>`;
}

function progressOf(progress: RecomputeProgress, tools: ViewTools): TemplateResult {
  const { phase, done, total } = progress;
  const words = sayProgress(progress, tools);
  if (phase !== 'running') return html`<p class=${phase === 'failed' ? 'fault' : 'outcome'}>${words}</p>`;
  return html`<progress max=${total} value=${done} aria-label=${words}></progress><p>${words}</p>`;
}

function sayProgress(
  { phase, done, total, window, waitSeconds, problem }: RecomputeProgress,
  { context, formats, messages: { recompute } }: ViewTools,
): string {
  const [part, whole] = [formats.count(done), formats.count(total)];
  if (phase === 'done') return recompute.done(total, whole);
  if (phase === 'stopped') return recompute.stopped(part, whole);
  if (problem) return recompute.failed(part, whole, sentenceFor(problem, context.selection.language));
  if (waitSeconds !== null) return recompute.wait(formats.duration(waitSeconds));
  return recompute.under(formats.count(done + 1), whole, formats.window(window));
}
