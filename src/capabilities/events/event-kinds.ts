import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Problem } from '../../errors.ts';
import { validate } from '../../plugins/validation.ts';
import type { Receipt } from '../receipt.ts';

/** What a capability tells of a kind of event that it records, so that a batch can hold events of all kinds. */
export interface EventKind<Body> {
  kind: string;
  /** The payload of a single request, with the ids that a batch needs: the event's own, or the one of what it changes. */
  body: z.ZodType<Body>;
  /** The way that a single request takes. @throws Problem or StorageFailure */
  record(request: FastifyRequest, event: Body): Promise<Receipt>;
  /** What the event writes or builds on. Of two events that name the same thing, the later one waits for the earlier one. */
  touches(event: Body): readonly string[];
}

/** An event that is acceptable as far as its schema goes. */
export interface AcceptedEvent {
  touches: readonly string[];
  record(request: FastifyRequest): Promise<Receipt>;
}

/** The kinds of events, in the order in which their capabilities add them. */
export class EventKinds {
  readonly #clock: Clock;
  readonly #kinds = new Map<
    string,
    (data: unknown, clock: Clock) => { value: AcceptedEvent } | { error: Problem }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get names(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  add<Body>({ kind, body, record, touches }: EventKind<Body>): void {
    this.#kinds.set(kind, (data, clock) => {
      const checked = validate(body, data, clock);
      if ('error' in checked) return checked;
      const event = checked.value;
      return { value: { touches: touches(event), record: (request) => record(request, event) } };
    });
  }

  /** Checks one event by the schema of its kind; undefined when there is no such kind. */
  accept(kind: unknown, data: unknown): { value: AcceptedEvent } | { error: Problem } | undefined {
    return typeof kind === 'string' ? this.#kinds.get(kind)?.(data, this.#clock) : undefined;
  }
}
