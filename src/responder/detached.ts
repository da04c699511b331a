/** A copy of a text of a request: the text itself is a slice of the request's head, and would keep all of it. */
export const detached = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
