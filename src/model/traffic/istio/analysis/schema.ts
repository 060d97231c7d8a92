import { validateIstio } from '../validation/validate-istio.ts'
import type { Analyzer, AnalyzerMessage } from './analyzer.ts'

/** What the CRD's schema and istiod's webhook say about each object by itself. */
export const schema: Analyzer = ({ objects }) =>
  objects.flatMap(object => {
    const { errors, warnings } = validateIstio(object)
    return [
      ...errors.map(({ path, message }): AnalyzerMessage => ({ code: 'IST0106', object, path, words: message })),
      ...warnings.map(({ path, message, code }): AnalyzerMessage => ({ code: code ?? 'IST0133', object, path, words: message })),
    ]
  })
