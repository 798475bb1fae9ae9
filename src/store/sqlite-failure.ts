// What SQLite's errors mean, by its result codes (sqlite.org/rescode.html).

const busy = 5;
const corrupt = 11;
const notDatabase = 26;

/** Whether somebody else has the file locked. */
export function isLocked(error: unknown): boolean {
  return codeOf(error) === busy;
}

/** Whether what is in the file cannot be right. */
export function isDamage(error: unknown): error is Error {
  const code = codeOf(error);
  return code === corrupt || code === notDatabase;
}

/** The code without its details, which are in the higher bits. */
function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
