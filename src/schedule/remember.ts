import { InvalidSchedule } from './invalid.ts';

type Answer<T> = { readonly value: T } | { readonly problem: InvalidSchedule };

/**
 * A pure function of a text that remembers its last answers, refusals too: windows are looked at many times a second,
 * and their schedules seldom change.
 */
export function remembering<T>(most: number, answer: (text: string) => T): (text: string) => T {
  const answers = new Map<string, Answer<T>>();
  const asked = (text: string): Answer<T> => {
    try {
      return { value: answer(text) };
    } catch (error) {
      if (!(error instanceof InvalidSchedule)) throw error;
      return { problem: error };
    }
  };
  return (text) => {
    const found = answers.get(text) ?? asked(text);
    // A Map keeps the order of insertion: the first key is the one that was not asked for the longest.
    answers.delete(text);
    answers.set(text, found);
    if (answers.size > most) answers.delete(answers.keys().next().value ?? '');
    if ('problem' in found) throw found.problem;
    return found.value;
  };
}
