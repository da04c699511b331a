import type { LabelSelector, LabelSelectorRequirement } from '../api/generated/maintenance-window.ts';
import { usageFailure } from './failure.ts';

const key = '([A-Za-z0-9][-A-Za-z0-9_./]*)';
const value = '([A-Za-z0-9]?[-A-Za-z0-9_.]*)';

const equality = new RegExp(`^${key}\\s*==?\\s*${value}$`);
const inequality = new RegExp(`^${key}\\s*!=\\s*${value}$`);
const membership = new RegExp(`^${key}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const existence = new RegExp(`^(!?)\\s*${key}$`);

/** Splits at commas outside parentheses. */
const partsOf = (text: string): string[] => text.split(/,(?![^(]*\))/).map((part) => part.trim());

function requirementOf(part: string): LabelSelectorRequirement | undefined {
  const unequal = inequality.exec(part);
  if (unequal !== null) return { key: unequal[1] ?? '', operator: 'NotIn', values: [unequal[2] ?? ''] };
  const member = membership.exec(part);
  if (member !== null) {
    const values = (member[3] ?? '').split(',').map((each) => each.trim());
    return { key: member[1] ?? '', operator: member[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const exists = existence.exec(part);
  if (exists === null) return undefined;
  return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'DoesNotExist' : 'Exists' };
}

/**
 * A selector as kubectl's -l takes it (`tier=web,env!=dev,app in (a, b),!legacy`), as an object carries it.
 * @throws CliFailure that names the part that is none
 */
export function parseLabelSelector(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  for (const part of partsOf(text)) {
    const [, label, wanted] = equality.exec(part) ?? [];
    const requirement = requirementOf(part);
    if (label !== undefined && wanted !== undefined) {
      // Two values for one label: no object has both, and a map would forget one.
      if (label in matchLabels) matchExpressions.push({ key: label, operator: 'In', values: [wanted] });
      else matchLabels[label] = wanted;
    } else if (requirement !== undefined) matchExpressions.push(requirement);
    else {
      throw usageFailure(
        `-l ${JSON.stringify(text)}: ${JSON.stringify(part)} selects nothing that can be read: write it like tier=web, tier!=web, 'tier in (web, api)', tier or '!tier'.`,
      );
    }
  }
  return {
    ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}
