/** The responder with a clock that is wrong: `skewed-responder.ts MILLISECONDS responder …`. Only for tests, never in the image. */
import { run } from '../../../src/main/responder.ts';

const [aheadMs, , ...argv] = process.argv.slice(2);
await run(argv, process.env, () => Date.now() + Number(aheadMs));
