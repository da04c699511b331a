/** The tour itself; it runs inside the local cluster. `--once`: unattended. */
import { showTour } from './guide.ts';
import { Screen } from './screen.ts';
import { tour } from './tour.ts';

const once = process.argv.includes('--once');
const screen = new Screen();

// Ctrl-C is a reader who leaves: the cluster ends with this process, and its logs are of no interest.
process.on('SIGINT', () => process.exit(0));

const startedAt = performance.now();
const seen = await showTour(tour, {
  screen,
  shopUrl: process.env['BACKSOON_HOST_HTTPS'] ?? 'https://shop.localhost',
  terminal: once ? undefined : process.stdin,
});
if (seen && once) {
  screen.line(
    `\nAll ${tour.length} steps were seen, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`,
  );
}
process.exit(seen ? 0 : 1);
