import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { completion } from '../../cli/command/completion.ts';
import { commands } from '../../cli/command/index.ts';
import { assayHere, folderOf } from './assay.ts';

const script = async (shell: string): Promise<string> => (await assayHere(completion, [shell])).stdout;
const exists = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const files = folderOf({});
afterAll(() => files[Symbol.dispose]());

/** What bash would offer at the end of this line. */
async function inBash(...words: string[]): Promise<string[]> {
  const driver = `${await script('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_assay; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['--norc', '-c', driver, 'bash', 'assay', ...words], {
    encoding: 'utf8',
    cwd: files.path,
  });
  return printed.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it('offers the commands, and those that begin as what is written', async () => {
    expect(await inBash('')).toEqual(Object.keys(commands));
    expect(await inBash('verify')).toEqual(['verify', 'verify-bundle']);
  });

  it('offers every flag of every command, aliases and short ones too', async () => {
    for (const [name, load] of Object.entries(commands)) {
      const { flags } = await load();
      const all = Object.entries(flags).flatMap(([flag, { short, aliases = [] }]) => [
        `--${flag}`,
        ...(short === undefined ? [] : [`-${short}`]),
        ...aliases.map((alias) => `--${alias}`),
      ]);
      expect(await inBash(name, '-'), name).toEqual(all);
    }
  });

  it('offers the verbs of a command in the first place only', async () => {
    expect(await inBash('trust', '')).toEqual(['show', 'refresh']);
    expect(await inBash('trust', 'show', '')).toEqual([]);
  });

  it('offers the values of a flag that has few, behind a blank and behind an equals sign', async () => {
    expect(await inBash('check', '--color', 'a')).toEqual(['auto', 'always']);
    // bash breaks the word at the equals sign.
    expect(await inBash('check', '--color', '=', 'n')).toEqual(['never']);
    expect(await inBash('check', '--color', '=')).toEqual(['auto', 'always', 'never']);
    expect(await inBash('trust', 'show', '-o', 'j')).toEqual(['json']);
  });

  it('leaves files to the shell, and offers none where a value is no file', async () => {
    expect(await inBash('check', '-p', '')).toEqual([]);
    expect(await script('bash')).toContain("'check --timeout') nothing ;;");
    expect(await script('bash')).toContain("'check --policies' | 'check -p') files ;;");
  });

  it('takes nothing of a word for a command of the shell', async () => {
    expect(await inBash('$(touch hacked)', '--')).toEqual([]);
    expect(await inBash('check', '--color', '$(touch hacked)')).toEqual([]);
    expect(execFileSync('ls', [files.path], { encoding: 'utf8' })).toBe('');
  });
});

describe('completion in other shells', () => {
  it.skipIf(!exists('zsh'))('is understood by zsh', async () => {
    execFileSync('zsh', ['-n', '-c', await script('zsh')]);
  });

  it.skipIf(!exists('fish'))('completes in fish', async () => {
    const printed = execFileSync('fish', ['-c', `${await script('fish')}\ncomplete -C 'assay check --col'`], {
      encoding: 'utf8',
    });
    expect(printed).toContain('--color');
  });

  it.each(['zsh', 'fish'])('has a line for each flag in %s', async (shell) => {
    const text = await script(shell);
    for (const load of Object.values(commands)) {
      const { name, flags } = await load();
      expect(text).toContain(name);
      for (const flag of Object.keys(flags)) expect(text).toContain(shell === 'zsh' ? `--${flag}[` : `-l ${flag} `);
    }
  });

  it('quotes what help says for the shell', async () => {
    expect(await script('fish')).toContain(String.raw`-d 'the certificate\'s subject, literally'`);
    expect(await script('zsh')).toContain(String.raw`[the certificate'\''s subject, literally]`);
  });
});

describe('assay completion', () => {
  it('wants one shell that it knows', async () => {
    for (const words of [[], ['tcsh'], ['bash', 'zsh'], ['constructor']]) {
      const run = await assayHere(completion, words);
      expect(run).toMatchObject({ code: 64, stdout: '' });
      expect(run.stderr).toContain('name one shell: bash, zsh and fish');
    }
  });
});
