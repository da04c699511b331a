import { pino } from 'pino';
import type { GateRequest } from '../../../../src/policy/evaluate.ts';
import { evaluate } from '../../../../src/policy/evaluate.ts';
import type { PolicySet } from '../../../../src/policy/policy-set.ts';
import type { Observation } from '../../../../src/responder/observe/observation.ts';
import { at, buildPolicy, buildSet } from '../../policy/build.ts';
import { keys } from '../running-responder.ts';

export const closedAt = at('2026-12-01T22:00:00Z');
export const set = buildSet([buildPolicy()]);

export interface Visiting extends Partial<GateRequest> {
  readonly set?: PolicySet;
  readonly gate?: string;
  readonly nowMs?: number;
  readonly requestId?: string;
}

/** The observation of a real decision. */
export function visit(visiting: Visiting = {}): Observation {
  const { gate = 'shop/web', nowMs = closedAt, requestId } = visiting;
  const { headers = {}, method = 'GET', target = '/', host = 'shop.example.com' } = visiting;
  const request = { headers: { 'x-forwarded-for': '198.51.100.10', ...headers }, method, target, host };
  const circumstances = { nowMs, keys, isShared: () => false };
  return {
    gate,
    decision: evaluate(visiting.set ?? set, gate, request, circumstances),
    request,
    nowMs,
    requestId,
  };
}

/** A logger, and what it wrote, parsed, without pino's own members. */
export function recordingLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false },
    {
      write: (line: string) => {
        const { level: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
        lines.push(rest);
      },
    },
  );
  return { log, lines };
}
