/** `90 %`, `66.7 %`, of a share from 0 to 1. */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
