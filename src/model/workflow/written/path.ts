import { leaf } from './leaf.ts'

/** A path within the application's folder. */
export const path = leaf({
  wants: "a path within the application's folder, such as manifests/ or values.yaml",
  shapes: ['text'],
  read: written =>
    typeof written === 'string' && written.trim() !== '' && !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(written) ? written : undefined,
})
