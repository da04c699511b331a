import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { GateKey } from '../api/ingress.ts';
import type { WorkQueueMetrics } from '../kube/work-queue.ts';

/** The operator's metrics, in controller-runtime's names and shapes where it has them. */
export interface OperatorMetrics {
  readonly registry: Registry;
  readonly queue: WorkQueueMetrics;
  reconciled(result: 'success' | 'error', seconds: number): void;
  leading(isLeading: boolean): void;
  /**
   * A gate answered a probe as it should.
   * @param at epoch seconds
   */
  proven(gate: GateKey, at: number): void;
  /** A gate is probed no more: its series goes, so that there are never more of them than gates that are on. */
  unwatched(gate: GateKey): void;
}

export function operatorMetrics(): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['name'];
  const name = 'namespace';
  const gauge = new Gauge({ name: 'workqueue_depth', help: 'Keys that wait.', labelNames, registers });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added.', labelNames, registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys tried again.',
    labelNames,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'How long keys waited.',
    labelNames,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'How long keys took.',
    labelNames,
    registers,
  });
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciliations by result.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'How long reconciliations took.',
    labelNames: ['controller'],
    registers,
  });
  const leader = new Gauge({
    name: 'leader_election_master_status',
    help: '1 while this replica leads.',
    labelNames,
    registers,
  });
  const lastProof = new Gauge({
    name: 'backsoon_last_proof_timestamp_seconds',
    help: 'When a gate last answered a probe as it should.',
    labelNames: ['gate'],
    registers,
  });
  return {
    registry,
    queue: {
      depth: (keys) => gauge.set({ name }, keys),
      added: () => adds.inc({ name }),
      waited: (seconds) => waited.observe({ name }, seconds),
      worked: (seconds) => worked.observe({ name }, seconds),
      retried: () => retries.inc({ name }),
    },
    reconciled: (result, seconds) => {
      total.inc({ controller: 'maintenancewindow', result });
      time.observe({ controller: 'maintenancewindow' }, seconds);
    },
    leading: (isLeading) => leader.set({ name: 'backsoon' }, isLeading ? 1 : 0),
    proven: (gate, at) => lastProof.set({ gate }, at),
    unwatched: (gate) => lastProof.remove({ gate }),
  };
}
