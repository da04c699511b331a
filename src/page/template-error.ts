/** A template that must not be used; the message says what is wrong, in which line, and what to write instead. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** @param index where in the source; the message begins with its line, counted from 1 */
export function templateError(source: string, index: number, problem: string): TemplateError {
  const line = source.slice(0, index).split('\n').length;
  return new TemplateError(`line ${line}: ${problem}`);
}
