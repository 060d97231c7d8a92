/** Draws a text over the one before it. Of a text that is higher than the screen only its end is drawn: what has scrolled away stays. */
export function redrawing(): (text: string) => void {
  let drawn = 0
  return text => {
    const lines = text.split('\n').slice(-Math.max(1, process.stdout.rows - 1))
    process.stdout.write(`${drawn > 0 ? `\u001B[${drawn}A\r\u001B[J` : ''}${lines.join('\n')}\n`)
    drawn = lines.length
  }
}
