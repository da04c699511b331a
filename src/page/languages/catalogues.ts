import type { Catalogue, Sentences } from './catalogue.ts';
import { en } from './en.ts';

/** English first: it is what everybody gets whose language is not here. */
export const catalogues: readonly Catalogue[] = [en];

export const sentenceNames = Object.keys(en.sentences) as readonly (keyof Sentences)[];
