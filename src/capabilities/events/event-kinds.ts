import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Problem } from '../../errors.ts';
import type { Signals } from '../../plugins/signal-metrics.ts';
import { validate } from '../../plugins/validation.ts';
import type { Receipt } from '../receipt.ts';

/** What a capability tells of a kind of event that it records, so that a batch can hold events of all kinds. */
export interface EventKind<Event, Body extends Event> {
  kind: string;
  /** The payload of a single request, with the ids that a batch needs: the event's own, or the one of what it changes. */
  body: z.ZodType<Body> & z.ZodObject;
  /** The way that a single request takes. @throws Problem or StorageFailure */
  record(request: FastifyRequest, event: Event): Promise<Receipt>;
  /** What the event writes or builds on. Of two events that name the same thing, the later one waits for the earlier one. */
  touches(event: Body): readonly string[];
}

/** An event that is acceptable as far as its schema goes. */
export interface AcceptedEvent {
  touches: readonly string[];
  record(request: FastifyRequest): Promise<Receipt>;
}

type Checked = { value: AcceptedEvent } | { error: Problem };

/** The kinds of events, in the order in which their capabilities add them. */
export class EventKinds {
  readonly #clock: Clock;
  readonly #signals: Signals;
  readonly #checks = new Map<string, (payload: unknown) => Checked>();
  readonly #schemas: z.core.$ZodTypeDiscriminable[] = [];
  #named = namedOneOf([]);

  constructor(clock: Clock, signals: Signals) {
    this.#clock = clock;
    this.#signals = signals;
  }

  /** What an event of any kind looks like, its kind included. */
  get schema() {
    const [first, ...others] = this.#schemas;
    if (!first) throw new Error('There are no kinds of events.');
    return z.discriminatedUnion('kind', [first, ...others]);
  }

  /** @returns `record`, for single requests, which counts what is acknowledged */
  add<Event, Body extends Event>(added: EventKind<Event, Body>): EventKind<Event, Body>['record'] {
    const { kind, body, touches } = added;
    this.#signals.expectKind(kind);
    const record = async (request: FastifyRequest, event: Event) => {
      const receipt = await added.record(request, event);
      this.#signals.eventRecorded(kind, receipt.status);
      return receipt;
    };
    this.#checks.set(kind, (payload) => {
      const checked = validate(body, payload, this.#clock);
      if ('error' in checked) return checked;
      const event = checked.value;
      return { value: { touches: touches(event), record: (request) => record(request, event) } };
    });
    this.#schemas.push(body.safeExtend({ kind: z.literal(kind) }));
    this.#named = namedOneOf([...this.#checks.keys()]);
    return record;
  }

  /** The kind that an event names, if it is one of ours. */
  kindOf(event: unknown): string | undefined {
    const { kind }: Record<string, unknown> = Object(event);
    return typeof kind === 'string' && this.#checks.has(kind) ? kind : undefined;
  }

  /** Checks one event by the schema of the kind that it names. */
  accept(event: unknown): Checked {
    const named = validate(this.#named, event, this.#clock);
    if ('error' in named) return named;
    const check = this.#checks.get(named.value.kind);
    if (!check) throw new Error('A kind of event has no check.');
    const { kind: _, ...payload }: Record<string, unknown> = Object(event);
    return check(payload);
  }
}

function namedOneOf(kinds: readonly string[]) {
  return z.object({ kind: z.enum(kinds) });
}
