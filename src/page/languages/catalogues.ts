import type { Catalogue, Sentences } from './catalogue.ts';
import { ar } from './ar.ts';
import { cs } from './cs.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { he } from './he.ts';
import { hi } from './hi.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { pt } from './pt.ts';
import { ptBR } from './pt-BR.ts';
import { ru } from './ru.ts';
import { sv } from './sv.ts';
import { tr } from './tr.ts';
import { uk } from './uk.ts';
import { zh } from './zh.ts';
import { zhHant } from './zh-Hant.ts';

/** By tag in lower case. English is what everybody gets whose language is not here. */
export const catalogues: ReadonlyMap<string, Catalogue> = new Map(
  [en, de, fr, es, pt, ptBR, it, nl, sv, pl, cs, uk, ru, tr, ar, he, hi, ja, ko, zh, zhHant].map(
    (catalogue) => [catalogue.tag.toLowerCase(), catalogue],
  ),
);

export const sentenceNames = Object.keys(en.sentences) as readonly (keyof Sentences)[];
