import type { Ingress, IngressClass, IngressRule } from '../../../src/api/ingress.ts';
import { allowed, annotations, preWired } from '../../../src/api/names.ts';
import { frozen, modified, type Modifier } from './freeze.ts';

type IngressModifier = Modifier<Ingress>;

/** The Ingress `shop/web` of class `traefik`, for one host and all paths. */
export const anIngress = (...modifiers: readonly IngressModifier[]): Ingress =>
  frozen(
    modified(
      {
        metadata: { name: 'web', namespace: 'shop', uid: 'uid-web' },
        spec: { ingressClassName: 'traefik', rules: [rule('shop.example.com', '/')] },
      },
      modifiers,
    ),
  );

/** One rule: these paths of a host; without paths the rule names none. */
export const rule = (host: string | undefined, ...paths: readonly string[]): IngressRule => ({
  ...(host === undefined ? {} : { host }),
  ...(paths.length === 0 ? {} : { http: { paths: paths.map((path) => ({ path, pathType: 'Prefix' })) } }),
});

export const called =
  (name: string, namespace = 'shop'): IngressModifier =>
  (ingress) => ({ ...ingress, metadata: { ...ingress.metadata, name, namespace, uid: `uid-${name}` } });

/** undefined: no class in the spec. */
export const ofClass =
  (ingressClassName: string | undefined): IngressModifier =>
  (ingress) => {
    const { ingressClassName: _before, ...spec } = ingress.spec;
    return { ...ingress, spec: ingressClassName === undefined ? spec : { ...spec, ingressClassName } };
  };

export const withRules =
  (...rules: readonly IngressRule[]): IngressModifier =>
  (ingress) => ({ ...ingress, spec: { ...ingress.spec, rules } });

export const withTls =
  (...hosts: readonly string[]): IngressModifier =>
  (ingress) => ({ ...ingress, spec: { ...ingress.spec, tls: [{ hosts }] } });

export const labelled =
  (labels: Readonly<Record<string, string>>): IngressModifier =>
  (ingress) => ({ ...ingress, metadata: { ...ingress.metadata, labels } });

export const annotated =
  (added: Readonly<Record<string, string>>): IngressModifier =>
  (ingress) => ({
    ...ingress,
    metadata: { ...ingress.metadata, annotations: { ...ingress.metadata.annotations, ...added } },
  });

export const markedPreWired: IngressModifier = annotated({ [annotations.gate]: preWired });

/** Whoever keeps its lists lets them be edited. */
export const markedEditable: IngressModifier = annotated({ [annotations.allowEdit]: allowed });

export const terminating: IngressModifier = (ingress) => ({
  ...ingress,
  metadata: { ...ingress.metadata, deletionTimestamp: '2026-12-01T20:00:00Z' },
});

/** An address in the Ingress's status, as its controller writes it. */
export const servedAt =
  (ip: string): IngressModifier =>
  (ingress) => ({ ...ingress, status: { loadBalancer: { ingress: [{ ip }] } } });

export const anIngressClass = (name: string, controller: string, isDefault = false): IngressClass =>
  frozen({
    metadata: {
      name,
      ...(isDefault ? { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } } : {}),
    },
    spec: { controller },
  });

export const traefikClass = anIngressClass('traefik', 'traefik.io/ingress-controller');
