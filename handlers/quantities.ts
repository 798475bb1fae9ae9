// Sizes and times as people read them.

import type { Translate } from '../src/handler.ts';

const units = [
  { name: 'gb', bytes: 1e9 },
  { name: 'mb', bytes: 1e6 },
  { name: 'kb', bytes: 1e3 },
] as const;

/** A number of bytes, like "1.4 MB". */
export function sayBytes(t: Translate, bytes: number): string {
  const unit = units.find((one) => bytes >= one.bytes * 0.9995) ?? { name: 'b', bytes: 1 };
  const value = bytes / unit.bytes;
  return t(`size-${unit.name}`, { value: value < 10 ? Math.round(value * 10) / 10 : Math.round(value) });
}

/** A span of time, like "12 ms", "0.3 s" or "2 min 5 s". */
export function saySpan(t: Translate, ms: number): string {
  if (ms > 0 && ms < 100) return t('span-milliseconds', { ms: Math.ceil(ms) });
  const seconds = ms < 10_000 ? ms / 1000 : Math.round(ms / 1000);
  if (seconds < 60)
    return t('span-seconds', { seconds: seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds) });
  return t('span-minutes', { minutes: Math.floor(seconds / 60), seconds: Math.floor(seconds % 60) });
}
