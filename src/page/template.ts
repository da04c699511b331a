/** A template that must not be used; the message says what is wrong, in which line, and what to write instead. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** The most that a template and any page made of it may take, in bytes. */
const largest = 262_144;

/**
 * Checks a template for a window's page before any visitor could see it.
 * @throws TemplateError
 */
export function checkTemplate(source: string): void {
  if (Buffer.byteLength(source) > largest)
    throw new TemplateError(`the template has more than 256 KiB; shorten it, or link to a page elsewhere`);
}
