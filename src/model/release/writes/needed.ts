/** An object that the protocol decided to write must be there: decisions are made on the same objects. */
export function needed<T>(object: T | undefined, what: string): T {
  if (object === undefined) throw new Error(`${what} is not there, though the protocol decided to write it`)
  return object
}
