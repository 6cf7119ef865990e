import { noChange } from 'lit-html';
import { AsyncDirective } from 'lit-html/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit-html/directive.js';

let observer: ResizeObserver | undefined;
const names = new WeakMap<Element, string>();

/** One for all, which looks at both the box and what is in it: either may change its size. */
function sizes(): ResizeObserver {
  observer ??= new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = names.has(target) ? target : target.parentElement;
      if (box) adjust(box);
    }
  });
  return observer;
}

/** Who has no pointer scrolls by keys, for which the box has to take the focus; where all can be seen it would only be in the way. */
function adjust(box: Element): void {
  const isScrolling = box.scrollWidth > box.clientWidth;
  const attributes = { tabindex: '0', role: 'group', 'aria-label': names.get(box) ?? '' };
  for (const [name, value] of Object.entries(attributes)) {
    if (isScrolling) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

class ReachableWhileScrolling extends AsyncDirective {
  #box: Element | undefined;

  override update({ element }: ElementPart, [name]: [string]): symbol {
    names.set(element, name);
    this.#box = element;
    // What is in the box is rendered after it.
    queueMicrotask(() => this.#observe());
    return noChange;
  }

  /** For its parameter alone: it is `update` that looks. */
  override render(_name: string): symbol {
    return noChange;
  }

  #observe(): void {
    if (!this.isConnected || !this.#box) return;
    for (const one of [this.#box, ...this.#box.children]) sizes().observe(one);
  }

  override disconnected(): void {
    if (!this.#box) return;
    for (const one of [this.#box, ...this.#box.children]) sizes().unobserve(one);
  }

  override reconnected(): void {
    this.#observe();
  }
}

/** `<div ${reachableWhileScrolling(name)}>`: a tab stop of that name for as long as what is in it is wider than it. */
export const reachableWhileScrolling: (name: string) => DirectiveResult = directive(ReachableWhileScrolling);
