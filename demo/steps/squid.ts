import { addresses } from '../../test/cluster/addresses.ts';
import { crowd } from '../crowd.ts';
import { expectSeen } from '../not-seen.ts';
import { people, strangers, window, type Scene, type Step } from '../scene.ts';
import type { Command } from '../shell.ts';
import { squidAddress } from '../squid.ts';

const reference = `mwin/${window.name}`;
const inNamespace = ['kubectl', '-n', window.namespace] as const;
const condition = 'ClientAddressesPlausible';
const behindSquid = { door: squidAddress } as const;
const fieldOf = (field: string): string =>
  `jsonpath={.status.conditions[?(@.type=="${condition}")].${field}}`;

/** Puts another list of addresses into the window. */
async function allow(scene: Scene, allowed: readonly string[]): Promise<void> {
  const patch = JSON.stringify({ spec: { access: { addresses: allowed } } });
  await scene.shell.run([...inNamespace, 'patch', reference, '--type=merge', '-p', patch]);
}

/** Shows the whole message of the condition. @throws NotSeen when the reason does not come, or a text is missing. */
async function showCondition(scene: Scene, reason: string, texts: readonly string[]): Promise<void> {
  const { shell, screen } = scene;
  const wait = `--for=${fieldOf('reason')}=${reason}`;
  await shell.run([...inNamespace, 'wait', reference, wait, '--timeout=30s']);
  const get: Command = [...inNamespace, 'get', reference, '-o', fieldOf('message')];
  const message = await shell.run(get, { lines: 0 });
  screen.wholeAnswer(message);
  for (const text of texts) {
    expectSeen(message.includes(text), `“${text}” in the message of ${condition}`, message);
  }
}

export const unknownProxy: Step = {
  title: 'A Squid in front that nobody told Backsoon about: all look alike, none gets in',
  explanation: `This is how it went wrong once. Visitors now come to a Squid at ${squidAddress}, and Traefik sees Squid's address for everyone, colleagues too. Via gives Squid away, so its address counts for nothing.`,
  run: async (scene) => {
    const { screen, visitors } = scene;
    screen.command('squid -N -f demo/squid.conf &');
    await scene.startSquid();
    await visitors.see({ from: people.visitor, ...behindSquid }, { status: 503, text: 'Via: 1.1 squid' });
    await visitors.see({ from: people.colleague, ...behindSquid }, { status: 503, text: 'Via: 1.1 squid' });
  },
};

export const allowlistWithProxy: Step = {
  title: "Squid's address on the allowlist does not open the site",
  explanation:
    "The colleague is locked out, so somebody puts the address from the log on the list. Once that opened a closed site to the world. Here it admits Squid's own machine, and nobody who comes through it.",
  run: async (scene) => {
    const { visitors } = scene;
    await allow(scene, [people.colleague, squidAddress]);
    // That the address itself gets in proves that the new list is in force.
    await visitors.see({ from: squidAddress }, { status: 200, withinSeconds: 15 });
    await visitors.see({ from: people.visitor, ...behindSquid }, { status: 503 });
    await visitors.see({ from: people.colleague, ...behindSquid }, { status: 503 });
  },
};

export const conditionExplains: Step = {
  title: 'The window says what is wrong, and how to cure it',
  explanation:
    'After a few hundred visitors it is plain that they all look alike. The condition names the address, the sign and both settings.',
  run: async (scene) => {
    const visits = [...strangers, ...strangers, ...strangers];
    scene.screen.line();
    scene.screen.prose(
      `${strangers.length} strangers, three visits each, all through http://${squidAddress}/:`,
    );
    const counts = await crowd(squidAddress, visits);
    const summary = [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
    scene.screen.answer(summary);
    expectSeen(counts.get(503) === visits.length, `${visits.length} × 503 through Squid`, summary);
    await showCondition(scene, 'UnknownProxy', [
      squidAddress,
      'ingressControllers.traefik.trustedProxies',
      'forwardedHeaders.trustedIPs',
    ]);
  },
};

/** The JSON patch that adds Squid to the entry points' trusted addresses, wherever these stand among the arguments. */
function trustPatch(containerArguments: readonly string[]): string {
  const patch = containerArguments.flatMap((argument, index) =>
    argument.includes('.forwardedheaders.trustedips=')
      ? [
          {
            op: 'replace',
            path: `/spec/template/spec/containers/0/args/${index}`,
            value: `${argument},${squidAddress}`,
          },
        ]
      : [],
  );
  return JSON.stringify(patch);
}

const traefik = ['kubectl', '-n', 'traefik'] as const;

export const cure: Step = {
  title: 'Traefik and Backsoon are told of Squid',
  explanation: `Traefik has to pass on what Squid says about its visitors, and Backsoon has to know that ${squidAddress} is a proxy. Now that it is one, the list may not hold it, and the window says so.`,
  run: async (scene) => {
    const { shell } = scene;
    const read = ['get', 'deployment', 'traefik', '-o', 'jsonpath={.spec.template.spec.containers[0].args}'];
    const argumentsNow = JSON.parse(await shell.run([...traefik, ...read])) as string[];
    const patch = trustPatch(argumentsNow);
    await shell.run([...traefik, 'patch', 'deployment', 'traefik', '--type=json', '-p', patch]);
    await shell.run([...traefik, 'rollout', 'status', 'deployment/traefik', '--timeout=60s'], { lines: 4 });
    const chart = [
      'charts/backsoon',
      '-n',
      'backsoon-system',
      '--reuse-values',
      '--wait',
      '--timeout',
      '60s',
    ];
    const value = `ingressControllers.traefik.trustedProxies={${squidAddress}}`;
    await shell.run(['helm', 'upgrade', 'backsoon', ...chart, '--set', value], { lines: 1 });
    await showCondition(scene, 'AllowlistContainsProxy', [squidAddress]);
    await allow(scene, [people.colleague]);
  },
};

export const toldApart: Step = {
  title: 'Behind Squid, visitors and colleagues are told apart again',
  explanation:
    'The colleague gets in through Squid, the visitor does not, and the old trick does not work there either: only what Squid itself added counts.',
  run: async ({ shell, visitors }) => {
    await shell.run([...inNamespace, 'wait', reference, `--for=condition=${condition}`, '--timeout=30s']);
    await visitors.see({ from: people.colleague, ...behindSquid }, { status: 200, withinSeconds: 20 });
    await visitors.see({ from: people.visitor, ...behindSquid }, { status: 503 });
    const forged = { headers: [`X-Forwarded-For: ${people.colleague}`] };
    await visitors.see({ from: people.visitor, ...behindSquid, ...forged }, { status: 503 });
    await visitors.see(
      { from: people.visitor, door: addresses.loadBalancers.traefik, ...forged },
      { status: 503 },
    );
  },
};
