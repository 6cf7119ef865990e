/** Which of two words belongs to a number. */

export const oneEn = (n: number, singular: string, plural: string) => (n === 1 ? singular : plural);

/** In French, whatever is less than two is singular: zero and 1.9, too. */
export const oneFr = (n: number, singular: string, plural: string) => (n < 2 ? singular : plural);
