// The arguments of one call, read as leniently as the Bot API server reads them.

import { badRequest } from './bot-error.ts';

/** A file that came with the call, on disk; it becomes a stored file only when the call uses it. */
export interface UploadedFile {
  name: string;
  type: string | undefined;
  size: number;
  path: string;
}

/** Top-level values are taken as text: `5` and `"5"` are the same, and an object is its JSON. */
export class Arguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, UploadedFile>;
  readonly #claimed = new Set<string>();

  constructor(values: Record<string, unknown>, files: ReadonlyMap<string, UploadedFile> = new Map()) {
    this.values = values;
    this.files = files;
  }

  has(name: string): boolean {
    return this.text(name) !== '';
  }

  /** The value as text, '' when missing. */
  text(name: string): string {
    return asText(this.values[name]);
  }

  /** The number the text begins with, `fallback` when missing, 0 when it is none; kept within the limits. */
  integer(name: string, fallback = 0, least = -Infinity, most = Infinity): number {
    const text = this.text(name);
    if (text === '') return fallback;
    return Math.min(most, Math.max(least, Number.parseInt(text, 10) || 0));
  }

  /** True for `true`, `yes` and `1` in any case. */
  boolean(name: string): boolean {
    return isTrue(this.values[name]);
  }

  /** The value as JSON; undefined when missing. Throws "can't parse `what` JSON object". */
  json(name: string, what: string): unknown {
    const value = this.values[name];
    if (typeof value !== 'string') return value ?? undefined;
    if (value === '') return undefined;
    try {
      return JSON.parse(value);
    } catch (error) {
      throw Object.assign(badRequest(`can't parse ${what} JSON object`), { cause: error });
    }
  }

  /** The value as a JSON object; undefined when missing. */
  object(name: string, what: string): Record<string, unknown> | undefined {
    const value = this.json(name, what);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw badRequest(`object expected as ${what}`);
    }
    return value as Record<string, unknown>;
  }

  /** Says that the uploaded part `field` is used and stays. */
  claim(field: string): void {
    this.#claimed.add(field);
  }

  /** The uploaded files that nothing used. */
  unclaimed(): UploadedFile[] {
    return [...this.files].filter(([field]) => !this.#claimed.has(field)).map(([, file]) => file);
  }

  /** The arguments as they are recorded: files by name, size and type. */
  record(): Record<string, unknown> {
    if (this.files.size === 0) return this.values;
    const recorded: Record<string, unknown> = { ...this.values };
    for (const [field, file] of this.files) {
      const { name, size, type } = file;
      recorded[this.#nameFor(field)] = { name, size, type };
    }
    return recorded;
  }

  /** The argument that refers to the uploaded part `field` by `attach://`, or the part's own name. */
  #nameFor(field: string): string {
    const link = `attach://${field}`;
    return Object.keys(this.values).find((name) => this.values[name] === link) ?? field;
  }
}

/** A value of JSON or a form as text; '' when missing. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return JSON.stringify(value);
}

/** Whether a value of JSON or a form means true. */
export function isTrue(value: unknown): boolean {
  if (typeof value === 'string') return /^(true|yes|1)$/i.test(value);
  return value === true || value === 1;
}
