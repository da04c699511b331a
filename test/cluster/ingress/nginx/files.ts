import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secret } from './objects.ts';

interface PemFiles {
  readonly certificate: string;
  readonly key: string;
}

/** The certificates of all Secrets as files; a changed Secret gets new names, so that old workers keep theirs. */
export class CertificateFiles {
  readonly #directory: string;
  readonly #own: PemFiles;

  /** Makes the certificate that is shown where no Ingress brings one. */
  constructor(directory: string) {
    this.#directory = join(directory, 'certificates');
    mkdirSync(this.#directory, { recursive: true });
    this.#own = this.#paths('default');
    const subject = '/O=Acme Co/CN=Kubernetes Ingress Controller Fake Certificate';
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', this.#own.key];
    const what = ['-subj', subject, '-days', '365', '-out', this.#own.certificate];
    execFileSync('openssl', ['req', '-x509', ...key, ...what]);
  }

  /** The files for a Secret, or for `default`. */
  of(key: string, secrets: ReadonlyMap<string, Secret>): PemFiles {
    const { 'tls.crt': certificate, 'tls.key': privateKey } = secrets.get(key)?.data ?? {};
    if (certificate === undefined || privateKey === undefined) return this.#own;
    const files = this.#paths(
      createHash('sha256').update(`${key} ${certificate} ${privateKey}`).digest('hex').slice(0, 16),
    );
    writeFileSync(files.certificate, Buffer.from(certificate, 'base64'));
    writeFileSync(files.key, Buffer.from(privateKey, 'base64'), { mode: 0o600 });
    return files;
  }

  #paths(name: string): PemFiles {
    const path = join(this.#directory, name);
    return { certificate: `${path}.crt`, key: `${path}.key` };
  }
}
