// Manifests of a service: from templates and values to the objects that a cluster gets.
export { templateSet, type Rendered, type TemplateSet } from './template/index.ts'
