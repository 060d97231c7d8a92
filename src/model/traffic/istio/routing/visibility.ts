/** Whether an object of a namespace is visible in another, by its `exportTo` (everywhere where it says nothing). */
export function isVisible(
  object: { readonly namespace: string; readonly exportTo?: readonly string[] | undefined },
  namespace: string,
): boolean {
  const { exportTo = [] } = object
  if (exportTo.length === 0) return true
  return exportTo.some(entry => entry === '*' || entry === namespace || (entry === '.' && object.namespace === namespace))
}
