import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityFile, type Authority } from './fake-server.ts';

/** A directory as the kubelet mounts it into a Pod. */
export class ServiceAccount {
  readonly directory = mkdtempSync(join(tmpdir(), 'backsoon-sa-'));

  constructor(token = 'token-1', authority: Authority = 'first') {
    this.setToken(token);
    this.setAuthority(authority);
  }

  setToken(token: string): void {
    writeFileSync(join(this.directory, 'token'), `${token}\n`);
  }

  setAuthority(authority: Authority): void {
    copyFileSync(authorityFile(authority), join(this.directory, 'ca.crt'));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
