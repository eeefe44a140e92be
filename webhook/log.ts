import { type DestinationStream, pino } from 'pino';
import { limits } from './limits.ts';
import { plain } from './plain.ts';

/** What the webhook says to its operator: one JSON object a line. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** A function is asked only where the line is written. */
export type LogFields = Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Lines go to `destination`, standard output where it is left out. Every text in them is one bounded line without secrets. */
export function buildLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  const line = (name: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
    if (!logger.isLevelEnabled(name)) return;
    const told = typeof fields === 'function' ? fields() : fields;
    logger[name](clean(told, 0), plain(message, limits.logFieldCharacters));
  };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** Names whose values are secrets whatever they hold. */
const secretNames = /authorization|cookie|password|passwd|secret|token|credential|private|^auth$|^data$/i;
/** Deeper than any line of ours. */
const deepest = 4;

function clean(value: unknown, depth: number): object {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretNames.test(key) ? '[redacted]' : cleanItem(item, depth)]),
  );
}

function cleanItem(item: unknown, depth: number): unknown {
  if (typeof item === 'string') return redact(plain(item, limits.logFieldCharacters));
  if (item instanceof Error)
    return { name: item.name, message: cleanItem(item.message, depth), stack: stackLines(item) };
  if (typeof item !== 'object' || item === null) return item;
  if (depth === deepest) return '[too deep]';
  return Array.isArray(item) ? item.map((one) => cleanItem(one, depth + 1)) : clean(item, depth + 1);
}

/** Where it was thrown, without the message in front, which is told already. */
const stackLines = (error: Error): unknown =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => plain(line.trim(), 300));

/** What no secret of those below is without; most texts end here. */
const suspicious = /@|bearer|basic|passw|secret|token|key|eyJ/i;

/** Secrets that came inside a text: user info of an address, what follows a scheme of authorization, a JWT, a private key. */
function redact(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(/\/\/[^\s/@]+@/g, '//[redacted]@')
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]')
    .replace(/\b(password|passwd|secret|token|api_?key)([=:])\s*[^\s,;&]+/gi, '$1$2[redacted]')
    .replace(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[redacted]')
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*-----)?/g, '[redacted]');
}
