import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What the API server answered to one request. */
export interface ApiAnswer {
  readonly status: number;
  /** Texts of the Warning headers. */
  readonly warnings: readonly string[];
  readonly body: string;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  /** A patch is a merge patch. */
  readonly body?: object;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Readonly<Record<string, string>> }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Speaks to the control plane that was started in a folder as its administrator, without kubectl in between. */
export function apiServer(folder: string): (asked: ApiRequest) => Promise<ApiAnswer> {
  const { clusters, users } = parse(readFileSync(join(folder, 'kubeconfig'), 'utf8')) as Kubeconfig;
  const { server = '', 'certificate-authority-data': authority = '' } = clusters[0].cluster;
  const ca = Buffer.from(authority, 'base64');
  const authorization = `Bearer ${users[0].user.token}`;
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const headers = { authorization, ...(body === undefined ? {} : { 'content-type': type }) };
      const call = request(`${server}${path}`, { method, ca, headers, timeout: 30_000 }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('error', reject).on('end', () => {
          const warnings = [answer.headersDistinct['warning'] ?? []].flat().map(textOf);
          resolve({ status: answer.statusCode ?? 0, warnings, body: text });
        });
      });
      call.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** `299 - "text"` (RFC 9111, 5.5, as far as the API server writes it). */
const textOf = (warning: string): string => /^299 \S+ "(.*)"$/s.exec(warning)?.[1]?.replaceAll('\\"', '"') ?? warning;
