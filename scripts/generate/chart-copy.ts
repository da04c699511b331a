import { stringify } from 'yaml';
import type { CustomResourceDefinition } from './schema.ts';

/**
 * The CRD as a template of the chart: a template, so that upgrades update it; kept when the chart is uninstalled,
 * because deleting it would delete everybody's windows.
 */
export function writeChartCopy(definition: CustomResourceDefinition): string {
  const kept = {
    ...definition,
    metadata: {
      ...(definition as { metadata?: object }).metadata,
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
  };
  const yaml = stringify(kept, { lineWidth: 0, aliasDuplicateObjects: false });
  const comment = '{{- /* Generated from crds/ by `npm run generate`: change it there. */ -}}';
  return `${comment}\n{{- if .Values.crds.install }}\n${escapeTemplate(yaml)}{{- end }}\n`;
}

/** Helm would read {{ as the start of an action. */
const escapeTemplate = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');
