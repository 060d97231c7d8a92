import type { NameForm } from '../resource.ts'

const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const serviceText =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const namePartText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const serviceName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

/** Lengths that DNS allows: a label, a whole name. */
const labelLength = 63
const nameLength = 253

const longerThan = (text: string, limit: number): readonly string[] => (text.length > limit ? [`must be no more than ${limit} bytes`] : [])

const forms: Readonly<Record<NameForm, (name: string) => readonly string[]>> = {
  subdomain: name => [...longerThan(name, nameLength), ...(subdomain.test(name) ? [] : [subdomainText])],
  label: name => [...longerThan(name, labelLength), ...(label.test(name) ? [] : [labelText])],
  serviceName: name => [...longerThan(name, labelLength), ...(serviceName.test(name) ? [] : [serviceText])],
  segment: name => [
    ...(name === '.' || name === '..' ? [`may not be '${name}'`] : []),
    ...['/', '%'].filter(sign => name.includes(sign)).map(sign => `may not contain '${sign}'`),
  ],
}

/** What is wrong with a name of this form; a prefix for generateName may end in a dash. */
export const nameFaults = (form: NameForm, name: string): readonly string[] => forms[form](name)

export const prefixFaults = (form: NameForm, prefix: string): readonly string[] => forms[form](prefix.replace(/-$/, 'a'))

/** What is wrong with a key of labels or annotations, or with a finalizer: `[prefix/]name`. */
export function keyFaults(key: string): readonly string[] {
  const parts = key.split('/')
  const name = parts.at(-1) ?? ''
  if (parts.length > 2)
    return [
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ]
  const prefix = parts.length === 2 ? parts[0] : undefined
  return [
    ...(prefix === '' ? ['prefix part must be non-empty'] : []),
    ...(prefix && !subdomain.test(prefix) ? [`prefix part ${subdomainText}`] : []),
    ...(name === '' ? ['name part must be non-empty'] : longerThan(name, labelLength).map(text => `name part ${text}`)),
    ...(namePart.test(name) ? [] : [namePartText]),
  ]
}

export const labelValueFaults = (value: string): readonly string[] => [
  ...longerThan(value, labelLength),
  ...(labelValue.test(value) ? [] : [labelValueText]),
]
