/**
 * The in-memory registry as a process: `node test/support/registry/main.ts [--port N] [--no-referrers] [--user NAME:PASSWORD]
 * [--scheme basic|bearer]`. Prints one line of JSON, `{"host", "url"}`, when it listens, and ends on SIGTERM or with its parent.
 */
import { parseArgs } from 'node:util';
import { untilEnded } from '../until-ended.ts';
import { startRegistry } from './index.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: 'string', default: '0' },
    referrers: { type: 'boolean', default: true },
    user: { type: 'string' },
    scheme: { type: 'string', default: 'basic' },
  },
});

const [user, password] = values.user?.split(':') ?? [];
const registry = await startRegistry({
  port: Number(values.port),
  referrers: values.referrers,
  ...(user === undefined
    ? {}
    : {
        authentication: { scheme: values.scheme === 'bearer' ? 'bearer' : 'basic', users: { [user]: password ?? '' } },
      }),
});
console.log(JSON.stringify({ host: registry.host, url: registry.url }));
await untilEnded();
await registry.close();
process.exit();
