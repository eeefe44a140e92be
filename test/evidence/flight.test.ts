import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../evidence/flight.ts';

const late = (): string => 'late';
const patient = new AbortController().signal;

describe('work that many ask for at once', () => {
  it('is done once', async () => {
    const flights = new SingleFlight<string>(1000);
    let begun = 0;
    const work = async (): Promise<string> => `${(begun += 1)}`;
    const asked = [flights.run('a', patient, work, late), flights.run('a', patient, work, late)];
    expect(await Promise.all(asked)).toEqual(['1', '1']);
  });

  it('is begun anew when it heeds no signal and its time is over', async () => {
    const flights = new SingleFlight<string>(20);
    expect(await flights.run('a', patient, () => new Promise(() => undefined), late)).toBe('late');
    expect(await flights.run('a', patient, async () => 'done', late)).toBe('done');
  });
});
