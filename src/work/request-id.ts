// The number of an update, and the short id of a request: the same number as people see it and logs have it.

/** Whether it is a number that Telegram gives an update (Bot API, Update): the databases keep no other ones. */
export function isUpdateId(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < 2 ** 47;
}

export function requestIdOf(updateId: number): string {
  return updateId.toString(36);
}

/** Undefined when it is no such id. */
export function updateIdOf(requestId: string): number | undefined {
  const id = /^[0-9a-z]{1,10}$/.test(requestId) ? Number.parseInt(requestId, 36) : NaN;
  return Number.isSafeInteger(id) ? id : undefined;
}
