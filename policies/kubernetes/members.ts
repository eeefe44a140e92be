/** An object by its own members, none of them null. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object; none where it is none. */
export const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

/** The items of a list; none where it is none. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Whether a value is what Go calls zero: absent, empty text, or the number. */
export const isUnset = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === 0;

/** The members with each of these where it is unset. */
export const orElse = (members: Members, defaults: Members): Members => {
  const missing = Object.entries(defaults).filter(([name]) => !Object.hasOwn(members, name) || isUnset(members[name]));
  return missing.length === 0 ? members : { ...members, ...Object.fromEntries(missing) };
};

/** The members with each of these where it is absent; zero is a value. */
export const orAbsent = (members: Members, defaults: Members): Members => ({
  ...members,
  ...Object.fromEntries(Object.entries(defaults).filter(([name]) => (members[name] ?? undefined) === undefined)),
});

/** Whether a member can be completed as an object: it is one, or there is none. What has another shape stays for validation to refuse. */
export const isCompletable = (members: Members, name: string): boolean =>
  (members[name] ?? undefined) === undefined || isMembers(members[name]);
