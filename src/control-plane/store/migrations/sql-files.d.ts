// The build turns .sql files into their text.
declare module '*.sql' {
  const text: string
  export default text
}
