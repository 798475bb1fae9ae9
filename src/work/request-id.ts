// The short id of a request, which people see and logs have: the number of its update, written shorter.

export function requestIdOf(updateId: number): string {
  return updateId.toString(36);
}

/** Undefined when it is no such id. */
export function updateIdOf(requestId: string): number | undefined {
  const id = /^[0-9a-z]{1,10}$/.test(requestId) ? Number.parseInt(requestId, 36) : NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}
