/** The tour itself; it runs inside the local cluster. `--once`: unattended. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { showTour } from './guide.ts';
import { Screen } from './screen.ts';
import { tour } from './tour.ts';

const once = process.argv.includes('--once');
const screen = new Screen();

// Ctrl-C is a reader who leaves: the cluster ends with this process, and its logs are of no interest.
process.on('SIGINT', () => process.exit(0));

const startedAt = performance.now();
const notSeen = await showTour(tour, {
  screen,
  shopUrl: process.env['BACKSOON_HOST_HTTPS'] ?? 'https://shop.localhost',
  terminal: once ? undefined : process.stdin,
});
if (notSeen === undefined && once) {
  screen.line(
    `\nAll ${tour.length} steps were seen, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
  );
}
const logs = process.env['BACKSOON_CLUSTER_LOGS'];
if (notSeen !== undefined && logs !== undefined) {
  // After a failure the cluster prints the ends of its logs in the order of their names: this one comes last.
  writeFileSync(join(logs, 'what-was-not-seen.log'), notSeen);
}
process.exit(notSeen === undefined ? 0 : 1);
