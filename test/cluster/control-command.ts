/** `backsoon-cluster`, a command that exists inside the cluster: the control socket for people. */
import { ClusterControl, type DaemonName } from './control.ts';

const usage = `Usage: backsoon-cluster logs NAMESPACE POD
       backsoon-cluster signal NAMESPACE POD SIGTERM
       backsoon-cluster stop|start|kill etcd|kube-apiserver|kube-controller-manager|kube-proxy|load-balancer
`;

async function main([action, first = '', second = '', third = '']: string[]): Promise<void> {
  const control = new ClusterControl();
  const name = first as DaemonName;
  if (action === 'logs') process.stdout.write(await control.logs({ namespace: first, pod: second }));
  else if (action === 'signal')
    await control.signal({ namespace: first, pod: second }, third as NodeJS.Signals);
  else if (action === 'stop') await control.stop(name);
  else if (action === 'start') await control.start(name);
  else if (action === 'kill') await control.kill(name);
  else {
    process.stderr.write(usage);
    process.exitCode = 64;
  }
}

await main(process.argv.slice(2));
