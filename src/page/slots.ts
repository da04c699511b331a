const slotNames = ['retryAfter', 'requestId', 'address', 'reload'] as const;

/** A part of a page that differs per request. */
export type SlotName = (typeof slotNames)[number];

/**
 * What goes into the slots: what needs no escaping in any format, one character per byte. `reload` is `yes` or `no`: a page that
 * answers another method than GET or HEAD never reloads itself.
 */
export type SlotValues = Readonly<Record<SlotName, string>>;

/** The mark of a slot in a rendered page. No text of a window can hold one: NUL is taken out of all of them. */
export const slot = (name: SlotName): string => `\0${name}\0`;

/** A rendered page cut at its slots: `pieces[0] slots[0] pieces[1] …`. */
export interface CutPage {
  /** One character per byte (latin1), so that joining and sending need no encoder. One more than slots. */
  readonly pieces: readonly string[];
  readonly slots: readonly SlotName[];
}

/** A text as UTF-8, one character per byte. */
export const encode = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Cuts a rendered page at its slots and encodes it as UTF-8. */
export function cutAtSlots(rendered: string): CutPage {
  const parts = rendered.split('\0');
  const pieces = parts.filter((_, index) => index % 2 === 0);
  const slots = parts.filter((_, index) => index % 2 === 1);
  return {
    pieces: pieces.map(encode),
    slots: slots.filter((name): name is SlotName => slotNames.some((known) => known === name)),
  };
}

/**
 * The page's bytes, one character each, in the pieces that they are kept in: to be sent as latin1. Joining them first
 * would cost more than all the rest of an answer.
 */
export function fillSlots({ pieces, slots }: CutPage, values: SlotValues): readonly string[] {
  const filled = [pieces[0] ?? ''];
  for (const [index, name] of slots.entries()) filled.push(values[name], pieces[index + 1] ?? '');
  return filled;
}
