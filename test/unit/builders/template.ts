import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import type { TemplateSource } from '../../../src/operator/decide/templates.ts';
import { frozen } from './freeze.ts';
import { withSpec } from './window.ts';

/** A labelled ConfigMap with these texts. */
export const aTemplate = (texts: Readonly<Record<string, string>>): TemplateSource =>
  frozen({ texts, binaryKeys: [] });

/** More than a template may have. */
export const brokenTemplate = 'x'.repeat(256 * 1024 + 1);

/** The window's page comes from this key of this ConfigMap. */
export const withTemplate = (name: string, key: string): ((window: MaintenanceWindow) => MaintenanceWindow) =>
  withSpec({ page: { template: { configMapKeyRef: { name, key } } } });
