import type { Extension } from '../api/generated/maintenance-window.ts';
import { apiVersion, kind } from '../api/names.ts';
import { isKubeError } from '../kube/errors.ts';
import type { Session } from './session.ts';
import { windowResource, type Window } from './windows.ts';

/** Who makes windows from the command line. */
export const creator = 'backsoon-cli';

/**
 * Who writes a person's word, one manager for each field. With one for both, applying the one field would take the
 * other away, and a held occurrence that a person ended would close again. None begins with `kubectl`: Flux strips those.
 */
const managers = { extension: `${creator}-extend`, endedAt: `${creator}-open` } as const;

export type Word = { readonly extension: Extension } | { readonly endedAt: string };

/** What a person should know of a word that was written. */
export type Note = string | undefined;

/**
 * Writes a person's word into a window, and nothing else. Where somebody else holds the field the person wins, and is
 * told: what git sets comes back.
 * @throws KubeError `Conflict` when the window is gone, also when another one has its name now
 */
export async function say({ client }: Session, window: Window, word: Word): Promise<Note> {
  const { namespace, name, uid } = window.metadata;
  const fieldManager = 'extension' in word ? managers.extension : managers.endedAt;
  const draft = { apiVersion, kind, metadata: { namespace, name, uid }, spec: word };
  try {
    await client.apply(windowResource, draft, { fieldManager });
    return undefined;
  } catch (error) {
    if (!isKubeError(error, 'FieldManagerConflict')) throw error;
    await client.apply(windowResource, draft, { fieldManager, force: true });
    const holders = [...new Set(error.conflicts.map(({ manager }) => manager))].join(', ');
    const field = `spec.${Object.keys(word).join()}`;
    return `${field} was ${holders}'s and is yours now; if git sets it, take it out there, or it comes back.`;
  }
}
