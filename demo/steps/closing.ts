import { expectSeen } from '../not-seen.ts';
import { answerOf, type Command } from '../shell.ts';
import { people, window, type Step } from '../scene.ts';

const inNamespace = ['kubectl', '-n', window.namespace] as const;
const hasAddress = '--for=jsonpath={.status.loadBalancer.ingress[0].ip}';
const annotations = 'jsonpath={.metadata.annotations}';

/** The whole Ingress that the tour closes. */
export const getIngress: Command = [...inNamespace, 'get', 'ingress/shop', '-o', 'json'];

/** Its annotations alone. */
export const getAnnotations: Command = [...inNamespace, 'get', 'ingress/shop', '-o', annotations];

const windowYaml = (tokenHash: string): string => `apiVersion: backsoon.dev/v1alpha1
kind: MaintenanceWindow
metadata: { name: ${window.name}, namespace: ${window.namespace} }
spec:
  targets:
    - ingress: { name: shop }
  access:
    addresses: [${people.colleague}]
    tokens:
      - { name: ops, sha256: ${tokenHash} }
`;

export const open: Step = {
  title: 'The shop is open',
  explanation:
    'A shop runs in this cluster behind Traefik. Visitors have addresses of their own: curl takes one with --interface.',
  browser: 'Open %s (its certificate is self-made: accept it). You are one more visitor, 198.51.100.10.',
  run: async ({ visitors }) => {
    await visitors.see(
      { from: people.visitor },
      { status: 200, text: 'The Corner Shop' },
      { head: 3, body: 3 },
    );
  },
};

export const close: Step = {
  title: 'A MaintenanceWindow closes it',
  explanation:
    'One object says what is closed and who may pass meanwhile: a colleague by address, and whoever has the token (only its hash is written down).',
  browser: 'Reload %s: back soon.',
  run: async (scene) => {
    const { screen, shell, token, tokenHash } = scene;
    // Traefik writes the address of the load balancer into it once; that is not the window's doing.
    await answerOf([...inNamespace, 'wait', 'ingress/shop', hasAddress, '--timeout=30s']);
    scene.ingressBefore = await answerOf(getIngress);
    await shell.run(['sh', '-c', `printf %s ${token} | sha256sum`]);
    await shell.run(['kubectl', 'apply', '-f', '-'], { input: windowYaml(tokenHash) });
    const reference = `mwin/${window.name}`;
    await shell.run([...inNamespace, 'wait', reference, '--for=condition=Closed', '--timeout=60s']);
    await shell.run([...inNamespace, 'get', reference]);
    screen.line();
    screen.prose('This is all that Backsoon has put on the Ingress:');
    const put = await shell.run(getAnnotations);
    expectSeen(put.includes('backsoon'), 'an annotation of Backsoon on the Ingress', put);
  },
};

export const visitorsMeetThePage: Step = {
  title: 'Visitors get an honest 503: a page for people, a problem for programs',
  explanation: 'Retry-After says when to come back; Accept decides what it looks like.',
  run: async ({ visitors }) => {
    const from = people.visitor;
    await visitors.see(
      { from, headers: ['Accept: text/html'] },
      { status: 503, text: '<title>Back soon</title>' },
      { head: 12, body: 7 },
    );
    await visitors.see(
      { from, headers: ['Accept: application/json'] },
      { status: 503, text: '"title":"Back soon"' },
      { head: 12, body: 3 },
    );
  },
};

export const colleaguePasses: Step = {
  title: "A colleague's address gets in",
  explanation: `${people.colleague} is on the window's list, so it meets the real shop on its real route.`,
  run: async ({ visitors }) => {
    await visitors.see({ from: people.colleague }, { status: 200, text: 'The Corner Shop' }, { head: 2 });
  },
};

export const tokenPasses: Step = {
  title: 'A token gets in from anywhere, a wrong one does not',
  explanation: 'Scripts and phones have no address to rely on; they send the header Backsoon-Token.',
  run: async ({ visitors, token }) => {
    const from = people.visitor;
    const shop = { status: 200, text: 'The Corner Shop' } as const;
    await visitors.see({ from, headers: [`Backsoon-Token: ${token}`] }, shop, { head: 2 });
    const wrong = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    await visitors.see({ from, headers: [`Backsoon-Token: ${wrong}`] }, { status: 503 });
  },
};

export const forgedHeaderFails: Step = {
  title: 'A forged X-Forwarded-For does not get in',
  explanation:
    "Anybody can write a colleague's address into a header. What clients write is not believed, only what trusted proxies add.",
  run: async ({ visitors }) => {
    const forge = async (value: string): Promise<void> =>
      await visitors.see({ from: people.visitor, headers: [`X-Forwarded-For: ${value}`] }, { status: 503 });
    await forge(people.colleague);
    await forge(`${people.colleague}, 127.0.0.1`);
  },
};
