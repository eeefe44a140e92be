/** Whether somebody pressed Ctrl-C, or asked the process to end, since this was called; until it is disposed of, the process itself goes on. */
export function interruption(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  for (const name of names) process.on(name, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, abort);
    },
  };
}

const names = ['SIGINT', 'SIGTERM'] as const;
