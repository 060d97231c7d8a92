/**
 * A function of two objects that never change, asked again and again for the same few: each answer is made once, and forgotten with the objects.
 * Never for one whose answer depends on anything else.
 */
export function remembered<A extends object, B extends object, T>(make: (a: A, b: B) => T): (a: A, b: B) => T {
  const known = new WeakMap<A, WeakMap<B, { readonly value: T }>>()
  return (a, b) => {
    const ofA = known.get(a) ?? new WeakMap<B, { readonly value: T }>()
    known.set(a, ofA)
    const found = ofA.get(b) ?? { value: make(a, b) }
    ofA.set(b, found)
    return found.value
  }
}
