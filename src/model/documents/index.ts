// YAML as kubectl and helm read it: plain values with a place for every path, and all problems of a file at once.
export { readDocuments, type Documents } from './read-documents.ts'
export type { YamlDocument, YamlPath } from './yaml-document.ts'
export { floatText } from './float-text.ts'
export { writeYaml, type Writable, type WriteOptions } from './write-yaml.ts'
