import { terminating } from '../../builders/ingress.ts';
import { proven, withIngresses, withProof, withWindows } from '../../builders/observed.ts';
import { describeDecisions, immediate, on, web } from './table.ts';

const leaving = on(withIngresses(terminating(web))(immediate));

describe('operator: an Ingress on its way out', () => {
  describeDecisions({
    'that a window closes': [
      {
        title: 'is served until it is gone, and stays closed so long',
        given: withProof('shop/web', proven('closed'))(leaving),
        operations: [],
        conditions: ['Closed=True Closed'],
      },
    ],
    'that no window closes': [
      {
        title: 'loses its gate',
        given: withWindows()(leaving),
        operations: ['DeletePolicy uid-upgrade', 'TakeGate web'],
      },
    ],
  });
});
