import { describe, expect, it } from 'vitest';
import { type Configuration, defaultConfiguration } from '../../policies/index.ts';
import { type Given, help, parseCommand, settle } from '../../webhook/settings.ts';

const given = (args: readonly string[], environment = {}): Given => {
  const command = parseCommand(args, environment);
  if (command.kind !== 'serve') throw new Error(command.kind);
  return command.given;
};

/** Whatever is named is a path. */
const there = () => true;

const configuration: Configuration = {
  ...defaultConfiguration,
  policies: ['policies', '/absolute', 'oci://ghcr.io/acme/policies:stable'],
  policyBundleSeconds: 600,
  failureMode: 'Ignore',
  bounds: { reviewSeconds: 7 },
  webhook: {
    address: '::1',
    port: 1,
    metricsPort: 2,
    certificateFile: 'tls.crt',
    keyFile: 'tls.key',
    clientCaFile: 'ca.crt',
    drainSeconds: 3,
  },
};

describe('the settings', () => {
  it('are those of the file, with paths relative to it', () => {
    expect(settle(given([]), configuration, '/etc/assay/assay.yaml', there)).toEqual({
      policies: ['/etc/assay/policies', '/absolute', 'oci://ghcr.io/acme/policies:stable'],
      bundleSeconds: 600,
      address: '::1',
      port: 1,
      metricsPort: 2,
      tls: { certificate: '/etc/assay/tls.crt', key: '/etc/assay/tls.key', clientCa: '/etc/assay/ca.crt' },
      drainSeconds: 3,
      failureMode: 'Ignore',
      reviewSeconds: 7,
      logLevel: 'info',
    });
  });

  it('come from the variable before the file, and from the flag before the variable', () => {
    const environment = {
      ASSAY_PORT: '10',
      ASSAY_METRICS_PORT: '20',
      ASSAY_POLICIES: './a:b',
      ASSAY_TLS_CERT: 'c',
      ASSAY_FAILURE_MODE: 'Fail',
      ASSAY_ADDRESS: '',
    };
    const settings = settle(
      given(['--port', '11', '--tls-cert=d', '--log-level', 'debug'], environment),
      configuration,
      '/etc/assay/assay.yaml',
      there,
    );
    expect(settings).toMatchObject({
      port: 11,
      metricsPort: 20,
      policies: ['./a', 'b'],
      tls: { certificate: 'd' },
      failureMode: 'Fail',
      address: '::1',
      logLevel: 'debug',
    });
    expect(
      settle(given(['--policies', 'x', '--policies=y'], environment), configuration, undefined, there),
    ).toMatchObject({
      policies: ['x', 'y'],
    });
  });

  it('take a bundle from the variable whole, for its reference has colons', () => {
    const named = (text: string) => {
      const command = parseCommand([], { ASSAY_POLICIES: text });
      return command.kind === 'serve' ? command.given.paths : [];
    };
    expect(named('oci://ghcr.io:443/acme/policies:stable')).toEqual(['oci://ghcr.io:443/acme/policies:stable']);
    expect(named('./a:b')).toEqual(['./a', 'b']);
  });

  it('have defaults for everything but certificate, key and policies', () => {
    expect(
      settle(given(['--tls-cert', 'c', '--tls-key', 'k', '--policies', 'p']), defaultConfiguration, undefined, there),
    ).toEqual({
      policies: ['p'],
      bundleSeconds: 60,
      address: '0.0.0.0',
      port: 8443,
      metricsPort: 9090,
      tls: { certificate: 'c', key: 'k' },
      drainSeconds: 20,
      failureMode: 'Fail',
      reviewSeconds: 10,
      logLevel: 'info',
    });
    expect(settle(given([]), defaultConfiguration, undefined)).toEqual([
      expect.stringContaining('--tls-cert'),
      expect.stringContaining('--policies'),
    ]);
  });

  it('are told to be wrong all at once', () => {
    const args = [
      '--port',
      '65536',
      '--metrics-port',
      '1e3',
      '--drain-seconds',
      '0',
      '--failure-mode',
      'fail',
      '--log-level',
      'loud',
    ];
    const wrong = settle(given(args), configuration, undefined);
    expect(wrong).toEqual([
      '--port: expected a whole number from 0 to 65535, found "65536"',
      '--metrics-port: expected a whole number from 0 to 65535, found "1e3"',
      '--drain-seconds: expected a whole number from 1 to 300, found "0"',
      '--failure-mode: expected one of Fail, Ignore, found "fail"',
      '--log-level: expected one of debug, info, warn, error, silent, found "loud"',
    ]);
  });
});

describe('the command line', () => {
  it('refuses what it does not know', () => {
    for (const args of [['--ports', '1'], ['serve'], ['--port'], ['--help=x']]) {
      expect(parseCommand(args, {}), args.join(' ')).toMatchObject({ kind: 'usage' });
    }
  });

  it('knows help and version, and the help names every flag', () => {
    expect(parseCommand(['--help'], {})).toEqual({ kind: 'help' });
    expect(parseCommand(['--version'], {})).toEqual({ kind: 'version' });
    for (const flag of [
      'config',
      'policies',
      'address',
      'port',
      'metrics-port',
      'tls-cert',
      'tls-key',
      'client-ca',
      'drain-seconds',
      'failure-mode',
      'log-level',
    ]) {
      expect(help).toContain(`--${flag} `);
    }
  });
});
