import { describe, expect, it } from 'vitest';
import { openTerminal } from '../../cli/terminal.ts';

const opened = (tty: boolean, environment: Record<string, string> = {}) => {
  const written = { out: '', error: '' };
  const stdout = { isTTY: tty, columns: 90, write: (text: string) => (written.out += text) };
  const stderr = { isTTY: tty, columns: 20, write: (text: string) => (written.error += text) };
  return { written, terminal: openTerminal({ stdout, stderr, environment }) };
};

describe('a terminal', () => {
  it('is as wide as it is, and a pipe always the same', () => {
    expect(opened(true).terminal.columns).toBe(90);
    expect(opened(false).terminal.columns).toBe(120);
  });

  it('shows colour only to people, and not where NO_COLOR or a dumb terminal forbids it', () => {
    expect(opened(true).terminal.paint('bad', 'denied')).toBe('\u001B[31mdenied\u001B[0m');
    expect(opened(true, { NO_COLOR: '1' }).terminal.paint('bad', 'denied')).toBe('denied');
    expect(opened(true, { NO_COLOR: '' }).terminal.paint('bad', 'denied')).not.toBe('denied');
    expect(opened(true, { TERM: 'dumb' }).terminal.paint('bad', 'denied')).toBe('denied');
    expect(opened(false).terminal.paint('bad', 'denied')).toBe('denied');
  });

  it('lets FORCE_COLOR speak before NO_COLOR and pipes, and a flag before both', () => {
    const bad = '\u001B[31mdenied\u001B[0m';
    expect(opened(false, { FORCE_COLOR: '1' }).terminal.paint('bad', 'denied')).toBe(bad);
    expect(opened(true, { FORCE_COLOR: 'true', NO_COLOR: '1' }).terminal.paint('bad', 'denied')).toBe(bad);
    expect(opened(true, { FORCE_COLOR: '0' }).terminal.paint('bad', 'denied')).toBe('denied');
    expect(opened(true, { FORCE_COLOR: '1' }).terminal.paintIn('never')('bad', 'denied')).toBe('denied');
    expect(opened(false, { NO_COLOR: '1' }).terminal.paintIn('always')('bad', 'denied')).toBe(bad);
    expect(opened(true).terminal.paintIn('auto')('bad', 'denied')).toBe(bad);
  });

  it('shows one line of progress that the result replaces', () => {
    const { terminal, written } = opened(true);
    terminal.progress('a line that is longer than the terminal is wide');
    terminal.out('done');
    expect(written.error).toBe('\r\u001B[Ka line that is long\r\u001B[K');
    expect(written.out).toBe('done\n');
  });

  it('is silent about progress in a pipe', () => {
    const { terminal, written } = opened(false);
    terminal.progress('working');
    terminal.out('done\n');
    expect(written).toEqual({ out: 'done\n', error: '' });
  });
});
