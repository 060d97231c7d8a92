/**
 * A function of an object that never changes, asked again and again for the same few: each answer is made once, and forgotten with the object.
 * Never for one whose answer depends on anything else.
 */
export function rememberedOf<A extends object, T>(make: (a: A) => T): (a: A) => T {
  const known = new WeakMap<A, { readonly value: T }>()
  return a => {
    const found = known.get(a) ?? { value: make(a) }
    known.set(a, found)
    return found.value
  }
}

/** The same of two objects. */
export function remembered<A extends object, B extends object, T>(make: (a: A, b: B) => T): (a: A, b: B) => T {
  const ofFirst = rememberedOf((a: A) => rememberedOf((b: B) => make(a, b)))
  return (a, b) => ofFirst(a)(b)
}
