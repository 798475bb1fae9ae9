// Why an export or an import cannot be made, in words for the operator.

/** Something that its operator can mend; nothing was written. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Does what fails in words already, and makes its failure one of ours. */
export async function mendable<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new BackupError((error as Error).message, { cause: error });
  }
}
