import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { stopwatch } from './clock.ts';
import { documentFiles } from './files.ts';

/** Between two looks: soon enough for a person, and no load. */
const milliseconds = 250;

/**
 * Notes the documents below paths as they are now. What is returned waits until one of them is changed, added or taken away, or one of the files
 * named to it; or until the signal ends it. It looks at them from time to time: notifications are lost on network and container mounts.
 */
export function waitForChange(
  paths: readonly string[],
  signal: AbortSignal,
): (files: readonly string[]) => Promise<void> {
  const first = stateOf(paths, []);
  return async (files) => {
    const beside = await stateOf([], files);
    const before = `${await first}\n${beside}`;
    while (!signal.aborted) {
      const elapsed = stopwatch();
      const state = `${await stateOf(paths, [])}\n${await stateOf([], files)}`;
      if (state !== before) return;
      // A large folder is looked at less often.
      await setTimeout(Math.max(milliseconds, elapsed() * 4), undefined, { signal }).catch(() => undefined);
    }
  };
}

async function stateOf(paths: readonly string[], files: readonly string[]): Promise<string> {
  const all = new Set(files);
  for (const path of paths) {
    const listed = await documentFiles(path, 'with', ['.kyverno-test']);
    if (listed.kind === 'files') for (const file of listed.files) all.add(file);
  }
  const states: string[] = [];
  for (const file of [...all].toSorted()) {
    const found = await stat(file).catch(() => undefined);
    states.push(JSON.stringify([file, found?.mtimeMs, found?.size, found?.ino]));
  }
  return states.join('\n');
}
