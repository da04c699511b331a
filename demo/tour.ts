import type { Step } from './scene.ts';
import * as closing from './steps/closing.ts';
import { reopen } from './steps/opening.ts';
import * as squid from './steps/squid.ts';

/** The tour, in its order: each step begins where the one before has left the cluster. */
export const tour: readonly Step[] = [
  closing.open,
  closing.close,
  closing.visitorsMeetThePage,
  closing.colleaguePasses,
  closing.tokenPasses,
  closing.forgedHeaderFails,
  squid.unknownProxy,
  squid.allowlistWithProxy,
  squid.conditionExplains,
  squid.cure,
  squid.toldApart,
  reopen,
];
