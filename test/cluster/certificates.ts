import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addresses, ports } from './addresses.ts';

const run = promisify(execFile);

/** A key and its certificate, as paths of PEM files. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

export interface CertificateRequest {
  readonly name: string;
  readonly commonName: string;
  readonly organization?: string;
  /** `DNS:…` and `IP:…`; present on a server's certificate. */
  readonly alternativeNames?: readonly string[];
}

/** Makes the certificates of one cluster in one directory. All of them die with it. */
export class CertificateAuthority {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  get certificatePath(): string {
    return join(this.directory, 'ca.crt');
  }

  async create(): Promise<void> {
    await this.#openssl('ca', [
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=critical,keyCertSign,cRLSign',
      'subjectKeyIdentifier=hash',
    ]);
  }

  async issue(request: CertificateRequest): Promise<Certificate> {
    const extensions = ['basicConstraints=critical,CA:FALSE', 'extendedKeyUsage=clientAuth,serverAuth'];
    if (request.alternativeNames !== undefined) {
      extensions.push(`subjectAltName=${request.alternativeNames.join(',')}`);
    }
    return await this.#openssl(request.name, extensions, request);
  }

  async #openssl(
    name: string,
    extensions: readonly string[],
    request?: CertificateRequest,
  ): Promise<Certificate> {
    const path = (suffix: string): string => join(this.directory, `${name}.${suffix}`);
    const organization = request?.organization === undefined ? '' : `/O=${request.organization}`;
    const subject = `${organization}/CN=${request?.commonName ?? 'backsoon-local-cluster'}`;
    // A configuration of its own: the distribution's adds extensions that contradict ours.
    writeFileSync(
      path('cnf'),
      `[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n${extensions.join('\n')}\n`,
    );
    const issuer =
      request === undefined ? [] : ['-CA', this.certificatePath, '-CAkey', join(this.directory, 'ca.key')];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('key')];
    const what = ['-config', path('cnf'), '-subj', subject, '-days', '30', '-out', path('crt')];
    await run('openssl', ['req', '-x509', ...newKey, ...what, ...issuer]);
    return { key: path('key'), certificate: path('crt') };
  }
}

/** The key pair that signs service-account tokens. */
export function createServiceAccountKeys(directory: string): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = join(directory, 'service-account.key');
  const publicKey = join(directory, 'service-account.pub');
  writeFileSync(privateKey, pair.privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return { privateKey, publicKey };
}

/** Writes a kubeconfig for the holder of a client certificate and returns its path. */
export function writeKubeconfig(path: string, caPath: string, client: Certificate): string {
  const base64 = (file: string): string => readFileSync(file).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'backsoon',
    contexts: [{ name: 'backsoon', context: { cluster: 'backsoon', user: 'admin' } }],
    clusters: [
      {
        name: 'backsoon',
        cluster: {
          server: `https://${addresses.node}:${ports.apiServer}`,
          'certificate-authority-data': base64(caPath),
        },
      },
    ],
    users: [
      {
        name: 'admin',
        user: {
          'client-certificate-data': base64(client.certificate),
          'client-key-data': base64(client.key),
        },
      },
    ],
  };
  // JSON is YAML: every reader of kubeconfigs takes it.
  writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}
