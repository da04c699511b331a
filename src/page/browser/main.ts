import { showTimes, tick } from './clock.ts';
import { watch } from './reload.ts';
import { useStaffLink } from './staff-link.ts';

addEventListener('hashchange', useStaffLink);

// An old browser may lack what one of them needs; the others still do their part.
[useStaffLink, showTimes, tick, watch].forEach((part) => {
  try {
    part();
  } catch {
    return;
  }
});
