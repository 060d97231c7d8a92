const replaced: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand in HTML, attributes included. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, char => replaced[char] ?? char)
}
