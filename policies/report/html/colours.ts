/** Text and marks reach 4.5 to 1 against the paper, lines and fills 3 to 1 where they carry meaning (WCAG 2.2, 1.4.3 and 1.4.11). */
export interface Palette {
  readonly paper: string;
  readonly raised: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly link: string;
  readonly mark: string;
  readonly denied: string;
  readonly undecided: string;
  readonly warned: string;
  readonly excused: string;
  readonly recorded: string;
  readonly clean: string;
}

export const light: Palette = {
  paper: '#fdfcf9',
  raised: '#f5f3ec',
  ink: '#1c1d1f',
  soft: '#5a5d63',
  line: '#dcd8cd',
  link: '#1d4f91',
  mark: '#f3e3b8',
  denied: '#ad1f1f',
  undecided: '#6d3aa0',
  warned: '#8a5a00',
  excused: '#1d5f8a',
  recorded: '#5a5d63',
  clean: '#3c7a52',
};

export const dark: Palette = {
  paper: '#15171a',
  raised: '#1d2024',
  ink: '#e6e4df',
  soft: '#a3a7ae',
  line: '#34383e',
  link: '#8db9f2',
  mark: '#4d3f12',
  denied: '#ff8a80',
  undecided: '#c9a3f5',
  warned: '#e6b450',
  excused: '#7cc0ea',
  recorded: '#a3a7ae',
  clean: '#7fbf95',
};

/** `--ink: #1c1d1f; ...` */
export const declarations = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
