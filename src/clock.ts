/** The time, passed in so that tests need not wait for it. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
